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


class _Piece:
    """Lines of a text from one that begins a statement, as far as one line says so, up to the next such line."""

    def __init__(self, first: int, content: str) -> None:
        self.first = first
        self.content = content
        self.shown: list[_Shown] | None = None
        """Once it was looked at."""

    @cached_property
    def compiles(self) -> bool:
        return _compiles(self.content)


class TopLevel:
    """The statements of a text, as far as they can be told while it is being typed."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._pieces: dict[int, _Piece] = {}
        """By their first lines."""

    def allows_await(self, line: int) -> bool:
        """Return whether an `await`, `async for` or `async with` in *line* (from 0) is where CPython can allow it."""
        return self._compiles or self._piece_at(line).compiles

    def shown_at(self, range_: Mapping[str, Any]) -> ast.expr | None:
        """Return the expression that is a top-level statement around a range, whose value rdit shows."""
        start, end = self._place(range_["start"]), self._place(range_["end"])
        shown = self._shown if self._shown is not None else self._shown_in(self._piece_at(start[0]))
        number = bisect_right(shown, start, key=lambda one: one.start) - 1
        return shown[number].node if number >= 0 and end <= shown[number].end else None

    def starts_at(self, node: ast.expr, range_: Mapping[str, Any]) -> bool:
        """Return whether a range begins where *node* does."""
        return self._place(range_["start"]) == self._start(node)

    @cached_property
    def _compiles(self) -> bool:
        return _compiles(self._text.content)

    @cached_property
    def _shown(self) -> list[_Shown] | None:
        """In the order of their places; None where the text does not parse, or is too long."""
        module = parse(self._text.content)
        return None if module is None else self._shown_of(module)

    def _shown_in(self, piece: _Piece) -> list[_Shown]:
        """Return what can be told of a text that does not parse: of a piece that begins in the first column."""
        if piece.shown is None:
            module = parse(piece.content) or ast.Module([], [])
            for statement in module.body:
                ast.increment_lineno(statement, piece.first)
            piece.shown = self._shown_of(module)
        return piece.shown

    def _shown_of(self, module: ast.Module) -> list[_Shown]:
        return [
            _Shown(self._start(statement), self._end(statement), statement.value)
            for statement in module.body
            if isinstance(statement, ast.Expr)
        ]

    def _piece_at(self, line: int) -> _Piece:
        """Return the piece with a line: thousands of problems may be in one, which is read once."""
        number = bisect_right(self._firsts, line) - 1
        first = max(self._firsts[number], 0)
        if first not in self._pieces:
            last = self._firsts[number + 1] if number + 1 < len(self._firsts) else len(self._text.starts)
            self._pieces[first] = _Piece(first, "\n".join(self._text.line(one) for one in range(first, last)))
        return self._pieces[first]

    @cached_property
    def _firsts(self) -> list[int]:
        """Where the pieces begin, of which the first may begin nothing."""
        return [-1, *(number for number in range(len(self._text.starts)) if _begins(self._text.line(number)))]

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
