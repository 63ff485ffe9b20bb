"""`__main__` of a worker: the module, arguments and paths that `python script.py ARGUMENTS` would have."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from os import chdir

from ..execution.executor import UNSAVED_NAME

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


class Names:
    """What a script is called, as `python NAME` in a directory makes it."""

    __slots__ = ("argument", "file", "folder")

    def __init__(self, path: str | None, name: str | None, directory: str) -> None:
        """*path* is absolute and without symlinks, or None for a script that has no file."""
        self.argument = name or path or ""
        """`sys.argv[0]`."""
        self.file = None if path is None else _joined(directory, self.argument)
        """`__file__`: the argument behind the working directory, with whatever symlinks and dots it has."""
        self.folder = directory if path is None else path.rpartition("/")[0] or "/"
        """`sys.path[0]`: the folder in which the file really is."""

    @classmethod
    def of(cls, message: dict[str, Any]) -> Names:
        """Return those of an `Open`."""
        return cls(message["script_path"], message.get("script_name"), message["directory"])


class MainModule:
    """Makes the executor's namespace that of the script's `__main__`, and renames it when the script moves."""

    def __init__(self, executor: PythonExecutor, baseline: Baseline) -> None:
        self._executor = executor
        self._baseline = baseline
        self._names = Names(None, None, "")
        """What rdit has set."""

    @property
    def path(self) -> str | None:
        """The script's path, as it is called; None for one without a file."""
        return self._names.file

    def open(self, names: Names, arguments: list[str], directory: str) -> str:
        """Become the `__main__` of a script, as `python NAME *arguments` in *directory* does; return warnings."""
        self._names = names
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
        if names.file is None:
            namespace.pop("__file__", None)
        else:
            namespace["__file__"] = names.file
            namespace["__loader__"] = SourceFileLoader("__main__", names.file)
        if "__annotations__" in namespace:
            namespace["__annotations__"] = {}
        sys.modules["__main__"] = module
        sys.argv = [names.argument, *arguments]
        sys.orig_argv = [sys.orig_argv[0], *sys.argv]
        if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
            sys.path.insert(0, names.folder)
        self._executor.namespace = namespace
        self._executor.filename = names.file or UNSAVED_NAME
        return warning

    def give(self, arguments: list[str]) -> None:
        """Take the *arguments* in the place of those that it was opened with, before anything has run."""
        sys.argv[1:] = arguments
        sys.orig_argv[2:] = arguments

    def move(self, names: Names) -> None:
        """Go on with the script under other *names*. What the script has set itself stays."""
        old = self._names
        if names.file is None or names.file == old.file:
            return
        self._names = names
        namespace = self._executor.namespace
        if _is_still(namespace.get("__file__"), old.file):
            namespace["__file__"] = names.file
            namespace["__loader__"] = SourceFileLoader("__main__", names.file)
        for values, place, before, now in (
            (getattr(sys, "argv", None), 0, old.argument, names.argument),
            (getattr(sys, "orig_argv", None), 1, old.argument, names.argument),
            (getattr(sys, "path", None), 0, old.folder, names.folder),
        ):
            if type(values) is list and len(values) > place and _is_still(values[place], before):
                values[place] = now
        self._executor.filename = names.file


def _joined(directory: str, name: str) -> str:
    return name if name.startswith("/") else f"{directory}/{name}"


def _is_still(value: object, before: str | None) -> bool:
    """Return whether *value* is what rdit has set; a script may have put anything in its place."""
    return value is None if before is None else type(value) is str and value == before
