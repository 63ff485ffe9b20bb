"""Overwrites: reduces an item's text to what a terminal would still show, while a progress bar overwrites it.

Only the end of the text is parsed, from the line of the cursor on; the lines above are parsed again when the cursor
moves up to them. After a sequence that `Terminal` does not support, the text is kept as it is written.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from .sgr import PLAIN, Style, style_after
from .terminal import MAX_SCREEN_CHARS, OVERWRITING, Terminal, Unsupported
from .text_width import code_units

_STYLE_STRIDE = 4096
"""Characters between positions whose style is stored."""
_STARTS = "\r\x1b\b\x0b\x0c"


def may_overwrite(text: str) -> bool:
    """Whether *text* may overwrite what was written before it, or ends within a sequence that may."""
    # Searching for single characters is some fifty times faster, and in most text there is none.
    return any(start in text for start in _STARTS) and OVERWRITING.search(text) is not None


class ItemText(Protocol):
    """The text of an item, in parts."""

    head: list[str]
    head_chars: int
    head_units: int

    def grow(self, text: str) -> None:
        """Append *text*."""

    def cut(self, chars: int) -> str:
        """Cut the last *chars* characters off and return them."""

    def newest_chars(self, count: int) -> str:
        """Return the last *count* characters."""


class Redrawn(NamedTuple):
    """New text of an item from a position on."""

    text: str
    start_chars: int
    start_units: int
    replaces: bool
    """Whether there was other text."""


class Overwrites:
    """The overwritten text of one item, and its terminal."""

    def __init__(self, item: ItemText) -> None:
        """Start with *item* as it is; its text has no tail yet."""
        self._item = item
        self._terminal: Terminal | None = None
        self._size = 0
        """Characters at the item's end that the terminal renders."""
        self._cut: list[str] = []
        """Parts cut off the item's end during the current write, the last first."""
        self._styles: list[tuple[int, Style]] = [(0, PLAIN)]
        """The style at some positions of the item."""
        self._changes: list[tuple[int, int]] = []
        self.version = 0
        """Counts how often text was replaced."""
        self.peak = 0
        """The most characters that the item ever had."""
        self.is_active = True
        """Whether text is reduced; else it is kept as it is written."""

    def applies_to(self, text: str) -> bool:
        """Whether *text*, which comes next, must go through `write`; else it is only appended."""
        if not self.is_active:
            return False
        if may_overwrite(text):
            return True
        if self._terminal is not None and self._terminal.at_end:
            self._terminal = None
        return self._terminal is not None

    def give_up(self) -> None:
        """Keep text from now on as it is written."""
        self.is_active = False
        self._terminal = None

    def changed_from(self, version: int) -> int | None:
        """Return the first position that was replaced after *version*; None when none was."""
        for changed, start in self._changes:
            if changed > version:
                return start
        return None

    def write(self, text: str) -> Redrawn | None:
        """Append *text* as a terminal would; return the change, if there is any."""
        item = self._item
        before = item.head_chars
        self._cut = []
        try:
            terminal = self._terminal
            if terminal is None:
                self._terminal = terminal = Terminal(self)
                line = self._cut_lines(0)
                terminal.begin(line, self._style())
            else:
                self._cut.append(item.cut(self._size))
            terminal.feed(text)
            rendered = terminal.text()
        except Unsupported:
            for part in reversed(self._cut):
                item.grow(part)
            self.give_up()
            rendered, start = text, (item.head_chars, item.head_units)
        else:
            start = item.head_chars, item.head_units
            self._size = len(rendered) - terminal.release_rows()
        item.grow(rendered)
        if start[0] == before:
            return Redrawn(rendered, *start, replaces=False) if rendered else None
        old = "".join(reversed(self._cut))
        if rendered.startswith(old):
            added = rendered[len(old) :]
            return Redrawn(added, before, start[1] + code_units(old), replaces=False) if added else None
        self._record_change(before, start[0])
        return Redrawn(rendered, *start, replaces=True)

    def _record_change(self, before: int, start: int) -> None:
        self.version += 1
        self.peak = max(self.peak, before)
        while self._changes and self._changes[-1][1] >= start:
            self._changes.pop()
        self._changes.append((self.version, start))

    # ------------------------------------------------------------------------------------------ the text above

    def lines_above(self, rows: int) -> tuple[str, Style]:
        """Cut at most *rows* whole lines off the item's end; return them, and the style before them."""
        text = self._cut_lines(rows) if rows > 0 else ""
        return text, self._style()

    def forget_above(self) -> None:
        """Cut all that is left of the item."""
        self._cut.append(self._item.cut(self._item.head_chars))
        self._styles = [(0, PLAIN)]

    def _cut_lines(self, rows: int) -> str:
        """Cut the text after the last newline off the item's end, and *rows* whole lines before it."""
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
            if chars > MAX_SCREEN_CHARS:
                break
        if chars > MAX_SCREEN_CHARS:
            raise Unsupported
        text = self._item.cut(chars)
        self._cut.append(text)
        return text

    def _style(self) -> Style:
        """Return the current style at the item's end."""
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
