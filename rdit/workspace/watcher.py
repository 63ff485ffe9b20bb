"""Watcher: tells what happens to the files that somebody looks at, whoever does it.

Only folders that matter are watched, each by itself: those of open files, of imported modules and of lists on a page.
A workspace may be a home folder with a million files, and the system's watches are few. Of a file that is open its
version is known, so a change is told when the bytes differ, once, and not when a file was only touched or replaced by
the same. What the system says is only a hint to look; what is told is what was seen.
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from ..errors import RditError
from ..processes.threads import in_thread
from .atomic_write import TEMPORARY, read_version
from .gitignore import NEVER_LISTED
from .paths import Workspace

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

log = logging.getLogger(__name__)

STEP, LONGEST_WAIT = 20, 80
"""Milliseconds: changes are told together when none came for a step, and at the latest after the wait."""
SETTLE = 0.06
"""Seconds in which a file that went may come back: editors and git delete a file and make it anew."""
RECHECK = 2.0
"""Seconds between two looks at the open files, for file systems that tell nobody of changes, such as NFS."""
MOST_FILES = 1000
"""Open files whose versions are known; beyond, the one that was used longest ago is forgotten."""
MOST_FOLDERS = 400
"""Listed folders that are watched; likewise."""
MOST_TOLD = 50
"""Changes in one folder that are told one by one; more are told as one of the folder."""
POLL_INTERVAL = 250
"""Milliseconds between two looks where the system has no watches left."""


class Change(NamedTuple):
    """What happened to one file or folder."""

    path: str
    """From the workspace root."""
    change: Literal["created", "modified", "deleted"]
    version: str | None = None
    """Of an open file that exists."""


class Open:
    """A file that somebody has open, as it was when that was last told."""

    __slots__ = ("signature", "version")

    def __init__(self, version: str | None) -> None:
        self.version = version
        """None while the file is missing."""
        self.signature: tuple[int, ...] | None = None
        """What `RECHECK` compares, to read no file that was not written."""


class Watcher:
    """Watches parts of a workspace and tells what changes; `watching` keeps one for a block."""

    def __init__(self, workspace: Workspace, tell: Callable[[list[Change]], None]) -> None:
        """Watch nothing yet; *tell* is called on the event loop."""
        self._workspace = workspace
        self._tell = tell
        self._files: OrderedDict[str, Open] = OrderedDict()
        self._listed: OrderedDict[str, int] = OrderedDict()
        self._wanted = asyncio.Event()
        self._watched: frozenset[str] = frozenset()
        self._hints: asyncio.Queue[set[tuple[int, str]]] = asyncio.Queue()
        self._source: _Source | None = None

    # ------------------------------------------------------------------------------------------ what others say

    def opened(self, path: str, version: str | None) -> None:
        """Somebody has the file *path* open, which was at *version* when it was read."""
        if path in self._files:
            self._files.move_to_end(path)  # what it was told to be stays, so that a change under way is still told
            return
        self._files[path] = Open(version)
        if len(self._files) > MOST_FILES:
            self._files.popitem(last=False)
        self._want()

    def saved(self, path: str, version: str, *, created: bool) -> None:
        """The server itself saved the file *path*: tell it at once, and not again when the system says so."""
        self.opened(path, None)
        known = self._files[path]
        if known.version != version:
            known.version = version
            self._tell([Change(path, "created" if created else "modified", version)])

    def moved(self, old: str, new: str) -> None:
        """The server itself moved the file or folder *old*: what was open there is open at *new*."""
        for path in [path for path in self._files if path == old or path.startswith(f"{old}/")]:
            self.opened(new + path[len(old) :], self._files.pop(path).version)

    def listed(self, folder: str, modified: int) -> None:
        """Somebody sees a list of *folder*, which was changed last at *modified*, in nanoseconds."""
        known = folder in self._listed
        self._listed[folder] = modified
        self._listed.move_to_end(folder)
        if len(self._listed) > MOST_FOLDERS:
            self._listed.popitem(last=False)
        if not known:
            self._want()

    def _want(self) -> None:
        if self._folders() != self._watched:
            self._wanted.set()

    def _folders(self) -> frozenset[str]:
        """Return the folders to watch: those that matter, and those above, where they may go and come back."""
        folders = {""}
        for folder in (*self._listed, *(path.rpartition("/")[0] for path in self._files)):
            parts = folder.split("/")
            folders.update("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return frozenset(folders)

    # ------------------------------------------------------------------------------------------ its life

    async def run(self) -> None:
        """Watch and tell, until cancelled."""
        try:
            await self._run()
        except Exception:
            log.exception("files are no longer watched")

    async def _run(self) -> None:
        tasks = [asyncio.create_task(work()) for work in (self._follow_wishes, self._follow_hints, self._recheck)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._source is not None:
                await asyncio.to_thread(self._source.stop)

    async def _follow_wishes(self) -> None:
        """Watch the folders that are wanted; when they change, begin anew before the old watches end."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            before, self._watched = self._watched, self._folders()
            paths = [str(self._workspace.root / folder) for folder in self._watched]

            def receive(hints: set[tuple[int, str]]) -> None:
                with suppress(RuntimeError):  # the loop ended meanwhile
                    loop.call_soon_threadsafe(self._hints.put_nowait, hints)

            await in_thread(self._replace_source, paths, receive)
            await self._look_at_new(self._watched - before)

    def _replace_source(self, paths: Iterable[str], receive: Callable[[set[tuple[int, str]]], None]) -> None:
        old, self._source = self._source, _Source.start(paths, receive)
        if old is not None:
            old.stop()

    async def _look_at_new(self, folders: Iterable[str]) -> None:
        """Tell what happened in *folders* between somebody's look at them and the beginning of their watch."""
        new = set(folders)
        await self._look({path for path in self._files if path.rpartition("/")[0] in new})
        listed = {folder: self._listed[folder] for folder in new if folder in self._listed}
        changed = await asyncio.to_thread(self._changed_since, listed)
        if changed:
            self._tell([Change(folder, "modified") for folder in changed])

    def _changed_since(self, listed: dict[str, int]) -> list[str]:
        changed = []
        for folder, modified in listed.items():
            with suppress(RditError), self._workspace.folder(folder) as (descriptor, _):
                if os.fstat(descriptor).st_mtime_ns != modified:
                    changed.append(folder)
        return changed

    async def _follow_hints(self) -> None:
        while True:
            hints = await self._hints.get()
            try:
                await self._look_where_told(hints)
            except Exception:
                log.exception("a change of files was not told")

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK)
            suspects = await asyncio.to_thread(self._suspects, list(self._files.items()))
            if suspects:
                await self._look(suspects)

    def _suspects(self, files: list[tuple[str, Open]]) -> set[str]:
        """Return the open files that were written since the last time this was asked."""
        found = set()
        for path, known in files:
            status = self._status(path)
            signature = status and (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
            if signature != known.signature:
                known.signature = signature
                found.add(path)
        return found

    # ------------------------------------------------------------------------------------------ looking

    async def _look_where_told(self, hints: set[tuple[int, str]]) -> None:
        root = str(self._workspace.root)
        prefix = root if root.endswith("/") else f"{root}/"
        added: dict[str, bool] = {}
        for kind, path in hints:
            if path.startswith(prefix):
                inside = path[len(prefix) :]
                name = inside.rpartition("/")[2]
                if name not in NEVER_LISTED and not TEMPORARY.fullmatch(name) and _is_text(inside):
                    added[inside] = added.get(inside, False) or kind == 1
        if any(path in self._watched for path in added):
            self._watched = frozenset()  # a watched folder came back: its old watch is of one that is gone
            self._wanted.set()
        await self._look({path for path in added if path in self._files})
        many, few = _crowded({path: new for path, new in added.items() if path not in self._files})
        if many or few:
            self._tell([*many, *await asyncio.to_thread(self._see_others, few)])

    def _see_others(self, paths: dict[str, bool]) -> list[Change]:
        """Return what happened to files that nobody has open; *paths* tells whether each is said to be new."""
        changes = []
        for path, new in sorted(paths.items()):
            status = self._status(path)
            if status is None:
                changes.append(Change(path, "deleted"))
            elif new:
                changes.append(Change(path, "created"))
            elif not stat.S_ISDIR(status.st_mode):
                changes.append(Change(path, "modified"))
        return changes

    def _status(self, path: str) -> os.stat_result | None:
        try:
            with self._workspace.place(path, follow=False) as place:
                return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
        except RditError:
            return None

    async def _look(self, paths: Iterable[str]) -> None:
        """Look at open files and tell which of them changed; give those that went a moment to come back."""
        gone = await self._tell_changed(paths, patient=True)
        if gone:
            await asyncio.sleep(SETTLE)
            await self._tell_changed(gone, patient=False)

    async def _tell_changed(self, paths: Iterable[str], *, patient: bool) -> list[str]:
        """Tell which of *paths* changed; return those that are missing, untold if *patient*."""
        believed = {path: self._files[path].version for path in paths if path in self._files}
        missing: list[str] = []
        changes: list[Change] = []
        for path, version in (await asyncio.to_thread(self._versions, believed)).items():
            known = self._files.get(path)
            if known is None or known.version == version:
                continue
            if known.version != believed[path]:  # saved while this looked, perhaps before it was
                missing += await self._tell_changed([path], patient=patient)
                continue
            if version is None and patient:
                missing.append(path)
                continue
            change: Literal["created", "modified", "deleted"] = "modified"
            if version is None or known.version is None:
                change = "deleted" if version is None else "created"
            known.version = version
            changes.append(Change(path, change, version))
        if changes:
            self._tell(changes)
        return missing

    def _versions(self, paths: Iterable[str]) -> dict[str, str | None]:
        return {path: self._version(path) for path in paths}

    def _version(self, path: str) -> str | None:
        """Return the version of the file at *path*; None when it is missing, or no file that can be read."""
        try:
            with self._workspace.place(path, follow=False) as place:
                return read_version(place)
        except RditError:
            return None


class _Source:
    """The system's watches on some folders, and the thread that listens to them."""

    def __init__(self, notify: RustNotify, receive: Callable[[set[tuple[int, str]]], None]) -> None:
        self._notify = notify
        self._receive = receive
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="file watcher", daemon=True)
        self._thread.start()

    @classmethod
    def start(cls, folders: Iterable[str], receive: Callable[[set[tuple[int, str]]], None]) -> _Source | None:
        """Watch *folders*, those that are there; the watches are in place when this returns."""
        from watchfiles._rust_notify import RustNotify  # late: it takes a while, and a server starts without

        paths = [folder for folder in folders if os.path.isdir(folder)]  # noqa: PTH112
        if not paths:
            return None
        try:
            notify = RustNotify(paths, False, False, 0, False, True)
        except FileNotFoundError:
            return cls.start(paths, receive)  # one of them went just now
        except (OSError, RuntimeError) as error:  # such as inotify's limits, which others may have used up
            log.warning("folders cannot be watched, so rdit looks at them now and then: %s", error)
            notify = RustNotify(paths, False, True, POLL_INTERVAL, False, True)
        return cls(notify, receive)

    def stop(self) -> None:
        """End the watches; nothing is received any more when this returns."""
        self._ending.set()
        self._thread.join()

    def _listen(self) -> None:
        with self._notify as notify:
            while True:
                heard = notify.watch(LONGEST_WAIT, STEP, 60_000, self._ending)
                if isinstance(heard, set):
                    self._receive(heard)
                elif heard in {"stop", "signal"}:
                    return


def _crowded(paths: dict[str, bool]) -> tuple[list[Change], dict[str, bool]]:
    """Return one change for each folder with very many of *paths*, and the other paths."""
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(path.rpartition("/")[0], []).append(path)
    many = {folder for folder, inside in by_folder.items() if len(inside) > MOST_TOLD}
    few = {path: new for path, new in paths.items() if path.rpartition("/")[0] not in many}
    return [Change(folder, "modified") for folder in sorted(many)], few


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


@asynccontextmanager
async def watching(workspace: Workspace, tell: Callable[[list[Change]], None]) -> AsyncIterator[Watcher]:
    """Keep a watcher for as long as the block lasts."""
    watcher = Watcher(workspace, tell)
    running = asyncio.create_task(watcher.run(), name="watching files")
    try:
        yield watcher
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
