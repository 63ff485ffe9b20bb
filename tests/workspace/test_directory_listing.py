"""A folder is listed, whatever is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rdit.errors import Forbidden, NotFound
from rdit.workspace.directory_listing import list_folder
from rdit.workspace.paths import Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "root"
    (root / "sub").mkdir(parents=True)
    (root / "Alpha").mkdir()
    for name in ("b10.py", "b9.py", "A.txt", ".hidden", f".rdit-{'0' * 16}.tmp"):
        (root / name).write_text("12345")
    return root


def test_folders_come_first_and_numbers_count_by_value(root: Path) -> None:
    listing, _ = list_folder(Workspace(root), "")
    assert [(entry.name, entry.kind) for entry in listing.entries] == [
        ("Alpha", "folder"),
        ("sub", "folder"),
        (".hidden", "file"),
        ("A.txt", "file"),
        ("b9.py", "file"),
        ("b10.py", "file"),
    ]
    assert not listing.truncated


def test_an_entry_has_size_time_and_path(root: Path) -> None:
    (root / "sub" / "x.py").write_bytes(b"123")
    os.utime(root / "sub" / "x.py", ns=(0, 1_500_000_000_123_000_000))
    (entry,) = list_folder(Workspace(root), "sub/")[0].entries
    assert (entry.path, entry.size, entry.modified) == ("sub/x.py", 3, 1_500_000_000_123.0)


def test_symlinks_show_what_they_lead_to_inside_the_workspace_only(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root / "in-file").symlink_to("A.txt")
    (root / "in-folder").symlink_to("sub")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "nowhere").symlink_to("missing")
    kinds = {entry.name: (entry.kind, entry.symlink) for entry in list_folder(Workspace(root), "")[0].entries}
    assert kinds["in-file"] == ("file", True)
    assert kinds["in-folder"] == ("folder", True)
    assert kinds["out"] == ("other", True)
    assert kinds["nowhere"] == ("other", True)
    assert kinds["sub"] == ("folder", False)


def test_what_cannot_be_opened_is_listed_as_such(root: Path) -> None:
    os.mkfifo(root / "fifo")
    expected = {"fifo"}
    try:
        (root / os.fsdecode(b"not-text-\xff")).touch()
        expected.add("not-text-?")
    except OSError:
        pass  # a file system that takes only names that are text
    others = {entry.name for entry in list_folder(Workspace(root), "")[0].entries if entry.kind == "other"}
    assert others == expected


def test_what_git_ignores_is_marked(root: Path) -> None:
    (root / ".gitignore").write_text("*.txt\nsub/\n")
    (root / "sub" / "x.py").touch()
    (root / "__pycache__").mkdir()
    (root / "Alpha" / ".gitignore").write_text("!y.txt")
    (root / "Alpha" / "y.txt").touch()
    workspace = Workspace(root)
    assert {entry.name for entry in list_folder(workspace, "")[0].entries if entry.ignored} == {
        "A.txt",
        "sub",
        "__pycache__",
    }
    assert [entry.ignored for entry in list_folder(workspace, "sub")[0].entries] == [True]
    assert {entry.name: entry.ignored for entry in list_folder(workspace, "Alpha")[0].entries}["y.txt"] is False


def test_a_huge_folder_is_cut_in_order(root: Path) -> None:
    for number in range(100):
        (root / "sub" / f"{number}.py").touch()
    listing, _ = list_folder(Workspace(root), "sub", max_entries=10)
    assert [entry.name for entry in listing.entries] == [f"{number}.py" for number in range(10)]
    assert listing.truncated


def test_only_folders_inside_the_workspace_are_listed(root: Path) -> None:
    for path, kind in [("A.txt", NotFound), ("missing", NotFound), ("..", Forbidden), ("/", Forbidden)]:
        with pytest.raises(kind):
            list_folder(Workspace(root), path)
