"""Which files of its own folder a script imports, and which statements did it; told from the text alone.

What `sys.path`, `importlib` or an `import` inside `exec` add at run time is not seen; what is seen is right.
"""

from __future__ import annotations

import ast
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from ..errors import NotText, RditError, TooLarge
from ..source_text import decode
from .atomic_write import read_bytes, read_version, version_of
from .paths import Place, Workspace

Key = TypeVar("Key")

MOST_FILES = 500
"""Modules that are looked through for one script."""
LARGEST_FILE = 4 << 20
"""Bytes of a module that is looked through."""
MOST_REMEMBERED = 2000
"""Modules that are not read again until they are written."""
TICK = 100_000_000
"""Nanoseconds: a file that was written within them may be written again without another time to show for it."""


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


class Module(NamedTuple):
    """What one module holds, as far as it matters here."""

    imports: frozenset[Import]
    version: str | None
    """None when it cannot be read."""
    changed: int
    """When it was last written, in nanoseconds since 1970, by the file system's clock."""


UNREADABLE = Module(frozenset(), None, 0)
Signature = tuple[int, int, int, int]


class Modules:
    """The modules of a workspace; one that was not written since it was read is not read again."""

    def __init__(self, workspace: Workspace) -> None:
        """Begin with none read."""
        self.workspace = workspace
        self._read: OrderedDict[str, tuple[Signature, Module]] = OrderedDict()

    def look(self, path: str) -> Module:
        """Return what the module at *path* is now."""
        try:
            with self.workspace.place(path) as place:
                signature = _signature(place)
                known = self._read.get(path)
                if known is not None and known[0] == signature:
                    self._read.move_to_end(path)
                    return known[1]
                imports, version = _read(place)
                after = _signature(place)
        except (RditError, OSError):
            return UNREADABLE
        module = Module(frozenset(imports), version, after[1])
        if after == signature and time.time_ns() - after[1] > TICK:
            self._read[path] = (after, module)
            self._read.move_to_end(path)
            if len(self._read) > MOST_REMEMBERED:
                self._read.popitem(last=False)
        return module


def _signature(place: Place) -> Signature:
    status = os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _read(place: Place) -> tuple[set[Import], str | None]:
    """Return what the module imports, and its version."""
    try:
        data, _ = read_bytes(place, size_limit=LARGEST_FILE)
    except TooLarge:
        return set(), read_version(place)
    try:
        return imports_in(decode(data, place.shown)), version_of(data)
    except NotText:
        return set(), version_of(data)


class LocalModules:
    """The modules in one folder of a workspace, as a script there would import them."""

    def __init__(self, modules: Modules, folder: str) -> None:
        """Look in *folder*, a path from the root."""
        self._modules = modules
        self._workspace = modules.workspace
        self._folder = folder
        self._files: dict[tuple[str, ...], str | None] = {}
        self._needs: dict[str, set[str]] = {}
        self._looked: dict[str, Module] = {}
        self._abandoned = False

    def abandon(self) -> None:
        """Let a look that is under way in another thread end after the module that it is at."""
        self._abandoned = True

    def importers_and_modules(self, statements: Mapping[Key, str]) -> tuple[dict[str, list[Key]], dict[str, Module]]:
        """Return what `importers` does, and what each of the files is."""
        importers = self.importers(statements)
        return importers, {path: self._look(path) for path in importers}

    def _look(self, path: str) -> Module:
        if path not in self._looked:
            self._looked[path] = self._modules.look(path)
        return self._looked[path]

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
            self._needs[path] = self._direct(self._look(path).imports, package)
        return self._needs[path]

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
