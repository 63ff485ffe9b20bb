"""Parse a script into statements: the lines of each, and the code object that executes it.

A script is parsed and compiled whole before any of it runs, so that an error that only the compiler finds stops it
first, as in Python. Each statement is then compiled from its own AST node, with the script's file name and lines.
"""

from __future__ import annotations

import ast
import gc
import re
import sys

from .compilation import COROUTINE, FUTURE_FLAGS, compile_code, parse, warning_filter, with_shared_constants
from .partial_parse import find_valid_part

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Statement:
    """One top-level statement; lines are counted from 1, both ends included."""

    __slots__ = (
        "_code",
        "_constants",
        "_filename",
        "_node",
        "called",
        "column",
        "docstring",
        "flags",
        "is_expr",
        "is_markdown",
        "is_quiet",
        "line_end",
        "line_start",
        "node_index",
        "text",
        "warnings",
    )

    def __init__(
        self,
        node: ast.stmt,
        node_index: int,
        filename: str,
        flags: int,
        *,
        line_start: int,
        is_quiet: bool,
        is_first: bool,
        lines: list[str] | None = None,
        constants: dict[Any, Any] | None = None,
    ) -> None:
        """*lines* are those of the whole script; *constants* those of its earlier statements."""
        self.node_index = node_index
        self.line_start = line_start
        self.line_end = node.end_lineno or node.lineno
        self.column = node.col_offset if line_start == node.lineno else 0
        """Where it begins in its first line, in bytes of UTF-8."""
        self.text = "" if lines is None else _text_between(lines, line_start, self.column, self.line_end, node)
        """Its source, from its first decorator on; what else stands in its lines is not part of it."""
        value = node.value if isinstance(node, ast.Expr) else None
        self.is_markdown = value is not None and (
            isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))
        )
        """Whether it is a bare string or f-string."""
        self.called = _called(value)
        """The name of the function that it calls with arguments, if it is nothing but such a call."""
        self.docstring: str | None = None
        """The string that is the script's `__doc__`."""
        if is_first and isinstance(value, ast.Constant) and isinstance(value.value, str):
            self.docstring = value.value
        self.is_expr = value is not None
        self.is_quiet = is_quiet
        """Whether a trailing `;` suppresses the echo."""
        self.warnings = ""
        """The compiler's warnings about the script; set on its first statement."""
        self._node: ast.stmt | None = node
        self.flags = flags
        """What it is compiled with: the `__future__` flags, and whether the script awaits at its top level."""
        self._filename = filename
        self._code: CodeType | None = None
        self._constants = constants

    @classmethod
    def of_code(cls, code: CodeType, is_expr: bool) -> Statement:
        """Return a statement for a code object that was compiled elsewhere."""
        node = ast.Expr(ast.Constant(None)) if is_expr else ast.Pass()
        node.lineno = node.end_lineno = code.co_firstlineno
        node.col_offset = 0
        statement = cls(node, 0, code.co_filename, 0, line_start=node.lineno, is_quiet=False, is_first=False)
        statement._code = code
        return statement

    @property
    def compiled(self) -> CodeType:
        """The code object: to be evaluated when `is_expr`, else to be executed."""
        if self._code is None:
            node = self._node
            if isinstance(node, ast.Expr) and self.docstring is None:
                self._code = compile_code(ast.Expression(node.value), self._filename, "eval", self.flags, True)
            else:
                assert node is not None  # noqa: S101 - the node is let go only when there is code
                self._code = compile_code(ast.Module([node], []), self._filename, "exec", self.flags, True)
            self._node = None
            if self._constants is not None:
                self._code = with_shared_constants(self._code, self._constants)
        return self._code

    @property
    def compiled_so_far(self) -> CodeType | None:
        """The code object, unless the statement was never compiled."""
        return self._code

    def take_code(self, earlier: Statement) -> None:
        """Have the code of *earlier*, which is the same in the same place and has run: its functions are of that."""
        self._code = earlier.compiled
        self._node = None

    @property
    def coroutine(self) -> CodeType | None:
        """The code, if it awaits and so is run by an event loop."""
        return self._code if self._code is not None and self._code.co_flags & COROUTINE else None

    def __repr__(self) -> str:
        return f"<Statement {self.node_index}, lines {self.line_start}-{self.line_end}>"


class PreparedScript:
    """A script that is ready to run: its lines and the statements of the requested range."""

    __slots__ = ("constants", "flags", "lines", "statements")

    def __init__(
        self, lines: list[str], statements: list[Statement], flags: int, constants: dict[Any, Any] | None = None
    ) -> None:
        self.lines = lines
        """All lines of the script, without line ends."""
        self.statements = statements
        self.flags = flags
        """The `__future__` flags that the script sets."""
        self.constants = {} if constants is None else constants
        """What its statements share; grows as they are compiled."""


def normalized(script: str) -> str:
    """Return *script* as Python's own reader does: without byte order mark, with one kind of line end."""
    text = script.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if sys.version_info < (3, 11) and "\0" in text:
        text = re.sub(r"\0[^\n]*", "", text)  # its reader ends the line at a null byte
    return text


def prepare(
    script: str,
    filename: str,
    line_range: tuple[int, int] | None,
    flags: int,
    warnings: list[str],
    constants: dict[Any, Any] | None = None,
) -> PreparedScript:
    """Parse and compile *script*; keep the statements that overlap the lines of *line_range*.

    *flags* are `__future__` flags of earlier runs. The compiler's warnings are appended to *warnings* as text.
    *constants* are those of the statements that have run already, of which this text is the next state: what both have
    is one object, as in a script that is compiled whole.

    Raises:
        SyntaxError: the script, or the part of it in *line_range*, is not Python.
        ValueError, MemoryError, RecursionError, OverflowError: Python cannot parse the script at all.
    """
    was_collecting = gc.isenabled()
    gc.disable()  # a tree of ten thousand statements is no garbage, but would be traversed again and again
    try:
        return _prepare(script, filename, line_range, flags, warnings, {} if constants is None else constants)
    finally:
        if was_collecting:
            gc.enable()


def _prepare(
    script: str,
    filename: str,
    line_range: tuple[int, int] | None,
    flags: int,
    warnings: list[str],
    constants: dict[Any, Any],
) -> PreparedScript:
    text = normalized(script)
    lines = text.split("\n")
    _reject_invalid_characters(text, lines, filename)
    first_index = 0
    broken: SyntaxError | None = None
    try:
        tree, flags, noisy = parse(text, filename, flags, warnings)
    except SyntaxError as error:
        if line_range is None:
            raise
        broken = error
    if broken is not None and line_range is not None:
        part = find_valid_part(lines, filename, line_range, flags, broken)
        if part is None:
            return PreparedScript(lines, [], flags, constants)
        padded, first_index, flags = part
        tree, flags, noisy = parse(padded, filename, flags, warnings)
    body = tree.body
    statements = [
        Statement(
            node,
            index,
            filename,
            flags,
            line_start=_first_line(node, lines),
            is_quiet=isinstance(node, ast.Expr) and _ends_quietly(node, lines),
            is_first=index == 0,
            lines=lines,
            constants=constants,
        )
        for index, node in enumerate(body, first_index)
    ]
    if line_range is not None:
        statements = overlapping(statements, line_range)
    if noisy:
        # The compiler has given its warnings once, for the whole script, and must not give them again.
        with warning_filter("ignore"):
            for statement in statements:
                _ = statement.compiled
    return PreparedScript(lines, statements, flags & FUTURE_FLAGS, constants)


def overlapping(statements: list[Statement], line_range: tuple[int, int]) -> list[Statement]:
    """Return the statements that share at least one line with *line_range* (from 1, both ends included)."""
    first, last = line_range
    return [statement for statement in statements if statement.line_start <= last and statement.line_end >= first]


def _first_line(node: ast.stmt, lines: list[str]) -> int:
    """Return the line on which a statement begins: that of the `@` of its first decorator, if it has any."""
    decorators = node.decorator_list if isinstance(node, _DECORATED) else None
    if not decorators:
        return node.lineno
    # Only brackets, comments and backslashes can lie between the `@` and the expression, whose line the tree has.
    line = decorators[0].lineno
    while line > 1 and not lines[line - 1].lstrip(" \t\f").startswith("@"):
        line -= 1
    return line


def _text_between(lines: list[str], first: int, column: int, last: int, node: ast.stmt) -> str:
    """Return the source from *column* of line *first* to the end of *node* in line *last*; columns count bytes."""
    end = node.end_col_offset
    line = lines[first - 1]
    if first == last:
        if line.isascii():
            return line if column == 0 and end == len(line) else line[column:end]
        return line.encode()[column:end].decode()
    head = line[column:] if line.isascii() else line.encode()[column:].decode()
    tail = lines[last - 1]
    tail = tail[:end] if tail.isascii() else tail.encode()[:end].decode()
    return "\n".join([head, *lines[first : last - 1], tail])


def _called(value: ast.expr | None) -> str:
    if not isinstance(value, ast.Call) or not (value.args or value.keywords):
        return ""
    function = value.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


_QUIET_END = re.compile(r"[ \t\f]*;[ \t\f]*(?:#.*)?$")
_QUIET_END_OF_BYTES = re.compile(rb"[ \t\f]*;[ \t\f]*(?:#.*)?$")


def _ends_quietly(node: ast.Expr, lines: list[str]) -> bool:
    """Whether a `;` ends the line of an expression, with at most a comment after it."""
    if node.end_lineno is None or node.end_col_offset is None:
        return False
    line = lines[node.end_lineno - 1]
    if ";" not in line:
        return False
    if line.isascii():
        return _QUIET_END.match(line, node.end_col_offset) is not None
    return _QUIET_END_OF_BYTES.match(line.encode(), node.end_col_offset) is not None  # columns count bytes


def _reject_invalid_characters(text: str, lines: list[str], filename: str) -> None:
    """Raise a `SyntaxError` with the place of a lone surrogate or a null byte; Python's own errors name no place."""
    if text.isascii() and "\0" not in text:
        return
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            place = filename, number, 0, line[: line.index("\0")]
            raise SyntaxError("source code cannot contain null bytes", place)
        if line.isascii():
            continue
        try:
            line.encode()
        except UnicodeEncodeError as error:
            shown = line.encode("utf-8", "backslashreplace").decode()
            message = f"half a character (a lone surrogate, U+{ord(line[error.start]):04X}) in the script"
            raise SyntaxError(message, (filename, number, error.start + 1, shown)) from None
