"""When a snapshot is worth what it costs: the fork itself, and the copies of pages that are written to after it.

A snapshot shares its memory with the script, and each page is copied when the script next writes to it: a fork takes
1 to 12 ms, but the next `a += 1` on an array of 400 MB took 340 ms of processor time rather than 40. That is seen only
afterwards. So a snapshot is assumed to cost what the next ones will by all that is known: the pages that were written
to since the last one will be written to again, those that no fork has shared yet may all be, and there are no more
than are resident. Whatever it turns out to cost is in the first of these sums, and is waited for before the next one.

What a script sleeps counts as running time: to sleep again takes as long. What it waits for a processor that others use
does not: a snapshot costs processor time.
"""

from __future__ import annotations

from os import O_CLOEXEC, O_RDONLY, close, read
from os import open as open_descriptor
from resource import RUSAGE_SELF, getpagesize, getrusage

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SHARE = 0.05
"""The part of the running time that snapshots may cost."""
LEAST_SECONDS = 0.02
"""What takes less is run again rather than kept."""
ANYTHING = float("inf")
LITTLE = 0.1
"""Seconds that a snapshot may cost at the cursor of a whole run, where one may look next, or edit."""
PAGE_SECONDS = 3e-6
"""Processor time that the copy of one page takes: 2.8 to 3.3 µs were measured for arrays, on a virtual machine."""
FORKS_REMEMBERED = 3
"""The least of them counts: a single one says little on a busy machine, and many would hide that memory has grown."""
CPU_FACTOR = 3
"""Wall time of a fork beyond so many times its processor time is the machine's, not the fork's."""
_MAX_RSS_UNIT = 1024


def read_usage() -> tuple[int, int, float]:
    """Return this process's page faults that needed no file, its own pages, and its seconds of waiting.

    The last are those in which its main thread could have run but for others on the processors. It takes 25 µs.
    """
    usage = getrusage(RUSAGE_SELF)
    try:
        _, resident, shared, *_ = _numbers("/proc/self/statm")
        _, waited, _ = _numbers("/proc/self/schedstat")
    except OSError:  # no /proc, or not all of it: the most that was resident, and no waiting
        return usage.ru_minflt, usage.ru_maxrss * _MAX_RSS_UNIT // getpagesize(), 0.0
    return usage.ru_minflt, resident - shared, waited / 1e9


def _numbers(path: str) -> Iterable[int]:
    descriptor = open_descriptor(path, O_RDONLY | O_CLOEXEC)
    try:
        return map(int, read(descriptor, 256).split())
    finally:
        close(descriptor)


class SnapshotPolicy:
    """Decides before which statements a snapshot is made."""

    def __init__(self, usage: Callable[[], tuple[int, int, float]] = read_usage) -> None:
        """*usage* returns page faults, resident pages and seconds of waiting, as `read_usage` does."""
        self.elapsed = 0.0
        """Seconds that statements have run in this timeline."""
        self._usage = usage
        self._forks: list[float] = []
        """Seconds that the newest snapshots took."""
        self._newest = 0.0
        """`elapsed` at the newest snapshot."""
        self._look = LEAST_SECONDS
        """Seconds after it before which none is due."""
        self._faults, self._shared, self._waited = usage()
        """Then; it has these pages in common with this process."""

    def ran(self, seconds: float) -> None:
        """A statement has run for *seconds*."""
        self.elapsed += seconds

    def is_due(self, *, may_cost: float = 0.0) -> bool:
        """Whether a snapshot is worth it now.

        If anything has run since the last, it is so, too, if it *may_cost* as much as it would, in seconds.
        """
        since = self.elapsed - self._newest
        if since > 0 and may_cost and (may_cost == ANYTHING or self._cost()[0] <= may_cost):
            return True
        if since < self._look:
            return False
        cost, waited = self._cost()
        missing = cost / SHARE - (since - (waited - self._waited))
        if missing <= 0:
            return True
        self._look = min(since + missing, 2 * since)  # by then, memory may have been given back
        return False

    def _cost(self) -> tuple[float, float]:
        """Return what a snapshot would cost now, and the seconds of waiting so far."""
        faults, resident, waited = self._usage()
        written, unshared = faults - self._faults, max(0, resident - self._shared)
        return min(self._forks, default=0.0) + min(resident, written + unshared) * PAGE_SECONDS, waited

    def made(self, wall: float, cpu: float) -> None:
        """A snapshot was made; its fork took these seconds."""
        self._forks = [*self._forks[1 - FORKS_REMEMBERED :], min(wall, CPU_FACTOR * cpu)]
        self.begin()

    def begin(self) -> None:
        """Count from here: there is a snapshot, or nothing has run in the process that the supervisor has forked."""
        self._newest = self.elapsed
        self._look = LEAST_SECONDS
        self._faults, self._shared, self._waited = self._usage()
