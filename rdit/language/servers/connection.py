"""Connection: requests to one language server and their answers, and what the server itself asks and tells."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Any

from ...processes.child import Child
from .framing import BadFrame, Decoder, encode

log = logging.getLogger(__name__)

METHOD_NOT_FOUND = -32601
CONTENT_MODIFIED = -32801


class ServerGone(Exception):
    """The server ended before it answered."""


class ServerSilent(Exception):
    """The server did not answer in time; *is_hung*: nor did it take back the request."""

    def __init__(self, *, is_hung: bool) -> None:
        super().__init__("It did not answer in time.")
        self.is_hung = is_hung


class ResponseError(Exception):
    """The server answered that it cannot do this."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Connection:
    """JSON-RPC over a child's pipes."""

    def __init__(self, on_request: Callable[[str, Any], Any], on_notification: Callable[[str, Any], None]) -> None:
        """Ask *on_request* for the result of what the server asks; it raises KeyError for what it does not know."""
        self._decoder = Decoder()
        self._ids = itertools.count(1)
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._on_request = on_request
        self._on_notification = on_notification
        self._child: Child | None = None

    def join(self, child: Child) -> None:
        """Write to *child* from now on."""
        self._child = child

    def receive(self, data: bytes) -> None:
        """Take what the child wrote."""
        try:
            messages = self._decoder.feed(data)
        except BadFrame as error:
            if self._child is not None:
                self._child.fail(str(error))
            return
        for message in messages:
            self._take(message)

    def notify(self, method: str, params: Any) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    async def request(self, method: str, params: Any, *, timeout: float, patience: float) -> Any:
        """Return the server's answer. Who is cancelled takes the request back.

        Raises:
            ServerGone: it ended meanwhile.
            ServerSilent: it took more than *timeout* seconds.
            ResponseError: it refused.
        """
        request_id = next(self._ids)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[request_id] = future
        message = {"id": request_id, "method": method}
        if params is not None:
            message["params"] = params
        try:
            self._send(message)
            done, _ = await asyncio.wait([future], timeout=timeout)
            if not done:
                # A server that lives answers this at once, so silence says that it hangs.
                self.notify("$/cancelRequest", {"id": request_id})
                done, _ = await asyncio.wait([future], timeout=patience)
                raise ServerSilent(is_hung=not done)
        except asyncio.CancelledError:
            self.notify("$/cancelRequest", {"id": request_id})
            raise
        finally:
            self._pending.pop(request_id, None)
            if future.done():
                future.exception()  # what comes with the last breath is nobody's to retrieve
        answer = future.result()
        if (error := answer.get("error")) is not None:
            raise ResponseError(int(error.get("code", 0)), str(error.get("message", "")))
        return answer.get("result")

    def close(self) -> None:
        """Fail what waits: the server is gone."""
        self._child = None
        for future in self._pending.values():
            if not future.done():
                future.set_exception(ServerGone())

    def _send(self, message: dict[str, Any]) -> None:
        if self._child is None:
            if "method" in message and "id" in message:
                raise ServerGone
            return
        self._child.write(encode(message))

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            future = self._pending.get(message.get("id", -1))
            if future is not None and not future.done():
                future.set_result(message)
        elif "id" in message:
            try:
                answer: dict[str, Any] = {"result": self._on_request(method, message.get("params"))}
            except KeyError:
                answer = {"error": {"code": METHOD_NOT_FOUND, "message": f"rdit does not know {method}"}}
            self._send({"id": message["id"], **answer})
        else:
            self._on_notification(method, message.get("params"))
