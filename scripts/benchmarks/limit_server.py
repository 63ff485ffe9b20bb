"""The physical limit for a Python web server: rdit's imports and bare aiohttp handlers that do no work at all.

Run with rdit's own interpreter: `limit_server.py PORT`.
"""

from __future__ import annotations

import sys

import aiohttp_cors  # noqa: F401, imported for its cost
import rich_click  # noqa: F401
from aiohttp import web
from pydantic import BaseModel, Field, RootModel, TypeAdapter, model_validator  # noqa: F401, it loads what is named

FRAMES = (
    b'data: {"nodeIndex":0,"lineStart":1,"lineEnd":1,"output":[{"type":"stdout","text":"2\\n"}],'
    b'"isInvisible":false}\n\n'
    b'data: {"type":"complete"}\n\n'
)
PIECE = 1 << 16


async def execute(request: web.Request) -> web.StreamResponse:
    """Answer what `1 + 1` would give, without running anything."""
    await request.json()
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(FRAMES)
    await response.write_eof()
    return response


async def stream(request: web.Request) -> web.StreamResponse:
    """Send as many bytes as asked for, in pieces of 64 KiB."""
    size = int(request.query["size"])
    piece = b"x" * PIECE
    response = web.StreamResponse()
    await response.prepare(request)
    while size > 0:
        await response.write(piece[:size])
        size -= PIECE
    await response.write_eof()
    return response


async def health(_: web.Request) -> web.Response:
    """Answer."""
    return web.json_response({"status": "ok"})


app = web.Application()
app.router.add_post("/api/execute-script", execute)
app.router.add_get("/stream", stream)
app.router.add_get("/api/health", health)
if len(sys.argv) > 2:
    app.router.add_static("/", sys.argv[2])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
