"""Atomic writes: at every moment and after any crash, a file is the whole old one or the whole new one.

The new bytes go to a temporary file in the same folder, are synced to the disk, and take the name by one rename. The
version on disk is compared right before that rename, under a lock on the folder that every rdit takes. A program that
ignores the lock can still write in the microseconds between comparison and rename; no system that rdit runs on has a
call that would close this window.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from ..errors import FileChanged, TooLarge
from .paths import SIZE_LIMIT, Place, open_file, require_file, require_valid_name
from .rename_exclusive import rename_exclusively

TEMPORARY = re.compile(r"\.rdit-[0-9a-f]{16}\.tmp")
"""Names of temporary files; not the user's, and so never listed."""
LOCK_TIMEOUT_SECONDS = 2.0
"""How long to wait for the lock on a folder. An rdit holds it for a moment, so a longer lock is another program's."""
READ_SIZE = 1 << 20
_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""The errors of file systems that lack a feature."""


def version_of(data: bytes) -> str:
    """Return the version of a file with these bytes: a hash, so that a mere touch is no change."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def read_bytes(place: Place, *, size_limit: int) -> tuple[bytes, os.stat_result]:
    """Return the bytes of the file at *place*, and its status.

    Raises:
        NotText: it is no regular file.
        TooLarge: it has more than *size_limit* bytes.
        OSError: it is missing or may not be read.
    """
    with os.fdopen(open_file(place), "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > size_limit:
            raise TooLarge(f"{place.label} has {status.st_size:,} bytes; rdit opens up to {size_limit:,}.")
        data = file.read(size_limit + 1)  # it may have grown since, or have no size at all
        if len(data) > size_limit:
            raise TooLarge(f"{place.label} has more than {size_limit:,} bytes, the most that rdit opens.")
        return data, status


def read_version(place: Place, *, size_limit: int = SIZE_LIMIT) -> str | None:
    """Return the version of the file at *place*, read in parts to bound memory; None when there is no file.

    That of a file beyond *size_limit*, which nobody can open, is made of its size, times and inode: a log that grows to
    gigabytes would be read whole again and again.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        descriptor = open_file(place)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        read, status = 0, os.fstat(descriptor)
        while read <= size_limit >= status.st_size and (data := file.read(READ_SIZE)):
            read += len(data)
            digest.update(data)
        if read > size_limit or status.st_size > size_limit:
            status = os.fstat(descriptor)
            return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"
    return digest.hexdigest()


class Written(NamedTuple):
    """What came of a save."""

    version: str
    other_names: int
    """How many other names (hard links) the replaced file had: they keep the bytes of before."""


def save(place: Place, data: bytes, version: str | None, *, size_limit: int = SIZE_LIMIT) -> Written:
    """Write *data* to *place* if the file there is still at *version* (None: still missing).

    *size_limit* is that of files that can be opened, in bytes.

    A replaced file's mode, owner and extended attributes are kept as far as the system permits.

    Raises:
        FileChanged: it is not at that version.
        NotText: something other than a file is there.
        OSError: the system refuses; nothing has changed then.
    """
    with Replacement(place) as replacement:
        replacement.write(data)
        replacement.commit(lambda: require_version(place, version, read_version(place, size_limit=size_limit)))
    return Written(version_of(data), replacement.other_names)


def require_version(place: Place, expected: str | None, found: str | None) -> None:
    """Raise `FileChanged` unless the version *found* at *place* is the *expected* one; None is a missing file."""
    if found == expected:
        return
    if expected is None:
        raise FileChanged(f"{place.label} exists already. Open it first, or choose another name.")
    if found is None:
        raise FileChanged(f"{place.label} was deleted or renamed since you opened it. Save it as a new file.")
    raise FileChanged(f"{place.label} changed on disk since you opened it. Reload it, or save under another name.")


class Replacement:
    """A context manager around a temporary file that replaces the file at a place with `commit`, or is deleted."""

    def __init__(self, place: Place) -> None:
        """Create the temporary file for *place*.

        Raises:
            NotText: something other than a file is there.
            InvalidFields: nothing is there, and the name is not fit for a new file.
            OSError: the file is read-only, or its folder takes no new file.
        """
        self._place = place
        self._old: os.stat_result | None = None
        try:
            self._old = place.stat()
        except FileNotFoundError:
            require_valid_name(place)
        else:
            require_file(self._old, place)
            _require_writable(place)
        self._name, self._descriptor = _create_temporary(place.folder, private=self._old is not None)
        self._renamed = False
        self.other_names = 0
        """How many other names (hard links) the replaced file had: they keep the bytes of before."""

    def __enter__(self) -> Replacement:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if not self._renamed:
                with suppress(FileNotFoundError):  # deleted by somebody else
                    os.unlink(self._name, dir_fd=self._place.folder)
        finally:
            os.close(self._descriptor)

    def write(self, data: bytes | memoryview) -> None:
        """Append *data*."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def commit(self, verify: Callable[[], None]) -> None:
        """Sync what was written to the disk and rename it to its place, unless *verify* raises.

        *verify* is called right before the rename, under the lock that keeps other rdits from saving into the folder.
        """
        place = self._place
        if self._old is not None:
            _copy_attributes(self._descriptor, self._old, place)
        _fsync(self._descriptor)
        with _locked_folder(place.folder) as folder:
            verify()
            if self._old is None:
                _rename_new(place, self._name)
            else:
                with suppress(FileNotFoundError):  # deleted since, so nothing is replaced
                    self.other_names = place.stat().st_nlink - 1
                os.rename(self._name, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
            self._renamed = True
            if folder is not None:
                _fsync(folder)
                _remove_leftovers(folder)


def _rename_new(place: Place, temporary: str) -> None:
    try:
        rename_exclusively(place.folder, temporary, place.folder, place.name)
    except FileExistsError as error:
        raise FileChanged(f"{place.label} exists already. Open it first, or choose another name.") from error


def _require_writable(place: Place) -> None:
    """Raise `PermissionError` for a file that may not be written: a rename would replace it all the same."""
    effective = os.access in os.supports_effective_ids
    if not os.access(place.name, os.W_OK, dir_fd=place.folder, effective_ids=effective):
        # Opening raises with the reason: the permissions, or the file system.
        os.close(os.open(place.name, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place.folder))


def _create_temporary(folder: int, *, private: bool) -> tuple[str, int]:
    """Create a file in *folder* and return its name and descriptor; locked, so that `_remove_leftovers` spares it.

    With *private* only the user may read it, until it gets the mode of the file it replaces; else the umask decides.
    """
    while True:
        name = f".rdit-{secrets.token_hex(8)}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o600 if private else 0o666, dir_fd=folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)  # taken for a leftover by another save, which holds it to remove it
            continue
        except OSError:
            return name, descriptor  # a file system without locks, where no leftovers are removed either
        if os.fstat(descriptor).st_nlink:
            return name, descriptor
        os.close(descriptor)  # removed between its creation and its lock


def _remove_leftovers(folder: int) -> None:
    """Delete from *folder* the temporary files of killed processes: those that nobody holds locked."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if TEMPORARY.fullmatch(entry.name)]
    for name in names:
        with suppress(OSError):  # gone by now, in use, or somebody else's
            _unlink_unless_locked(folder, name)


def _unlink_unless_locked(folder: int, name: str) -> None:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(name, dir_fd=folder)
    finally:
        os.close(descriptor)


def _copy_attributes(descriptor: int, old: os.stat_result, place: Place) -> None:
    """Copy owner, mode and extended attributes of the replaced file, where permitted."""
    mode = stat.S_IMODE(old.st_mode)
    if not _copy_owner(descriptor, old):
        # The group is another one now, which must not get the old group's permissions.
        mode &= ~(stat.S_ISUID | stat.S_ISGID | ((mode & 0o070) & ~((mode & 0o007) << 3)))
    _copy_extended_attributes(place, descriptor)
    os.fchmod(descriptor, mode)


def _copy_owner(descriptor: int, old: os.stat_result) -> bool:
    """Copy owner and group; return whether at least the group is the old one's."""
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return True
    for owner in (old.st_uid, -1):
        try:
            os.fchown(descriptor, owner, old.st_gid)
        except PermissionError:
            continue  # only root may change the owner; a member of the group may set the group
        return True
    return new.st_gid == old.st_gid


def _copy_extended_attributes(place: Place, descriptor: int) -> None:
    """Copy Linux's extended attributes, access control lists above all, as far as permitted."""
    if sys.platform != "linux":
        return
    try:
        old = open_file(place)
    except PermissionError:
        return  # a file that is writable but not readable
    try:
        for name in os.listxattr(old):
            with suppress(OSError):  # such as a security label that only root may set
                os.setxattr(descriptor, name, os.getxattr(old, name))
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(old)


def _fsync(descriptor: int) -> None:
    """Sync a file or a folder to the disk."""
    if sys.platform == "darwin":
        with suppress(OSError):  # not every file system has it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # on macOS, fsync leaves the bytes in the drive's cache
            return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:  # some cannot sync a folder
            raise


@contextmanager
def _locked_folder(folder: int) -> Iterator[int | None]:
    """Lock *folder* against other rdits for the block; yield a descriptor of it for listing and syncing, if any."""
    try:
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    except PermissionError:  # a folder that is writable but not readable
        yield None
        return
    try:
        _lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock the folder *descriptor*; after the timeout go on without, when only the comparison of versions protects."""
    deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
    with suppress(OSError):  # a file system without locks
        while time.monotonic() < deadline:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(0.002)
