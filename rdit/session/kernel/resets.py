"""Resets: who waits for a fresh worker."""

from __future__ import annotations

import asyncio

from ...errors import InterpreterFailed
from ...protocol import messages
from .kernel_connection import KernelProcess


class Resets:
    """The resets of one session that wait for the worker to come."""

    def __init__(self, timeout: float) -> None:
        """Give a kernel *timeout* seconds for a fresh worker."""
        self._timeout = timeout
        self._waiting: list[asyncio.Future[None]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    async def ask(self, kernel: KernelProcess | None, *, is_up: bool) -> None:
        """Have *kernel* replace its worker, and wait for the next one; a kernel that *is_up* and does not is killed.

        Raises:
            InterpreterFailed: no kernel can be started any more.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        alarm: asyncio.TimerHandle | None = None
        if kernel is not None:
            # Also when no worker stands yet: the one that comes may have been told of another script.
            kernel.send(messages.Reset())
            if is_up:
                reason = f"It did not reset within {self._timeout:g} seconds."
                alarm = asyncio.get_running_loop().call_later(self._timeout, kernel.fail, reason)
        try:
            await done
        finally:
            if alarm is not None:
                alarm.cancel()

    def finish(self) -> None:
        """Tell all that a fresh worker has come."""
        for future in self._take():
            future.set_result(None)

    def fail(self, reason: str) -> None:
        """Tell all that no kernel can be started, because of *reason*."""
        for future in self._take():
            future.set_exception(InterpreterFailed(f"No kernel could be started. {reason}"))

    def _take(self) -> list[asyncio.Future[None]]:
        waiting, self._waiting = self._waiting, []
        return [future for future in waiting if not future.done()]
