"""Post-import hooks run once, and leave no trace on the module."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from rdit.kernel.display.import_hooks import ImportHooks


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that modules are imported from; what was imported is forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    finders, modules = list(sys.meta_path), set(sys.modules)
    yield tmp_path
    sys.meta_path[:] = finders
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def test_the_action_sees_the_module_as_its_own_code_has_left_it(folder: Path) -> None:
    (folder / "awaited.py").write_text("x = 1")
    seen: list[tuple[str, int]] = []
    finder = ImportHooks({"awaited": lambda module: seen.append((module.__name__, module.x))})
    finder.install()
    module = importlib.import_module("awaited")
    assert seen == [("awaited", 1)]
    assert type(module.__loader__).__name__ == "SourceFileLoader"
    assert module.__spec__ is not None
    assert module.__spec__.loader is module.__loader__
    assert finder not in sys.meta_path


def test_it_waits_for_all_and_each_acts_once(folder: Path) -> None:
    for name in ("first", "second"):
        (folder / f"{name}.py").write_text("")
    seen: list[str] = []

    def note(module: ModuleType) -> None:
        seen.append(module.__name__)

    finder = ImportHooks({"first": note, "second": note})
    finder.install()
    importlib.reload(importlib.import_module("first"))
    assert finder in sys.meta_path
    assert importlib.util.find_spec("second") is not None
    importlib.import_module("second")
    assert seen == ["first", "second"]
    assert finder not in sys.meta_path


def test_a_module_that_is_not_there_or_fails_is_as_without_it(folder: Path) -> None:
    (folder / "broken.py").write_text("1 / 0")
    ImportHooks({"broken": print, "absent": print}).install()
    with pytest.raises(ModuleNotFoundError, match="No module named 'absent'"):
        importlib.import_module("absent")
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("broken")
