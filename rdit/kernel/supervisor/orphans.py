"""Orphans: copies of a worker have no parent, and somebody has to reap them when they end.

The system gives orphans to its first process, which in a container may be one that never looks. Linux lets another one
take them: the supervisor, from when the first copies are expected.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Container
from contextlib import suppress

_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of all that descends from this process and loses its own."""
    if sys.platform != "linux":
        return
    try:
        import ctypes  # only for scripts that draw; to import it takes longer than to start a worker
    except ImportError:
        return  # a Python without it: the first process of the system has them, as before
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(others: Container[int]) -> None:
    """Reap the children that have ended, up to one of the *others*, which is left for who knows it."""
    if sys.platform != "linux":
        return
    looks = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with suppress(ChildProcessError):  # there are none any more
        while (ended := os.waitid(os.P_ALL, 0, looks)) is not None and ended.si_pid not in others:
            os.waitpid(ended.si_pid, 0)
