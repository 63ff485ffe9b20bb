"""`__main__` of a worker: the module, arguments and paths that `python script.py ARGUMENTS` would have."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from os import chdir

from ..execution.executor import NAME_OF_A_BUFFER

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

    from ..execution.executor import PythonExecutor


class Baseline:
    """What the interpreter had at its start, before rdit was imported: the script is to find the same."""

    __slots__ = ("modules", "names")

    def __init__(self, modules: frozenset[str], names: dict[str, Any]) -> None:
        self.modules = modules
        """The names in `sys.modules`."""
        self.names = names
        """The variables of `__main__`."""

    def restore_modules(self) -> None:
        """Remove the modules that rdit has imported from `sys.modules`, so that the script imports its own."""
        for name in [name for name in sys.modules if name not in self.modules]:
            del sys.modules[name]


class MainModule:
    """Makes the executor's namespace that of the script's `__main__`, and renames it when the script moves."""

    def __init__(self, executor: PythonExecutor, baseline: Baseline) -> None:
        self.is_open = False
        self._executor = executor
        self._baseline = baseline
        self._path: str | None = None
        """Where the script is; None for one without a file."""
        self._folder = ""
        """What rdit has put first into `sys.path`."""

    def open(self, path: str | None, arguments: list[str], directory: str) -> str:
        """Become the `__main__` of a script, as `python path *arguments` in *directory* does; return warnings."""
        self.is_open, self._path, self._folder = True, path, _folder_of(path) or directory
        warning = ""
        try:
            chdir(directory)
        except OSError as error:
            # The script runs nonetheless, where the server was started, and its first statement says so.
            warning = f"rdit: the script's folder cannot be entered: {error}\n"
        module = type(sys)("__main__")
        namespace = module.__dict__
        namespace.clear()
        namespace.update(self._baseline.names)
        namespace["__doc__"] = None
        if path is None:
            namespace.pop("__file__", None)
        else:
            namespace["__file__"] = path
            namespace["__loader__"] = SourceFileLoader("__main__", path)
        if "__annotations__" in namespace:
            namespace["__annotations__"] = {}
        sys.modules["__main__"] = module
        sys.argv = [path or "", *arguments]
        sys.orig_argv = [sys.orig_argv[0], *sys.argv]
        if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
            sys.path.insert(0, self._folder)
        self._executor.namespace = namespace
        self._executor.filename = path or NAME_OF_A_BUFFER
        return warning

    def move(self, path: str | None) -> None:
        """Go on with the script at *path*, as `python path` would name it. What the script has set itself stays."""
        if path is None or path == self._path:
            return
        old, self._path = self._path, path
        folder, self._folder = self._folder, _folder_of(path) or ""
        namespace = self._executor.namespace
        if _is_still(namespace.get("__file__"), old):
            namespace["__file__"] = path
            namespace["__loader__"] = SourceFileLoader("__main__", path)
        for names, place, before, now in (
            (getattr(sys, "argv", None), 0, old or "", path),
            (getattr(sys, "orig_argv", None), 1, old or "", path),
            (getattr(sys, "path", None), 0, folder, self._folder),
        ):
            if type(names) is list and len(names) > place and _is_still(names[place], before):
                names[place] = now
        self._executor.filename = path


def _folder_of(path: str | None) -> str | None:
    return None if path is None else path.rpartition("/")[0] or "/"


def _is_still(value: object, before: str | None) -> bool:
    """Return whether *value* is what rdit has set; a script may have put anything in its place."""
    return value is None if before is None else type(value) is str and value == before
