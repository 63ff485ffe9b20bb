"""ReadAhead: have ty read all packages while nobody asks, since the first list of names that can be imported needs it."""

from __future__ import annotations

import asyncio
import logging

from ..errors import LanguageAway, LanguageTimeout
from .limits import Limits
from .servers.connection import ResponseError
from .servers.language_server import LanguageServer

log = logging.getLogger(__name__)

_URI = "untitled:rdit-read-ahead"
_DOCUMENT = {"uri": _URI, "languageId": "python", "version": 1, "text": "a"}
"""A text of its own, in which a name is completed: those of pages need not have a place for one."""


class ReadAhead:
    """Asks a server once, after each of its starts."""

    def __init__(self, server: LanguageServer, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._done_for: object | None = None
        """The process that has been asked."""
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def postpone(self) -> None:
        """Wait for some rest from now on: a page is asking."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._server.child is not self._done_for:
            self._timer = asyncio.get_running_loop().call_later(self._limits.idle_seconds, self._begin)

    async def close(self) -> None:
        """Ask nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self) -> None:
        self._timer = None
        if self._server.state == "running":
            self._done_for = self._server.child
            self._task = asyncio.create_task(self._ask(), name=f"read ahead by {self._server.name}")

    async def _ask(self) -> None:
        server = self._server
        server.notify("textDocument/didOpen", {"textDocument": _DOCUMENT})
        try:
            await server.request(
                "textDocument/completion",
                {"textDocument": {"uri": _URI}, "position": {"line": 0, "character": 1}},
                timeout=self._limits.read_ahead_seconds,
            )
        except (LanguageAway, LanguageTimeout, ResponseError) as error:
            log.debug("%s did not read ahead: %s", server.name, error)
        server.notify("textDocument/didClose", {"textDocument": {"uri": _URI}})
