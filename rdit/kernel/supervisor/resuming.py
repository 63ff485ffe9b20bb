"""Resuming: which snapshot a fresh run goes on from, and the wait for the worker that comes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from select import POLLIN, POLLOUT
from time import monotonic

from ..protocol.frames import Body, encode
from .inspections import Inspection, Inspections
from .look_backs import LookBack, LookBacks
from .memory_budget import allowed, taken
from .outbox import Outbox
from .runs import Run, Runs
from .snapshots import Snapshot, Snapshots
from .worker_family import WorkerFamily
from .worker_process import WorkerProcess

IDLE_SECONDS = 0.05
"""After the end of a run: another one may follow at once."""


class Resuming:
    """Asks one snapshot after another to go on with a run, until one does; where there are none it never does."""

    def __init__(
        self,
        runs: Runs,
        resumed: Callable[[WorkerProcess, int], None],
        family: WorkerFamily,
        send: Callable[..., None],
        outbox: Outbox,
        ask_live: Callable[[str, bytes], None],
    ) -> None:
        """Call *resumed* with each worker that goes on from a snapshot, and the statement before which it stands.

        Those that only look back join *family*, and *send* takes their answers; for the rest see `Inspections`.
        """
        self._snapshots = Snapshots() if sys.platform == "linux" else None
        self._family = family
        self.look_backs = LookBacks(self._snapshots, family, send, self._script)
        self.inspections = Inspections(self._snapshots, family, outbox, self._script, ask_live)
        self._asked: Snapshot | None = None
        """The snapshot that was asked to go on with the run under way, and has not replied yet."""
        self.next_measure: float | None = None
        """When to look next how much memory the snapshots take."""
        self._to_measure: list[Snapshot] = []
        self._taken = 0
        """Bytes of those that were measured so far."""
        self._runs = runs
        self._resumed = resumed

    @property
    def is_asking(self) -> bool:
        """Whether a worker may come of the run under way."""
        return self._asked is not None

    @property
    def may_have_forked(self) -> bool:
        """Whether there may be a worker of which its snapshot has not told yet."""
        return self._snapshots is not None and any(one.is_asked_to_go_on for one in self._snapshots)

    @property
    def workers_end(self) -> int | None:
        """The descriptor through which workers announce snapshots."""
        return None if self._snapshots is None else self._snapshots.workers_end

    def private(self) -> list[int]:
        """Return the descriptors that no worker may hold."""
        return [] if self._snapshots is None else self._snapshots.private()

    def watched(self) -> dict[int, int]:
        """Return what is to be polled."""
        snapshots = self._snapshots
        if snapshots is None:
            return {}
        watched = {one.descriptor: POLLIN | POLLOUT if one.outbox.size else POLLIN for one in snapshots}
        return {snapshots.nursery: POLLIN, **watched}

    def moments(self) -> tuple[float | None, float | None]:
        """Return when something has to be done although nothing comes."""
        return self.next_measure, self.inspections.next_deadline

    def follow_up(self) -> None:
        """Ask another snapshot in the place of each that has gone without a word."""
        self.look_backs.follow_up()
        self.inspections.follow_up()

    def best_place(self, first_changed: int, live: WorkerProcess | None) -> int:
        """Return from which statement a script that differs from *first_changed* on would go on: *live*, or a copy."""
        here = live.position if live is not None and live.position <= first_changed else 0
        places = [] if self._snapshots is None else [one.at for one in self._snapshots if one.at <= first_changed]
        return max([here, *places])

    def ask(self, run: Run, *, beyond: int) -> bool:
        """Ask the best snapshot *beyond* a statement to go on with *run*; say whether there is one."""
        snapshots = self._snapshots
        if snapshots is None or not run.is_fresh or run.from_top:
            return False
        snapshots.adopt(self._script())
        while (snapshot := snapshots.best_for(run, beyond=beyond)) is not None:
            try:
                snapshot.ask(run, *run.frame())
            except BlockingIOError:  # noqa: PERF203
                run.tried.add(snapshot)
            except OSError:
                snapshots.drop(snapshot)
            else:
                self._asked = snapshot
                return True
        return False

    def on_ready(self, descriptor: int) -> bool:
        """Act on what has come through *descriptor*, if that is one of a snapshot; say whether the run waits again."""
        snapshots = self._snapshots
        if snapshots is None:
            return False
        if descriptor == snapshots.nursery:
            snapshots.adopt(self._script())
        snapshot = snapshots.find(descriptor)
        if snapshot is None:
            return False
        try:
            snapshot.outbox.flush()
            reply = snapshot.reply(self._family.may_take_in)
        except BlockingIOError:
            return False
        except OSError:
            reply = None
        asker, found = reply or (None, None)
        if isinstance(asker, (LookBack, Inspection)):
            if isinstance(asker, Inspection):
                self.inspections.on_reply(asker, found)
            elif not isinstance(found, bytes):
                self.look_backs.on_reply(asker, found)
            if found is None:
                snapshots.drop(snapshot)
            return False
        is_asked = snapshot is self._asked and (asker is None or asker is self._runs.current)
        if is_asked:
            self._asked = None
        if isinstance(found, WorkerProcess):
            if is_asked:
                self._resumed(found, snapshot.at)
            else:  # the run was withdrawn
                self._family.add(found, is_live=False)
                found.retire()
            return False
        first_changed = found if type(found) is int else None
        if first_changed is None:
            snapshots.drop(snapshot)
        if is_asked:
            self._runs.refuse(snapshot, first_changed)
        return is_asked

    def forbid(self, at: int) -> None:
        """Keep no snapshot of the statement *at*, from which a worker went on and failed, and none beyond."""
        if self._snapshots is not None:
            known = self._snapshots.limit
            self._snapshots.limit = at if known is None else min(known, at)
            self._snapshots.adopt(self._script())

    def measure_soon(self) -> None:
        """Look how much memory the snapshots take, once nothing else is to be done: each look takes milliseconds."""
        if self._snapshots is not None:
            self._snapshots.adopt(self._script())
            self._to_measure, self._taken = list(self._snapshots), 0
            self.next_measure = monotonic() + IDLE_SECONDS if self._to_measure else None

    def measure(self) -> None:
        """Look at the next snapshot; when all were looked at, drop some if together they take more than they may."""
        snapshots = self._snapshots
        if snapshots is None or self.next_measure is None or monotonic() < self.next_measure:
            return
        if self._to_measure:
            pid = self._to_measure.pop().pid
            self._taken += 0 if pid is None else taken(pid)
            return
        self.next_measure = None
        if self._taken > allowed() and len(snapshots):
            snapshots.drop_cheapest()
            self.measure_soon()

    def _script(self) -> Body | None:
        """Return the text of the run under way."""
        return None if self._runs.current is None else self._runs.current.script

    def supersede(self, run_id: str, *, at_once: bool) -> bool:
        """End a run when its statement ends, or *at_once* with its worker; say whether another one can begin now."""
        run = self._runs.outdate(run_id)
        if run is None:
            return False
        if run.worker is None:
            return run is self._runs.current and self._withdraw("superseded")
        if at_once:
            run.worker.retire()
        else:
            run.worker.send(encode(b'{"type":"yield"}'))
        return False

    def _withdraw(self, status: str) -> bool:
        """End the run that a snapshot was asked to go on with, if there is one; what comes of that is no worker."""
        is_asking = self._asked is not None
        if is_asking:
            self._asked = None
            self._runs.end(status)
        return is_asking

    def clear(self) -> None:
        """Keep no snapshot; the run that was to go on from one ends as interrupted."""
        self._withdraw("interrupted")
        self.look_backs.end_all("The session was reset, or its script renamed, meanwhile.")
        if self._snapshots is not None:
            self._snapshots.clear()
            self._snapshots.limit = None
