"""Hub: the language servers of one rdit, and the pages that ask them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from ..errors import BadRequest, OutOfStep, TooLarge
from ..processes.threads import in_thread
from ..protocol.events import LanguageEvent
from .features.asking import Asking, CompletionMemory, LiveValues
from .features.methods import BY_PLACE, METHODS, SEES_FILES, WITHOUT_DOCUMENT
from .features.params import check_params
from .limits import Limits
from .pair import Commands, Pair
from .servers.connection import CONTENT_MODIFIED, ResponseError
from .servers.language_server import LanguageServer
from .texts.documents import OUT_OF_STEP, Document, Slot
from .texts.sources import NamedSources

LONG_TEXT = 1 << 17
"""Characters of a text, with what changes it, that is changed in a thread: it takes some milliseconds."""
Publish = Callable[[str, LanguageEvent], None]
"""Tells a session, by its id, of its servers."""


class Client(Struct, eq=False):
    """One text of one page."""

    id: str
    session_id: str
    document: Document
    pair: Pair
    slot: Slot
    live: LiveValues | None
    of_script: bool
    """Whether it is the session's script, wherever that is, rather than a file."""
    completions: CompletionMemory = field(default_factory=CompletionMemory)


class Hub:
    """Starts a pair of servers for the first page that needs it, and ends it after the last."""

    def __init__(
        self, root: Path, publish: Publish, *, limits: Limits | None = None, commands: Commands | None = None
    ) -> None:
        """Serve the workspace *root*; nothing is started yet."""
        self._root = root
        self._publish = publish
        self._limits = limits or Limits()
        self._commands: Commands = commands or {}
        self._pairs: dict[Path, Pair] = {}
        self._clients: dict[str, Client] = {}
        """The one that asked least recently comes first."""
        self._sources: dict[str, NamedSources] = {}
        self._lingering: dict[Path, asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------------------------------------ pages

    async def open(
        self,
        session_id: str,
        path: Path,
        text: str,
        *,
        python: Path,
        live: LiveValues | None = None,
        of_script: bool = True,
    ) -> Client:
        """Take a page's text of the file *path*, which *python* runs, and return it when the servers are settled.

        Raises:
            TooLarge: it is longer than the servers are asked to read.
        """
        self._check_size(text)
        document = Document(path.as_uri(), text)
        pair = self._pair(python)
        client = Client(secrets.token_urlsafe(9), session_id, document, pair, pair.slot(document), live, of_script)
        self._clients[client.id] = client
        own = [one for one in self._clients.values() if one.session_id == session_id]
        for oldest in own[: -self._limits.max_clients]:
            self.close_client(oldest.id)
        await asyncio.gather(pair.settled(), pair.look_around(document))
        return client

    async def change(self, client_id: str, version: int, changes: Sequence[Any]) -> None:
        """Take the change that makes a client's text be at *version*, once those before it are there.

        Raises:
            OutOfStep: there is no such client, the change was taken already, or one before it is lost.
            TooLarge: the text would be longer than the servers are asked to read; it stays as it was.
        """
        client = self.client(client_id)
        document = client.document
        await client.pair.read_ahead.stop()  # before the server hears of the change, at which it would begin anew
        await document.reach(version - 1, self._limits.change_seconds)
        if len(document.text.content) + sum(len(change["text"]) for change in changes) < LONG_TEXT:
            text = document.text.changed(changes)
        else:
            text = await in_thread(document.text.changed, changes)
        self._check_size(text.content)
        document.apply(version, text)
        client.slot.changed(document, changes)

    async def answer(self, client_id: str, version: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return the `result` of a request, or the `error` with which a server refused it; see `request`."""
        try:
            return {"result": await self.request(client_id, version, method, params)}
        except ResponseError as error:
            return {"error": {"code": error.code, "message": error.message}}

    async def request(self, client_id: str, version: int, method: str, params: dict[str, Any]) -> Any:
        """Return the answer for a client's text at *version*.

        Raises:
            BadRequest: nobody answers *method*.
            InvalidFields: *params* are not its.
            OutOfStep: there is no such client, or a change is lost.
            ResponseError: a server refused, or the text is another by now.
            LanguageAway: the server that would answer does not run.
            LanguageTimeout: it took too long.
        """
        answer = METHODS.get(method)
        if answer is None:
            raise BadRequest(f"No language server is asked for {method!r}.")
        check_params(method, params)
        client = self.client(client_id)
        document = client.document
        await document.reach(version, self._limits.change_seconds)
        if method not in WITHOUT_DOCUMENT:
            params = {**params, "textDocument": {"uri": document.uri}}
        if method in SEES_FILES:
            await client.pair.look_around(document)
        async with client.slot.use(document), client.pair.read_ahead.stopped():
            if document.version != version:
                raise _modified()
            asking = Asking(
                method=method,
                params=params,
                uri=document.uri,
                root=self._root,
                text=document.text,
                ty=client.pair.ty,
                ruff=client.pair.ruff,
                live=client.live,
                completions=client.completions,
                on_file=self._sources.setdefault(client.session_id, NamedSources()).add,
                limits=self._limits,
            )
            result = await answer(asking)
        if method in BY_PLACE and document.version != version:
            raise _modified()
        return result

    def close_client(self, client_id: str) -> None:
        """Forget a page's text; the servers end a while after the last."""
        client = self._clients.pop(client_id, None)
        if client is None:
            return
        client.document.close()
        client.pair.leave(client.document)
        if not any(one.session_id == client.session_id for one in self._clients.values()):
            self._sources.pop(client.session_id, None)
        self._rest(client.pair)

    def client(self, client_id: str) -> Client:
        """Return a client, which has asked just now.

        Raises:
            OutOfStep: there is none.
        """
        client = self._clients.pop(client_id, None)
        if client is None:
            raise OutOfStep(OUT_OF_STEP)
        self._clients[client_id] = client
        return client

    def clients_of(self, session_id: str) -> list[Client]:
        """Return a session's clients."""
        return [one for one in self._clients.values() if one.session_id == session_id]

    def named_source(self, session_id: str, uri: str) -> Path:
        """Return the file at *uri*, if a server has named it to a session.

        Raises:
            Forbidden: none has.
        """
        return self._sources.get(session_id, NamedSources()).named(uri)

    def move(self, client: Client, python: Path) -> None:
        """Go on with a client's text in the servers for another interpreter, if it is one."""
        if client.pair.python != python:
            old = client.pair
            old.leave(client.document)
            client.pair = self._pair(python)
            client.slot = client.pair.slot(client.document)
            self._rest(old)

    def tell(self, method: str, params: Any) -> None:
        """Tell all servers something."""
        for pair in self._pairs.values():
            pair.notify(method, params)

    async def close(self) -> None:
        """End all servers."""
        for client in [*self._clients.values()]:
            client.document.close()
        for timer in self._lingering.values():
            timer.cancel()
        pairs = [*self._pairs.values()]
        self._clients, self._pairs = {}, {}
        await asyncio.gather(*(pair.close() for pair in pairs), *self._closing)

    # ------------------------------------------------------------------------------------------ servers

    def _pair(self, python: Path) -> Pair:
        if (timer := self._lingering.pop(python, None)) is not None:
            timer.cancel()
        pair = self._pairs.get(python)
        if pair is None:
            pair = self._pairs[python] = Pair(
                python,
                self._root,
                limits=self._limits,
                commands=self._commands,
                on_state=self._on_state,
                on_refresh=self._on_refresh,
            )
        return pair

    def _rest(self, pair: Pair) -> None:
        """End a pair that no page needs, unless one comes soon."""
        if any(client.pair is pair for client in self._clients.values()) or pair.python in self._lingering:
            return
        loop = asyncio.get_running_loop()
        self._lingering[pair.python] = loop.call_later(self._limits.linger_seconds, self._end, pair)

    def _end(self, pair: Pair) -> None:
        del self._lingering[pair.python], self._pairs[pair.python]
        task = asyncio.create_task(pair.close(), name="ending language servers")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _on_state(self, pair: Pair, server: LanguageServer) -> None:
        self._tell_sessions(pair, LanguageEvent(server.name, server.state, server.reason))

    def _on_refresh(self, pair: Pair, server: LanguageServer) -> None:
        self._tell_sessions(pair, LanguageEvent(server.name, server.state, server.reason, refresh=True))

    def _tell_sessions(self, pair: Pair, event: LanguageEvent) -> None:
        for session_id in {client.session_id for client in self._clients.values() if client.pair is pair}:
            self._publish(session_id, event)

    def _check_size(self, text: str) -> None:
        if len(text) > self._limits.max_text:
            raise TooLarge(f"The text has more than {self._limits.max_text:,} characters, too many for language help.")


def _modified() -> ResponseError:
    return ResponseError(CONTENT_MODIFIED, "The text has changed since it was asked about.")
