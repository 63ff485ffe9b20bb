"""Text with the protocol's positions: lines from 0, and characters in UTF-16 code units."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


class Text:
    """A text as it is; a change makes another."""

    def __init__(self, content: str) -> None:
        self.content = content

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [0, *(match.end() for match in _LINE_BREAK.finditer(self.content))]

    @cached_property
    def _has_astral(self) -> bool:
        """Whether some character takes two code units."""
        return not self.content.isascii() and _ASTRAL.search(self.content) is not None

    def line(self, number: int) -> str:
        """Return a line without its break; one beyond the end is empty."""
        if not 0 <= number < len(self.starts):
            return ""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.content)
        return self.content[self.starts[number] : end].rstrip("\r\n")

    def offset(self, position: Mapping[str, Any]) -> int:
        """Return where in `content` a position is; one beyond a line's end is its end, as the protocol says."""
        line, units = int(position["line"]), int(position["character"])
        if line >= len(self.starts):
            return len(self.content)
        return self.starts[max(line, 0)] + self.column(line, units)

    def column(self, line: int, units: int) -> int:
        """Return how many characters of a line lie before a number of its code units."""
        return _column(self.line(line), units)

    def units(self, line: int, column: int) -> int:
        """Return how many code units the first *column* characters of a line are."""
        before = self.line(line)[:column]
        return len(before) + len(_ASTRAL.findall(before)) if self._has_astral else len(before)

    def characters(self, line: int, size: int) -> int:
        """Return how many characters the first *size* bytes of a line are: `ast` counts bytes."""
        text = self.line(line)
        return size if text.isascii() else len(text.encode("utf-8", "surrogatepass")[:size].decode("utf-8", "replace"))

    def position(self, offset: int) -> dict[str, int]:
        """Return the position of an offset."""
        line = bisect_right(self.starts, offset) - 1
        return {"line": line, "character": self.units(line, offset - self.starts[line])}

    def changed(self, changes: Sequence[Mapping[str, Any]]) -> Text:
        """Return the text after *changes*, each of which refers to the text after the one before it.

        The time grows with the text and with the changes, wherever they are: lines are changed, and joined once.
        """
        lines = self._lines()
        for change in changes:
            if (place := change.get("range")) is None:
                lines = Text(change["text"])._lines()
            else:
                _change(lines, place["start"], place["end"], change["text"])
        return Text("".join(lines))

    def _lines(self) -> list[str]:
        """Return all lines with their breaks; the last one has none."""
        return [self.content[start:end] for start, end in pairwise([*self.starts, len(self.content)])]

    def edited(self, edits: Sequence[Mapping[str, Any]]) -> Text:
        """Return the text after *edits*, which all refer to the text as it is and do not overlap."""
        places = [(self.offset(edit["range"]["start"]), self.offset(edit["range"]["end"]), edit) for edit in edits]
        places.sort(key=lambda place: place[:2])  # those at one place stay in their order
        return self._with([(start, max(start, end), str(edit["newText"])) for start, end, edit in reversed(places)])

    def _with(self, pieces: Sequence[tuple[int, int, str]]) -> Text:
        """Return the text with *pieces* in place of others, from the last to the first: editors send many so."""
        if not pieces:
            return self
        parts: list[str] = []
        at = 0
        for start, end, new in reversed(pieces):
            parts += (self.content[at:start], new)
            at = end
        return Text("".join([*parts, self.content[at:]]))


def _change(lines: list[str], start: Mapping[str, Any], end: Mapping[str, Any], new: str) -> None:
    """Put *new* into *lines* in place of what is from *start* to *end*."""
    (first, begin), (last, behind) = _place(lines, start), _place(lines, end)
    if (last, behind) < (first, begin):
        last, behind = first, begin
    new = lines[first][:begin] + new + lines[last][behind:]
    if first > 0 and lines[first - 1].endswith("\r"):  # with a line feed behind it, they are one break
        first -= 1
        new = lines[first] + new
    changed = Text(new)._lines()
    if last + 1 < len(lines):
        changed.pop()  # the beginning of the line behind
    lines[first : last + 1] = changed


def _place(lines: Sequence[str], position: Mapping[str, Any]) -> tuple[int, int]:
    """Return the line and the character of a position."""
    line, units = int(position["line"]), int(position["character"])
    if line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return line, _column(lines[line].rstrip("\r\n"), units)


def _column(line: str, units: int) -> int:
    """Return how many characters of a line lie before a number of its code units."""
    before = line[: max(units, 0)]
    if before.isascii():
        return len(before)
    encoded = before.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(encoded.decode("utf-16-le", "surrogatepass"))
