"""Files: text files inside one folder, read with a version and saved against it.

A file's text goes out exactly as it is, line endings included, and is saved exactly as it comes: rdit converts no line
ending. What a file is encoded in is what Python says it is: a byte order mark, else its coding comment, else UTF-8. The
version is a hash of the bytes, so that a file that was touched, or changed and changed back, is no conflict.
"""

from __future__ import annotations

import asyncio
import codecs
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..errors import DiskFull, FileChanged, Forbidden, InvalidFields, NotFound, NotText, TooLarge
from ..source_text import decode, encode


class Text(NamedTuple):
    """A text file's content and the version that a save is checked against."""

    content: str
    version: str


class Files:
    """The files below *root*; nothing outside is read or written, wherever symlinks point."""

    def __init__(self, root: Path, *, size_limit: int) -> None:
        """Serve the folder *root* (absolute, resolved); *size_limit* is in bytes."""
        self.root = root
        self._size_limit = size_limit
        self._saving = asyncio.Lock()

    def resolve(self, path: str) -> Path:
        """Return the real place of *path*, which is relative to the root or absolute.

        Raises:
            Forbidden: it is outside the workspace.
            InvalidFields: it cannot be a path.
        """
        if not path or "\0" in path:
            raise InvalidFields("A path needs at least one character and must not contain NUL.")
        try:
            path.encode("utf-8")
            real = Path(os.path.realpath(self.root / path))
        except (UnicodeEncodeError, OSError, ValueError) as error:
            raise InvalidFields("The path cannot be a file name on this system. Shorten or rename it.") from error
        if real != self.root and self.root not in real.parents:
            raise Forbidden(f"{_shown(path)} is outside the workspace {self.root}. Start rdit with --root to widen it.")
        return real

    async def read(self, path: str) -> Text:
        """Return the text of a file.

        Raises:
            NotFound: there is no such file.
            NotText: it is a folder, a device or not text.
            Forbidden: it is outside the workspace, or its permissions forbid reading.
        """
        return await asyncio.to_thread(self._read, path)

    async def write(self, path: str, content: str, version: str | None) -> str:
        """Save *content* whole or not at all, if the file still is at *version*; return its new version.

        With *version* None the file must not exist yet. The file's mode, its byte order mark and the place that a
        symlink points to are kept.

        Raises:
            FileChanged: the file is not at that version.
            NotFound: its folder does not exist.
            NotText: it is a folder or a device.
            Forbidden: it is outside the workspace, or its permissions forbid writing.
            InvalidFields: the file's encoding cannot hold the text.
            DiskFull: there is no room.
        """
        async with self._saving:
            return await asyncio.shield(asyncio.to_thread(self._write, path, content, version))

    def _read(self, path: str) -> Text:
        data, _ = self._bytes(path)
        return Text(decode(data, _shown(path)), version_of(data))

    def _bytes(self, path: str) -> tuple[bytes, os.stat_result]:
        real = self.resolve(path)
        with _explained(path):
            # Not following a symlink that took the file's place since, nor waiting for the other end of a FIFO.
            descriptor = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if stat.S_ISDIR(status.st_mode):
                    raise NotText(f"{_shown(path)} is a folder, not a text file.")
                if not stat.S_ISREG(status.st_mode):
                    raise NotText(f"{_shown(path)} is a device, a pipe or a socket, not a text file.")
                if status.st_size > self._size_limit:
                    limit = self._size_limit
                    raise TooLarge(f"{_shown(path)} has {status.st_size:,} bytes; rdit opens up to {limit:,}.")
                return file.read(), status

    def _write(self, path: str, content: str, version: str | None) -> str:
        real = self.resolve(path)
        try:
            old, status = self._bytes(path)
        except NotFound:
            old, status = None, None
        name = _shown(path)
        if version is None and old is not None:
            raise FileChanged(f"{name} exists already. Open it first, or choose another name.")
        if version is not None and old is None:
            raise FileChanged(f"{name} was deleted or renamed since you opened it. Save it as a new file.")
        if old is not None and version != version_of(old):
            raise FileChanged(f"{name} changed on disk since you opened it. Reload it, or save under another name.")
        data = encode(content, keep_mark=old is not None and old.startswith(codecs.BOM_UTF8))
        if data == old:
            return version_of(data)
        with _explained(path):
            if status is not None and not os.access(real, os.W_OK):
                raise PermissionError(errno.EACCES, "the file is read-only")
            _replace(real, data, status)
        return version_of(data)


def version_of(data: bytes) -> str:
    """Return the version of a file with these bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _replace(path: Path, data: bytes, old: os.stat_result | None) -> None:
    """Put *data* in the place of *path* at once, with the mode and, where allowed, the owner of what was there."""
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.rdit")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(temporary, flags, 0o666 if old is None else 0o600), "wb") as file:
            file.write(data)
            file.flush()
            if old is not None:
                _keep_owner(file.fileno(), old)
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
            os.fsync(file.fileno())
        if old is None:
            _link_anew(temporary, path)
        else:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_owner(descriptor: int, old: os.stat_result) -> None:
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            return  # only an administrator may give a file to somebody else: it is the user's own now


def _link_anew(temporary: Path, path: Path) -> None:
    """Give *temporary* the name *path*, which must not exist; a rename would overwrite what another wrote meanwhile."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError as error:
        raise FileChanged(f"{path.name} exists already. Open it first, or choose another name.") from error
    except OSError:
        temporary.rename(path)  # a file system without hard links


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn what the system refuses into words that say what to do."""
    name = _shown(path)
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"{name} does not exist, or the folder it should be in does not.") from error
    except NotADirectoryError as error:
        raise NotFound(f"{name} does not exist: a part of its path is a file.") from error
    except PermissionError as error:
        raise Forbidden(f"You have no permission for {name}. Change its permissions, or use another file.") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotFound(f"{name} is a symlink that leads nowhere.") from error
        if error.errno == errno.ENAMETOOLONG:
            raise InvalidFields("The name is too long for this file system. Shorten it.") from error
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFull(f"There is no room to save {name}. Free some space and save again.") from error
        if error.errno == errno.EROFS:
            raise Forbidden(f"{name} is on a read-only file system. Save it somewhere else.") from error
        if error.errno in {errno.ENXIO, errno.ENODEV}:
            raise NotText(f"{name} is a device, a pipe or a socket, not a text file.") from error
        raise


def _shown(path: str) -> str:
    """Return *path* as an error may show it: printable, and not longer than a line."""
    text = "".join(character if character.isprintable() else "�" for character in path)
    return text if len(text) <= 200 else f"{text[:100]}…{text[-99:]}"
