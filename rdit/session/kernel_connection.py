"""KernelProcess: a kernel seen from the server. Frames go in and come out; the process ends with its block."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import IO, cast

from pydantic_core import to_json

from ..kernel.protocol.frames import Body, BrokenFrame, FrameDecoder, encode
from ..kernel.protocol.messages import Message, Ready, Request, WorkerStarted, Written
from .decoding import decode

log = logging.getLogger(__name__)

READ_SIZE = 1 << 19
TURN = 256
"""Messages that are handled before others get their turn: a flood of small ones must not hold up an interrupt."""
LAST_WORDS = 4096
"""Bytes of a kernel's own stderr that are kept, to tell why it failed."""
DRAIN_TIME = 0.5
"""Seconds between a kernel's exit and the end of its output, if something else still holds the pipe."""

Received = tuple[Message, Body]
"""A message and the body of its frame."""


class KernelProcess:
    """A running kernel. Give it requests with `send`; its messages come to *receive*, in batches as they arrive."""

    def __init__(self, process: subprocess.Popen[bytes], receive: Callable[[Sequence[Received]], None]) -> None:
        """Take over a process that was started with pipes; `start_kernel` joins them to the event loop."""
        self.process = process
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the process is gone and its last message was received: why, in words."""
        self._receive = receive
        self._decoder = FrameDecoder()
        self._input = _Input()
        self._output = _Output(self._fed, self._end_of_output)
        self._errors = _Output(self._complained, None)
        self._frames: Iterator[tuple[bytes, Body]] = iter(())
        self._newest: tuple[bytes, Message] = b"", Ready("", "", "", "", 0)
        """The newest header of output, and what it says."""
        self._paused = False
        self._last_words = bytearray()
        self._worker: int | None = None
        self._failure: str | None = None
        self._exited = asyncio.Event()
        self._drained = False

    async def connect(self) -> None:
        """Join the pipes and the end of the process to the event loop."""
        loop = asyncio.get_running_loop()
        self._watch_exit(loop)
        await loop.connect_read_pipe(lambda: self._errors, self.process.stderr)
        await loop.connect_write_pipe(lambda: self._input, self.process.stdin)
        # The last of them: nothing may be received before the owner of the block has its kernel, and a kernel that was
        # started early has said that it is up by now.
        output, _ = await loop.connect_read_pipe(lambda: self._output, self.process.stdout)
        output.max_size = READ_SIZE  # type: ignore[attr-defined]  # fewer wake-ups for a flood than with 256 KiB

    def send(self, request: Request, body: bytes = b"") -> None:
        """Send *request*; what a dead kernel no longer reads is lost, and its end is told by `ended`."""
        self._input.write(encode(to_json(request._asdict()), body))

    def fail(self, reason: str) -> None:
        """Kill the process because it does not do what a kernel does; `ended` will give *reason*."""
        if self._failure is None and not self.ended.done():
            self._failure = reason
            self._kill()

    async def stop(self, grace: float) -> None:
        """End the process: close its input, wait *grace* seconds, terminate, wait, kill; return when it is gone."""
        self._input.shut(self.process.stdin)
        if not await self._gone_within(grace):
            self.process.terminate()
            if not await self._gone_within(grace):
                self._kill()
        await self._exited.wait()
        self._end_group()
        process = self.process
        await asyncio.gather(
            self._input.close(process.stdin), self._output.close(process.stdout), self._errors.close(process.stderr)
        )
        if not self.ended.done():
            self.ended.set_result("It was stopped.")

    async def discard(self) -> None:
        """End a process that nothing was ever sent to."""
        self._kill()
        self._watch_exit(asyncio.get_running_loop())
        await self.stop(0)

    async def _gone_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._exited.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        return True

    def _kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()

    def _end_group(self) -> None:
        """Kill what the supervisor may have left: it is the one who ends its workers, unless it was killed itself."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            try:
                os.killpg(worker, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return  # the group is gone, as it should be

    # ------------------------------------------------------------------------------------------ what comes

    def _fed(self, data: bytes) -> None:
        self._frames = self._decoder.feed(data)
        self._take_turn()

    def _take_turn(self) -> None:
        """Hand on what one turn allows; what is left waits for the next turn, and so does the pipe."""
        received: list[Received] = []
        try:
            for header, body in islice(self._frames, TURN):
                message = self._decoded(header)
                if type(message) is WorkerStarted:
                    self._worker = message.pid
                received.append((message, body))
        except BrokenFrame as error:
            log.error("a kernel sent %s", error)
            self.fail("It wrote something that is not of rdit's kernel to its output pipe.")
        if received:
            self._receive(received)
        more = len(received) == TURN
        if more != self._paused:
            self._paused = more
            self._output.pause(more)
        if more:
            asyncio.get_running_loop().call_soon(self._take_turn)

    def _decoded(self, header: bytes) -> Message:
        """Return the message of *header*: a script that prints in a loop sends the same one again and again."""
        if header == self._newest[0]:
            return self._newest[1]
        message = decode(header)
        if type(message) is Written:
            self._newest = header, message
        return message

    def _complained(self, data: bytes) -> None:
        log.debug("kernel %d: %s", self.process.pid, data.decode("utf-8", "replace"))
        self._last_words += data
        del self._last_words[:-LAST_WORDS]

    def _end_of_output(self) -> None:
        self._drained = True
        if self._exited.is_set():
            self._end()
        else:
            asyncio.get_running_loop().call_later(DRAIN_TIME, self._fail_unless_gone)

    def _fail_unless_gone(self) -> None:
        if not self._exited.is_set():
            self.fail("It closed its output pipe.")

    def _watch_exit(self, loop: asyncio.AbstractEventLoop) -> None:
        if hasattr(os, "pidfd_open"):
            try:
                descriptor = os.pidfd_open(self.process.pid)
            except OSError:
                log.debug("no descriptor for process %d; a thread waits for it", self.process.pid)
            else:
                loop.add_reader(descriptor, self._exit_by_descriptor, loop, descriptor)
                return
        # A thread of its own: asyncio's pool is small, and a hundred kernels would fill it.
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
            log.debug("the server ended before its kernel %d", self.process.pid)

    def _gone(self) -> None:
        self.process.wait()
        self._exited.set()
        if self._drained:
            self._end()
        else:
            asyncio.get_running_loop().call_later(DRAIN_TIME, self._end)

    def _end(self) -> None:
        if self._paused:  # its last messages are still being handled
            asyncio.get_running_loop().call_soon(self._end)
        elif not self.ended.done():
            self._end_group()
            self.ended.set_result(self._failure or self._how_it_ended())

    def _how_it_ended(self) -> str:
        status = self.process.returncode
        if status is not None and status < 0:
            how = f"It was killed by {_signal_name(-status)}."
        else:
            how = f"It ended with exit status {status}."
        words = self._last_words.decode("utf-8", "replace").strip().splitlines()
        return f"{how} Its last words: {words[-1].strip()}" if words else how


@asynccontextmanager
async def start_kernel(
    start: Callable[[], subprocess.Popen[bytes]], receive: Callable[[Sequence[Received]], None], *, grace: float
) -> AsyncIterator[KernelProcess]:
    """Keep the kernel that *start* makes for as long as the block lasts, and end it afterwards; *grace* is in seconds.

    Raises:
        InterpreterFailed: there is nothing to start.
    """
    starting = asyncio.ensure_future(asyncio.to_thread(start))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # The thread cannot be called back: what it starts has to be ended here, before anybody could know of it.
        await asyncio.wait([starting])
        if starting.exception() is None:
            await KernelProcess(starting.result(), receive).discard()
        raise
    kernel = KernelProcess(process, receive)
    try:
        await kernel.connect()
        yield kernel
    finally:
        await asyncio.shield(kernel.stop(grace))


class _Pipe(asyncio.Protocol):
    """One of a kernel's pipes, joined to the event loop or not yet."""

    def __init__(self) -> None:
        self._transport: asyncio.BaseTransport | None = None
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._lost.set()

    async def close(self, pipe: IO[bytes] | None) -> None:
        """Close the pipe; it is closed when this returns."""
        if self._transport is None:
            if pipe is not None:
                pipe.close()
        else:
            self._transport.close()
            await self._lost.wait()


class _Input(_Pipe):
    """A kernel's input."""

    def write(self, data: bytes) -> None:
        transport = cast("asyncio.WriteTransport | None", self._transport)
        if transport is not None and not transport.is_closing():
            transport.write(data)

    def shut(self, pipe: IO[bytes] | None) -> None:
        """Let the kernel see the end of its input, once it has read what was sent."""
        if self._transport is not None:
            self._transport.close()
        elif pipe is not None:
            pipe.close()

    async def close(self, pipe: IO[bytes] | None) -> None:
        """Close the pipe, also when nobody reads what was sent."""
        if self._transport is not None and not self._lost.is_set():
            cast("asyncio.WriteTransport", self._transport).abort()
        await super().close(pipe)


class _Output(_Pipe):
    """One of a kernel's outputs."""

    def __init__(self, fed: Callable[[bytes], None], ended: Callable[[], None] | None) -> None:
        super().__init__()
        self._fed = fed
        self._ended = ended

    def data_received(self, data: bytes) -> None:
        self._fed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._ended is not None:
            self._ended()

    def pause(self, paused: bool) -> None:
        transport = cast("asyncio.ReadTransport | None", self._transport)
        if transport is None or transport.is_closing():
            return
        if paused:
            transport.pause_reading()
        else:
            transport.resume_reading()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
