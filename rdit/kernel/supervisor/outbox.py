"""Bytes on their way into a pipe that may be full for a while."""

from __future__ import annotations

from collections import deque
from itertools import islice
from os import writev

from ..protocol.frames import Body

_SMALL = 1 << 12
"""Bytes of a piece that is cheaper to copy than to hand over by itself."""
_JOINED = 1 << 16
"""Bytes up to which small pieces are joined."""
_AT_ONCE = 16
"""Pieces that one call hands over; systems take at least that many (IOV_MAX)."""


class Outbox:
    """What waits to be written to one non-blocking descriptor, in order; long pieces are not copied."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = 0
        """Bytes that wait."""
        self._pieces: deque[Body | bytearray] = deque()

    def add(self, *pieces: Body) -> None:
        """Let *pieces* wait behind what waits already; `flush` writes them."""
        waiting = self._pieces
        for piece in pieces:
            size = len(piece)
            self.size += size
            if size > _SMALL:
                waiting.append(piece)
            elif waiting and type(waiting[-1]) is bytearray and len(waiting[-1]) < _JOINED:
                waiting[-1] += piece
            elif size:
                waiting.append(bytearray(piece))

    def flush(self) -> None:
        """Write as much as the pipe takes now.

        Raises:
            OSError: the reading end is closed.
        """
        waiting = self._pieces
        if not waiting:
            return
        try:
            written = writev(self.descriptor, list(islice(waiting, _AT_ONCE)))
        except BlockingIOError:
            return
        self.size -= written
        while written:
            first = waiting[0]
            if written >= len(first):
                written -= len(first)
                waiting.popleft()
            elif type(first) is bytearray:
                del first[:written]
                return
            else:
                waiting[0] = memoryview(first)[written:]
                return

    def take(self) -> bytes:
        """Return what waits, and forget it."""
        waiting = b"".join(self._pieces)
        self.clear()
        return waiting

    def clear(self) -> None:
        """Forget what waits."""
        self._pieces.clear()
        self.size = 0
