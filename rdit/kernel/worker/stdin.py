"""`sys.stdin` of a worker: reading from it waits for an answer from the page.

`input` and `getpass` stay Python's own. They read from this stream like any other, and what `getpass` needs beyond that
is found out here: that it is `getpass` that asks, so that the page hides what is typed. Where the script has put
something else in the place of fd 0, or a child that it has forked has a terminal there, that is read instead.
"""

from __future__ import annotations

import io
import sys
from fcntl import F_DUPFD_CLOEXEC, fcntl
from os import close, fstat, isatty, openpty, readv

from ..execution.hints import hint_of

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType
    from typing import Any

_frame = sys._getframe
NOBODY = (
    "rdit: nobody can be asked, because this run is not interactive. Run the script in the page, or with "
    '{"live": true} over HTTP; or catch EOFError.'
)


class InputStream(io.RawIOBase):
    """The bytes of `sys.stdin`. *ask* takes whether the answer is a password; it returns a line, or None at its end."""

    name = "<stdin>"
    mode = "rb"

    def __init__(self, ask: Callable[[bool], str | None], is_interactive: Callable[[], bool]) -> None:
        super().__init__()
        self.has_refused = False
        """Whether there was nobody to ask."""
        self.has_left_debugger = False
        """Whether an interrupt at the prompt of `pdb`, which would only prompt again, has ended it."""
        self._ask = ask
        self._is_interactive = is_interactive
        self._line = b""
        self._nothing = _file_of(0)
        """What rdit has put there: the null device."""
        self._terminal: int | None = None
        self._interrupt: BaseException | None = None
        """What an interrupt has raised while `input()` called `fileno()`."""
        numbers = self._numbers()
        next(numbers)
        # `input()` drops whatever `fileno()` raises, and an interrupt that is due is raised before the first line of a
        # method. In a generator that goes on it is raised where it has stopped, and can be caught.
        self.fileno = numbers.__next__  # type: ignore[method-assign]

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return isatty(0)

    def _numbers(self) -> Generator[int, None, None]:
        """Yield for each call of `fileno()` 0, or for `getpass` a terminal whose echo it may turn off."""
        number = 0
        while True:
            try:
                yield number
                caller = _frame(1)
                is_getpass = caller.f_globals.get("__name__") == "getpass" and self._is_interactive()
                number = self._terminal_number() if is_getpass and _file_of(0) == self._nothing else 0
            except GeneratorExit:  # noqa: PERF203
                return
            except BaseException as error:  # noqa: BLE001 - what the script's handler of a signal raises
                self._interrupt = error
                number = 0

    def readinto(self, buffer: Any) -> int:
        """Fill *buffer* with what has been answered; ask when there is nothing left of the last answer."""
        interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            raise interrupt
        if not self._line:
            if _file_of(0) != self._nothing:
                return readv(0, [buffer])
            if not self._is_interactive():
                self.has_refused = True
                return 0
            caller = _frame(1)
            if self.has_left_debugger and _is_called_by("pdb", caller):
                return 0  # from Python 3.14 on it asks whether it is to end the process
            try:
                answer = self._ask(_is_called_by("getpass", caller))
            except KeyboardInterrupt:
                if not _is_called_by("pdb", caller):
                    raise
                self.has_left_debugger = True
                answer = None
            if answer is None:
                return 0
            self._line = (answer + "\n").encode("utf-8", "surrogateescape")
        taken = self._line[: len(buffer)]
        self._line = self._line[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def hint(self, error: BaseException) -> str | None:
        """Return what there is to say of an uncaught *error*: that there was nobody to ask."""
        return NOBODY if self.has_refused and issubclass(type(error), EOFError) else hint_of(error)

    def of_interrupt(self, error: BaseException) -> BaseException:
        """Return *error*, or the interrupt that it stands for: the end of `pdb` at its prompt."""
        kind = type(error)
        is_quit = (kind.__module__, kind.__name__) == ("bdb", "BdbQuit") or (
            kind is SystemExit and _module_of_origin(error) == "pdb"
        )
        if not self.has_left_debugger or not is_quit:
            return error
        self.has_left_debugger = False
        return KeyboardInterrupt().with_traceback(error.__traceback__)

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


def _file_of(descriptor: int) -> tuple[int, int] | None:
    """Return which file it is, or None when it is closed."""
    try:
        status = fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def open_stdin(stream: InputStream) -> None:
    """Make `sys.stdin` as Python makes it."""
    before = sys.stdin
    errors = before.errors if before is not None and before.errors else "strict"
    text = io.TextIOWrapper(io.BufferedReader(stream), "utf-8", errors)
    text.mode = "r"  # type: ignore[misc]
    sys.stdin = sys.__stdin__ = text  # type: ignore[misc]


def _module_of_origin(error: BaseException) -> object:
    """Return the name of the module whose code has raised *error*."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None:
        frames = frames.tb_next
    return None if frames is None else frames.tb_frame.f_globals.get("__name__")


def _is_called_by(module: str, frame: FrameType | None) -> bool:
    """Whether a function of *module* is at most some frames away."""
    for _ in range(5):
        if frame is None:
            return False
        if frame.f_globals.get("__name__") == module:
            return True
        frame = frame.f_back
    return False
