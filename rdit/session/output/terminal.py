"""Screen: the end of a text as a terminal holds it, so that what a progress bar has overwritten can be forgotten.

It follows the page's own terminal (`frontend/src/output/terminal.ts`), and gives back a text that leaves that terminal
in the same state as all that was fed: the same lines, cursor and style, whatever comes after. The sequences are those
of ECMA-48 and xterm.
"""

from __future__ import annotations

import re
from typing import Protocol

from .sgr import PLAIN, Style, apply_link, apply_sgr, transition
from .text_width import all_single, columns_of, width_of

REDRAWS = re.compile("[\x08\x0b\x0c]|\r(?!\r*\n)|\x1b(?!\\[[0-9;:]*m)")
"""What may change text that was there before, or is cut off; a text without it is only appended."""

REACH = 500
"""How far up from the last line the cursor may go."""
LONGEST_SEQUENCE = 1 << 16
LARGEST_SCREEN = 1 << 16
"""Characters of the lines that may still change; a text that draws on more of them is kept as it is written."""
ROWS_KEPT = 100
"""Rows above the last that stay taken apart, for they are likely drawn again."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_CSI = re.compile("\x1b\\[([0-?]*)([ -/]*)([@-~])")
_BROKEN_CSI = re.compile("[^0-?\\s -/]")
_STRING_END = re.compile("\x07|\x1b\\\\|\x9c")
_BEYOND_RETURNS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NUMBER = re.compile("[0-9]+")

Line = list[tuple[str, Style]]
"""The runs of a line."""


class Unfollowed(Exception):
    """The text does what a screen does not follow; it must be kept as it is written."""


class Above(Protocol):
    """The text before the lines of a screen."""

    def lines_above(self, rows: int) -> tuple[str, Style]:
        """Take so many whole lines, at most, off its end; return them, and the style before them."""

    def forget_above(self) -> None:
        """Take all that is left of it."""


class Screen:
    """The lines that may still change, the cursor on them, and the style of what is written next."""

    def __init__(self, above: Above) -> None:
        """Begin with an empty line; *above* is the text before it."""
        self._above = above
        self._first_style = PLAIN
        self._lines: list[Line] = [[]]
        self._row = 0
        self._column = 0
        self._width = 0
        self._glyphs: list[str] | None = None
        """The row under the cursor taken apart into columns, the second of a wide character being empty."""
        self._styles: list[Style] = []
        self._style = PLAIN
        self._pending = ""

    def begin(self, text: str, style: Style) -> None:
        """Begin with *text*, of plain lines, that is written in *style* at first."""
        self._first_style = self._style = style
        self.feed(text)

    # ------------------------------------------------------------------------------------------ reading

    def feed(self, text: str) -> None:
        """Take the next piece of the text.

        Raises:
            Unfollowed: the piece, or what it wants to change, is beyond what is followed here.
        """
        text = _without_superseded(self._pending + text)
        self._pending = ""
        at, end = 0, len(text)
        while at < end:
            control = _CONTROL.search(text, at)
            stop = control.start() if control else end
            if stop > at:
                self._write(text[at:stop])
                at = stop
                continue
            code = text[at]
            if code == "\x1b":
                after = self._escape(text, at)
                if after is None and end - at < LONGEST_SEQUENCE:
                    self._pending = text[at:]
                    return
                at = at + 1 if after is None else after
                continue
            at += 1
            if code in "\n\x0b\x0c":
                self._newline()
            elif code == "\r":
                self._column = 0
            elif code == "\b":
                self._column = max(0, self._column - 1)
            elif code == "\t":
                self._tab()

    def _escape(self, text: str, at: int) -> int | None:
        """Carry out the sequence at *at*; return the place after it, or None when it is not complete."""
        kind = text[at + 1 : at + 2]
        if not kind:
            return None
        if kind == "[":
            match = _CSI.match(text, at)
            if match:
                if not match[2]:
                    self._control(match[3], match[1])
                return match.end()
            broken = _BROKEN_CSI.search(text, at + 2, at + 66)
            return at + 2 if broken or len(text) - at > 64 else None
        if kind in "]P_^X":
            match = _STRING_END.search(text, at + 2)
            if match is None:
                return None
            command = text[at + 2 : match.start()]
            if kind == "]" and (link := re.fullmatch("8;[^;]*;(.*)", command, re.DOTALL)):
                self._style = apply_link(self._style, link[1])
            return match.end()
        if kind in "78":
            raise Unfollowed
        if kind == "M":
            self._move_to(self._row - 1, self._column)
        if kind in "()*+-./%#":
            return at + 3 if len(text) > at + 2 else None
        return at + 2

    def _control(self, final: str, parameters: str) -> None:
        if final == "m":
            if not set("<=>?") & set(parameters):
                self._style = apply_sgr(self._style, parameters)
            return
        if final in "su":
            raise Unfollowed
        numbers = [_number(part) for part in parameters.split(";")]
        first, second = numbers[0], numbers[1] if len(numbers) > 1 else 0
        steps = min(first or 1, 10_000)
        if final == "A":
            self._move_to(self._row - steps, self._column)
        elif final in "Be":
            self._move_to(self._row + steps, self._column)
        elif final in "Ca":
            self._column += steps
        elif final == "D":
            self._column = max(0, self._column - steps)
        elif final == "E":
            self._move_to(self._row + steps, 0)
        elif final == "F":
            self._move_to(self._row - steps, 0)
        elif final in "G`":
            self._column = steps - 1
        elif final in "Hf":
            self._move_to(self._top() + steps - 1, min(second or 1, 10_000) - 1)
        elif final == "d":
            self._move_to(self._top() + steps - 1, self._column)
        elif final == "J":
            self._erase_lines(first)
        elif final == "K":
            self._erase_in_line(first)
        elif final == "P":
            glyphs = self._take_apart()
            del glyphs[self._column : self._column + steps]
            del self._styles[self._column : self._column + steps]
        elif final == "X":
            self._blank(self._column, self._column + steps)

    # ------------------------------------------------------------------------------------------ the cursor

    def _reach_up(self, rows: int) -> int:
        """Take at most *rows* lines from the text above; return how many there were."""
        text, style = self._above.lines_above(rows)
        if not text:
            return 0
        above = Screen(self._above)
        above.begin(text, style)
        if above._row != len(above._lines) - 1 or above._lines[-1] or above._pending:
            raise Unfollowed
        added = above._lines[:-1]
        self._lines[:0] = added
        self._row += len(added)
        self._first_style = style
        return len(added)

    def _top(self) -> int:
        self._reach_up(REACH - len(self._lines))
        return max(0, len(self._lines) - REACH)

    def _move_to(self, row: int, column: int) -> None:
        row = max(row, len(self._lines) - REACH)
        if row < 0:
            row = max(0, row + self._reach_up(-row))
        if row != self._row:
            self._leave_row()
            while len(self._lines) <= row:
                self._lines.append([])
            self._enter(row)
        self._column = column

    def _enter(self, row: int) -> None:
        self._row = row
        self._width = columns_of("".join([text for text, _ in self._lines[row]]))

    def _newline(self) -> None:
        self._leave_row()
        if self._row + 1 == len(self._lines):
            self._lines.append([])
        self._enter(self._row + 1)
        self._column = 0

    def _tab(self) -> None:
        target = (self._column // 8 + 1) * 8
        if self._glyphs is None and self._column == self._width:
            self._append("\t")
            self._width = target
        self._column = target

    # ------------------------------------------------------------------------------------------ changing lines

    def _write(self, text: str) -> None:
        single = all_single(text)
        if self._glyphs is None and self._column == self._width:
            self._append(text)
            self._column = self._width = self._width + (len(text) if single else columns_of(text))
            return
        glyphs = self._take_apart()
        if single:
            self._put(glyphs, self._column, list(text))
            self._column += len(text)
            return
        for glyph in text:
            width = width_of(glyph)
            if width == 0:
                before = self._column - 1
                while before > 0 and before < len(glyphs) and glyphs[before] == "":
                    before -= 1
                if 0 <= before < len(glyphs):
                    glyphs[before] += glyph
                continue
            self._put(glyphs, self._column, [glyph])
            if width == 2:
                self._put(glyphs, self._column + 1, [""])
            self._column += width

    def _append(self, text: str) -> None:
        line = self._lines[self._row]
        if line and line[-1][1] == self._style:
            line[-1] = (line[-1][0] + text, self._style)
        else:
            line.append((text, self._style))

    def _put(self, glyphs: list[str], column: int, new: list[str], style: Style | None = None) -> None:
        styles = self._styles
        missing = column - len(glyphs)
        if missing > 0:
            glyphs += [" "] * missing
            styles += [PLAIN] * missing
        end = column + len(new)
        # Half of a wide character cannot stay.
        if new[0] != "" and 0 < column < len(glyphs) and glyphs[column] == "":
            glyphs[column - 1] = " "
        if end < len(glyphs) and glyphs[end] == "":
            glyphs[end] = " "
        glyphs[column:end] = new
        styles[column:end] = [self._style if style is None else style] * len(new)

    def _erase_in_line(self, mode: int) -> None:
        if mode == 0 and self._glyphs is None and self._column >= self._width:
            return
        glyphs = self._take_apart()
        if mode == 1:
            self._blank(0, self._column + 1)
        elif mode in (0, 2):
            keep = self._column if mode == 0 else 0
            del glyphs[keep:], self._styles[keep:]

    def _blank(self, start: int, end: int) -> None:
        glyphs = self._take_apart()
        for column in range(start, min(end, len(glyphs))):
            self._put(glyphs, column, [" "], PLAIN)

    def _erase_lines(self, mode: int) -> None:
        if mode == 0:
            self._erase_in_line(0)
            del self._lines[self._row + 1 :]
        elif mode == 1:
            for row in range(self._top(), self._row):
                self._lines[row] = []
            self._erase_in_line(1)
        else:
            self._above.forget_above()
            self._first_style = PLAIN
            self._glyphs = None
            self._lines = [[]]
            self._row = self._column = self._width = 0

    def _take_apart(self) -> list[str]:
        if self._glyphs is not None:
            return self._glyphs
        glyphs: list[str] = []
        styles: list[Style] = []
        for text, style in self._lines[self._row]:
            if "\t" not in text and all_single(text):
                glyphs += text
                styles += [style] * len(text)
                continue
            for glyph in text:
                if glyph == "\t":
                    new = [" "] * (8 - len(glyphs) % 8)
                else:
                    width = width_of(glyph)
                    if width == 0 and glyphs:
                        before = len(glyphs) - 1
                        while before > 0 and glyphs[before] == "":
                            before -= 1
                        glyphs[before] += glyph
                        continue
                    new = [glyph, ""] if width == 2 else [glyph]
                glyphs += new
                styles += [style] * len(new)
        self._glyphs, self._styles = glyphs, styles
        return glyphs

    def _commit(self) -> None:
        """Put the row that was taken apart back among the lines."""
        if self._glyphs is None:
            return
        line: Line = []
        start = 0
        styles = self._styles
        for column in range(1, len(styles) + 1):
            if column == len(styles) or (styles[column] is not styles[start] and styles[column] != styles[start]):
                line.append(("".join(self._glyphs[start:column]), styles[start]))
                start = column
        self._lines[self._row] = line

    def _leave_row(self) -> None:
        self._commit()
        self._glyphs = None

    # ------------------------------------------------------------------------------------------ the text it makes

    @property
    def at_end(self) -> bool:
        """Whether plain text would only be appended."""
        if self._pending or self._row != len(self._lines) - 1:
            return False
        return self._column == (self._width if self._glyphs is None else len(self._glyphs))

    def text(self) -> str:
        """Return a text that leaves a terminal in this state.

        Raises:
            Unfollowed: it would be too long.
        """
        self._commit()
        parts, style = self._drawn(self._lines)
        up = len(self._lines) - 1 - self._row
        if up:
            parts.append(f"\x1b[{up}A")
        if up or not self.at_end:
            parts.append(f"\x1b[{self._column + 1}G" if self._column else "\r")
        parts.append(transition(style, self._style))
        parts.append(self._pending)
        text = "".join(parts)
        if len(text) > LARGEST_SCREEN:
            raise Unfollowed
        return text

    def settle(self) -> int:
        """Let go of the uppermost lines when there are many; return how many characters of `text` they are."""
        surplus = min(len(self._lines) - ROWS_KEPT, self._row)
        if surplus < ROWS_KEPT:
            return 0
        parts, self._first_style = self._drawn([*self._lines[:surplus], []])
        del self._lines[:surplus]
        self._row -= surplus
        return sum(map(len, parts))

    def _drawn(self, lines: list[Line]) -> tuple[list[str], Style]:
        """Return *lines* as text, and the style that it ends with."""
        parts: list[str] = []
        style = self._first_style
        for number, line in enumerate(lines):
            if number:
                parts.append("\n")
            for text, wanted in line:
                if wanted is not style:
                    parts.append(transition(style, wanted))
                    style = wanted
                parts.append(text)
        return parts, style


def _number(text: str) -> int:
    match = _NUMBER.match(text)
    return int(match[0][:9]) if match else 0


def _without_superseded(text: str) -> str:
    """Leave out of *text* what a carriage return and longer text after it overwrite, where that is plain to see."""
    if text.count("\r") < 4 or _BEYOND_RETURNS.search(text) or not all_single(text):
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
