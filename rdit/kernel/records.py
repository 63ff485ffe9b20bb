"""What passes between a worker and its supervisor: event records, and the marks that order them among the output.

Whenever order matters the worker takes the next mark number, writes a small marker into the pipe of fd 1 and into that
of fd 2, and then the event's record, which carries the number, into the event pipe. The supervisor hands an event on
when both streams have come as far as its marker, so what was written before a statement's end belongs to that
statement, also when a C library or a child process wrote it; and nobody ever waits for an answer.
"""

from __future__ import annotations

from json import dumps
from struct import Struct

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN_SIZE = 16
"""Bytes at the start of each marker, drawn at random for each worker."""
NUMBER = Struct(">Q")
MARKER_SIZE = TOKEN_SIZE + NUMBER.size
"""Well below the least PIPE_BUF (512), so that a marker is written in one piece or not at all."""

_HEADER = Struct(">BQiHI")

# What an event means to the supervisor; all but the frames that it carries is between the two processes.
PASS = 0
"""Hand the frames on."""
STARTED = 1
"""The statement with this index runs from here on."""
ENDED = 2
"""No statement runs."""
COMPLETED = 3
"""The run is over."""
ASKED = 4
"""The script waits for an answer to the question with this mark."""
REPLIED = 5
"""The oldest query has its answer."""
SWITCHED = 6
"""Python code writes to another stream from here on; in place of a statement's index, 1 or 2 tells to which."""


class Record:
    """An event: what it means, its mark, whose output follows it, and the frames for the server that it carries.

    `voice` is the part of a `Written` header that names the statement to which the output after the mark belongs; empty
    when that does not change. A mark of 0 waits for no output.
    """

    __slots__ = ("frames", "mark", "meaning", "node_index", "voice")

    def __init__(self, meaning: int, mark: int, node_index: int, voice: bytes, frames: bytes) -> None:
        self.meaning = meaning
        self.mark = mark
        self.node_index = node_index
        self.voice = voice
        self.frames = frames


def encode_record(meaning: int, mark: int, node_index: int, voice: bytes, frames: bytes) -> bytes:
    """Return the bytes of one record."""
    return _HEADER.pack(meaning, mark, node_index, len(voice), len(frames)) + voice + frames


class RecordDecoder:
    """Turns bytes, in pieces of any size, into whole records."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Record]:
        """Add *data* and yield each record that is complete now."""
        pending = self._pending
        pending += data
        start = 0
        size = len(pending)
        try:
            while size - start >= _HEADER.size:
                meaning, mark, node_index, voice_size, frames_size = _HEADER.unpack_from(pending, start)
                voice_start = start + _HEADER.size
                frames_start = voice_start + voice_size
                end = frames_start + frames_size
                if size < end:
                    return
                start = end
                yield Record(
                    meaning,
                    mark,
                    node_index,
                    bytes(pending[voice_start:frames_start]),
                    bytes(pending[frames_start:end]),
                )
        finally:
            del pending[:start]


def voice_of(run_id: str | None, node_index: int | None, *, late: bool) -> bytes:
    """Return the part of a `Written` header that says whose output it is."""
    return f'"run_id":{dumps(run_id)},"node_index":{dumps(node_index)},"late":{dumps(late)}'.encode()
