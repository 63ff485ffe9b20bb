"""Watch the files and folders that are on a page, and publish how they change on disk.

Only the folders of open files, imported modules and listings are watched, not their subfolders: a workspace may be a
home folder with a million files, and the system's watches are few. The version of an open file is known, so a change is
published once and only when the bytes differ, not when the file was touched or replaced by the same. What the system
reports is only a hint where to look; what is published was read from the disk.
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Literal, NamedTuple

from ..errors import RditError
from ..processes.threads import in_thread
from .atomic_write import TEMPORARY, read_version
from .gitignore import ALWAYS_IGNORED
from .paths import Workspace, folders_down_to, is_text
from .system_watches import Hints, SystemWatches, WatchesFailed

log = logging.getLogger(__name__)

REAPPEAR_SECONDS = 0.06
"""A deleted file may come back within this time: editors and git delete a file and write it anew."""
RESCAN_SECONDS = 2.0
"""Between two looks at the open files, as NFS reports no changes, and at the folders, as one may have been replaced."""
RETRY_SECONDS = 1.0
"""From a failure until everything is watched anew."""
POLLING_SECONDS = 60.0
"""After a failure, in which the system is not asked for watches: it is likely to fail again."""
MAX_FILES = 1000
"""Open files whose versions are known; beyond, the least recently used is dropped."""
MAX_FOLDERS = 400
"""Listed folders that are watched; likewise."""
MAX_CHANGES = 50
"""In one folder that are published one by one; more are published as one change of the folder."""


class Change(NamedTuple):
    """A change of one file or folder."""

    path: str
    """From the workspace root."""
    change: Literal["created", "modified", "deleted"]
    version: str | None = None
    """Of an open file that exists."""


class OpenFile:
    """A file that is open on a page, as it was last published."""

    __slots__ = ("signature", "version")

    def __init__(self, version: str | None) -> None:
        self.version = version
        """None while the file is missing."""
        self.signature: tuple[int, ...] | None = None
        """Its status, compared by the rescan so that it reads only files that were written."""


class Watcher:
    """Watches parts of a workspace; `watch_files` runs one for a block."""

    def __init__(
        self,
        workspace: Workspace,
        publish: Callable[[list[Change]], None],
        on_watching: Callable[[frozenset[str]], None],
    ) -> None:
        """Watch nothing yet; both functions are called on the event loop.

        *on_watching* is given the folders that are watched from now on: what was found in them before may have changed
        without a report. What is open or listed is compared and published, so the rest is up to it.
        """
        self._workspace = workspace
        self._publish = publish
        self._on_watching = on_watching
        self._files: OrderedDict[str, OpenFile] = OrderedDict()
        self._listed: OrderedDict[str, int] = OrderedDict()
        self._folders_changed = asyncio.Event()
        self._watched: frozenset[str] = frozenset()
        self._hints: asyncio.Queue[Hints] = asyncio.Queue()
        self._watches: SystemWatches | None = None
        self._replacing = asyncio.Lock()
        self._watch_failure: WatchesFailed | None = None
        self._polls_until = 0.0
        self._missed = False  # whether there was a time in which nothing was watched
        self._last_failure = ""
        self._own_changes: set[asyncio.Future[None]] = set()

    # ------------------------------------------------------------------------------------------ what to watch

    def opened(self, path: str, version: str | None) -> None:
        """Track the file *path*, which was at *version* when it was read."""
        if path in self._files:
            self._files.move_to_end(path)  # the known version stays, so that a change under way is still published
            return
        self._files[path] = OpenFile(version)
        if len(self._files) > MAX_FILES:
            self._files.popitem(last=False)
        self._update_watches()

    def knows(self, path: str) -> bool:
        """Return whether the file *path* is tracked."""
        return path in self._files

    @contextmanager
    def own_change(self) -> Iterator[None]:
        """Change a file in the block, and call `saved` or `moved` before it ends: nothing else is published meanwhile.

        The system may report the change before the server knows what it did.
        """
        done = asyncio.get_running_loop().create_future()
        self._own_changes.add(done)
        try:
            yield
        finally:
            self._own_changes.remove(done)
            done.set_result(None)

    async def _own_changes_done(self) -> None:
        """Wait for the server's own changes that are under way, but not for those that begin meanwhile."""
        if self._own_changes:
            await asyncio.wait(self._own_changes)

    def saved(self, path: str, version: str, *, created: bool) -> None:
        """Publish at once that the server itself saved the file *path*, and not again when the system reports it."""
        self.opened(path, None)
        known = self._files[path]
        if known.version != version:
            known.version = version
            self._publish([Change(path, "created" if created else "modified", version)])

    def moved(self, old: str, new: str) -> None:
        """Track at *new* what was open at *old*, a file or folder that the server itself moved."""
        for path in [path for path in self._files if path == old or path.startswith(f"{old}/")]:
            self.opened(new + path[len(old) :], self._files.pop(path).version)

    def listed(self, folder: str, modified: int) -> None:
        """Track the listing of *folder*, whose modification time was *modified*, in nanoseconds."""
        known = folder in self._listed
        self._listed[folder] = modified
        self._listed.move_to_end(folder)
        if len(self._listed) > MAX_FOLDERS:
            self._listed.popitem(last=False)
        if not known:
            self._update_watches()

    def _update_watches(self) -> None:
        if self._folders_to_watch() != self._watched:
            self._folders_changed.set()

    def _folders_to_watch(self) -> frozenset[str]:
        """Return the folders of files and listings, and those above, where they may be deleted and come back."""
        folders = {"", *self._listed, *(path.rpartition("/")[0] for path in self._files)}
        return frozenset(above for folder in folders for above in folders_down_to(folder))

    # ------------------------------------------------------------------------------------------ the tasks

    async def run(self) -> None:
        """Watch and publish, until cancelled; after a failure begin anew, and publish what changed meanwhile."""
        while True:
            try:
                await self._run()
            except WatchesFailed as error:
                self._polls_until = asyncio.get_running_loop().time() + POLLING_SECONDS
                if str(error) != self._last_failure:  # else it is known already
                    log.warning("changes of files are not reported, so rdit looks for them now and then: %s", error)
                self._last_failure = str(error)
            except Exception:
                log.exception("watching files failed and begins anew")
            await asyncio.sleep(RETRY_SECONDS)
            self._missed, self._watched = True, frozenset()
            self._folders_changed.set()

    async def _run(self) -> None:
        tasks = [asyncio.create_task(task()) for task in (self._watch_folders, self._handle_hints, self._rescan)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._watches is not None:
                await asyncio.to_thread(self._watches.stop)
                self._watches = None

    async def _watch_folders(self) -> None:
        """Keep the system's watches on the right folders; new ones start before the old ones end.

        Raises:
            WatchesFailed: they report nothing more.
        """
        loop = asyncio.get_running_loop()
        self._watch_failure = None
        while True:
            await self._folders_changed.wait()
            if self._watch_failure is not None:
                raise self._watch_failure
            async with self._replacing:
                self._folders_changed.clear()
                before = self._watched
                watched = self._watched = self._folders_to_watch()
                paths = {str(self._workspace.root / folder): folder for folder in watched}
                watches = await in_thread(self._replace_watches, paths, loop, loop.time() < self._polls_until)
            self._on_watching(frozenset(paths[path] for path in watches.paths))
            await self._compare_new(watched - before)

    def _replace_watches(self, paths: Iterable[str], loop: asyncio.AbstractEventLoop, polling: bool) -> SystemWatches:
        def receive(hints: Hints) -> None:
            with suppress(RuntimeError):  # the loop ended meanwhile
                loop.call_soon_threadsafe(self._hints.put_nowait, hints)

        def on_failure(error: WatchesFailed) -> None:
            self._watch_failure = error
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._folders_changed.set)

        old, self._watches = self._watches, SystemWatches(paths, receive, on_failure, polling=polling)
        if old is not None:
            old.stop()
        return self._watches

    async def _compare_new(self, folders: Iterable[str]) -> None:
        """Publish what changed in *folders* between the time that a page read them and the start of their watch."""
        new = set(folders)
        missed, self._missed = self._missed, False
        await self._compare({path for path in self._files if path.rpartition("/")[0] in new})
        listed = {folder: self._listed[folder] for folder in new if folder in self._listed}
        # A folder's time tells of names alone, and its listing may be older than what was published of it.
        changed = list(listed) if missed else await asyncio.to_thread(self._changed_since, listed)
        if changed:
            self._publish([Change(folder, "modified") for folder in changed])

    def _changed_since(self, listed: dict[str, int]) -> list[str]:
        changed = []
        for folder, modified in listed.items():
            with suppress(RditError), self._workspace.folder(folder) as (descriptor, _):
                if os.fstat(descriptor).st_mtime_ns != modified:
                    changed.append(folder)
        return changed

    async def _handle_hints(self) -> None:
        while True:
            await self._handle(await self._hints.get())

    async def _rescan(self) -> None:
        while True:
            await asyncio.sleep(RESCAN_SECONDS)
            suspects = await asyncio.to_thread(self._written, list(self._files.items()))
            if suspects:
                await self._compare(suspects)
            async with self._replacing:  # what is being replaced is no longer asked
                if self._watches is not None and await asyncio.to_thread(self._watches.are_outdated):
                    self._watched = frozenset()
                    self._folders_changed.set()

    def _written(self, files: list[tuple[str, OpenFile]]) -> set[str]:
        """Return the open files that were written since the last call."""
        found = set()
        for path, known in files:
            try:
                status = self._status(path)
            except OSError:  # such as too many open files: the next call will tell
                continue
            signature = status and (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
            if signature != known.signature:
                known.signature = signature
                found.add(path)
        return found

    # ------------------------------------------------------------------------------------------ comparing with the disk

    async def _handle(self, hints: Hints) -> None:
        root = str(self._workspace.root)
        prefix = root if root.endswith("/") else f"{root}/"
        added: dict[str, bool] = {}
        for kind, path in hints:
            if path.startswith(prefix):
                inside = path[len(prefix) :]
                name = inside.rpartition("/")[2]
                if name not in ALWAYS_IGNORED and not TEMPORARY.fullmatch(name) and is_text(inside):
                    added[inside] = added.get(inside, False) or kind == 1
        await self._own_changes_done()
        if any(new and path in self._watched for path, new in added.items()):
            self._watched = frozenset()  # a watched folder came back: its old watch is on a deleted one
            self._folders_changed.set()
        await self._compare({path for path in added if path in self._files})
        many, few = _collapse({path: new for path, new in added.items() if path not in self._files})
        if many or few:
            self._publish([*many, *await asyncio.to_thread(self._changes_of_closed, few)])

    def _changes_of_closed(self, paths: dict[str, bool]) -> list[Change]:
        """Return the changes of files that are not open; *paths* has whether each is reported as new."""
        changes = []
        for path, new in sorted(paths.items()):
            try:
                status = self._status(path)
            except OSError:  # such as too many open files: whoever shows the folder looks again
                changes.append(Change(path.rpartition("/")[0], "modified"))
                continue
            if status is None:
                changes.append(Change(path, "deleted"))
            elif new:
                changes.append(Change(path, "created"))
            elif not stat.S_ISDIR(status.st_mode):
                changes.append(Change(path, "modified"))
        return changes

    def _status(self, path: str) -> os.stat_result | None:
        """Return the status of what is at *path*; None when there is nothing, or it may not be looked at.

        Raises:
            OSError: the system fails to tell.
        """
        with suppress(RditError), self._workspace.place(path, follow_symlinks=False) as place:
            return place.stat()
        return None

    async def _compare(self, paths: Iterable[str]) -> None:
        """Publish which of the open files *paths* changed; a deleted one only if it does not reappear."""
        gone = await self._publish_changed(paths, defer_missing=True)
        if gone:
            await asyncio.sleep(REAPPEAR_SECONDS)
            await self._publish_changed(gone, defer_missing=False)

    async def _publish_changed(self, paths: Iterable[str], *, defer_missing: bool) -> list[str]:
        """Publish which of *paths* changed; return those that are missing, unpublished if *defer_missing*."""
        believed = {path: self._files[path].version for path in paths if path in self._files}
        missing: list[str] = []
        changes: list[Change] = []
        found = await asyncio.to_thread(self._versions, list(believed))
        await self._own_changes_done()
        for path, version in found.items():
            known = self._files.get(path)
            if known is None or known.version == version:
                continue
            if known.version != believed[path]:  # saved meanwhile, perhaps after the file was read
                missing += await self._publish_changed([path], defer_missing=defer_missing)
                continue
            if version is None and defer_missing:
                missing.append(path)
                continue
            change: Literal["created", "modified", "deleted"] = "modified"
            if version is None or known.version is None:
                change = "deleted" if version is None else "created"
            known.version = version
            changes.append(Change(path, change, version))
        if changes:
            self._publish(changes)
        return missing

    def _versions(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Return the versions of *paths*, without what cannot be read now: the next rescan looks at that again."""
        found = {}
        for path in paths:
            known = self._files.get(path)
            if known is None:
                continue
            signature, known.signature = known.signature, None
            with suppress(OSError):  # such as too many open files
                found[path] = self.version(path)
                known.signature = signature
        return found

    def version(self, path: str) -> str | None:
        """Return the version of the file at *path*; None when it is missing or cannot be read."""
        with suppress(RditError), self._workspace.place(path, follow_symlinks=False) as place:
            return read_version(place, size_limit=self._workspace.size_limit)
        return None


def _collapse(paths: dict[str, bool]) -> tuple[list[Change], dict[str, bool]]:
    """Return one change for each folder with more than `MAX_CHANGES` of *paths*, and the other paths."""
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(path.rpartition("/")[0], []).append(path)
    many = {folder for folder, inside in by_folder.items() if len(inside) > MAX_CHANGES}
    few = {path: new for path, new in paths.items() if path.rpartition("/")[0] not in many}
    return [Change(folder, "modified") for folder in sorted(many)], few


@asynccontextmanager
async def watch_files(
    workspace: Workspace, publish: Callable[[list[Change]], None], on_watching: Callable[[frozenset[str]], None]
) -> AsyncIterator[Watcher]:
    """Run a watcher for as long as the block lasts."""
    watcher = Watcher(workspace, publish, on_watching)
    running = asyncio.create_task(watcher.run(), name="watching files")
    try:
        yield watcher
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
