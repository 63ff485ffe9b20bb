"""Connections of people who have shown no token: how many there may be, and for how long.

Whoever can reach the port can open connections, and each takes one of the server's descriptors. So a stranger's
connection is ended when it has asked nothing for a while, and the one that was silent for longest gives way when there
are too many. Whoever has the token gets through: a connection that has shown it is not a stranger's any more.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import hdrs, web

from .error_responses import HEADERS, NO_HTTP, answer

log = logging.getLogger(__name__)

MAX_STRANGERS = 256
"""Connections without a token at one time; a page opens at most six."""
STRANGER_SECONDS = 60.0
"""From a stranger's connection, or the last request on it, until the whole head of the next request must be here."""
TLS_SECONDS = 15.0
"""For the handshake of TLS, before which a connection cannot be ended by us."""
LINGERING_SECONDS = 2.0
"""For which a body that nobody wants is read and dropped, so that the client gets to see the refusal."""

MAX_LINE_BYTES = 1 << 16
"""Of a request's first line: a path of 5,000 characters, escaped, still gets an answer of rdit's own."""


class Strangers:
    """The connections that have shown no token, the one that asked nothing for longest first."""

    def __init__(self, *, max_connections: int = MAX_STRANGERS, max_seconds: float = STRANGER_SECONDS) -> None:
        """Allow *max_connections* of them at once, and *max_seconds* between their requests."""
        self._max_connections = max_connections
        self.max_seconds = max_seconds
        self._timers: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    def arrived(self, connection: web.RequestHandler) -> None:
        """Take on a new connection; end the one that was silent for longest when there are too many."""
        if len(self._timers) >= self._max_connections:
            silent = next(iter(self._timers))
            self.left(silent)
            _end(silent)
        self._start_timer(connection)

    def asked(self, connection: web.RequestHandler) -> None:
        """Give a connection time again: it has sent the head of a request."""
        if self.left(connection):
            self._start_timer(connection)

    def left(self, connection: web.RequestHandler) -> bool:
        """Forget a connection that is gone, or has shown the token; return whether it was a stranger's."""
        timer = self._timers.pop(connection, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def _start_timer(self, connection: web.RequestHandler) -> None:
        self._timers[connection] = asyncio.get_running_loop().call_later(self.max_seconds, _end, connection)


def _end(connection: web.RequestHandler) -> None:
    if connection.transport is not None:
        connection.transport.abort()  # at once: to close in order waits for a client that does not read


class Connection(web.RequestHandler):
    """aiohttp's connection, which is a stranger's until the guard admits it."""

    __slots__ = ("_strangers",)

    def __init__(self, strangers: Strangers, server: web.Server, **options: Any) -> None:
        """Count among *strangers*; *options* are aiohttp's."""
        super().__init__(server, **options)
        self._strangers = strangers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin as a stranger."""
        super().connection_made(transport)
        self._strangers.arrived(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Be counted no more."""
        self._strangers.left(self)
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no proper HTTP as everything else is answered; only a bug is worth the log.

        aiohttp logs each with a traceback, so that whoever reaches the port could fill the log, and the terminal.
        """
        if request.writer.output_size > 0:
            raise ConnectionError("An answer is under way already.")
        if status < 500:
            log.debug("from %s came no HTTP: %s", request.remote, message)
            response = answer(status, NO_HTTP)
        else:
            log.error("a bug in the answer to %s", request.remote, exc_info=exc)
            response = answer(status, "rdit failed to do this, and that is a bug in rdit. Its log has the details.")
        response.headers.update({**HEADERS, hdrs.CACHE_CONTROL: "no-store"})
        return response


@asynccontextmanager
async def accepting(
    server: web.Server, strangers: Strangers, tls: ssl.SSLContext | None = None, **where: Any
) -> AsyncIterator[asyncio.Server]:
    """Accept connections for *server*, an application's that is set up; *where* is for `create_server`."""
    loop = asyncio.get_running_loop()

    def connection() -> Connection:
        # Bodies stay as they are sent: one can unpack to a thousand times its size, and the guard has not seen it yet.
        return Connection(
            strangers,
            server,
            loop=loop,
            access_log=None,
            auto_decompress=False,
            lingering_time=LINGERING_SECONDS,
            max_line_size=MAX_LINE_BYTES,
        )

    listening = await loop.create_server(
        connection, ssl=tls, ssl_handshake_timeout=None if tls is None else TLS_SECONDS, backlog=128, **where
    )
    try:
        yield listening
    finally:
        listening.close()
