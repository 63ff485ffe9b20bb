"""What is right in rdit although a linter minds it: top-level `await`, and statements that are there to be shown."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from .text import Text

MAX_COMPILED = 1 << 17
"""Characters of a text that is compiled to find out: no other thread runs meanwhile."""
_CANNOT = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


class _Shown(NamedTuple):
    """A statement that is an expression."""

    start: tuple[int, int]
    """Its line, from 0, and character."""
    end: tuple[int, int]
    node: ast.expr


class TopLevel:
    """The statements of a text, as far as they can be told while it is being typed."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._compiling: dict[int, bool] = {}
        """By the number of a piece of a text that does not compile: whether the piece does."""

    def allows_await(self, line: int) -> bool:
        """Return whether an `await`, `async for` or `async with` in *line* (from 0) is where CPython can allow it."""
        if self._compiles:
            return True
        number = bisect_right(self._chunks, line, key=lambda chunk: chunk[0]) - 1
        if number not in self._compiling:  # one piece may have thousands of them
            self._compiling[number] = number >= 0 and _compiles(self._joined(*self._chunks[number]))
        return self._compiling[number]

    def shown_at(self, range_: Mapping[str, Any]) -> ast.expr | None:
        """Return the expression that is a top-level statement around a range, whose value rdit shows."""
        start, end = self._place(range_["start"]), self._place(range_["end"])
        number = bisect_right(self._shown, start, key=lambda shown: shown.start) - 1
        if number < 0 or end > self._shown[number].end:
            return None
        return self._shown[number].node

    def starts_at(self, node: ast.expr, range_: Mapping[str, Any]) -> bool:
        """Return whether a range begins where *node* does."""
        return self._place(range_["start"]) == self._start(node)

    @cached_property
    def _compiles(self) -> bool:
        return _compiles(self._text.content)

    @cached_property
    def _shown(self) -> list[_Shown]:
        """In the order of their places."""
        module = parse(self._text.content)
        body = self._shown_in_chunks() if module is None else module.body
        return [
            _Shown(self._start(statement), self._end(statement), statement.value)
            for statement in body
            if isinstance(statement, ast.Expr)
        ]

    def _shown_in_chunks(self) -> list[ast.Expr]:
        """Return what can be told of a text that does not parse: each piece that begins in the first column."""
        found: list[ast.Expr] = []
        for first, last in self._chunks:
            module = parse(self._joined(first, last))
            for statement in module.body if module is not None else ():
                if isinstance(statement, ast.Expr):
                    ast.increment_lineno(statement, first)
                    found.append(statement)
        return found

    @cached_property
    def _chunks(self) -> list[tuple[int, int]]:
        count = len(self._text.starts)
        firsts = [number for number in range(count) if _begins(self._text.line(number))]
        return list(zip(firsts, [*firsts[1:], count], strict=True))

    def _joined(self, first: int, last: int) -> str:
        return "\n".join(self._text.line(number) for number in range(first, last))

    def _place(self, position: Mapping[str, Any]) -> tuple[int, int]:
        line = int(position["line"])
        return line, self._text.column(line, int(position["character"]))

    def _start(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        return node.lineno - 1, self._text.characters(node.lineno - 1, node.col_offset)

    def _end(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        line = (node.end_lineno or node.lineno) - 1
        return line, self._text.characters(line, node.end_col_offset or 0)


def _begins(line: str) -> bool:
    """Return whether a line begins a statement, as far as one line says so."""
    return bool(line) and not line[0].isspace() and line[0] not in ")]}#" and not line.startswith(_CONTINUED)


_CONTINUED = ("else:", "else ", "elif ", "elif(", "except:", "except ", "except(", "finally:", "finally ", "except*")


def parse(content: str) -> ast.Module | None:
    """Return the syntax tree of a text; None where it is none, or too long."""
    if len(content) > MAX_COMPILED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content)
    except _CANNOT:
        return None


def _compiles(content: str) -> bool:
    """Return whether CPython compiles a text with top-level `await`."""
    if len(content) > MAX_COMPILED:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "<text>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except _CANNOT:
        return False
    return True
