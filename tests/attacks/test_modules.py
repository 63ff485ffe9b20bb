"""Modules that are searched for imports, in the shape that costs most: none is parsed whole, and each up to bounds."""

from __future__ import annotations

import ast
import tracemalloc

import pytest

from rdit.workspace.import_lines import MAX_IMPORT_CHARS, MAX_STATEMENTS, MAX_STEPS, import_statements
from rdit.workspace.local_imports import Import, imports_in

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
