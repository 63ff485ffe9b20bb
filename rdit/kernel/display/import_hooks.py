"""Post-import hooks: call a function once the script has imported a module, without importing anything for it.

One finder stands before Python's own in `sys.meta_path` until all hooks have run. It finds nothing by itself: the other
finders do, and it only wraps the module's loader while that executes the module.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType
    from typing import Any

    Hook = Callable[[ModuleType], None]


class ImportHooks:
    """A finder that calls each hook once with its module, right after the module was executed."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        """The keys of *hooks* are names of modules."""
        self._hooks = dict(hooks)

    def install(self) -> None:
        """Put the finder into `sys.meta_path`."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return the spec of the other finders with a loader that runs the hook; None for modules without one."""
        if name not in self._hooks:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            find = getattr(finder, "find_spec", None)
            spec = None if find is None else find(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _HookedLoader(spec.loader, self)
                return spec
        return None

    def run(self, module: ModuleType) -> None:
        """Run the hook of *module* unless it has run already."""
        hook = self._hooks.pop(module.__name__, None)
        if not self._hooks and self in sys.meta_path:
            sys.meta_path.remove(self)
        if hook is not None:
            hook(module)


class _HookedLoader:
    """Loads a module with its own loader, then runs the hook; the module itself keeps its own loader."""

    def __init__(self, loader: Any, hooks: ImportHooks) -> None:
        self._loader = loader
        self._hooks = hooks

    def create_module(self, spec: Any) -> Any:
        create = getattr(self._loader, "create_module", None)
        return None if create is None else create(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._hooks.run(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
