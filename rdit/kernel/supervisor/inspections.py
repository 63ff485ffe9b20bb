"""Inspections: what a value is, or was after an earlier statement, told by the live worker or by a snapshot itself.

No code of the script runs for it, so a snapshot stays as it is: it answers where it waits, and nothing is forked.
"""

from __future__ import annotations

import os
from _signal import SIGKILL  # type: ignore[import-not-found]
from collections.abc import Callable
from json import dumps
from time import monotonic

from ..protocol.frames import Body, encode, passed_on, prefix
from .outbox import Outbox
from .snapshots import Snapshot, Snapshots
from .worker_family import WorkerFamily
from .worker_process import WorkerProcess

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

SECONDS = 10.0
"""After which a snapshot that has not answered is ended: a library waits in it for what a copy does not have."""
PRESENT = -1
"""In place of a place: the state of the live worker, whatever that has run."""


class Inspection:
    """One request."""

    def __init__(self, request: dict[str, Any], header: bytes, script: Body) -> None:
        self.query_id: str = request["query_id"]
        self.header = header
        self.script = bytes(script)
        self.frame = prefix(header, len(script)), self.script
        self.ranks: dict[int, int] = {place: rank for rank, place in enumerate(request["places"])}
        """How good each place is; 0 is the best."""
        if request["or_present"]:
            self.ranks.setdefault(PRESENT, len(self.ranks))
        self.tried: set[object] = set()
        """The snapshots that are of another text, or gone."""
        self.asked: Snapshot | None = None
        self.deadline = 0.0

    def choose(self, snapshots: Snapshots) -> Snapshot | None:
        """Return the best snapshot that was not tried; of those at one place, one of the script to the letter."""
        fitting = [one for one in snapshots if one.at in self.ranks and one not in self.tried]
        return min(fitting, key=lambda one: (self.ranks[one.at], not one.begins(self.script)), default=None)

    def prefers(self, live: WorkerProcess, snapshot: Snapshot | None) -> bool:
        """Whether the *live* worker does, and better than the *snapshot*."""
        rank = self.ranks.get(live.position, self.ranks.get(PRESENT))
        return rank is not None and (snapshot is None or rank <= self.ranks[snapshot.at])


class Inspections:
    """Those that a snapshot is asked about. Each goes to one after another, the best first, until one answers."""

    def __init__(
        self,
        snapshots: Snapshots | None,
        family: WorkerFamily,
        outbox: Outbox,
        script: Callable[[], Body | None],
        ask_live: Callable[[str, bytes], None],
    ) -> None:
        """Answer through *outbox*; *script* returns that of the run under way.

        *ask_live* passes a question on to the live worker, which answers it by itself.
        """
        self._snapshots = snapshots
        self._family = family
        self._outbox = outbox
        self._script = script
        self._ask_live = ask_live
        self._all: list[Inspection] = []

    @property
    def next_deadline(self) -> float | None:
        """When to look whether a snapshot hangs."""
        return min([one.deadline for one in self._all], default=None)

    def begin(self, request: dict[str, Any], header: bytes, script: Body) -> None:
        """Take a request."""
        self._ask(Inspection(request, header, script))

    def _ask(self, inspection: Inspection) -> None:
        """Ask the best that is left; where there is none, say that there is no value."""
        live, snapshots = self._family.ready, self._snapshots
        if snapshots is not None:
            snapshots.adopt(self._script())
        while True:
            snapshot = None if snapshots is None else inspection.choose(snapshots)
            if live is not None and self._script() is None and inspection.prefers(live, snapshot):
                self._ask_live(inspection.query_id, inspection.header)
                return
            if snapshots is None or snapshot is None:
                self._outbox.add(encode(dumps({"type": "reply", "query_id": inspection.query_id}).encode()))
                return
            inspection.tried.add(snapshot)
            try:
                snapshot.inspect(inspection, *inspection.frame)
            except BlockingIOError:
                continue
            except OSError:
                snapshots.drop(snapshot)
            else:
                inspection.asked, inspection.deadline = snapshot, monotonic() + SECONDS
                self._all.append(inspection)
                return

    def on_reply(self, inspection: Inspection, told: object) -> None:
        """Take what a snapshot says: a frame that answers, or that it is of another text, or None of one gone."""
        if inspection not in self._all:
            return
        self._all.remove(inspection)
        pieces = passed_on(told) if isinstance(told, bytes) else None  # marked as that: the script may have written it
        if pieces is not None:
            self._outbox.add(*pieces)
        else:
            self._ask(inspection)

    def follow_up(self) -> None:
        """End a snapshot that hangs, and ask another one in the place of each that has gone without a word."""
        snapshots = self._snapshots
        if snapshots is None:
            return
        for inspection in list(self._all):
            asked = inspection.asked
            if asked is not None and asked in snapshots and monotonic() >= inspection.deadline:
                snapshots.drop(asked)
                if asked.pid is not None and self._family.may_take_in(asked.pid):
                    os.kill(asked.pid, SIGKILL)
            if (asked is None or asked not in snapshots) and inspection in self._all:
                self._all.remove(inspection)
                self._ask(inspection)
