"""Workspace: the one place that turns a path from a client into an open descriptor inside the root.

A path that is checked and then used by name can be changed in between: somebody puts a symlink where a folder was.
So nothing here checks a name. A path is walked one name at a time from a descriptor of the root, each folder opened
relative to the one before and without following symlinks; a symlink is read and its target walked in the same way, so
that it can lead anywhere inside the root and nowhere else. What is done with the end of the walk is done relative to
the last folder's descriptor (`dir_fd`), which no rename can redirect.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import DiskFull, Forbidden, InvalidFields, NameTaken, NotFound, NotText

LONGEST_PATH = 4096
"""Bytes of a path that a client may send."""
LONGEST_NAME = 255
"""Bytes of a new file's name; what common file systems take."""
MOST_SYMLINKS = 40
"""Symlinks that one path may lead through, as in the Linux kernel."""

_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""Passing through a folder needs no permission to list it where the platform has `O_PATH`."""
_NOT_A_FOLDER = {errno.ENOTDIR, errno.ELOOP, errno.EMLINK}
"""How platforms refuse to open a symlink as a folder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is or would be: a name in an open folder. No use after its block: the descriptor is closed."""

    folder: int
    """Descriptor of the folder, for `dir_fd`; on some platforms it is good for nothing else."""
    name: str
    """In that folder; when it was looked up, no symlink."""
    path: str
    """From the root, with `/` and without symlinks."""
    shown: str
    """The path as the client gave it, fit for an error."""
    must_be_folder: bool = False
    """Whether the path ended in a slash."""


class Workspace:
    """The files below one folder."""

    def __init__(self, root: Path) -> None:
        """Serve the folder *root*, absolute and without symlinks."""
        self.root = root

    @contextmanager
    def place(self, path: str, *, follow: bool = True) -> Iterator[Place]:
        """Find the place of *path*, relative to the root or absolute; the file itself may be missing.

        With *follow* a symlink at its end leads on to its target; without, the place is the symlink's own.

        Raises:
            Forbidden: it is outside the root, or a folder may not be entered.
            NotFound: a folder on the way is missing, or no folder.
            NotText: it is the root itself.
            InvalidFields: it cannot be a path.
        """
        with explained(path):
            walk = _Walk(self.root, path)
            try:
                name = walk.to_place(follow=follow)
                if not name:
                    raise NotText(f"{shown(path)} is the workspace itself, not a file in it.")
                real = "/".join([*walk.names, name])
                yield Place(walk.descriptor, name, real, shown(path), path.endswith("/"))
            finally:
                walk.close()

    @contextmanager
    def folder(self, path: str) -> Iterator[tuple[int, str]]:
        """Open the folder *path* for listing; give its descriptor and its path from the root (`""` is the root).

        Raises:
            Forbidden: it is outside the root, or may not be read.
            NotFound: there is no such folder.
            InvalidFields: it cannot be a path.
        """
        with explained(path):
            walk = _Walk(self.root, path or ".")
            try:
                walk.to_folder()
                descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=walk.descriptor)
            finally:
                walk.close()
            try:
                yield descriptor, "/".join(walk.names)
            finally:
                os.close(descriptor)

    def real_path(self, path: str) -> str:
        """Return where *path* really is, from the root and without symlinks; for telling files apart, not for opening.

        Raises:
            Forbidden, NotFound, NotText, InvalidFields: as `place`.
        """
        with self.place(path) as place:
            return place.path


def open_file(place: Place) -> int:
    """Return a descriptor of the regular file at *place*, for reading.

    Raises:
        NotText: it is a folder, a device, a pipe or a socket.
        OSError: it is missing or may not be read.
    """
    status = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    refuse_unless_file(status, place)  # before opening: to open a device may already do something
    # O_NONBLOCK: if a FIFO took its place just now, do not wait for its other end.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(place.name, flags, dir_fd=place.folder)
    try:
        refuse_unless_file(os.fstat(descriptor), place)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def refuse_unless_file(status: os.stat_result, place: Place) -> None:
    """Raise `NotText` when *status* is not of a regular file, or the client asked for a folder."""
    if stat.S_ISDIR(status.st_mode):
        raise NotText(f"{place.shown} is a folder, not a file.")
    if stat.S_ISLNK(status.st_mode):
        raise NotText(f"{place.shown} became a symlink just now. Try again.")
    if not stat.S_ISREG(status.st_mode):
        raise NotText(f"{place.shown} is a device, a pipe or a socket, not a file.")
    if place.must_be_folder:
        raise NotText(f"{place.shown} ends in a slash, but it is a file. Leave the slash out.")


def check_new_name(place: Place) -> None:
    """Refuse a name that would make trouble for everybody who meets it later.

    Raises:
        InvalidFields: it has control characters or is too long.
    """
    if not place.name.isprintable():
        raise InvalidFields(f"{place.shown} has control characters in its name. Choose another name.")
    if len(os.fsencode(place.name)) > LONGEST_NAME:
        raise InvalidFields("The name is too long for a file. Shorten it.")


class _Walk:
    """A walk from the root, one name at a time: where it is, and what is still to come."""

    def __init__(self, root: Path, path: str) -> None:
        self._root = root
        self._shown = shown(path)
        self._links = 0
        self._pending: deque[str] = deque()
        self.names: list[str] = []
        """From the root to where the walk is."""
        _check(path)
        self._pending.extend(self._inside(path) if path.startswith("/") else _names(path))
        self.descriptor = os.open(root, _FOLDER)

    def close(self) -> None:
        os.close(self.descriptor)

    def to_folder(self) -> None:
        """Go all the way, to a folder."""
        while self._pending:
            self._step()

    def to_place(self, *, follow: bool) -> str:
        """Go to the folder of what the path ends in and return its name there; an empty one for the root itself."""
        while self._pending:
            if len(self._pending) == 1 and self._pending[0] != "..":
                name = self._pending[0]
                target = self._target_of(name) if follow else None
                if target is None:
                    return name
                self._pending.clear()
                self._follow(target)
            else:
                self._step()
            if not self._pending and self.names:  # it ended in "..", or in a link to a folder above
                self._restart(self.names)
        return ""

    def _step(self) -> None:
        name = self._pending.popleft()
        if name == "..":
            if not self.names:
                raise self._outside()
            # The parent is looked up anew: the folder may have been moved since, even out of the root.
            self._restart(self.names[:-1])
            return
        try:
            descriptor = os.open(name, _FOLDER, dir_fd=self.descriptor)
        except OSError as error:
            target = self._target_of(name) if error.errno in _NOT_A_FOLDER else None
            if target is None:
                raise
            self._follow(target)
            return
        os.close(self.descriptor)
        self.descriptor = descriptor
        self.names.append(name)

    def _target_of(self, name: str) -> str | None:
        """Return the target of the symlink *name* here; None when it is no symlink, or missing."""
        try:
            return os.readlink(name, dir_fd=self.descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.EINVAL:  # not a symlink
                return None
            raise

    def _follow(self, target: str) -> None:
        self._links += 1
        if self._links > MOST_SYMLINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if target.startswith("/"):
            self._restart(self._inside(target))
        else:
            self._pending.extendleft(reversed(_names(target)))

    def _restart(self, names: Iterable[str]) -> None:
        """Go on from the root, along *names* and then what is still to come."""
        self._pending.extendleft(reversed(list(names)))
        root = os.open(self._root, _FOLDER)
        os.close(self.descriptor)
        self.descriptor = root
        self.names = []

    def _inside(self, path: str) -> list[str]:
        """Return the names from the root to an absolute *path*; they are walked like any others."""
        names, root = _names(path), _names(str(self._root))
        if names[: len(root)] == root:
            return names[len(root) :]
        # Another way to say the same, such as /tmp for /private/tmp; the walk, not this, decides what is reached.
        names = _names(os.path.realpath(path))
        if names[: len(root)] == root:
            return names[len(root) :]
        raise self._outside()

    def _outside(self) -> Forbidden:
        return Forbidden(f"{self._shown} is outside the workspace {self._root}. Start rdit with --root to widen it.")


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name not in {"", "."}]


def _check(path: str) -> None:
    if not path or "\0" in path:
        raise InvalidFields("A path needs at least one character and must not contain NUL.")
    try:
        size = len(path.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InvalidFields(f"{shown(path)} cannot be a file name: it has half of a character.") from error
    if size > LONGEST_PATH:
        raise InvalidFields("The path is too long for a file. Shorten it.")


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn what the system refuses about *path* into words that say what to do."""
    try:
        yield
    except OSError as error:
        refusal = _refusal(error, shown(path))
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: OSError, name: str) -> Exception | None:
    number = error.errno
    if number == errno.ENOENT:
        return NotFound(f"{name} does not exist, or the folder it should be in does not.")
    if number == errno.ENOTDIR:
        return NotFound(f"{name} does not exist: a part of its path is a file.")
    if number in {errno.EACCES, errno.EPERM}:
        return Forbidden(f"You have no permission for {name}. Change its permissions, or use another file.")
    if number == errno.EEXIST:
        return NameTaken(f"{name} exists already. Choose another name.")
    if number == errno.ENOTEMPTY:
        return NameTaken(f"{name} is a folder that is not empty. Choose another name.")
    if number == errno.ELOOP:
        return NotFound(f"{name} is a symlink that leads nowhere.")
    if number == errno.ENAMETOOLONG:
        return InvalidFields("The name is too long for this file system. Shorten it.")
    if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DiskFull(f"There is no room for {name}. Free some space and try again.")
    if number == errno.EROFS:
        return Forbidden(f"{name} is on a read-only file system. Save it somewhere else.")
    if number in {errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP}:
        return NotText(f"{name} is a device, a pipe or a socket, not a file.")
    if number == errno.EXDEV:
        return InvalidFields(f"{name} is on another disk, where a file cannot be moved by renaming it. Copy it there.")
    if number in {errno.EINVAL, errno.EILSEQ}:
        return InvalidFields(f"{name} is a name that this file system does not take. Choose another name.")
    return None


def shown(path: str) -> str:
    """Return *path* as an error may show it: printable, and not longer than a line."""
    text = "".join(character if character.isprintable() else "�" for character in path)
    return text if len(text) <= 200 else f"{text[:100]}…{text[-99:]}"
