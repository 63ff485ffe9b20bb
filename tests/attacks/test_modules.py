"""Modules that are searched for imports, in the shape that costs most: none is parsed whole, and each up to bounds.

The search runs in a thread, so the server goes on as long as no single step of it keeps all other threads waiting, and
ends as soon as that thread does.
"""

from __future__ import annotations

import ast
import asyncio
import re
import threading
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rdit.workspace import import_lines
from rdit.workspace.import_lines import (
    MAX_IMPORT_CHARS,
    MAX_STATEMENTS,
    MAX_STEPS,
    WINDOW_CHARS,
    import_statements,
)
from rdit.workspace.local_imports import Import, ImportResolver, Module, ModuleCache, imports_in

if TYPE_CHECKING:
    from tests.conftest import Client

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize(
    "data",
    [
        "1, 'a\\'\\\\', 2.5,\n",
        "x, " * 50,
        '"""a""", ',
        '"\\\\", ',
        "# 'a\n",
        '"""\\"""""", ',
        "(",
        "'",
    ],
    ids=["values", "names", "long strings", "backslashes", "comments", "escaped quotes", "parentheses", "quotes"],
)
def test_a_module_of_data_is_not_parsed_whole(data: str) -> None:
    """To parse it takes a hundred times its size; to look for imports takes next to nothing."""
    source = f"import before\nDATA = [\n{data * (400_000 // len(data))}\n]\nfrom behind import name\n"
    tracemalloc.start()
    try:
        found = imports_in(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert Import("before", 0) in found
    assert peak < 2_000_000


def test_control_imports_are_found_wherever_they_stand() -> None:
    source = '''
"""import no1
"""
"import no2"; import a  # (import no3
if x: import b.c
def f():
    from .d import (e,  # import no4)
                    g)
    s = 'it\\'s'; from h import i as j, \\
        k
text = f"""
import no6 \\""" import no7
"""
raise X from no5
'''
    statements = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    found = {ast.unparse(statement) for statement in import_statements(source)}
    assert found == {ast.unparse(statement) for statement in statements}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("before", "most"),
    [('"", ', MAX_STEPS), ("x", MAX_IMPORT_CHARS), ("import a\n", MAX_STATEMENTS)],
    ids=["strings", "a long line", "imports"],
)
def test_imports_are_looked_for_as_far_as_the_bounds_go(before: str, most: int) -> None:
    for count, is_found in ((most // 2, True), (most + 1, False)):
        source = before * count + ";import behind\n" if before == "x" else before * count + "\nimport behind\n"
        found = [ast.unparse(statement) for statement in import_statements(source)]
        assert ("import behind" in found) is is_found


def test_imports_behind_a_string_of_escapes_are_found() -> None:
    """To look for the end of the string at each escape again would take an hour."""
    source = '"""' + "\\x" * 2_000_000 + '"""\nimport behind\n'
    assert [ast.unparse(statement) for statement in import_statements(source)] == ["import behind"]


class WatchedText(str):
    """Keeps how many characters each search in it may have to look at."""

    __slots__ = ("spans",)
    spans: list[int]

    def find(self, text: str, start: Any = 0, end: Any = None, /) -> int:
        end = len(self) if end is None else min(end, len(self))
        self.spans.append(end - start - len(text) + 1)
        return super().find(text, start, end)

    def rfind(self, text: str, start: Any = 0, end: Any = None, /) -> int:
        end = len(self) if end is None else min(end, len(self))
        self.spans.append(end - start - len(text) + 1)
        return super().rfind(text, start, end)


class WatchedPattern:
    """Keeps the same of the searches for a pattern."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.sub = pattern.sub
        self._pattern = pattern

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        end = len(text) if end is None else min(end, len(text))
        if isinstance(text, WatchedText):
            text.spans.append(end - start)
        return self._pattern.search(text, start, end)


LONG = 4 * WINDOW_CHARS
LONG_PARTS = {
    "no word": "x" * LONG,
    "half of the word": "impor " * (LONG // 6),
    "a line behind the word": "import x" + ", x" * (LONG // 3),
    "a line before the word": "x " * (LONG // 2) + "import x",
    "names in parentheses": "import (" + "x," * (LONG // 2),
    "a string": "'" + "x" * LONG + "'",
    "a long string": "'''" + "x" * LONG + "'''",
    "a long string with one escape": "'''" + "x" * LONG + "\\" + "x" * LONG + "'''",
    "a comment": "#" + "x" * LONG,
    "lines that are gone on with": "x \\\n" * (LONG // 4) + "import x",
}


@pytest.mark.parametrize("name", LONG_PARTS)
def test_no_step_of_the_search_looks_at_more_than_a_window(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one does, the server's event loop waits: a search in a text is not interrupted for another thread."""
    patterns = {key: value for key, value in vars(import_lines).items() if isinstance(value, re.Pattern)}
    assert patterns
    for key, pattern in patterns.items():
        monkeypatch.setattr(import_lines, key, WatchedPattern(pattern))
    steps = {quote: WatchedPattern(pattern) for quote, pattern in import_lines._STRING_STEP.items()}
    monkeypatch.setattr(import_lines, "_STRING_STEP", steps)
    source = WatchedText(f"import before\n{LONG_PARTS[name]}\nimport behind\n")
    source.spans = []
    found = [ast.unparse(statement) for statement in import_statements(source)]
    assert (found[0], found[-1]) == ("import before", "import behind")
    assert max(source.spans) <= WINDOW_CHARS


@pytest.mark.parametrize("before", range(-8, 3))
def test_control_an_import_at_the_edge_of_a_window_is_found(before: int) -> None:
    source = " " * (WINDOW_CHARS + before) + "import one, two\n"
    found = [ast.unparse(statement) for statement in import_statements(source.replace(" " * 100, "\n" * 100))]
    assert found == ["import one, two"]


async def test_the_search_for_imports_ends_with_the_server(
    client: Client, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread cannot be cancelled, and rdit would not end before it has read a whole folder of large modules."""
    names = [f"module_{number}" for number in range(20)]
    for name in names:
        (workspace / f"{name}.py").write_text("")
    read: list[str] = []
    looking, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    read_module, search = ModuleCache.read, ImportResolver.importers_and_modules

    def slow_read(modules: ModuleCache, path: str) -> Module:
        read.append(path)
        looking.set()
        go_on.wait()
        return read_module(modules, path)

    def whole_search(resolver: ImportResolver, statements: dict[Any, str]) -> Any:
        try:
            return search(resolver, statements)
        finally:
            ended.set()

    monkeypatch.setattr(ModuleCache, "read", slow_read)
    monkeypatch.setattr(ImportResolver, "importers_and_modules", whole_search)
    try:
        script = "".join(f"import {name}\n" for name in names)
        await client.post("/api/execute-script", json={"script": script, "detached": True})
        await asyncio.to_thread(looking.wait)
        await client.close()
    finally:
        go_on.set()
    await asyncio.to_thread(ended.wait)
    assert len(read) == 1
