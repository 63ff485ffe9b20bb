"""Event records from a worker to its supervisor, and the marks that order them among the output.

Whenever order matters the worker takes the next mark number, writes a small marker into the pipe of fd 1 and into that
of fd 2, and then the event's record, which carries the number, into the event pipe. The supervisor forwards an event
when both streams have reached its marker, so what was written before a statement's end belongs to that statement, also
when a C library or a child process wrote it; and no side ever waits for an answer.
"""

from __future__ import annotations

from json import dumps
from os import urandom
from struct import Struct

TOKEN_SIZE = 16
"""Bytes at the start of each marker, drawn for each worker."""
NUMBER = Struct(">Q")
MARKER_SIZE = TOKEN_SIZE + NUMBER.size
"""Well below the least PIPE_BUF (512), so that a marker is written in one piece or not at all."""

_HEADER = Struct(">BQiHI")

PLANNED = Struct(">III")
"""A statement that a run will execute: its index, its first and its last line."""
STEP = Struct(">IdQ")
"""A statement that finished while another follows: its index, its duration in seconds, and by how many bytes it raised
the peak of memory."""

# What a record means to the supervisor. Those named after a message carry its frame, unless said otherwise.
FORWARD = 0
"""Forward the frames; nothing else changes."""
STATEMENT_STARTED = 1
STATEMENT_FINISHED = 2
COMPLETED = 3
INPUT_REQUESTED = 4
"""The answer must name this record's mark. In place of a statement's index stands whether another thread than the main
one asks, which no interrupt reaches."""
REPLIED = 5
"""The oldest query has its `Reply`."""
STREAM_SWITCHED = 6
"""Python code writes to another stream from here on: 1 or 2, in place of a statement's index. Carries no frame."""
STATEMENTS_FINISHED = 7
"""One statement finished and the one with this index started. Carries a `STEP` rather than a frame: the supervisor
makes one message of those that follow each other."""
INPUT_WITHDRAWN = 8
"""The question that waits is waited for no longer. Carries its frame."""
COPIES_EXPECTED = 9
"""Copies of the worker may be made from here on, which have no parent. Carries no frame."""

REFUSED = 10
"""The worker cannot go on for the fresh run that it was sent: the statement with this index is the first that differs.
It waits to be killed. Carries no frame."""

KEPT = 11
"""The worker was asked for a snapshot of its state as it is, and has made it or cannot. Carries no frame."""


def new_token() -> bytes:
    """Return what markers begin with: random, but for a first byte that no text has.

    The beginning of a marker is held back until the rest has come, and the last byte of a prompt must not be.
    """
    return b"\xff" + urandom(TOKEN_SIZE - 1)


class Record:
    """An event: what it means, its mark, the origin of the output after it, and the frames for the server it carries.

    `origin` is the part of a `Written` header that names the statement to which the output after the mark belongs;
    empty when that does not change. A mark of 0 waits for no output.
    """

    __slots__ = ("frames", "mark", "meaning", "node_index", "origin")

    def __init__(self, meaning: int, mark: int, node_index: int, origin: bytes, frames: bytes) -> None:
        self.meaning = meaning
        self.mark = mark
        self.node_index = node_index
        self.origin = origin
        self.frames = frames


def encode_record(meaning: int, mark: int, node_index: int, origin: bytes, frames: bytes) -> bytes:
    """Return the bytes of one record."""
    return _HEADER.pack(meaning, mark, node_index, len(origin), len(frames)) + origin + frames


class RecordDecoder:
    """Turns bytes, in pieces of any size, into whole records."""

    def __init__(self) -> None:
        self.is_broken = False
        """Whether something else was written into the pipe."""
        self._pending = bytearray()
        self._needed = 0

    def feed(self, data: bytes) -> list[Record]:
        """Add *data* and return each record that is complete now; none any more once the bytes are no records."""
        if self.is_broken:
            return []
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
            meaning, mark, node_index, origin_size, frames_size = read_header(data, start)
            if meaning > KEPT:
                self.is_broken = True
                break
            origin_start = start + header_size
            frames_start = origin_start + origin_size
            end = frames_start + frames_size
            if size < end:
                self._needed = end - start
                break
            start = end
            records.append(Record(meaning, mark, node_index, data[origin_start:frames_start], data[frames_start:end]))
        pending += data[start:]
        return records


LIVE = b',"late":false'
"""The end of an origin while its statement runs."""
LATE = b',"late":true'
"""The end of an origin once its statement has finished."""


def origin_of(run_id: str | None, node_index: int | None) -> bytes:
    """Return the part of a `Written` header that names the statement, but for `LIVE` or `LATE`."""
    return f'"run_id":{dumps(run_id)},"node_index":{dumps(node_index)}'.encode()
