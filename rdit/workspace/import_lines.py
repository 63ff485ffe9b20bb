"""The import statements of a Python source, without parsing the rest.

To parse a module of data takes a hundred times its size in memory and seconds in which no other thread runs. So strings
and comments are passed over, and what begins like an import statement is parsed alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

MAX_IMPORT_CHARS = 1 << 14
"""Of one import statement; a longer one is passed over."""

_NEXT = re.compile(r"""\"{3}|'{3}|["'#]|(?:^|(?<=[;:]))[ \t\f]*(?P<kind>import|from)\b""", re.MULTILINE)
_STRING_STEP = {quote: re.compile(rf"[\\\n{quote}]") for quote in "\"'"}
_COMMENT = re.compile(r"#[^\n]*")
_END = re.compile(r"(?<!\\)[\n;]")


def import_statements(source: str) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the import statements anywhere in *source*, in time that grows with its length."""
    last = source.rfind("import")  # behind it, nothing needs to be read
    at = 0
    while (match := _NEXT.search(source, at)) is not None and match.start() <= last:
        mark = match[0]
        if match["kind"]:
            at, statement = _statement(source, match.start("kind"))
            if statement is not None:
                yield statement
        elif mark == "#":
            at = _behind(source, "\n", match.end())
        elif len(mark) == 3:
            at = _behind_long_string(source, mark, match.end())
        else:
            at = _behind_string(source, mark, match.end())


def _statement(source: str, start: int) -> tuple[int, ast.Import | ast.ImportFrom | None]:
    """Return where to read on, and the import statement at *start*, if it is one."""
    text = source[start : start + MAX_IMPORT_CHARS]
    first = _end(text)
    opened = _COMMENT.sub("", text[:first]).find("(")
    if opened >= 0:
        text = _COMMENT.sub("", text)
        closed = text.find(")", opened)
        text = text[: closed + 1]
    else:
        text = text[:first]
    try:
        [statement] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        statement = None
    # The names in parentheses are read again: nothing in them looks like a string or an import statement.
    return start + first, statement if isinstance(statement, (ast.Import, ast.ImportFrom)) else None


def _end(text: str) -> int:
    match = _END.search(text)
    return len(text) if match is None else match.start()


def _behind(source: str, mark: str, start: int) -> int:
    at = source.find(mark, start)
    return len(source) if at < 0 else at + len(mark)


def _behind_long_string(source: str, quotes: str, start: int) -> int:
    at = start
    end = source.find(quotes, at)
    while end >= 0:
        escape = source.find("\\", at, end)
        if escape < 0:
            return end + len(quotes)
        at = escape + 2
        if at > end:  # the quotes were escaped; else they are still the next ones, and need not be looked for again
            end = source.find(quotes, at)
    return len(source)


def _behind_string(source: str, quote: str, start: int) -> int:
    """Return the position behind a string of one line; of its end, if it has none."""
    at = start
    while (match := _STRING_STEP[quote].search(source, at)) is not None:
        if match[0] != "\\":
            return match.end() if match[0] == quote else match.start()
        at = match.end() + 1
    return len(source)
