"""RunQueue: the runs of a session, which wait for one another."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable

from ..protocol.events import AnyEvent, CompleteEvent, ErrorEvent, QueuedEvent
from ..protocol.values import Status
from .recorder import Recorder
from .runs import Run, RunRequest


class RunQueue:
    """The runs that wait, in order of arrival; the one under way is the recorder's."""

    def __init__(self, recorder: Recorder, publish: Callable[[AnyEvent], None]) -> None:
        self.waiting: deque[Run] = deque()
        self.keeps_figure_steps = False
        """Whether the newest fresh run shows each state of a figure for good."""
        self._recorder = recorder
        self._publish = publish
        self._prefix = secrets.token_hex(4)
        self._count = 0

    def add(self, request: RunRequest, *, collect: bool) -> Run:
        """Let a run wait for its turn; with *collect*, its requester takes whole results from it."""
        self._count += 1
        run = Run(f"{self._prefix}-{self._count}", request, collect=collect)
        self.waiting.append(run)
        self._publish(QueuedEvent(run.id, request.line_range))
        return run

    def next(self) -> Run:
        """Let the run that has waited longest be the one under way."""
        run = self._recorder.run = self.waiting.popleft()
        if run.request.fresh:
            self.keeps_figure_steps = run.request.figure_steps
        return run

    def end(self, run: Run, status: Status, *, exit_code: int | None = None, problem: str | None = None) -> None:
        """End a run that is under way or waits."""
        if problem is not None:
            self._publish(ErrorEvent(problem, run.id))
        self._publish(CompleteEvent(run.id, status, exit_code, cut_off=run.is_abandoned and status == "superseded"))
        run.finish(status, problem)
        if run is self._recorder.run:
            self._recorder.run = None
        elif run in self.waiting:
            self.waiting.remove(run)

    def drop(self, status: Status, *, problem: str | None = None) -> None:
        """End the run under way and all that wait."""
        if self._recorder.run is not None:
            self.end(self._recorder.run, status, problem=problem)
        self.drop_waiting(status, problem=problem)

    def drop_outdated(self) -> None:
        """End the fresh runs that wait and that a newer one makes out of date, but for those that run what is valid."""
        for run in [run for run in self.waiting if run.request.fresh and not run.request.again]:
            self.end(run, "superseded")

    def drop_waiting(self, status: Status, *, problem: str | None = None) -> None:
        """End the runs that wait."""
        for run in list(self.waiting):
            self.end(run, status, problem=problem)
