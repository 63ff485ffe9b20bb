"""Files of /proc and the like: what the system tells of a process, read in one call."""

from __future__ import annotations

import os

_MOST = 1 << 14
"""Bytes that are read; the files which the supervisor looks at are shorter."""


def read_proc(path: str) -> bytes:
    """Return what the file has.

    Raises:
        OSError: there is none, or it may not be read.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, _MOST)
    finally:
        os.close(descriptor)
