"""WorkerFamily: the workers that the supervisor has forked and not yet reaped, one of which is live."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fcntl import fcntl
from os import WNOHANG, waitpid
from select import POLLIN, POLLOUT

from ..protocol.records import new_token
from ..worker.main_module import Baseline
from ..worker.worker import Worker
from .worker_process import WorkerProcess

PIPE_SIZE = 1 << 18
"""Bytes that a pipe of a worker holds, where the system allows it."""
_F_SETPIPE_SZ = 1031


class WorkerFamily:
    """Each member has pipes, marks, a token and an outbox of its own; the poll loop serves them all alike."""

    def __init__(self) -> None:
        self.live: WorkerProcess | None = None
        """The one that runs the script; None until it is forked, and again once it is reaped."""
        self._members: dict[int, WorkerProcess] = {}
        """By process id."""
        self._owners: dict[int, WorkerProcess] = {}
        """By each descriptor of theirs."""

    def __iter__(self) -> Iterator[WorkerProcess]:
        return iter(self._members.values())

    def __bool__(self) -> bool:
        return bool(self._members)

    @property
    def ready(self) -> WorkerProcess | None:
        """The live one, unless it is about to end."""
        worker = self.live
        return None if worker is None or worker.deadline is not None or worker.is_retired else worker

    def may_take_in(self, pid: int) -> bool:
        """Whether *pid* is a child that is no worker yet: a script may have forged what a snapshot says."""
        if pid <= 0 or any(worker.pid == pid for worker in self):
            return False
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return True
        return False

    def owner(self, descriptor: int) -> WorkerProcess | None:
        """Return the member with this descriptor."""
        return self._owners.get(descriptor)

    def received(self) -> int:
        """Return how many bytes of events and output the members have sent so far."""
        return sum([worker.received for worker in self])

    def watched(self, *, reads: bool) -> dict[int, int]:
        """Return what is to be polled of each member; without *reads*, only room for what waits to be sent to it."""
        wanted = {}
        for worker in self:
            if reads:
                wanted.update(dict.fromkeys(worker.readable(), POLLIN))
            wanted.update({outbox.descriptor: POLLOUT for outbox in worker.outboxes if outbox.size})
        return wanted

    def fork(self, baseline: Baseline, private: Iterable[int], nursery: int | None) -> Worker | None:
        """Fork a member and make it the live one. Returns None here and a Worker in the new process.

        *private* are the supervisor's own descriptors, which no worker may hold; *nursery* is the workers' end of the
        socket for announcements of snapshots, if there can be any.
        """
        token = new_token()
        ours, theirs = new_pipes()
        pid = os.fork()
        if pid == 0:
            for descriptor in (*ours.values(), *self._owners, *private):
                os.close(descriptor)
            self.live = None
            self._members.clear()
            return Worker(token, theirs if nursery is None else {**theirs, "nursery": nursery}, baseline)
        self.add(WorkerProcess(pid, token, kept_ends(ours, theirs)))
        return None

    def add(self, worker: WorkerProcess, *, is_live: bool = True) -> None:
        """Take in *worker*, as the live one unless it is beside that."""
        self._members[worker.pid] = worker
        if is_live:
            self.live = worker
        self._owners.update(dict.fromkeys(worker.descriptors, worker))

    def remove(self, worker: WorkerProcess) -> None:
        """Close the pipes of a member that was reaped."""
        del self._members[worker.pid]
        if worker is self.live:
            self.live = None
        for descriptor in worker.descriptors:
            del self._owners[descriptor]
            os.close(descriptor)

    def ended(self) -> list[tuple[WorkerProcess, int]]:
        """Return the members whose process has ended, with their wait status; those past their deadline are killed."""
        found = []
        for worker in self:
            if worker.is_overdue():
                worker.kill()
                found.append((worker, waitpid(worker.pid, 0)[1]))
            else:
                pid, status = waitpid(worker.pid, WNOHANG)
                if pid:
                    found.append((worker, status))
        return found


def new_pipes() -> tuple[dict[str, int], dict[str, int]]:
    """Return the supervisor's ends of the pipes of a worker, and the worker's.

    Raises:
        OSError: there are not enough descriptors; none is taken then.
    """
    up: dict[str, tuple[int, int]] = {}
    down: dict[str, tuple[int, int]] = {}
    try:
        up.update((name, os.pipe()) for name in ("events", "stdout", "stderr", "crash", "pictures"))
        down.update((name, os.pipe()) for name in ("requests", "answers", "life"))
    except OSError:
        for ends in (*up.values(), *down.values()):
            for end in ends:
                os.close(end)
        raise
    ours = {name: pipe[0] for name, pipe in up.items()} | {name: pipe[1] for name, pipe in down.items()}
    theirs = {name: pipe[1] for name, pipe in up.items()} | {name: pipe[0] for name, pipe in down.items()}
    for name in ("events", "stdout", "stderr"):
        _enlarge(ours[name])
    return ours, theirs


def kept_ends(ours: dict[str, int], theirs: dict[str, int]) -> dict[str, int]:
    """Close the worker's ends of its pipes, which it has by now; return what the supervisor keeps.

    The worker loses its end of `life` when it becomes another program (exec), so the supervisor keeps that end too:
    Linux gives up the descriptors of a killed process from the highest down, and this one is the lower.
    """
    for name, descriptor in theirs.items():
        if name != "life":
            os.close(descriptor)
    return {**ours, "life kept": theirs["life"]}


def _enlarge(descriptor: int) -> None:
    """Let a pipe hold more, so that the worker seldom waits for us; a system that cannot leaves it as it is."""
    if sys.platform == "linux":
        with suppress(OSError):  # the user has too many large pipes already
            fcntl(descriptor, _F_SETPIPE_SZ, PIPE_SIZE)
