"""The script's stopwatches go on in a resumed process from where they stood: no time went by while it was parked.

The date, `time.time()`, stays what it is. A process that was never parked keeps Python's own functions.
"""

from __future__ import annotations

import sys
import time
from sys import getrefcount
from types import ModuleType

from .references import replace_everywhere

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Clock = Callable[[], Any]

_STOPWATCHES = ("perf_counter", "monotonic", "process_time", "thread_time")
_NAMES = tuple(name for clock in _STOPWATCHES for name in (clock, clock + "_ns") if hasattr(time, name))
_OTHER_NAMES = ("default_timer", "_time", "clock", "timer", "now")
"""Names under which modules have one of them besides its own: `timeit.default_timer`, `threading._time`."""
_TRUE: dict[str, Clock] = {name: getattr(time, name) for name in _NAMES}
OWN_REFERENCES = 4
"""To a clock of Python's that nobody else has any more: in `_TRUE`, in what runs behind it, in the pair of both, and by
who counts."""
_names_of: Callable[[Any], dict[str, Any]] = ModuleType.__dict__[  # type: ignore[index]
    "__dict__"
].__get__  # a lazy module would be loaded by `vars`


class Clocks:
    """What the stopwatches show to the script."""

    def __init__(self) -> None:
        self._behind: dict[str, Any] = {}
        """How far each is behind the true one, once they can be."""

    def read(self) -> dict[str, Any]:
        """Return what each shows now, to be kept in a copy of this process."""
        return {name: true() - self._behind.get(name, 0) for name, true in _TRUE.items()}

    def take_over(self, namespace: dict[str, Any]) -> None:
        """Put clocks that can be behind in the place of Python's: in all modules, *namespace*, wherever one is kept.

        A function of `time` that the script has replaced stays as it is.
        """
        if self._behind:
            return
        self._behind.update(dict.fromkeys(_TRUE, 0))
        pairs = [(true, _running_behind(name, true, self._behind)) for name, true in _TRUE.items()]
        self._replace_where_they_mostly_are(pairs, namespace)
        # To look through all objects takes tens of milliseconds, and often there are no others.
        if any(getrefcount(pair[0]) > OWN_REFERENCES for pair in pairs):
            cells = [cell for _, clock in pairs for cell in getattr(clock, "__closure__", ())]
            replace_everywhere(pairs, but=frozenset((id(_TRUE), *map(id, cells))))

    def set(self, shown: dict[str, Any]) -> None:
        """Let each go on from what it has *shown*, after `take_over`."""
        self._behind.update((name, true() - shown[name]) for name, true in _TRUE.items())

    def _replace_where_they_mostly_are(self, pairs: list[tuple[Clock, Clock]], namespace: dict[str, Any]) -> None:
        replaced = {id(before): after for before, after in pairs}
        for module in [*sys.modules.values()]:
            names = _names_of(module) if isinstance(module, ModuleType) else {}
            for name in (*_NAMES, *_OTHER_NAMES):
                clock_there = replaced.get(id(names.get(name)))
                if clock_there is not None:
                    names[name] = clock_there
        for name, value in [*namespace.items()]:
            if id(value) in replaced:
                namespace[name] = replaced[id(value)]


def _running_behind(name: str, true: Clock, behind: dict[str, Any]) -> Clock:
    def clock() -> Any:
        return true() - behind[name]

    clock.__name__ = clock.__qualname__ = name
    clock.__module__ = "time"
    clock.__doc__ = true.__doc__
    return clock
