"""A whole server that is killed while it saves over HTTP leaves one version of the file or the other, whole."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import pytest

from rdit.workspace.atomic_write import TEMPORARY, version_of
from tests.running import Rdit, running_rdit

OLD = "old " * 1_000_000
NEW = "new " * 4_000_000
"""Large enough that writing it takes a while in which the server can be killed."""


def rests(folder: Path) -> list[Path]:
    """Return the files of saves that are under way, or never were finished."""
    return [path for path in folder.iterdir() if TEMPORARY.fullmatch(path.name)]


def save(server: Rdit, content: str, version: str | None) -> str:
    body = {"path": "script.py", "content": content, "version": version}
    answer: dict[str, str] = server.json("/api/write-file", body, "PUT")
    return answer["version"]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every save in *folder* from taking its place for two seconds, in which the server can be killed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Watched:
    """The script's folder, and what there was before the save: the inode of the script, and what others had left."""

    folder: Path
    inode: int
    left: list[Path]

    def is_made(self) -> bool:
        """Whether the new file is there."""
        return len(rests(self.folder)) > len(self.left)

    def is_being_written(self) -> bool:
        """Whether some of the new file is there."""
        return any(path.stat().st_size for path in rests(self.folder) if path not in self.left)

    def is_in_place(self) -> bool:
        """Whether the new file has taken the old one's place."""
        return (self.folder / "script.py").stat().st_ino != self.inode


MOMENTS: dict[str, Callable[[Watched], bool]] = {
    "made": Watched.is_made,
    "being written": Watched.is_being_written,
    "in place": Watched.is_in_place,
}


def test_a_server_that_is_killed_while_it_saves_leaves_a_whole_file_and_nothing_that_stays(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    script = folder / "script.py"
    states: dict[str, str] = {}
    for count, (name, has_come) in enumerate(MOMENTS.items(), 1):
        script.write_text(OLD)
        script.chmod(0o640)
        watched = Watched(folder, script.stat().st_ino, rests(folder))
        # The servers were not asked to end, so they do not end as asked.
        with (
            pytest.raises(AssertionError, match="ended with status -9"),
            running_rdit("script.py", folder=folder) as server,
            nullcontext() if name == "in place" else locked(folder),
        ):
            over = threading.Event()

            def try_to_save(server: Rdit = server, over: threading.Event = over) -> None:
                with suppress(OSError, HTTPException):  # the server dies in the middle, or after it
                    save(server, NEW, version_of(OLD.encode()))
                over.set()

            saving = threading.Thread(target=try_to_save)
            saving.start()
            while not has_come(watched) and not over.is_set():
                pass
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            saving.join()
        states[name] = {OLD: "old", NEW: "new"}.get(script.read_text(), "TORN")
        assert script.stat().st_mode & 0o777 == 0o640
        # The control: a save was cut off in the middle. One that takes its place sweeps, if it lives that long.
        assert name == "in place" or len(rests(folder)) == count, states
    assert states == {"made": "old", "being written": "old", "in place": "new"}
    # The next server saves, and sweeps what the killed ones left.
    with running_rdit("script.py", folder=folder) as server:
        save(server, "x = 1\n", version_of(script.read_bytes()))
    assert [path.name for path in folder.iterdir()] == ["script.py"]
    assert script.read_text() == "x = 1\n"
