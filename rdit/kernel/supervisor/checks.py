"""Checks: what a fresh run of a text would keep of a run of another one, found out while the worker is busy.

The interpreter that runs the script is to say what compiles, and no user's text is parsed in the supervisor itself: a
copy of it does that, and ends.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would make an enumeration of every constant, and rdit needs only numbers
import os
from collections.abc import Callable
from json import dumps, loads

from ..execution.sameness import first_different
from ..execution.statements import prepare

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

READ_SIZE = 1 << 16
_NO_ANSWER = "rdit could not parse the script: the process that did it has ended."


class Checks:
    """The checks under way, each in a process of its own."""

    def __init__(self, send: Callable[..., None]) -> None:
        """Answer through *send*."""
        self._send = send
        self._pending: dict[int, tuple[str, bytes]] = {}
        """By the descriptor where the answer comes: the id of the query, and what has come so far."""

    def descriptors(self) -> list[int]:
        """Return those to be polled."""
        return [*self._pending]

    def begin(self, query_id: str, first: bytes, second: bytes) -> None:
        """Compare two texts in another process; `take` returns what comes of it."""
        reading, writing = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(reading)
            os.close(writing)
            problem = f"rdit could not parse the script, as the system makes no further process: {error.strerror}"
            self._send({"type": "checked", "query_id": query_id, "problem": problem})
            return
        if pid == 0:
            _answer(writing, first, second)
        os.close(writing)
        os.set_blocking(reading, False)
        self._pending[reading] = query_id, b""

    def take(self, descriptor: int) -> dict[str, Any] | None:
        """Read what has come through *descriptor*; return the whole answer once it is there."""
        query_id, told = self._pending[descriptor]
        try:
            data = os.read(descriptor, READ_SIZE)
        except BlockingIOError:
            return None
        if data:
            self._pending[descriptor] = query_id, told + data
            return None
        del self._pending[descriptor]
        os.close(descriptor)
        answer = loads(told) if told else {"problem": _NO_ANSWER}
        return {"type": "checked", "query_id": query_id, **answer}


def _answer(writing: int, first: bytes, second: bytes) -> None:
    """In a process of its own: compare the texts, write what differs, and end."""
    try:
        _signal.set_wakeup_fd(-1)
        for number in (_signal.SIGTERM, _signal.SIGHUP, _signal.SIGCHLD):
            _signal.signal(number, _signal.SIG_DFL)
        data = dumps(compared(first.decode("utf-8", "surrogatepass"), second.decode("utf-8", "surrogatepass"))).encode()
        while data:
            data = data[os.write(writing, data) :]
        os._exit(0)
    finally:
        os._exit(1)  # the supervisor says that there was no answer


def compared(first: str, second: str) -> dict[str, Any]:
    """Return the fields of a `Checked`: what of a run of *first* is also one of *second*."""
    try:
        after = prepare(second, "<script>", None, 0, []).statements
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        return {"problem": getattr(error, "msg", None) or str(error) or type(error).__name__, "problem_line": line}
    try:
        before = prepare(first, "<script>", None, 0, []).statements
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError):
        before = []
    same, late = first_different(before, after)
    return {"count": len(after), "first_changed": same, "late": late}
