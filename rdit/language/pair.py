"""Pair: the two language servers for one interpreter and one workspace, and the texts that they have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import LanguageAway
from ..processes.threads import in_thread
from .limits import Limits
from .read_ahead import ReadAhead
from .servers.binaries import find_binary
from .servers.language_server import LanguageServer, ServerName
from .surroundings import CONFIGURATION, Surroundings
from .texts.documents import Document, Slot
from .texts.uris import path_of

Commands = Mapping[ServerName, Sequence[str]]
"""Other programs than those that came with rdit."""
_RUFF_OPTIONS = {"settings": {"logLevel": "error", "lint": {"ignore": ["E703"]}}}
"""What a server writes last is shown when it ends, so it writes errors alone. A `;` at the end says that nothing is
shown, so `Fix all` must leave it; all else is the user's to configure."""


class Pair:
    """`ty server` and `ruff server`; they know texts by their addresses."""

    def __init__(
        self,
        python: Path,
        root: Path,
        *,
        limits: Limits,
        commands: Commands,
        on_state: Callable[[Pair, LanguageServer], None],
        on_refresh: Callable[[Pair, LanguageServer], None],
    ) -> None:
        """Start both, for scripts that *python* runs and that lie below *root*."""
        self.python = python
        self._limits = limits
        self._commands = commands
        self._surroundings = Surroundings(python, root)
        self._looking = asyncio.Lock()
        self._slots: dict[str, Slot] = {}
        options: dict[ServerName, dict[str, Any]] = {
            "ty": {"logLevel": "error", "configuration": {"environment": {"python": str(python)}}},
            "ruff": _RUFF_OPTIONS,
        }

        def start(name: ServerName) -> LanguageServer:
            return LanguageServer(
                name,
                lambda: self._command(name),
                options[name],
                root=root,
                limits=limits,
                on_state=lambda server: on_state(self, server),
                on_refresh=lambda server: on_refresh(self, server),
                reopen=self._reopen,
            )

        self.ty, self.ruff = start("ty"), start("ruff")
        self.servers = (self.ty, self.ruff)
        self.read_ahead = ReadAhead(self.ty, limits)

    async def settled(self) -> None:
        """Wait until each of them runs or is away; for one not much longer than for the other."""
        left = {asyncio.ensure_future(server.settled()) for server in self.servers}
        try:
            _, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            if left:
                _, left = await asyncio.wait(left, timeout=self._limits.companion_seconds)
        finally:
            for one in left:
                one.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def close(self) -> None:
        """End both."""
        await self.read_ahead.stop()
        await asyncio.gather(*(server.close() for server in self.servers))

    def slot(self, document: Document) -> Slot:
        """Return the slot of a page's text, in which it is from now on."""
        slot = self._slots.get(document.uri)
        if slot is None:
            slot = self._slots[document.uri] = Slot(document.uri, document, self.notify)
        elif document not in slot.documents:
            slot.documents.append(document)
        return slot

    def leave(self, document: Document) -> None:
        """Forget a page's text."""
        slot = self._slots[document.uri]
        slot.leave(document)
        if not slot.documents:
            del self._slots[document.uri]

    def notify(self, method: str, params: Any) -> None:
        """Tell both something."""
        for server in self.servers:
            server.notify(method, params)

    async def look_around(self, document: Document) -> None:
        """Tell the servers what has changed around a text on the disk."""
        path = path_of(document.uri)
        if path is None:
            return
        async with self._looking:
            changes = await in_thread(self._surroundings.look, path.parent)
        if any(change["uri"].endswith(CONFIGURATION) for change in changes):
            for server in self.servers:
                server.complain(None)  # it is read anew, and if it is still wrong they say so again
        if changes:
            self.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def _reopen(self, server: LanguageServer) -> None:
        for slot in self._slots.values():
            server.notify("textDocument/didOpen", slot.opened())

    def _command(self, name: ServerName) -> list[str]:
        if name in self._commands:
            return list(self._commands[name])
        binary = find_binary(name)
        if binary is None:
            raise LanguageAway(f"There is no {name} beside rdit's own Python. Install rdit anew, or {name} beside it.")
        return [str(binary), "server"]
