"""LineColumns: one line of a terminal split into columns, to be overwritten."""

from __future__ import annotations

from .sgr import PLAIN, Style
from .text_width import char_width, is_single_width

Line = list[tuple[str, Style]]
"""The runs of a line: text of one style."""


class LineColumns:
    """The characters and styles of a line by column; the second column of a wide character is empty."""

    def __init__(self, line: Line) -> None:
        """Split *line*; a tab becomes spaces."""
        self._glyphs: list[str] = []
        self._styles: list[Style] = []
        for text, style in line:
            if "\t" not in text and is_single_width(text):
                self._glyphs += text
                self._styles += [style] * len(text)
                continue
            for glyph in text:
                if glyph == "\t":
                    new = [" "] * (8 - len(self._glyphs) % 8)
                else:
                    width = char_width(glyph)
                    if width == 0 and self._glyphs:
                        self.combine(len(self._glyphs), glyph)
                        continue
                    new = [glyph, ""] if width == 2 else [glyph]
                self._glyphs += new
                self._styles += [style] * len(new)

    def __len__(self) -> int:
        return len(self._glyphs)

    def put(self, column: int, new: list[str], style: Style) -> None:
        """Overwrite from *column* on with *new*, one or more columns in *style*; fill up with spaces before it."""
        glyphs, styles = self._glyphs, self._styles
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
        styles[column:end] = [style] * len(new)

    def combine(self, column: int, mark: str) -> None:
        """Add a *mark* of no width to the character before *column*."""
        glyphs = self._glyphs
        before = column - 1
        while before > 0 and before < len(glyphs) and glyphs[before] == "":
            before -= 1
        if 0 <= before < len(glyphs):
            glyphs[before] += mark

    def blank(self, start: int, end: int) -> None:
        """Overwrite the columns from *start* to before *end* with spaces; the line does not get longer."""
        end = min(end, len(self._glyphs))
        if start < end:
            self.put(start, [" "] * (end - start), PLAIN)

    def delete(self, start: int, end: int | None = None) -> None:
        """Delete the columns from *start* to before *end*, or to the last."""
        del self._glyphs[start:end], self._styles[start:end]

    def joined(self) -> Line:
        """Return the runs of the line."""
        line: Line = []
        start = 0
        styles = self._styles
        for column in range(1, len(styles) + 1):
            if column == len(styles) or (styles[column] is not styles[start] and styles[column] != styles[start]):
                line.append(("".join(self._glyphs[start:column]), styles[start]))
                start = column
        return line
