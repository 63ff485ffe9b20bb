"""Pages as a server sees them: a stream of a session's events that is read, or that is asked for and never read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
from load import Session

from tests.server.events import frames


class ReadingPage:
    """Follows a session as the client does, and begins anew when the server says that it must."""

    def __init__(self, client: aiohttp.ClientSession, session: Session) -> None:
        self._client = client
        self._session = session
        self._faults: list[str] = []
        self._ended: set[str] = set()
        self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            last = (await self._session.state())["lastEventId"]
            query = {"sessionId": self._session.id, "after": str(last)}
            async with self._client.get("/api/events", params=query) as stream:
                async for event_id, event in frames(stream):
                    if event["type"] == "resync":
                        break
                    if event_id is not None:
                        if int(event_id) <= last:
                            self._faults.append(f"event {event_id} came after {last}")
                        last = int(event_id)
                    if event["type"] == "complete":
                        self._ended.add(event["runId"])
                else:
                    return  # the server ends its streams when it stops

    def leave(self) -> None:
        """Stop following, whatever was seen."""
        self._task.cancel()

    async def close(self) -> list[str]:
        """Stop following; return what was wrong: events out of order, runs whose end never came."""
        if self._task.done() and not self._task.cancelled():
            self._task.result()
            self._faults.append(f"the stream of {self._session.name} ended")
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if not self._ended:
            self._faults.append(f"no run's end reached the page of {self._session.name}")
        return self._faults


@asynccontextmanager
async def reading_page(client: aiohttp.ClientSession, session: Session) -> AsyncIterator[ReadingPage]:
    """Follow *session* for as long as the block lasts."""
    page = ReadingPage(client, session)
    try:
        yield page
    finally:
        page.leave()


class SilentPage:
    """Has asked for a session's events and reads none of them."""

    async def close(self) -> list[str]:
        """Return nothing: what it was sent is nobody's business."""
        return []


@asynccontextmanager
async def silent_page(client: aiohttp.ClientSession, session: Session) -> AsyncIterator[SilentPage]:
    """Ask for the events of *session* and never read them; the sockets' buffers fill up."""
    query = {"sessionId": session.id, "after": str((await session.state())["lastEventId"])}
    async with client.get("/api/events", params=query, read_bufsize=1 << 10):
        yield SilentPage()
