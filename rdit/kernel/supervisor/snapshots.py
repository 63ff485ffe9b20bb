"""The snapshots that workers have made, as the supervisor sees them: it keeps the best, and asks them to go on."""

from __future__ import annotations

import _socket
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from json import dumps

from ..protocol.frames import Body, encode
from ..protocol.passing import ANNOUNCEMENT, ANSWERS, DIFFERS, GOES_ON, PARKED, PIPES, REPLY, receive_with, send_with
from ..protocol.records import new_token
from .outbox import Outbox
from .runs import Run
from .worker_family import kept_ends, new_pipes
from .worker_process import WorkerProcess

MOST = 12
"""Snapshots that are kept."""
MOST_AT_ONCE = 64
"""Announcements that are read before anything else has its turn: a script can forge any number of them."""
MOST_ANSWER = 4 << 20
"""Bytes of a frame that tells of a value."""
_BUFFER = 1 << 12


class Snapshot:
    """A parked copy of a worker, at the other end of a socket."""

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
        self.outbox = Outbox(self.descriptor)
        """What its socket had no room for yet."""
        self._asked: deque[tuple[object, bytes, dict[str, int], dict[str, int]]] = deque()
        """Who has asked it and has no reply yet, with the token and the pipes for the worker: our ends, and its own."""
        self._received = bytearray()
        """The beginning of what it says, whose end has not come yet."""
        self._answer_size: int | None = None
        """Of the frame that comes next, if one does."""

    @property
    def is_asked(self) -> bool:
        """Whether it was asked something, and has not replied yet."""
        return bool(self._asked)

    @property
    def is_asked_to_go_on(self) -> bool:
        """Whether a process may have been forked from it that it has not told of yet."""
        return any(ours for _, _, ours, _ in self._asked)

    def begins(self, script: Body) -> bool:
        """Whether *script* begins with the lines above it, to the letter."""
        return self.beginning is not None and bytes(script[: len(self.beginning)]) == self.beginning

    def ask(self, asker: object, *frame: Body) -> None:
        """Ask it to go on with a *frame*; `reply` gives what it says to *asker*.

        Raises:
            OSError: it is gone, or has been asked too much.
        """
        token = new_token()
        header = encode(dumps({"token": token.hex()}).encode())
        if self.outbox.size:
            raise BlockingIOError("an earlier request is still on its way")  # descriptors must not overtake it
        ours, theirs = new_pipes()
        try:
            sent = send_with(self.socket, header, [theirs[name] for name in PIPES])
        except OSError:
            _close(ours, theirs)
            raise  # it was not asked, so the next reply is for somebody else
        self._asked.append((asker, token, ours, theirs))
        self.outbox.add(header[sent:], *frame)
        self.outbox.flush()

    def inspect(self, asker: object, *frame: Body) -> None:
        """Ask it about a value with a *frame*; `reply` gives the frame that answers to *asker*.

        Raises:
            OSError: it is gone, or has been asked too much.
        """
        if self.outbox.size:
            raise BlockingIOError("an earlier request is still on its way")
        self._asked.append((asker, b"", {}, {}))
        self.outbox.add(encode(b"{}"), *frame)
        self.outbox.flush()

    def reply(self, may_be_worker: Callable[[int], bool]) -> tuple[object, WorkerProcess | bytes | int | None] | None:
        """Return who has asked it, with what came of it; None: it is gone.

        That is the worker that goes on, the frame that answers, or the first statement that differs. A script may have
        forged what it says: a process counts only if it *may_be_worker*.

        Raises:
            BlockingIOError: it has not said all yet.
            OSError: it is gone, and has not read all that it was told.
        """
        if self._answer_size is None:
            kind, number = self._packet()
            if kind is None or not self._asked:
                return None
            if kind != ANSWERS:
                return self._reply_to_run(kind, number, may_be_worker)
            self._answer_size = number
        frame = self._read(self._answer_size) if 0 < self._answer_size <= MOST_ANSWER else b""
        self._answer_size = None
        return (self._asked.popleft()[0], frame) if frame else None

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

    def _reply_to_run(
        self, kind: int, number: int, may_be_worker: Callable[[int], bool]
    ) -> tuple[object, WorkerProcess | int | None]:
        asker, token, ours, theirs = self._asked.popleft()
        if kind != GOES_ON or not may_be_worker(number):
            _close(ours, theirs)
            return asker, int(number) if kind == DIFFERS and number >= 0 else None
        worker = WorkerProcess(number, token, kept_ends(ours, theirs))
        worker.position = worker.resumed_at = self.at
        return asker, worker

    def drop(self) -> None:
        """Let it end; a worker that was to go on from it ends with its pipes."""
        self.socket.close()
        for _, _, ours, theirs in self._asked:
            _close(ours, theirs)
        self._asked.clear()


def _close(ours: dict[str, int], theirs: dict[str, int]) -> None:
    for descriptor in (*ours.values(), *theirs.values()):
        os.close(descriptor)


class Snapshots:
    """All snapshots of one script's process."""

    def __init__(self) -> None:
        self._nursery, workers_end = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_DGRAM)
        self._nursery.setblocking(False)
        self.nursery = self._nursery.fileno()
        """Where workers announce them."""
        self.workers_end = workers_end.detach()
        self.limit: int | None = None
        """Snapshots of this statement and of those below it are not kept: a worker that went on from one has failed."""
        self._all: list[Snapshot] = []

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self._all)

    def private(self) -> list[int]:
        """Return the supervisor's own descriptors."""
        return [self.nursery, *[one.descriptor for one in self._all]]

    def adopt(self, script: Body | None) -> None:
        """Take in those that were announced since, in a run of *script*, if that is known.

        Of more than `MOST`, those go whose loss costs the least.
        """
        for _ in range(MOST_AT_ONCE):
            try:
                data, descriptors = receive_with(self._nursery, ANNOUNCEMENT.size)
            except BlockingIOError:
                break
            if not descriptors:
                for snapshot in [one for one in self._all if not one.is_asked]:
                    self.drop(snapshot)
            sock = _only_socket(descriptors)
            if sock is not None and len(data) == ANNOUNCEMENT.size:
                at, last_line, elapsed = ANNOUNCEMENT.unpack(data)
                self._all.append(Snapshot(at, elapsed, _beginning(script, last_line), sock))
        self._all.sort(key=lambda one: one.at)
        for snapshot in [one for one in self._all if self.limit is not None and one.at >= self.limit]:
            self.drop(snapshot)
        while len(self._all) > MOST:
            self.drop_cheapest()

    def drop_cheapest(self) -> None:
        """Drop the one whose loss costs the least; the newest, near which most edits are, only if it is the last."""
        idle = [one for one in self._all if not one.is_asked]
        if idle:
            self.drop(min(idle[:-1] or idle, key=self._loss))

    def __len__(self) -> int:
        return len(self._all)

    def _loss(self, snapshot: Snapshot) -> float:
        """Return the seconds that would run again without it."""
        place = self._all.index(snapshot)
        return snapshot.elapsed - (self._all[place - 1].elapsed if place else 0.0)

    def best_for(self, run: Run, *, beyond: int = 0) -> Snapshot | None:
        """Return the newest one that *run* may go on from and has not tried, if it stands *beyond* that statement.

        That is also one beyond the first statement that differs from what the live worker has run, if it is of a former
        text that begins as this one does: an edit was undone.
        """
        most = run.first_changed
        fitting = [
            one
            for one in self._all
            if one not in run.tried and one.at > beyond and (most is None or one.at <= most or one.begins(run.script))
        ]
        return fitting[-1] if fitting else None

    def newest_up_to(self, place: int, tried: set[object]) -> Snapshot | None:
        """Return the newest one of *place* or before that was not *tried*."""
        fitting = [one for one in self._all if one.at <= place and one not in tried]
        return fitting[-1] if fitting else None

    def find(self, descriptor: int) -> Snapshot | None:
        """Return the one with this descriptor."""
        return next((one for one in self._all if one.descriptor == descriptor), None)

    def drop(self, snapshot: Snapshot) -> None:
        """Keep it no longer."""
        self._all.remove(snapshot)
        snapshot.drop()

    def clear(self) -> None:
        """Keep none."""
        self.adopt(None)
        for snapshot in list(self._all):
            self.drop(snapshot)


def _only_socket(descriptors: list[int]) -> _socket.socket | None:
    """Return the socket of a snapshot; None, and all closed, where the script has forged the announcement."""
    sock: _socket.socket | None = None
    with suppress(OSError):  # it is no socket
        if len(descriptors) == 1:
            sock = _socket.socket(fileno=descriptors[0])
    if sock is None:
        for descriptor in descriptors:
            os.close(descriptor)
    elif (sock.family, sock.type) != (_socket.AF_UNIX, _socket.SOCK_STREAM):
        sock.close()
        return None
    else:
        sock.setblocking(False)
    return sock


def _beginning(script: Body | None, last_line: int) -> bytes | None:
    """Return the first lines of *script*, up to and with *last_line*."""
    return None if script is None else b"".join(bytes(script).splitlines(keepends=True)[:last_line])
