"""The system's watches on folders, and the thread that waits for what they report."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

log = logging.getLogger(__name__)

QUIET_SECONDS, MAX_DELAY_SECONDS = 0.02, 0.08
"""Changes are gathered until none came for the first, at most for the second."""
POLL_SECONDS = 0.25
"""Between two looks where the system has no watches left."""


class WatchesFailed(Exception):
    """Changes are not reported, or are no more."""


Hints = set[tuple[int, str]]
"""What changed and how: 1 is new, 2 is modified, 3 is gone."""
Identity = tuple[int, int]


class SystemWatches:
    """Watches on some folders until `stop`, or until they fail."""

    def __init__(
        self,
        folders: Iterable[str],
        receive: Callable[[Hints], None],
        on_failure: Callable[[WatchesFailed], None],
        *,
        polling: bool = False,
    ) -> None:
        """Watch those of *folders* that exist; the watches are in place when this returns.

        Both functions are called in another thread; after *on_failure* nothing more is received. With *polling* the
        system is not asked for watches.

        Raises:
            WatchesFailed: they cannot be watched in this way.
        """
        self._receive = receive
        self._on_failure = on_failure
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._identities = _identities(folders)
        notify = _notify(self.paths, polling=polling)
        while notify is None and self.are_outdated():  # one of them was deleted just now
            self._identities = _identities(self._identities)
            notify = _notify(self.paths, polling=polling)
        if notify is not None:
            self._thread = threading.Thread(target=self._listen, args=(notify,), name="file watcher", daemon=True)
            self._thread.start()

    @property
    def paths(self) -> list[str]:
        """The folders that are watched: those that existed."""
        return [folder for folder, identity in self._identities.items() if identity is not None]

    def are_outdated(self) -> bool:
        """Return whether a folder came, went or gave its name to another one, which these watches do not report on."""
        return _identities(self._identities) != self._identities

    def stop(self) -> None:
        """End the watches; nothing is received after this returns."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _listen(self, notify: RustNotify) -> None:
        max_delay, quiet = round(MAX_DELAY_SECONDS * 1000), round(QUIET_SECONDS * 1000)
        try:
            with notify:
                while not self._ending.is_set():
                    hints = notify.watch(max_delay, quiet, 60_000, self._ending)
                    if isinstance(hints, set):
                        self._receive(hints)
        except Exception as error:
            log.debug("the watches failed", exc_info=error)
            self._on_failure(WatchesFailed(str(error)))


def _identities(folders: Iterable[str]) -> dict[str, Identity | None]:
    return {folder: _identity(folder) for folder in folders}


def _identity(folder: str) -> Identity | None:
    """Return what tells the folder from another of its name; None where there is none."""
    try:
        status = os.stat(os.path.join(folder, ""))  # noqa: PTH116, PTH118 - a file of this name is no folder
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _notify(paths: list[str], *, polling: bool) -> RustNotify | None:
    """Return watches on *paths*; None where there are none, or one of them is none any more."""
    from watchfiles._rust_notify import RustNotify  # late: it takes a while, and a server starts without

    if not paths:
        return None
    try:
        return RustNotify(paths, False, polling, round(POLL_SECONDS * 1000), False, True)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError) as error:  # such as inotify's limits, which other programs may have used up
        raise WatchesFailed(str(error)) from error
