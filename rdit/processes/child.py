"""Child: a subprocess joined to the event loop, with its stop ladder: close its input, wait, terminate, wait, kill."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

log = logging.getLogger(__name__)

READ_SIZE = 1 << 19
MAX_LAST_WORDS = 4096
"""Bytes of the child's stderr that are kept, to tell why it failed."""
DRAIN_SECONDS = 0.5
"""Between the child's exit and the end of its output, if something else still holds the pipe."""


class Child:
    """A running subprocess. Its stdout comes to a callback as it arrives; its stderr goes to the log."""

    def __init__(self, process: subprocess.Popen[bytes], on_output: Callable[[bytes], None]) -> None:
        """Take over *process*, which was started with three pipes; `connect` joins them to the event loop."""
        self.process = process
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the process is gone and its last output was handled: why, in words."""
        self._input = _Pipe(process.stdin)
        self._output = _Pipe(process.stdout, on_output, self._end_of_output)
        self._errors = _Pipe(process.stderr, self._keep_last_words)
        self._last_words = bytearray()
        self._failure: str | None = None
        self._exited = asyncio.Event()

    async def connect(self) -> None:
        """Join the pipes and the end of the process to the event loop."""
        loop = asyncio.get_running_loop()
        self._watch_exit(loop)
        await loop.connect_read_pipe(lambda: self._errors, self.process.stderr)
        await loop.connect_write_pipe(lambda: self._input, self.process.stdin)
        # The last of them: nothing may arrive before the owner of the block has its child, and one that was started
        # early has written something by now.
        output, _ = await loop.connect_read_pipe(lambda: self._output, self.process.stdout)
        output.max_size = READ_SIZE  # type: ignore[attr-defined]  # fewer wake-ups for a flood than with 256 KiB

    def write(self, data: bytes) -> None:
        """Write to its stdin; what a dead child no longer reads is lost, and `ended` gives its end."""
        if self._input.is_joined():
            self._input.transport.write(data)

    def pause_output(self, paused: bool) -> None:
        """Stop reading its stdout, or go on; it has not `ended` while output waits to be handled."""
        output = self._output
        if paused != output.is_paused and output.is_joined():
            (output.transport.pause_reading if paused else output.transport.resume_reading)()
        output.is_paused = paused

    def fail(self, reason: str) -> None:
        """Kill the process because it does not do what it should; `ended` will give *reason*.

        This process alone: what it has started is its own to end, and may be on another machine.
        """
        if self._failure is None and not self.ended.done():
            self._failure = reason
            self._kill()

    async def stop(self, grace: float) -> None:
        """End the process: close its input, wait *grace* seconds, terminate, wait, kill; return when it is gone."""
        self._input.shut()
        if not await self._gone_within(grace):
            self.process.terminate()
            if not await self._gone_within(grace):
                self._kill()
        await self._exited.wait()
        await asyncio.gather(self._input.close(), self._output.close(), self._errors.close())
        if not self.ended.done():
            self.ended.set_result("It was stopped.")

    async def discard(self) -> None:
        """End a process that nothing was ever sent to."""
        self._kill()
        self._watch_exit(asyncio.get_running_loop())
        await self.stop(0)

    async def _gone_within(self, seconds: float) -> bool:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._exited.wait(), seconds)
        return self._exited.is_set()

    def _kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()

    # ------------------------------------------------------------------------------------------ its end

    def _watch_exit(self, loop: asyncio.AbstractEventLoop) -> None:
        if hasattr(os, "pidfd_open"):
            try:
                descriptor = os.pidfd_open(self.process.pid)
            except OSError:
                log.debug("no descriptor for process %d; a thread waits for it", self.process.pid)
            else:
                loop.add_reader(descriptor, self._exit_by_descriptor, loop, descriptor)
                return
        # A thread of its own: asyncio's pool is small, and a hundred children would fill it.
        threading.Thread(target=self._wait_in_thread, args=(loop,), daemon=True).start()

    def _exit_by_descriptor(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        self._gone()

    def _wait_in_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        self.process.wait()
        try:
            loop.call_soon_threadsafe(self._gone)
        except RuntimeError:
            log.debug("the event loop ended before its child %d", self.process.pid)

    def _gone(self) -> None:
        self.process.wait()
        self._exited.set()
        if self._output.lost.is_set():
            self._end()
        else:
            asyncio.get_running_loop().call_later(DRAIN_SECONDS, self._end)

    def _end_of_output(self) -> None:
        if self._exited.is_set():
            self._end()
        else:
            asyncio.get_running_loop().call_later(DRAIN_SECONDS, self._fail_unless_gone)

    def _fail_unless_gone(self) -> None:
        if not self._exited.is_set():
            self.fail("It closed its output pipe.")

    def _end(self) -> None:
        if self._output.is_paused:  # its last output is still being handled
            asyncio.get_running_loop().call_soon(self._end)
        elif not self.ended.done():
            self.ended.set_result(self._failure or self._how_it_ended())

    def _how_it_ended(self) -> str:
        status = self.process.returncode
        if status is not None and status < 0:
            how = f"It was killed by {_signal_name(-status)}."
        else:
            how = f"It ended with exit status {status}."
        words = self._last_words.decode("utf-8", "replace").strip().splitlines()
        return f"{how} Its last words: {words[-1].strip()}" if words else how

    def _keep_last_words(self, data: bytes) -> None:
        log.debug("process %d: %s", self.process.pid, data.decode("utf-8", "replace"))
        self._last_words += data
        del self._last_words[:-MAX_LAST_WORDS]


@asynccontextmanager
async def start_child(
    start: Callable[[], subprocess.Popen[bytes]], on_output: Callable[[bytes], None], *, grace: float
) -> AsyncIterator[Child]:
    """Keep the process that *start* makes for as long as the block lasts, and end it afterwards.

    *start* is called in a thread and gives the process three pipes. *grace* is in seconds. Whatever *start* raises is
    raised here.
    """
    starting = asyncio.ensure_future(asyncio.to_thread(start))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # The thread cannot be called back: what it starts has to be ended here, before anybody could know of it.
        await asyncio.wait([starting])
        if starting.exception() is None:
            await Child(starting.result(), on_output).discard()
        raise
    child = Child(process, on_output)
    try:
        await child.connect()
        yield child
    finally:
        await asyncio.shield(child.stop(grace))


class _Pipe(asyncio.Protocol):
    """One of the child's pipes, joined to the event loop or not yet."""

    def __init__(
        self, pipe: Any, on_data: Callable[[bytes], Any] = bytes, on_end: Callable[[], None] = lambda: None
    ) -> None:
        self.transport: Any = None
        self.lost = asyncio.Event()
        """Set when the pipe was joined and has come to its end."""
        self.is_paused = False
        self._pipe = pipe
        self._on_data = on_data
        self._on_end = on_end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._on_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        self.lost.set()
        self._on_end()

    def is_joined(self) -> bool:
        """Whether something can still be written or read."""
        return self.transport is not None and not self.transport.is_closing()

    def shut(self) -> None:
        """Close the pipe when the child has read what was written to it."""
        (self.transport or self._pipe).close()

    async def close(self) -> None:
        """Close the pipe, also when nobody reads what was written; it is closed when this returns."""
        if self.transport is None:
            self.shut()
        elif not self.lost.is_set():
            getattr(self.transport, "abort", self.transport.close)()
            await self.lost.wait()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
