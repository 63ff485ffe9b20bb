"""Orphans: copies of a worker have no parent, and somebody has to reap them when they end.

The system gives orphans to its first process, which in a container may be one that never looks. Linux lets another one
take them: the supervisor, before the first copies are made.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Container
from contextlib import suppress
from time import monotonic

_PR_SET_CHILD_SUBREAPER = 36

IDLE_SECONDS = 0.03
"""After the start, in which a first run may come."""


class Orphans:
    """Adopts what descends from this process, and reaps it."""

    def __init__(self) -> None:
        self.due: float | None = monotonic() + IDLE_SECONDS if sys.platform == "linux" else None
        """When to adopt them if nothing else is to be done; None once they are."""
        self._is_parent = False

    def adopt_if_due(self) -> None:
        """Adopt them while nothing else is to be done."""
        if self.due is not None and monotonic() >= self.due:
            self.adopt()

    def adopt(self) -> bool:
        """Become the parent of all that descends from this process and loses its own, from now on; say if it works."""
        if self.due is None:
            return self._is_parent
        self.due = None
        try:
            import ctypes  # when there is time: to import it takes longer than to start a worker
        except ImportError:
            return False  # a Python without it: the first process of the system has them, as before
        self._is_parent = ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
        gc.freeze()  # like all that workers share with this process
        return self._is_parent

    def reap(self, others: Container[int]) -> None:
        """Reap the children that have ended, up to one of the *others*, which is left for who knows it."""
        if sys.platform != "linux":
            return
        looks = os.WEXITED | os.WNOHANG | os.WNOWAIT
        with suppress(ChildProcessError):  # there are none any more
            while (ended := os.waitid(os.P_ALL, 0, looks)) is not None and ended.si_pid not in others:
                os.waitpid(ended.si_pid, 0)
