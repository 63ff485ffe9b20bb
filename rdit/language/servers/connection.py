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
INVALID_PARAMS = -32602
CONTENT_MODIFIED = -32801


class ServerGone(Exception):
    """The server ended before it answered."""


class ServerSilent(Exception):
    """The server did not answer in time."""


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

        A request that is taken back is still answered, by a server that lives: one that does not within *patience*
        seconds hangs, and is ended.

        Raises:
            ServerGone: it ended meanwhile.
            ServerSilent: it took more than *timeout* seconds.
            ResponseError: it refused.
        """
        request_id = next(self._ids)
        self._pending[request_id] = future = asyncio.get_running_loop().create_future()
        message = {"id": request_id, "method": method}
        if params is not None:
            message["params"] = params
        self._send(message)
        try:
            done, _ = await asyncio.wait([future], timeout=timeout)
        except asyncio.CancelledError:
            self._take_back(request_id, patience)
            raise
        if not done:
            self._take_back(request_id, patience)
            raise ServerSilent
        answer = future.result()
        if (error := answer.get("error")) is not None:
            raise ResponseError(int(error.get("code", 0)), str(error.get("message", "")))
        return answer.get("result")

    def close(self) -> None:
        """Fail what waits: the server is gone."""
        self._child = None
        pending, self._pending = self._pending, {}
        for future in pending.values():
            if not future.done():
                future.set_exception(ServerGone())
                future.exception()  # of one that was taken back, nobody asks for it

    def _take_back(self, request_id: int, patience: float) -> None:
        self.notify("$/cancelRequest", {"id": request_id})
        asyncio.get_running_loop().call_later(patience, self._end_if_silent, request_id, patience)

    def _end_if_silent(self, request_id: int, patience: float) -> None:
        if request_id in self._pending and self._child is not None:
            self._child.fail(f"It hung: it did not even take back a request within {patience:g} seconds.")

    def _send(self, message: dict[str, Any]) -> None:
        if self._child is None:
            if "method" in message and "id" in message:
                raise ServerGone
            return
        self._child.write(encode(message))

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            request_id = message.get("id")
            future = self._pending.pop(request_id, None) if isinstance(request_id, int) else None
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
