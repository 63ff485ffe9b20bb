"""Imports that take less time: without the garbage collector, and of what is not needed yet when it is."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType

_VERSION = re.compile(r"""^__version__ = ["']([^"']+)["']""", re.MULTILINE)


@contextmanager
def without_collector() -> Iterator[None]:
    """Let the garbage collector pass over what imports in the block make, now and later.

    All of it stays. Looking through it again and again while it grows takes a sixth of the time of the imports.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def import_late(name: str, core: str | None = None) -> None:
    """Let the code of the module *name* run when something of it is first used, rather than when it is imported.

    A package's own modules can be imported meanwhile; *core* is one whose names the package has as its own, and which
    is enough while nothing else is used. What the code raises comes out of its first use.
    """
    if name not in sys.modules and (spec := find_spec(name)) is not None:
        sys.modules[name] = module = module_from_spec(spec)
        _locks[name] = RLock()
        module.__class__ = _Late
        if core is not None:
            _cores[name] = f"{name}.{core}"


_cores: dict[str, str] = {}
_locks: dict[str, RLock] = {}
"""One for each, held while its code runs: with one for all, two threads that import each other's could wait forever."""
_begun: set[str] = set()


class _Late(ModuleType):
    """A module whose code has yet to run."""

    def __getattribute__(self, name: str) -> object:
        """Return what is there, but not what a half-finished module has while another thread runs its code."""
        if name.startswith("__"):
            return ModuleType.__getattribute__(self, name)
        with _locks[self.__name__]:
            return ModuleType.__getattribute__(self, name)  # whose kind it may be by now

    def __getattr__(self, name: str) -> object:
        """Return what is not there yet: a module of the package, or what the code makes. Other threads wait for it."""
        spec = self.__spec__
        if spec is None or spec.loader is None or (name.startswith("__") and name not in {"__version__", "__all__"}):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == "__version__" and (version := _version(spec)) is not None:
            return version
        is_package = spec.submodule_search_locations is not None
        if is_package and not name.startswith("__") and find_spec(f"{spec.name}.{name}") is not None:
            return import_module(f"{spec.name}.{name}")
        if spec.name in _cores and spec.name not in _begun and not name.startswith("__"):
            core = import_module(_cores[spec.name])
            if hasattr(core, name):
                return getattr(core, name)
        with _locks[spec.name]:
            if spec.name not in _begun:
                _begun.add(spec.name)
                try:
                    spec.loader.exec_module(self)
                except BaseException:
                    _begun.discard(spec.name)
                    raise
                self.__class__ = ModuleType  # type: ignore[assignment]  # as it would have been
            elif type(self) is _Late and name not in vars(self):  # asked by its own code
                raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} yet")
            return getattr(self, name)


def _version(spec: ModuleSpec) -> str | None:
    """Return the version that the package's text states, without running it."""
    source = spec.loader.get_source(spec.name) if isinstance(spec.loader, InspectLoader) else None
    match = _VERSION.search(source or "")
    return None if match is None else match[1]
