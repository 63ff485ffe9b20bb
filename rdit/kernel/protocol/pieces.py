"""Pieces: frames that several processes write into one pipe, each in parts so small that none is torn.

A write of at most PIPE_BUF bytes goes into a pipe in one piece, whoever else writes there.
"""

from __future__ import annotations

from os import write
from select import PIPE_BUF
from struct import Struct

_HEADER = Struct(">IQH?")
"""The writer's process id, the mark that its frame waits for, the bytes of this piece, whether it is the last one."""
_MOST = PIPE_BUF - _HEADER.size


def write_pieces(descriptor: int, writer: int, mark: int, frame: bytes) -> None:
    """Write *frame*, which may go on once the event of *mark* has, to a blocking pipe."""
    for start in range(0, len(frame), _MOST):
        piece = frame[start : start + _MOST]
        write(descriptor, _HEADER.pack(writer, mark, len(piece), start + _MOST >= len(frame)) + piece)


class PieceDecoder:
    """Puts frames together again, and keeps them until their marks were reached."""

    def __init__(self) -> None:
        self._pending = b""
        self._begun: dict[int, list[bytes]] = {}
        """By writer, the pieces of the frame that it has begun."""
        self._whole: list[tuple[int, bytes]] = []

    def feed(self, data: bytes) -> None:
        """Add what was read from the pipe."""
        data = self._pending + data
        start = 0
        while len(data) - start >= _HEADER.size:
            writer, mark, size, is_last = _HEADER.unpack_from(data, start)
            end = start + _HEADER.size + size
            if end > len(data):
                break
            pieces = self._begun.setdefault(writer, [])
            pieces.append(data[start + _HEADER.size : end])
            if is_last:
                self._whole.append((mark, b"".join(self._begun.pop(writer))))
            start = end
        self._pending = data[start:]

    def take(self, released: int) -> list[bytes]:
        """Return the frames that may go on, when the events up to the mark *released* have gone."""
        if not self._whole:
            return []
        ready = [frame for mark, frame in self._whole if mark <= released]
        self._whole = [(mark, frame) for mark, frame in self._whole if mark > released]
        return ready
