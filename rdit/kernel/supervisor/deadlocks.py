"""Whether a process waits for a thread that it does not have: the fate of a copy of one whose native threads mattered.

No list of libraries that cannot be copied is complete. A process of one thread and without children that waits for a
lock (a futex, see futex(2)) waits forever; Linux says so in /proc.
"""

from __future__ import annotations

import os
from contextlib import suppress
from time import monotonic

from .proc_files import read_proc
from .worker_process import WorkerProcess

LOOK_SECONDS = 1.0
LOOKS = 3
"""So many in a row have to find a worker waiting for nothing."""
TIME_LIMIT = 4
"""Where /proc has the fourth argument of a system call; a futex's is the address of its time limit."""


class DeadlockWatch:
    """Looks now and then whether a worker that goes on from a snapshot waits for ever."""

    def __init__(self) -> None:
        self.next_look: float | None = None
        """When to look next; None while there is nothing to look at."""
        self._found = 0

    def begin(self) -> None:
        """A worker goes on from a snapshot."""
        self.next_look, self._found = monotonic() + LOOK_SECONDS, 0

    def end(self) -> None:
        """Its run is over."""
        self.next_look = None

    def sees_deadlock(self, worker: WorkerProcess | None) -> bool:
        """Look, if it is time, and say whether *worker* can be given up."""
        if self.next_look is None or monotonic() < self.next_look:
            return False
        self.next_look = monotonic() + LOOK_SECONDS
        is_stuck = worker is not None and not worker.is_asking and is_deadlocked(worker.pid)
        self._found = self._found + 1 if is_stuck else 0
        return self._found >= LOOKS


def is_deadlocked(pid: int) -> bool:
    """Whether the process *pid* can only wait forever, as far as the system says."""
    with suppress(OSError):
        tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - pathlib would cost milliseconds
        if len(tasks) == 1 and not read_proc(f"/proc/{pid}/task/{tasks[0]}/children"):
            call = read_proc(f"/proc/{pid}/syscall").split()
            return len(call) > TIME_LIMIT and b"futex" in read_proc(f"/proc/{pid}/wchan") and call[TIME_LIMIT] == b"0x0"
    return False
