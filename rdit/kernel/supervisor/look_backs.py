"""Looking back: code that is evaluated in a process that goes on from a snapshot and ends with it.

That process is a worker with pipes of its own, and what it reports goes into its answer rather than to the server: the
run, the live worker and the snapshot stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from json import dumps
from time import monotonic

from ..protocol.frames import Body, encode, prefix
from ..protocol.records import COMPLETED
from .deaths import Death
from .outbox import Outbox
from .snapshots.snapshot import Request
from .snapshots.snapshots import Snapshots
from .worker_family import WorkerFamily
from .worker_process import WorkerProcess

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SECONDS = 10.0
"""What code may take."""
MOST_BYTES = 4 << 20
"""Of output that an answer has; code that shows more is ended."""
NOWHERE = (
    "No copy of the process was kept after this statement or before it. Copies are kept of statements that take a "
    "while, of the newest one, and of the one with the cursor."
)
UNAVAILABLE = "This system makes no copies of a process, so there is no earlier state to look at."


class LookBack(Request):
    """One request to look back."""

    def __init__(self, asker: LookBacks, query_id: str, place: int, *frame: Body) -> None:
        """Look at the state before the statement *place*; *frame* is the request for the worker."""
        super().__init__(asker)
        self.query_id = query_id
        self.place = place
        self._frame = frame
        self.awaited: WorkerProcess | None = None
        """The live worker that was asked for a snapshot of its own state."""
        self.worker: WorkerProcess | None = None
        """The process that evaluates it."""
        self.shown = Outbox(-1)
        """What that has reported; it is sent nowhere by itself."""
        self.is_complete = False
        self.problem: str | None = None

    def pieces(self) -> Sequence[Body]:
        """Return the pieces of its frame."""
        return self._frame


class LookBacks:
    """Those under way. Each goes to the snapshot at its place, or to the newest one before."""

    def __init__(
        self,
        snapshots: Snapshots | None,
        family: WorkerFamily,
        send: Callable[..., None],
        script: Callable[[], Body | None],
    ) -> None:
        """Answer through *send*; *script* returns that of the run under way."""
        self._script = script
        self._snapshots = snapshots
        self._family = family
        self._send = send
        self._all: list[LookBack] = []
        self.are_possible = snapshots is not None
        """Whether this system makes copies of a process, as far as is known."""

    def begin(self, request: dict[str, Any], header: bytes, body: Body, *, is_idle: bool) -> None:
        """Take a request. When the live worker *is_idle*, its own state can be looked at, too."""
        place = request["node_index"] + 1
        look_back = LookBack(self, request["query_id"], place, prefix(header, len(body)), bytes(body))
        self._all.append(look_back)
        live = self._family.ready
        stands_there = self._snapshots is not None and any(one.at == place for one in self._snapshots)
        if is_idle and live is not None and live.position == place and not stands_there:
            look_back.awaited = live
            live.send(encode(dumps({"type": "keep", "node_index": place}).encode()))
        self._ask(look_back)

    def kept(self, worker: WorkerProcess) -> None:
        """Go on with those that wait for a snapshot of *worker*, which is made by now if it can be."""
        for look_back in [one for one in self._all if one.awaited is worker]:
            look_back.awaited = None
            self._ask(look_back)

    def _ask(self, look_back: LookBack) -> None:
        """Ask the best snapshot that is left, unless a better one is being made; where there is none, say so."""
        if look_back.awaited is not None:
            return
        snapshots = self._snapshots
        if snapshots is not None:
            snapshots.adopt(self._script())
            snapshot = snapshots.newest_up_to(look_back.place, look_back.tried)
            if snapshot is not None:
                snapshots.ask(snapshot, look_back)
                return
        look_back.problem = NOWHERE if self.are_possible else UNAVAILABLE
        self._answer(look_back)

    def on_done(self, request: LookBack, found: WorkerProcess) -> None:
        """Take in the process that evaluates it."""
        request.worker = found
        found.deadline = monotonic() + SECONDS
        self._family.add(found, is_live=False)

    def on_refused(self, request: LookBack, snapshot: object, first_changed: int | None) -> None:
        """Ask the next one."""
        del snapshot, first_changed
        self._ask(request)

    def _of(self, worker: WorkerProcess) -> LookBack | None:
        """Return what *worker* is for, if it is no worker of the script's runs."""
        return next((one for one in self._all if one.worker is worker), None) if self._all else None

    def outbox(self, worker: WorkerProcess) -> Outbox | None:
        """Return where the output of *worker* goes, if it looks back."""
        look_back = self._of(worker)
        return None if look_back is None else look_back.shown

    def forward(self, worker: WorkerProcess) -> bool:
        """Take what has come from *worker*, if it looks back, and say so; end it when that is all."""
        look_back = self._of(worker)
        if look_back is None:
            return False
        for _ in range(2):
            for record in worker.forward(look_back.shown):
                if record.meaning == COMPLETED:
                    look_back.is_complete = True
                    worker.retire()
            if not worker.await_event():
                break
        if look_back.shown.size > MOST_BYTES and look_back.problem is None:
            look_back.problem = f"It showed more than {MOST_BYTES >> 20} MB, and was ended."
            worker.retire()
        return True

    def end(self, worker: WorkerProcess, death: Death) -> bool:
        """Answer what *worker* has looked back for, if it has; say so. It is gone."""
        look_back = self._of(worker)
        if look_back is None:
            return False
        if not look_back.is_complete and look_back.problem is None:
            is_late = worker.is_overdue()
            look_back.problem = f"It took longer than {SECONDS:.0f} s, and was ended." if is_late else death.reason
        self._answer(look_back)
        return True

    def follow_up(self) -> None:
        """Ask a snapshot in the place of a live worker that has gone without a word."""
        for look_back in list(self._all):
            if look_back.awaited is not None and look_back.awaited is not self._family.live:
                look_back.awaited = None
                self._ask(look_back)

    def end_all(self, problem: str) -> None:
        """End all, and say why."""
        for look_back in list(self._all):
            look_back.problem = look_back.problem or problem
            if look_back.worker is not None:
                look_back.worker.retire()
            else:
                if self._snapshots is not None:
                    self._snapshots.withdraw(look_back)
                self._answer(look_back)

    def _answer(self, look_back: LookBack) -> None:
        self._all.remove(look_back)
        before = look_back.worker and look_back.worker.resumed_at
        header = {"type": "looked_back", "query_id": look_back.query_id, "before": before}
        self._send({**header, "problem": look_back.problem}, look_back.shown.take())
