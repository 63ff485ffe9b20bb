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

    def finish(self) -> list[asyncio.Future[None]]:
        """Take those who are to be told that a fresh worker has come, once all else knows of it."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def fail(self, reason: str) -> None:
        """Tell all that no kernel can be started, because of *reason*."""
        for future in self.finish():
            if not future.done():
                future.set_exception(InterpreterFailed(f"No kernel could be started. {reason}"))
