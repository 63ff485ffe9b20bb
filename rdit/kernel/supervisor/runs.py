"""The runs that the server has requested: those that wait, and how far the one under way has come."""

from __future__ import annotations

from _signal import SIGINT  # type: ignore[import-not-found]
from collections import deque
from collections.abc import Callable
from time import monotonic

from ..protocol.frames import Body
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

    __slots__ = ("interrupt_wanted", "is_planned", "node_index", "request", "run_id", "statement_began")

    def __init__(self, run_id: str, request: tuple[Body, ...]) -> None:
        self.run_id = run_id
        self.request = request
        """The pieces of its frame, to be sent on as they came."""
        self.is_planned = False
        self.interrupt_wanted = False
        """An interrupt came before the worker had taken the run up."""
        self.node_index: int | None = None
        """The statement under way."""
        self.statement_began = 0.0


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

    def begin(self, worker: WorkerProcess) -> bool:
        """Send the next run to *worker*, which is free to take one; say whether there was one."""
        if self.current is not None or not self._waiting:
            return False
        run = self.current = self._waiting.popleft()
        worker.send(*run.request)
        run.request = ()
        return True

    def interrupt(self, worker: WorkerProcess) -> None:
        """Interrupt the run under way; a worker that has not taken it up yet would forget a signal."""
        run = self.current
        if run is None or run.is_planned:
            worker.signal(SIGINT)
        else:
            run.interrupt_wanted = True

    def track(self, record: Record, worker: WorkerProcess) -> None:
        """Learn from a record of *worker* how far its run has come."""
        run = self.current
        if run is None:
            return
        if not run.is_planned:
            run.is_planned = True
            if run.interrupt_wanted:
                worker.signal(SIGINT)
        meaning = record.meaning
        if meaning in (STATEMENT_STARTED, STATEMENTS_FINISHED):
            run.node_index = record.node_index
            run.statement_began = monotonic()
        elif meaning == STATEMENT_FINISHED:
            run.node_index = None
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

    def end(self, status: str) -> None:
        """Report the end of the run under way, if there is one."""
        run, self.current = self.current, None
        if run is None:
            return
        if not run.is_planned:
            self._send({"type": "planned", "run_id": run.run_id})
        if run.node_index is not None:
            about = {"run_id": run.run_id, "node_index": run.node_index}
            self._send({"type": "statement_finished", **about, "duration": monotonic() - run.statement_began})
        self._complete(run, status)

    def die(self, death: Death, worker: WorkerProcess) -> str | None:
        """Report that the run under way ended with its worker: the error stands at its statement. Return its id."""
        run = self.current
        if run is None:
            return None
        if not run.is_planned:
            run.is_planned = True
            run.node_index = 0
            run.statement_began = worker.started
            self._send({"type": "planned", "run_id": run.run_id}, PLANNED.pack(0, 1, 1))
            self._send({"type": "statement_started", "run_id": run.run_id, "node_index": 0})
        self._send(death.displayed(run.run_id, run.node_index))
        self.end("died")
        return run.run_id

    def _complete(self, run: Run, status: str) -> None:
        self._send({"type": "completed", "run_id": run.run_id, "status": status, "exit_code": None})
