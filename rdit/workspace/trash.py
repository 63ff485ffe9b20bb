"""Move files to the user's trash, from which the desktop's file browser can restore them.

On Linux this is the trash of freedesktop.org (specification 1.0); on macOS the folder that the Finder shows. A file is
named relative to an open folder, as everywhere in the workspace; libraries take a path, so none is used.
"""

from __future__ import annotations

import errno
import itertools
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from ..errors import Forbidden
from .paths import Place
from .rename_exclusive import rename_exclusively

MAX_NAME_BYTES = 200
"""Of a name in the trash, where suffixes are added."""


def move_to_trash(place: Place, original: Path, home_trash: Path) -> Path:
    """Move what is at *place* to the trash and return its path there.

    *original* is its absolute path, which the trash records; *home_trash* is the user's own trash. A file on another
    file system goes to the trash of that one.

    Raises:
        Forbidden: its file system has no trash, and none can be made.
        OSError: the system refuses.
    """
    status = place.stat()
    for trash, top in _trashes(original.parent, home_trash, os.fstat(place.folder).st_dev):
        if _ensure_trash(trash):
            try:
                return _move(place, original, trash, top)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
    kind = "folder" if stat.S_ISDIR(status.st_mode) else "file"
    raise Forbidden(
        f"{place.label} was not deleted: its disk has no trash and rdit can make none. "
        f"Delete the {kind} in a terminal if you are sure."
    )


def _trashes(folder: Path, home_trash: Path, device: int) -> Iterator[tuple[Path, Path | None]]:
    """Yield the trashes for files in *folder*, and the top folder that their records count paths from."""
    yield home_trash, None
    top = folder
    while top != top.parent and top.parent.stat().st_dev == device:
        top = top.parent
    user = os.getuid()
    if sys.platform == "darwin":
        yield top / ".Trashes" / str(user), None
        return
    shared = top / ".Trash"
    with suppress(OSError):
        mode = shared.lstat().st_mode
        if stat.S_ISDIR(mode) and mode & stat.S_ISVTX:  # else not the administrator's, and not to be trusted
            yield shared / str(user), top
    yield top / f".Trash-{user}", top


def _ensure_trash(trash: Path) -> bool:
    """Create the trash unless it exists, for its owner only; return whether it exists and is the user's own."""
    try:
        trash.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = trash.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _move(place: Place, original: Path, trash: Path, top: Path | None) -> Path:
    if sys.platform == "darwin":
        with _open(trash) as files:
            for name in _names(place.name):
                with suppress(FileExistsError):
                    rename_exclusively(place.folder, place.name, files, name)
                    return trash / name
        raise AssertionError  # the names never end
    recorded = original if top is None else original.relative_to(top)
    date = time.strftime("%Y-%m-%dT%H:%M:%S")
    record = f"[Trash Info]\nPath={quote(os.fsencode(recorded))}\nDeletionDate={date}\n".encode()
    for folder in (trash / "files", trash / "info"):
        folder.mkdir(mode=0o700, exist_ok=True)
    with _open(trash / "files") as files, _open(trash / "info") as info:
        for name in _names(place.name):
            # The record is created first: that reserves the name.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            try:
                descriptor = os.open(f"{name}.trashinfo", flags, 0o600, dir_fd=info)
            except FileExistsError:
                continue
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(record)
                rename_exclusively(place.folder, place.name, files, name)
            except BaseException as error:
                os.unlink(f"{name}.trashinfo", dir_fd=info)
                if isinstance(error, FileExistsError):
                    continue  # a file without a record
                raise
            return trash / "files" / name
    raise AssertionError  # the names never end


def _names(name: str) -> Iterator[str]:
    """Yield candidate names for the trash: the file's own, then numbered ones."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(os.fsencode(ending)) > 20:
        stem, dot, ending = name, "", ""
    stem = os.fsdecode(os.fsencode(stem)[:MAX_NAME_BYTES])
    yield f"{stem}{dot}{ending}"
    for number in itertools.count(2):
        yield f"{stem}.{number}{dot}{ending}"


@contextmanager
def _open(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
