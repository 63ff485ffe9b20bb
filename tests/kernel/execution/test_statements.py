"""Parsing a script into statements: lines, echo, docstring, and parts of scripts with a syntax error elsewhere."""

from __future__ import annotations

import pytest

from rdit.kernel.execution.statements import Statement, prepare


def statements(script: str, lines: tuple[int, int] | None = None) -> list[Statement]:
    return prepare(script, "script.py", lines, 0, []).statements


def lines_of(script: str, lines: tuple[int, int] | None = None) -> list[tuple[int, int, int]]:
    return [(one.node_index, one.line_start, one.line_end) for one in statements(script, lines)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("x = 1\n\nx", [(0, 1, 1), (1, 3, 3)]),
        ("a; b; c", [(0, 1, 1), (1, 1, 1), (2, 1, 1)]),
        ("@d\n@e(\n  1\n)\ndef f():\n  pass\n", [(0, 1, 6)]),
        ("@d\nclass A: pass", [(0, 1, 2)]),
        ("@(\n  # a comment\n  d\n)\ndef f(): pass", [(0, 1, 5)]),
        ("x\n@\\\nd\nclass A: pass", [(0, 1, 1), (1, 2, 4)]),
        ("x @ y\n\x0c@ (\n(\na @ b))\n@c\nasync def f(): pass", [(0, 1, 1), (1, 2, 6)]),
        ("x = '''\na\n'''\ny", [(0, 1, 3), (1, 4, 4)]),
        ("if a:\n  b\nelse:\n  c", [(0, 1, 4)]),
        ("x = 1 + \\\n 2", [(0, 1, 2)]),
        ("x = 1\r\ny = '''a\r\nb'''\r\nz", [(0, 1, 1), (1, 2, 3), (2, 4, 4)]),
        ("a\rb", [(0, 1, 1), (1, 2, 2)]),
        ("a\n\x0c\nb\n\x0cc", [(0, 1, 1), (1, 3, 3), (2, 4, 4)]),
        ("\ufeffx = 1\nx", [(0, 1, 1), (1, 2, 2)]),
        ("# -*- coding: latin-1 -*-\nx = 'ä'", [(0, 2, 2)]),
        ("if 1:\n\tx = 1\n\tif x:\n\t\ty", [(0, 1, 4)]),
        ("x = 'a\x85b\u2028c'\ny", [(0, 1, 1), (1, 2, 2)]),  # line ends for str.splitlines, not for Python
    ],
)
def test_a_statement_covers_the_lines_that_python_says(script: str, expected: list[tuple[int, int, int]]) -> None:
    assert lines_of(script) == expected


@pytest.mark.parametrize(
    ("script", "quiet"),
    [
        ("x;", [True]),
        ("x ;  # why", [True]),
        ("x", [False]),
        ("x; y", [False, False]),
        ("x; y;", [False, True]),
        ("f(';')", [False]),
        ("'ä', x;", [True]),
        ("f(\n  1\n);", [True]),
        ("x  # no ;", [False]),
    ],
)
def test_a_semicolon_at_the_end_of_the_line_suppresses_the_echo(script: str, quiet: list[bool]) -> None:
    assert [one.is_quiet for one in statements(script)] == quiet


def test_strings_by_themselves_are_markdown_and_only_the_first_is_the_docstring() -> None:
    found = statements("'''doc'''\n'text'\nf'{1}'\nb'bytes'\n1")
    assert [one.is_markdown for one in found] == [True, True, True, False, False]
    assert [one.docstring for one in found] == ["doc", None, None, None, None]


def test_future_flags_reach_every_statement() -> None:
    found = statements("from __future__ import annotations\ndef f(x: y): pass")
    assert all(one.compiled.co_flags & 0x1000000 for one in found)


BROKEN = """\
from __future__ import annotations
x = (1,
y = 3
@dec
def f():
    return '''
z = 1
'''
if x:
    1
else:
    2
print(1)
for
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((1, 1), [(1, 1)]),
        ((3, 3), [(3, 3)]),
        ((4, 4), [(4, 8)]),
        ((7, 7), [(4, 8)]),
        ((8, 9), [(4, 8), (9, 12)]),
        ((12, 13), [(9, 12), (13, 13)]),
    ],
)
def test_a_syntax_error_elsewhere_does_not_stop_the_lines_that_are_fine(
    lines: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    assert [(first, last) for _, first, last in lines_of(BROKEN, lines)] == expected


def test_a_piece_of_a_broken_script_has_its_flags_and_its_lines() -> None:
    (function,) = statements(BROKEN, (5, 5))
    assert function.compiled.co_flags & 0x1000000
    namespace = {"dec": lambda function: function}
    exec(function.compiled, namespace)
    assert namespace["f"].__code__.co_firstlineno == 4


@pytest.mark.parametrize("lines", [(2, 2), (14, 14), (13, 14)])
def test_a_syntax_error_in_the_lines_is_raised(lines: tuple[int, int]) -> None:
    with pytest.raises(SyntaxError):
        statements(BROKEN, lines)


def test_lines_beyond_a_broken_script_hold_nothing() -> None:
    assert lines_of("\n\n\nfor", (1, 2)) == []


@pytest.mark.parametrize("script", ["x = '\ud800'", "# ok\nx = '\udfff'"])
def test_half_a_character_is_a_syntax_error_with_a_place(script: str) -> None:
    with pytest.raises(SyntaxError, match="half a character") as caught:
        statements(script)
    assert caught.value.lineno == script.count("\n") + 1
    assert caught.value.offset == 6


def test_ten_thousand_statements_are_parsed() -> None:
    assert len(statements("x = 1\n" * 10_000)) == 10_000
