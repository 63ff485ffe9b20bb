"""What a server holds at one moment, read from /proc (Linux only)."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from process_tree import family, proportional_memory

PAGE = os.sysconf("SC_PAGE_SIZE")
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Taken:
    """How much was done since the last reading, and how long the short requests took, in seconds."""

    counts: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """One line of the report."""

    HEAD: ClassVar[str] = "clock     server MiB  all MiB  descriptors  processes  latency p50, max ms  done since"

    clock: str
    memory: int
    """Resident bytes of the server."""
    whole_memory: int
    """Of the server and its kernels, what they share counted once (PSS)."""
    descriptors: int
    processes: int
    pids: tuple[int, ...]
    taken: Taken

    @property
    def slowest(self) -> float:
        """Seconds of the slowest of the short requests."""
        return max(self.taken.latencies, default=0.0)

    def line(self) -> str:
        """Return the reading as a row below `HEAD`."""
        middle = statistics.median(self.taken.latencies) if self.taken.latencies else 0.0
        done = " ".join(f"{what} {count}" for what, count in sorted(self.taken.counts.items()))
        return (
            f"{self.clock}  {self.memory // MEBIBYTE:10}  {self.whole_memory // MEBIBYTE:7}  {self.descriptors:11}  "
            f"{self.processes:9}  {1000 * middle:8.1f} {1000 * self.slowest:10.1f}  {done}"
        )


def read(server: int, taken: Taken) -> Reading:
    """Read what the process *server* and its descendants hold now."""
    pids = family(server)
    return Reading(
        clock=time.strftime("%H:%M:%S"),
        memory=int(Path(f"/proc/{server}/statm").read_text().split()[1]) * PAGE,
        whole_memory=proportional_memory(pids),
        descriptors=sum(1 for _ in Path(f"/proc/{server}/fd").iterdir()),
        processes=len(pids),
        pids=tuple(pids),
        taken=taken,
    )
