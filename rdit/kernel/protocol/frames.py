"""Length-prefixed frames, the envelope of every message between server and kernel.

A frame is eight bytes that hold two big-endian 32-bit lengths, then a JSON header, then a raw body. The header is
the message; the body carries output bytes as the script wrote them, so that a flood is neither escaped nor
decoded on its way. asyncio refuses lines over 64 KiB and a plot is longer, so frames carry their length.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

_LENGTHS = Struct(">II")

MAX_HEADER = 1 << 30
"""Bytes. A longer header can only come from a stream that is not made of frames."""
_LONG = 1 << 12
"""Bytes. A longer body is not copied."""

Body = bytes | memoryview


class BrokenFrame(ValueError):
    """The bytes are not frames: a wrong length, or text that something else wrote into the pipe."""


def encode(header: bytes, body: bytes = b"") -> bytes:
    """Return one frame that holds *header* (JSON) and *body* (anything)."""
    return _LENGTHS.pack(len(header), len(body)) + header + body


def prefix(header: bytes, body_size: int) -> bytes:
    """Return a frame but for its body, which has *body_size* bytes and need not be copied."""
    return _LENGTHS.pack(len(header), body_size) + header


OF_WORKER = b" "
"""What stands before a header that the supervisor passes on for a worker, and before none of its own. The script may
have written such a header itself."""


def passed_on(frame: bytes) -> tuple[Body, Body] | None:
    """Return the pieces of *frame*, of a worker, with `OF_WORKER` in it; None when it is not exactly one frame."""
    if len(frame) < _LENGTHS.size:
        return None
    header_size, body_size = _LENGTHS.unpack_from(frame)
    if _LENGTHS.size + header_size + body_size != len(frame) or header_size >= MAX_HEADER:
        return None
    return _LENGTHS.pack(header_size + len(OF_WORKER), body_size) + OF_WORKER, memoryview(frame)[_LENGTHS.size :]


class FrameDecoder:
    """Turns bytes, in pieces of any size, into whole frames. Long bodies are copied at most once."""

    def __init__(self) -> None:
        self._begun: list[Body] = []
        """The pieces of the frame that has begun."""
        self._size = 0
        """Bytes of them all."""
        self._needed = _LENGTHS.size
        """Bytes with which the rest of it can be decoded."""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, Body]]:
        """Add *data* and yield (header, body) of each frame that is complete now.

        Take all that it yields before the next call.

        Raises:
            BrokenFrame: a length is impossible.
        """
        view = memoryview(data)
        start = 0
        size = len(data)
        while self._begun:
            end = min(start + self._needed - self._size, size)
            self._begun.append(view[start:end])
            self._size += end - start
            start = end
            if self._size < self._needed:
                return
            whole = b"".join(self._begun)
            self._needed = _size_at(whole, 0)
            if self._size < self._needed:
                self._begun = [whole]
                continue
            self._begun, self._size = [], 0
            yield _frame_at(whole, memoryview(whole), 0)
        while size - start >= _LENGTHS.size:
            end = start + _size_at(data, start)
            if size < end:
                break
            place, start = start, end
            yield _frame_at(data, view, place)
        if start < size:
            self._begun, self._size = [view[start:]], size - start
        left = size - start
        self._needed = _LENGTHS.size if left < _LENGTHS.size else _size_at(data, start)


def _size_at(data: bytes, start: int) -> int:
    """Return how many bytes the frame has that begins at *start*, of which the lengths are there."""
    header_size, body_size = _LENGTHS.unpack_from(data, start)
    if header_size > MAX_HEADER:
        raise BrokenFrame(f"a frame header of {header_size} bytes")
    total: int = _LENGTHS.size + header_size + body_size
    return total


def _frame_at(data: bytes, view: memoryview, start: int) -> tuple[bytes, Body]:
    header_size, body_size = _LENGTHS.unpack_from(data, start)
    header_start = start + _LENGTHS.size
    body_start = header_start + header_size
    end = body_start + body_size
    # Of a long body a view will do; of a short one, a copy is cheaper, and does not keep all that came with it.
    return data[header_start:body_start], (view if body_size > _LONG else data)[body_start:end]
