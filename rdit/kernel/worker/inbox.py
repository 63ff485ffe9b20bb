"""The messages that the supervisor sends to a worker, and the one place that waits for them."""

from __future__ import annotations

from _thread import get_ident
from json import loads
from os import _exit, read
from select import POLLIN, poll

from ..protocol.frames import FrameDecoder
from .channel import WORKER_CUT_OFF

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

    from .streams import LiveOutput

    Received = dict[str, Any]
    """The fields of a message's header, and its `body`."""

READ_SIZE = 1 << 16


class Inbox:
    """Messages in the order of their arrival; whoever waits for some kinds of them leaves the others for later."""

    def __init__(self, descriptor: int, output: LiveOutput) -> None:
        """Read frames from *descriptor*; *output* knows whether the script's code runs."""
        self.descriptor = descriptor
        self.is_leaving = False
        """Whether the worker was told to leave, or the supervisor is gone."""
        self._output = output
        self._decoder = FrameDecoder()
        self._messages: list[Received] = []
        self._main_thread = get_ident()
        self._poll = poll()
        self._poll.register(descriptor, POLLIN)

    def wait(self, *kinds: str) -> Received | None:
        """Wait for a message of one of *kinds*, or of any kind; remove it and return it. None when `is_leaving`.

        Signals that the script may handle break the wait, but never while a frame is read.
        """
        while not self.is_leaving:
            message = self.take(*kinds)
            if message is not None:
                return message
            self._poll.poll()  # an interrupt is raised here
            self._receive()
        return None

    def take(self, *kinds: str) -> Received | None:
        """Remove and return the first message of one of *kinds* that was received already, if there is one."""
        for place, message in enumerate(self._messages):
            if not kinds or message["type"] in kinds:
                return self._messages.pop(place)
        return None

    def receive(self) -> None:
        """Read what has arrived by now, without waiting."""
        while not self.is_leaving and self._poll.poll(0):
            self._receive()

    def _receive(self) -> None:
        output = self._output
        # An interrupt must not tear a frame. Other threads get none, and wait also while the script runs.
        in_script = output.in_script and get_ident() == self._main_thread
        if in_script:
            output.leave()
        try:
            data = read(self.descriptor, READ_SIZE)
            for header, body in self._decoder.feed(data):
                message = {**loads(header), "body": body}
                self.is_leaving = self.is_leaving or message["type"] == "leave"
                self._messages.append(message)
            self.is_leaving = self.is_leaving or not data
        except OSError:
            _exit(WORKER_CUT_OFF)  # the script has closed the pipe
        finally:
            if in_script:
                output.enter()
