"""Which files of its own folder a script imports, and which statements did it; told from the text alone.

What `sys.path`, `importlib` or an `import` inside `exec` add at run time is not seen; what is seen is right.
"""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from ..errors import RditError
from ..source_text import decode
from .saving import read_bytes, read_version
from .workspace import Workspace

Key = TypeVar("Key")

MOST_FILES = 500
"""Modules that are looked through for one script."""
LARGEST_FILE = 4 << 20
"""Bytes of a module that is looked through."""


class Import(NamedTuple):
    """A name that an import statement asks for."""

    name: str
    """Dotted; what follows `from … import` is part of it, because it may be a module."""
    level: int
    """Dots before it; 0 is absolute."""


def imports_in(source: str) -> set[Import]:
    """Return what *source* imports anywhere in it; nothing when it is no Python."""
    if "import" not in source:
        return set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found: set[Import] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(Import(alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            found.add(Import(base, node.level))
            found.update(Import(f"{base}.{alias.name}" if base else alias.name, node.level) for alias in node.names)
    return found


class LocalModules:
    """The modules in one folder of a workspace, as a script there would import them."""

    def __init__(self, workspace: Workspace, folder: str) -> None:
        """Look in *folder*, a path from the root."""
        self._workspace = workspace
        self._folder = folder
        self._files: dict[tuple[str, ...], str | None] = {}
        self._needs: dict[str, set[str]] = {}
        self._abandoned = False

    def abandon(self) -> None:
        """Let a look that is under way in another thread end after the module that it is at."""
        self._abandoned = True

    def importers_and_versions(self, statements: Mapping[Key, str]) -> tuple[dict[str, list[Key]], dict[str, str]]:
        """Return what `importers` does, and the version that each of the files is at."""
        importers = self.importers(statements)
        versions = {path: version for path in importers if (version := self._version(path)) is not None}
        return importers, versions

    def _version(self, path: str) -> str | None:
        try:
            with self._workspace.place(path) as place:
                return read_version(place)
        except RditError:
            return None

    def importers(self, statements: Mapping[Key, str]) -> dict[str, list[Key]]:
        """Return each file that any of *statements* (key → source) imports, directly or not, and who does."""
        found: dict[str, list[Key]] = {}
        for key, source in statements.items():
            for path in self._closure(self._direct(imports_in(source), ())):
                found.setdefault(path, []).append(key)
        return found

    def _closure(self, paths: Iterable[str]) -> set[str]:
        reached: set[str] = set()
        pending = list(paths)
        while pending and len(reached) < MOST_FILES and not self._abandoned:
            path = pending.pop()
            if path not in reached:
                reached.add(path)
                pending.extend(self._needed_by(path) - reached)
        return reached

    def _needed_by(self, path: str) -> set[str]:
        if path not in self._needs:
            inside = path.removeprefix(f"{self._folder}/") if self._folder else path
            package = tuple(inside.split("/")[:-1])
            self._needs[path] = self._direct(imports_in(self._text(path)), package)
        return self._needs[path]

    def _text(self, path: str) -> str:
        try:
            with self._workspace.place(path) as place:
                return decode(read_bytes(place, size_limit=LARGEST_FILE)[0], place.shown)
        except RditError:
            return ""

    def _direct(self, imports: Iterable[Import], package: tuple[str, ...]) -> set[str]:
        """Return the files that *imports* in a module of *package* lead to: modules, and the packages around them."""
        return {path for imported in imports for path in self._files_of(_parts(imported, package))}

    def _files_of(self, parts: tuple[str, ...]) -> Iterator[str]:
        for count in range(1, len(parts) + 1):
            path = self._file_of(parts[:count])
            if path is not None:
                yield path

    def _file_of(self, parts: tuple[str, ...]) -> str | None:
        if parts not in self._files:
            base = "/".join((*([self._folder] if self._folder else []), *parts))
            self._files[parts] = self._existing(f"{base}/__init__.py") or self._existing(f"{base}.py")
        return self._files[parts]

    def _existing(self, path: str) -> str | None:
        """Return where the file *path* really is, if there is one in the workspace."""
        try:
            with self._workspace.place(path) as place:
                status = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
                return place.path if stat.S_ISREG(status.st_mode) else None
        except RditError:
            return None


def _parts(imported: Import, package: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names from the script's folder to what is imported; none when it leads out of it."""
    name = tuple(imported.name.split(".")) if imported.name else ()
    if imported.level == 0:
        return name
    up = imported.level - 1
    if up > len(package) or not package:
        return ()
    return (*package[: len(package) - up], *name)
