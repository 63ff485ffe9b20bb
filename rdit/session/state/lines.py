"""Lines: those of a script, found in its text when they are asked for."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

PART = 1 << 14
"""Characters of the parts in which lines are counted. A list of all lines would take a script of millions of them
a second."""


class Lines:
    """The lines of a text, from 1, as Python counts them: form feeds and Unicode separators end no line."""

    def __init__(self, text: str) -> None:
        """Count the lines of *text*."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = text
        """The text, with plain newlines."""
        self._before = [0, *accumulate([text.count("\n", at, at + PART) for at in range(0, len(text), PART)])]
        """How many lines end before each part."""
        self._part = -1
        self._starts: list[int] = []
        """Where the lines begin that begin in the part looked at last, after a newline in it."""

    @property
    def count(self) -> int:
        """How many lines there are; also an empty text has one."""
        return self._before[-1] + 1

    def start(self, line: int) -> int:
        """Return where *line* begins in the text; of the line behind the last, the end of a newline after that."""
        if line == 1:
            return 0
        if line > self.count:
            return len(self.text) + 1
        part = bisect_right(self._before, line - 2) - 1
        if part != self._part:
            at = part * PART
            *ended, _ = self.text[at : at + PART].split("\n")
            self._starts = [at + start for start in accumulate([len(one) + 1 for one in ended])]
            self._part = part
        return self._starts[line - 2 - self._before[part]]

    def between(self, line_start: int, line_end: int) -> str:
        """Return the text of these lines, both included, without the newline at its end."""
        return self.text[self.start(line_start) : self.start(line_end + 1) - 1]

    def split(self, first: int, end: int) -> list[str]:
        """Return the lines from the index *first* to before *end*, from 0."""
        return self.between(first + 1, end).split("\n") if end > first else []
