"""Superseding: end the fresh run under way when a newer one makes it out of date, and no sooner than that."""

from __future__ import annotations

import asyncio
import logging

from ..errors import InterpreterFailed
from ..protocol import messages
from .kernel.kernel_connection import KernelProcess
from .kernel.queries import Checks
from .recorder import Recorder
from .runs import Run
from .state.state import SessionState

log = logging.getLogger(__name__)


class Superseding:
    """Compares the text of the run under way with that of a newer run, and ends it where they differ.

    What differs below the statement under way lets that statement end: the newer run goes on behind it. Else its worker
    is ended at once. A run that executes nothing which has changed goes on.
    """

    def __init__(self, state: SessionState, recorder: Recorder, checks: Checks) -> None:
        self._state = state
        self._recorder = recorder
        self._checks = checks
        self._task: asyncio.Task[None] | None = None
        self._yielding: tuple[Run, int] | None = None
        """The run that was asked to end, and the first statement that it must not execute."""

    def begin(self, kernel: KernelProcess, script: str) -> None:
        """Let the run under way, if it is a fresh one, make room for a fresh run of *script*."""
        run = self._recorder.run
        if run is None or not run.request.fresh or run.is_abandoned:
            return
        self.stop()
        self._task = asyncio.create_task(self._compare(kernel, run, script), name="superseding")

    async def _compare(self, kernel: KernelProcess, run: Run, script: str) -> None:
        try:
            checked = await self._checks.ask(kernel, run.request.script, script)
        except InterpreterFailed:
            return  # the run has ended with its kernel
        except Exception:
            log.exception("whether run %s is out of date is not known", run.id)
            return
        if self._recorder.run is not run or checked.problem is not None:
            return
        planned = [one.node_index for one in self._state.statements.values() if one.run_id == run.id]
        if planned and max(planned) < min([checked.first_changed, *checked.late]):
            return
        running = self._state.running()
        is_running = running is not None and running.run_id == run.id
        if running is not None and is_running and running.node_index >= checked.first_changed:
            self._abandon(kernel, run)
        else:
            self._yielding = run, checked.first_changed
            kernel.send(messages.Yield(run.id))

    def _abandon(self, kernel: KernelProcess, run: Run) -> None:
        self._yielding = None
        run.is_abandoned = True
        kernel.send(messages.Abandon(run.id))

    def on_started(self, kernel: KernelProcess | None, run_id: str, node_index: int) -> None:
        """A statement has begun before its run was told to end: it may be one that has changed."""
        if self._yielding is None or kernel is None:
            return
        run, first_changed = self._yielding
        if run.id == run_id and run is self._recorder.run and node_index >= first_changed:
            self._abandon(kernel, run)

    def stop(self) -> None:
        """Compare no longer."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
