"""Resolve a client's path to an open folder descriptor inside the workspace root.

A path that is validated and then used by name can change in between: a symlink takes the place of a folder. So no path
is validated by name. It is resolved one component at a time from a descriptor of the root, each folder opened relative
to the one before and without following symlinks; a symlink is read and its target resolved in the same way, so that it
can lead anywhere inside the root and nowhere else. The file itself is used relative to the last folder's descriptor
(`dir_fd`), which no rename can redirect.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from ..errors import DiskFull, Forbidden, InvalidFields, NameTaken, NotFound, NotText, RditError

MAX_PATH_BYTES = 4096
"""Of a path that a client may send."""
MAX_NAME_BYTES = 255
"""Of a new file's name; the limit of common file systems."""
MAX_SYMLINKS = 40
"""Symlinks that one path may lead through, as in the Linux kernel."""

_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""Passing through a folder needs no permission to list it where the platform has `O_PATH`."""
_NOT_A_FOLDER = {errno.ENOTDIR, errno.ELOOP, errno.EMLINK}
"""How platforms refuse to open a symlink as a folder."""


class Place(Struct, frozen=True):
    """Where a file is or would be: a name in an open folder. Valid within its block only: then the folder is closed."""

    folder: int
    """Descriptor of the folder, for `dir_fd`; on some platforms it is good for nothing else."""
    name: str
    """In that folder; when it was looked up, no symlink."""
    path: str
    """From the root, with `/` and without symlinks."""
    label: str
    """The path as the client gave it, printable, for error messages."""
    must_be_folder: bool = False
    """Whether the path ended in a slash."""

    def stat(self) -> os.stat_result:
        """Return the status of what is there, of a symlink its own."""
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)


SIZE_LIMIT = 64 << 20
"""Bytes of the largest file that is opened, unless it is said otherwise."""


class Workspace:
    """The files below one folder."""

    def __init__(self, root: Path, *, size_limit: int = SIZE_LIMIT) -> None:
        """Serve the folder *root*, absolute and without symlinks; files of *size_limit* bytes can be opened."""
        self.root = root
        self.size_limit = size_limit

    @contextmanager
    def place(self, path: str, *, follow_symlinks: bool = True) -> Iterator[Place]:
        """Resolve *path*, relative to the root or absolute; the file itself may be missing.

        With *follow_symlinks* a symlink at its end is resolved as well; without, the place is the symlink's own.

        Raises:
            Forbidden: it is outside the root, or a folder may not be entered.
            NotFound: a folder on the way is missing, or no folder.
            NotText: it is the root itself.
            InvalidFields: it cannot be a path.
        """
        with translated_errors(path):
            walk = _Walk(self.root, path)
            try:
                name = walk.to_place(follow_symlinks=follow_symlinks)
                if not name:
                    raise NotText(f"{printable_path(path)} is the workspace itself, not a file in it.")
                real = "/".join([*walk.names, name])
                yield Place(walk.descriptor, name, real, printable_path(path), path.endswith("/"))
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
        with translated_errors(path):
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


def open_file(place: Place) -> int:
    """Return a descriptor of the regular file at *place*, for reading.

    Raises:
        NotText: it is a folder, a device, a pipe or a socket.
        OSError: it is missing or may not be read.
    """
    status = place.stat()
    require_file(status, place)  # before opening: to open a device may already do something
    # O_NONBLOCK: if a FIFO took its place just now, do not wait for its other end.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(place.name, flags, dir_fd=place.folder)
    try:
        require_file(os.fstat(descriptor), place)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def require_file(status: os.stat_result, place: Place) -> None:
    """Raise `NotText` unless *status* is of a regular file and the client did not ask for a folder."""
    if stat.S_ISDIR(status.st_mode):
        raise NotText(f"{place.label} is a folder, not a file.")
    if stat.S_ISLNK(status.st_mode):
        raise NotText(f"{place.label} became a symlink just now. Try again.")
    if not stat.S_ISREG(status.st_mode):
        raise NotText(f"{place.label} is a device, a pipe or a socket, not a file.")
    if place.must_be_folder:
        raise NotText(f"{place.label} ends in a slash, but it is a file. Leave the slash out.")


def require_valid_name(place: Place) -> None:
    """Raise `InvalidFields` for a new name that other programs would have trouble with.

    It has control characters, or is longer than file systems take.
    """
    if not place.name.isprintable():
        raise InvalidFields(f"{place.label} has control characters in its name. Choose another name.")
    if len(os.fsencode(place.name)) > MAX_NAME_BYTES:
        raise InvalidFields("The name is too long for a file. Shorten it.")


class _Walk:
    """The resolution of one path from the root: the folder reached so far, and the components that are left."""

    def __init__(self, root: Path, path: str) -> None:
        self._root = root
        self._label = printable_path(path)
        self._links = 0
        self._pending: deque[str] = deque()
        self.names: list[str] = []
        """From the root to the folder reached so far."""
        _require_valid_path(path)
        self._pending.extend(self._inside(path) if path.startswith("/") else _names(path))
        self.descriptor = os.open(root, _FOLDER)

    def close(self) -> None:
        os.close(self.descriptor)

    def to_folder(self) -> None:
        """Resolve all components, to a folder."""
        while self._pending:
            self._step()

    def to_place(self, *, follow_symlinks: bool) -> str:
        """Resolve all but the last component and return that; an empty one for the root itself."""
        while self._pending:
            if len(self._pending) == 1 and self._pending[0] != "..":
                name = self._pending[0]
                target = self._target_of(name) if follow_symlinks else None
                if target is None:
                    return name
                self._pending.clear()
                self._expand_symlink(target)
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
            self._expand_symlink(target)
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

    def _expand_symlink(self, target: str) -> None:
        self._links += 1
        if self._links > MAX_SYMLINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if target.startswith("/"):
            self._restart(self._inside(target))
        else:
            self._pending.extendleft(reversed(_names(target)))

    def _restart(self, names: Iterable[str]) -> None:
        """Go back to the root, and put *names* before the components that are left."""
        self._pending.extendleft(reversed(list(names)))
        root = os.open(self._root, _FOLDER)
        os.close(self.descriptor)
        self.descriptor = root
        self.names = []

    def _inside(self, path: str) -> list[str]:
        """Return the components from the root to an absolute *path*; they are resolved like any others."""
        names, root = _names(path), _names(str(self._root))
        if names[: len(root)] == root:
            return names[len(root) :]
        # An alias, such as /tmp for /private/tmp; the walk, not this, decides what is reached.
        names = _names(os.path.realpath(path))
        if names[: len(root)] == root:
            return names[len(root) :]
        raise self._outside()

    def _outside(self) -> Forbidden:
        return Forbidden(f"{self._label} is outside the workspace {self._root}. Start rdit with --root to widen it.")


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name not in {"", "."}]


def _require_valid_path(path: str) -> None:
    if not path or "\0" in path:
        raise InvalidFields("A path needs at least one character and must not contain NUL.")
    if not is_text(path):
        raise InvalidFields(f"{printable_path(path)} cannot be a file name: it has half of a character.")
    if len(path.encode()) > MAX_PATH_BYTES:
        raise InvalidFields("The path is too long for a file. Shorten it.")


def folders_down_to(path: str) -> list[str]:
    """Return the root, which is empty, and each folder down to *path* itself."""
    parts = path.split("/") if path else []
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]


def is_text(path: str) -> bool:
    """Whether *path* is Unicode text; a file name that is not has lone surrogates, and no client can ask for it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def translated_errors(path: str) -> Iterator[None]:
    """Turn an `OSError` about *path* into an `RditError` whose message says what to do."""
    try:
        yield
    except OSError as error:
        for numbers, kind, text in _TRANSLATIONS:
            if error.errno in numbers:
                raise kind(text.format(printable_path(path))) from error
        raise


_TRANSLATIONS: tuple[tuple[set[int], type[RditError], str], ...] = (
    ({errno.ENOENT}, NotFound, "{} does not exist, or the folder it should be in does not."),
    ({errno.ENOTDIR}, NotFound, "{} does not exist: a part of its path is a file."),
    (
        {errno.EACCES, errno.EPERM},
        Forbidden,
        "You have no permission for {}. Change its permissions, or use another file.",
    ),
    ({errno.EEXIST}, NameTaken, "{} exists already. Choose another name."),
    ({errno.ENOTEMPTY}, NameTaken, "{} is a folder that is not empty. Choose another name."),
    ({errno.ELOOP}, NotFound, "{} is a symlink that leads nowhere."),
    ({errno.ENAMETOOLONG}, InvalidFields, "The name is too long for this file system. Shorten it."),
    (
        {errno.ENOSPC, errno.EDQUOT, errno.EFBIG},
        DiskFull,
        "There is no room for {}. Free some space and try again.",
    ),
    ({errno.EROFS}, Forbidden, "{} is on a read-only file system. Save it somewhere else."),
    ({errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP}, NotText, "{} is a device, a pipe or a socket, not a file."),
    (
        {errno.EXDEV},
        InvalidFields,
        "{} is on another disk, where a file cannot be moved by renaming it. Copy it there.",
    ),
    (
        {errno.EINVAL, errno.EILSEQ},
        InvalidFields,
        "{} is a name that this file system does not take. Choose another name.",
    ),
)


def printable_path(path: str) -> str:
    """Return *path* for an error message: printable, and not longer than a line."""
    text = "".join(character if character.isprintable() else "�" for character in path)
    return text if len(text) <= 200 else f"{text[:100]}…{text[-99:]}"
