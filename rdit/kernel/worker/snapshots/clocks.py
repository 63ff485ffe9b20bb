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
OWN_REFERENCES = 2, 4
"""To a clock that was replaced, when nobody has it any more: that of its pair and that of who counts; those of Python's
own besides in `_TRUE` and in the clock that runs behind it."""
_names_of: Callable[[Any], dict[str, Any]] = ModuleType.__dict__[  # type: ignore[index]
    "__dict__"
].__get__  # a lazy module would be loaded by `vars`


class Clocks:
    """What the stopwatches show to the script."""

    def __init__(self) -> None:
        self._given: dict[str, Clock] = dict(_TRUE)
        """What the script finds in `time`."""

    def read(self) -> dict[str, Any]:
        """Return what each shows now, to be kept in a copy of this process."""
        return {name: clock() for name, clock in self._given.items()}

    def set(self, shown: dict[str, Any], namespace: dict[str, Any]) -> None:
        """Let each go on from what it has *shown*, in all modules, in *namespace*, and wherever else it is kept.

        A function of `time` that the script has replaced stays as it is.
        """
        before = self._given
        self._given = {name: _running_behind(name, true, true() - shown[name]) for name, true in _TRUE.items()}
        pairs = list(zip(before.values(), self._given.values(), strict=True))
        before.clear()
        self._replace_where_they_mostly_are(pairs, namespace)
        # To look through all objects takes tens of milliseconds, and there are seldom any others.
        if any(getrefcount(pair[0]) > OWN_REFERENCES[pair[0] in _TRUE.values()] for pair in pairs):
            replace_everywhere(pairs, but=self._own_ids())

    def _own_ids(self) -> frozenset[int]:
        """Return the ids of what holds a clock of Python's and is to keep it."""
        cells = [cell for clock in self._given.values() for cell in getattr(clock, "__closure__", ())]
        return frozenset((id(_TRUE), *map(id, cells)))

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


def _running_behind(name: str, true: Clock, behind: float) -> Clock:
    def clock() -> Any:
        return true() - behind

    clock.__name__ = clock.__qualname__ = name
    clock.__module__ = "time"
    clock.__doc__ = true.__doc__
    return clock
