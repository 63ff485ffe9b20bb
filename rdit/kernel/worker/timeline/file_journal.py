"""Which files each statement has touched, and how they stood when it ended.

A statement that has run holds only as long as its files do: when one is no longer as the last statement that touched it
left it, all has to run again from the first that touched it. One rule covers changed data, edited modules, and files
that an abandoned run has overwritten, appended to or deleted.

Python tells of files through audit events. Libraries that open files in C or Rust do not; but their names mostly stand
in the script, so each string in a statement that names a file counts as touched by it. What is not seen: names that
such a library computes or that stand within SQL, what child processes read, and what `os.stat` alone tells.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from _thread import get_ident

from .file_events import OF_FILE, Events, is_left_out
from .path_constants import Askers, Writers, path_constants

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType

    from .file_events import Collected, Told

    Signature = tuple[object, ...] | None
    Entry = dict[str, Signature]

# The script may replace what its `os` has.
_stat, _listdir, _readlink, _getcwd = os.stat, os.listdir, os.readlink, os.getcwd
_add_audit_hook = sys.addaudithook

MAX_NAMES = 10_000
"""Of a larger folder the time of its last change is compared, not its names."""
MAX_MISSED = 1000
"""Paths at which there is nothing; prose has strings that look like some."""
_NOTHING: Entry = {}
_CLOCK = 5 if sys.platform == "linux" else time.CLOCK_REALTIME
"""The clock of the times in a file system: CLOCK_REALTIME_COARSE, which is behind the other by up to 10 ms."""
_now = time.clock_gettime_ns


class FileJournal:
    """The files of a timeline, statement by statement."""

    def __init__(self, own_path: Callable[[], str | None]) -> None:
        """*own_path* returns the script's own path, which is looked at only if the script itself reads it."""
        self._own_path = own_path
        self._events = Events()
        self._writers = Writers()
        self._entries: list[Entry] = []
        self._last: dict[str, Signature] = {}
        """How each file stood at the end of the last statement that touched it."""
        self._first: dict[str, int] = {}
        """Which statement touched it first."""
        self._folders: set[str] = set()
        """Folders that a statement has listed."""
        self._named: set[str] = set()
        """Files that only strings in the script told of."""
        self._askers = Askers()
        self._missed: dict[str, None] = {}
        """Paths in strings at which nothing is: a statement may ask whether that is so."""
        self._open: set[str] = set()
        """Files that were opened for writing, and may be open still."""
        self._modules = (0, "")
        self._seen_modules: set[str] = set()
        self._began = 0
        self._unknown_from: int | None = None
        """From which statement on nobody knows what was touched: those hold for no other text."""

    @property
    def may_share(self) -> bool:
        """Whether the script has mapped memory, which copies may have in common."""
        return self._events.has_mapped

    @property
    def has_hook(self) -> bool:
        """Whether the script listens to audit events."""
        return self._events.has_hook

    def on_lock(self, listener: Callable[[int], None]) -> None:
        """Call *listener* with each descriptor whose file is about to be locked or unlocked (flock)."""
        self._events.on_lock = listener

    def install(self) -> None:
        """Begin to listen, for good: an audit hook cannot be removed. Until `begin` nothing is noted."""
        self._modules_since()
        events = self._events
        handlers, main = events.handlers, get_ident()

        def hook(event: str, args: tuple[object, ...]) -> None:
            handler = handlers.get(event)
            if handler is not None and (events.is_on or get_ident() != main):
                try:
                    handler(args)
                except (OSError, TypeError, ValueError, AttributeError):
                    return  # what is no path fails in what was called, with the words of Python

        _add_audit_hook(hook)

    def begin(self) -> None:
        """A statement runs from here on."""
        events = self._events
        events.own_path = self._own_path()
        self._began = _now(_CLOCK)
        events.is_on = True

    def end(self, code: CodeType | None) -> Told | None:
        """The statement has ended; *code* is what it was compiled to. Return what it has touched, if anything."""
        count = len(self._entries)
        try:
            return self._end(code)
        except Exception:  # noqa: BLE001 - the script has taken away what the library needs, such as common builtins
            self._events.is_on = False
            self._entries[count:] = [_NOTHING]
            if self._unknown_from is None:
                self._unknown_from = count
            return None

    def _end(self, code: CodeType | None) -> Told | None:
        events = self._events
        events.is_on = False
        names: list[str] = []
        if code is not None:
            names = path_constants(code)
            self._writers.add(code)
        modules = self._modules_since()
        asks = False
        if code is not None:
            asks = self._askers.may_be_called_by(code)
            self._askers.add(code)
        if not (names or modules or self._open or self._named or asks or events.collected.has_any()):
            self._entries.append(_NOTHING)
            return None
        return self._close(names, modules, code, asks=asks)

    def _close(self, names: list[str], modules: list[str], code: CodeType | None, *, asks: bool) -> Told | None:
        collected = self._events.take()
        entry: Entry = {}
        self._folders.update([*collected.listed])
        for path in [*collected.listed, *collected.read, *collected.changed, *collected.may_write, *modules]:
            if not is_left_out(path):
                entry[path] = self._look(path)
        for path in _not_found(collected.imported):
            entry.setdefault(path, _signature(path))
        self._named.difference_update(entry)
        collected.written.update(
            (path, None) for path, known in collected.may_write.items() if known and self._is_new(entry.get(path))
        )
        self._add_named([*names, *collected.arguments], entry, collected)
        if asks:
            collected.missed = self._missed
            entry.update((path, _signature(path)) for path in self._missed if path not in entry)
        self._add_changed(code, entry, collected)
        for path in [*collected.changed, *collected.written]:
            folder = path.rpartition("/")[0] or "/"
            if folder not in entry and folder in self._last and folder in self._folders:
                entry[folder] = _listing(folder)  # an earlier statement has listed it
        index = len(self._entries)
        for path, signature in entry.items():
            self._last[path] = signature
            self._first.setdefault(path, index)
        self._entries.append(entry or _NOTHING)
        self._open.update(collected.written, collected.may_write)
        return collected.tell(entry, self._events.own_path)

    def _look(self, path: str) -> Signature:
        return _listing(path) if path in self._folders else _signature(path)

    def _add_named(self, names: list[str], entry: Entry, collected: Collected) -> None:
        """Add the files that strings in the statement name."""
        directory = ""
        for name in names:
            if not name.startswith("/"):
                directory = directory or _current_directory()
            path = os.path.normpath(name if name.startswith("/") else f"{directory}/{name}")
            if path in entry or path == self._events.own_path or is_left_out(path):
                continue
            signature = _signature(path)
            if signature is None and len(self._missed) < MAX_MISSED:
                self._missed[path] = None
            if not _is_of_file(signature):
                continue
            entry[path] = signature
            if path not in self._last:
                self._named.add(path)
            if self._is_new(signature):
                collected.written[path] = None

    def _add_changed(self, code: CodeType | None, entry: Entry, collected: Collected) -> None:
        """Add the files that the statement has written in ways that no event tells of."""
        opened: set[str] | None = None
        for path in [*self._open]:  # through a file that an earlier statement has opened
            signature = None if path in entry else _signature(path)
            if path in entry or signature == self._last.get(path):
                continue
            opened = _open_paths() if opened is None else opened
            if os.path.realpath(path) in opened:
                entry[path] = signature
                collected.written[path] = None
            else:
                self._open.discard(path)
        # By a library in C, or a child process. Another program may have written a file while the statement ran: so
        # only those count that could have been written by what its code calls.
        can_write: bool | None = None
        for path in [*(self._last if collected.has_started else self._named)]:
            signature = entry[path] if path in entry else self._look(path)
            if path in entry or signature == self._last.get(path):
                continue
            if collected.has_started:
                can_write = True
            elif can_write is None:
                can_write = code is not None and self._writers.may_be_called_by(code)
            if can_write and self._is_new(signature):
                collected.written[path] = None
                entry[path] = signature
            elif can_write and path in self._folders:
                entry[path] = signature

    def _is_new(self, signature: Signature) -> bool:
        """Whether it is of a file that was last written while the statement ran."""
        return _is_of_file(signature) and self._began <= signature[0] <= _now(time.CLOCK_REALTIME)  # type: ignore[operator,index]

    def _modules_since(self) -> list[str]:
        """Return the files of the modules that were imported since the last call."""
        now = len(sys.modules), next(reversed(sys.modules), "")
        if now == self._modules:
            return []
        self._modules = now
        new = [name for name in [*sys.modules] if name not in self._seen_modules]
        self._seen_modules.update(new)
        files = [getattr(sys.modules.get(name), "__file__", None) for name in new if name != "__main__"]
        return [file for file in files if type(file) is str and file.startswith("/")]

    def first_changed(self) -> int | None:
        """Return the first statement that touched a file which is no longer as its last toucher left it."""
        if self._unknown_from == 0:
            return 0
        changed = [self._first[path] for path, signature in self._last.items() if self._look(path) != signature]
        return min(changed if self._unknown_from is None else [*changed, self._unknown_from], default=None)

    def truncate(self, count: int) -> None:
        """Forget the statements from *count* on: the timeline goes on there."""
        if count >= len(self._entries):
            return
        del self._entries[count:]
        if self._unknown_from is not None and self._unknown_from >= count:
            self._unknown_from = None
        self._last.clear()
        self._first.clear()
        self._folders.clear()
        for index, entry in enumerate(self._entries):
            for path, signature in entry.items():
                if signature is not None and type(signature[0]) is str:
                    self._folders.add(path)
                self._last[path] = signature
                self._first.setdefault(path, index)
        self._named.intersection_update(self._last)
        self._open.intersection_update(self._last)
        self._events.take()


def _signature(path: str) -> Signature:
    """Return how the file stands: when it was changed, its size and its inode. None if there is none."""
    try:
        status = _stat(path)
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(status.st_mode):
        return status.st_mtime_ns, status.st_size, status.st_ino
    return (stat.S_IFMT(status.st_mode),)


def _listing(path: str) -> Signature:
    """Return the names in a folder, in order. None if there is none."""
    try:
        names = _listdir(path)
        if len(names) > MAX_NAMES:
            return "changed", _stat(path).st_mtime_ns
    except OSError:
        return None
    return "names", tuple(sorted(name for name in names if name != "__pycache__"))


def _not_found(modules: Iterable[str]) -> Iterable[str]:
    """Yield where those of *modules* that could not be imported would lie, among the user's own files."""
    for name in modules:
        if name in sys.modules:
            continue
        parent, _, last = name.rpartition(".")
        folders = getattr(sys.modules.get(parent), "__path__", ()) if parent else sys.path
        for folder in [*folders]:
            if type(folder) is str:
                path = os.path.normpath(os.path.join(_current_directory(), folder, last))  # noqa: PTH118 - pathlib would cost milliseconds
                if not is_left_out(path):
                    yield path
                    yield f"{path}.py"


def _is_of_file(signature: Signature) -> bool:
    return signature is not None and len(signature) == OF_FILE


def _current_directory() -> str:
    try:
        return _getcwd()
    except OSError:
        return ""  # it was removed


def _open_paths() -> set[str]:
    """Return the paths of what this process has open."""
    found = set()
    for name in _listdir("/proc/self/fd") if sys.platform == "linux" else ():
        try:
            found.add(_readlink(f"/proc/self/fd/{name}"))
        except OSError:  # noqa: PERF203
            continue  # that of the listing itself
    return found
