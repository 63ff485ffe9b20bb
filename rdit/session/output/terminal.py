"""Terminal: emulates a terminal on the end of a text, so that what a progress bar overwrote need not be kept.

It does what the page's own terminal does (`frontend/src/output/terminal.ts`), and returns a text that leaves that
terminal in the same state as all that was fed: the same lines, cursor and style, whatever comes after. The sequences
are those of ECMA-48 and xterm.
"""

from __future__ import annotations

import re
from typing import Protocol

from .line_columns import Line, LineColumns
from .sequences import StringEnds, number, without_superseded
from .sgr import PLAIN, Style, apply_link, apply_sgr, transition
from .text_width import char_width, is_single_width, text_width

OVERWRITING = re.compile("[\x08\x0b\x0c]|\r(?!\r*\n)|\x1b(?!\\[[0-9;:]*m)")
"""Sequences that may change earlier text, or are incomplete; a text without them is only appended."""

MAX_ROWS_UP = 500
"""How far up from the last line the cursor may go."""
MAX_SEQUENCE_CHARS = 1 << 16
MAX_SCREEN_CHARS = 1 << 16
"""Characters of the lines that may still change; beyond, a text is unsupported."""
MAX_COLUMNS = 1000
"""How far to the right sequences may move the cursor; text goes as far as it is long."""
MAX_WORK = 1 << 18
"""Cells that one part of the text may have taken apart, erased or joined again; beyond, the text is unsupported."""
MAX_RUNS = 4000
"""Stretches of one style in them."""
KEPT_ROWS = 100
"""Rows above the last that stay parsed, because they are likely overwritten again."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_CSI = re.compile("\x1b\\[([0-?]*)([ -/]*)([@-~])")
_BROKEN_CSI = re.compile("[^0-?\\s -/]")


class Unsupported(Exception):
    """The text does what is not emulated; it must be kept as it was written."""


class Above(Protocol):
    """The text before the terminal's lines."""

    def lines_above(self, rows: int) -> tuple[str, Style]:
        """Cut at most *rows* whole lines off its end; return them, and the style before them."""

    def forget_above(self) -> None:
        """Cut all that is left of it."""


class Terminal:
    """The lines that may still change, the cursor, and the current style."""

    def __init__(self, above: Above) -> None:
        """Start with an empty line; *above* is the text before it."""
        self._above = above
        self._first_style = PLAIN
        self._lines: list[Line] = [[]]
        self._row = 0
        self._column = 0
        self._width = 0
        self._columns: LineColumns | None = None
        """The line under the cursor as columns, once it is overwritten."""
        self._style = PLAIN
        self._pending = ""
        self._work = 0
        """Cells that were changed since the current part of the text began."""

    def begin(self, text: str, style: Style) -> None:
        """Start with *text*, of plain lines, which begins in *style*."""
        self._first_style = self._style = style
        self.feed(text)

    # ------------------------------------------------------------------------------------------ parsing

    def feed(self, text: str) -> None:
        """Process the next part of the text.

        Raises:
            Unsupported: it has a sequence that is not emulated, or reaches too far up.
        """
        text = without_superseded(self._pending + text)
        self._pending = ""
        self._work = 0
        ends = StringEnds(text)
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
                after = self._escape(text, at, ends)
                if after is None and end - at < MAX_SEQUENCE_CHARS:
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

    def _escape(self, text: str, at: int, ends: StringEnds) -> int | None:
        """Execute the sequence at *at*; return the position after it, or None when it is incomplete."""
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
            match = ends.first_after(at + 2)
            if match is None:
                return None
            command = text[at + 2 : match.start()]
            if kind == "]" and (link := re.fullmatch("8;[^;]*;(.*)", command, re.DOTALL)):
                self._style = apply_link(self._style, link[1])
            return match.end()
        if kind in "78":
            raise Unsupported
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
            raise Unsupported
        numbers = [number(part) for part in parameters.split(";")]
        first, second = numbers[0], numbers[1] if len(numbers) > 1 else 0
        steps = min(first or 1, 10_000)
        if final == "A":
            self._move_to(self._row - steps, self._column)
        elif final in "Be":
            self._move_to(self._row + steps, self._column)
        elif final in "Ca":
            self._column = max(self._column, min(self._column + steps, MAX_COLUMNS))
        elif final == "D":
            self._column = max(0, self._column - steps)
        elif final == "E":
            self._move_to(self._row + steps, 0)
        elif final == "F":
            self._move_to(self._row - steps, 0)
        elif final in "G`":
            self._column = min(steps, MAX_COLUMNS) - 1
        elif final in "Hf":
            self._move_to(self._top() + steps - 1, min(second or 1, MAX_COLUMNS) - 1)
        elif final == "d":
            self._move_to(self._top() + steps - 1, self._column)
        elif final == "J":
            self._erase_lines(first)
        elif final == "K":
            self._erase_in_line(first)
        elif final == "P":
            self._columns_to_change(steps).delete(self._column, self._column + steps)
        elif final == "X":
            self._columns_to_change(steps).blank(self._column, self._column + steps)

    # ------------------------------------------------------------------------------------------ the cursor

    def _reach_up(self, rows: int) -> int:
        """Parse at most *rows* lines of the text above; return how many there were."""
        text, style = self._above.lines_above(rows)
        if not text:
            return 0
        above = Terminal(self._above)
        above.begin(text, style)
        if above._row != len(above._lines) - 1 or above._lines[-1] or above._pending:
            raise Unsupported
        added = above._lines[:-1]
        self._lines[:0] = added
        self._row += len(added)
        self._first_style = style
        return len(added)

    def _top(self) -> int:
        if len(self._lines) < MAX_ROWS_UP:
            self._reach_up(MAX_ROWS_UP - len(self._lines))
        return max(0, len(self._lines) - MAX_ROWS_UP)

    def _move_to(self, row: int, column: int) -> None:
        row = max(row, len(self._lines) - MAX_ROWS_UP)
        if row < 0:
            row = max(0, row + self._reach_up(-row))
        if row >= len(self._lines):  # as in a terminal, whose last row is the end
            known = len(self._lines)
            self._top()
            row = min(row + len(self._lines) - known, max(len(self._lines), MAX_ROWS_UP) - 1)
        if row != self._row:
            self._leave_row()
            while len(self._lines) <= row:
                self._lines.append([])
            self._enter(row)
        self._column = column

    def _enter(self, row: int) -> None:
        self._row = row
        text = "".join([text for text, _ in self._lines[row]])
        self._spend(len(text))
        self._width = text_width(text)

    def _newline(self) -> None:
        self._leave_row()
        if self._row + 1 == len(self._lines):
            self._lines.append([])
        self._enter(self._row + 1)
        self._column = 0

    def _tab(self) -> None:
        target = (self._column // 8 + 1) * 8
        if self._columns is None and self._column == self._width:
            self._append("\t")
            self._width = target
        self._column = target

    # ------------------------------------------------------------------------------------------ changing lines

    def _write(self, text: str) -> None:
        single = is_single_width(text)
        if self._columns is None and self._column == self._width:
            self._append(text)
            self._column = self._width = self._width + (len(text) if single else text_width(text))
            return
        columns = self._split()
        if single:
            columns.put(self._column, list(text), self._style)
            self._column += len(text)
            return
        for glyph in text:
            width = char_width(glyph)
            if width == 0:
                columns.combine(self._column, glyph)
                continue
            columns.put(self._column, [glyph], self._style)
            if width == 2:
                columns.put(self._column + 1, [""], self._style)
            self._column += width

    def _append(self, text: str) -> None:
        line = self._lines[self._row]
        if line and line[-1][1] == self._style:
            if len(line[-1][0]) > MAX_SCREEN_CHARS:
                raise Unsupported  # each piece would copy all that stands before it
            line[-1] = (line[-1][0] + text, self._style)
        else:
            line.append((text, self._style))

    def _erase_in_line(self, mode: int) -> None:
        if mode == 0 and self._columns is None and self._column >= self._width:
            return
        columns = self._split()
        self._spend(len(columns))
        if mode == 1:
            columns.blank(0, self._column + 1)
        elif mode in (0, 2):
            columns.delete(self._column if mode == 0 else 0)

    def _erase_lines(self, mode: int) -> None:
        if mode == 0:
            self._erase_in_line(0)
            del self._lines[self._row + 1 :]
        elif mode == 1:
            top = self._top()
            self._spend(self._row - top)
            for row in range(top, self._row):
                self._lines[row] = []
            self._erase_in_line(1)
        else:
            self._above.forget_above()
            self._first_style = PLAIN
            self._columns = None
            self._lines = [[]]
            self._row = self._column = self._width = 0

    def _split(self) -> LineColumns:
        """Return the line under the cursor as columns."""
        if self._columns is None:
            self._columns = LineColumns(self._lines[self._row])
            self._spend(len(self._columns) + self._column)
        return self._columns

    def _columns_to_change(self, count: int) -> LineColumns:
        """Return the line under the cursor as columns, of which *count* or all behind the cursor will change."""
        columns = self._split()
        self._spend(min(count, len(columns)))
        return columns

    def _spend(self, cells: int) -> None:
        """Count work.

        Raises:
            Unsupported: it is more than what draws over itself needs.
        """
        self._work += cells
        if self._work > MAX_WORK:
            raise Unsupported

    def _commit(self) -> None:
        """Put the columns of the line under the cursor back among the lines."""
        if self._columns is not None:
            self._lines[self._row] = self._columns.joined()

    def _leave_row(self) -> None:
        self._commit()
        self._columns = None

    # ------------------------------------------------------------------------------------------ rendering

    @property
    def at_end(self) -> bool:
        """Whether plain text would only be appended."""
        if self._pending or self._row != len(self._lines) - 1:
            return False
        return self._column == (self._width if self._columns is None else len(self._columns))

    def text(self) -> str:
        """Return a text that leaves the page's terminal in this state.

        Raises:
            Unsupported: it would be too long, or change its style too often.
        """
        self._commit()
        if sum(map(len, self._lines)) > MAX_RUNS:
            raise Unsupported
        parts, style = self._rendered(self._lines)
        up = len(self._lines) - 1 - self._row
        if up:
            parts.append(f"\x1b[{up}A")
        if up or not self.at_end:
            parts.append(f"\x1b[{self._column + 1}G" if self._column else "\r")
        parts.append(transition(style, self._style))
        parts.append(self._pending)
        text = "".join(parts)
        if len(text) > MAX_SCREEN_CHARS:
            raise Unsupported
        return text

    def release_rows(self) -> int:
        """Drop the uppermost lines when there are many; return how many characters of `text` they are."""
        surplus = min(len(self._lines) - KEPT_ROWS, self._row)
        if surplus < KEPT_ROWS:
            return 0
        parts, self._first_style = self._rendered([*self._lines[:surplus], []])
        del self._lines[:surplus]
        self._row -= surplus
        return sum(map(len, parts))

    def _rendered(self, lines: list[Line]) -> tuple[list[str], Style]:
        """Return *lines* as text, and its final style."""
        parts: list[str] = []
        style = self._first_style
        for row, line in enumerate(lines):
            if row:
                parts.append("\n")
            for text, wanted in line:
                if wanted is not style:
                    parts.append(transition(style, wanted))
                    style = wanted
                parts.append(text)
        return parts, style
