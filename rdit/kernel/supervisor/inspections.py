"""Inspections: what a value is, or was after an earlier statement, told by the live worker or by a snapshot itself.

No code of the script runs for it, so a snapshot stays as it is: it answers where it waits, and nothing is forked. Where
no process is in a state that is wanted, a later one may remember what the variable was before it was bound again.
"""

from __future__ import annotations

from collections.abc import Callable
from json import dumps

from ..protocol.frames import Body, encode, passed_on, prefix
from .outbox import Outbox
from .snapshots.snapshot import Request, Snapshot
from .snapshots.snapshots import Snapshots
from .worker_family import WorkerFamily
from .worker_process import WorkerProcess

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

PRESENT = -1
"""In place of a place: the state of the live worker, whatever that has run."""


class Inspection(Request):
    """One request."""

    is_question = True

    def __init__(self, asker: Inspections, request: dict[str, Any], header: bytes, script: Body) -> None:
        super().__init__(asker)
        self.query_id: str = request["query_id"]
        self.header = header
        self.script = bytes(script)
        self.ranks: dict[int, int] = {place: rank for rank, place in enumerate(request["places"])}
        """How good each place is; 0 is the best."""
        if request["or_present"]:
            self.ranks.setdefault(PRESENT, len(self.ranks))
        may_be_remembered = request["kind"] == "value" and not request["steps"] and not request["or_present"]
        self._seen_beyond = min(request["places"]) if may_be_remembered else None
        """A process that stands beyond this statement may remember a value that is wanted."""

    def pieces(self) -> Sequence[Body]:
        """Return the pieces of its frame."""
        return prefix(self.header, len(self.script)), self.script

    def choose(self, snapshots: Snapshots) -> Snapshot | None:
        """Return the best snapshot that was not tried; of those at one place, one of the script to the letter."""
        fitting = [one for one in snapshots if one.at in self.ranks and one not in self.tried]
        return min(fitting, key=lambda one: (self.ranks[one.at], not one.begins(self.script)), default=None)

    def later(self, snapshots: Snapshots) -> Snapshot | None:
        """Return the newest snapshot that was not tried and has seen one of the states: it may remember."""
        fitting = [one for one in snapshots if self._remembers(one.at) and one not in self.tried]
        return fitting[-1] if fitting else None

    def _remembers(self, at: int) -> bool:
        return self._seen_beyond is not None and at > self._seen_beyond

    def prefers(self, live: WorkerProcess, snapshot: Snapshot | None) -> bool:
        """Whether the *live* worker does, and better than the *snapshot*."""
        rank = self.ranks.get(live.position, self.ranks.get(PRESENT))
        if rank is None:
            return snapshot is None and self._remembers(live.position)
        return snapshot is None or rank <= self.ranks[snapshot.at]


class Inspections:
    """Those that a snapshot is asked about. Each goes to one after another, the best first, until one answers."""

    def __init__(
        self,
        snapshots: Snapshots | None,
        family: WorkerFamily,
        outbox: Outbox,
        script: Callable[[], Body | None],
        ask_live: Callable[[str, bytes, Body], None],
    ) -> None:
        """Answer through *outbox*; *script* returns that of the run under way.

        *ask_live* passes a question on to the live worker, which answers it by itself.
        """
        self._snapshots = snapshots
        self._family = family
        self._outbox = outbox
        self._script = script
        self._ask_live = ask_live

    def begin(self, request: dict[str, Any], header: bytes, script: Body) -> None:
        """Take a request."""
        self._ask(Inspection(self, request, header, script))

    def _ask(self, inspection: Inspection) -> None:
        """Ask the best that is left; where there is none, say that there is no value."""
        snapshots = self._snapshots
        live = None if self._script() is not None else self._family.ready
        snapshot = None
        if snapshots is not None:
            snapshots.adopt(self._script())
            snapshot = inspection.choose(snapshots)
        if live is not None and inspection.prefers(live, snapshot):
            self._ask_live(inspection.query_id, inspection.header, inspection.script)
        elif snapshots is not None and (snapshot := snapshot or inspection.later(snapshots)) is not None:
            snapshots.ask(snapshot, inspection)
        else:
            self._outbox.add(encode(dumps({"type": "reply", "query_id": inspection.query_id}).encode()))

    def on_done(self, request: Inspection, found: bytes) -> None:
        """Take a frame that answers."""
        pieces = passed_on(found)  # marked as that: the script may have written it
        if pieces is not None:
            self._outbox.add(*pieces)
        else:
            self._ask(request)

    def on_refused(self, request: Inspection, snapshot: Snapshot, first_changed: int | None) -> None:
        """Ask the next one."""
        del snapshot, first_changed
        self._ask(request)
