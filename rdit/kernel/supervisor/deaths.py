"""How a worker died: its exit status and its crash report in words for a person, and as messages."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would make an enumeration of every constant, and rdit needs only numbers
import os

from ..execution.tracebacks import plain_error
from ..worker.channel import WORKER_CUT_OFF

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

_MEANINGS = {
    "SIGABRT": "it aborted itself, as C code does when it finds its own state broken",
    "SIGALRM": "a timer that the script had set ran out",
    "SIGBUS": "it touched memory that is not there",
    "SIGFPE": "it made an arithmetic error in C code",
    "SIGHUP": "it was told to hang up",
    "SIGILL": "it came upon a machine instruction that this processor does not know",
    "SIGINT": "it was interrupted and had no handler for that",
    "SIGKILL": "the system may have run out of memory, or something killed it",
    "SIGPIPE": "it wrote to a pipe that nobody reads",
    "SIGQUIT": "it was told to quit",
    "SIGSEGV": "a segmentation fault: C code touched memory that it must not",
    "SIGSYS": "it made a system call that it must not",
    "SIGTERM": "it was told to terminate",
    "SIGTRAP": "it came upon a breakpoint",
    "SIGXCPU": "it used up its processor time",
    "SIGXFSZ": "a file grew beyond its limit",
}
_NAMES = {
    number: name
    for name, number in sorted(vars(_signal).items(), reverse=True)
    if name.startswith("SIG") and not name.startswith("SIG_") and isinstance(number, int)
}
_KERNEL = __file__.rsplit("/", 2)[0]


class Death:
    """The end of a worker that was not told to end."""

    __slots__ = ("_kind", "exit_code", "reason", "signal", "stack")

    def __init__(self, status: int, stack: str, *, is_broken: bool = False) -> None:
        """Describe the wait *status*; *stack* is what `faulthandler` wrote, without rdit's own frames.

        *is_broken* says that the worker was killed because of what it wrote into its private pipes.
        """
        self.exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        self.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        self.stack = stack
        self._kind = "Exit"
        if is_broken:
            self.reason = "it wrote into its connection to rdit, among file descriptors that are not its own"
        elif self.signal is not None:
            self._kind = str(_NAMES.get(self.signal, f"signal {self.signal}"))
            meaning = _MEANINGS.get(self._kind)
            self.reason = f"killed by {self._kind}" + (f"; {meaning}" if meaning else "")
        elif self.exit_code == WORKER_CUT_OFF:
            self.reason = "it closed its connection to rdit, among file descriptors that are not its own"
        else:
            self.reason = (
                f"it ended with exit status {self.exit_code}, not through Python: "
                "by os._exit, or as a program it had become by exec"
            )

    def displayed(self, run_id: str, node_index: int | None) -> dict[str, Any]:
        """Return the `Displayed` with the error that the statement under way shows."""
        message = f"The Python process is gone: {self.reason}. The next run starts with fresh variables."
        item = plain_error(self._kind, message, self.stack).fields()
        return {"type": "displayed", "run_id": run_id, "node_index": node_index, "item": item}

    def died(self, run_id: str | None) -> dict[str, Any]:
        """Return the `Died`; *run_id* is of the run under way."""
        about = {"exit_code": self.exit_code, "signal": self.signal, "reason": self.reason}
        return {"type": "died", "run_id": run_id, **about}


def without_own_frames(report: str) -> str:
    """Return what `faulthandler` wrote, without the frames of rdit's code and the outermost frame of a worker.

    That one is the last of its thread and says that it is a module; other threads begin in a function.
    """
    lines = report.splitlines(keepends=True)
    kept = []
    for line, following in zip(lines, [*lines, ""][1:], strict=True):
        is_outermost = line.endswith(" in <module>\n") and not following.startswith("  ")
        if not is_outermost and not line.startswith(f'  File "{_KERNEL}/'):
            kept.append(line)
    return "".join(kept)
