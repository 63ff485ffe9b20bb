"""What is in a folder of the workspace, for a panel of files."""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..errors import RditError
from .atomic_write import TEMPORARY
from .gitignore import NEVER_LISTED, Ignored, rules_above
from .paths import Workspace

MOST_ENTRIES = 10_000
"""Entries of one folder that are listed; nobody reads more."""
Kind = Literal["file", "folder", "other"]
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder."""

    name: str
    path: str
    """From the workspace root, to be used in requests."""
    kind: Kind
    """`other` cannot be opened: a device, a socket, a symlink that leads nowhere or outside, a name that is no text."""
    size: int
    """In bytes; 0 for what is no file."""
    modified: float
    """In milliseconds since 1970."""
    symlink: bool
    ignored: bool
    """Whether git, or everybody, would leave it out."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in one folder."""

    path: str
    """Of the folder, from the root; empty for the root itself."""
    entries: list[Entry]
    """Folders first, then by name, numbers in it by their value."""
    truncated: bool
    """Whether there is more than what is listed."""
    modified_ns: int
    """When the folder itself was changed last, before it was read; in nanoseconds."""


def list_folder(workspace: Workspace, path: str, *, most: int = MOST_ENTRIES) -> Listing:
    """Return what the folder *path* holds.

    Raises:
        NotFound, Forbidden, InvalidFields: as `Workspace.folder`.
    """
    with workspace.folder(path) as (descriptor, real):
        modified = os.fstat(descriptor).st_mtime_ns
        ignored = _rules(workspace, real)
        with os.scandir(descriptor) as entries:
            found = [entry for entry in entries if not TEMPORARY.fullmatch(entry.name)]
        chosen = heapq.nsmallest(most, found, key=_order)
        listed = [entry for name in chosen if (entry := _entry(workspace, descriptor, real, name, ignored)) is not None]
    # A symlink to a folder is known as one only now.
    listed.sort(key=lambda entry: (entry.kind != "folder", _natural(entry.name)))
    return Listing(real, listed, len(found) > len(chosen), modified)


def _order(entry: os.DirEntry[str]) -> tuple[bool, tuple[str | int, ...]]:
    return not entry.is_dir(follow_symlinks=False), _natural(entry.name)


def _natural(name: str) -> tuple[str | int, ...]:
    """Return what sorts *name* as people do: `a9` before `a10`, whatever the case."""
    parts = _DIGITS.split(name.casefold())
    return (*(part if index % 2 == 0 else int(part[:18]) for index, part in enumerate(parts)), name)


def _entry(
    workspace: Workspace, folder: int, folder_path: str, found: os.DirEntry[str], ignored: Ignored | None
) -> Entry | None:
    try:
        status: os.stat_result | None = os.stat(found.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None  # gone since
    except OSError:
        status = None  # listed, but not to be looked at
    name = found.name.encode("utf-8", "replace").decode()  # a name that is no text cannot be asked for
    path = f"{folder_path}/{name}" if folder_path else name
    symlink = status is not None and stat.S_ISLNK(status.st_mode)
    if symlink:
        status = _target(workspace, path)
    kind: Kind = "other"
    if status is not None and name == found.name:
        kind = "folder" if stat.S_ISDIR(status.st_mode) else "file" if stat.S_ISREG(status.st_mode) else "other"
    return Entry(
        name,
        path,
        kind,
        status.st_size if status is not None and kind == "file" else 0,
        0.0 if status is None else status.st_mtime_ns / 1e6,
        symlink,
        ignored is None or name in NEVER_LISTED or ignored(path, is_folder=kind == "folder" and not symlink),
    )


def _target(workspace: Workspace, path: str) -> os.stat_result | None:
    """Return the status of what a symlink leads to, if that is inside the workspace."""
    try:
        with workspace.place(path) as place:
            return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    except RditError:
        return None


def _rules(workspace: Workspace, path: str) -> Ignored | None:
    """Return what is ignored inside the folder *path*; None when it is ignored itself, and everything in it."""
    rules = rules_above(workspace.root)
    for folder in _upto(path):
        if folder and (folder.rpartition("/")[2] in NEVER_LISTED or rules(folder, is_folder=True)):
            return None
        with workspace.folder(folder) as (descriptor, _):
            rules = rules.below(descriptor, folder)
    return rules


def _upto(path: str) -> Iterator[str]:
    """Yield the root and each folder down to *path*."""
    yield ""
    parts = path.split("/") if path else []
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])
