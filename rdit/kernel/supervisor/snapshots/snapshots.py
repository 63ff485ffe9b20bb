"""The snapshots that workers have made, as the supervisor sees them: it keeps the best, and asks them to go on."""

from __future__ import annotations

import _socket
import os
from _signal import SIGKILL  # type: ignore[import-not-found]
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from select import POLLIN, POLLOUT
from time import monotonic

from ...protocol.frames import Body
from ...protocol.passing import ANNOUNCEMENT, receive_with
from ..runs import Run
from ..worker_family import WorkerFamily
from ..worker_process import WorkerProcess
from .snapshot import Request, Snapshot

MOST = 12
"""Snapshots that are kept."""
MOST_AT_ONCE = 64
"""Announcements that are read before anything else has its turn: a script can forge any number of them."""


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
        self._refused: deque[tuple[Request, Snapshot]] = deque()
        """Requests to snapshots that have gone since; see `follow_up`."""

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self._all)

    def private(self) -> list[int]:
        """Return the supervisor's own descriptors."""
        return [self.nursery, *[one.descriptor for one in self._all]]

    def watched(self) -> dict[int, int]:
        """Return what is to be polled."""
        rooms = {one.descriptor: POLLIN | POLLOUT if one.wants_room else POLLIN for one in self._all}
        return {self.nursery: POLLIN, **rooms}

    @property
    def next_deadline(self) -> float | None:
        """When `follow_up` has something to do although nothing comes."""
        return 0.0 if self._refused else min([one.deadline for one in self._all if one.deadline], default=None)

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

    def ask(self, snapshot: Snapshot, request: Request) -> None:
        """Ask a snapshot, in its turn; whoever has asked is told what comes of it, later than this returns."""
        request.tried.add(snapshot)
        request.asked = snapshot
        try:
            snapshot.ask(request)
        except OSError:
            self.drop(snapshot)

    def withdraw(self, request: Request) -> None:
        """What comes of *request* is no longer wanted."""
        if request.asked is not None:
            request.asked.withdraw(request)
            self._refused = deque(one for one in self._refused if one[0] is not request)

    def on_ready(self, descriptor: int, family: WorkerFamily) -> None:
        """Take what has come through *descriptor*, if that is one of a snapshot; tell who has asked for it."""
        snapshot = next((one for one in self._all if one.descriptor == descriptor), None)
        if snapshot is None:
            return
        found: WorkerProcess | bytes | int | None
        try:
            snapshot.flush()
            found = snapshot.reply(family.may_take_in)
        except BlockingIOError:
            return
        except OSError:
            found = None
        if found is None:
            self.drop(snapshot)
            return
        request = snapshot.settle()
        if request is not None and isinstance(found, int):
            request.asker.on_refused(request, snapshot, found)
        elif request is not None:
            request.asker.on_done(request, found)
        elif isinstance(found, WorkerProcess):
            family.add(found, is_live=False)
            found.retire()

    def follow_up(self, family: WorkerFamily) -> None:
        """End those that hang, and tell who has asked one that is gone."""
        now = monotonic()
        for snapshot in [one for one in self._all if one.deadline is not None and now >= one.deadline]:
            if snapshot.pid is not None and family.may_take_in(snapshot.pid):
                os.kill(snapshot.pid, SIGKILL)
            self.drop(snapshot)
        while self._refused:
            request, snapshot = self._refused.popleft()
            request.asker.on_refused(request, snapshot, None)

    def drop(self, snapshot: Snapshot) -> None:
        """Keep it no longer."""
        self._all.remove(snapshot)
        self._refused += [(request, snapshot) for request in snapshot.drop()]

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
