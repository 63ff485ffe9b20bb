"""FileIndex: fuzzy search for files of the workspace by name.

The directory tree is scanned once, without following symlinks, within limits of time and number, and the list is cached
for a few seconds or until a file came or went; a query only ranks it. Both run in a thread, never on the event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import os
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..protocol.answers import FindResponse
from .gitignore import ALWAYS_IGNORED, IgnoreRules, rules_above
from .paths import Workspace, is_text

MAX_FILES = 200_000
"""Files in the list."""
MAX_SCAN_SECONDS = 8.0
"""For one scan; what it did not reach is left out, and the answer says so."""
MAX_DEPTH = 64
"""Folders inside each other that are entered; each holds a descriptor open."""
MAX_QUERY_CHARS = 256
"""Of a query that are looked at: a file's name is no longer."""
MAX_AGE_SECONDS = 10.0
"""The list is scanned again after this long, because not every folder is watched."""
ENVIRONMENT_MARKER = "pyvenv.cfg"
"""A folder with this file is a virtual environment."""


class FileList(NamedTuple):
    """The files of the workspace, as paths from the root."""

    paths: list[str]
    lowered: list[str]
    truncated: bool


class FileIndex:
    """Searches a cached list of the workspace's files."""

    def __init__(self, workspace: Workspace, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Search *workspace*; *clock* is in seconds."""
        self._workspace = workspace
        self._clock = clock
        self._index: FileList | None = None
        self._scanned_at = 0.0
        self._invalidations = 0
        self._lock = asyncio.Lock()

    def invalidate(self) -> None:
        """Scan again before the next query: a file came or went."""
        self._index = None
        self._invalidations += 1

    async def find(self, query: str, limit: int) -> FindResponse:
        """Return at most *limit* files that match *query*."""
        async with self._lock:
            index = self._index
            if index is None or self._clock() - self._scanned_at > MAX_AGE_SECONDS:
                self._scanned_at, invalidations = self._clock(), self._invalidations
                index = await asyncio.to_thread(scan, self._workspace)
                # What came or went during the scan may be missed by it.
                self._index = index if self._invalidations == invalidations else None
        return FindResponse(await asyncio.to_thread(best_matches, index, query, limit), index.truncated)


def scan(workspace: Workspace, *, max_files: int = MAX_FILES, max_seconds: float = MAX_SCAN_SECONDS) -> FileList:
    """Return the files of *workspace* but hidden, ignored and installed ones."""
    scanner = _Scanner(max_files, time.monotonic() + max_seconds)
    with workspace.folder("") as (descriptor, _):
        scanner.scan(descriptor, "", rules_above(workspace.root), 0)
    scanner.paths.sort(key=lambda path: (path.count("/"), path))
    return FileList(scanner.paths, [path.lower() for path in scanner.paths], scanner.truncated)


class _Scanner:
    def __init__(self, max_files: int, deadline: float) -> None:
        self._max_files = max_files
        self._deadline = deadline
        self.paths: list[str] = []
        self.truncated = False

    def scan(self, descriptor: int, path: str, rules: IgnoreRules, depth: int) -> None:
        """Add the files in the folder *path*, open as *descriptor*, and below."""
        with os.scandir(descriptor) as scanned:
            entries = list(scanned)
        names = {entry.name for entry in entries}
        if ENVIRONMENT_MARKER in names and path:
            return
        if ".gitignore" in names:
            rules = rules.below(descriptor, path)
        prefix = f"{path}/" if path else ""
        folders: list[str] = []
        for entry in entries:
            name = entry.name
            if name.startswith(".") or name in ALWAYS_IGNORED or not is_text(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not rules(prefix + name, is_folder=True):
                    folders.append(name)
            elif entry.is_file(follow_symlinks=False) and not rules(prefix + name, is_folder=False):
                self.paths.append(prefix + name)
        if len(self.paths) > self._max_files:
            del self.paths[self._max_files :]
            self.truncated = True
        self._scan_folders(descriptor, prefix, folders, rules, depth)

    def _scan_folders(self, descriptor: int, prefix: str, folders: list[str], rules: IgnoreRules, depth: int) -> None:
        for name in folders:
            if self.truncated or depth == MAX_DEPTH or time.monotonic() > self._deadline:
                self.truncated = True
                return
            try:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=descriptor)
            except OSError:
                continue  # gone since, or not to be read
            try:
                self.scan(inner, prefix + name, rules, depth + 1)
            finally:
                os.close(inner)


def best_matches(index: FileList, query: str, limit: int) -> list[str]:
    """Return at most *limit* paths of *index* that have every word of *query*, the best first.

    A word matches where its letters stand in this order. Adjacent letters rank before scattered ones, a file's name
    before its folders, its beginning before its middle; then the shorter path.
    """
    words = query[:MAX_QUERY_CHARS].lower().replace("\\", "/").split()
    if not words:
        return index.paths[:limit]
    ranked = (
        (distance, len(path), number)
        for number, path in enumerate(index.lowered)
        if (distance := _distance(path, words)) is not None
    )
    return [index.paths[number] for _, _, number in heapq.nsmallest(limit, ranked)]


def _distance(path: str, words: Sequence[str]) -> int | None:
    """Return how far *path* is from a perfect match of all words, which is 0; None when one does not match."""
    name_at = path.rfind("/") + 1
    total = 0
    for word in words:
        at = path.rfind(word)
        if at >= name_at:
            first = path.find(word, name_at)
            whole = first == name_at and path[name_at:].partition(".")[0] == word.partition(".")[0]
            total += 0 if whole else 1 if first == name_at else 2 if not path[first - 1].isalnum() else 3
        elif at >= 0:
            total += 5
        else:
            scattered = _scattered(path, word, name_at) or _scattered(path, word, 0)
            if scattered is None:
                return None
            start, end = scattered
            total += (10 if start >= name_at else 40) + min(end - start - len(word), 100)
    return total


def _scattered(path: str, word: str, start: int) -> tuple[int, int] | None:
    """Return where the letters of *word* stand in this order in *path*, from *start* on; None when they do not.

    Each letter is taken where it comes first, which leaves most for the others: nothing has to be tried twice.
    """
    first = at = path.find(word[0], start)
    for letter in word:
        at = path.find(letter, at) + 1
        if at == 0:
            return None
    return first, at
