"""KernelProcess: a kernel seen from the server. Frames go in and come out; the process ends with its block."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

from ...kernel.protocol.frames import Body, BrokenFrame, FrameDecoder, encode
from ...processes.child import Child, start_child
from ...protocol.encoding import encode as encode_json
from ...protocol.messages import Message, Ready, Request, Written
from .decoding import Refused, decode

log = logging.getLogger(__name__)

TURN = 256
"""Messages that are handled before others get their turn: a flood of small ones must not hold up an interrupt."""
TURN_BYTES = 1 << 12
"""Of output with control characters that are handled in one turn: each may be a sequence that takes microseconds."""
_CONTROLS = bytes([*range(0x0A), *range(0x0B, 0x20), 0x7F])
"""But for the newline. To look for a set of bytes with a regular expression takes ten times as long as to remove it."""
_CONTROL_OF_TWO = re.compile(rb"\xc2[\x80-\x9f]")

Received = tuple[Message | Refused, Body]
"""A message and the body of its frame."""


class KernelProcess:
    """A running kernel. Give it requests with `send`; its messages come to *receive*, in batches as they arrive."""

    child: Child
    """Its process; see `start_kernel`."""

    def __init__(self, receive: Callable[[Sequence[Received]], None]) -> None:
        self._receive = receive
        self._decoder = FrameDecoder()
        self._messages: Iterator[tuple[Received, int]] = iter(())
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
        self._messages = self._divided(self._decoder.feed(data))
        self._take_turn()

    def _take_turn(self) -> None:
        """Pass on what one turn allows; what is left waits for the next turn, and so does the pipe."""
        received: list[Received] = []
        left, more = TURN_BYTES, False
        try:
            for one, size in self._messages:
                received.append(one)
                left -= size
                more = left <= 0 or len(received) == TURN
                if more:
                    break
        except BrokenFrame as error:
            log.error("a kernel sent %s", error)
            self.fail("It wrote something that is not of rdit's kernel to its output pipe.")
        if received:
            self._receive(received)
        self.child.pause_output(more)
        if more:
            asyncio.get_running_loop().call_soon(self._take_turn)

    def _divided(self, frames: Iterator[tuple[bytes, Body]]) -> Iterator[tuple[Received, int]]:
        """Yield the messages of *frames*, long output with control characters in pieces of about `TURN_BYTES`.

        Each comes with the bytes that it takes of a turn's.
        """
        for header, body in frames:
            message = self._decoded(header)
            if type(message) is not Written or not _has_controls(body):
                yield (message, body), 0
            elif len(body) <= TURN_BYTES:
                yield (message, body), len(body)
            else:
                for piece in _pieces(bytes(body)):
                    yield (message, piece), len(piece)

    def _decoded(self, header: bytes) -> Message | Refused:
        """Return the message of *header*: a script that prints in a loop sends the same one again and again."""
        if header == self._newest[0]:
            return self._newest[1]
        message = decode(header)
        if type(message) is Written:
            self._newest = header, message
        return message


def _has_controls(body: Body) -> bool:
    data = bytes(body)
    return len(data.translate(None, _CONTROLS)) < len(data) or (
        b"\xc2" in data and _CONTROL_OF_TWO.search(data) is not None
    )


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield *data* in pieces of about `TURN_BYTES`.

    They end with a line where one ends near: a piece that ends within a sequence has to go through a terminal.
    """
    start = 0
    while start < len(data):
        end = start + TURN_BYTES
        end = data.rfind(b"\n", start + TURN_BYTES // 2, end) + 1 or end
        for _ in range(3):  # not within a character of UTF-8, which has at most three more bytes
            end += end < len(data) and data[end] & 0xC0 == 0x80
        yield data[start:end]
        start = end


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
