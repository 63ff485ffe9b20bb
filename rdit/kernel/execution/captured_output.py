"""CapturedOutput: the output sink of an executor that runs by itself, without a kernel's worker."""

from __future__ import annotations

import codecs
import io
import sys

from ..protocol.output_item import FIGURE, OutputItem

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any, TextIO


class CapturedOutput:
    """An output sink that keeps what statements show as output items."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, list[str]] | OutputItem] = []
        self._clears_next = False
        self._figures: dict[str, OutputItem] = {}
        """What was announced and is not drawn yet."""
        self._script_streams: tuple[TextIO | None, TextIO | None] = (
            _captured_stream(self, "stdout", "strict"),
            _captured_stream(self, "stderr", "backslashreplace"),
        )
        self._own_streams: tuple[TextIO | None, TextIO | None] | None = None

    def enter(self) -> None:
        """Install the script's streams: the capturing ones, or what the script replaced them with."""
        if self._own_streams is None:
            self._own_streams = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = self._script_streams

    def leave(self) -> None:
        """Restore the program's own streams."""
        if self._own_streams is not None:
            self._script_streams = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = self._own_streams
            self._own_streams = None

    def echo(self, text: str) -> None:
        """Add *text* to the captured standard output."""
        self.add("stdout", text)

    def show(self, item: OutputItem, *, update: bool = False) -> None:
        """Append *item*; with *update*, replace the displays that have its `display_id`."""
        if item.metadata is not None and item.is_figure:
            self._figures[item.metadata[FIGURE]["id"]] = item
        if not update:
            self._clear_if_due()
            self._pieces.append(item)
            return
        for place, piece in enumerate(self._pieces):
            if isinstance(piece, OutputItem) and piece.display_id == item.display_id:
                self._pieces[place] = item

    def draw(self, figure_id: str, item: OutputItem) -> None:
        """Let the display that was announced become *item*."""
        shown = self._figures.pop(figure_id, None)
        if shown is not None:
            shown.type, shown.text, shown.data, shown.metadata = item.type, item.text, item.data, item.metadata

    def overtake(self, figure_id: str) -> None:
        """Leave out what was announced, unless it is drawn already."""
        shown = self._figures.pop(figure_id, None)
        if shown is not None:
            shown.metadata = {FIGURE: {"step": True}}

    @property
    def has_shown(self) -> bool:
        """Whether there is anything but figures."""
        return any(isinstance(piece, tuple) or not piece.is_figure for piece in self._pieces)

    def awaits(self, items: list[OutputItem]) -> bool:
        """Whether some of *items* are figures that are not drawn yet."""
        return bool(self._figures) and any(item is one for item in items for one in self._figures.values())

    def clear(self, *, wait: bool) -> None:
        """Drop what was kept; with *wait*, when the next output arrives."""
        if wait:
            self._clears_next = True
        else:
            self._pieces.clear()

    def add(self, stream: str, text: str) -> None:
        """Append what was written to *stream*; adjacent text is one item."""
        if not text:
            return
        self._clear_if_due()
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, tuple) and last[0] == stream:
            last[1].append(text)
        else:
            self._pieces.append((stream, [text]))

    def _clear_if_due(self) -> None:
        if self._clears_next:
            self._clears_next = False
            self._pieces.clear()

    def take(self) -> list[OutputItem]:
        """Return the items, and start again without any."""
        self._clears_next = False
        pieces, self._pieces = self._pieces, []
        return [
            OutputItem(piece[0], "".join(piece[1])) if isinstance(piece, tuple) else piece  # type: ignore[arg-type]
            for piece in pieces
        ]


class _CapturedBytes(io.BufferedIOBase):
    """The binary layer of a captured stream: decodes what is written and appends it at once."""

    def __init__(self, output: CapturedOutput, stream: str) -> None:
        self._output = output
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        taken = bytes(data)
        self._output.add(self._stream, self._decode(taken))
        return len(taken)


def _captured_stream(output: CapturedOutput, stream: str, errors: str) -> TextIO:
    buffer: Any = _CapturedBytes(output, stream)
    return io.TextIOWrapper(buffer, encoding="utf-8", errors=errors, newline="\n", write_through=True)
