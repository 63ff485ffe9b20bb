"""What passes between a worker and its supervisor: event records, and the marks that order them among the output.

Whenever order matters the worker takes the next mark number, writes a small marker into the pipe of fd 1 and into that
of fd 2, and then the event's record, which carries the number, into the event pipe. The supervisor hands an event on
when both streams have come as far as its marker, so what was written before a statement's end belongs to that
statement, also when a C library or a child process wrote it; and nobody ever waits for an answer.
"""

from __future__ import annotations

from json import dumps
from struct import Struct

TOKEN_SIZE = 16
"""Bytes at the start of each marker, drawn at random for each worker."""
NUMBER = Struct(">Q")
MARKER_SIZE = TOKEN_SIZE + NUMBER.size
"""Well below the least PIPE_BUF (512), so that a marker is written in one piece or not at all."""

_HEADER = Struct(">BQiHI")

PLANNED = Struct(">III")
"""A statement that a run will execute: its index, its first and its last line."""
STEP = Struct(">IdQ")
"""A statement that ended while another follows: its index, its duration in seconds, and by how many bytes it raised the
peak of memory."""

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
STEPPED = 7
"""One statement has ended, and the one with this index runs from here on; a `STEP` is in place of frames."""


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
        self._needed = 0

    def feed(self, data: bytes) -> list[Record]:
        """Add *data* and return each record that is complete now."""
        pending = self._pending
        if pending:
            pending += data
            if len(pending) < self._needed:
                return []  # a long record in many pieces: looked at once, when it is whole
            data = bytes(pending)
            pending.clear()
        records = []
        start = 0
        size = len(data)
        header_size, read_header = _HEADER.size, _HEADER.unpack_from
        self._needed = header_size
        while size - start >= header_size:
            meaning, mark, node_index, voice_size, frames_size = read_header(data, start)
            voice_start = start + header_size
            frames_start = voice_start + voice_size
            end = frames_start + frames_size
            if size < end:
                self._needed = end - start
                break
            start = end
            records.append(Record(meaning, mark, node_index, data[voice_start:frames_start], data[frames_start:end]))
        pending += data[start:]
        return records


LIVE = b',"late":false'
"""How a voice ends that is the statement's own, while it runs."""
LATE = b',"late":true'
"""How it ends once the statement has ended."""


def voice_of(run_id: str | None, node_index: int | None) -> bytes:
    """Return the part of a `Written` header that says whose output it is, but for `LIVE` or `LATE`."""
    return f'"run_id":{dumps(run_id)},"node_index":{dumps(node_index)}'.encode()
