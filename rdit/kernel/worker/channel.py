"""Channel: the worker's private pipes to the supervisor, for events and for the marks that place them in the output."""

from __future__ import annotations

from _thread import RLock
from contextlib import suppress
from os import _exit, close, write
from select import POLLOUT, poll

from ..protocol.records import MARKER_SIZE, NUMBER, encode_record

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

WORKER_CUT_OFF = 71
"""The exit status of a worker that has lost its pipes (EX_OSERR)."""


class Channel:
    """The worker's private pipes: where events go, and the two streams into which their marks are put."""

    def __init__(self, token: bytes, events: int, stdout: int, stderr: int) -> None:
        """Use these descriptors, which no other code knows; markers begin with *token*."""
        self.reconnect(token, events, stdout, stderr)

    def reconnect(self, token: bytes, events: int, stdout: int, stderr: int) -> None:
        """Begin anew with these descriptors and this *token*."""
        self.events = events
        self.stdout = stdout
        self.stderr = stderr
        self.newest_mark = 0
        """That of the newest event."""
        self.is_open = True
        """False in a child that the script has forked: only the worker itself may send events."""
        self._token = token
        self._held = b""
        """Records that go with the next one."""
        self._echoed = b""
        """What goes to fd 1 together with the next marker, or before what the script writes next."""
        self.lock = RLock()  # may be taken again by a signal handler that prints
        """Whoever holds it decides whose output comes next."""

    def send(
        self,
        meaning: int,
        frames: bytes,
        node_index: int = -1,
        origin: bytes = b"",
        *,
        marked: bool = True,
        held: bool = False,
    ) -> int:
        """Send an event, in its place among the output unless it is not *marked*; return its mark.

        One that is *held* goes together with the next, which must follow at once: two writes would be two wake-ups.
        """
        if not self.is_open:
            return 0
        with self.lock:
            number = 0
            try:
                if marked:
                    self.newest_mark = number = self.newest_mark + 1
                    marker = self._token + NUMBER.pack(number)
                    write_all(self.stdout, self._echoed + marker if self._echoed else marker)
                    self._echoed = b""
                    write_all(self.stderr, marker)
                record = encode_record(meaning, number, node_index, origin, frames)
                if held:
                    self._held += record
                    return number
                if self._held:
                    record, self._held = self._held + record, b""
                write_all(self.events, record)
            except OSError:
                # A worker is of no use without its pipes; the supervisor reports what has happened.
                _exit(WORKER_CUT_OFF)
            return number

    def echo(self, data: bytes) -> None:
        """Write to fd 1 with the next marker, which must follow before the script's code runs, or is `flush`ed for."""
        with self.lock:
            self._echoed += data

    def flush(self) -> None:
        """Write what was echoed."""
        if self._echoed:
            with self.lock:  # a thread that sends an event writes it, too
                echoed, self._echoed = self._echoed, b""
                write_all(self.stdout, echoed)

    def stop(self) -> None:
        """Close the descriptors of a forked child: what it does is no event any more."""
        if self.is_open:
            self.is_open = False
            self.lock = RLock()  # a thread that is not in the child may have held it
            self._echoed = self._held = b""
            for descriptor in (self.events, self.stdout, self.stderr):
                with suppress(OSError):  # the script may have closed it already
                    close(descriptor)


assert MARKER_SIZE <= 512  # noqa: S101 - the least PIPE_BUF; a marker must not be torn


def write_all(descriptor: int, data: Any) -> None:
    """Write all of *data*, also when the script has made the pipe non-blocking."""
    try:
        written = write(descriptor, data)
    except BlockingIOError:
        written = 0
    size = len(data)
    if written == size:
        return
    view = memoryview(data)
    while written < size:
        waiting = poll()
        waiting.register(descriptor, POLLOUT)
        waiting.poll()
        try:
            written += write(descriptor, view[written:])
        except BlockingIOError:
            continue
