"""Overwrites: reduces an item's text to what a terminal would still show, while a progress bar is drawn over and over.

Only the end of the text is looked at, from the line that the cursor is on; the lines above are read again when the
cursor moves up to them. What a `Screen` does not follow is kept as it is written, from there to the item's end.
"""

from __future__ import annotations

from typing import NamedTuple

from .sgr import PLAIN, Style, style_after
from .terminal import LARGEST_SCREEN, REDRAWS, Screen, Unfollowed
from .text import Text

_STYLE_STRIDE = 4096
"""Characters between places whose style is remembered."""
_STARTS = "\r\x1b\b\x0b\x0c"


def redraws(text: str) -> bool:
    """Return whether *text* may change what was written before it, or ends within a sequence that may."""
    # Looking for single characters is some fifty times quicker, and in most text there is none.
    return any(start in text for start in _STARTS) and REDRAWS.search(text) is not None


class Drawn(NamedTuple):
    """Text that is appended, or that replaces all from a place on."""

    text: str
    replace_from: int | None
    """In UTF-16 code units; None when it is appended."""


class Overwrites:
    """What has been drawn over in one item's text, and how to go on. It reads the text and does not change it."""

    def __init__(self) -> None:
        """Begin with nothing drawn over."""
        self._text = Text()
        """The item's text while something is drawn, without what was taken off its end."""
        self._screen: Screen | None = None
        self._size = 0
        """Characters at the text's end that the screen holds."""
        self._taken: list[str] = []
        """What was taken off the text's end for what comes now, the last first."""
        self._styles: list[tuple[int, Style]] = [(0, PLAIN)]
        """The style at some places of the text, by their characters."""
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

    def draw(self, whole: Text, text: str) -> Drawn | None:
        """Return what is different of *whole*, the item's text, once a terminal has shown *text*; None for nothing."""
        self._text = whole.copy()
        self._taken = []
        try:
            screen = self._screen
            if screen is None:
                self._screen = screen = Screen(self)
                line = self._take_back(0)
                screen.begin(line, self._style())
            else:
                self._taken.append(self._text.cut(self._size))
            screen.feed(text)
            drawn = screen.text()
        except Unfollowed:
            self.give_up()
            return Drawn(text, None)
        self._size = len(drawn) - screen.settle()
        old = "".join(reversed(self._taken))
        if drawn.startswith(old):
            return Drawn(drawn[len(old) :], None) if len(drawn) > len(old) else None
        return Drawn(drawn, self._text.units)

    # ------------------------------------------------------------------------------------------ the text above

    def lines_above(self, rows: int) -> tuple[str, Style]:
        """Take so many whole lines, at most, off the item's end; return them, and the style before them."""
        text = self._take_back(rows) if rows > 0 else ""
        return text, self._style()

    def forget_above(self) -> None:
        """Take all that is left of the item."""
        self._taken.append(self._text.cut(self._text.chars))
        self._styles = [(0, PLAIN)]

    def _take_back(self, rows: int) -> str:
        """Take what follows the last newline off the item's end, and *rows* whole lines before it."""
        breaks, chars = rows + 1, 0
        for part in reversed(self._text.parts):
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
        text = self._text.cut(chars)
        self._taken.append(text)
        return text

    def _style(self) -> Style:
        """Return the style at the item's end as it stands now."""
        item, styles = self._text, self._styles
        while styles[-1][0] > item.chars:
            styles.pop()
        at, style = styles[-1]
        if item.chars == at:
            return style
        text = item.last_chars(item.chars - at)
        style = style_after(style, text)
        if len(text) > _STYLE_STRIDE:
            styles.append((item.chars, style))
        return style
