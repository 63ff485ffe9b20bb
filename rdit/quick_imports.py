"""Imports that take less time: without the garbage collector, and of aiohttp without its client."""

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


def prepare_aiohttp() -> None:
    """Let `from aiohttp import web` load the server and what it needs, and not the client.

    aiohttp's package imports its client before anything else of it can be imported: with its parsers of cookies, forms
    and proxies, and all of the system's certificates, read twice. The client is loaded when somebody asks for it.
    """
    if "aiohttp" not in sys.modules and (spec := find_spec("aiohttp")) is not None:
        sys.modules["aiohttp"] = package = module_from_spec(spec)
        package.__class__ = _Package


class _Package(ModuleType):
    """A package whose own code runs when something is asked for that is none of its modules."""

    def __getattr__(self, name: str) -> object:
        """Return what is not there yet: a module, or what the package's code makes."""
        spec = self.__spec__
        if spec is None or spec.loader is None or (name.startswith("__") and name not in {"__version__", "__all__"}):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if name == "__version__" and (version := _version(spec)) is not None:
            self.__version__ = version
            return version
        if not name.startswith("__") and find_spec(f"{self.__name__}.{name}") is not None:
            return import_module(f"{self.__name__}.{name}")
        self.__class__ = ModuleType  # type: ignore[assignment]  # as it would have been
        spec.loader.exec_module(self)
        return getattr(self, name)


def _version(spec: ModuleSpec) -> str | None:
    """Return the version that the package's text states, without running it."""
    source = spec.loader.get_source(spec.name) if isinstance(spec.loader, InspectLoader) else None
    match = _VERSION.search(source or "")
    return None if match is None else match[1]
