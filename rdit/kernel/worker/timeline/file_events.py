"""What Python's audit events tell of files, programs and connections while a statement runs."""

from __future__ import annotations

import os
import sys

from ...display.hidden_fork import FORK_HOOKS

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Handler = Callable[[Any], None]

# The script may replace what its `os` has.
_getcwd, _readlink, _lstat, _fspath, _fsdecode = os.getcwd, os.readlink, os.lstat, os.fspath, os.fsdecode
_getframe = sys._getframe

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LIBRARY = os.path.dirname(os.__file__) + "/"  # noqa: PTH120 - pathlib would cost milliseconds
_LEFT_OUT = (_LIBRARY, "/proc/", "/dev/", "/sys/")
_LEFT_OUT_PARTS = ("/site-packages/", "/dist-packages/", "/__pycache__/")
_READERS_OF_SOURCE = ("/tokenize.py", "/linecache.py")
"""Modules that read the script only to show its lines."""
_LISTERS = ("<frozen importlib", f"{_LIBRARY}importlib/", f"{_LIBRARY}pkgutil.py")
"""Modules that look through the folders of `sys.path`, that of the script among them."""
_SYSTEM = ("/usr/", "/etc/", "/lib/", "/lib64/", "/var/lib/", "/snap/", "/nix/")
"""Files there are compared like all others, but are not told to anybody."""
_QUERIES = frozenset(("uname", "lscpu", "ldconfig", "fc-list", "nvidia-smi", "lsb_release", "sysctl", "nproc", "ld"))
"""Programs with which libraries ask about the machine when they are imported; that they run is no side effect."""
_SHELLS = frozenset(("sh", "bash", "dash", "zsh"))
MAX_WORDS = 80
"""Characters of a command that are shown."""
MAX_TOLD = 200
"""Files and effects of one statement that are told."""
MAX_PATH = 1024
OF_FILE = 3
"""How many facts say how a file stands; of a folder there are fewer."""


class Told:
    """What a statement has touched, for a person."""

    __slots__ = ("effects", "files")

    def __init__(self, files: list[str], effects: list[str]) -> None:
        self.files = files
        """The files that it read, modules of the user's included."""
        self.effects = effects
        """`wrote PATH`, `removed PATH`, `started PROGRAM`, `connected to HOST`."""


class Collected:
    """What the events of one statement told; paths are absolute."""

    __slots__ = (
        "arguments",
        "changed",
        "doings",
        "has_started",
        "hosts",
        "imported",
        "listed",
        "may_write",
        "missed",
        "read",
        "trees",
        "written",
    )

    def __init__(self) -> None:
        self.read: dict[str, None] = {}
        self.listed: dict[str, None] = {}
        self.imported: dict[str, None] = {}
        """Names of modules that were looked for."""
        self.changed: dict[str, bool] = {}
        """What was written, made or removed, and whether it was there before."""
        self.written: dict[str, None] = {}
        self.may_write: dict[str, bool] = {}
        """Files that a library has opened to read or to write, and whether a person knows them."""
        self.missed: dict[str, None] = {}
        """Files that were asked for and may not be there."""
        self.trees: list[str] = []
        """Folders that were removed with all that is in them."""
        self.arguments: list[str] = []
        """Of programs that were started; some name files."""
        self.has_started = False
        self.doings: dict[str, None] = {}
        """Effects besides files, in order."""
        self.hosts: list[str] = []
        """Whose addresses were asked for."""

    def has_any(self) -> bool:
        """Whether anything was told."""
        return bool(self.read or self.imported or self.changed or self.listed or self.doings or self.has_started)

    def tell(self, entry: dict[str, Any], own_path: str | None) -> Told | None:
        """Return what is worth telling; *entry* is how everything stands now, None for what is not there."""
        home = f"{own_path.rpartition('/')[0]}/" if own_path else "/\0"
        quiet = (*_SYSTEM, f"{sys.prefix}/", *_caches())
        changed = {**self.changed, **dict.fromkeys(self.written.keys() - self.changed.keys(), True)}
        files = [
            path
            for path, stands in entry.items()
            if (path in self.missed if stands is None else len(stands) == OF_FILE)
            and path not in changed
            and path != own_path
            and (path.startswith(home) or not path.startswith(quiet))
        ]
        passing = (*_temporary_folders(), *_caches())
        if home in passing:
            home = "/\0"  # the script lies among the temporary files
        trees = [path for path in self.trees if not _exists(path)]
        effects: dict[str, None] = {}
        for path, was_there in [*dict.fromkeys(trees, True).items(), *changed.items()]:
            if is_left_out(path) or (path.startswith(passing) and not path.startswith(home)):
                continue
            if entry.get(path) is not None:
                if path in self.written or not was_there:
                    effects[f"wrote {path}"] = None
            elif was_there and not any(path.startswith(f"{tree}/") for tree in trees):
                effects[f"removed {path}"] = None
        told = [*effects, *self.doings]
        if len(told) > MAX_TOLD:
            told[MAX_TOLD:] = [f"{len(told) - MAX_TOLD} more"]
        return Told(files[:MAX_TOLD], told) if files or told else None


class Events:
    """Listens to the events of the statement under way."""

    def __init__(self) -> None:
        self.is_on = False
        """Whether events of the main thread are the script's."""
        self.own_path: str | None = None
        self.has_mapped = False
        self.on_lock: Callable[[int], None] = lambda _descriptor: None
        """Called before a file is locked (flock)."""
        self.has_hook = False
        """Whether the script listens to audit events, and would hear of each copy."""
        self.collected = Collected()
        self.handlers: dict[str, Handler] = {
            "open": self._opened,
            "import": self._imported,
            "os.listdir": self._listed,
            "os.scandir": self._listed,
            "os.remove": lambda args: self._change(args[0], args[1]),
            "os.rmdir": lambda args: self._change(args[0], args[1]),
            "os.mkdir": lambda args: self._change(args[0], args[2]),
            "os.truncate": lambda args: self._write(args[0]),
            "os.rename": self._renamed,
            "os.link": lambda args: self._change(args[1], args[3]),
            "os.symlink": lambda args: self._change(args[1], args[2]),
            "shutil.rmtree": self._removed_tree,
            "mmap.__new__": self._mapped,
            "fcntl.flock": lambda args: self.on_lock(args[0]),
            "sqlite3.connect": self._opened_database,
            "sys.addaudithook": self._hooked,
            "subprocess.Popen": self._started,
            "os.posix_spawn": self._spawned,
            "os.exec": lambda args: self._start(_decoded(args[0]), args[1]),
            "os.system": lambda args: self._start(_decoded(args[0]), _decoded(args[0]).split()),
            "os.fork": lambda _args: None if FORK_HOOKS.is_own else self._start("a copy of the script", ()),
            "os.forkpty": lambda _args: self._start("a copy of the script", ()),
            "socket.getaddrinfo": lambda args: self.collected.hosts.append(_decoded(args[0])),
            "socket.connect": self._connected,
            "socket.sendto": self._connected,
        }

    def take(self) -> Collected:
        """Return what was told since the last call."""
        collected, self.collected = self.collected, Collected()
        return collected

    # ------------------------------------------------------------------------------------------------ each event

    def _opened(self, args: tuple[Any, ...]) -> None:
        path = args[0]
        if type(path) is int:
            return
        path = _absolute(path)
        if args[2] & _WRITES:
            self._write(path)
        elif path != self.own_path or not _getframe(2).f_code.co_filename.endswith(_READERS_OF_SOURCE):
            self.collected.read[path] = None

    def _listed(self, args: tuple[Any, ...]) -> None:
        if not _getframe(2).f_code.co_filename.startswith(_LISTERS):
            self.collected.listed[_absolute("." if args[0] is None else args[0])] = None

    def _imported(self, args: tuple[Any, ...]) -> None:
        if args[1] is None:  # else it is loaded from that file
            self.collected.imported[args[0]] = None

    def _renamed(self, args: tuple[Any, ...]) -> None:
        self._change(args[0], args[2])
        self._change(args[1], args[3])
        self.collected.written[_absolute(args[1], args[3])] = None

    def _removed_tree(self, args: tuple[Any, ...]) -> None:
        path = _absolute(args[0], args[1] if len(args) > 1 and type(args[1]) is int else -1)
        if _exists(path):
            self.collected.trees.append(path)

    def _write(self, path: Any) -> None:
        if type(path) is not int:
            path = _absolute(path)
            self._change(path, -1)
            self.collected.written[path] = None

    def _change(self, path: Any, folder: int) -> None:
        path = _absolute(path, folder)
        changed = self.collected.changed
        if path not in changed:
            changed[path] = _exists(path)

    def _mapped(self, _args: object) -> None:
        self.has_mapped = True

    def _hooked(self, _args: object) -> None:
        self.has_hook = True

    def _opened_database(self, args: tuple[Any, ...]) -> None:
        name = _decoded(args[0])
        if name.startswith("file:"):
            name = name.removeprefix("file:").partition("?")[0]
            name = f"/{name.lstrip('/')}" if name.startswith("//") else name
        if name and ":memory:" not in name:
            path = _absolute(name)
            self.collected.may_write.update({path: True, f"{path}-wal": False, f"{path}-journal": False})

    def _started(self, args: tuple[Any, ...]) -> None:
        executable, arguments, directory = args[0], args[1], args[2]
        if isinstance(arguments, (str, bytes)) or hasattr(arguments, "__fspath__"):
            arguments = [arguments]
        arguments = [_decoded(one) for one in arguments]
        program = _decoded(arguments[0] if executable is None else executable)
        if arguments[1:2] == ["-c"] and program.rpartition("/")[2] in _SHELLS:
            self._start(" ".join(arguments[2:3]), " ".join(arguments[2:3]).split())
        else:
            base = "" if directory is None else f"{_absolute(directory)}/"
            self._start(program, [one if one.startswith("/") else base + one for one in arguments[1:]])

    def _spawned(self, args: tuple[Any, ...]) -> None:
        if not _getframe(2).f_code.co_filename.endswith("/subprocess.py"):  # that has told of it
            self._start(_decoded(args[0]), args[1])

    def _start(self, program: str, arguments: Iterable[Any]) -> None:
        collected = self.collected
        collected.has_started = True
        name = program if " " in program else program.rpartition("/")[2]
        if name not in _QUERIES:
            collected.doings[f"started {name[:MAX_WORDS]}"] = None
            collected.arguments += [one for one in map(_decoded, arguments) if is_possible(one)]

    def _connected(self, args: tuple[Any, ...]) -> None:
        address, collected = args[1], self.collected
        if isinstance(address, tuple):
            host = str(address[0]) if isinstance(address[0], int) else _decoded(address[0])
            if collected.hosts and (host[:1].isdigit() or ":" in host):
                host = collected.hosts[-1]  # it was asked for by this name
        else:
            host = _decoded(address)
        if host:
            collected.doings[f"connected to {host}"] = None


def is_left_out(path: str) -> bool:
    """Whether a file is the interpreter's, a library's or the system's own."""
    return path.startswith(_LEFT_OUT) or path.endswith("/__pycache__") or any(part in path for part in _LEFT_OUT_PARTS)


def is_possible(path: str) -> bool:
    """Whether a file can have that name."""
    return 0 < len(path) < MAX_PATH and "\n" not in path and "\0" not in path


def _absolute(path: Any, folder: int = -1) -> str:
    """Return *path* as text, from the root; relative to the descriptor *folder* if that is one."""
    if type(path) is int:
        return _readlink(f"/proc/self/fd/{path}")
    text = path if type(path) is str else _fsdecode(_fspath(path))
    if not text.startswith("/"):
        text = f"{_getcwd() if folder < 0 else _readlink(f'/proc/self/fd/{folder}')}/{text}"
    if "/." in text or "//" in text or text.endswith("/"):
        return os.path.normpath(text)
    return text


def _decoded(value: Any) -> str:
    if value is None:
        return ""
    return value if type(value) is str else _fsdecode(_fspath(value))


def _exists(path: str) -> bool:
    try:
        _lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _temporary_folders() -> list[str]:
    module = sys.modules.get("tempfile")
    named = [getattr(module, "tempdir", None), *(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))]
    return [f"{folder.rstrip('/')}/" for folder in (*named, "/tmp", "/var/tmp") if type(folder) is str and folder]  # noqa: S108


def _caches() -> list[str]:
    home = os.environ.get("HOME", "")
    named = [os.environ.get("XDG_CACHE_HOME"), f"{home}/.cache" if home else None]
    return [f"{folder.rstrip('/')}/" for folder in named if folder]
