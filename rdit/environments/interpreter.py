"""Which Python runs a script: `--python`, else the activated environment, else a near `.venv`, else rdit's own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from ..errors import InterpreterFailed


class Interpreter(NamedTuple):
    """The Python of a script."""

    path: Path
    is_found: bool
    """Whether it was found in the workspace; else it was named or activated by the user, or is rdit's own."""


def choose_interpreter(
    script_folder: Path, root: Path, *, python: Path | None = None, virtual_env: str | None = None
) -> Interpreter:
    """Return the interpreter for a script in *script_folder* of the workspace *root*.

    *python* is what the user asked for and wins; *virtual_env* is the activated environment. An environment whose
    interpreter is gone is passed over. The path is not resolved: a virtual environment is known by the link's place.
    """
    if python is not None:
        return Interpreter(python, is_found=False)
    if virtual_env and (found := _interpreter_of(Path(virtual_env))):
        return Interpreter(found, is_found=False)
    for folder in _upwards(script_folder, root):
        for name in (".venv", "venv"):
            if (folder / name / "pyvenv.cfg").is_file() and (found := _interpreter_of(folder / name)):
                return Interpreter(found, is_found=True)
    return Interpreter(Path(sys.executable), is_found=False)


def named_interpreter(name: str) -> Path:
    """Return the interpreter that the user named: a path, a command on `PATH`, or the folder of an environment.

    Raises:
        InterpreterFailed: there is none.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        if found := _interpreter_of(path):
            return found.absolute()
        raise InterpreterFailed(f"{name} is a folder without bin/python. Name an interpreter or an environment.")
    if os.sep not in name and (found_command := shutil.which(name)):
        return Path(found_command).absolute()
    if not path.exists():
        raise InterpreterFailed(f"There is no interpreter at {name}. Check the path after --python.")
    if not os.access(path, os.X_OK):
        raise InterpreterFailed(f"{name} is not executable, so it cannot be the interpreter.")
    return path.absolute()


def _interpreter_of(environment: Path) -> Path | None:
    for name in ("python", "python3"):
        path = environment / "bin" / name
        if path.is_file() and os.access(path, os.X_OK):
            return path
    return None


def _upwards(folder: Path, root: Path) -> list[Path]:
    """Return *folder* and its parents up to *root*; *folder* alone when it is not inside *root*."""
    if folder != root and root not in folder.parents:
        return [folder]
    parents = [folder, *folder.parents]
    return parents[: parents.index(root) + 1]
