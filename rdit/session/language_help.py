"""LanguageHelp: what the language servers know, for the pages of the sessions. Starts nothing before it is asked."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..errors import Forbidden, InvalidFields, OutOfStep
from ..protocol.events import LanguageEvent
from ..settings import Settings
from .session import Session
from .sessions import Sessions

if TYPE_CHECKING:  # rdit.language is imported when a page asks first: a server that starts has no time for it
    from ..language.hub import Hub
    from ..language.pair import Commands
    from ..workspace.watcher import Change

UNFOLLOWED_SECONDS = 30.0
"""Without any subscriber of its events, after which a session's clients are closed."""
SUFFIXES = frozenset({".py", ".pyi", ".pyw"})
_FILE_CHANGES = {"created": 1, "modified": 2, "deleted": 3}
"""As the protocol numbers them."""


ServerState = tuple[Literal["starting", "running", "away"], str | None]
"""A language server's state, and the reason of it."""


class OpenedText(NamedTuple):
    """What a page is told of the text that it has opened."""

    client_id: str
    uri: str
    root_uri: str
    servers: dict[str, ServerState]
    """By name: its state, and the reason of it."""
    capabilities: dict[str, Any]
    """Of ty; where it has never run, what is known of it."""

    def capability(self, provider: str, name: str) -> Any:
        """Return what ty says of one thing that it can do."""
        return self.capabilities[provider][name]


class LanguageHelp:
    """The hub of language servers, and what it needs to know of sessions."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions
        self._hub: Hub | None = None
        self.commands: Commands = {}
        """Other language servers than those that came with rdit."""
        self.unfollowed_seconds = UNFOLLOWED_SECONDS
        self._timers: dict[str, asyncio.TimerHandle] = {}
        """By session id: when its clients are closed, because nobody reads its events."""

    @property
    def hub(self) -> Hub:
        """The hub; made, and imported, when it is first needed."""
        if self._hub is None:
            from ..language.hub import Hub

            self._hub = Hub(self._settings.root, self._publish, commands=self.commands)
        return self._hub

    async def open(self, session: Session, path: Path | None, text: str, *, source: str | None = None) -> OpenedText:
        """Take a page's text of *path*, or of the session's script, and return it when the servers are settled.

        Instead of a *path* there may be the address of a *source* that a server has named to a session's pages.

        Raises:
            InvalidFields: it is not Python.
            Forbidden: no server has named that source.
            TooLarge: it is longer than the servers are asked to read.
        """
        if source is not None:
            path = self._named(session, source)
        file = path or _script_path(session)
        if file.suffix not in SUFFIXES:
            raise InvalidFields("path: language help is for Python files.")
        session.log.when_followed = lambda is_followed: self._on_followed(session, is_followed)
        client = await self.hub.open(
            session.id,
            file,
            text,
            python=await self._python(session),
            live=session if path is None else None,
            of_script=path is None,
        )
        self._on_followed(session, session.log.is_followed)
        for server in client.pair.servers:
            self._tell_state(session, LanguageEvent(server.name, server.state, server.reason))
        servers: dict[str, ServerState] = {server.name: (server.state, server.reason) for server in client.pair.servers}
        capabilities = client.pair.ty.capabilities
        return OpenedText(client.id, client.document.uri, self._settings.root.as_uri(), servers, capabilities)

    async def change(self, client_id: str, version: int, changes: Sequence[Any]) -> None:
        """Take a change of a client's text; see `Hub.change`."""
        self._running_hub()
        await self.hub.change(client_id, version, changes)

    async def request(self, client_id: str, version: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return what the servers answer, a `result` or an `error`; see `Hub.request`."""
        hub = self._running_hub()
        client = hub.client(client_id)
        session = self._sessions.get(client.session_id)
        if client.of_script and client.document.uri != _script_path(session).as_uri():
            hub.close_client(client_id)
            raise OutOfStep("The script has another name by now. Open its text anew.")
        if method == "textDocument/diagnostic":  # asked after every pause: often enough to see another interpreter
            hub.move(client, await self._python(session))
        return await hub.answer(client_id, version, method, params)

    def close_client(self, client_id: str) -> None:
        """Forget a page's text."""
        if self._hub is not None:
            self._hub.close_client(client_id)

    def read_source(self, session: Session, uri: str) -> tuple[str, str]:
        """Return the path and the text of a file that a server has named to a session's pages; blocks.

        Raises:
            Forbidden: none has.
            RditError: it cannot be shown.
        """
        path = self._named(session, uri)
        from ..language.texts.sources import read_source

        return read_source(path)

    def files_changed(self, changes: Sequence[Change]) -> None:
        """Tell the servers of changes on the disk."""
        if self._hub is None:
            return
        told = [
            {"uri": (self._settings.root / change.path).as_uri(), "type": _FILE_CHANGES[change.change]}
            for change in changes
        ]
        self._hub.tell("workspace/didChangeWatchedFiles", {"changes": told})

    async def close(self) -> None:
        """End all servers."""
        for timer in self._timers.values():
            timer.cancel()
        if self._hub is not None:
            await self._hub.close()

    # ------------------------------------------------------------------------------------------ sessions

    def _named(self, session: Session, uri: str) -> Path:
        """Return the file at *uri*, if a server has named it to the session's pages.

        Raises:
            Forbidden: none has.
        """
        if self._hub is None:
            raise Forbidden("No language server has named this file, so it is not shown.")
        return self._hub.named_source(session.id, uri)

    def _running_hub(self) -> Hub:
        if self._hub is None:
            raise OutOfStep("The server does not have this text. Open it anew.")
        return self._hub

    def _publish(self, session_id: str, event: LanguageEvent) -> None:
        self._sessions.get(session_id).publish(event)

    def _tell_state(self, session: Session, event: LanguageEvent) -> None:
        """Tell a session that joins servers which run already."""
        if session.state.language.get(event.server) != event:
            session.publish(event)

    def _on_followed(self, session: Session, is_followed: bool) -> None:
        timer = self._timers.pop(session.id, None)
        if timer is not None:
            timer.cancel()
        if not is_followed:
            loop = asyncio.get_running_loop()
            self._timers[session.id] = loop.call_later(self.unfollowed_seconds, self._close_clients, session)

    def _close_clients(self, session: Session) -> None:
        self._timers.pop(session.id, None)
        session.log.when_followed = None
        for client in self.hub.clients_of(session.id):
            self.hub.close_client(client.id)

    async def _python(self, session: Session) -> Path:
        """Return the interpreter of a session, as far as it is known where it really is."""
        return await asyncio.to_thread(_real_interpreter, session)


def _script_path(session: Session) -> Path:
    """Return where the session's script is; a buffer is treated as a file that nobody has written yet."""
    if session.script is not None:
        return session.script
    digest = hashlib.sha256(session.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return session.settings.root / f"untitled-{digest}.py"


def _real_interpreter(session: Session) -> Path:
    """Return the interpreter behind a launcher, once the kernel has said which it is: ty must read its packages."""
    path = session.owner.interpreter().path
    executable = session.state.kernel.executable
    try:
        with path.open("rb") as file:
            is_launcher = file.read(2) == b"#!"
    except OSError:
        return path
    return Path(executable) if is_launcher and executable else path
