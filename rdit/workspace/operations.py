"""Create, rename, delete, upload and download files in the workspace."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..errors import BadRequest, DiskFull, InvalidFields, NameTaken, TooLarge
from ..processes.threads import in_thread
from ..protocol.answers import UploadResponse
from .atomic_write import Replacement
from .paths import Place, Workspace, open_file, printable_path, require_file, require_valid_name, translated_errors
from .rename_exclusive import rename_exclusively
from .trash import move_to_trash

WRITE_BUFFER_BYTES = 1 << 20
"""Of an upload, gathered before they are written."""


class Download(NamedTuple):
    """An open file to send."""

    file: BinaryIO
    name: str
    size: int


def create_folder(workspace: Workspace, path: str) -> str:
    """Create the folder *path* and return its path from the root, without symlinks.

    Raises:
        NameTaken: something has that name.
        NotFound: the folder it should be in does not exist.
        InvalidFields, Forbidden, DiskFull: as their text says.
    """
    with workspace.place(path, follow_symlinks=False) as place:
        require_valid_name(place)
        os.mkdir(place.name, dir_fd=place.folder)
        return place.path


def rename(workspace: Workspace, path: str, new_path: str) -> tuple[str, str]:
    """Rename or move a file or folder, of a symlink the link itself; return its old and new path from the root.

    Raises:
        NameTaken: something has that name.
        NotFound: there is nothing at *path*, or no folder to move to.
        InvalidFields, Forbidden: as their text says.
    """
    with workspace.place(path, follow_symlinks=False) as old:
        status = old.stat()
        with workspace.place(new_path, follow_symlinks=False) as new:
            require_valid_name(new)
            if new.path.startswith(f"{old.path}/"):
                raise InvalidFields(f"{old.label} cannot be moved into itself. Choose another folder.")
            try:
                rename_exclusively(old.folder, old.name, new.folder, new.name)
            except FileExistsError as error:
                if not _differ_in_case_only(status, old, new):
                    raise NameTaken(f"{new.label} exists already. Choose another name.") from error
                os.rename(old.name, new.name, src_dir_fd=old.folder, dst_dir_fd=new.folder)
            return old.path, new.path


def _differ_in_case_only(status: os.stat_result, old: Place, new: Place) -> bool:
    """Whether both names are those of one file, because its file system ignores case."""
    there = new.stat()
    return os.path.samestat(status, there) and old.path != new.path and old.path.casefold() == new.path.casefold()


def delete(workspace: Workspace, path: str, home_trash: Path) -> tuple[str, Path]:
    """Move a file or folder to the trash; return its old path, from the root, and its path in the trash.

    Raises:
        NotFound, Forbidden, InvalidFields: as their text says; nothing has changed then.
    """
    with workspace.place(path, follow_symlinks=False) as place:
        return place.path, move_to_trash(place, workspace.root / place.path, home_trash)


def open_download(workspace: Workspace, path: str) -> Download:
    """Open a file to send its bytes; the caller closes it.

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
) -> UploadResponse:
    """Write a file from *pieces* as they arrive; it takes its place, whole, after the last.

    *size* is how many bytes are announced, if that is known. Without *replace*, the name must be free.

    Raises:
        NameTaken: something has that name.
        BadRequest: fewer or more bytes came than were announced.
        DiskFull, TooLarge, NotFound, NotText, Forbidden, InvalidFields: as their text says; nothing has changed then.
    """
    if size is not None and size > size_limit:
        raise _too_large(path, size_limit)
    with translated_errors(path), ExitStack() as stack:
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
            if waiting >= WRITE_BUFFER_BYTES:
                await in_thread(write)
                gathered.clear()
                waiting = 0
        if size is not None and received != size:
            raise BadRequest(f"{received:,} bytes came rather than the {size:,} that were announced. Upload it again.")
        await in_thread(write)
        await in_thread(replacement.commit, lambda: _require_free(place, replace))
        return UploadResponse(place.path, received, digest.hexdigest(), replacement.other_names)


def _begin_upload(
    stack: ExitStack, workspace: Workspace, path: str, replace: bool, size: int | None
) -> tuple[Place, Replacement]:
    place = stack.enter_context(workspace.place(path))
    _require_free(place, replace)
    space = os.statvfs(place.folder)
    if size is not None and space.f_blocks and size > space.f_bavail * space.f_frsize:
        raise DiskFull(f"There is no room for the {size:,} bytes of {place.label}. Free some space and try again.")
    return place, stack.enter_context(Replacement(place))


def _require_free(place: Place, replace: bool) -> None:
    """Raise `NameTaken` when the name is taken, unless *replace*."""
    try:
        status = place.stat()
    except FileNotFoundError:
        return
    if not replace:
        raise NameTaken(f"{place.label} exists already. Choose another name, or replace it.")
    require_file(status, place)


def _too_large(path: str, size_limit: int) -> TooLarge:
    return TooLarge(f"{printable_path(path)} is larger than the {size_limit:,} bytes that rdit takes.")
