"""Joined: what several servers, and the script's process, say to one request, without one delaying what others know."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

from msgspec import Struct

from ...errors import LanguageAway, LanguageTimeout
from ..servers.connection import ResponseError
from ..servers.language_server import LanguageServer
from .asking import Asking

NO_ANSWER = (LanguageAway, LanguageTimeout, ResponseError)
Params = dict[str, Any] | None
"""Those of the page where None."""


class Joined(Struct):
    """What was there in time."""

    answers: dict[LanguageServer, Any]
    """Of each server that has answered."""
    live: Any = None
    """Of the process."""

    def get(self, server: LanguageServer) -> Any:
        """Return what a server said; None too where it said nothing, or not in time."""
        return self.answers.get(server)

    def lacks(self, server: LanguageServer) -> bool:
        """Return whether a server has not answered."""
        return server not in self.answers


async def of_those_there(
    asking: Asking, requests: Mapping[LanguageServer, Params], live: Awaitable[Any] | None = None
) -> Joined:
    """Ask all servers and return what those say that are there; *live* is what the script's process is asked.

    Once something is known, the others have `companion_seconds` more, and a server that owes an earlier answer has
    none. Pages hear when an answer about problems comes later, and ask again.

    Raises:
        ResponseError: nothing is known, and a server refuses.
        LanguageAway: nothing is known, and no server is there.
        LanguageTimeout: nothing is known in time.
    """
    asked = {server: asyncio.ensure_future(asking.of(server, params)) for server, params in requests.items()}
    knowing = None if live is None else asyncio.ensure_future(live)
    waited: set[asyncio.Future[Any]] = {*asked.values(), *([] if knowing is None else [knowing])}
    try:
        await _something(waited)
        late = [request for server, request in asked.items() if not (request.done() or server.is_late)]
        if late:
            await asyncio.wait(late, timeout=asking.limits.companion_seconds)
        known = None if knowing is None else await knowing
    except BaseException:
        for request in waited:
            request.cancel()
        await asyncio.gather(*waited, return_exceptions=True)
        raise
    for server, request in asked.items():
        if not request.done():
            server.leave(request, is_news=asking.method == "textDocument/diagnostic")
    return _joined(asked, known)


async def _something(waited: set[asyncio.Future[Any]]) -> None:
    """Wait until one of those *waited* for has something to say, or none has."""
    left = waited
    while left:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        if any(one.exception() is None and _says_something(one.result()) for one in done):
            return


def _says_something(answer: Any) -> bool:
    return bool(answer["items"] if isinstance(answer, dict) and "items" in answer else answer)


def _joined(asked: Mapping[LanguageServer, asyncio.Task[Any]], live: Any) -> Joined:
    """Return what there is by now.

    Raises:
        Exception: there is nothing, for this reason.
    """
    answers: dict[LanguageServer, Any] = {}
    failures: list[BaseException] = []
    for server, request in asked.items():
        if not request.done():
            continue
        failure = request.exception()
        if failure is None:
            answers[server] = request.result()
        elif isinstance(failure, NO_ANSWER):
            failures.append(failure)
        else:
            raise failure
    if failures and not answers and live is None:
        raise next((one for one in failures if isinstance(one, ResponseError)), failures[0])
    return Joined(answers, live)
