"""Which Python runs a script."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from rdit.environments.interpreter import choose_interpreter, named_interpreter
from rdit.errors import InterpreterFailed


def environment(folder: Path) -> Path:
    """Lay out a virtual environment and return its interpreter."""
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n")
    python = folder / "bin" / "python"
    python.symlink_to(sys.executable)
    return python


def test_the_named_interpreter_wins(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    named = Path("/opt/python")
    active = str(tmp_path / ".venv")
    assert choose_interpreter(tmp_path, tmp_path, python=named, virtual_env=active).path == named


def test_the_activated_environment_is_next(tmp_path: Path) -> None:
    active = environment(tmp_path / "active")
    environment(tmp_path / ".venv")
    assert choose_interpreter(tmp_path, tmp_path, virtual_env=str(tmp_path / "active")).path == active


def test_an_activated_environment_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    near = environment(tmp_path / ".venv")
    assert choose_interpreter(tmp_path, tmp_path, virtual_env=str(tmp_path / "deleted")).path == near


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_the_nearest_environment_above_the_script_is_next(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    environment(tmp_path / ".venv")
    near = environment(tmp_path / "a" / name)
    assert choose_interpreter(folder, tmp_path).path == near


def test_the_search_ends_at_the_workspace_root(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    (tmp_path / "root" / "a").mkdir(parents=True)
    assert choose_interpreter(tmp_path / "root" / "a", tmp_path / "root").path == Path(sys.executable)


def test_a_folder_that_only_has_the_name_is_no_environment(tmp_path: Path) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/no/such/python")
    assert choose_interpreter(tmp_path, tmp_path).path == Path(sys.executable)


def test_an_interpreter_is_named_by_its_path_its_command_or_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = environment(tmp_path / "env")
    assert named_interpreter(str(python)) == python
    assert named_interpreter(str(tmp_path / "env")) == python
    monkeypatch.setenv("PATH", str(python.parent), prepend=os.pathsep)
    assert named_interpreter("python") == python


def test_a_relative_path_holds_wherever_the_kernel_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment(tmp_path / "env")
    monkeypatch.chdir(tmp_path)
    assert named_interpreter("env/bin/python") == python


def test_what_cannot_be_an_interpreter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for name, words in [("missing", "no interpreter"), ("file", "not executable"), ("folder", "without bin/python")]:
        with pytest.raises(InterpreterFailed, match=words):
            named_interpreter(str(tmp_path / name))
