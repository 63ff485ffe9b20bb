"""Polling: the descriptors that the supervisor waits for, which change from round to round."""

from __future__ import annotations

from collections.abc import Iterable
from select import poll


class Polling:
    """Registers with `poll` what is wanted, and no more than has changed."""

    def __init__(self) -> None:
        self.poll = poll()
        self._watched: dict[int, int] = {}

    def want(self, wanted: dict[int, int]) -> None:
        """Wait for these events of these descriptors, from now on."""
        if wanted != self._watched:
            self.forget(self._watched.keys() - wanted.keys())
            for descriptor, events in wanted.items():
                self.poll.register(descriptor, events)
            self._watched = wanted

    def forget(self, descriptors: Iterable[int]) -> None:
        """Wait for these no more: they are about to be closed."""
        for descriptor in self._watched.keys() & {*descriptors}:
            self.poll.unregister(descriptor)
            del self._watched[descriptor]
