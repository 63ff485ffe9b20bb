"""List one folder of the workspace."""

from __future__ import annotations

import heapq
import os
import re
import stat
from contextlib import suppress
from typing import Literal

from ..errors import RditError
from ..protocol.answers import FolderEntry, FolderResponse
from .atomic_write import TEMPORARY
from .gitignore import ALWAYS_IGNORED, IgnoreRules, rules_above
from .paths import Workspace, folders_down_to

MAX_ENTRIES = 10_000
"""Of one folder; nobody reads more."""
Kind = Literal["file", "folder", "other"]
_DIGITS = re.compile(r"(\d+)")


def list_folder(workspace: Workspace, path: str, *, max_entries: int = MAX_ENTRIES) -> tuple[FolderResponse, int]:
    """Return what is in the folder *path*, and its modification time before it was read, in nanoseconds.

    Raises:
        NotFound, Forbidden, InvalidFields: as `Workspace.folder`.
    """
    with workspace.folder(path) as (descriptor, real):
        modified = os.fstat(descriptor).st_mtime_ns
        ignored = _rules(workspace, real)
        with os.scandir(descriptor) as entries:
            found = [entry for entry in entries if not TEMPORARY.fullmatch(entry.name)]
        chosen = heapq.nsmallest(
            max_entries, found, key=lambda one: (not one.is_dir(follow_symlinks=False), _natural_key(one.name))
        )
        listed = [entry for name in chosen if (entry := _entry(workspace, descriptor, real, name, ignored)) is not None]
    # A symlink to a folder is known as one only after its target was looked up.
    listed.sort(key=lambda entry: (entry.kind != "folder", _natural_key(entry.name)))
    return FolderResponse(real, listed, len(found) > len(chosen)), modified


def _natural_key(name: str) -> tuple[str | int, ...]:
    """Return the key for the natural order of names: `a9` before `a10`, whatever the case."""
    parts = _DIGITS.split(name.casefold())
    return (*(part if index % 2 == 0 else int(part[:18]) for index, part in enumerate(parts)), name)


def _entry(
    workspace: Workspace, folder: int, folder_path: str, found: os.DirEntry[str], ignored: IgnoreRules | None
) -> FolderEntry | None:
    try:
        status: os.stat_result | None = os.stat(found.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None  # gone since
    except OSError:
        status = None  # listed, but its status may not be read
    name = found.name.encode("utf-8", "replace").decode()  # no request can name a file whose name is no text
    path = f"{folder_path}/{name}" if folder_path else name
    symlink = status is not None and stat.S_ISLNK(status.st_mode)
    if symlink:
        status = _target(workspace, path)
    kind: Kind = "other"
    if status is not None and name == found.name:
        kind = "folder" if stat.S_ISDIR(status.st_mode) else "file" if stat.S_ISREG(status.st_mode) else "other"
    return FolderEntry(
        name,
        path,
        kind,
        status.st_size if status is not None and kind == "file" else 0,
        0.0 if status is None else status.st_mtime_ns / 1e6,
        symlink,
        ignored is None or name in ALWAYS_IGNORED or ignored(path, is_folder=kind == "folder" and not symlink),
    )


def _target(workspace: Workspace, path: str) -> os.stat_result | None:
    """Return the status of a symlink's target, if that is inside the workspace."""
    with suppress(RditError), workspace.place(path) as place:
        return place.stat()
    return None


def _rules(workspace: Workspace, path: str) -> IgnoreRules | None:
    """Return the rules inside the folder *path*; None when the folder itself is ignored, and so everything in it."""
    rules = rules_above(workspace.root)
    for folder in folders_down_to(path):
        if folder and (folder.rpartition("/")[2] in ALWAYS_IGNORED or rules(folder, is_folder=True)):
            return None
        with workspace.folder(folder) as (descriptor, _):
            rules = rules.below(descriptor, folder)
    return rules
