"""Overwrites: reduces an item's text to what a terminal would still show, while a progress bar overwrites it.

Only the end of the text is parsed, from the line of the cursor on; the lines above are parsed again when the cursor
moves up to them. After a sequence that `Terminal` does not support, the text is kept as it is written.
"""

from __future__ import annotations

from typing import NamedTuple

from .sgr import PLAIN, Style, style_after
from .terminal import MAX_SCREEN_CHARS, OVERWRITING, Terminal, Unsupported
from .text import Text

MAX_STYLE_CHANGES = 8000
"""Sequences without a reset that are followed to find the style at a place; beyond, the text is unsupported."""
_STYLE_STRIDE = 4096
"""Characters between positions whose style is stored."""
_STARTS = "\r\x1b\b\x0b\x0c"


def may_overwrite(text: str) -> bool:
    """Whether *text* may overwrite what was written before it, or ends within a sequence that may."""
    # Searching for single characters is some fifty times faster, and in most text there is none.
    return any(start in text for start in _STARTS) and OVERWRITING.search(text) is not None


def _after_last_reset(style: Style, text: str) -> tuple[Style, str]:
    """Return the style after the last reset in *text*, and what follows it; *style* and all of *text* without one."""
    reset = max(text.rfind("\x1b[0m"), text.rfind("\x1b[m"))
    if reset < 0 or style.link or "\x1b]8" in text:  # a link outlasts a reset
        return style, text
    return PLAIN, text[reset:]


class Redrawn(NamedTuple):
    """Text that is appended, or that replaces all from a position on."""

    text: str
    replace_from: int | None
    """In UTF-16 code units; None when it is appended."""


class Overwrites:
    """What overwrites one item's text, and its terminal. It reads the text and does not change it."""

    def __init__(self) -> None:
        self._text = Text()
        """The item's text during a write, without what was cut off its end."""
        self._terminal: Terminal | None = None
        self._size = 0
        """Characters at the text's end that the terminal renders."""
        self._cut: list[str] = []
        """Parts cut off the text's end during the current write, the last first."""
        self._styles: list[tuple[int, Style]] = [(0, PLAIN)]
        """The style at some positions of the text."""
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

    def write(self, whole: Text, text: str) -> Redrawn | None:
        """Return the change of *whole*, the item's text, when a terminal shows *text* after it; None when none."""
        self._text = whole.copy()
        self._cut = []
        try:
            terminal = self._terminal
            if terminal is None:
                self._terminal = terminal = Terminal(self)
                line = self._cut_lines(0)
                terminal.begin(line, self._style())
            else:
                self._cut.append(self._text.cut(self._size))
            terminal.feed(text)
            rendered = terminal.text()
        except Unsupported:
            self.give_up()
            return Redrawn(text, None)
        self._size = len(rendered) - terminal.release_rows()
        old = "".join(reversed(self._cut))
        if rendered.startswith(old):
            return Redrawn(rendered[len(old) :], None) if len(rendered) > len(old) else None
        return Redrawn(rendered, self._text.units)

    # ------------------------------------------------------------------------------------------ the text above

    def lines_above(self, rows: int) -> tuple[str, Style]:
        """Cut at most *rows* whole lines off the text's end; return them, and the style before them."""
        text = self._cut_lines(rows) if rows > 0 else ""
        return text, self._style()

    def forget_above(self) -> None:
        """Cut all that is left of the text."""
        self._cut.append(self._text.cut(self._text.chars))
        self._styles = [(0, PLAIN)]

    def _cut_lines(self, rows: int) -> str:
        """Cut the text after the last newline off the text's end, and *rows* whole lines before it."""
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
            if chars > MAX_SCREEN_CHARS:
                break
        if chars > MAX_SCREEN_CHARS:
            raise Unsupported
        text = self._text.cut(chars)
        self._cut.append(text)
        return text

    def _style(self) -> Style:
        """Return the current style at the text's end."""
        text, styles = self._text, self._styles
        while styles[-1][0] > text.chars:
            styles.pop()
        at, style = styles[-1]
        if text.chars == at:
            return style
        between = text.last_chars(text.chars - at)
        style, since = _after_last_reset(style, between)
        if since.count("\x1b") > MAX_STYLE_CHANGES:
            raise Unsupported
        style = style_after(style, since)
        if len(between) > _STYLE_STRIDE:
            styles.append((text.chars, style))
        return style
