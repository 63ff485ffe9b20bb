"""Save a file so that it is, at every moment and after any crash, the whole old one or the whole new one.

The new bytes go to a temporary file in the same folder, to the disk, and then take the name by one rename. Whether the
file still is what the saver believes is looked at right before that rename, while a lock on the folder keeps every
other rdit out. A program that knows nothing of the lock can still write in the microseconds between look and rename;
no system that rdit runs on has a call that would close this.
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

from ..errors import FileChanged, TooLarge
from .paths import Place, check_new_name, open_file, refuse_unless_file
from .rename_exclusive import rename_exclusively

TEMPORARY = re.compile(r"\.rdit-[0-9a-f]{16}\.tmp")
"""Names of files that are being written; not the user's, and so never listed."""
LOCK_PATIENCE = 2.0
"""Seconds to wait for the lock on a folder. Every rdit holds it for a moment; who holds it longer is somebody else."""
READ_SIZE = 1 << 20
_UNSUPPORTED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""How file systems say that they do not have what others have."""


def version_of(data: bytes) -> str:
    """Return the version of a file with these bytes: a hash, so that a file that was only touched has not changed."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def read_bytes(place: Place, *, size_limit: int) -> tuple[bytes, os.stat_result]:
    """Return what the file at *place* holds, and its status.

    Raises:
        NotText: it is no regular file.
        TooLarge: it has more than *size_limit* bytes.
        OSError: it is missing or may not be read.
    """
    with os.fdopen(open_file(place), "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > size_limit:
            raise TooLarge(f"{place.shown} has {status.st_size:,} bytes; rdit opens up to {size_limit:,}.")
        data = file.read(size_limit + 1)  # it may have grown since, or have no size at all
        if len(data) > size_limit:
            raise TooLarge(f"{place.shown} has more than {size_limit:,} bytes, the most that rdit opens.")
        return data, status


def read_version(place: Place) -> str | None:
    """Return the version of the file at *place*, without holding it in memory; None when there is no file."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        descriptor = open_file(place)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while data := file.read(READ_SIZE):
            digest.update(data)
    return digest.hexdigest()


def save(place: Place, data: bytes, version: str | None) -> str:
    """Put *data* at *place* if the file there still is at *version* (None: is missing still); return the new version.

    A replaced file's mode, owner and extended attributes are kept as far as the system lets the user.

    Raises:
        FileChanged: it is not at that version.
        NotText: something other than a file is there.
        OSError: the system refuses; nothing has changed then.
    """
    with Replacement(place) as replacement:
        replacement.write(data)
        replacement.take_place(lambda: check_version(place, version, read_version(place)))
    return version_of(data)


def check_version(place: Place, expected: str | None, found: str | None) -> None:
    """Raise `FileChanged` unless the version *found* at *place* is the *expected* one; None is a missing file."""
    if found == expected:
        return
    if expected is None:
        raise FileChanged(f"{place.shown} exists already. Open it first, or choose another name.")
    if found is None:
        raise FileChanged(f"{place.shown} was deleted or renamed since you opened it. Save it as a new file.")
    raise FileChanged(f"{place.shown} changed on disk since you opened it. Reload it, or save under another name.")


class Replacement:
    """A file that is being written and will take its place whole, or leave no trace. Use it as a context."""

    def __init__(self, place: Place) -> None:
        """Begin to write what shall be at *place*.

        Raises:
            NotText: something other than a file is there.
            InvalidFields: nothing is there, and the name is not fit for a new file.
            OSError: the file is read-only, or its folder takes no new file.
        """
        self._place = place
        self._old = _status(place)
        if self._old is None:
            check_new_name(place)
        else:
            refuse_unless_file(self._old, place)
            _refuse_read_only(place)
        self._name, self._descriptor = _create_temporary(place.folder, private=self._old is not None)
        self._renamed = False

    def __enter__(self) -> Replacement:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if not self._renamed:
                with suppress(FileNotFoundError):  # somebody tidied up
                    os.unlink(self._name, dir_fd=self._place.folder)
        finally:
            os.close(self._descriptor)

    def write(self, data: bytes | memoryview) -> None:
        """Append *data*."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def take_place(self, check: Callable[[], None]) -> None:
        """Bring what was written to the disk and let it take its place, unless *check* raises.

        *check* is called while no other rdit saves into the folder, right before the rename.
        """
        place = self._place
        if self._old is not None:
            _keep_attributes(self._descriptor, self._old, place)
        _sync(self._descriptor)
        with _locked_folder(place.folder) as folder:
            check()
            if self._old is None:
                _rename_anew(place, self._name)
            else:
                os.rename(self._name, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
            self._renamed = True
            if folder is not None:
                _sync(folder)
                _sweep(folder)


def _rename_anew(place: Place, temporary: str) -> None:
    try:
        rename_exclusively(place.folder, temporary, place.folder, place.name)
    except FileExistsError as error:
        raise FileChanged(f"{place.shown} exists already. Open it first, or choose another name.") from error


def _status(place: Place) -> os.stat_result | None:
    try:
        return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _refuse_read_only(place: Place) -> None:
    """Raise `PermissionError` for a file that may not be written, which a rename alone would replace all the same."""
    effective = os.access in os.supports_effective_ids
    if not os.access(place.name, os.W_OK, dir_fd=place.folder, effective_ids=effective):
        # Opening tells the reason: the permissions, or the file system.
        os.close(os.open(place.name, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place.folder))


def _create_temporary(folder: int, *, private: bool) -> tuple[str, int]:
    """Create a file in *folder* and return its name and descriptor; locked, so that `_sweep` sees it is in use.

    *private* until it gets the mode of the file it replaces; a new file has the mode that the user's umask gives.
    """
    while True:
        name = f".rdit-{secrets.token_hex(8)}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o600 if private else 0o666, dir_fd=folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return name, descriptor  # a file system without locks, where nobody sweeps either
        if os.fstat(descriptor).st_nlink:
            return name, descriptor
        os.close(descriptor)  # swept between its creation and its lock


def _sweep(folder: int) -> None:
    """Delete what savers that were killed left in *folder*: temporary files that nobody holds locked."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if TEMPORARY.fullmatch(entry.name)]
    for name in names:
        with suppress(OSError):  # gone by now, in use, or somebody else's
            _delete_unless_locked(folder, name)


def _delete_unless_locked(folder: int, name: str) -> None:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(name, dir_fd=folder)
    finally:
        os.close(descriptor)


def _keep_attributes(descriptor: int, old: os.stat_result, place: Place) -> None:
    """Give the new file the owner, the mode and the extended attributes of the one it replaces, where allowed."""
    mode = stat.S_IMODE(old.st_mode)
    if not _keep_owner(descriptor, old):
        # It is the user's own now, and in another group: what the old group might do, this one may not.
        mode &= ~(stat.S_ISUID | stat.S_ISGID | ((mode & 0o070) & ~((mode & 0o007) << 3)))
    _copy_extended_attributes(place, descriptor)
    os.fchmod(descriptor, mode)


def _keep_owner(descriptor: int, old: os.stat_result) -> bool:
    """Give the file to the old one's owner and group; return whether it has the group at least."""
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return True
    for owner in (old.st_uid, -1):
        try:
            os.fchown(descriptor, owner, old.st_gid)
        except PermissionError:
            continue  # only an administrator gives a file away; a member of the group may give it to the group
        return True
    return new.st_gid == old.st_gid


def _copy_extended_attributes(place: Place, descriptor: int) -> None:
    """Copy what Linux keeps beside the mode, access control lists above all; what is not allowed stays behind."""
    if sys.platform != "linux":
        return
    try:
        old = open_file(place)
    except PermissionError:
        return  # a file that may be written and not read
    try:
        for name in os.listxattr(old):
            with suppress(OSError):  # such as an administrator's security label
                os.setxattr(descriptor, name, os.getxattr(old, name))
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(old)


def _sync(descriptor: int) -> None:
    """Bring a file or a folder to the disk."""
    if sys.platform == "darwin":
        with suppress(OSError):  # not every file system knows it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # there, fsync leaves the bytes in the drive's memory
            return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:  # some cannot sync a folder
            raise


@contextmanager
def _locked_folder(folder: int) -> Iterator[int | None]:
    """Keep other rdits out of *folder* for the block; give a descriptor of it that can be listed and synced, if any."""
    try:
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    except PermissionError:  # a folder that takes files and shows none
        yield None
        return
    try:
        _lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock the folder *descriptor*, or go without when that cannot be had; the check that follows must do then."""
    patience = time.monotonic() + LOCK_PATIENCE
    with suppress(OSError):  # a file system without locks
        while not _locked(descriptor) and time.monotonic() < patience:
            time.sleep(0.002)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
