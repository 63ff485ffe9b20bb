"""Run: one execute request, and the whole results that wait for its one requester."""

from __future__ import annotations

import asyncio
from collections import deque

from ..protocol import models
from .output.output import Item, Output
from .state import Statement

Result = tuple[int, int, int, list[Item]]
"""A statement that ended: its number, its first and last line, its output."""


class Run:
    """One execute request: what it runs, and the whole results that wait for its requester."""

    def __init__(self, run_id: str, request: models.ExecuteRequest, *, collect: bool) -> None:
        """Prepare the run; with *collect*, keep each statement's result until `results` takes it."""
        self.id = run_id
        self.request = request
        self.problem: str | None = None
        """Why rdit itself could not do it."""
        self.finished: asyncio.Future[models.Status] = asyncio.get_running_loop().create_future()
        self.late: Output | None = None
        """Late output of the run's ended statements, for a requester who got their results already."""
        self._results: deque[Result] | None = deque() if collect else None
        self._waiter: asyncio.Future[bool] | None = None

    @property
    def collects(self) -> bool:
        """Whether somebody takes the results."""
        return self._results is not None

    def add_result(self, statement: Statement) -> None:
        """Keep the result of a statement that ended, as it stands now."""
        output = statement.output
        items = [] if output is None else list(output.raw_items)
        if output is not None:
            output.forget_raw()
        if self._results is None:
            return
        if self.late is not None:
            items += self.late.items
            self.late = None
        self._results.append((statement.node_index, statement.line_start, statement.line_end, items))
        self._wake()

    def finish(self, status: models.Status, problem: str | None = None) -> None:
        """The run is over."""
        self.problem = problem
        if not self.finished.done():
            self.finished.set_result(status)
        self._wake()

    async def results(self) -> list[Result]:
        """Wait for results and return those that are ready; an empty list says that the run is over."""
        waiting = self._results
        if waiting is None:
            return []
        await self.wait(None)
        taken = list(waiting)
        waiting.clear()
        return taken

    async def wait(self, timeout: float | None) -> bool:
        """Wait for a result or the end of the run, at most *timeout* seconds; return whether there is either."""
        if self._results or self.finished.done():
            return True
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiter = waiter
        alarm = None if timeout is None else loop.call_later(timeout, self._give_up, waiter)
        try:
            return await waiter
        finally:
            if alarm is not None:
                alarm.cancel()

    @staticmethod
    def _give_up(waiter: asyncio.Future[bool]) -> None:
        if not waiter.done():
            waiter.set_result(False)

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(True)

    def abandon(self) -> None:
        """Nobody takes the results any more."""
        self._results = None
