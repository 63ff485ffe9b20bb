"""What a panel of files does besides reading and saving text: folders, new names, the trash, bytes in and out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..errors import BadRequest, DiskFull, InvalidFields, NameTaken, TooLarge
from ..processes.threads import in_thread
from .atomic_write import Replacement
from .paths import Place, Workspace, check_new_name, explained, open_file, refuse_unless_file, shown
from .rename_exclusive import rename_exclusively
from .trash import move_to_trash

WRITE_SIZE = 1 << 20
"""Bytes of an upload that are gathered before they go to the disk."""


class Moved(NamedTuple):
    """Where a file or folder was and is, from the workspace root."""

    old: str
    new: str


class Uploaded(NamedTuple):
    """What an upload made."""

    path: str
    size: int
    version: str


class Download(NamedTuple):
    """A file that is open to be sent."""

    file: BinaryIO
    name: str
    size: int


def create_folder(workspace: Workspace, path: str) -> str:
    """Make the folder *path* and return where it really is.

    Raises:
        NameTaken: something has that name.
        NotFound: the folder it should be in does not exist.
        InvalidFields, Forbidden, DiskFull: as their text says.
    """
    with workspace.place(path, follow=False) as place:
        check_new_name(place)
        os.mkdir(place.name, dir_fd=place.folder)
        return place.path


def rename(workspace: Workspace, path: str, new_path: str) -> Moved:
    """Give a file or folder another name or place; a symlink itself is renamed, never what it leads to.

    Raises:
        NameTaken: something has that name.
        NotFound: there is nothing at *path*, or no folder to move to.
        InvalidFields, Forbidden: as their text says.
    """
    with workspace.place(path, follow=False) as old:
        status = os.stat(old.name, dir_fd=old.folder, follow_symlinks=False)
        with workspace.place(new_path, follow=False) as new:
            check_new_name(new)
            if new.path.startswith(f"{old.path}/"):
                raise InvalidFields(f"{old.shown} cannot be moved into itself. Choose another folder.")
            try:
                rename_exclusively(old.folder, old.name, new.folder, new.name)
            except FileExistsError as error:
                if not _differ_in_case_only(status, old, new):
                    raise NameTaken(f"{new.shown} exists already. Choose another name.") from error
                os.rename(old.name, new.name, src_dir_fd=old.folder, dst_dir_fd=new.folder)
            return Moved(old.path, new.path)


def _differ_in_case_only(status: os.stat_result, old: Place, new: Place) -> bool:
    """Return whether both names are the same file's because its file system does not tell `a` from `A`."""
    there = os.stat(new.name, dir_fd=new.folder, follow_symlinks=False)
    return os.path.samestat(status, there) and old.path != new.path and old.path.casefold() == new.path.casefold()


def delete(workspace: Workspace, path: str, home_trash: Path) -> tuple[str, Path]:
    """Move a file or folder to the trash; return where it was, from the root, and where it is now.

    Raises:
        NotFound, Forbidden, InvalidFields: as their text says; nothing has changed then.
    """
    with workspace.place(path, follow=False) as place:
        return place.path, move_to_trash(place, workspace.root / place.path, home_trash)


def open_download(workspace: Workspace, path: str) -> Download:
    """Open a file to send its bytes; whoever asked closes it.

    Raises:
        NotFound, NotText, Forbidden, InvalidFields: as their text says.
    """
    with workspace.place(path) as place:
        file = os.fdopen(open_file(place), "rb", buffering=0)
        return Download(file, place.name, os.fstat(file.fileno()).st_size)


async def upload(
    workspace: Workspace,
    path: str,
    pieces: AsyncIterator[bytes],
    *,
    replace: bool,
    size: int | None,
    size_limit: int,
) -> Uploaded:
    """Write a file from *pieces* as they come; it takes its place, whole, when the last has come.

    *size* is how many bytes are announced, if any are. Without *replace*, nothing may have the name.

    Raises:
        NameTaken: something has that name.
        BadRequest: fewer or more bytes came than were announced.
        DiskFull, TooLarge, NotFound, NotText, Forbidden, InvalidFields: as their text says; nothing has changed then.
    """
    if size is not None and size > size_limit:
        raise _too_large(path, size_limit)
    with explained(path), ExitStack() as stack:
        place, replacement = await in_thread(_begin_upload, stack, workspace, path, replace, size)
        digest = hashlib.blake2b(digest_size=16)
        received = 0
        gathered: list[bytes] = []
        waiting = 0

        def write() -> None:
            data = b"".join(gathered)
            digest.update(data)
            replacement.write(data)

        async for piece in pieces:
            gathered.append(piece)
            waiting += len(piece)
            received += len(piece)
            if received > size_limit:
                raise _too_large(path, size_limit)
            if waiting >= WRITE_SIZE:
                await in_thread(write)
                gathered.clear()
                waiting = 0
        if size is not None and received != size:
            raise BadRequest(f"{received:,} bytes came rather than the {size:,} that were announced. Upload it again.")
        await in_thread(write)
        await in_thread(replacement.take_place, lambda: _check_free(place, replace))
        return Uploaded(place.path, received, digest.hexdigest())


def _begin_upload(
    stack: ExitStack, workspace: Workspace, path: str, replace: bool, size: int | None
) -> tuple[Place, Replacement]:
    place = stack.enter_context(workspace.place(path))
    _check_free(place, replace)
    space = os.statvfs(place.folder)
    if size is not None and space.f_blocks and size > space.f_bavail * space.f_frsize:
        raise DiskFull(f"There is no room for the {size:,} bytes of {place.shown}. Free some space and try again.")
    return place, stack.enter_context(Replacement(place))


def _check_free(place: Place, replace: bool) -> None:
    """Raise `NameTaken` when something has the name and may not be replaced."""
    try:
        status = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    if not replace:
        raise NameTaken(f"{place.shown} exists already. Choose another name, or replace it.")
    refuse_unless_file(status, place)


def _too_large(path: str, size_limit: int) -> TooLarge:
    return TooLarge(f"{shown(path)} is larger than the {size_limit:,} bytes that rdit takes.")
