"""Pacing: when the supervisor sleeps, spins, or leaves the workers' pipes alone for a moment."""

from __future__ import annotations

import os
from collections.abc import Callable
from select import poll
from time import monotonic, sleep

SPIN_SECONDS = 0.0005
"""After a run was sent to the worker: to be woken takes longer than a short run."""
QUICK_SECONDS = 0.001
"""Output that comes again within them is a stream of small pieces, if it goes on like that."""
QUICK_ROUNDS = 4
NAP_SECONDS = (0.0002, 0.0004, 0.0008)
"""The first rests, in which not even requests are read: poll cannot wait for less than a millisecond."""
REST_SECONDS = 0.002
"""For which such a stream is left to gather: each reading of a few bytes costs the script a wake-up of ours."""
FEW_BYTES = 1 << 15
"""A round that brought more than this was worth its while."""

_yield = getattr(os, "sched_yield", lambda: None)


class Pacing:
    """Decides how the next round of the poll loop waits, from what the last ones brought."""

    def __init__(self) -> None:
        self.rest_until: float | None = None
        """Until when the workers' pipes are left alone."""
        self._spin_until = 0.0
        self._quick_rounds = 0
        self._received = 0

    def spin(self) -> None:
        """Do not sleep for the next half millisecond."""
        self._spin_until = monotonic() + SPIN_SECONDS

    def sleep_again(self) -> None:
        """Stop spinning."""
        self._spin_until = 0.0

    def be_prompt(self) -> None:
        """Forward at once what comes next: it may be the answer to a request."""
        self._quick_rounds, self.rest_until = 0, None

    def wait(self, waiting: poll, timeout: Callable[[], float | None]) -> list[tuple[int, int]]:
        """Return what is ready; *timeout* gives the milliseconds after which to return with nothing."""
        while self._spin_until:
            ready = waiting.poll(0)
            if ready:
                return ready
            if monotonic() >= self._spin_until:
                self._spin_until = 0.0
            else:
                _yield()  # the worker may be waiting for this very processor
        return waiting.poll(timeout())

    def end_round(self, total: int, waited: float) -> None:
        """Rest when round after round brings little; *total* counts all bytes so far, *waited* is in seconds.

        A script that prints in a loop would otherwise wake us for each of its writes, and wait for a processor while we
        look at it. The first of them are forwarded at once, and none is ever later than this rest. Such a script
        is recognised by how long we *waited*, rather than how long a round takes, which grows on a busy machine.
        """
        has_rested = self.rest_until is not None
        if self.rest_until is not None and monotonic() >= self.rest_until:
            self.rest_until = None
        received, self._received = total - self._received, total
        if received <= 0:
            return
        self._quick_rounds = self._quick_rounds + 1 if has_rested or waited < QUICK_SECONDS else 0
        more = self._quick_rounds - QUICK_ROUNDS
        if more < 0 or received >= FEW_BYTES:
            return
        if more < len(NAP_SECONDS):
            sleep(NAP_SECONDS[more])
        else:
            self.rest_until = monotonic() + REST_SECONDS
