"""FileEvents: publishes changes of files in every session.

Every session's pages hear of every change, because a panel of files may show it. A session whose statements imported
or read the file is told which ones, and remembers it for a page that reloads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from ..errors import RditError
from ..protocol.events import FileEvent
from ..protocol.values import StatementName
from ..workspace.file_index import FileIndex
from ..workspace.local_imports import ImportResolver, Module, ModuleCache
from ..workspace.paths import Workspace
from ..workspace.watcher import Change, Watcher, watch_files
from .session import Session
from .sessions import Sessions
from .state.statement import Key, Statement

log = logging.getLogger(__name__)

CLOCK_STEP = 10_000_000
"""Nanoseconds by which a file's time may be too early: a tick of the system's clock."""
MAX_NEW_FILES = 500
"""That are watched because of what a session has read meanwhile."""
MAX_SOURCE_CHARS = 1 << 20
"""Of a statement that is searched on the event loop; in a longer one, a thread looks for imports."""


class FileEvents:
    """What handlers tell of files that pages open, save and list; `file_events` keeps one for a block."""

    def __init__(self, workspace: Workspace, sessions: Sessions, file_index: FileIndex, watcher: Watcher) -> None:
        self._workspace = workspace
        self._sessions = sessions
        self._file_index = file_index
        self.watcher = watcher
        self.when_changed: Callable[[Sequence[Change]], None] | None = None
        """Called with what was published."""
        self._modules = ModuleCache(workspace)
        self._importers: dict[str, dict[str, list[Key]]] = {}
        """By session id: each file of its own folder that it imports, and which statements do."""
        self._planned: dict[str, Session] = {}
        self._touched: dict[str, Session] = {}
        self._news = asyncio.Event()
        self._undecided: dict[str, set[str]] = {}
        """By session id: files that changed while it ran, perhaps by its own doing."""

    def publish(self, changes: Sequence[Change]) -> None:
        """Publish *changes* in all sessions."""
        if any(change.change != "modified" or change.version is None for change in changes):
            self._file_index.invalidate()
        for change in changes:
            for session in self._sessions.all():
                session.publish(self._event(change, session))
        if self.when_changed is not None:
            self.when_changed(changes)

    def _event(self, change: Change, session: Session, changed: int | None = None) -> FileEvent:
        importers = self._importers_of(change.path, session, changed)
        readers = self._readers_of(change, session)
        return FileEvent(change.path, change.change, change.version, importers or None, readers or None)

    def _readers_of(self, change: Change, session: Session) -> list[StatementName]:
        """Return who had read a file that changed since, unless a statement of the script itself has changed it."""
        state = session.state
        readers = [one for one in state.statements.values() if change.path in one.files and one.state != "waiting"]
        if not readers:
            return []
        if state.run_id is not None:
            self._undecided.setdefault(session.id, set()).add(change.path)
            return []
        modified = self._modified(change.path)
        if modified is not None and any(
            _may_have_changed(one, change.path, modified) for one in state.statements.values()
        ):
            return []
        return [StatementName(*one.key) for one in readers]

    def _modified(self, path: str) -> int | None:
        """Return when a file was written last, in nanoseconds since 1970; None where there is none."""
        with suppress(RditError, OSError), self._workspace.place(path) as place:
            return place.stat().st_mtime_ns
        return None

    def _importers_of(self, path: str, session: Session, changed: int | None) -> list[StatementName]:
        """Return who had imported *path*: by now, or by the time *changed*, in nanoseconds since 1970."""
        found: list[StatementName] = []
        for key in self._importers.get(session.id, {}).get(path, ()):
            statement = session.state.statements.get(key)
            if statement is None or statement.state == "waiting":
                continue
            if changed is None or _ended_before(statement, changed):
                found.append(StatementName(*key))
        return found

    def planned(self, session: Session) -> None:
        """A run of *session* has a plan: look what it imports, when there is time."""
        self._planned[session.id] = session
        self._news.set()

    def touched(self, session: Session) -> None:
        """A statement of *session* has read files, or its run is over: watch what they have read."""
        self._touched[session.id] = session
        self._news.set()

    async def follow_statements(self) -> None:
        """Keep knowing what each session imports and reads, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._planned:
                _, session = self._planned.popitem()
                try:
                    await self._look_at_imports(session)
                except Exception:
                    log.exception("what session %s imports is not known", session.id)
            while self._touched:
                _, session = self._touched.popitem()
                try:
                    await self._look_at_files(session)
                except Exception:
                    log.exception("what session %s reads is not known", session.id)

    async def _look_at_files(self, session: Session) -> None:
        """Watch the files that statements have read, and tell of those that were written before they were watched."""
        paths = {path for one in session.state.statements.values() for path in one.files if not path.startswith("/")}
        new = sorted(path for path in paths if not self.watcher.knows(path))[:MAX_NEW_FILES]
        undecided = set() if session.state.run_id is not None else self._undecided.pop(session.id, set())
        looked_at = sorted(undecided.union(new))
        versions = await asyncio.to_thread(lambda: {path: self.watcher.version(path) for path in looked_at})
        for path in new:
            self.watcher.opened(path, versions[path])
        for path, version in versions.items():
            change = Change(path, "deleted" if version is None else "modified", version)
            if self._readers_of(change, session):
                session.publish(self._event(change, session))

    async def _look_at_imports(self, session: Session) -> None:
        sources = {
            key: statement.source
            for key, statement in session.state.statements.items()
            if len(statement.source) > MAX_SOURCE_CHARS or "import" in statement.source
        }
        if not sources:  # as in most runs of one statement
            self._importers.pop(session.id, None)
            return
        script = session.script
        folder = "" if script is None else script.parent.relative_to(self._workspace.root).as_posix()
        local = ImportResolver(self._modules, "" if folder == "." else folder)
        try:
            importers, modules = await asyncio.to_thread(local.importers_and_modules, sources)
        finally:
            local.cancel()  # a thread cannot be cancelled, and a folder of large modules would hold up rdit's end
        self._importers[session.id] = importers
        for path, module in modules.items():
            if module.version is not None:
                self.watcher.opened(path, module.version)
                self._tell_if_written_since(path, module, session)

    def _tell_if_written_since(self, path: str, module: Module, session: Session) -> None:
        """Tell of a module that was written after a statement had imported it and before anybody knew that it had.

        The file's time may be a tick of the system's clock too early, so one that is later than the statement's end is
        so in truth.
        """
        statements = (session.state.statements.get(key) for key in self._importers[session.id][path])
        if any(one is not None and _ended_before(one, module.changed) for one in statements):
            session.publish(self._event(Change(path, "modified", module.version), session, module.changed))


def _may_have_changed(statement: Statement, path: str, modified: int) -> bool:
    """Return whether a statement, or a program that it started, may have changed a file at a time in nanoseconds."""
    if statement.ended_at is None or _ended_before(statement, modified):
        return False
    doings = [effect.partition(" ") for effect in statement.effects]
    if path in statement.files or any(path == what or path.startswith(f"{what}/") for _, _, what in doings):
        return True
    began = statement.started_at * 1_000_000 - CLOCK_STEP
    return modified >= began and any(how == "started" for how, _, _ in doings)


def _ended_before(statement: Statement, nanoseconds: int) -> bool:
    """Return whether the statement had ended before a time in nanoseconds since 1970."""
    return statement.ended_at is not None and nanoseconds > statement.ended_at * 1_000_000


@asynccontextmanager
async def file_events(workspace: Workspace, sessions: Sessions, file_index: FileIndex) -> AsyncIterator[FileEvents]:
    """Keep telling sessions what happens to files, for as long as the block lasts."""
    events: FileEvents

    def publish(changes: list[Change]) -> None:
        events.publish(changes)

    def on_watching(folders: frozenset[str]) -> None:
        del folders
        file_index.invalidate()  # a file that came after its scan and before the watch was reported by nobody

    async with watch_files(workspace, publish, on_watching) as watcher:
        events = FileEvents(workspace, sessions, file_index, watcher)
        sessions.watch_statements(events.planned, events.touched)
        following = asyncio.create_task(events.follow_statements(), name="following statements")
        try:
            yield events
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
