"""Drawing: keeps of an item's text what a terminal would still show, while a progress bar is drawn over and over.

Only the end of the text is looked at, from the line that the cursor is on; the lines above are read again when the
cursor moves up to them. What a `Screen` does not follow is kept as it is written, from there to the item's end.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from .sgr import PLAIN, Style, style_after
from .terminal import LARGEST_SCREEN, REDRAWS, Screen, Unfollowed
from .text_width import code_units

_STYLE_STRIDE = 4096
"""Characters between places whose style is remembered."""
_STARTS = "\r\x1b\b\x0b\x0c"


def redraws(text: str) -> bool:
    """Return whether *text* may change what was written before it, or ends within a sequence that may."""
    # Looking for single characters is some fifty times quicker, and in most text there is none.
    return any(start in text for start in _STARTS) and REDRAWS.search(text) is not None


class Text(Protocol):
    """The text of an item, in parts."""

    head: list[str]
    head_chars: int
    head_units: int

    def grow(self, text: str) -> None:
        """Append *text*."""

    def cut(self, chars: int) -> str:
        """Take the last *chars* characters off and return them."""

    def newest_chars(self, count: int) -> str:
        """Return the last *count* characters."""


class Drawn(NamedTuple):
    """Text that stands in an item from a place on, instead of what stood there."""

    text: str
    start_chars: int
    start_units: int
    replaces: bool
    """Whether anything stood there."""


class Drawing:
    """What has been drawn over in one item, and how to go on."""

    def __init__(self, item: Text) -> None:
        """Begin with nothing drawn over in *item*, whose text has no tail yet."""
        self._item = item
        self._screen: Screen | None = None
        self._size = 0
        """Characters at the item's end that the screen holds."""
        self._taken: list[str] = []
        """What was taken off the item's end for the text that comes now, the last first."""
        self._styles: list[tuple[int, Style]] = [(0, PLAIN)]
        """The style at some places of the item, by their characters."""
        self._changes: list[tuple[int, int]] = []
        self.version = 0
        """Counts how often text was replaced."""
        self.peak = 0
        """The most characters that the item ever had before some were replaced."""
        self.followed = True
        """Whether a screen follows the text; if not, it is kept as it is written."""

    def takes(self, text: str) -> bool:
        """Return whether *text*, which comes next, is to be drawn; otherwise it is only appended."""
        if not self.followed:
            return False
        if redraws(text):
            return True
        if self._screen is not None and self._screen.at_end:
            self._screen = None
        return self._screen is not None

    def give_up(self) -> None:
        """Keep what comes as it is written."""
        self.followed = False
        self._screen = None

    def changed_from(self, version: int) -> int | None:
        """Return the first character that may have been replaced after *version*; None when none was."""
        for changed, start in self._changes:
            if changed > version:
                return start
        return None

    def draw(self, text: str) -> Drawn | None:
        """Bring the item to what a terminal holds after *text*; return what is different, if anything is."""
        item = self._item
        before = item.head_chars
        self._taken = []
        try:
            screen = self._screen
            if screen is None:
                self._screen = screen = Screen(self)
                line = self._take_back(0)
                screen.begin(line, self._style())
            else:
                self._taken.append(item.cut(self._size))
            screen.feed(text)
            drawn = screen.text()
        except Unfollowed:
            for part in reversed(self._taken):
                item.grow(part)
            self.give_up()
            drawn, start = text, (item.head_chars, item.head_units)
        else:
            start = item.head_chars, item.head_units
            self._size = len(drawn) - screen.settle()
        item.grow(drawn)
        if start[0] == before:
            return Drawn(drawn, *start, replaces=False) if drawn else None
        old = "".join(reversed(self._taken))
        if drawn.startswith(old):
            added = drawn[len(old) :]
            return Drawn(added, before, start[1] + code_units(old), replaces=False) if added else None
        self._note(before, start[0])
        return Drawn(drawn, *start, replaces=True)

    def _note(self, before: int, start: int) -> None:
        self.version += 1
        self.peak = max(self.peak, before)
        while self._changes and self._changes[-1][1] >= start:
            self._changes.pop()
        self._changes.append((self.version, start))

    # ------------------------------------------------------------------------------------------ the text above

    def lines_above(self, rows: int) -> tuple[str, Style]:
        """Take so many whole lines, at most, off the item's end; return them, and the style before them."""
        text = self._take_back(rows) if rows > 0 else ""
        return text, self._style()

    def forget_above(self) -> None:
        """Take all that is left of the item."""
        self._taken.append(self._item.cut(self._item.head_chars))
        self._styles = [(0, PLAIN)]

    def _take_back(self, rows: int) -> str:
        """Take what follows the last newline off the item's end, and *rows* whole lines before it."""
        breaks, chars = rows + 1, 0
        for part in reversed(self._item.head):
            here = part.count("\n")
            if here >= breaks:
                at = len(part)
                for _ in range(breaks):
                    at = part.rindex("\n", 0, at)
                chars += len(part) - at - 1
                break
            breaks -= here
            chars += len(part)
            if chars > LARGEST_SCREEN:
                break
        if chars > LARGEST_SCREEN:
            raise Unfollowed
        text = self._item.cut(chars)
        self._taken.append(text)
        return text

    def _style(self) -> Style:
        """Return the style at the item's end as it stands now."""
        item, styles = self._item, self._styles
        while styles[-1][0] > item.head_chars:
            styles.pop()
        at, style = styles[-1]
        if item.head_chars == at:
            return style
        text = item.newest_chars(item.head_chars - at)
        style = style_after(style, text)
        if len(text) > _STYLE_STRIDE:
            styles.append((item.head_chars, style))
        return style
