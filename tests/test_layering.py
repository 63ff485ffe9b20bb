"""The arrows of the architecture: who may import whom, in Python and in the client. docs/architecture.md draws them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CLIENT_SOURCE = ROOT / "frontend" / "src"

LAYERS = [
    {"rdit.__main__"},
    {"rdit.cli"},
    {"rdit.server.serve"},
    {"rdit.server.app"},
    {"rdit.server.openapi"},
    {"rdit.server.routes"},
    {"rdit.server.file_routes", "rdit.server.quick_requests"},
    {"rdit.server.endpoints", "rdit.server.keys", "rdit.server.problems", "rdit.server.sse", "rdit.server.static"},
    {"rdit.server.file_events", "rdit.server.security"},
    {"rdit.server.sessions"},
    {"rdit.server.session"},
    {"rdit.server.recording"},
    {"rdit.server.run"},
    {"rdit.server.filing", "rdit.server.finding", "rdit.server.imports", "rdit.server.listing", "rdit.server.watching"},
    {"rdit.server.files", "rdit.server.kernel_process", "rdit.server.state", "rdit.server.store"},
    {"rdit.server.decoding", "rdit.server.saving", "rdit.server.trash"},
    {
        "rdit.server.ignoring",
        "rdit.server.lines",
        "rdit.server.renaming",
        "rdit.server.threads",
        "rdit.server.wire",
        "rdit.server.workspace",
    },
    {"rdit.server.models", "rdit.server.output"},
    {"rdit.server.drawing"},
    {"rdit.server.screen"},
    {"rdit.server.columns", "rdit.server.text_style"},
    {"rdit.command_line", "rdit.commands"},
    {
        "rdit.interpreter",
        "rdit.listening",
        "rdit.options",
        "rdit.quick_imports",
        "rdit.runtime",
        "rdit.source_text",
        "rdit.spawn",
    },
    {"rdit.settings", "rdit.kernel.frames", "rdit.kernel.messages", "rdit.kernel.records"},
    {"rdit.errors"},
    {"rdit", "rdit.server", "rdit.kernel"},
]
"""From the top down. A module imports from rows below its own, never from its own row or one above."""

WITHOUT_HTTP = "rdit.server.sessions"
"""From this row down, nothing knows of HTTP."""

STANDARD_LIBRARY = {*sys.stdlib_module_names, "__future__", "annotationlib", "compression"}
"""Of the newest Python that a kernel may run on, whatever runs the tests."""

CLIENT = {
    "main": {"app", "backend", "documents", "ui"},
    "app": {"panes", "files", "documents", "editor", "session", "backend", "ui"},
    "panes": {"files", "documents", "editor", "session", "backend", "ui"},
    "files": {"documents", "backend", "ui"},
    "documents": {"editor", "backend", "ui"},
    "editor": {"output", "session", "backend", "ui"},
    "output": {"backend/types", "ui"},
    "session": {"backend"},
    "backend": set(),
    "ui": set(),
}
"""From the top down: each part of `frontend/src` and what it may import besides itself; a path is one module alone."""


def modules() -> dict[str, Path]:
    """Return every module of rdit by its dotted name."""
    found = {}
    for path in sorted((ROOT / "rdit").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def in_kernel(name: str) -> bool:
    """Whether the module enters the user's interpreter."""
    return name == "rdit.executor" or name.startswith("rdit.kernel.")


def imports(name: str) -> Iterator[tuple[str, bool]]:
    """Yield the full name of all that the module imports, anywhere in its text, and whether it says so relatively."""
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{origin}.{alias.name}"
                yield (whole if whole in MODULES else origin), node.level > 0


def row(name: str) -> int:
    """Return how far down the module stands."""
    for index, layer in enumerate(LAYERS):
        if name in layer:
            return index
    pytest.fail(f"{name} has no place in LAYERS yet: add it to the row where it belongs, here and in the docs.")


@pytest.mark.parametrize("name", [name for name in MODULES if not in_kernel(name)])
def test_a_module_imports_only_from_layers_below_its_own(name: str) -> None:
    upwards = [
        target for target, _ in imports(name) if target in MODULES and target != name and row(target) <= row(name)
    ]
    assert not upwards, f"{name} may not import {upwards}: they stand beside or above it"


@pytest.mark.parametrize("name", [name for name in MODULES if in_kernel(name)])
def test_what_enters_the_kernel_imports_the_standard_library_and_its_own_files_relatively(name: str) -> None:
    for target, relative in imports(name):
        if relative:
            assert in_kernel(target) or target == "rdit.kernel", f"{name} imports {target}, which no kernel has"
        else:
            assert target.split(".")[0] in STANDARD_LIBRARY, (
                f"{name} imports {target}; rdit's own files are imported relatively, and nothing else is installed"
            )


def test_below_the_handlers_nothing_knows_of_http() -> None:
    below = [name for name in MODULES if not in_kernel(name) and row(name) >= row(WITHOUT_HTTP)]
    offenders = [
        (name, target) for name in below for target, _ in imports(name) if target.split(".")[0] in {"aiohttp", "yarl"}
    ]
    assert not offenders


def test_the_command_starts_without_what_it_may_not_need() -> None:
    """`rdit --help`, and the kernel's start, must not wait for aiohttp and pydantic, nor the usual start for click."""
    late = {"rdit.server.app", "aiohttp", "pydantic", "rdit.command_line", "rich_click"}
    tree = ast.parse(MODULES["rdit.cli"].read_bytes())
    at_the_top = {
        alias.name if isinstance(node, ast.Import) else (node.module or "")
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not {name for name in at_the_top if name in late or f"rdit.{name}" in late}


SPECIFIER = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}/[^"']+)\1""")


def client_files() -> list[Path]:
    return sorted(path for path in CLIENT_SOURCE.rglob("*") if path.suffix in {".ts", ".tsx"})


def client_imports(path: Path) -> Iterator[Path]:
    """Yield the modules of the client that a file imports, types alone included, below `src` and without suffix."""
    for _, specifier in SPECIFIER.findall(path.read_text()):
        target = (path.parent / specifier).resolve().relative_to(CLIENT_SOURCE)
        if target.suffix not in {".css", ".svg"}:
            yield target


def client_part(path: Path) -> str:
    return path.parts[0].split(".")[0]


@pytest.mark.parametrize("path", client_files(), ids=lambda path: str(path.relative_to(CLIENT_SOURCE)))
def test_the_client_imports_along_its_arrows(path: Path) -> None:
    part = client_part(path.relative_to(CLIENT_SOURCE))
    assert part in CLIENT, f"frontend/src/{part} has no place in CLIENT yet"
    allowed = {part, *CLIENT[part]}
    for target in client_imports(path):
        assert client_part(target) in allowed or str(target) in allowed, f"{part} may not import {target}"


def test_the_arrows_of_the_client_point_down() -> None:
    parts = list(CLIENT)
    for part, targets in CLIENT.items():
        assert {target.split("/")[0] for target in targets} <= set(parts[parts.index(part) + 1 :]), part


@pytest.mark.parametrize("of", ["files", "folders"])
def test_nothing_in_the_client_imports_itself_by_a_detour(of: str) -> None:
    """A folder and one within it are two: what both need is in a third."""
    arrows: dict[Path, set[Path]] = {}
    for path in client_files():
        own = path.relative_to(CLIENT_SOURCE).with_suffix("")
        for target in client_imports(path):
            origin, goal = (own, target) if of == "files" else (own.parent, target.parent)
            if origin != goal:
                arrows.setdefault(origin, set()).add(goal)
    try:
        list(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(map(str, error.args[1])))


def test_nothing_imports_the_entry_of_the_client() -> None:
    assert Path("main") not in {target for path in client_files() for target in client_imports(path)}
