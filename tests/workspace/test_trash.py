"""Deleted files go to the trash in the form that desktops expect."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rdit.errors import Forbidden, InvalidFields, NotFound
from rdit.workspace.operations import delete
from rdit.workspace.paths import Workspace

from .accounts import as_nobody, shared_folder

linux = pytest.mark.skipif(sys.platform == "darwin", reason="the Finder's trash keeps no notes")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a b.py").write_text("text")
    (root / "sub" / "x.py").write_text("x")
    return root


@pytest.fixture
def trash(tmp_path: Path) -> Path:
    return tmp_path / "Trash"


@linux
def test_a_deleted_file_lies_in_the_trash_with_a_note_of_where_it_was(root: Path, trash: Path) -> None:
    was, now = delete(Workspace(root), "a b.py", trash)
    assert (was, now) == ("a b.py", trash / "files" / "a b.py")
    assert now.read_text() == "text"
    assert not (root / "a b.py").exists()
    note = (trash / "info" / "a b.py.trashinfo").read_text()
    assert note.splitlines()[:2] == ["[Trash Info]", f"Path={str(root).replace(' ', '%20')}/a%20b.py"]
    assert re.fullmatch(r"DeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", note.splitlines()[2])
    assert {(trash / name).stat().st_mode & 0o777 for name in (".", "files", "info")} == {0o700}


def test_a_folder_goes_whole(root: Path, trash: Path) -> None:
    _, now = delete(Workspace(root), "sub/", trash)
    assert (now / "x.py").read_text() == "x"
    assert not (root / "sub").exists()


def test_files_of_one_name_are_kept_apart(root: Path, trash: Path) -> None:
    places = set()
    for text in ("one", "two", "three"):
        (root / "x.py").write_text(text)
        _, now = delete(Workspace(root), "x.py", trash)
        places.add((now.name, now.read_text()))
    assert places == {("x.py", "one"), ("x.2.py", "two"), ("x.3.py", "three")}


@linux
def test_a_file_in_the_trash_that_lacks_its_note_is_not_replaced(root: Path, trash: Path) -> None:
    (trash / "files").mkdir(parents=True)
    (trash / "files" / "a b.py").write_text("older")
    _, now = delete(Workspace(root), "a b.py", trash)
    assert now.name == "a b.2.py"
    assert (trash / "files" / "a b.py").read_text() == "older"
    assert [path.name for path in (trash / "info").iterdir()] == ["a b.2.py.trashinfo"]


def test_long_names_have_a_place(root: Path, trash: Path) -> None:
    name = "é" * 126 + ".py"
    (root / name).write_text("long")
    _, now = delete(Workspace(root), name, trash)
    assert now.read_text() == "long"
    assert now.name.endswith(".py")


def test_a_symlink_goes_itself_and_not_what_it_leads_to(root: Path, trash: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("outside")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    delete(Workspace(root), "link.py", trash)
    assert (tmp_path / "outside.py").read_text() == "outside"
    assert not (root / "link.py").is_symlink()


def test_only_what_is_in_the_workspace_is_deleted(root: Path, trash: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("outside")
    (root / "out").symlink_to(tmp_path)
    for path, kind in [("out/outside.py", Forbidden), ("../outside.py", Forbidden), ("missing", NotFound)]:
        with pytest.raises(kind):
            delete(Workspace(root), path, trash)
    assert (tmp_path / "outside.py").exists()
    assert not trash.exists() or not list((trash / "files").iterdir())


def test_the_folder_that_holds_the_trash_cannot_go_into_it(root: Path) -> None:
    with pytest.raises(InvalidFields):
        delete(Workspace(root), "sub", root / "sub" / "Trash")
    assert (root / "sub" / "x.py").exists()


def test_what_may_not_be_deleted_stays(tmp_path: Path) -> None:
    with shared_folder() as folder:
        (folder / "root").mkdir()
        (folder / "root" / "a.py").touch()
        (folder / "root").chmod(0o555)
        with as_nobody(), pytest.raises(Forbidden, match="no permission"):
            delete(Workspace(folder / "root"), "a.py", folder / "Trash")
        assert (folder / "root" / "a.py").exists()
        (folder / "root").chmod(0o755)


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path.resolve() / "disk"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts file systems")
    done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_what_is_on_another_disk_goes_to_the_trash_of_that_disk(other_disk: Path, trash: Path) -> None:
    (other_disk / "work").mkdir()
    (other_disk / "work" / "a.py").write_text("text")
    _, now = delete(Workspace(other_disk / "work"), "a.py", trash)
    assert now == other_disk / f".Trash-{os.getuid()}" / "files" / "a.py"
    note = (now.parent.parent / "info" / "a.py.trashinfo").read_text()
    assert "Path=work/a.py\n" in note
    assert not list((trash / "files").iterdir())
    assert not list((trash / "info").iterdir())


def test_a_shared_trash_of_a_disk_is_used_if_it_is_safe(other_disk: Path, trash: Path) -> None:
    (other_disk / ".Trash").mkdir()
    (other_disk / ".Trash").chmod(0o1777)
    for name in ("a.py", "b.py"):
        (other_disk / name).touch()
    _, now = delete(Workspace(other_disk), "a.py", trash)
    assert now == other_disk / ".Trash" / str(os.getuid()) / "files" / "a.py"
    (other_disk / ".Trash").chmod(0o777)  # where anybody may put a symlink in another's place
    _, now = delete(Workspace(other_disk), "b.py", trash)
    assert now == other_disk / f".Trash-{os.getuid()}" / "files" / "b.py"


def test_without_any_trash_nothing_is_deleted(other_disk: Path, trash: Path) -> None:
    (other_disk / "a.py").touch()
    (other_disk / f".Trash-{os.getuid()}").symlink_to("/tmp")
    with pytest.raises(Forbidden, match="has no trash"):
        delete(Workspace(other_disk), "a.py", trash)
    assert (other_disk / "a.py").exists()
