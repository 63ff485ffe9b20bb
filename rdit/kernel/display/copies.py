"""Copies: forked copies of the process that draw what it holds, while the script goes on and its objects stay as is.

A copy is the grandchild of the process and no child of it, so that `os.wait()`, SIGCHLD and the like show the script
nothing. It closes every descriptor of the script at once, writes nowhere but where its pictures go, and leaves without
flushing, collecting or finalising anything.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
from _signal import (  # type: ignore[import-not-found]
    SIG_DFL,
    SIG_IGN,
    SIGCHLD,
    SIGINT,
    SIGKILL,
    SIGTERM,
    getsignal,
    set_wakeup_fd,
    signal,
)
from _thread import _count as thread_count
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl
from json import dumps, loads
from os import close, fork, read, waitpid, write  # the script may replace those of its own `os`
from select import POLLIN, poll
from time import perf_counter

from ..protocol.output_item import OutputItem
from .hidden_fork import FORK_HOOKS, forget_child

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Job = tuple[str, Callable[[], OutputItem]]
    """The id of a figure, and what draws it; it raises nothing."""
    Deliver = Callable[[str, OutputItem], None]

WAIT_MILLISECONDS = 250
"""How long a copy waits to hear whether the figure went on; then it draws what it has."""
STEP_NICENESS = 19
"""The lowest priority: what a later statement has changed since is drawn when nothing else wants the processor."""
FIRST_COST = 0.03
"""Seconds that a copy takes, as long as none was made."""
READ_SIZE = 1 << 16
_HIGH = 200
"""Where descriptors go: above those that a script's own files get."""
_UNFORKABLE = ("jax", "tensorflow", "cupy", "pycuda", "pyopencl", "grpc", "tokenizers")
"""Libraries that have threads, devices or complaints of their own about forks."""
_WINDOWS = ("tkinter", "PyQt5", "PyQt6", "PySide2", "PySide6", "gi", "wx")
"""Libraries that hold a connection to a display."""


class Copy:
    """A copy as the process sees it that made it."""

    def __init__(self, figure_ids: Sequence[str], control: int, status: int) -> None:
        self.missing = dict.fromkeys(figure_ids)
        """The figures that it is to draw and has not yet, in order."""
        self.items: dict[str, OutputItem] = {}
        """What it has drawn, where nobody else takes that."""
        self.is_over = False
        self._control = control
        self._status = status
        self._pending = b""
        self._pid: int | None = None
        self._poll = poll()
        self._poll.register(status, POLLIN)

    def descriptors(self) -> Sequence[int]:
        """Return the descriptors that it takes here."""
        return () if self.is_over else (self._control, self._status)

    def tell(self, *, is_step: bool) -> None:
        """Let it draw now, or at leisure when a later statement went on with what it has."""
        with suppress(OSError):  # it is over, or the script has closed the pipe
            write(self._control, b"s" if is_step else b"n")

    def look(self, *, waits: bool = False) -> bool:
        """Take what it reports; with *waits*, until nothing is missing. Return whether it is over.

        Signals that the script may handle break the wait.
        """
        while not self.is_over and (self.missing or not waits) and self._poll.poll(None if waits else 0):
            try:
                data = read(self._status, READ_SIZE)
            except OSError:  # the script has closed the pipe
                data = b""
            *lines, self._pending = (self._pending + data).split(b"\n")
            for line in lines:
                self._take(loads(line))
            if not data:
                self._close()
        return self.is_over

    def kill(self) -> None:
        """End it, whatever it does."""
        while self._pid is None and not self.is_over and self._poll.poll():
            self.look()
        if self._pid is not None and not self.is_over:
            with suppress(ProcessLookupError):
                os.kill(self._pid, SIGKILL)
        self._close()

    def _take(self, report: dict[str, Any]) -> None:
        self._pid = report.get("pid", self._pid)
        figure_id = report.get("figure")
        if figure_id is not None:
            self.missing.pop(figure_id, None)
            if report.get("item") is not None:
                self.items[figure_id] = OutputItem(**report["item"])

    def _close(self) -> None:
        if not self.is_over:
            self.is_over = True
            for descriptor in (self._control, self._status):
                with suppress(OSError):
                    close(descriptor)


class Copies:
    """Makes copies of this process."""

    def __init__(
        self,
        deliver: Deliver | None = None,
        when_expected: Callable[[], object] = tuple,
    ) -> None:
        """Let copies pass what they draw to *deliver*, or to who waits for them.

        *when_expected* is called once, before the first copy is made.
        """
        self.keep: tuple[int, ...] = ()
        """The descriptors that *deliver* needs."""
        self.is_copying = False
        """True in a copy, and while one is made."""
        self.waits = deliver is None
        """Whether who makes a copy takes its pictures itself."""
        self.last_cost = FIRST_COST
        """Seconds that the last copy took to make."""
        self._deliver = deliver
        self._when_expected: Callable[[], object] | None = when_expected

    def expect(self) -> None:
        """Copies will probably be made."""
        if self._when_expected is not None:
            when_expected, self._when_expected = self._when_expected, None
            when_expected()

    def are_possible(self) -> bool:
        """Whether a copy made now would have all that it needs, and nobody would notice it."""
        modules = sys.modules
        if sys.platform != "linux" or thread_count() or any(name in modules for name in (*_UNFORKABLE, *_WINDOWS)):
            return False
        has_begun = getattr(getattr(modules.get("torch"), "cuda", None), "is_initialized", None)
        if has_begun is not None and has_begun():
            return False
        if self.waits and getsignal(SIGCHLD) not in (SIG_DFL, SIG_IGN):
            return False
        return sys.version_info < (3, 12) or not _would_warn()

    def make(self, jobs: Sequence[Job], *, begins: bool) -> Copy | None:
        """Make a copy that does the *jobs*: at once if it *begins*, else when it is told to. None if that failed."""
        began = perf_counter()
        self.expect()
        descriptors: list[int] = []
        self.is_copying = FORK_HOOKS.is_own = True
        pid = None
        try:
            for _ in range(2):
                descriptors += [_raised(descriptor) for descriptor in os.pipe()]
            # With the hooks of libraries: matplotlib's lets go of its fonts' files, whose places are shared.
            pid = fork()
            if pid == 0:
                self._become_copy(jobs, descriptors[0], descriptors[3], begins=begins)
        except OSError:
            if pid == 0:
                os._exit(1)
            for descriptor in descriptors:
                close(descriptor)
            return None
        finally:
            if pid == 0:
                os._exit(1)
            self.is_copying = FORK_HOOKS.is_own = False
        close(descriptors[0])
        close(descriptors[3])
        with suppress(ChildProcessError):  # the script ignores SIGCHLD, and the system has reaped it
            waitpid(pid, 0)
        forget_child()
        self.last_cost = perf_counter() - began
        return Copy([figure_id for figure_id, _ in jobs], descriptors[1], descriptors[2])

    def _become_copy(self, jobs: Sequence[Job], control: int, status: int, *, begins: bool) -> None:
        """In the forked child: fork the copy, and end. Does not return."""
        gc.disable()  # a file of the script that is finalised here would be written twice
        faulthandler.disable()
        set_wakeup_fd(-1)
        for number in (SIGINT, SIGCHLD):
            signal(number, SIG_IGN)
        signal(SIGTERM, SIG_DFL)
        start = 3
        for descriptor in sorted({control, status, *self.keep}):
            os.closerange(start, descriptor)
            start = descriptor + 1
        os.closerange(start, os.sysconf("SC_OPEN_MAX"))
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        if fork():
            os._exit(0)
        _report(status, {"pid": os.getpid()})
        if not begins and _is_step(control):
            os.nice(STEP_NICENESS)
        if "warnings" in sys.modules:
            sys.modules["warnings"].simplefilter("ignore")  # nobody hears what a script would not hear
        for figure_id, job in jobs:
            item = job()
            if self._deliver is not None:
                self._deliver(figure_id, item)
            _report(status, {"figure": figure_id, "item": item.fields() if self._deliver is None else None})
        os._exit(0)


def _is_step(control: int) -> bool:
    """Wait for word of whether a later statement went on with the figure; none may come."""
    waiting = poll()
    waiting.register(control, POLLIN)
    return bool(waiting.poll(WAIT_MILLISECONDS)) and read(control, 1) == b"s"


def _report(status: int, report: dict[str, Any]) -> None:
    data = dumps(report).encode() + b"\n"
    while data:
        data = data[write(status, data) :]


def _raised(descriptor: int) -> int:
    """Move *descriptor* out of the way of those that the script opens."""
    try:
        moved = fcntl(descriptor, F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    close(descriptor)
    return moved


def _would_warn() -> bool:
    """Whether Python would write its warning of forks beside native threads, which it has from 3.12 on."""
    with suppress(OSError):
        if len(os.listdir("/proc/self/task")) == 1:  # noqa: PTH208  pathlib would cost milliseconds
            return False
    for action, message, category, module, _ in getattr(sys.modules.get("warnings"), "filters", ()):
        if message is None and module is None and issubclass(DeprecationWarning, category):
            return bool(action != "ignore")
    return False
