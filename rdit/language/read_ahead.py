"""ReadAhead: have ty read all packages while nobody asks, which the first list of names to import needs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import LanguageAway, LanguageTimeout
from .limits import Limits
from .servers.connection import ResponseError
from .servers.language_server import LanguageServer

log = logging.getLogger(__name__)

_URI = "untitled:rdit-read-ahead"
_DOCUMENT = {"uri": _URI, "languageId": "python", "version": 1, "text": "a"}
"""A text of its own, in which a name is completed: those of pages need not have a place for one."""


class ReadAhead:
    """Asks a server, after each of its starts, until it has answered once."""

    def __init__(self, server: LanguageServer, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._done_for: object | None = None
        """The process that has answered."""
        self._pages = 0
        """How many requests of pages are under way."""
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Ask nothing more for now, and take back what was asked: what it has read by then it need not read again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """Ask nothing while the block lasts, in which a page is answered, nor until there was some rest."""
        self._pages += 1
        await self.stop()
        try:
            yield
        finally:
            self._pages -= 1
            if not self._pages and self._server.child is not self._done_for:
                self._timer = asyncio.get_running_loop().call_later(self._limits.idle_seconds, self._begin)

    def _begin(self) -> None:
        self._timer = None
        if self._server.state == "running":
            self._task = asyncio.create_task(self._ask(), name=f"read ahead by {self._server.name}")

    async def _ask(self) -> None:
        server, process = self._server, self._server.child
        server.notify("textDocument/didOpen", {"textDocument": _DOCUMENT})
        try:
            await server.request(
                "textDocument/completion",
                {"textDocument": {"uri": _URI}, "position": {"line": 0, "character": 1}},
                timeout=self._limits.read_ahead_seconds,
            )
        except (LanguageAway, LanguageTimeout, ResponseError) as error:
            log.debug("%s did not read ahead: %s", server.name, error)
        finally:
            server.notify("textDocument/didClose", {"textDocument": {"uri": _URI}})
        self._done_for = process
