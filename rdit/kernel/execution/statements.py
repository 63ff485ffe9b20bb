"""Script → statements, the lines they cover, and the code objects that run them.

A script is parsed and compiled whole before any of it runs, so that what only the compiler finds stops it first, as in
Python. Each statement is then compiled from its own AST node, with the file name and the lines of the script.
"""

from __future__ import annotations
import __future__

import _warnings
import ast
import gc
import io
import re
import sys
from bisect import bisect_right
from contextlib import contextmanager, suppress

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

# The script may replace or delete builtins; rdit keeps its own.
_compile = compile

_FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    _FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
del _name

COROUTINE = 0x80
"""The flag of code that awaits at its top level (`inspect.COCOROUTINE`)."""
_LONGEST_SHARED = 64
"""Members of a tuple that is looked up among the constants of earlier statements."""
_LARGEST_SEARCH = 5_000_000
"""Characters that the search for a piece of a broken script may parse before it gives up."""


_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Statement:
    """One top-level statement; lines are counted from 1, both ends included."""

    __slots__ = (
        "_code",
        "_constants",
        "_filename",
        "_flags",
        "_node",
        "docstring",
        "is_expr",
        "is_markdown",
        "is_quiet",
        "line_end",
        "line_start",
        "node_index",
        "warnings",
    )

    def __init__(
        self,
        node: ast.stmt,
        node_index: int,
        filename: str,
        flags: int,
        *,
        is_quiet: bool,
        is_first: bool,
        constants: dict[Any, Any] | None = None,
    ) -> None:
        decorators = node.decorator_list if isinstance(node, _DECORATED) else None
        self.node_index = node_index
        self.line_start = decorators[0].lineno if decorators else node.lineno
        self.line_end = node.end_lineno or node.lineno
        value = node.value if isinstance(node, ast.Expr) else None
        self.is_markdown = value is not None and (
            isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))
        )
        """Whether it is a bare string or f-string."""
        self.docstring: str | None = None
        """The string that becomes the script's `__doc__`."""
        if is_first and isinstance(value, ast.Constant) and isinstance(value.value, str):
            self.docstring = value.value
        self.is_expr = value is not None
        self.is_quiet = is_quiet
        """Whether a trailing `;` suppresses the echo."""
        self.warnings = ""
        """What the compiler said of the script whose first statement this is."""
        self._node: ast.stmt | None = node
        self._filename = filename
        self._flags = flags
        self._code: CodeType | None = None
        self._constants = constants

    @classmethod
    def of_code(cls, code: CodeType, is_expr: bool) -> Statement:
        """Return a statement for a code object that somebody else compiled."""
        node = ast.Expr(ast.Constant(None)) if is_expr else ast.Pass()
        node.lineno = node.end_lineno = code.co_firstlineno
        statement = cls(node, 0, code.co_filename, 0, is_quiet=False, is_first=False)
        statement._code = code
        return statement

    @property
    def compiled(self) -> CodeType:
        """The code object: to be evaluated when `is_expr`, else to be executed."""
        if self._code is None:
            node = self._node
            if isinstance(node, ast.Expr) and self.docstring is None:
                self._code = _compile(ast.Expression(node.value), self._filename, "eval", self._flags, True)
            else:
                assert node is not None  # noqa: S101 - the node is let go only when there is code
                self._code = _compile(ast.Module([node], []), self._filename, "exec", self._flags, True)
            self._node = None
            if self._constants is not None:
                self._code = _with_shared_constants(self._code, self._constants)
        return self._code

    @property
    def coroutine(self) -> CodeType | None:
        """The code, when it is an event loop that drives it."""
        return self._code if self._code is not None and self._code.co_flags & COROUTINE else None

    def __repr__(self) -> str:
        return f"<Statement {self.node_index}, lines {self.line_start}-{self.line_end}>"


class Preparation:
    """A script that is ready to run: its lines and the statements that were asked for."""

    __slots__ = ("flags", "lines", "statements")

    def __init__(self, lines: list[str], statements: list[Statement], flags: int) -> None:
        self.lines = lines
        """All lines of the script, without their ends."""
        self.statements = statements
        self.flags = flags
        """The `__future__` flags that the script sets."""


def normalized(script: str) -> str:
    """Return *script* as Python's own reader hands it on: no byte order mark, and one kind of line end."""
    text = script.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if sys.version_info < (3, 11) and "\0" in text:
        text = re.sub(r"\0[^\n]*", "", text)  # its reader takes a null byte for the end of the line
    return text


def prepare(
    script: str, filename: str, line_range: tuple[int, int] | None, flags: int, warnings: list[str]
) -> Preparation:
    """Parse and compile *script*; keep the statements that overlap the lines of *line_range*.

    *flags* are `__future__` flags of earlier runs. What the compiler warns of is appended to *warnings* as text.

    Raises:
        SyntaxError: the script, or the part of it that *line_range* asks for, is not Python.
        ValueError, MemoryError, RecursionError, OverflowError: Python cannot read the script at all.
    """
    was_collecting = gc.isenabled()
    gc.disable()  # a tree of ten thousand statements is no garbage, and would be looked through again and again
    try:
        return _prepare(script, filename, line_range, flags, warnings)
    finally:
        if was_collecting:
            gc.enable()


def _prepare(
    script: str, filename: str, line_range: tuple[int, int] | None, flags: int, warnings: list[str]
) -> Preparation:
    text = normalized(script)
    lines = text.split("\n")
    _refuse_what_has_no_code(text, lines, filename)
    first_index = 0
    broken: SyntaxError | None = None
    try:
        tree, flags, noisy = _parse(text, filename, flags, warnings)
    except SyntaxError as error:
        if line_range is None:
            raise
        broken = error
    if broken is not None and line_range is not None:
        piece = _find_piece(lines, filename, line_range, flags, broken)
        if piece is None:
            return Preparation(lines, [], flags)
        padded, first_index, flags = piece
        tree, flags, noisy = _parse(padded, filename, flags, warnings)
    body = tree.body
    constants: dict[Any, Any] = {}
    statements = [
        Statement(
            node,
            index,
            filename,
            flags,
            is_quiet=isinstance(node, ast.Expr) and _ends_quietly(node, lines),
            is_first=index == 0,
            constants=constants,
        )
        for index, node in enumerate(body, first_index)
    ]
    if line_range is not None:
        statements = overlapping(statements, line_range)
    if noisy:
        # The compiler has said its warnings once, when it compiled the whole; it must not say them again.
        with _warning_filter("ignore"):
            for statement in statements:
                _ = statement.compiled
    return Preparation(lines, statements, flags & _FUTURE_FLAGS)


def overlapping(statements: list[Statement], line_range: tuple[int, int]) -> list[Statement]:
    """Return the statements that share at least one line with *line_range* (from 1, both ends included)."""
    first, last = line_range
    return [statement for statement in statements if statement.line_start <= last and statement.line_end >= first]


def _parse(text: str, filename: str, flags: int, warnings: list[str]) -> tuple[ast.Module, int, bool]:
    """Return the tree, the flags for its statements, and whether the compiler has something to warn of."""
    options = flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree: ast.Module
    whole: CodeType | None = None
    with _warning_filter("error"), suppress(SyntaxError, RecursionError):
        tree = _compile(text, filename, "exec", options | ast.PyCF_ONLY_AST, True)
        whole = _compile(tree, filename, "exec", options, True)
    noisy = whole is None
    if whole is None:
        # There is a real error, or a warning that the filter has made one, or a tree too deep to be compiled as one.
        whole = _compile_aloud(text, filename, options, warnings)
        with _warning_filter("ignore"):
            tree = _compile(text, filename, "exec", options | ast.PyCF_ONLY_AST, True)
    flags = whole.co_flags & _FUTURE_FLAGS
    if whole.co_flags & COROUTINE:
        flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return tree, flags, noisy


def _with_shared_constants(code: CodeType, constants: dict[Any, Any]) -> CodeType:
    """Return *code* with those constants that statements before it have, too, by being the same objects.

    A script that is compiled whole has each constant once: `a = 1000`, `b = 1000`, `a is b` is true in it.
    """
    changed: list[Any] | None = None
    for place, constant in enumerate(code.co_consts):
        kind = type(constant)
        if kind is int or kind is str or kind is bytes:
            key: Any = kind, constant
        elif kind is float or kind is complex or (kind is tuple and len(constant) < _LONGEST_SHARED):
            key = kind, repr(constant)  # tells 0.0 from -0.0, and 1 from 1.0 in a tuple
        else:
            continue
        known = constants.setdefault(key, constant)
        if known is not constant:
            changed = changed or list(code.co_consts)
            changed[place] = known
    return code if changed is None else code.replace(co_consts=tuple(changed))


def _compile_aloud(text: str, filename: str, options: int, warnings: list[str]) -> CodeType:
    """Compile and collect what Python says on stderr meanwhile."""
    stderr = sys.stderr
    sys.stderr = collected = io.StringIO()
    code: CodeType
    try:
        code = _compile(text, filename, "exec", options, True)
    finally:
        sys.stderr = stderr
        if collected.tell():
            warnings.append(collected.getvalue())
    return code


@contextmanager
def _warning_filter(action: str) -> Iterator[None]:
    """Treat every warning so while the block lasts.

    Goes to the list that the interpreter reads, past `warnings.catch_warnings`, which would make every module forget
    which warnings it has shown already; the compiler's own do not use that memory.
    """
    filters = getattr(sys.modules.get("warnings"), "filters", None)
    if not isinstance(filters, list):
        filters = _warnings.filters
    entry = (action, None, Warning, None, 0)
    filters.insert(0, entry)
    try:
        yield
    finally:
        filters.remove(entry)


_QUIET_END = re.compile(r"[ \t\f]*;[ \t\f]*(?:#.*)?$")
_QUIET_END_OF_BYTES = re.compile(rb"[ \t\f]*;[ \t\f]*(?:#.*)?$")


def _ends_quietly(node: ast.Expr, lines: list[str]) -> bool:
    """Whether a `;` that nothing follows ends the line of an expression."""
    if node.end_lineno is None or node.end_col_offset is None:
        return False
    line = lines[node.end_lineno - 1]
    if ";" not in line:
        return False
    if line.isascii():
        return _QUIET_END.match(line, node.end_col_offset) is not None
    return _QUIET_END_OF_BYTES.match(line.encode(), node.end_col_offset) is not None  # columns count bytes


def _refuse_what_has_no_code(text: str, lines: list[str], filename: str) -> None:
    """Say where half a character or a null byte stands, rather than that something somewhere cannot be compiled."""
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


# ------------------------------------------------------------------------- pieces of a script that is broken elsewhere

_LEXEMES = re.compile(
    r"""
      \#[^\n]*
    | \"{3}(?:[^\\]|\\.)*?(?:\"{3}|\Z)
    | '{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)
    | "(?:[^\\"\n]|\\.)*(?:"|(?=\n)|\Z)
    | '(?:[^\\'\n]|\\.)*(?:'|(?=\n)|\Z)
    | \\\n
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<newline>\n)(?P<flush>(?=[^\s\#)\]}]))?
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")


def _find_piece(
    lines: list[str], filename: str, line_range: tuple[int, int], flags: int, error: SyntaxError
) -> tuple[str, int, int] | None:
    """Find the smallest part around *line_range* that is Python, in a script that as a whole is not.

    Returns its text behind as many empty lines as stand before it, the index of its first statement and the flags of
    the script's `__future__` imports; None when no statement lies in the range.

    Raises:
        SyntaxError: no such part was found. *error* is raised again when it lies in the range itself.
    """
    starts = _top_level_lines("\n".join(lines))
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    first, last = line_range
    top = max(bisect_right(starts, first) - 1, 0)
    bottom = bisect_right(starts, last) - 1
    if not starts or bottom < top:
        return None
    for start, end in zip(starts, ends, strict=True):
        piece = lines[start - 1 : end]
        if piece[0].startswith("from __future__"):
            try:
                flags |= _compile("\n".join(piece), filename, "exec", flags, True).co_flags & _FUTURE_FLAGS
            except SyntaxError:
                break  # the interpreter would have stopped here as well
    nearest: SyntaxError | None = None
    budget = _LARGEST_SEARCH
    for growth in range(40):
        for up in range(growth + 1):
            if up > top or bottom + growth - up >= len(starts):
                continue
            start, end = starts[top - up], ends[bottom + growth - up]
            padded = "\n" * (start - 1) + "\n".join(lines[start - 1 : end])
            budget -= len(padded)
            try:
                with _warning_filter("ignore"):
                    _compile(padded, filename, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
            except SyntaxError as found:
                nearest = nearest or found
            else:
                return padded, top - up, flags
            if budget < 0:
                break
    in_range = error.lineno is not None and first <= error.lineno <= last
    raise error if in_range or nearest is None else nearest


def _top_level_lines(text: str) -> list[int]:
    """Return the lines on which top-level statements begin, as well as that can be told of a broken script.

    Knows strings, comments and brackets. When a bracket is never closed, every line that starts at the margin counts.
    """
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    outside: list[int] = []
    anywhere: list[int] = []
    depth = 0
    if re.match(r"[^\s#)\]}]", text):
        outside.append(1)
        anywhere.append(1)
    for match in _LEXEMES.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "flush" and not _CONTINUES.match(text, match.end()):
            line = bisect_right(line_starts, match.end())
            anywhere.append(line)
            if depth == 0:
                outside.append(line)
    found = anywhere if depth else outside
    decorated = [text.startswith("@", line_starts[line - 1]) for line in found]
    return [line for number, line in enumerate(found) if number == 0 or not decorated[number - 1]]
