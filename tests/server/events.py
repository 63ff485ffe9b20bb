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


def texts(seen: list[Event], *types: str) -> str:
    """Return what the events' items of these types (stdout without any) say together, when all is in its place."""
    pieces: list[tuple[tuple[str, int, int], str]] = []
    for event in seen:
        if event["type"] != "output" or event["item"]["type"] not in (types or ("stdout",)):
            continue
        item = (event["runId"], event["nodeIndex"], event["index"])
        if "replaceFrom" in event:
            before = "".join(text for one, text in pieces if one == item).encode("utf-16-le")
            kept = before[: 2 * event["replaceFrom"]].decode("utf-16-le")
            pieces = [*(piece for piece in pieces if piece[0] != item), (item, kept)]
        pieces.append((item, event["item"]["text"]))
    return "".join(text for _, text in pieces)
