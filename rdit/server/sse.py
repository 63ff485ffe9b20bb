"""Events and results as `text/event-stream`, with ids and comment lines that keep an idle connection alive."""

from __future__ import annotations

from aiohttp import hdrs, web

from ..protocol.encoding import encode
from ..protocol.events import StreamEnd, StreamFailure
from ..session.event_log import Subscription
from ..session.runs import Run

COMMENT = b": rdit is still here\n\n"
WRITE_SIZE = 1 << 18
"""About how many bytes of results go out at once."""
BEGINNING_SECONDS = 0.005
"""In which a run has mostly begun, and a short one has ended: what comes within them goes out together."""


class EventStream(web.StreamResponse):
    """A response whose headers go out together with what is written first: each write wakes the client up."""

    _send_headers_immediately = False  # as in aiohttp's own Response


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Begin a stream; its headers go with what is written first, be it nothing."""
    headers = {
        hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
        hdrs.CACHE_CONTROL: "no-store",
        "X-Accel-Buffering": "no",  # nginx would hold events back until its buffer is full
    }
    response = EventStream(headers=headers)
    await response.prepare(request)
    return response


async def send_events(response: web.StreamResponse, subscription: Subscription, keep_alive: float) -> None:
    """Send events as they come, one write for all that are ready, until there can be no more."""
    while True:
        data = subscription.read()
        if subscription.ended:
            await response.write_eof(data)
            return
        await response.write(data)
        if not await subscription.wait(keep_alive):
            await response.write(COMMENT)


async def send_results(response: web.StreamResponse, run: Run) -> None:
    """Send one frame for each statement that ends, and one when the run is over."""
    frames: list[bytes] = []
    size = 0
    if not await run.wait(BEGINNING_SECONDS):
        await response.write(b"")
    while results := await run.results():
        for result in results:
            frames.append(_frame(result))
            size += len(frames[-1])
            if size >= WRITE_SIZE:
                await response.write(b"".join(frames))
                frames, size = [], 0
        if not run.finished.done():
            await response.write(b"".join(frames))
            frames, size = [], 0
    frames.append(_frame(StreamEnd() if run.problem is None else StreamFailure(run.problem)))
    await response.write_eof(b"".join(frames))


def _frame(value: object) -> bytes:
    return b"data: %b\n\n" % encode(value)
