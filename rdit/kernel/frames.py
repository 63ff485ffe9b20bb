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


class BrokenFrame(ValueError):  # noqa: N818 - named for what it is, as all of rdit's errors are
    """The bytes are not frames: a wrong length, or text that something else wrote into the pipe."""


def encode(header: bytes, body: bytes = b"") -> bytes:
    """Return one frame that holds *header* (JSON) and *body* (anything)."""
    return _LENGTHS.pack(len(header), len(body)) + header + body


class FrameDecoder:
    """Turns bytes, in pieces of any size, into whole frames."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self._pending = bytearray()

    def feed(self, data: bytes | memoryview) -> Iterator[tuple[bytes, bytes]]:
        """Add *data* and yield (header, body) of each frame that is complete now.

        Raises:
            BrokenFrame: a length is impossible.
        """
        pending = self._pending
        pending += data
        start = 0
        try:
            while len(pending) - start >= _LENGTHS.size:
                header_size, body_size = _LENGTHS.unpack_from(pending, start)
                if header_size > MAX_HEADER:
                    raise BrokenFrame(f"a frame header of {header_size} bytes")
                header_start = start + _LENGTHS.size
                body_start = header_start + header_size
                end = body_start + body_size
                if len(pending) < end:
                    return
                start = end
                yield bytes(pending[header_start:body_start]), bytes(pending[body_start:end])
        finally:
            del pending[:start]
