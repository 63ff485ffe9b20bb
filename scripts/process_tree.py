"""A process with all its descendants, and the memory that they hold, read from /proc (Linux only)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def family(pid: int) -> list[int]:
    """Return the process and all its descendants (where there is no /proc, the process alone)."""
    found = [pid]
    for parent in found:
        for listing in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in listing.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
    return found


def proportional_memory(pids: Iterable[int]) -> int:
    """Return the bytes that the processes hold, what they share counted once (PSS).

    Raises:
        FileNotFoundError: the system does not say (only Linux does).
    """
    Path("/proc/self/smaps_rollup").stat()
    return sum(map(_pss, pids))


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it ended while we looked
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))
