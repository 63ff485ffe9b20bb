"""Resuming: which snapshot a fresh run goes on from, and the wait for the worker that comes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic

from ..protocol.frames import Body, encode
from .inspections import Inspections
from .look_backs import LookBacks
from .outbox import Outbox
from .runs import Run, Runs
from .snapshots.memory_budget import allowed, taken
from .snapshots.snapshot import Request, Snapshot
from .snapshots.snapshots import Snapshots
from .worker_family import WorkerFamily
from .worker_process import WorkerProcess

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

IDLE_SECONDS = 0.05
"""After the end of a run: another one may follow at once."""


class _GoOn(Request):
    """To go on with a run."""

    def __init__(self, asker: Resuming, run: Run) -> None:
        super().__init__(asker)
        self.run = run

    def pieces(self) -> Sequence[Body]:
        """Return the pieces of its frame."""
        return self.run.frame()


class Resuming:
    """Asks one snapshot after another to go on with a run, until one does; where there are none it never does."""

    def __init__(
        self,
        runs: Runs,
        resumed: Callable[[WorkerProcess, int], None],
        family: WorkerFamily,
        send: Callable[..., None],
        outbox: Outbox,
        ask_live: Callable[[str, bytes, Body], None],
        begin_run: Callable[[], None],
    ) -> None:
        """Call *resumed* with each worker that goes on from a snapshot, and the statement before which it stands.

        Where one could not, the run waits again, and *begin_run* asks for the next.

        Those that only look back join *family*, and *send* takes their answers; for the rest see `Inspections`.
        """
        self._snapshots = Snapshots() if sys.platform == "linux" else None
        self._family = family
        self.look_backs = LookBacks(self._snapshots, family, send, self._script)
        self.inspections = Inspections(self._snapshots, family, outbox, self._script, ask_live)
        self._under_way: _GoOn | None = None
        """What a snapshot was asked, and has not replied to yet."""
        self._begin_run = begin_run
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
        return self._under_way is not None

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
        return {} if self._snapshots is None else self._snapshots.watched()

    def moments(self) -> tuple[float | None, float | None]:
        """Return when something has to be done although nothing comes."""
        return self.next_measure, None if self._snapshots is None else self._snapshots.next_deadline

    def follow_up(self) -> None:
        """Ask another snapshot in the place of each that hangs, or has gone without a word."""
        self.look_backs.follow_up()
        if self._snapshots is not None:
            self._snapshots.follow_up(self._family)

    def best_place(self, first_changed: int, live: WorkerProcess | None) -> int:
        """Return from which statement a script that differs from *first_changed* on would go on: *live*, or a copy."""
        here = live.position if live is not None and live.position <= first_changed else 0
        places = [] if self._snapshots is None else [one.at for one in self._snapshots if one.at <= first_changed]
        return max([here, *places])

    def ask(self, run: Run, *, beyond: int) -> bool:
        """Ask the best snapshot *beyond* a statement to go on with *run*; say whether there is one."""
        snapshots = self._snapshots
        if snapshots is None or not run.is_fresh:
            return False
        self.look_backs.are_possible = run.may_copy
        if run.from_top:
            return False
        snapshots.adopt(self._script())
        snapshot = snapshots.best_for(run, beyond=beyond)
        if snapshot is None:
            return False
        self._under_way = _GoOn(self, run)
        snapshots.ask(snapshot, self._under_way)
        return True

    def on_ready(self, descriptor: int) -> None:
        """Act on what has come through *descriptor*, if that is one of a snapshot."""
        snapshots = self._snapshots
        if snapshots is not None:
            if descriptor == snapshots.nursery:
                snapshots.adopt(self._script())
            else:
                snapshots.on_ready(descriptor, self._family)

    def on_done(self, request: _GoOn, found: WorkerProcess) -> None:
        """Give the run to the worker that goes on with it."""
        del request
        self._under_way = None
        self._resumed(found, found.position)

    def on_refused(self, request: _GoOn, snapshot: Snapshot, first_changed: int | None) -> None:
        """Let the run wait again, and look for another one."""
        del request
        self._under_way = None
        self._runs.refuse(snapshot, first_changed)
        self._begin_run()

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
        request, self._under_way = self._under_way, None
        if request is None or self._snapshots is None:
            return False
        self._snapshots.withdraw(request)
        self._runs.end(status)
        return True

    def clear(self) -> None:
        """Keep no snapshot; the run that was to go on from one ends as interrupted."""
        self._withdraw("interrupted")
        self.look_backs.end_all("The session was reset, or its script renamed, meanwhile.")
        if self._snapshots is not None:
            self._snapshots.clear()
            self._snapshots.limit = None
