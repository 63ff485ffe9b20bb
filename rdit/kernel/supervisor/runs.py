"""The runs that the server has requested: those that wait, and how far the one under way has come."""

from __future__ import annotations

from _signal import SIGINT  # type: ignore[import-not-found]
from collections import deque
from collections.abc import Callable
from json import dumps, loads
from time import monotonic

from ..protocol.frames import Body, prefix
from ..protocol.records import (
    COMPLETED,
    PLANNED,
    STATEMENT_FINISHED,
    STATEMENT_STARTED,
    STATEMENTS_FINISHED,
    Record,
)
from .deaths import Death
from .worker_process import WorkerProcess


class Run:
    """A run as the supervisor sees it."""

    __slots__ = (
        "_request",
        "first_changed",
        "from_top",
        "interrupt_wanted",
        "is_fresh",
        "is_outdated",
        "is_planned",
        "may_copy",
        "node_index",
        "run_id",
        "statement_began",
        "tried",
        "worker",
    )

    def __init__(self, run_id: str, request: tuple[bytes, Body], *, is_fresh: bool = False) -> None:
        self.run_id = run_id
        self.worker: WorkerProcess | None = None
        """The one that does it, or was asked to."""
        self.is_fresh = is_fresh
        """Whether its results are to be those of one run from the top."""
        self.may_copy = False
        """Whether its worker may make snapshots."""
        self.from_top = False
        """Whether it goes on from no snapshot, as a worker that did has failed."""
        self.is_outdated = False
        """Whether it has to make room for a newer one."""
        self.first_changed: int | None = None
        """The first statement that differs from what has run, as far as that is known."""
        self.tried: set[object] = set()
        """The snapshots and workers that were asked to go on with it and could not."""
        self._request = request
        self.is_planned = False
        self.interrupt_wanted = False
        """An interrupt came before the worker had taken the run up."""
        self.node_index: int | None = None
        """The statement under way."""
        self.statement_began = 0.0

    def frame(self) -> tuple[Body, ...]:
        """Return the pieces of its frame, as they came but for what is known of a fresh run by now."""
        header, body = self._request
        if self.is_fresh:
            known = {"first_changed": self.first_changed, "may_copy": self.may_copy}
            header = dumps({**loads(header), **known}).encode()
        return prefix(header, len(body)), body

    @property
    def script(self) -> Body:
        """Its text."""
        return self._request[1]

    def taken_up(self) -> None:
        """Keep the script no longer, unless it may have to be sent again, or is what snapshots are of."""
        if not self.is_fresh:
            self._request = b"", b""


class Runs:
    """Runs in the order of their requests. What a worker did not live to report of its run is reported here."""

    def __init__(self, send: Callable[..., None]) -> None:
        """Report through *send*, which takes a message and its body."""
        self.current: Run | None = None
        self._waiting: deque[Run] = deque()
        self._send = send

    def add(self, run: Run) -> None:
        """Let *run* wait for its turn."""
        self._waiting.append(run)

    def next(self) -> Run | None:
        """Make the next run the one under way, if there is none, and return it; those that are outdated end."""
        while self.current is None and self._waiting:
            self.current = self._waiting.popleft()
            if not self.current.is_outdated:
                return self.current
            self.end("superseded")
        return None

    def outdate(self, run_id: str) -> Run | None:
        """Note that a run has to make room for a newer one, and return it; None when it is over."""
        for run in (self.current, *self._waiting):
            if run is not None and run.run_id == run_id:
                run.is_outdated = True
                return run
        return None

    @property
    def is_idle(self) -> bool:
        """Whether no run is under way or waits."""
        return self.current is None and not self._waiting

    def wait_again(self) -> None:
        """Let the run under way, which nobody has taken up, wait again before all others."""
        if self.current is not None:
            self.current.worker, self.current.is_planned, self.current.node_index = None, False, None
            self._waiting.appendleft(self.current)
            self.current = None

    def give(self, worker: WorkerProcess) -> None:
        """The run under way is up to *worker* now."""
        if self.current is not None:
            self.current.worker = worker

    def awaits(self, worker: WorkerProcess) -> bool:
        """Whether *worker* was given the run under way, and has not taken it up."""
        run = self.current
        return run is not None and run.worker is worker and not run.is_planned and not worker.is_retired

    def refuse(self, who: object, first_changed: int | None) -> None:
        """The one *who* was asked to go on with the run under way cannot, as a statement has changed or it is gone."""
        run = self.current
        if run is not None:
            run.tried.add(who)
            if first_changed is not None:
                known = run.first_changed
                run.first_changed = first_changed if known is None else min(known, first_changed)
        self.wait_again()

    def interrupt(self, worker: WorkerProcess | None) -> None:
        """Interrupt the run under way; a worker that has not taken it up yet would forget a signal."""
        run = self.current
        if run is not None and not run.is_planned:
            run.interrupt_wanted = True
        elif worker is not None:
            worker.signal(SIGINT)

    def track(self, record: Record, worker: WorkerProcess) -> None:
        """Learn from a record of *worker* how far its run has come."""
        run = self.current
        if run is None or run.worker is not worker:
            return
        if not run.is_planned:
            run.is_planned = True
            run.tried = set()
            run.taken_up()
            if run.interrupt_wanted:
                worker.signal(SIGINT)
        meaning = record.meaning
        if meaning in (STATEMENT_STARTED, STATEMENTS_FINISHED):
            run.node_index = record.node_index
            run.statement_began = monotonic()
            worker.position = record.node_index if run.is_fresh else 0
        elif meaning == STATEMENT_FINISHED:
            run.node_index = None
            if run.is_fresh:
                worker.position = record.node_index + 1
        elif meaning == COMPLETED:
            self.current = None

    def clear(self) -> None:
        """Forget those that wait, without a report."""
        self._waiting.clear()

    def drop(self) -> None:
        """End those that wait as interrupted."""
        dropped, self._waiting = self._waiting, deque()
        for run in dropped:
            self._send({"type": "planned", "run_id": run.run_id})
            self._complete(run, "interrupted")

    def end(self, status: str, worker: WorkerProcess | None = None) -> None:
        """Report the end of the run under way, if there is one and it is up to *worker*."""
        run = self.current
        if run is None or run.worker is not worker:
            return
        self.current = None
        if not run.is_planned:
            self._send({"type": "planned", "run_id": run.run_id})
        if run.node_index is not None:
            about = {"run_id": run.run_id, "node_index": run.node_index}
            self._send({"type": "statement_finished", **about, "duration": monotonic() - run.statement_began})
        self._complete(run, status)

    def die(self, death: Death, worker: WorkerProcess) -> str | None:
        """Report that the run under way ended with its worker: the error stands at its statement. Return its id."""
        run = self.current
        if run is None or run.worker is not worker:
            return None
        if not run.is_planned:
            run.is_planned = True
            run.node_index = 0
            run.statement_began = worker.started
            self._send({"type": "planned", "run_id": run.run_id}, PLANNED.pack(0, 1, 1))
            self._send({"type": "statement_started", "run_id": run.run_id, "node_index": 0})
        self._send(death.displayed(run.run_id, run.node_index))
        self.end("died", worker)
        return run.run_id

    def _complete(self, run: Run, status: str) -> None:
        self._send({"type": "completed", "run_id": run.run_id, "status": status, "exit_code": None})
