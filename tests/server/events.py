"""Reading event streams in tests: parsed one by one, waited for by what they say."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import ClientResponse

Event = dict[str, Any]


async def frames(response: ClientResponse) -> AsyncIterator[tuple[str | None, Event]]:
    """Yield (id, data) of each frame as it arrives; comments are passed over."""
    pending = b""
    async for data in response.content.iter_any():
        *whole, pending = (pending + data).split(b"\n\n")
        for frame in whole:
            fields = dict(line.split(": ", 1) for line in frame.decode().split("\n") if not line.startswith(":"))
            if fields:
                yield fields.get("id"), json.loads(fields["data"])


async def events(response: ClientResponse) -> AsyncIterator[Event]:
    """Yield the data of each frame as it arrives."""
    async for _, event in frames(response):
        yield event


async def until(stream: AsyncIterator[Event], matches: Callable[[Event], bool] | str) -> list[Event]:
    """Read *stream* up to an event of this type, or one that matches; return all that were read."""
    seen: list[Event] = []
    async for event in stream:
        seen.append(event)
        if event["type"] == matches if isinstance(matches, str) else matches(event):
            return seen
    raise AssertionError(f"the stream ended without what was awaited: {seen}")


def said(text: str) -> Callable[[Event], bool]:
    """Match an output event whose piece contains *text*."""
    return lambda event: event["type"] == "output" and text in event["item"]["text"]


def texts(seen: list[Event], item_type: str = "stdout") -> str:
    """Return what the events' pieces of this type say together."""
    return "".join(
        event["item"]["text"] for event in seen if event["type"] == "output" and event["item"]["type"] == item_type
    )
