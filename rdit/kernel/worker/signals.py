"""Signals: which of them a worker holds back while rdit's own code runs, and what they mean in words."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would make an enumeration of every constant, and rdit needs only numbers

INTERRUPT: int = _signal.SIGINT

DEFERRED: tuple[int, ...] = tuple(
    getattr(_signal, name)
    for name in ("SIGINT", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2", "SIGHUP", "SIGCHLD", "SIGWINCH")
)
"""Those for which scripts have handlers, which may raise. SIGTERM is not among them: it must end an idle worker."""

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


def signal_name(number: int) -> str:
    """Return `SIGKILL` for 9."""
    return str(_NAMES.get(number, f"signal {number}"))


def reason_of_death(exit_code: int | None, signal: int | None) -> str:
    """Say for a person how a process ended that nobody had asked to end."""
    if signal is not None:
        name = signal_name(signal)
        meaning = _MEANINGS.get(name)
        return f"killed by {name}" + (f"; {meaning}" if meaning else "")
    return (
        f"it ended with exit status {exit_code}, not through Python: by os._exit, or as a program it had become by exec"
    )
