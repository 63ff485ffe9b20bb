"""Static analysis: the files of its own folder that a script imports, and which statements import them.

What `sys.path`, `importlib` or `exec` add at run time is missed; what is found is right.
"""

from __future__ import annotations

import ast
import stat
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple, TypeVar

from ..errors import NotText, RditError, TooLarge
from ..source_text import decode
from .atomic_write import read_bytes, read_version, version_of
from .import_lines import import_statements
from .paths import Place, Workspace

Key = TypeVar("Key")

MAX_FILES = 500
"""Modules that are read for one script."""
MAX_FILE_BYTES = 4 << 20
"""Of a module whose imports are looked for."""
MAX_CACHED = 2000
"""Modules whose imports are cached."""
MTIME_RESOLUTION_SECONDS = 0.1
"""A file that was written within this time may be written again without a new modification time."""


class Import(NamedTuple):
    """A name that an import statement names."""

    name: str
    """Dotted; the name after `from … import` is part of it, because it may be a module."""
    level: int
    """Leading dots; 0 is absolute."""


def imports_in(source: str) -> set[Import]:
    """Return the imports anywhere in *source*."""
    found: set[Import] = set()
    for node in import_statements(source):
        if isinstance(node, ast.Import):
            found.update(Import(alias.name, 0) for alias in node.names)
        else:
            base = node.module or ""
            found.add(Import(base, node.level))
            found.update(Import(f"{base}.{alias.name}" if base else alias.name, node.level) for alias in node.names)
    return found


class Module(NamedTuple):
    """The imports and the version of one module."""

    imports: frozenset[Import]
    version: str | None
    """None when it cannot be read."""
    changed: int
    """Its modification time, in nanoseconds since 1970."""


UNREADABLE = Module(frozenset(), None, 0)
Signature = tuple[int, int, int, int]


class ModuleCache:
    """Reads the modules of a workspace, and again only when they were written."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._modules: OrderedDict[str, tuple[Signature, Module]] = OrderedDict()

    def read(self, path: str) -> Module:
        """Return the module at *path* as it is now."""
        try:
            with self.workspace.place(path) as place:
                signature = _signature(place)
                known = self._modules.get(path)
                if known is not None and known[0] == signature:
                    self._modules.move_to_end(path)
                    return known[1]
                imports, version = _read(place, self.workspace.size_limit)
                after = _signature(place)
        except (RditError, OSError):
            return UNREADABLE
        module = Module(frozenset(imports), version, after[1])
        if after == signature and time.time() - after[1] / 1e9 > MTIME_RESOLUTION_SECONDS:
            self._modules[path] = (after, module)
            self._modules.move_to_end(path)
            if len(self._modules) > MAX_CACHED:
                self._modules.popitem(last=False)
        return module


def _signature(place: Place) -> Signature:
    status = place.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _read(place: Place, size_limit: int) -> tuple[set[Import], str | None]:
    """Return the module's imports and version."""
    try:
        data, _ = read_bytes(place, size_limit=MAX_FILE_BYTES)
    except TooLarge:
        return set(), read_version(place, size_limit=size_limit)
    try:
        return imports_in(decode(data, place.label)), version_of(data)
    except NotText:
        return set(), version_of(data)


class ImportResolver:
    """Finds the modules that a script in one folder of the workspace imports."""

    def __init__(self, cache: ModuleCache, folder: str) -> None:
        """Search *folder*, a path from the root."""
        self._cache = cache
        self._workspace = cache.workspace
        self._folder = folder
        self._files: dict[tuple[str, ...], str | None] = {}
        self._dependencies: dict[str, set[str]] = {}
        self._results: dict[str, Module] = {}
        self._cancelled = False

    def cancel(self) -> None:
        """Let a search that runs in another thread end after its current module."""
        self._cancelled = True

    def importers_and_modules(self, statements: Mapping[Key, str]) -> tuple[dict[str, list[Key]], dict[str, Module]]:
        """Return the result of `importers`, and the module of each file."""
        importers = self.importers(statements)
        return importers, {path: self._read_module(path) for path in importers}

    def _read_module(self, path: str) -> Module:
        if path not in self._results:
            self._results[path] = self._cache.read(path)
        return self._results[path]

    def importers(self, statements: Mapping[Key, str]) -> dict[str, list[Key]]:
        """Return each file that *statements* (key → source) import, directly or not, with the keys that do."""
        found: dict[str, list[Key]] = {}
        for key, source in statements.items():
            for path in self._transitive(self._direct(imports_in(source), ())):
                found.setdefault(path, []).append(key)
        return found

    def _transitive(self, paths: Iterable[str]) -> set[str]:
        reached: set[str] = set()
        pending = list(paths)
        while pending and len(reached) < MAX_FILES and not self._cancelled:
            path = pending.pop()
            if path not in reached:
                reached.add(path)
                pending.extend(self._dependencies_of(path) - reached)
        return reached

    def _dependencies_of(self, path: str) -> set[str]:
        if path not in self._dependencies:
            inside = path.removeprefix(f"{self._folder}/") if self._folder else path
            package = tuple(inside.split("/")[:-1])
            self._dependencies[path] = self._direct(self._read_module(path).imports, package)
        return self._dependencies[path]

    def _direct(self, imports: Iterable[Import], package: tuple[str, ...]) -> set[str]:
        """Return the files that *imports* in a module of *package* load: modules, and the packages around them."""
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
        """Return the path of the file *path* without symlinks, if there is one in the workspace."""
        with suppress(RditError), self._workspace.place(path) as place:
            return place.path if stat.S_ISREG(place.stat().st_mode) else None
        return None


def _parts(imported: Import, package: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names from the script's folder to the imported module; none when it is outside the folder."""
    name = tuple(imported.name.split(".")) if imported.name else ()
    if imported.level == 0:
        return name
    up = imported.level - 1
    if up > len(package) or not package:
        return ()
    return (*package[: len(package) - up], *name)
