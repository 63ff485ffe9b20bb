"""What stands behind displays and can be asked: a table for another window of it, by the handle that the display has."""

from __future__ import annotations

from itertools import count

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MOST_OBJECTS = 200
"""How many are kept alive for a page that may ask; the oldest are let go first."""


class ObjectGone(LookupError):
    """Nothing stands behind this handle any more; the message says so for a person."""


class LiveObjects:
    """Functions that answer questions about a value, by handle."""

    def __init__(self) -> None:
        """Start with none."""
        self._answers: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self._numbers = count(1)

    def keep(self, answer: Callable[[dict[str, Any]], Any]) -> str:
        """Return a handle; *answer* takes a request and returns a JSON value."""
        handle = f"object-{next(self._numbers)}"
        self._answers[handle] = answer
        if len(self._answers) > MOST_OBJECTS:
            del self._answers[next(iter(self._answers))]
        return handle

    def answer(self, handle: str, request: dict[str, Any]) -> Any:
        """Return what the object answers.

        Raises:
            ObjectGone: it is not kept any more.
        """
        known = self._answers.get(handle)
        if known is None:
            raise ObjectGone("The value behind this output is no longer kept. Run the statement again.")
        return known(request)
