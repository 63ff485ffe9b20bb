"""Act when the script has imported a module, without importing anything for it.

One finder stands before Python's own in `sys.meta_path` until all it waits for has come. It finds nothing by itself: it
lets the others find the module, and only puts itself between the module and its loader, for as long as that loads.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType
    from typing import Any

    Action = Callable[[ModuleType], None]


class AfterImport:
    """A finder that calls an action with each module it waits for, once, right after that was executed."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        """Wait for the modules that are the keys of *actions*."""
        self._actions = dict(actions)

    def install(self) -> None:
        """Begin to wait."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return the spec that the other finders give, with a loader that acts afterwards; None for other modules."""
        if name not in self._actions:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            find = getattr(finder, "find_spec", None)
            spec = None if find is None else find(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _ActingLoader(spec.loader, self)
                return spec
        return None

    def act(self, module: ModuleType) -> None:
        """Do what waits for *module*, if nothing has done so yet."""
        action = self._actions.pop(module.__name__, None)
        if not self._actions and self in sys.meta_path:
            sys.meta_path.remove(self)
        if action is not None:
            action(module)


class _ActingLoader:
    """Loads a module as its own loader does, then acts; the module keeps nothing of it."""

    def __init__(self, loader: Any, finder: AfterImport) -> None:
        self._loader = loader
        self._finder = finder

    def create_module(self, spec: Any) -> Any:
        create = getattr(self._loader, "create_module", None)
        return None if create is None else create(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._finder.act(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
