"""How much memory snapshots may take, and what one of them takes, as Linux tells."""

from __future__ import annotations

from contextlib import suppress

from ..proc_files import read_proc

SHARE = 4
"""Snapshots take at most one part of so many of the memory that is available."""
_CGROUP = "/sys/fs/cgroup"


def allowed() -> int:
    """Return the bytes that all snapshots together may take."""
    room = [_field("/proc/meminfo", b"MemAvailable:")]
    with suppress(OSError, ValueError):
        limit, used = read_proc(f"{_CGROUP}/memory.max"), read_proc(f"{_CGROUP}/memory.current")
        room.append(int(limit) - int(used))  # "max", which is no number, sets no limit
    known = [size for size in room if size is not None]
    return max(min(known, default=0), 0) // SHARE


def taken(pid: int) -> int:
    """Return the bytes that the process takes, its part of what it shares with others included; 0 when it is gone."""
    return _field(f"/proc/{pid}/smaps_rollup", b"Pss:") or 0


def _field(path: str, name: bytes) -> int | None:
    """Return the bytes that the line *name* of a file of /proc gives in kB."""
    with suppress(OSError):
        for line in read_proc(path).splitlines():
            if line.startswith(name):
                return int(line.split()[1]) << 10
    return None
