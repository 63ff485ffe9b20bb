"""How much memory snapshots may take, and what one of them takes, as Linux tells."""

from __future__ import annotations

import os
from contextlib import suppress

SHARE = 4
"""Snapshots take at most one part of so many of the memory that is available."""
_CGROUP = "/sys/fs/cgroup"


def allowed() -> int:
    """Return the bytes that all snapshots together may take."""
    room = [_field("/proc/meminfo", b"MemAvailable:")]
    with suppress(OSError, ValueError):
        limit, used = _read(f"{_CGROUP}/memory.max"), _read(f"{_CGROUP}/memory.current")
        room.append(int(limit) - int(used))  # "max", which is no number, sets no limit
    known = [size for size in room if size is not None]
    return max(min(known, default=0), 0) // SHARE


def taken(pid: int) -> int:
    """Return the bytes that the process takes, its part of what it shares with others included; 0 when it is gone."""
    return _field(f"/proc/{pid}/smaps_rollup", b"Pss:") or 0


def _field(path: str, name: bytes) -> int | None:
    """Return the bytes that the line *name* of a file of /proc gives in kB."""
    with suppress(OSError):
        for line in _read(path).splitlines():
            if line.startswith(name):
                return int(line.split()[1]) << 10
    return None


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 14)
    finally:
        os.close(descriptor)
