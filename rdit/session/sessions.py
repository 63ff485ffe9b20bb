"""Sessions: every open one, closed together."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ..environments.trust import Trust
from ..errors import NotFound, TooMany
from ..settings import Settings
from .session import Session

MAIN = "main"
"""The id of the session of the script that the command named."""


class Sessions:
    """The sessions of one server, by id."""

    def __init__(self, settings: Settings, process: subprocess.Popen[bytes] | None = None) -> None:
        """Open the main session; *process* is its kernel if that was started already."""
        self._settings = settings
        self._when_planned: Callable[[Session], None] | None = None
        self._when_touched: Callable[[Session], None] | None = None
        self._trust = Trust(settings.trusted, settings.trust_file)
        self._sessions = {MAIN: Session(MAIN, settings, settings.script, process=process, trust=self._trust)}

    def watch_statements(
        self, when_planned: Callable[[Session], None], when_touched: Callable[[Session], None]
    ) -> None:
        """Call *when_planned* whenever a run of any session has a plan, *when_touched* when a statement read files."""
        self._when_planned, self._when_touched = when_planned, when_touched
        for session in self._sessions.values():
            session.when_planned, session.when_touched = when_planned, when_touched

    def all(self) -> list[Session]:
        """Return every open session."""
        return list(self._sessions.values())

    @property
    def main(self) -> Session:
        """The session of the script that the command named."""
        return self._sessions[MAIN]

    def get(self, session_id: str | None) -> Session:
        """Return a session; None is the main one.

        Raises:
            NotFound: there is no such session.
        """
        session = self._sessions.get(MAIN if session_id is None else session_id)
        if session is None:
            raise NotFound("There is no such session. Open one with POST /api/session, or leave sessionId out.")
        return session

    def get_or_open(self, session_id: str | None) -> Session:
        """Return a session; an unknown id opens one without a file."""
        if session_id is None or session_id in self._sessions:
            return self.get(session_id)
        return self._open(session_id, None)

    def open(self, script: Path) -> Session:
        """Return the session of *script* (absolute, inside the workspace); open one if there is none.

        To look at a script runs nothing: the kernel starts with its first run.
        """
        for session in self._sessions.values():
            if session.script == script:
                return session
        return self._open(secrets.token_urlsafe(9), script)

    def allow_interpreter(self, session_id: str | None, path: str) -> None:
        """Let the interpreter at *path*, that of a session's script, be started; the others hear of it.

        Raises:
            NotFound: there is no such session.
            NotWaiting: its script has another interpreter by now.
        """
        self.get(session_id).owner.allow(path)
        for session in self._sessions.values():
            session.owner.tell_unstarted()

    def move(self, old: Path, new: Path) -> None:
        """Tell the sessions of scripts at or below *old* that they are at or below *new* now."""
        for session in self._sessions.values():
            if session.script is not None and (session.script == old or old in session.script.parents):
                session.move(new / session.script.relative_to(old))

    def _open(self, session_id: str, script: Path | None) -> Session:
        if len(self._sessions) >= self._settings.session_limit:
            raise TooMany(f"There are {len(self._sessions)} sessions open already. Use one of them, or restart rdit.")
        session = self._sessions[session_id] = Session(
            session_id, self._settings, script, trust=self._trust, at_once=False
        )
        session.when_planned, session.when_touched = self._when_planned, self._when_touched
        return session

    def end_streams(self) -> None:
        """End every subscription, so that no open stream holds up a shutdown."""
        for session in self._sessions.values():
            session.log.close()

    async def close(self) -> None:
        """End all sessions at once."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))


@asynccontextmanager
async def open_sessions(settings: Settings, process: subprocess.Popen[bytes] | None = None) -> AsyncIterator[Sessions]:
    """Keep sessions for as long as the block lasts."""
    sessions = Sessions(settings, process)
    try:
        yield sessions
    finally:
        await asyncio.shield(sessions.close())
