"""One snapshot, as the supervisor sees it: what it is asked waits here for its turn."""

from __future__ import annotations

import _socket
import os
from collections import deque
from collections.abc import Callable
from json import dumps
from time import monotonic

from ...protocol.frames import Body, encode
from ...protocol.passing import ANSWERS, DIFFERS, GOES_ON, PARKED, PIPES, REPLY, send_with
from ...protocol.records import new_token
from ..outbox import Outbox
from ..worker_family import kept_ends, new_pipes
from ..worker_process import WorkerProcess

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    class Asker(Protocol):
        """Who makes requests, and is told what comes of each."""

        def on_done(self, request: Any, found: Any) -> None:
            """Take what a snapshot has found: a worker that goes on, or the frame that answers a question."""

        def on_refused(self, request: Any, snapshot: Snapshot, first_changed: int | None) -> None:
            """Ask another snapshot: this one differs from the script in a statement, or is gone."""


SECONDS = 10.0
"""After which a snapshot that has not replied is ended: a library waits in it for what a copy does not have."""
MOST_ANSWER = 4 << 20
"""Bytes of a frame that tells of a value."""


class Request:
    """What a snapshot is asked; when it cannot do it, another one is."""

    is_question = False
    """Whether a snapshot answers it where it waits, with a frame; else a worker goes on from it."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.tried: set[object] = set()
        """The snapshots that were asked."""
        self.asked: Snapshot | None = None
        """The newest of these."""

    def pieces(self) -> Sequence[Body]:
        """Return the pieces of its frame."""
        raise NotImplementedError


class _Sent:
    """A request that a snapshot has not replied to yet."""

    def __init__(self, request: Request) -> None:
        """Take pipes for the worker that is to come of it.

        Raises:
            OSError: there are not enough descriptors.
        """
        self.request: Request | None = request
        """None once it is no longer wanted."""
        self.is_question = request.is_question
        self.token = b"" if self.is_question else new_token()
        self.ours, self.theirs = ({}, {}) if self.is_question else new_pipes()

    def header(self) -> bytes:
        return encode(b"{}" if self.is_question else dumps({"token": self.token.hex()}).encode())

    def close(self) -> None:
        """Close the pipes: a worker that has them ends."""
        for descriptor in (*self.ours.values(), *self.theirs.values()):
            os.close(descriptor)


class Snapshot:
    """A parked copy of a worker, at the other end of a socket. It is asked one thing at a time; the rest waits here."""

    def __init__(self, at: int, elapsed: float, beginning: bytes | None, sock: _socket.socket) -> None:
        self.at = at
        """The statement before which it stands."""
        self.beginning = beginning
        """The lines of the script above that; None when they are not known."""
        self.elapsed = elapsed
        """Seconds that the statements before it have run."""
        self.socket = sock
        self.descriptor = sock.fileno()
        self.pid: int | None = None
        """Of its process, once that waits."""
        self.deadline: float | None = None
        """When to take it that it hangs, while it was asked something."""
        self._outbox = Outbox(self.descriptor)
        """What its socket had no room for yet."""
        self._waiting: deque[Request] = deque()
        self._sent: _Sent | None = None
        self._received = bytearray()
        """The beginning of what it says, whose end has not come yet."""
        self._answer_size: int | None = None
        """Of the frame that comes next, if one does."""

    @property
    def is_asked(self) -> bool:
        """Whether it was asked something, and has not replied yet."""
        return self._sent is not None or bool(self._waiting)

    @property
    def is_asked_to_go_on(self) -> bool:
        """Whether a process may have been forked from it that it has not told of yet."""
        return self._sent is not None and not self._sent.is_question

    @property
    def wants_room(self) -> bool:
        """Whether there is something to write once its socket takes it."""
        return bool(self._outbox.size or (self._waiting and self._sent is None))

    def begins(self, script: Body) -> bool:
        """Whether *script* begins with the lines above it, to the letter."""
        return self.beginning is not None and bytes(script[: len(self.beginning)]) == self.beginning

    def ask(self, request: Request) -> None:
        """Ask it *request*, after those that wait already; `reply` tells what comes of it.

        Raises:
            OSError: it is gone.
        """
        self._waiting.append(request)
        self.flush()

    def flush(self) -> None:
        """Write as much as its socket takes: the rest of what it was asked, or the next request if it is idle.

        Raises:
            OSError: it is gone.
        """
        if self._sent is None and self._waiting:
            request = self._waiting[0]
            sent = _Sent(request)
            header = sent.header()
            count = 0
            if not sent.is_question:
                try:
                    count = send_with(self.socket, header, [sent.theirs[name] for name in PIPES])
                except BlockingIOError:
                    sent.close()
                    return
                except OSError:
                    sent.close()
                    raise
            self._waiting.popleft()
            self._sent = sent
            self.deadline = monotonic() + SECONDS
            self._outbox.add(header[count:], *request.pieces())
        self._outbox.flush()

    def withdraw(self, request: Request) -> None:
        """Drop a *request* that waits; if it was asked that already, nobody hears of what comes of it."""
        if self._sent is not None and self._sent.request is request:
            self._sent.request = None
        elif request in self._waiting:
            self._waiting.remove(request)

    def reply(self, may_be_worker: Callable[[int], bool]) -> WorkerProcess | bytes | int | None:
        """Return what it says to what it was asked; `settle` tells who has asked that. None: it is gone.

        That is the worker that goes on, the frame that answers, or the first statement that differs. A script may have
        forged what it says: a process counts only if it *may_be_worker*.

        Raises:
            BlockingIOError: it has not said all yet.
            OSError: it is gone, and has not read all that it was told.
        """
        if self._answer_size is not None:
            return self._read(self._answer_size) or None
        kind, number = self._packet()
        sent = self._sent
        if kind is None or sent is None or self._outbox.size:
            return None
        if kind == ANSWERS and sent.is_question and 0 < number <= MOST_ANSWER:
            self._answer_size = number
            return self._read(number) or None
        if kind == GOES_ON and not sent.is_question and may_be_worker(number):
            worker = WorkerProcess(number, sent.token, kept_ends(sent.ours, sent.theirs))
            worker.position = worker.resumed_at = self.at
            sent.ours, sent.theirs = {}, {}
            return worker
        return int(number) if kind == DIFFERS and number >= 0 else None

    def settle(self) -> Request | None:
        """It has replied: return who has asked, if that is still wanted."""
        sent, self._sent = self._sent, None
        self._answer_size = self.deadline = None
        if sent is None:
            return None
        sent.close()
        return sent.request

    def _packet(self) -> tuple[int | None, int]:
        """Return the next packet but those that tell its process id; of None if it is gone."""
        while data := self._read(REPLY.size):
            kind, number = REPLY.unpack(data)
            if kind != PARKED:
                return kind, number
            self.pid = number
        return None, 0

    def _read(self, size: int) -> bytes:
        """Return the next *size* bytes that it says; none if it is gone. Until all are there it raises."""
        while len(self._received) < size:
            data = self.socket.recv(size - len(self._received))
            if not data:
                return b""
            self._received += data
        data = bytes(self._received)
        self._received.clear()
        return data

    def drop(self) -> list[Request]:
        """Let it end, and a worker that was to go on from it; return the requests that it has not replied to."""
        self.socket.close()
        left = self.settle()
        waiting = [*self._waiting] if left is None else [left, *self._waiting]
        self._waiting.clear()
        return waiting
