"""A fresh fork becomes a process of its own: session, signals, descriptors, and its end with the supervisor's."""

from __future__ import annotations

import faulthandler
import sys
from _signal import (  # type: ignore[import-not-found]
    SIG_BLOCK,
    SIG_DFL,
    SIG_IGN,
    SIG_SETMASK,
    SIGCHLD,
    SIGHUP,
    SIGINT,
    SIGKILL,
    SIGTERM,
    default_int_handler,
    getsignal,
    pthread_sigmask,
    set_wakeup_fd,
    signal,
)
from fcntl import F_DUPFD_CLOEXEC, F_SETFL, F_SETOWN, FASYNC, fcntl
from os import O_RDONLY, O_RDWR, close, devnull, dup2, getpid, setsid
from os import open as open_descriptor
from resource import RUSAGE_SELF, getrusage

from .signals import DEFERRED

if sys.platform == "linux":
    from fcntl import F_SETSIG

_HIGH = (1 << 10, 1 << 9, 1 << 8, 64, 20)
"""Where the worker's own descriptors go, if they may: above those that a script closes when it closes all."""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in, in bytes: see getrusage(2) of each system."""


def become_worker(pipes: dict[str, int]) -> dict[str, int]:
    """Put *pipes*, of a process that was just forked, in their places; return their new descriptors.

    Those for `requests` and `life` are for reading, and nothing ever comes through `life`: it ends with the supervisor.
    `events`, `stdout`, `stderr` and `crash`, which takes the Python stack of a crash, are for writing.
    """
    setsid()  # its own process group, for interrupts, and no terminal that getpass could open
    _reset_signals()
    dup2(pipes["stdout"], 1)
    dup2(pipes["stderr"], 2)
    nothing = open_descriptor(devnull, O_RDWR)
    dup2(nothing, 0)
    close(nothing)
    pipes = {name: _raised(descriptor) for name, descriptor in pipes.items()}
    _end_with(pipes["life"])
    faulthandler.enable(pipes["crash"])
    return pipes


def peak_memory() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    return int(getrusage(RUSAGE_SELF).ru_maxrss * _RSS_UNIT)


def _reset_signals() -> None:
    """Give the script the handlers that Python starts with; hold back what could tear rdit's own work."""
    set_wakeup_fd(-1)
    signal(SIGCHLD, SIG_DFL)
    for number in (SIGHUP, SIGTERM):
        if getsignal(number) != SIG_IGN:  # as under `nohup`, where Python leaves it so
            signal(number, SIG_DFL)
    signal(SIGINT, default_int_handler)  # a process started in the background inherits that it is ignored
    pthread_sigmask(SIG_SETMASK, ())
    pthread_sigmask(SIG_BLOCK, DEFERRED)


def _raised(descriptor: int) -> int:
    """Move *descriptor* out of the script's way; children that run other programs do not inherit it."""
    for least in _HIGH:
        try:
            moved = fcntl(descriptor, F_DUPFD_CLOEXEC, least)
        except OSError:
            continue  # above the limit on descriptors
        close(descriptor)
        return moved
    return descriptor


def _end_with(life: int) -> None:
    """Let the system kill this process group when the supervisor ends, in whichever way.

    Linux sends the signal when the writing end of the pipe *life* closes, which only the supervisor holds. macOS has
    nothing like that: there a worker whose supervisor was killed goes on until it next reports something or waits for a
    message, and its child processes are left to themselves.
    """
    if sys.platform == "linux":
        fcntl(life, F_SETOWN, -getpid())
        fcntl(life, F_SETSIG, SIGKILL)
        fcntl(life, F_SETFL, O_RDONLY | FASYNC)
