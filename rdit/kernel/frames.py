"""Length-prefixed frames, the envelope of every message between server and kernel.

A frame is eight bytes that hold two big-endian 32-bit lengths, then a JSON header, then a raw body. The header says
what the message is; the body carries output bytes as the script wrote them, so that a flood is neither escaped nor
decoded on its way. asyncio refuses lines over 64 KiB and a plot is longer, so frames carry their length.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

_LENGTHS = Struct(">II")

MAX_HEADER = 1 << 30
"""Bytes. A longer header can only come from a stream that is not made of frames."""


class BrokenFrame(ValueError):
    """The bytes are not frames: a wrong length, or text that something else wrote into the pipe."""


def encode(header: bytes, body: bytes = b"") -> bytes:
    """Return one frame that holds *header* (JSON) and *body* (anything)."""
    return _LENGTHS.pack(len(header), len(body)) + header + body


def prefix(header: bytes, body_size: int) -> bytes:
    """Return a frame but for its body, which has *body_size* bytes and need not be copied."""
    return _LENGTHS.pack(len(header), body_size) + header


class FrameDecoder:
    """Turns bytes, in pieces of any size, into whole frames."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self._pending = bytearray()
        self._needed = 0

    def feed(self, data: bytes | memoryview) -> Iterator[tuple[bytes, bytes]]:
        """Add *data* and yield (header, body) of each frame that is complete now.

        Take all that it yields before the next call.

        Raises:
            BrokenFrame: a length is impossible.
        """
        pending = self._pending
        if pending:
            pending += data
            if len(pending) < self._needed:
                return  # a long frame in many pieces: looked at once, when it is whole
            data = bytes(pending)
            pending.clear()
        elif not isinstance(data, bytes):
            data = bytes(data)
        start = 0
        size = len(data)
        try:
            while size - start >= _LENGTHS.size:
                header_size, body_size = _LENGTHS.unpack_from(data, start)
                if header_size > MAX_HEADER:
                    raise BrokenFrame(f"a frame header of {header_size} bytes")
                body_start = start + _LENGTHS.size + header_size
                end = body_start + body_size
                if size < end:
                    self._needed = end - start
                    return
                header_start = start + _LENGTHS.size
                start = end
                yield data[header_start:body_start], data[body_start:end]
            self._needed = _LENGTHS.size
        finally:
            pending += data[start:]
