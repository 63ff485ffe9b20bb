"""A save is atomic and conditional, and keeps the attributes of the file."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from rdit.errors import DiskFull, FileChanged, Forbidden, InvalidFields, NotFound, NotText, TooLarge
from rdit.workspace import atomic_write
from rdit.workspace.atomic_write import Replacement, read_bytes, read_version, version_of
from rdit.workspace.paths import Place, Workspace, translated_errors
from rdit.workspace.rename_exclusive import rename_exclusively

from .accounts import as_nobody, shared_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path.resolve()


@pytest.fixture
def shared() -> Iterator[Path]:
    with shared_folder() as folder:
        yield folder


def save(root: Path, path: str, data: bytes, version: str | None) -> str:
    with Workspace(root).place(path) as place:
        return atomic_write.save(place, data, version).version


def test_a_new_file_has_the_mode_that_the_umask_gives(root: Path) -> None:
    before = os.umask(0o027)
    try:
        assert save(root, "new.py", b"new", None) == version_of(b"new")
    finally:
        os.umask(before)
    assert (root / "new.py").read_bytes() == b"new"
    assert stat.S_IMODE((root / "new.py").stat().st_mode) == 0o640
    assert [path.name for path in root.iterdir()] == ["new.py"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664, 0o4755])
def test_the_mode_of_a_replaced_file_is_kept(root: Path, mode: int) -> None:
    file = root / "a.py"
    file.write_bytes(b"old")
    file.chmod(mode)
    save(root, "a.py", b"new", version_of(b"old"))
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_root_keeps_the_owner_of_a_file(root: Path) -> None:
    file = root / "a.py"
    file.write_bytes(b"old")
    os.chown(file, 1234, 5678)
    save(root, "a.py", b"new", version_of(b"old"))
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 5678)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a file of somebody else's")
def test_a_group_that_cannot_be_kept_leaves_its_rights_to_no_other_group(shared: Path) -> None:
    file = shared / "a.py"
    file.write_bytes(b"old")
    os.chown(file, 1234, 5678)
    file.chmod(0o666 | stat.S_ISGID)
    file.chmod(0o662)
    with as_nobody(), pytest.raises(Forbidden), translated_errors("a.py"):
        save(shared, "a.py", b"new", version_of(b"old"))  # may not be read, so its version cannot be known
    file.chmod(0o676)
    with as_nobody():
        save(shared, "a.py", b"new", version_of(b"old"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o666
    assert file.stat().st_uid == 65534


def test_extended_attributes_are_kept(root: Path) -> None:
    file = root / "a.py"
    file.write_bytes(b"old")
    try:
        os.setxattr(file, "user.origin", b"elsewhere")
    except (AttributeError, OSError):
        pytest.skip("this file system has no extended attributes")
    save(root, "a.py", b"new", version_of(b"old"))
    assert os.getxattr(file, "user.origin") == b"elsewhere"


def test_a_symlink_stays_and_its_target_is_saved(root: Path) -> None:
    (root / "real").mkdir()
    (root / "real" / "a.py").write_bytes(b"old")
    (root / "link.py").symlink_to("real/a.py")
    save(root, "link.py", b"new", version_of(b"old"))
    assert (root / "link.py").readlink() == Path("real/a.py")
    assert (root / "real" / "a.py").read_bytes() == b"new"


def test_a_symlink_to_a_missing_file_gets_its_target(root: Path) -> None:
    (root / "real").mkdir()
    (root / "link.py").symlink_to("real/a.py")
    save(root, "link.py", b"new", None)
    assert (root / "real" / "a.py").read_bytes() == b"new"


def test_a_file_that_changed_is_not_overwritten(root: Path) -> None:
    (root / "a.py").write_bytes(b"theirs")
    with pytest.raises(FileChanged, match="changed on disk"):
        save(root, "a.py", b"mine", version_of(b"old"))
    with pytest.raises(FileChanged, match="exists already"):
        save(root, "a.py", b"mine", None)
    assert (root / "a.py").read_bytes() == b"theirs"
    (root / "a.py").unlink()
    with pytest.raises(FileChanged, match="was deleted or renamed"):
        save(root, "a.py", b"mine", version_of(b"old"))
    assert list(root.iterdir()) == []


def test_a_change_while_the_new_bytes_are_written_is_seen(root: Path) -> None:
    """The version is looked at right before the rename, not only when the save begins."""
    (root / "a.py").write_bytes(b"old")
    with Workspace(root).place("a.py") as place, Replacement(place) as replacement:
        replacement.write(b"mine")
        (root / "a.py").write_bytes(b"theirs")
        with pytest.raises(FileChanged):
            replacement.commit(lambda: atomic_write.require_version(place, version_of(b"old"), read_version(place)))
    assert (root / "a.py").read_bytes() == b"theirs"
    assert [path.name for path in root.iterdir()] == ["a.py"]


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(root: Path) -> None:
    with Workspace(root).place("a.py") as place, Replacement(place) as replacement:
        replacement.write(b"mine")
        with pytest.raises(FileChanged, match="exists already"):
            replacement.commit(lambda: (root / "a.py").write_bytes(b"theirs") and None)
    assert (root / "a.py").read_bytes() == b"theirs"


@pytest.mark.parametrize("path", ["folder", "fifo"])
def test_what_is_no_file_is_not_replaced(root: Path, path: str) -> None:
    (root / "folder").mkdir()
    os.mkfifo(root / "fifo")
    with pytest.raises(NotText):
        save(root, path, b"new", None)
    assert {entry.name for entry in root.iterdir()} == {"folder", "fifo"}


def test_a_new_name_with_control_characters_is_refused(root: Path) -> None:
    with pytest.raises(InvalidFields, match="control characters"):
        save(root, "line\nbreak.py", b"new", None)
    (root / "line\nbreak.py").write_bytes(b"old")
    save(root, "line\nbreak.py", b"new", version_of(b"old"))  # a file that is there keeps the name it has
    assert (root / "line\nbreak.py").read_bytes() == b"new"


def test_a_long_name_is_no_obstacle(root: Path) -> None:
    name = "x" * 252 + ".py"
    save(root, name, b"new", None)
    save(root, name, b"newer", version_of(b"new"))
    assert (root / name).read_bytes() == b"newer"


def test_a_missing_folder_is_named(root: Path) -> None:
    with pytest.raises(NotFound, match="folder"):
        save(root, "missing/a.py", b"new", None)


def test_a_read_only_file_is_not_replaced(shared: Path) -> None:
    with as_nobody():
        (shared / "a.py").write_bytes(b"old")
        (shared / "a.py").chmod(0o444)
        with pytest.raises(Forbidden, match="no permission"):
            save(shared, "a.py", b"new", version_of(b"old"))
    assert (shared / "a.py").read_bytes() == b"old"
    assert len(list(shared.iterdir())) == 1


def test_a_read_only_folder_is_said_to_be_so(shared: Path) -> None:
    with as_nobody():
        (shared / "a.py").write_bytes(b"old")
        shared.chmod(0o555)
        with pytest.raises(Forbidden, match="no permission"):
            save(shared, "a.py", b"new", version_of(b"old"))
        with pytest.raises(Forbidden, match="no permission"):
            save(shared, "b.py", b"new", None)
        assert (shared / "a.py").read_bytes() == b"old"
        shared.chmod(0o755)


def test_a_folder_that_may_be_entered_but_not_listed_takes_a_save(shared: Path) -> None:
    (shared / "blind").mkdir()
    (shared / "blind").chmod(0o777)
    with as_nobody():
        save(shared, "blind/a.py", b"old", None)
    (shared / "blind").chmod(0o333)
    with as_nobody():
        save(shared, "blind/a.py", b"new", version_of(b"old"))
    assert (shared / "blind" / "a.py").read_bytes() == b"new"


def save_while_forbidden(place: Place, folder: Path) -> None:
    with Replacement(place) as replacement:
        replacement.write(b"new")
        folder.chmod(0o555)
        try:
            replacement.commit(lambda: None)
        finally:
            folder.chmod(0o755)


def test_permission_that_is_taken_away_midway_leaves_the_old_file(shared: Path) -> None:
    with as_nobody():
        (shared / "a.py").write_bytes(b"old")
        with pytest.raises(Forbidden), Workspace(shared).place("a.py") as place:
            save_while_forbidden(place, shared)
    assert (shared / "a.py").read_bytes() == b"old"
    assert len(list(shared.iterdir())) == 1


def test_a_file_larger_than_allowed_is_not_read(root: Path) -> None:
    (root / "a.py").write_bytes(b"12345")
    with Workspace(root).place("a.py") as place:
        assert read_bytes(place, size_limit=5)[0] == b"12345"
        with pytest.raises(TooLarge, match="5 bytes; rdit opens up to 4"):
            read_bytes(place, size_limit=4)


def test_a_file_that_has_no_size_is_read_within_the_limit() -> None:
    if not Path("/proc/self/smaps").exists():
        pytest.skip("there is no /proc")
    with Workspace(Path("/proc")).place(f"{os.getpid()}/smaps") as place:
        assert Path(f"/proc/{os.getpid()}/smaps").stat().st_size == 0
        with pytest.raises(TooLarge, match="more than 100 bytes"):
            read_bytes(place, size_limit=100)


def test_the_version_of_a_missing_file_is_none(root: Path) -> None:
    with Workspace(root).place("a.py") as place:
        assert read_version(place) is None
        (root / "a.py").write_bytes(b"x" * 3_000_000)
        assert read_version(place) == version_of(b"x" * 3_000_000)


def test_what_a_killed_saver_left_is_swept_and_what_is_in_use_is_not(root: Path) -> None:
    left = root / f".rdit-{'0' * 16}.tmp"
    left.write_bytes(b"half")
    (root / ".rdit-of-the-user.tmp").write_bytes(b"kept")
    with Workspace(root).place("slow.py") as place, Replacement(place) as slow:
        slow.write(b"in the making")
        save(root, "quick.py", b"quick", None)
        assert not left.exists()
        slow.commit(lambda: None)
    assert (root / "slow.py").read_bytes() == b"in the making"
    assert {path.name for path in root.iterdir()} == {"quick.py", "slow.py", ".rdit-of-the-user.tmp"}


def test_a_save_whose_file_is_taken_for_a_leftover_begins_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "script.py").write_text("old")
    held: list[int] = []
    lock = fcntl.flock

    def lock_after_another_save(descriptor: int, operation: int) -> None:
        if not held:
            [name] = root.glob(".rdit-*.tmp")
            held.append(os.open(name, os.O_RDONLY))
            lock(held[0], operation)
            name.unlink()
        lock(descriptor, operation)

    monkeypatch.setattr(atomic_write.fcntl, "flock", lock_after_another_save)
    save(root, "script.py", b"new", version_of(b"old"))
    os.close(held[0])
    assert (root / "script.py").read_text() == "new"
    assert [path.name for path in root.iterdir()] == ["script.py"]


def test_a_rename_never_replaces(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(root, os.O_RDONLY)
    try:
        for call in ("the system's", "in steps"):
            if call == "in steps":
                monkeypatch.setattr("rdit.workspace.rename_exclusive._system_call", lambda: None)
            (root / "a").write_text("a")
            (root / "b").write_text("b")
            (root / "empty").mkdir()
            (root / "dir").mkdir()
            for old, new in [("a", "b"), ("a", "empty"), ("dir", "empty"), ("dir", "a")]:
                with pytest.raises(FileExistsError):
                    rename_exclusively(folder, old, folder, new)
            assert (root / "b").read_text() == "b"
            rename_exclusively(folder, "a", folder, "c")
            rename_exclusively(folder, "dir", folder, "d")
            assert {path.name for path in root.iterdir()} == {"b", "c", "d", "empty"}
            with pytest.raises(FileNotFoundError):
                rename_exclusively(folder, "gone", folder, "x")
            for path in root.iterdir():
                path.rmdir() if path.is_dir() else path.unlink()
    finally:
        os.close(folder)


def test_the_limit_on_a_files_size_is_reported_as_no_room(root: Path) -> None:
    resource = pytest.importorskip("resource")
    (root / "a.py").write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(DiskFull, match="no room"):
            save(root, "a.py", b"x" * (1 << 20), version_of(b"old"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (root / "a.py").read_bytes() == b"old"
    assert len(list(root.iterdir())) == 1
