"""Wakeup: signals to the supervisor end its wait, through a pipe that is polled with all others."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would make an enumeration of every constant, and rdit needs only numbers
import os


class Wakeup:
    """Tells which signals have come."""

    def __init__(self) -> None:
        self.descriptor, self._writing = os.pipe()
        self.private = self.descriptor, self._writing
        """The descriptors that no worker may hold."""
        for descriptor in self.private:
            os.set_blocking(descriptor, False)

    def install(self) -> None:
        """Hear of children that end, and of who wants this process to end."""
        _signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        _signal.signal(_signal.SIGCHLD, _wake)
        for number in (_signal.SIGTERM, _signal.SIGHUP):
            if _signal.getsignal(number) != _signal.SIG_IGN:  # `nohup` means it
                _signal.signal(number, _wake)
        _signal.signal(_signal.SIGINT, _signal.SIG_IGN)  # Ctrl-C in the server's terminal is the server's to hear

    def is_told_to_end(self) -> bool:
        """Take the signals that have come; whether this process is to end by them."""
        numbers = os.read(self.descriptor, 512)
        return _signal.SIGTERM in numbers or _signal.SIGHUP in numbers


def _wake(_number: int, _frame: object) -> None:
    """Do nothing: the wake-up descriptor is readable now."""
