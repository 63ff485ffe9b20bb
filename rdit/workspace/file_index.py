"""Find a file of the workspace by a few letters of its name.

The names of all files are read once, without following symlinks, within limits of time and number, and kept for a few
seconds or until something changed; then each query only looks through them. Both take a thread, never the event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import os
import re
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .gitignore import NEVER_LISTED, Ignored, rules_above
from .paths import Workspace

MOST_FILES = 200_000
"""Files that an index holds."""
MOST_SECONDS = 8.0
"""For reading all names; what was not reached then is left out, and the answer says so."""
DEEPEST = 64
"""Folders inside each other that are entered; each holds a descriptor open."""
LASTING = 10.0
"""Seconds after which names are read anew, because not every folder is watched."""
ENVIRONMENT = "pyvenv.cfg"
"""In a folder, tells that it is a virtual environment."""


class Index(NamedTuple):
    """The files of the workspace, by their paths from the root."""

    paths: list[str]
    lowered: list[str]
    truncated: bool


class Found(NamedTuple):
    """The files that fit a query, the best first."""

    paths: list[str]
    truncated: bool
    """Whether there may be others that fit better: the workspace is too large to know them all."""


class Finder:
    """Finds files; asks for the names once and keeps them for a while."""

    def __init__(self, workspace: Workspace, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Look through *workspace*; *clock* is in seconds."""
        self._workspace = workspace
        self._clock = clock
        self._index: Index | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    def forget(self) -> None:
        """Read the names anew before the next query: a file came or went."""
        self._index = None

    async def find(self, query: str, limit: int) -> Found:
        """Return at most *limit* files that fit *query*."""
        async with self._reading:
            if self._index is None or self._clock() - self._read_at > LASTING:
                self._read_at = self._clock()
                self._index = await asyncio.to_thread(read_index, self._workspace)
        index = self._index or Index([], [], truncated=False)
        return Found(await asyncio.to_thread(best, index, query, limit), index.truncated)


def read_index(workspace: Workspace, *, most_files: int = MOST_FILES, most_seconds: float = MOST_SECONDS) -> Index:
    """Return the files of *workspace* but hidden, ignored and installed ones."""
    reader = _Reader(most_files, time.monotonic() + most_seconds)
    with workspace.folder("") as (descriptor, _):
        reader.read(descriptor, "", rules_above(workspace.root), 0)
    reader.paths.sort(key=lambda path: (path.count("/"), path))
    return Index(reader.paths, [path.lower() for path in reader.paths], reader.truncated)


class _Reader:
    def __init__(self, most_files: int, until: float) -> None:
        self._most_files = most_files
        self._until = until
        self.paths: list[str] = []
        self.truncated = False

    def read(self, descriptor: int, path: str, rules: Ignored, depth: int) -> None:
        """Add what is in the folder *path*, open as *descriptor*, and below."""
        with os.scandir(descriptor) as scanned:
            entries = list(scanned)
        names = {entry.name for entry in entries}
        if ENVIRONMENT in names and path:
            return
        if ".gitignore" in names:
            rules = rules.below(descriptor, path)
        prefix = f"{path}/" if path else ""
        folders: list[str] = []
        for entry in entries:
            name = entry.name
            if name.startswith(".") or name in NEVER_LISTED or not _is_text(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not rules(prefix + name, is_folder=True):
                    folders.append(name)
            elif entry.is_file(follow_symlinks=False) and not rules(prefix + name, is_folder=False):
                self.paths.append(prefix + name)
        if len(self.paths) > self._most_files:
            del self.paths[self._most_files :]
            self.truncated = True
        self._enter(descriptor, prefix, folders, rules, depth)

    def _enter(self, descriptor: int, prefix: str, folders: list[str], rules: Ignored, depth: int) -> None:
        for name in folders:
            if self.truncated or depth == DEEPEST or time.monotonic() > self._until:
                self.truncated = True
                return
            try:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=descriptor)
            except OSError:
                continue  # gone since, or not to be read
            try:
                self.read(inner, prefix + name, rules, depth + 1)
            finally:
                os.close(inner)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def best(index: Index, query: str, limit: int) -> list[str]:
    """Return at most *limit* paths of *index* that have every word of *query*, the best first.

    A word fits where its letters stand in this order. Letters that stand together count more than scattered ones, a
    file's name more than its folders, its beginning more than its middle; then the shorter path.
    """
    words = query.lower().replace("\\", "/").split()
    if not words:
        return index.paths[:limit]
    scattered = [re.compile(".*?".join(map(re.escape, word)), re.DOTALL) for word in words]
    ranked = (
        (rank, len(path), number)
        for number, path in enumerate(index.lowered)
        if (rank := _rank(path, words, scattered)) is not None
    )
    return [index.paths[number] for _, _, number in heapq.nsmallest(limit, ranked)]


def _rank(path: str, words: Sequence[str], scattered: Sequence[re.Pattern[str]]) -> int | None:
    """Return how badly *path* fits all words, 0 being perfect; None when one does not fit."""
    name_at = path.rfind("/") + 1
    total = 0
    for word, letters in zip(words, scattered, strict=True):
        at = path.rfind(word)
        if at >= name_at:
            first = path.find(word, name_at)
            whole = first == name_at and path[name_at:].partition(".")[0] == word.partition(".")[0]
            total += 0 if whole else 1 if first == name_at else 2 if not path[first - 1].isalnum() else 3
        elif at >= 0:
            total += 5
        else:
            match = letters.search(path, name_at) or letters.search(path)
            if match is None:
                return None
            spread = match.end() - match.start() - len(word)
            total += (10 if match.start() >= name_at else 40) + min(spread, 100)
    return total
