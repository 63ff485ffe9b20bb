"""Parse part of a script that has a syntax error elsewhere."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right

from .compilation import FUTURE_FLAGS, compile_code, warning_filter

_MAX_SEARCH_CHARS = 5_000_000
"""That the search may compile in total before it gives up."""


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


def find_valid_part(
    lines: list[str], filename: str, line_range: tuple[int, int], flags: int, error: SyntaxError
) -> tuple[str, int, int] | None:
    """Find the smallest part around *line_range* that is Python, in a script that as a whole is not.

    Returns its text, padded with empty lines to its place in the script, the index of its first statement, and the
    flags of the script's `__future__` imports; None when no statement lies in the range.

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
        part = lines[start - 1 : end]
        if part[0].startswith("from __future__"):
            try:
                flags |= compile_code("\n".join(part), filename, "exec", flags, True).co_flags & FUTURE_FLAGS
            except SyntaxError:
                break  # the interpreter would have stopped here as well
    nearest: SyntaxError | None = None
    budget = _MAX_SEARCH_CHARS
    for growth in range(40):
        for up in range(growth + 1):
            if up > top or bottom + growth - up >= len(starts):
                continue
            start, end = starts[top - up], ends[bottom + growth - up]
            padded = "\n" * (start - 1) + "\n".join(lines[start - 1 : end])
            budget -= len(padded)
            try:
                with warning_filter("ignore"):
                    compile_code(padded, filename, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
            except SyntaxError as found:
                nearest = nearest or found
            else:
                return padded, top - up, flags
            if budget < 0:
                break
    in_range = error.lineno is not None and first <= error.lineno <= last
    raise error if in_range or nearest is None else nearest


def _top_level_lines(text: str) -> list[int]:
    """Return the lines on which top-level statements begin, as far as a broken script shows it.

    Recognises strings, comments and brackets. If a bracket is never closed, every unindented line counts.
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
