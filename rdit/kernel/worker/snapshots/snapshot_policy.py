"""When a snapshot is worth what it costs: the fork itself, and the copies of pages that the script writes to after it.

A loop over a large array in place takes many times as long when a snapshot is made every 20 ms, as each page is copied
at its next write; so the copies that were seen count as a cost of the next snapshot.
"""

from __future__ import annotations

from resource import RUSAGE_SELF, getrusage

SHARE = 0.05
"""The part of the running time that snapshots may cost."""
LEAST_SECONDS = 0.02
"""What takes less is run again rather than kept."""
FAULT_SECONDS = 1e-5
"""What the copy of one page takes, at most."""
FORKS_REMEMBERED = 5
CPU_FACTOR = 3
"""Wall time of a fork beyond so many times its processor time is the machine's, not the fork's."""


class SnapshotPolicy:
    """Decides before which statements a snapshot is made."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        """Seconds that statements have run in this timeline."""
        self._newest = 0.0
        """That at the newest snapshot."""
        self._forks: list[float] = []
        self._copying = 0.0
        """Seconds that copies of pages have cost after a snapshot, at most."""
        self._usage = getrusage(RUSAGE_SELF)

    def ran(self, seconds: float) -> None:
        """A statement has run for *seconds*."""
        self.elapsed += seconds

    def is_due(self, *, is_wanted: bool) -> bool:
        """Whether a snapshot is worth it now; one that *is_wanted* is so whenever anything has run since the last."""
        since = self.elapsed - self._newest
        if is_wanted:
            return since > 0
        if since < LEAST_SECONDS:
            return False
        if not self._forks:
            return True  # nothing has been copied yet
        usage = getrusage(RUSAGE_SELF)
        faults = (usage.ru_minflt - self._usage.ru_minflt) * FAULT_SECONDS
        self._copying = max(self._copying, min(faults, usage.ru_stime - self._usage.ru_stime))
        return since * SHARE >= min(self._forks) + self._copying

    def made(self, wall: float, cpu: float) -> None:
        """A snapshot was made; its fork took these seconds."""
        self._forks = [*self._forks[1 - FORKS_REMEMBERED :], min(wall, CPU_FACTOR * cpu)]
        self._copying /= 2
        self.resumed()

    def resumed(self) -> None:
        """This process stands where a snapshot was made."""
        self._newest = self.elapsed
        self._usage = getrusage(RUSAGE_SELF)
