"""Events and results as `text/event-stream`, with ids and comment lines that keep an idle connection alive."""

from __future__ import annotations

from aiohttp import hdrs, web

from . import wire
from .run import Run
from .store import Subscription

COMMENT = b": rdit is still here\n\n"
WRITE_SIZE = 1 << 18
"""About how many bytes of results go out at once."""
COMPLETE = b'data: {"type":"complete"}\n\n'


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Begin a stream: the headers are on their way when this returns."""
    headers = {
        hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
        hdrs.CACHE_CONTROL: "no-store",
        "X-Accel-Buffering": "no",  # nginx would hold events back until its buffer is full
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    return response


async def send_events(response: web.StreamResponse, subscription: Subscription, keep_alive: float) -> None:
    """Send events as they come, one write for all that are ready, until there can be no more."""
    while True:
        if data := subscription.read():
            await response.write(data)
        if subscription.ended:
            return
        if not await subscription.wait(keep_alive):
            await response.write(COMMENT)


async def send_results(response: web.StreamResponse, run: Run) -> None:
    """Send one frame for each statement that ends, and one when the run is over."""
    while results := await run.results():
        parts: list[bytes] = []
        size = 0
        for result in results:
            parts.append(b"data: ")
            for part in wire.result(*result):
                parts.append(part)
                size += len(part)
                if size >= WRITE_SIZE:
                    await response.write(b"".join(parts))
                    parts, size = [], 0
            parts.append(b"\n\n")
        await response.write(b"".join(parts))
    if run.problem is None:
        await response.write(COMPLETE)
    else:
        await response.write(b'data: {"type":"error","message":%b}\n\n' % wire.quote(run.problem))
