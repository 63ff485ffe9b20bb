"""Changes on disk are published once, as they were read, whoever made them and however."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from rdit.workspace import watcher as watching
from rdit.workspace.atomic_write import version_of
from rdit.workspace.paths import Workspace
from rdit.workspace.watcher import MAX_CHANGES, Change, Watcher, watch_files


class Published:
    """The changes that a watcher publishes."""

    def __init__(self) -> None:
        self.changes: asyncio.Queue[Change] = asyncio.Queue()
        self.watching: asyncio.Queue[frozenset[str]] = asyncio.Queue()

    def add(self, changes: list[Change]) -> None:
        for change in changes:
            self.changes.put_nowait(change)

    async def about(self, path: str) -> Change:
        """Return the next change of *path*; others are passed over."""
        while True:
            change = await self.changes.get()
            if change.path == path:
                return change

    async def in_place(self, folder: str) -> None:
        """Wait for watches of which one is on *folder*."""
        while folder not in await self.watching.get():
            pass

    def silent_about(self, path: str) -> bool:
        """Whether no pending change is of *path*."""
        pending = [self.changes.get_nowait() for _ in range(self.changes.qsize())]
        return all(change.path != path for change in pending)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.py").write_text("one")
    return root


def write(path: Path, text: str) -> None:
    """Write at once: a program that empties a file and then fills it makes two changes, and both may be published."""
    beside = path.parent / f".rdit-{'0' * 16}.tmp"
    beside.write_text(text)
    beside.replace(path)


@asynccontextmanager
async def watched(root: Path) -> AsyncIterator[tuple[Watcher, Published]]:
    """Watch *root*, with `a.py` open; the watches are in place when the block begins."""
    published = Published()
    async with watch_files(Workspace(root), published.add, published.watching.put_nowait) as watcher:
        watcher.opened("a.py", version_of(b"one"))
        await published.in_place("")
        yield watcher, published


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """An event that is set when a report of the system is held back, or would be."""
    held = asyncio.Event()
    original = Watcher._own_changes_done

    async def own_changes_done(watcher: Watcher) -> None:
        held.set()
        await original(watcher)

    monkeypatch.setattr(Watcher, "_own_changes_done", own_changes_done)
    return held


async def test_a_written_file_is_published_with_its_version(root: Path) -> None:
    async with watched(root) as (_, published):
        write(root / "a.py", "two")
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))


async def test_a_file_that_is_replaced_by_a_rename_is_modified(root: Path) -> None:
    async with watched(root) as (_, published):
        (root / "a.py~").write_text("two")
        (root / "a.py~").replace(root / "a.py")
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))


async def test_a_file_that_is_deleted_and_made_anew_at_once_is_modified(root: Path) -> None:
    async with watched(root) as (_, published):
        (root / "a.py").unlink()
        write(root / "a.py", "two")
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))


async def test_a_file_that_goes_is_deleted_and_when_it_comes_back_created(root: Path) -> None:
    async with watched(root) as (_, published):
        (root / "a.py").rename(root / "away.py")
        assert await published.about("a.py") == Change("a.py", "deleted")
        (root / "away.py").rename(root / "a.py")
        assert await published.about("a.py") == Change("a.py", "created", version_of(b"one"))


async def test_what_does_not_change_the_bytes_is_not_published(root: Path) -> None:
    async with watched(root) as (_, published):
        os.utime(root / "a.py")
        (root / "a.py").chmod(0o600)
        write(root / "a.py", "one")
        (root / "b.py").touch()
        assert (await published.about("b.py")).change == "created"
        write(root / "a.py", "two")
        assert (await published.about("a.py")).version == version_of(b"two")
        assert published.silent_about("a.py")


@pytest.fixture
def repository(root: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "a.py"], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", "-C", root, *command], check=True)
    return root


async def test_what_git_does_is_seen(repository: Path) -> None:
    root = repository
    async with watched(root) as (_, published):
        write(root / "a.py", "two")
        assert (await published.about("a.py")).version == version_of(b"two")
        command = ["git", "-C", str(root), "checkout", "-q", "a.py"]
        process = await asyncio.create_subprocess_exec(*command)
        change = await published.about("a.py")
        if change == Change("a.py", "deleted"):  # git deletes the file first, and takes as long as it takes
            change = await published.about("a.py")
        assert change.version == version_of(b"one")
        await process.wait()


async def test_files_that_are_not_open_are_published_without_a_version(root: Path) -> None:
    async with watched(root) as (_, published):
        (root / "b.txt").write_text("new")
        assert await published.about("b.txt") == Change("b.txt", "created")
        with (root / "b.txt").open("a") as file:
            file.write("more")
        assert await published.about("b.txt") == Change("b.txt", "modified")
        (root / "b.txt").unlink()
        while (change := await published.about("b.txt")).change != "deleted":
            assert change.change == "modified"


async def test_a_listed_folder_is_watched_and_others_are_not(root: Path) -> None:
    (root / "hidden").mkdir()
    async with watched(root) as (watcher, published):
        watcher.listed("sub", (root / "sub").stat().st_mtime_ns)
        await published.in_place("sub")
        (root / "hidden" / "y").touch()
        (root / "sub" / "x").touch()
        assert (await published.about("sub/x")).change == "created"
        assert published.silent_about("hidden/y")


async def test_what_changes_between_a_listing_and_its_watch_is_published(root: Path) -> None:
    async with watched(root) as (watcher, published):
        seen = (root / "sub").stat().st_mtime_ns
        (root / "sub" / "x").touch()
        watcher.listed("sub", seen)
        assert (await published.about("sub")) == Change("sub", "modified")


async def test_what_changes_between_a_read_and_its_watch_is_published(root: Path) -> None:
    write(root / "sub" / "x.py", "two")
    async with watched(root) as (watcher, published):
        watcher.opened("sub/x.py", version_of(b"one"))
        assert await published.about("sub/x.py") == Change("sub/x.py", "modified", version_of(b"two"))


async def test_a_folder_that_goes_and_comes_back_is_watched_again(root: Path) -> None:
    write(root / "sub" / "x.py", "one")
    async with watched(root) as (watcher, published):
        watcher.opened("sub/x.py", version_of(b"one"))
        await published.in_place("sub")
        shutil.rmtree(root / "sub")
        assert await published.about("sub/x.py") == Change("sub/x.py", "deleted")
        (root / "sub").mkdir()
        write(root / "sub" / "x.py", "two")
        assert await published.about("sub/x.py") == Change("sub/x.py", "created", version_of(b"two"))
        await published.in_place("sub")
        (root / "sub" / "y").touch()
        assert (await published.about("sub/y")).change == "created"


async def test_many_changes_in_a_folder_are_published_as_one(root: Path) -> None:
    async with watched(root) as (_, published):
        script = "import pathlib, sys\nfor n in range(2000): pathlib.Path(sys.argv[1], f'f{n}').touch()"
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(root))
        told = [await published.changes.get()]
        while told[-1].path:
            told.append(await published.changes.get())
        assert told[-1] == Change("", "modified")
        assert len(told) <= MAX_CHANGES * 4
        await process.wait()


async def test_a_save_of_the_server_is_published_at_once_and_once(root: Path) -> None:
    async with watched(root) as (watcher, published):
        write(root / "a.py", "two")
        watcher.saved("a.py", version_of(b"two"), created=False)
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))
        (root / "b.py").touch()
        await published.about("b.py")
        assert published.silent_about("a.py")


async def test_a_new_file_that_the_server_saves_is_created(root: Path) -> None:
    async with watched(root) as (watcher, published):
        (root / "n.py").write_text("new")
        watcher.saved("n.py", version_of(b"new"), created=True)
        assert await published.about("n.py") == Change("n.py", "created", version_of(b"new"))


async def test_a_save_that_the_system_reports_before_the_server_does_is_published_once(
    root: Path, held: asyncio.Event
) -> None:
    async with watched(root) as (watcher, published):
        held.clear()
        with watcher.own_change():
            (root / "n.py").write_text("new")
            write(root / "a.py", "two")
            await held.wait()
            watcher.saved("n.py", version_of(b"new"), created=True)
            watcher.saved("a.py", version_of(b"two"), created=False)
        (root / "last").touch()
        told = [await published.changes.get()]
        while told[-1].path != "last":
            told.append(await published.changes.get())
        assert told[:-1] == [
            Change("n.py", "created", version_of(b"new")),
            Change("a.py", "modified", version_of(b"two")),
        ]


async def test_a_file_that_the_server_moves_is_not_deleted(root: Path, held: asyncio.Event) -> None:
    async with watched(root) as (watcher, published):
        held.clear()
        with watcher.own_change():
            (root / "a.py").rename(root / "b.py")
            await held.wait()
            watcher.moved("a.py", "b.py")
        (root / "b.py").write_text("two")
        assert await published.about("b.py") == Change("b.py", "modified", version_of(b"two"))
        assert published.silent_about("a.py")


async def test_temporary_files_and_installed_ones_are_not_published(root: Path) -> None:
    async with watched(root) as (_, published):
        (root / f".rdit-{'0' * 16}.tmp").touch()
        (root / "__pycache__").mkdir()
        (root / "last").touch()
        await published.about("last")
        assert published.silent_about("__pycache__")
        assert published.silent_about(f".rdit-{'0' * 16}.tmp")


async def test_without_the_systems_watches_rdit_polls(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import watchfiles._rust_notify as rust

    system = rust.RustNotify

    def exhausted(paths: list[str], debug: bool, polling: bool, *rest: Any) -> rust.RustNotify:
        if not polling:
            raise OSError(24, "Too many open files")
        return system(paths, debug, polling, *rest)

    monkeypatch.setattr(rust, "RustNotify", exhausted)
    async with watched(root) as (_, published):
        write(root / "a.py", "two")
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))


# ------------------------------------------------------------------------------------------ failures


class Failing:
    """The system's watches on some folders, until they fail."""

    def __init__(self, original: Any) -> None:
        self._original = original
        self.fail = threading.Event()

    def __call__(self, paths: list[str], debug: bool, polling: bool, *rest: Any) -> Any:
        """Watch; what watches by the system's means is failing."""
        notify = self._original(paths, debug, polling, *rest)
        return notify if polling else FailingWatch(notify, self.fail)


class FailingWatch:
    """One of them."""

    def __init__(self, notify: Any, fail: threading.Event) -> None:
        self._notify = notify
        self._fail = fail

    def __enter__(self) -> FailingWatch:
        self._notify.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._notify.__exit__(*exception)

    def watch(self, _debounce: int, _step: int, _timeout: int, stop: threading.Event) -> str:
        """Report nothing, and fail when told to."""
        while not stop.is_set():
            if self._fail.wait(0.01):
                raise RuntimeError("error in underlying watcher: Too many open files")
        return "stop"


async def test_when_the_watches_fail_nothing_is_missed_and_it_is_said_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import watchfiles._rust_notify as rust

    failing = Failing(rust.RustNotify)
    monkeypatch.setattr(rust, "RustNotify", failing)
    async with watched(root) as (watcher, published):
        watcher.listed("sub", (root / "sub").stat().st_mtime_ns)
        await published.in_place("sub")
        write(root / "a.py", "two")
        (root / "sub" / "unseen").touch()
        failing.fail.set()
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))
        assert await published.about("sub") == Change("sub", "modified")
        (root / "sub" / "seen").touch()
        assert await published.about("sub/seen") == Change("sub/seen", "created")
        watcher._polls_until = 0
        watcher.listed("other", 0)  # the system's watches are tried again, and fail again
        (root / "sub" / "seen").unlink()
        assert await published.about("sub") == Change("sub", "modified")
    [told] = [record.getMessage() for record in caplog.records if record.name == "rdit.workspace.watcher"]
    assert told.endswith("now and then: error in underlying watcher: Too many open files")


async def test_when_nothing_can_be_watched_it_is_tried_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import watchfiles._rust_notify as rust

    system, tries = rust.RustNotify, iter(range(7))

    def exhausted(*arguments: Any) -> rust.RustNotify:
        if next(tries, None) is not None:
            raise OSError(24, "Too many open files")
        return system(*arguments)

    monkeypatch.setattr(rust, "RustNotify", exhausted)
    monkeypatch.setattr(watching, "RETRY_SECONDS", 0.01)
    async with watched(root) as (_, published):
        (root / "new").touch()
        while (await published.changes.get()).path not in {"", "new"}:
            pass
    assert sum(record.name == "rdit.workspace.watcher" for record in caplog.records) == 1


async def test_a_workspace_that_is_replaced_by_another_is_watched(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "RESCAN_SECONDS", 0.01)
    async with watched(root) as (_, published):
        root.rename(root.with_name("away"))
        root.mkdir()
        await published.in_place("")
        (root / "new").touch()
        assert await published.about("new") == Change("new", "created")


async def test_a_file_that_cannot_be_read_for_a_while_is_published_later(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, tries = watching.read_version, iter(range(3))

    def exhausted(*arguments: Any, **options: Any) -> str | None:
        if next(tries, None) is not None:
            raise OSError(24, "Too many open files")
        return original(*arguments, **options)

    async with watched(root) as (_, published):
        monkeypatch.setattr(watching, "read_version", exhausted)
        monkeypatch.setattr(watching, "RESCAN_SECONDS", 0.01)
        write(root / "a.py", "two")
        assert await published.about("a.py") == Change("a.py", "modified", version_of(b"two"))
