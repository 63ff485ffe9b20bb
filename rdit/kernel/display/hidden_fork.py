"""Fork a process such that the script does not notice: it is no child of this one, and no hook on forks runs.

The process is forked through another one that ends at once and has a session of its own, so that `os.wait()`, SIGCHLD
and the like show the script nothing. It falls to the nearest subreaper: the kernel's supervisor, where there is one.
"""

from __future__ import annotations

import os
import sys
from _signal import SIGCHLD, sigpending, sigwait  # type: ignore[import-not-found]
from contextlib import suppress
from os import (
    _exit,
    close,
    fork,
    getpid,
    pipe,
    read,
    register_at_fork,
    setsid,
    waitpid,
    write,
)  # the script may replace those of `os`
from struct import Struct

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Prepare = Callable[[tuple[int, int]], object]

_PID = Struct(">i")


class ForkHooks:
    """Keeps what is registered with `os.register_at_fork` from running at rdit's own forks.

    `random` would seed itself anew, a hook of the script's would print.
    """

    def __init__(self) -> None:
        self.are_held = False
        """Whether no hook runs."""
        self.is_own = False
        """Whether rdit forks, rather than the script."""

    def install(self) -> None:
        """Guard every hook that is registered from here on."""
        os.register_at_fork = sys.modules["posix"].register_at_fork = self._register  # type: ignore[attr-defined]

    def _register(
        self,
        *,
        before: Callable[[], Any] | None = None,
        after_in_child: Callable[[], Any] | None = None,
        after_in_parent: Callable[[], Any] | None = None,
    ) -> None:
        hooks = {"before": before, "after_in_child": after_in_child, "after_in_parent": after_in_parent}
        guarded = {
            name: self.guarded(hook) if callable(hook) else hook for name, hook in hooks.items() if hook is not None
        }
        register_at_fork(**guarded)

    def guarded(self, hook: Callable[[], Any]) -> Callable[[], Any]:
        """Return a hook that does what *hook* does, but for rdit's own forks."""
        return lambda: None if self.are_held else hook()


FORK_HOOKS = ForkHooks()
"""Of the process: there is one list of hooks in it."""


def hidden_fork(prepare: Prepare | None = None) -> int:
    """Fork; return 0 in the new process, which is no child of this one, and its process id here.

    *prepare* is called there, with the descriptors between both, and this process waits for its end.

    Raises:
        OSError: the system makes no further process.
    """
    reading, writing = pipe()
    # Its hook is out of reach if `site` has imported it before the hooks were guarded.
    generator = getattr(sys.modules.get("random"), "_inst", None)
    state = None if generator is None else generator.getstate()
    FORK_HOOKS.are_held = FORK_HOOKS.is_own = True
    between = -1
    try:
        between = fork()
        if between == 0:
            try:
                setsid()  # at once: a signal for the group of the process that goes on is not for this one
                pid = fork()
                if pid == 0 and prepare is not None:
                    prepare((reading, writing))
                    write(writing, _PID.pack(getpid()))
            except BaseException:  # noqa: BLE001 - this process must not go on as the script
                _exit(1)
            if pid:
                if prepare is None:
                    write(writing, _PID.pack(pid))
                _exit(0)
    finally:
        FORK_HOOKS.are_held = FORK_HOOKS.is_own = False
        close(writing)
        if between < 0:
            close(reading)
    if between == 0:
        close(reading)
        if generator is not None:
            generator.setstate(state)
        return 0
    with suppress(ChildProcessError):  # the script ignores SIGCHLD, and the system has reaped it
        waitpid(between, 0)
    forget_child()
    told = read(reading, _PID.size)
    close(reading)
    if len(told) < _PID.size:
        raise OSError("a process could not be forked twice")
    pid = _PID.unpack(told)[0]
    return int(pid)


def forget_child() -> None:
    """Take back the SIGCHLD of a child that was reaped, if it is held back and no child of the script's sent it."""
    if SIGCHLD not in sigpending():
        return
    with suppress(ChildProcessError):
        if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
    sigwait((SIGCHLD,))
