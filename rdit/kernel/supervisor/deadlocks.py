"""Whether a process waits for a thread that it does not have: the fate of a copy of one whose native threads mattered.

No list of libraries that cannot be copied is complete. A process of one thread and without children that waits for a
lock (a futex, see futex(2)) waits forever; Linux says so in /proc.
"""

from __future__ import annotations

import os
from contextlib import suppress


def is_deadlocked(pid: int) -> bool:
    """Whether the process *pid* can only wait forever, as far as the system says."""
    with suppress(OSError):
        tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - pathlib would cost milliseconds
        if len(tasks) == 1 and not _read(f"/proc/{pid}/task/{tasks[0]}/children"):
            return b"futex" in _read(f"/proc/{pid}/wchan")
    return False


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 12)
    finally:
        os.close(descriptor)
