"""The arrows of the architecture: who may import whom, in Python and in the client. docs/architecture.md draws them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CLIENT_SOURCE = ROOT / "frontend" / "src"

LAYERS = [
    {"__main__"},
    {"cli"},
    {"server"},
    {"session"},
    {"comparing", "language", "environments", "workspace"},
    {"processes"},
    {"protocol"},
    {"heavy_imports", "line_diff", "runtime_files", "source_text"},
    {"settings"},
    {"errors"},
    {"__init__"},
]
"""The folders and the modules of `rdit/`, from the top down: each imports only from rows below its own."""

KERNEL_LAYERS = [
    {"__main__"},
    {"supervisor"},
    {"worker"},
    {"execution"},
    {"display"},
    {"objects"},
    {"protocol"},
]
"""The same for `rdit/kernel/`, which imports nothing of the rest of rdit."""

KERNEL_DOORS = {"rdit.kernel.protocol": {"session", "protocol"}, "rdit.kernel.execution": {"executor"}}
"""The packages of the kernel that the rest of rdit imports, and who does."""

WITH_HTTP = {"cli", "server"}
"""Nothing else knows of aiohttp."""

STANDARD_LIBRARY = {*sys.stdlib_module_names, "__future__", "annotationlib", "compression"}
"""Of the newest Python that a kernel may run on, whatever runs the tests."""

CLIENT = {
    "main": {"app", "backend", "documents", "ui"},
    "app": {"panes", "files", "documents", "language", "editor", "session", "backend", "ui"},
    "panes": {"files", "documents", "language", "editor", "session", "backend", "ui"},
    "files": {"documents", "backend", "ui"},
    "documents": {"editor", "backend", "ui"},
    "language": {"editor", "output", "backend", "ui"},
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
    return name.startswith("rdit.kernel.") or name == "rdit.kernel"


def room(name: str) -> str:
    """Return the folder, or the module, that a module stands in: of `rdit/kernel/` within it, of `rdit/` otherwise."""
    inside = name.removeprefix("rdit.kernel") if in_kernel(name) else name.removeprefix("rdit")
    return inside.strip(".").split(".")[0] or "__init__"


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


def row(name: str, layers: list[set[str]]) -> int:
    """Return how far down the module stands."""
    for index, layer in enumerate(layers):
        if room(name) in layer:
            return index
    pytest.fail(f"{name} stands in a folder that has no row yet: add it where it belongs, here and in the docs.")


def without_circles(arrows: dict[str, set[str]]) -> None:
    try:
        list(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(map(str, error.args[1])))


@pytest.mark.parametrize("name", [name for name in MODULES if not in_kernel(name) and name != "rdit.executor"])
def test_a_module_imports_only_from_folders_below_its_own(name: str) -> None:
    for target in {target for target, _ in imports(name) if target in MODULES and room(target) != room(name)}:
        if in_kernel(target):
            door = target.rpartition(".")[0]
            assert room(name) in KERNEL_DOORS.get(door, set()), f"{name} may not import {target} of the kernel"
        else:
            assert row(target, LAYERS) > row(name, LAYERS), f"{name} may not import {target}: it stands beside or above"


@pytest.mark.parametrize("name", [name for name in MODULES if in_kernel(name)])
def test_a_module_of_the_kernel_imports_the_standard_library_and_folders_below_its_own(name: str) -> None:
    for target, relative in imports(name):
        if not relative:
            assert target.split(".")[0] in STANDARD_LIBRARY, (
                f"{name} imports {target}; rdit's own files are imported relatively, and nothing else is installed"
            )
            continue
        assert in_kernel(target), f"{name} imports {target}, which no kernel has"
        if room(target) != room(name):
            assert row(target, KERNEL_LAYERS) > row(name, KERNEL_LAYERS), f"{name} may not import {target}"


def test_no_module_imports_itself_by_a_detour() -> None:
    without_circles({name: {target for target, _ in imports(name) if target in MODULES} - {name} for name in MODULES})


def test_only_the_server_knows_of_http() -> None:
    below = [name for name in MODULES if room(name) not in WITH_HTTP or in_kernel(name)]
    found = [(name, target) for name in below for target, _ in imports(name) if target.split(".")[0] == "aiohttp"]
    assert not found


def test_the_kernel_starts_before_what_takes_long_to_import() -> None:
    """The command, as it is imported, has only what it needs to start the kernel; the server comes after that."""
    late = {"aiohttp", "pydantic", "asyncio", "click", "rich_click", "rdit.server.serve", "rdit.protocol"}
    code = f"import sys, rdit.cli.main, rdit.cli.open_script; print(*sorted({late!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


SPECIFIER = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}/[^"']+)\1""")


def client_files() -> list[Path]:
    return sorted(path for path in CLIENT_SOURCE.rglob("*") if path.suffix in {".ts", ".tsx"})


def client_imports(path: Path) -> Iterator[Path]:
    """Yield the modules of the client that a file imports, types alone included, below `src` and without suffix."""
    for _, specifier in SPECIFIER.findall(path.read_text()):
        if specifier.endswith("?raw"):
            continue  # a file that is taken as text is no module
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


SOURCES = [*(ROOT / "rdit").rglob("*.py"), *CLIENT_SOURCE.rglob("*.ts"), *CLIENT_SOURCE.rglob("*.tsx")]
GENERATED = {CLIENT_SOURCE / "backend" / "types.ts"}


def test_no_module_is_longer_than_one_can_keep_in_mind() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if path not in GENERATED and (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_no_folder_has_more_modules_than_one_can_look_through() -> None:
    in_folder = Counter(str(path.parent.relative_to(ROOT)) for path in SOURCES if path.name != "__init__.py")
    assert not {folder: count for folder, count in in_folder.items() if count > 20}
