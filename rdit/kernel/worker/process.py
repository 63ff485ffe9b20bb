"""A fresh fork becomes a process of its own: session, signals, descriptors, and its end with the supervisor's."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would make an enumeration of every constant, and rdit needs only numbers
import faulthandler
import sys
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, F_SETFL, F_SETOWN, FASYNC, fcntl
from os import O_RDONLY, O_RDWR, close, devnull, dup2, fstat, getpid, listdir, setsid
from os import open as open_descriptor
from resource import RUSAGE_SELF, getrusage

if sys.platform == "linux":
    from fcntl import F_SETSIG

DEFERRED: tuple[int, ...] = tuple(
    getattr(_signal, name)
    for name in ("SIGINT", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2", "SIGHUP", "SIGCHLD", "SIGWINCH")
)
"""Signals that are held back while rdit's own code runs: those for which scripts have handlers, which may raise.
SIGTERM is not among them: it must end an idle worker."""
_HIGH = (1 << 10, 1 << 9, 1 << 8, 64, 20)
"""Where the worker's own descriptors go, if they may: above those that a script closes when it closes all."""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in, in bytes: see getrusage(2) of each system."""


def become_worker(pipes: dict[str, int]) -> dict[str, int]:
    """Put *pipes*, of a process that was just forked, in their places; return their new descriptors.

    Those for `requests`, `answers` and `life` are for reading, and nothing ever comes through `life`: it ends with
    the supervisor. `events`, `stdout`, `stderr`, `pictures` and `crash`, which takes the Python stack of a crash, are
    for writing.
    """
    setsid()  # its own process group, for interrupts, and no terminal that getpass could open
    _reset_signals()
    dup2(pipes["stdout"], 1)
    dup2(pipes["stderr"], 2)
    nothing = open_descriptor(devnull, O_RDWR)
    dup2(nothing, 0)
    close(nothing)
    return _connected(pipes)


def become_worker_again(old: dict[str, int], pipes: dict[str, int]) -> dict[str, int]:
    """In a copy of a worker: put *pipes* in the places of the *old* ones; return their new descriptors.

    That is also wherever the script keeps duplicates of what fd 1 and fd 2 were.
    """
    new = {_file_of(old[name]): pipes[name] for name in ("stdout", "stderr")}
    for name in listdir("/proc/self/fd"):  # noqa: PTH208 - pathlib would cost milliseconds
        descriptor = int(name)
        if descriptor not in old.values():
            with suppress(OSError):  # that of the listing itself, which is closed by now
                if (replacement := new.get(_file_of(descriptor))) is not None:
                    dup2(replacement, descriptor, descriptor < 3)
    for descriptor in old.values():
        with suppress(OSError):  # the script may have closed it
            close(descriptor)
    return _connected(pipes)


def _file_of(descriptor: int) -> tuple[int, int]:
    status = fstat(descriptor)
    return status.st_dev, status.st_ino


def _connected(pipes: dict[str, int]) -> dict[str, int]:
    pipes = {name: _raised(descriptor) for name, descriptor in pipes.items()}
    _end_with(pipes["life"])
    faulthandler.enable(pipes["crash"])
    return pipes


def peak_memory() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    return int(getrusage(RUSAGE_SELF).ru_maxrss * _RSS_UNIT)


def _reset_signals() -> None:
    """Give the script the handlers that Python starts with; hold back what could tear rdit's own work."""
    _signal.set_wakeup_fd(-1)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    for number in (_signal.SIGHUP, _signal.SIGTERM):
        if _signal.getsignal(number) != _signal.SIG_IGN:  # as under `nohup`, where Python leaves it so
            _signal.signal(number, _signal.SIG_DFL)
    # A process started in the background inherits that it is ignored.
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
    _signal.pthread_sigmask(_signal.SIG_BLOCK, DEFERRED)


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
        fcntl(life, F_SETSIG, _signal.SIGKILL)
        fcntl(life, F_SETFL, O_RDONLY | FASYNC)
