"""Why a copy of this process, made now, would not be a faithful one.

A fork has one thread, no children, no timers, and shares its open files with the process that it was made of. Where the
script has something of that, no copy is made, and edits below run again from further up. Linux only.
"""

from __future__ import annotations

import os
import stat
import sys
from _signal import ITIMER_PROF, ITIMER_REAL, ITIMER_VIRTUAL, SIGINT, getitimer, sigpending  # type: ignore[import-not-found]
from _thread import _count as thread_count
from contextlib import suppress
from fcntl import F_GETFL, fcntl, ioctl

from .native_threads import NativeThreads

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    Offsets = dict[int, int]
    Semaphores = dict[int, bytes]

_FOLDER = "/proc/self/fd"
# The script may replace what its `os` has.
_listdir, _readlink, _lseek, _waitid = os.listdir, os.readlink, os.lseek, getattr(os, "waitid", None)
_open, _close, _dup2, _pipe = os.open, os.close, os.dup2, os.pipe
_ANY_CHILD = getattr(os, "WEXITED", 0) | getattr(os, "WNOHANG", 0) | getattr(os, "WNOWAIT", 0)
_DEVICES = ("/dev/nvidia", "/dev/kfd", "/dev/dri/", "/dev/accel", "/dev/habanalabs", "/dev/davinci")
"""Of processors for graphics and for learning: what their drivers know of a process does not survive a fork."""
_HARMLESS_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/pts/")
_OBJECTS = {
    "eventpoll": "an event loop is open",
    "eventfd": "an event descriptor is open",
    "inotify": "files are being watched",
    "fanotify": "files are being watched",
    "timerfd": "a timer is set",
    "signalfd": "signals are read from a descriptor",
    "io_uring": "an io_uring is open",
}
"""What the kernel keeps for a descriptor that is no file, and shares among copies."""
_HARMLESS_OBJECTS = ("pidfd", "")
_SEMAPHORE = b" /dev/shm/sem."
_SEMAPHORE_SIZE = 32
"""Bytes of a `sem_t`."""
_READS, _WRITES = 1, 2
_ENDS = {os.O_RDONLY: _READS, os.O_WRONLY: _WRITES, os.O_RDWR: _READS | _WRITES}


class Obstacles:
    """Looks for them; remembers what it has learnt about the libraries that are loaded."""

    def __init__(self) -> None:
        self._native_threads = NativeThreads()
        self._own: frozenset[int] = frozenset()
        self._own_targets: set[str] = set()
        self._pipes: dict[str, int] = {}
        """Those of the script that are open, and which ends of each."""

    @property
    def has_pipes(self) -> bool:
        """Whether `find` has seen pipes of the script, which copies have in common until `renew_pipes`."""
        return bool(self._pipes)

    def find(self, own: frozenset[int], *, may_share: bool = False) -> str:
        """Return in words for a person why no copy can be made; empty when one can.

        *own* are rdit's descriptors: what else leads to their ends, such as fd 1 and what the script keeps of it, is no
        obstacle either. With *may_share* the script has mapped memory, which is looked at: that takes milliseconds.
        Threads of libraries that can start them again are ended.
        """
        if thread_count():
            return "a thread is running"
        if _has_children():
            return "a child process has not been waited for"
        if any(getitimer(timer)[0] for timer in (ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF)):
            return "a timer is set"
        if not sigpending() <= {SIGINT}:  # an interrupt is for the process that goes on
            return "a signal is pending"
        if own != self._own:
            self._own, self._own_targets = own, {_readlink(f"{_FOLDER}/{number}") for number in own}
        self._pipes.clear()
        return (
            self._native_threads.obstacle()  # before the files: it names the library that they may be of
            or _open_files(own, self._own_targets, self._pipes)
            or (_shared_memory() if may_share else "")
        )


def _has_children() -> bool:
    try:
        _waitid(os.P_ALL, 0, _ANY_CHILD)  # type: ignore[misc]
    except ChildProcessError:
        return False
    return True


def _open_files(own: frozenset[int], own_targets: set[str], pipes: dict[str, int]) -> str:
    """Return which open descriptor stands in the way; note *pipes* and which ends of each are open."""
    filled = False
    for name in _listdir(_FOLDER):
        number = int(name)
        if number in own:
            continue
        found = ""
        try:
            target = _readlink(f"{_FOLDER}/{name}")
            if target in own_targets or target == "/dev/null":
                continue
            if target.startswith("/"):
                found = _open_file(number, target)
            elif target.startswith("pipe:"):
                pipes[target] = pipes.get(target, 0) | _ENDS[fcntl(number, F_GETFL) & os.O_ACCMODE]
                filled = filled or _filling(number) > 0
            elif target.startswith("socket:"):
                found = "a connection is open"
            else:
                found = _open_object(target.removeprefix("anon_inode:").strip("[]"))
        except OSError:
            continue  # that of the listing itself
        if found:
            return found
    # With both of its ends here it is a library's way to wake itself, as Arrow has.
    if filled:
        return "a pipe holds what was not read"
    return "a pipe is open" if any(ends != _READS | _WRITES for ends in pipes.values()) else ""


def _open_file(number: int, path: str) -> str:
    if path.startswith("/dev/"):
        if path.startswith(_DEVICES):
            return f"the device {path} is in use"
        if path.startswith(_HARMLESS_DEVICES):
            return ""
    if stat.S_ISFIFO(os.fstat(number).st_mode):
        return "a pipe is open"
    flags = fcntl(number, F_GETFL)
    if flags & os.O_ACCMODE and not flags & os.O_APPEND:
        return f"the file {path.removesuffix(' (deleted)').rpartition('/')[2]} is open for writing"
    return "a file is locked" if _is_locked(number) else ""


def _is_locked(number: int) -> bool:
    """Whether there is a lock on an open file: a copy would not have it, or keep it longer than the script."""
    with open(f"/proc/self/fdinfo/{number}", "rb") as info:  # noqa: PTH123 - pathlib would cost milliseconds
        return any(line.startswith(b"lock:") for line in info)


def _filling(number: int) -> int:
    """Return how many bytes wait in a pipe."""
    from termios import FIONREAD  # only for scripts with pipes

    return int.from_bytes(ioctl(number, FIONREAD, bytes(4)), sys.byteorder)


def renew_pipes(own: frozenset[int]) -> None:
    """Give this process pipes of its own in place of those that it has in common with the one that it is a copy of.

    They are empty and have both their ends here, see `Obstacles.find`. A reader of one would never see its end as long
    as a copy could write to it. *own* are rdit's descriptors.
    """
    own_targets = {_readlink(f"{_FOLDER}/{number}") for number in own}
    renewed: dict[str, tuple[int, int]] = {}
    try:
        for name in _listdir(_FOLDER):
            number = int(name)
            try:
                target = _readlink(f"{_FOLDER}/{name}")
            except OSError:
                continue  # that of the listing itself
            if target.startswith("pipe:") and number not in own and target not in own_targets:
                if target not in renewed:
                    renewed[target] = _pipe()
                flags = fcntl(number, F_GETFL) & (os.O_ACCMODE | os.O_NONBLOCK) | os.O_CLOEXEC
                again = _open(f"{_FOLDER}/{renewed[target][0]}", flags)
                _dup2(again, number, os.get_inheritable(number))
                _close(again)
    finally:
        for ends in renewed.values():
            for end in ends:
                _close(end)


def _open_object(kind: str) -> str:
    if kind in _HARMLESS_OBJECTS:
        return ""
    return _OBJECTS.get(kind) or f"an object of the system, {kind}, is open"


def _shared_memory() -> str:
    """Whether there is memory that can be written to, and that a copy would have in common with this process."""
    with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123 - pathlib would cost milliseconds
        for line in maps:
            if b" rw-s " in line and _SEMAPHORE not in line:
                return "memory is shared with a file or another process"
    return ""


def read_offsets(own: frozenset[int]) -> Offsets:
    """Return where each open file stands: copies have that in common with the process that goes on."""
    found: Offsets = {}
    for name in _listdir(_FOLDER):
        number = int(name)
        if number > 2 and number not in own:
            with suppress(OSError):  # no file, or that of the listing itself
                found[number] = _lseek(number, 0, os.SEEK_CUR)
    return found


def restore_offsets(offsets: Offsets) -> None:
    """Put each file back to where it stood."""
    for number, place in offsets.items():
        with suppress(OSError):  # what cannot be moved has not moved
            _lseek(number, place, os.SEEK_SET)


def have_to_itself(own: frozenset[int]) -> None:
    """Give this process files and semaphores of its own, in place of those that it has in common with another.

    What is open for appending leads nowhere from here on. *own* are rdit's descriptors.
    """
    for name in _listdir(_FOLDER):
        number = int(name)
        try:
            target = _readlink(f"{_FOLDER}/{name}")
            flags = fcntl(number, F_GETFL)
        except OSError:
            continue  # that of the listing itself
        if number > 2 and number not in own and target.startswith("/") and not target.startswith("/dev/"):
            writes = flags & os.O_ACCMODE != os.O_RDONLY
            again = os.open(os.devnull if writes else f"{_FOLDER}/{name}", flags & os.O_ACCMODE | os.O_CLOEXEC)
            os.dup2(again, number, os.get_inheritable(number))
            os.close(again)
    if "_multiprocessing" in sys.modules:
        _have_semaphores_to_itself()


def _have_semaphores_to_itself() -> None:
    import ctypes  # only in a process that has them, and that ends soon
    import mmap

    call = ctypes.CDLL(None, use_errno=True).mmap
    call.restype = ctypes.c_void_p
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    readable, private, fixed, anonymous = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE, 0x10, mmap.MAP_ANONYMOUS
    with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123 - pathlib would cost milliseconds
        lines = [line for line in maps if _SEMAPHORE in line and b" rw-s " in line]
    for line in lines:
        start, end = (int(part, 16) for part in line.partition(b" ")[0].split(b"-"))
        held = ctypes.string_at(start, end - start)
        if call(start, end - start, readable, private | fixed | anonymous, -1, 0) != start:
            raise OSError(ctypes.get_errno(), "a semaphore could not be copied")
        ctypes.memmove(start, held, end - start)


def read_semaphores() -> Semaphores:
    """Return how the semaphores stand, the locks of `multiprocessing` (tqdm has one): copies have them in common.

    A worker that is killed in the middle of a statement may hold one, for which a copy of it would wait forever.
    """
    if "_multiprocessing" not in sys.modules:
        return {}
    found: Semaphores = {}
    memory = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123 - pathlib would cost milliseconds
            for line in maps:
                if _SEMAPHORE in line and b" rw-s " in line:
                    place = int(line.partition(b"-")[0], 16)
                    found[place] = os.pread(memory, _SEMAPHORE_SIZE, place)
    finally:
        os.close(memory)
    return found


def restore_semaphores(semaphores: Semaphores) -> None:
    """Let each stand as it did."""
    if not semaphores:
        return
    memory = os.open("/proc/self/mem", os.O_RDWR | os.O_CLOEXEC)
    try:
        for place, state in semaphores.items():
            os.pwrite(memory, state, place)
    finally:
        os.close(memory)
