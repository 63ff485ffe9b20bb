"""KernelProcess: a kernel seen from the server. Frames go in and come out; the process ends with its block."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import Annotated, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from ..kernel.frames import BrokenFrame, FrameDecoder, encode
from ..kernel.messages import Message, Request, WorkerStarted
from .wire import without_surrogates

log = logging.getLogger(__name__)

READ_SIZE = 1 << 19
TURN = 256
"""Messages that are handled before others get their turn: a flood of small ones must not hold up an interrupt."""
LAST_WORDS = 4096
"""Bytes of a kernel's own stderr that are kept, to tell why it failed."""
DRAIN_TIME = 0.5
"""Seconds between a kernel's exit and the end of its output, if something else still holds the pipe."""

_MESSAGES: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])

Received = tuple[Message, bytes]
"""A message and the body of its frame."""


def decode(header: bytes) -> Message:
    """Return the message in a frame's header.

    Raises:
        BrokenFrame: it is none.
    """
    try:
        return _MESSAGES.validate_json(header)
    except ValidationError:
        # A value may contain lone surrogates, which Python's json passes on and stricter parsers refuse.
        try:
            return _MESSAGES.validate_python(without_surrogates(json.loads(header)))
        except (ValueError, RecursionError) as error:
            raise BrokenFrame(f"a header that is no message: {header[:200]!r}") from error


class KernelProcess:
    """A running kernel. Give it requests with `send`; its messages come to *receive*, in batches as they arrive."""

    def __init__(self, process: subprocess.Popen[bytes], receive: Callable[[Sequence[Received]], None]) -> None:
        """Take over a process that was started with pipes; `start_kernel` joins them to the event loop."""
        self.process = process
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the process is gone and its last message was received: why, in words."""
        self._receive = receive
        self._decoder = FrameDecoder()
        self._stdin: asyncio.WriteTransport | None = None
        self._output = _Output(self._fed, self._end_of_output)
        self._errors = _Output(self._complained, None)
        self._frames: Iterator[tuple[bytes, bytes]] = iter(())
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
        output, _ = await loop.connect_read_pipe(lambda: self._output, self.process.stdout)
        output.max_size = READ_SIZE  # type: ignore[attr-defined]  # fewer wake-ups for a flood than with 256 KiB
        await loop.connect_read_pipe(lambda: self._errors, self.process.stderr)
        self._stdin, _ = await loop.connect_write_pipe(asyncio.Protocol, self.process.stdin)

    def send(self, *requests: Request) -> None:
        """Send *requests*; what a dead kernel no longer reads is lost, and its end is told by `ended`."""
        if self._stdin is not None and not self._stdin.is_closing():
            self._stdin.write(b"".join([encode(to_json(request)) for request in requests]))

    def fail(self, reason: str) -> None:
        """Kill the process because it does not do what a kernel does; `ended` will give *reason*."""
        if self._failure is None and not self.ended.done():
            self._failure = reason
            self._kill()

    async def stop(self, grace: float) -> None:
        """End the process: close its input, wait *grace* seconds, terminate, wait, kill; return when it is gone."""
        if self._stdin is not None:
            self._stdin.close()
        elif self.process.stdin is not None:
            self.process.stdin.close()
        if not await self._gone_within(grace):
            self.process.terminate()
            if not await self._gone_within(grace):
                self._kill()
        await self._exited.wait()
        self._end_group()
        for output in (self._output, self._errors):
            output.close()
        if not self.ended.done():
            self.ended.set_result("It was stopped.")

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
                message = decode(header)
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

    def _complained(self, data: bytes) -> None:
        log.debug("kernel %d: %s", self.process.pid, data.decode("utf-8", "replace"))
        self._last_words += data
        del self._last_words[:-LAST_WORDS]

    def _end_of_output(self) -> None:
        self._drained = True
        if self._exited.is_set():
            self._end()
        else:
            asyncio.get_running_loop().call_later(DRAIN_TIME, self.fail, "It closed its output pipe.")

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
    process: subprocess.Popen[bytes], receive: Callable[[Sequence[Received]], None], *, grace: float
) -> AsyncIterator[KernelProcess]:
    """Keep the kernel in *process* for as long as the block lasts, and end it afterwards; *grace* is in seconds."""
    kernel = KernelProcess(process, receive)
    try:
        await kernel.connect()
        yield kernel
    finally:
        await asyncio.shield(kernel.stop(grace))


class _Output(asyncio.Protocol):
    """One of a kernel's output pipes."""

    def __init__(self, fed: Callable[[bytes], None], ended: Callable[[], None] | None) -> None:
        self._fed = fed
        self._ended = ended
        self._transport: asyncio.ReadTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.ReadTransport", transport)

    def pause(self, paused: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if paused:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._fed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._ended is not None:
            self._ended()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
