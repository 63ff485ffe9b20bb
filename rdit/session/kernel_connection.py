"""KernelProcess: a kernel seen from the server. Frames go in and come out; the process ends with its block."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice

from ..kernel.protocol.frames import Body, BrokenFrame, FrameDecoder, encode
from ..kernel.protocol.messages import Message, Ready, Request, Written
from ..processes.child import Child, start_child
from ..protocol.encoding import encode as encode_json
from .decoding import Refused, decode

log = logging.getLogger(__name__)

TURN = 256
"""Messages that are handled before others get their turn: a flood of small ones must not hold up an interrupt."""

Received = tuple[Message | Refused, Body]
"""A message and the body of its frame."""


class KernelProcess:
    """A running kernel. Give it requests with `send`; its messages come to *receive*, in batches as they arrive."""

    child: Child
    """Its process; see `start_kernel`."""

    def __init__(self, receive: Callable[[Sequence[Received]], None]) -> None:
        self._receive = receive
        self._decoder = FrameDecoder()
        self._frames: Iterator[tuple[bytes, Body]] = iter(())
        self._newest: tuple[bytes, Message] = b"", Ready("", "", "", "", 0)
        """The newest header of output, and its message."""

    @property
    def ended(self) -> asyncio.Future[str]:
        """Done when the process is gone and its last message was received: why, in words."""
        return self.child.ended

    def send(self, request: Request, body: bytes = b"") -> None:
        """Send *request*; what a dead kernel no longer reads is lost, and `ended` gives its end."""
        self.child.write(encode(encode_json(request), body))

    def fail(self, reason: str) -> None:
        """Kill the process because it does not do what a kernel does; `ended` will give *reason*.

        On Linux its workers end with it, by the system. macOS has nothing like that: there a worker ends when it next
        reports something or waits for a message, and its child processes are left to themselves.
        """
        self.child.fail(reason)

    def feed(self, data: bytes) -> None:
        """Take what the process has written."""
        self._frames = self._decoder.feed(data)
        self._take_turn()

    def _take_turn(self) -> None:
        """Pass on what one turn allows; what is left waits for the next turn, and so does the pipe."""
        received: list[Received] = []
        try:
            received.extend((self._decoded(header), body) for header, body in islice(self._frames, TURN))
        except BrokenFrame as error:
            log.error("a kernel sent %s", error)
            self.fail("It wrote something that is not of rdit's kernel to its output pipe.")
        if received:
            self._receive(received)
        more = len(received) == TURN
        self.child.pause_output(more)
        if more:
            asyncio.get_running_loop().call_soon(self._take_turn)

    def _decoded(self, header: bytes) -> Message | Refused:
        """Return the message of *header*: a script that prints in a loop sends the same one again and again."""
        if header == self._newest[0]:
            return self._newest[1]
        message = decode(header)
        if type(message) is Written:
            self._newest = header, message
        return message


@asynccontextmanager
async def start_kernel(
    start: Callable[[], subprocess.Popen[bytes]], receive: Callable[[Sequence[Received]], None], *, grace: float
) -> AsyncIterator[KernelProcess]:
    """Keep the kernel that *start* makes for as long as the block lasts, and end it afterwards; *grace* is in seconds.

    Raises:
        InterpreterFailed: there is nothing to start.
    """
    kernel = KernelProcess(receive)
    async with start_child(start, kernel.feed, grace=grace) as kernel.child:
        yield kernel
