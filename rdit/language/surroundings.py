"""Surroundings: what the servers read besides the texts of pages, and how it changed since they last heard of it.

Servers expect to be told. The page's own watcher knows the folders that are on a page; configuration, installed
packages and modules beside a script are looked at here, when problems are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONFIGURATION = ("pyproject.toml", "ruff.toml", ".ruff.toml", "ty.toml")
CREATED, CHANGED, DELETED = 1, 2, 3
"""As the protocol numbers them."""
MAX_ENTRIES = 5000
"""Of a folder; one with more is not looked at."""
_SOURCES = (".py", ".pyi")

Stamp = tuple[int, int]
"""When a file was written, in nanoseconds since 1970, and its size."""


class Surroundings:
    """What is around the texts of one pair of servers."""

    def __init__(self, python: Path, root: Path) -> None:
        """Look at the packages of *python*, and at the workspace *root*."""
        self._root = root
        prefix = python.parent.parent
        self._packages = [*prefix.glob("lib*/python3*/site-packages"), *prefix.glob("lib/python3*/dist-packages")]
        self._packages_seen: dict[Path, int] = {}
        self._seen: dict[Path, dict[Path, Stamp]] = {}
        """By folder."""

    def look(self, folder: Path) -> list[dict[str, Any]]:
        """Return what has changed around texts in *folder* since the last look; blocks.

        The first look finds nothing: what there is, the servers read for themselves.
        """
        changes: list[dict[str, Any]] = []
        for place in _upwards(folder, self._root):
            changes += self._differences(place, dict(_configuration(place)))
        changes += self._differences(folder / "*", dict(_sources(folder)))
        for packages in self._packages:
            changes += self._installed(packages)
        return changes

    def _installed(self, packages: Path) -> list[dict[str, Any]]:
        try:
            changed = packages.stat().st_mtime_ns
        except OSError:
            return []
        if self._packages_seen.get(packages) == changed:  # a folder with a thousand names is listed when it changed
            return []
        self._packages_seen[packages] = changed
        return self._differences(packages, {packages / name: (0, 0) for name in _names(packages)})

    def _differences(self, place: Path, now: dict[Path, Stamp]) -> list[dict[str, Any]]:
        before = self._seen.get(place)
        self._seen[place] = now
        if before is None:
            return []
        kinds = dict.fromkeys(now.keys() - before.keys(), CREATED)
        kinds |= dict.fromkeys(before.keys() - now.keys(), DELETED)
        kinds |= {path: CHANGED for path, stamp in now.items() if before.get(path, stamp) != stamp}
        return [{"uri": path.as_uri(), "type": kind} for path, kind in sorted(kinds.items())]


def _upwards(folder: Path, root: Path) -> list[Path]:
    """Return *folder* and its parents up to *root*."""
    parents = [folder, *folder.parents]
    return parents[: parents.index(root) + 1] if root in parents else [folder]


def _configuration(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    for name in CONFIGURATION:
        try:
            status = (folder / name).stat()
        except OSError:
            continue
        yield folder / name, (status.st_mtime_ns, status.st_size)


def _sources(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    """Yield the modules in *folder*, and the folders, which may be packages."""
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MAX_ENTRIES:
                    return
                if entry.name.endswith(_SOURCES):
                    status = entry.stat()
                    yield folder / entry.name, (status.st_mtime_ns, status.st_size)
                elif "." not in entry.name and entry.is_dir():
                    yield folder / entry.name, (0, 0)
    except OSError:  # it is gone, or may not be read: the servers read nothing of it either
        return


def _names(folder: Path) -> list[str]:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return [name for name in names if name.endswith(_SOURCES) or "." not in name][:MAX_ENTRIES]
