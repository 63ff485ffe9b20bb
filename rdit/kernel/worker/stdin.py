"""`sys.stdin` of a worker: reading from it waits for an answer from the page.

`input` and `getpass` stay Python's own. They read from this stream like any other, and what they need beyond that is
found out here: that it is `input()` that reads, so that the end of the file comes with a reason; and that it is
`getpass()`, so that the page hides what is typed.
"""

from __future__ import annotations

import io
import sys
from fcntl import F_DUPFD_CLOEXEC, fcntl
from os import close, openpty

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_frame = sys._getframe
_NOBODY = (
    "input() has nobody to ask: this run is not interactive. Run the script in the page, or with "
    '{"live": true} over HTTP, to be asked; or catch EOFError.'
)


class InputStream(io.RawIOBase):
    """The bytes of `sys.stdin`. *ask* takes whether the answer is a password; it returns a line, or None at its end."""

    name = "<stdin>"
    mode = "rb"

    def __init__(self, ask: Callable[[bool], str | None], is_interactive: Callable[[], bool]) -> None:
        super().__init__()
        self._ask = ask
        self._is_interactive = is_interactive
        self._line = b""
        self._input_call: tuple[int, int] | None = None
        self._terminal: int | None = None

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def fileno(self) -> int:
        """Return 0, or for `getpass` a terminal whose echo it may turn off."""
        caller = _frame(1)
        if caller.f_globals.get("__name__") == "getpass" and self._is_interactive():
            return self._terminal_number()
        # input() asks for the number right before it reads, within one instruction of its caller.
        self._input_call = id(caller), caller.f_lasti
        return 0

    def readinto(self, buffer: Any) -> int:
        """Fill *buffer* with what has been answered; ask when there is nothing left of the last answer."""
        if not self._line:
            caller = _frame(1)
            called = self._input_call
            self._input_call = None
            if not self._is_interactive():
                if called == (id(caller), caller.f_lasti):
                    raise EOFError(_NOBODY)
                return 0
            answer = self._ask(_is_getpass(caller))
            if answer is None:
                return 0
            self._line = (answer + "\n").encode("utf-8", "surrogateescape")
        taken = self._line[: len(buffer)]
        self._line = self._line[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _terminal_number(self) -> int:
        """Return a terminal on which getpass may turn off the echo, so that it takes its usual way."""
        if self._terminal is None:
            ours, theirs = openpty()
            # Both ends stay open for as long as the worker lives, out of the way of the script's own descriptors.
            fcntl(ours, F_DUPFD_CLOEXEC, 100)
            self._terminal = fcntl(theirs, F_DUPFD_CLOEXEC, 100)
            close(ours)
            close(theirs)
        return self._terminal


def open_stdin(stream: InputStream) -> None:
    """Make `sys.stdin` as Python makes it."""
    before = sys.stdin
    errors = before.errors if before is not None and before.errors else "strict"
    text = io.TextIOWrapper(io.BufferedReader(stream), "utf-8", errors)
    text.mode = "r"  # type: ignore[misc]
    sys.stdin = sys.__stdin__ = text  # type: ignore[misc]


def _is_getpass(frame: FrameType | None) -> bool:
    for _ in range(4):
        if frame is None:
            return False
        if frame.f_globals.get("__name__") == "getpass":
            return True
        frame = frame.f_back
    return False
