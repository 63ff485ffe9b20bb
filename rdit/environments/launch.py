"""Starts a kernel's process. Imports almost nothing, so that the command does it before its heavy imports."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from ..errors import InterpreterFailed

KERNEL = Path(__file__).parent.parent / "kernel" / "__main__.py"


def kernel_command(interpreter: Path) -> list[str]:
    """Return the command that starts a kernel in *interpreter*, without flags: `sys.flags` are the script's to see."""
    return [str(interpreter), str(KERNEL)]


_for_rdit_alone: set[str] = set()


def set_for_rdit(name: str, value: str) -> None:
    """Set an environment variable for rdit itself: no kernel inherits it. What the user has set stays."""
    if name not in os.environ:
        os.environ[name] = value
        _for_rdit_alone.add(name)


_given_limit: list[tuple[int, int]] = []


def raise_limit() -> None:
    """Let this process open as many files as the system allows it; no kernel inherits that.

    A limit is the process's own, and what a script can open is for the script's user to say.
    """
    given = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (1 << 16, 10_240):  # macOS says "unlimited" and allows 10,240
        limit = wanted if given[1] == resource.RLIM_INFINITY else min(wanted, given[1])
        if limit <= given[0] or given[0] == resource.RLIM_INFINITY:
            return
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, given[1]))
            _given_limit[:] = [given]
            return


def spawn_kernel(command: Sequence[str], directory: Path) -> subprocess.Popen[bytes]:
    """Start a kernel with pipes on all three streams, in a session of its own.

    Ctrl-C in rdit's terminal must not reach the script: an interrupt is something the page asks for.

    Raises:
        InterpreterFailed: the command cannot be executed.
    """
    where = directory if directory.is_dir() else None
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=where,
            env={name: value for name, value in os.environ.items() if name not in _for_rdit_alone},
            start_new_session=True,
            # One system call, of nothing that a thread could hold; only a server that raised its limit needs it.
            preexec_fn=(  # noqa: PLW1509
                partial(resource.setrlimit, resource.RLIMIT_NOFILE, *_given_limit) if _given_limit else None
            ),
        )
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InterpreterFailed(f"The interpreter {command[0]} does not start: {reason}.") from error
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            _enlarge(pipe.fileno())
    return process


def _enlarge(descriptor: int) -> None:
    """Let a pipe hold 1 MiB where the platform can (Linux), so that a flood needs fewer wake-ups."""
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # the user's share of pipe memory is used up: 64 KiB work as well, only slower
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 1 << 20)
