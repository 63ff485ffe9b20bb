"""Lifeline: a process that the system kills when rdit ends, in whichever way, also when nothing is left to end it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import F_SETFL, F_SETOWN, FASYNC, fcntl
from signal import SIGKILL
from subprocess import Popen

if sys.platform == "linux":
    from fcntl import F_SETSIG


class Lifeline:
    """A pipe of which the process has inherited the end for reading, and this one keeps the end for writing."""

    def __init__(self, descriptor: int | None) -> None:
        self.inherited: tuple[int, ...] = () if descriptor is None else (descriptor,)
        """What is to be passed on to the process."""

    def hold(self, process: Popen[bytes]) -> None:
        """Let *process*, which has inherited the pipe, be killed when the end for writing closes.

        The system does that, so it needs nothing of the process, which may be busy for a while, or stopped.
        """
        if sys.platform == "linux":
            for descriptor in self.inherited:
                fcntl(descriptor, F_SETOWN, process.pid)
                fcntl(descriptor, F_SETSIG, SIGKILL)
                fcntl(descriptor, F_SETFL, os.O_RDONLY | FASYNC)


@contextmanager
def lifeline() -> Iterator[Lifeline]:
    """Keep a lifeline for as long as the block lasts; a process that it holds does not outlive it.

    There is one on Linux alone. Elsewhere a process has to see by itself that its input has ended.
    """
    if sys.platform != "linux":
        yield Lifeline(None)
        return
    reading, writing = os.pipe()
    try:
        yield Lifeline(reading)
    finally:
        os.close(writing)
        os.close(reading)
