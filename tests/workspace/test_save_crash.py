"""Whatever happens to a save, the file is one version or the other, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rdit.errors import DiskFull, Forbidden
from rdit.workspace import atomic_write
from rdit.workspace.paths import Workspace

PROGRAMS = Path(__file__).parent / "programs"


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAMS / program), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output


@pytest.mark.parametrize("kind", ["existing", "new"])
def test_a_saver_that_is_killed_at_any_step_leaves_a_whole_file(tmp_path: Path, kind: str) -> None:
    *deaths, end = [line.split() for line in finish(start("killed_while_saving.py", tmp_path, kind)).splitlines()]
    assert end == ["saved"]
    calls = [call for _, call, _ in deaths]
    states = [state for _, _, state in deaths]
    # The control: it did die before, between and after the steps that matter, and only whole files were seen.
    assert {"open", "write", "fsync", "rename", "flock"} <= set(calls)
    assert calls.count("write") > 3
    before, after = ("old", "new") if kind == "existing" else ("missing", "new")
    turn = states.index(after)
    assert set(states[:turn]) == {before}
    assert set(states[turn:]) == {after}
    assert calls[turn - 1] == "rename"
    # The next save, which succeeded, swept what the killed ones had left.
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_writers_that_race_never_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "count.txt").write_bytes(b"0 \n")
    writers = [start("counting_writer.py", tmp_path, 60) for _ in range(4)]
    conflicts = [int(finish(writer)) for writer in writers]
    assert (tmp_path / "count.txt").read_bytes().split()[0] == b"240"
    assert sum(conflicts) > 0, "they never met, so this shows nothing"
    assert [path.name for path in tmp_path.iterdir()] == ["count.txt"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system with room for 512 KiB."""
    folder = tmp_path.resolve() / "small"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts file systems")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k,mode=755", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("taken", [0, 100_000, 200_000, 300_000, 500_000])
def test_a_full_disk_leaves_the_old_file_and_no_rest(small_disk: Path, taken: int) -> None:
    script = small_disk / "script.py"
    old, new = b"old " * 5_000, b"new " * 120_000
    script.write_bytes(old)
    (small_disk / "big").write_bytes(b"x" * taken)
    with pytest.raises(DiskFull, match="Free some space"), Workspace(small_disk).place("script.py") as place:
        atomic_write.save(place, new * 2, atomic_write.version_of(old))
    assert script.read_bytes() == old
    assert {path.name for path in small_disk.iterdir()} == {"script.py", "big"}
    (small_disk / "big").unlink()
    with Workspace(small_disk).place("script.py") as place:  # the control: with room it goes
        atomic_write.save(place, new, atomic_write.version_of(old))
    assert script.read_bytes() == new


def test_a_disk_without_room_for_another_name_leaves_the_old_file(tmp_path: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,nr_inodes=5", small_disk], check=True)
    (small_disk / "script.py").write_bytes(b"old")
    filler = [small_disk / f"{number}" for number in range(3)]
    for path in filler:
        path.touch()
    with pytest.raises(DiskFull), Workspace(small_disk).place("script.py") as place:
        atomic_write.save(place, b"new", atomic_write.version_of(b"old"))
    assert (small_disk / "script.py").read_bytes() == b"old"
    filler[0].unlink()
    with Workspace(small_disk).place("script.py") as place:
        atomic_write.save(place, b"new", atomic_write.version_of(b"old"))


def test_a_read_only_file_system_is_said_to_be_so(small_disk: Path) -> None:
    (small_disk / "script.py").write_bytes(b"old")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(Forbidden, match="read-only"), Workspace(small_disk).place("script.py") as place:
        atomic_write.save(place, b"new", atomic_write.version_of(b"old"))
    assert (small_disk / "script.py").read_bytes() == b"old"
