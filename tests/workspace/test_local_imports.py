"""The files of its own folder that a script imports, by static analysis."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from rdit.workspace import local_imports
from rdit.workspace.import_lines import MAX_STATEMENTS
from rdit.workspace.local_imports import Import, ImportResolver, ModuleCache, imports_in
from rdit.workspace.paths import Workspace


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", {("a", 0)}),
        ("import a.b as c, d", {("a.b", 0), ("d", 0)}),
        ("from a import b, c", {("a", 0), ("a.b", 0), ("a.c", 0)}),
        ("from . import x", {("", 1), ("x", 1)}),
        ("from ..p import x", {("p", 2), ("p.x", 2)}),
        ("def f():\n    import deep", {("deep", 0)}),
        ("try:\n    import a\nexcept ImportError:\n    import b", {("a", 0), ("b", 0)}),
        ("x = 'import a'", set()),
        ("import (", set()),
        ("import a\0", set()),
    ],
)
def test_import_statements_are_found_wherever_they_stand(source: str, expected: set[tuple[str, int]]) -> None:
    assert imports_in(source) == {Import(*found) for found in expected}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "proj/one.py": "import two",
        "proj/two.py": "import json, one",  # a circle
        "proj/pkg/__init__.py": "from .inner import x",
        "proj/pkg/inner.py": "from ..outside import y\nfrom . import sibling",
        "proj/pkg/sibling.py": "",
        "proj/pkg/other.py": "",
        "proj/spaced/mod.py": "import three",  # a namespace package
        "proj/three.py": "",
        "proj/json/__init__.py": "",
        "outside.py": "",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "proj" / "broken.py").write_bytes(b"import three\n\xff")
    return tmp_path.resolve()


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("import one", {"one.py", "two.py", "json/__init__.py"}),
        ("from pkg import other", {"pkg/__init__.py", "pkg/inner.py", "pkg/sibling.py", "pkg/other.py"}),
        ("import pkg.sibling", {"pkg/__init__.py", "pkg/inner.py", "pkg/sibling.py"}),
        ("from spaced.mod import x", {"spaced/mod.py", "three.py"}),
        ("import numpy, os", set()),
        ("import outside", set()),
        ("from . import one", set()),  # a script is in no package
        ("import broken", {"broken.py"}),
    ],
)
def test_files_are_found_through_packages_and_other_modules(root: Path, source: str, files: set[str]) -> None:
    found = ImportResolver(ModuleCache(Workspace(root)), "proj").importers({7: source})
    assert found == {f"proj/{file}": [7] for file in files}


def test_each_file_has_every_statement_that_imports_it(root: Path) -> None:
    statements = {0: "import two", 1: "x = 1", 2: "import one"}
    found = ImportResolver(ModuleCache(Workspace(root)), "proj").importers(statements)
    assert found["proj/one.py"] == [0, 2]
    assert found["proj/two.py"] == [0, 2]


def test_a_script_at_the_root_finds_its_neighbours(root: Path) -> None:
    assert ImportResolver(ModuleCache(Workspace(root)), "").importers({0: "import outside"}) == {"outside.py": [0]}


def test_modules_outside_the_workspace_are_not_read(root: Path) -> None:
    (root / "proj" / "linked.py").symlink_to(root / "outside.py")
    resolver = ImportResolver(ModuleCache(Workspace(root / "proj")), "")
    assert resolver.importers({0: "import linked"}) == {}


def test_a_search_that_is_cancelled_goes_no_further(root: Path) -> None:
    resolver = ImportResolver(ModuleCache(Workspace(root)), "proj")
    resolver.cancel()
    assert resolver.importers({0: "import one"}) == {}


def test_a_module_is_read_again_only_when_it_was_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []

    def read(source: str) -> set[Import]:
        reads.append(source)
        return imports_in(source)

    monkeypatch.setattr(local_imports, "imports_in", read)
    modules, path = ModuleCache(Workspace(root)), root / "proj" / "one.py"
    monkeypatch.setattr(local_imports, "MTIME_RESOLUTION_SECONDS", -1.0)  # as if it had been written long ago
    first = modules.read("proj/one.py")
    assert modules.read("proj/one.py") is first
    assert reads == ["import two"]
    path.write_text("import three")
    os.utime(path, ns=(1, 1))
    assert modules.read("proj/one.py").imports == {Import("three", 0)}
    assert reads == ["import two", "import three"]


def test_a_module_that_was_written_just_now_is_read_again(root: Path) -> None:
    modules, path = ModuleCache(Workspace(root)), root / "proj" / "one.py"
    path.write_text("import two")
    first = modules.read("proj/one.py")
    path.write_text("import six")  # of the same size, and perhaps within the same tick of the clock
    assert modules.read("proj/one.py").version != first.version


M = 1 << 20
LARGE = {
    "numbers on a line": "x = [" + "12345, " * (M // 2) + "]\n",
    "numbers on lines": "x = [\n" + "12345,\n" * (M // 2) + "]\n",
    "strings": "x = [\n" + "'ab',\n" * 50_000 + "]\n",
    "spaces": " " * M + "\n",
    "one string": "x = '''" + "ab\\n\n" * (M // 4) + "'''\n",
    "a comment": "#" + " it's" * M + "\n",
    "from": "from x\n" * (M // 2),
}


@pytest.mark.parametrize("name", LARGE)
def test_an_import_behind_a_lot_of_data_is_found(name: str) -> None:
    assert imports_in(f"import one\n{LARGE[name]}import two\n") == {Import("one", 0), Import("two", 0)}


@pytest.mark.parametrize(
    "line",
    [
        "import a",
        "from a import b",
        "import a a",
        "from a import (",
        "if x: import a; import b",
        "'import a'",
        "imported",
    ],
)
def test_of_a_hundred_thousand_lines_like_imports_a_bounded_number_is_parsed(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = 0
    parse = ast.parse

    def counting(text: str) -> ast.Module:
        nonlocal parsed
        parsed += 1
        return parse(text)

    monkeypatch.setattr("rdit.workspace.import_lines.ast.parse", counting)
    assert Import("first", 0) in imports_in("import first\n" + f"{line}\n" * 100_000)
    assert parsed <= MAX_STATEMENTS
