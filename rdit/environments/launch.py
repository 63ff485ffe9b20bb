"""Starts a kernel's process. Imports almost nothing, so that the command does it before its heavy imports."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import InterpreterFailed

KERNEL = Path(__file__).parent.parent / "kernel" / "__main__.py"


def kernel_command(interpreter: Path, *, descriptor_limit: int | None = None) -> list[str]:
    """Return the command that starts a kernel in *interpreter*, without flags: `sys.flags` are the script's to see.

    The kernel sets itself the *descriptor_limit*, which is how many files it may open; None keeps the one it inherits.
    """
    command = [str(interpreter), str(KERNEL)]
    return command if descriptor_limit is None else [*command, str(descriptor_limit)]


_for_rdit_alone: set[str] = set()


def set_for_rdit(name: str, value: str) -> None:
    """Set an environment variable for rdit itself: no kernel inherits it. What the user has set stays."""
    if name not in os.environ:
        os.environ[name] = value
        _for_rdit_alone.add(name)


def raise_limit() -> int | None:
    """Let this process open as many files as the system allows it; return how many it could before, if it was fewer.

    A limit is the process's own, and what a script can open is for the script's user to say: `kernel_command` takes the
    one from before.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (1 << 16, 10_240):  # macOS says "unlimited" and allows 10,240
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if limit <= soft or soft == resource.RLIM_INFINITY:
            return None
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            return soft
    return None


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
