"""The text that runs goes to the processes that multiprocessing spawns, where the file on the disk is not that text.

Such a process imports the script's file under the name `__mp_main__` and looks for the functions that it is to run in
there; a pool whose workers do not find theirs waits for ever.
"""

from __future__ import annotations

from os.path import normpath

from .hints import is_on_disk

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Any

# The script may replace or delete builtins; rdit keeps its own.
_exec = exec

_IN_CHILD = """
import linecache, runpy
read_and_run = runpy.run_path
def run_path(path_name, init_globals=None, run_name=None):
    runpy.run_path = read_and_run
    linecache.cache[filename] = len(text), None, text.splitlines(True), filename
    code = compile(text, filename, "exec", dont_inherit=True)
    return runpy._run_module_code(code, init_globals, run_name, pkg_name="", script_name=filename)
runpy.run_path = run_path
"""
"""What the child executes when it unpickles a `_Text`, before it imports the script. It has no rdit: this is source."""


class _Text:
    """Pickled for a child process, it has that import this text for the script's."""

    def __init__(self, filename: str, lines: Sequence[str]) -> None:
        self._names = {"filename": filename, "text": "\n".join(lines)}

    def __reduce__(self) -> tuple[Any, ...]:
        return _exec, (_IN_CHILD, self._names)


def send_unsaved_text(module: ModuleType, filename: Callable[[], str], lines: Callable[[], Sequence[str]]) -> None:
    """Let *module*, `multiprocessing.spawn`, prepare its children with the text that runs, if the disk has another."""
    prepare: Callable[..., Any] = module.get_preparation_data

    def get_preparation_data(name: str) -> Any:
        data = prepare(name)
        file = filename()
        path = data.get("init_main_from_path")
        is_script = path in (None, normpath(file)) and "init_main_from_name" not in data
        if not is_script or is_on_disk(file, lines()):
            return data
        if name == "ignore":  # the fork server, which would have all its children import the file
            data.pop("init_main_from_path", None)
            return data
        return {"text": _Text(path or file, lines()), **data, "init_main_from_path": path or file}

    module.get_preparation_data = get_preparation_data  # type: ignore[attr-defined]
