"""The import statements of a Python source, without parsing the rest.

To parse a module of data takes a hundred times its size in memory and seconds in which no other thread runs. So strings
and comments are passed over, and what begins like an import statement is parsed alone. What takes on more than the
bounds below has been read as far as they go.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

MAX_IMPORT_CHARS = 1 << 14
"""Of one import statement; a longer one is passed over, as one on a line that is longer."""
MAX_STATEMENTS = 2_000
"""Parsed in one source, each in some hundred microseconds."""
MAX_STEPS = 100_000
"""Strings, comments and lines with the word that are looked at in one source."""
WINDOW_CHARS = 1 << 17
"""Searched at once: no other thread runs meanwhile."""

NEAR_CHARS = 1 << 9
"""Within which the next string or comment is expected; farther away, another way to search is quicker."""

_MARK = re.compile(r"[\"'#]")
_IMPORT = re.compile(r"(?:^|(?<=[;:]))[ \t\f]*(import|from)\b", re.MULTILINE)
_STRING_STEP = {quote: re.compile(rf"[\\\n{quote}]") for quote in "\"'"}
_COMMENT = re.compile(r"#[^\n]*")
_LINE_END = re.compile(r"\n|(?=[\"'#])")
_END = re.compile(r"(?<!\\)[\n;]")
_IN_NAMES = re.compile(r"[#)]")


def import_statements(source: str) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the import statements anywhere in *source*, in time that grows with its length."""
    at = statements = 0
    word = -1
    for _ in range(MAX_STEPS):
        if word < at:
            word = _next_word(source, at)
        if word < 0:
            return
        mark = _next_mark(source, at, word)
        if mark >= 0:
            at = _behind_mark(source, mark)
            continue
        line, at = _line_around(source, word, at)
        if at - line > MAX_IMPORT_CHARS:
            continue
        while (match := _IMPORT.search(source, line, at)) is not None and statements < MAX_STATEMENTS:
            statements += 1
            line, statement = _statement(source, match.start(1))
            at = max(at, line)
            if statement is not None:
                yield statement


def _next_word(source: str, start: int) -> int:
    """Return where the word is next; -1 if it is not."""
    return _find(source, "import", start, len(source))


def _next_mark(source: str, start: int, end: int) -> int:
    """Return where the next string or comment before *end* begins; -1 if there is none."""
    near = min(start + NEAR_CHARS, end)
    match = _MARK.search(source, start, near)
    if match is not None:
        return match.start()
    for window in range(near, end, WINDOW_CHARS):
        behind = min(window + WINDOW_CHARS, end)
        found = [at for mark in "\"'#" if (at := source.find(mark, window, behind)) >= 0]
        if found:
            return min(found)
    return -1


def _behind_mark(source: str, start: int) -> int:
    """Return the position behind the string or comment that begins at *start*."""
    mark = source[start : start + 1]
    if mark == "#":
        return _behind(source, "\n", start)
    if source.startswith(3 * mark, start):
        return _behind_long_string(source, 3 * mark, start + 3)
    return _behind_string(source, mark, start + 1)


def _line_around(source: str, word: int, start: int) -> tuple[int, int]:
    """Return the beginning and end of the line with *word*, from *start* on; it may begin above."""
    first = max(start, word - MAX_IMPORT_CHARS)  # a line that begins above is too long
    begin = source.rfind("\n", first, word) + 1
    while begin > first and source.startswith("\\", begin - 2):
        begin = source.rfind("\n", first, begin - 1) + 1
    match = _search(_LINE_END, source, word)
    return max(begin, first), len(source) if match is None else match.end()


def _statement(source: str, start: int) -> tuple[int, ast.Import | ast.ImportFrom | None]:
    """Return where to read on, and the import statement at *start*, if it is one."""
    limit = start + MAX_IMPORT_CHARS
    match = _END.search(source, start, limit)
    first = min(limit, len(source)) if match is None else match.start()
    end = first
    text = source[start:end]
    opened = _COMMENT.sub("", text).find("(")
    if opened >= 0:
        end = _behind_names(source, start + opened, limit)
        text = _COMMENT.sub("", source[start:end])
    try:
        [statement] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        statement = None
    # The names in parentheses are read again: nothing in them looks like a string or an import statement.
    return first, statement if isinstance(statement, (ast.Import, ast.ImportFrom)) else None


def _behind_names(source: str, start: int, limit: int) -> int:
    """Return the position behind the parenthesis that closes the names, comments passed over."""
    at = start
    while (match := _IN_NAMES.search(source, at, limit)) is not None:
        if match[0] == ")":
            return match.end()
        at = _behind(source, "\n", match.end())
    return limit


def _behind(source: str, mark: str, start: int) -> int:
    at = _find(source, mark, start, len(source))
    return len(source) if at < 0 else at + len(mark)


def _behind_long_string(source: str, quotes: str, start: int) -> int:
    at = start
    end = _find(source, quotes, at, len(source))
    while end >= 0:
        escape = _find(source, "\\", at, end)
        if escape < 0:
            return end + len(quotes)
        at = escape + 2
        if at > end:  # the quotes were escaped; else they are still the next ones, and need not be looked for again
            end = _find(source, quotes, at, len(source))
    return len(source)


def _behind_string(source: str, quote: str, start: int) -> int:
    """Return the position behind a string of one line; of its end, if it has none."""
    at = start
    while (match := _search(_STRING_STEP[quote], source, at)) is not None:
        if match[0] != "\\":
            return match.end() if match[0] == quote else match.start()
        at = match.end() + 1
    return len(source)


def _find(source: str, text: str, start: int, end: int) -> int:
    """Return where *text* is next before *end*; -1 if it is not."""
    for window in range(start, end, WINDOW_CHARS):
        found = source.find(text, window, min(window + WINDOW_CHARS + len(text) - 1, end))
        if found >= 0:
            return found
    return -1


def _search(pattern: re.Pattern[str], source: str, start: int) -> re.Match[str] | None:
    """Return the next match of a *pattern* that looks at one character."""
    for window in range(start, len(source), WINDOW_CHARS):
        match = pattern.search(source, window, window + WINDOW_CHARS)
        if match is not None:
            return match
    return None
