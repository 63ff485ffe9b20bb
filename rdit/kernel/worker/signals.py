"""Signals that a worker holds back while rdit's own code runs."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would make an enumeration of every constant, and rdit needs only numbers

DEFERRED: tuple[int, ...] = tuple(
    getattr(_signal, name)
    for name in ("SIGINT", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2", "SIGHUP", "SIGCHLD", "SIGWINCH")
)
"""Those for which scripts have handlers, which may raise. SIGTERM is not among them: it must end an idle worker."""
