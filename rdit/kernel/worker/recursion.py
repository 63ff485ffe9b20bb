"""How deep a script may recurse: as deep as under `python script.py`, although rdit's own frames lie below it."""

from __future__ import annotations

import sys

BELOW = 1 if sys.version_info >= (3, 12) else 2
"""What the one frame of rdit below a top-level statement of a worker costs; before Python 3.12 `exec` counts, too."""


def hide_own_depth() -> None:
    """Raise the recursion limit by what rdit uses, and keep that from whoever asks for the limit or sets it."""
    get, put = sys.getrecursionlimit, sys.setrecursionlimit
    put(get() + BELOW)

    def getrecursionlimit() -> int:
        """Return the current value of the recursion limit."""
        return get() - BELOW

    def setrecursionlimit(limit: int, /) -> None:
        """Set the maximum depth of the Python interpreter stack to n."""
        put(limit + BELOW if isinstance(limit, int) and limit > 0 else limit)

    for function in (getrecursionlimit, setrecursionlimit):
        function.__module__ = "sys"
        function.__qualname__ = function.__name__
        setattr(sys, function.__name__, function)
