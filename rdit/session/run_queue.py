"""RunQueue: the runs of a session, which wait for one another."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable

from ..kernel.protocol import messages
from ..protocol.events import AnyEvent, CompleteEvent, ErrorEvent, QueuedEvent
from ..protocol.values import Status
from .kernel_connection import KernelProcess
from .recorder import Recorder
from .runs import Run, RunRequest


class RunQueue:
    """The runs that wait, in order of arrival; the one under way is the recorder's."""

    def __init__(self, recorder: Recorder, publish: Callable[[AnyEvent], None]) -> None:
        self.waiting: deque[Run] = deque()
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

    def begin_next(self, kernel: KernelProcess) -> None:
        """Send *kernel* the run that has waited longest."""
        run = self._recorder.run = self.waiting.popleft()
        request = run.request
        lines = request.line_range
        kernel.send(
            messages.Run(
                run_id=run.id,
                first_line=None if lines is None else lines.from_,
                last_line=None if lines is None else lines.to,
                stop_on_error=request.stop_on_error,
                interactive=request.interactive,
                figure_steps=request.figure_steps,
            ),
            request.script.encode("utf-8", "surrogatepass"),
        )

    def end(self, run: Run, status: Status, *, exit_code: int | None = None, problem: str | None = None) -> None:
        """End a run that is under way or waits."""
        if problem is not None:
            self._publish(ErrorEvent(problem, run.id))
        self._publish(CompleteEvent(run.id, status, exit_code))
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

    def drop_waiting(self, status: Status, *, problem: str | None = None) -> None:
        """End the runs that wait."""
        for run in list(self.waiting):
            self.end(run, status, problem=problem)
