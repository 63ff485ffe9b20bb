"""Threads that libraries start by themselves: a fork has none of them, and hangs when it waits for one.

Which library a thread belongs to is seen in its stack: the first return address that is not the C library's. Some
libraries start theirs again in a fork; some end them when they are told to, and start them again when they are needed.
All others stand in the way of a copy. Linux only.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_right
from contextlib import suppress

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

# The script may replace what its `os` has.
_open, _close, _read, _pread, _listdir, _getpid = os.open, os.close, os.read, os.pread, os.listdir, os.getpid
_yield = getattr(os, "sched_yield", lambda: None)

_FOLDER = "/proc/self/task"
_STACK_SIZE = 1 << 14
"""Bytes of a stack in which a library is looked for."""
_POOLS = {"gomp": ("omp_pause_resource_all", (2,)), "openblas": ("blas_thread_shutdown_", ())}
"""By a part of a library's name, the function with which it ends its threads, and the arguments. OpenBLAS does that
before each fork by itself; but until then its threads may be spinning, and so tell nobody whose they are."""
_SIZES = tuple(f"{a}openblas_get_num_threads{b}" for a in ("scipy_", "") for b in ("64_", ""))
"""Functions that tell how many threads OpenBLAS has, where it does not export the one that ends them. It has as many
without a name, the main one included, and right after a calculation they spin: nobody can see whose they are."""
_HARMLESS = ("openblas", "libarrow", "duckdb", "jemalloc")
"""Libraries that start their threads again in a fork, or do without."""
_HARMLESS_NAMES = ("jemalloc_bg", "polars-ooc-")
"""Threads that only tidy up: memory that was freed, and files of spilled data. Polars has both from its import on."""
_GENERIC = ("libc.", "libc-", "libpthread", "libstdc++", "libgcc", "ld-", "libpython", "python", "libm.", "[vdso]")
_RTLD_NOLOAD = 4
_RUNNING, _UNKNOWN = "a native thread is at work", "a native thread cannot be copied"
_PASSING = (_RUNNING, _UNKNOWN)
_ROUNDS = 20
"""How often it is looked again at a thread that runs: one that was joined may not have ended yet."""


class NativeThreads:
    """What is known of the threads of the libraries that are loaded."""

    def __init__(self) -> None:
        self._harmless: set[str] = set()
        """The ids of threads, as text, that a copy can do without."""
        self._rests: dict[str, tuple[int, tuple[int, ...]]] = {}
        """By the path of a library, the address of the function that ends its threads."""
        self._sizes: dict[str, int] = {}
        """By the path of an OpenBLAS whose threads cannot be ended, the address of the function that counts them."""
        self._modules = 0
        """How many modules there were when the libraries were looked through."""

    def obstacle(self) -> str:
        """Return in words whose threads a copy would miss; empty if it would not. Ends those that come again."""
        if not _threads():
            return ""
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            self._find_pools()
        for address, arguments in self._rests.values():
            _call(address, arguments)
        found = ""
        for _ in range(_ROUNDS):
            threads = _threads()
            self._harmless.intersection_update(threads)
            unknown = [thread for thread in threads if thread not in self._harmless]
            found = self._look_at(unknown) if unknown else ""
            if found not in _PASSING:
                break
            _yield()
        return found

    def _look_at(self, threads: list[str]) -> str:
        libraries = _libraries()
        starts = [start for start, _, _ in libraries]
        own_name = _text("/proc/self/comm").strip()
        spinning = sum(_call(address, ()) - 1 for address in self._sizes.values() if address)
        memory = _open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
        try:
            for thread in threads:
                with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
                    name = _text(f"{_FOLDER}/{thread}/comm").strip()
                    if not name.startswith(_HARMLESS_NAMES):
                        path = _owner(thread, memory, libraries, starts)
                        if path == _RUNNING and name == own_name and spinning > 0:
                            spinning -= 1
                            continue
                        if not any(one in path.rpartition("/")[2] for one in _HARMLESS):
                            return _words(path, name)
                    self._harmless.add(thread)
        finally:
            _close(memory)
        return ""

    def _find_pools(self) -> None:
        for _, _, path in _libraries():
            for part, (function, arguments) in _POOLS.items():
                if part in path.rpartition("/")[2] and path not in self._rests:
                    address = _address(path, function)
                    if address:
                        self._rests[path] = address, arguments
                    elif part == "openblas" and path not in self._sizes:
                        found = (_address(path, name) for name in _SIZES)
                        self._sizes[path] = next((one for one in found if one), 0)


def _threads() -> list[str]:
    """Return the ids of all threads but the main one."""
    found = _listdir(_FOLDER)
    if len(found) == 1:
        return []
    main = str(_getpid())
    return [thread for thread in found if thread != main]


def _libraries() -> list[tuple[int, int, str]]:
    """Return where the code of each library begins and ends, and its path, in order."""
    found = []
    for line in _text("/proc/self/maps").splitlines():
        place, rights, _, _, _, *path = line.split(maxsplit=5)
        if path and "x" in rights:
            start, _, end = place.partition("-")
            found.append((int(start, 16), int(end, 16), path[0]))
    return found


def _owner(thread: str, memory: int, libraries: list[tuple[int, int, str]], starts: list[int]) -> str:
    """Return the path of the library whose function the thread is in; empty if none is seen."""
    state = _text(f"{_FOLDER}/{thread}/syscall").split()
    if len(state) < 3:  # it is running, or nobody may know
        return _RUNNING if state == ["running"] else ""
    try:
        stack = _pread(memory, _STACK_SIZE, int(state[-2], 16))
    except OSError:
        return ""
    size = memoryview(b"").cast("P").itemsize
    for value in memoryview(stack)[: len(stack) // size * size].cast("P"):
        index = bisect_right(starts, value) - 1
        if index >= 0 and value < libraries[index][1]:
            path = libraries[index][2]
            if not path.rpartition("/")[2].startswith(_GENERIC):
                return path
    return ""


def _words(path: str, name: str) -> str:
    if path == _RUNNING:
        return path
    if "polars" in path:
        return "the threads of polars cannot be copied"
    for folder in ("/site-packages/", "/dist-packages/"):
        if folder in path:
            package = path.partition(folder)[2].partition("/")[0].removesuffix(".libs").partition(".")[0].strip("_")
            return f"the threads of {package} cannot be copied"
    if path:
        return f"the threads of {path.rpartition('/')[2].partition('.so')[0]} cannot be copied"
    return f"the native thread {name} cannot be copied" if name and not name.startswith("python") else _UNKNOWN


def _text(path: str) -> str:
    descriptor = _open(path, os.O_RDONLY | os.O_CLOEXEC)
    pieces = []
    try:
        while piece := _read(descriptor, 1 << 16):
            pieces.append(piece)
    finally:
        _close(descriptor)
    return b"".join(pieces).decode(errors="replace")


def _ctypes() -> Any:
    """Return the module that calls functions of C; None where there is none. The script does not find it imported."""
    known = sys.modules.get("_ctypes")
    if known is not None:
        return known
    try:
        import _ctypes  # only where a library has threads
    except ImportError:
        return None
    return sys.modules.pop("_ctypes", _ctypes)


def _address(path: str, function: str) -> int:
    module = _ctypes()
    if not all(hasattr(module, name) for name in ("dlopen", "dlsym", "call_function")):
        return 0
    try:
        found: int = module.dlsym(module.dlopen(path, os.RTLD_LAZY | _RTLD_NOLOAD), function)
    except OSError:
        return 0
    return found


def _call(address: int, arguments: tuple[int, ...]) -> int:
    return int(_ctypes().call_function(address, arguments))
