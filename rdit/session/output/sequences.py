"""What a terminal's text is searched for: the ends of strings, numbers, and text that a carriage return supersedes."""

from __future__ import annotations

import re

from .text_width import is_single_width

_STRING_END = re.compile("\x07|\x1b\\\\|\x9c")
_BEYOND_RETURNS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NUMBER = re.compile("[0-9]+")


class StringEnds:
    """Where the strings of a text end; what was found, or not found, is not looked for again."""

    def __init__(self, text: str) -> None:
        """Look into *text*, from its beginning to its end."""
        self._text = text
        self._found: re.Match[str] | None = None
        self._is_new = True

    def first_after(self, at: int) -> re.Match[str] | None:
        """Return the first end at *at* or behind it; *at* must not be before that of the last call."""
        if self._is_new or (self._found is not None and self._found.start() < at):
            self._is_new = False
            self._found = _STRING_END.search(self._text, at)
        return self._found


def number(text: str) -> int:
    """Return the number that a parameter begins with; 0 for none."""
    match = _NUMBER.match(text)
    return int(match[0][:9]) if match else 0


def without_superseded(text: str) -> str:
    """Remove from *text* what is overwritten after a carriage return by text that is at least as long."""
    if text.count("\r") < 4 or _BEYOND_RETURNS.search(text) or not is_single_width(text):
        return text
    lines = []
    for line in text.split("\n"):
        first, *others = line.split("\r")
        kept: list[str] = []
        longest = 0
        for other in reversed(others):
            if not kept or len(other) > longest:
                kept.append(other)
                longest = max(longest, len(other))
        kept.append(first)
        lines.append("\r".join(reversed(kept)))
    return "\n".join(lines)
