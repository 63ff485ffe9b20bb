"""Open and show sessions, and the whole text of one output."""

from __future__ import annotations

from aiohttp import web
from msgspec.structs import replace

from ...errors import NotFound
from ...protocol.answers import FileContent, SessionResponse
from ...protocol.values import OutputItem
from ...session.session import Session
from .. import models
from ..app_keys import FILE_EVENTS, FILES, SESSIONS
from ..endpoints import TEXT, Answer, Endpoint, endpoint, json_answer, read_body, read_query
from .refusals import FILE_PROBLEMS, NO_SESSION, TOO_MANY

NO_OUTPUT = "There is no such session, or its statement or output is no longer shown."
TEXT_PART = 1 << 18
"""Characters of a whole text that go out at once."""


@endpoint(
    "GET",
    "/api/session",
    Answer("The session.", SessionResponse),
    query=models.SessionQuery,
    problems={404: NO_SESSION},
)
async def show_session(request: web.Request) -> web.StreamResponse:
    """Show a session as it stands: its script, its kernel, its results, and the last event that they include."""
    query = read_query(request, models.SessionQuery)
    session = request.app[SESSIONS].get(query.session_id)
    return json_answer(await _view(request, session, query.window, query.file))


async def _view(request: web.Request, session: Session, window: int, with_file: bool) -> SessionResponse:
    """Return the session as it stands, with the script's file as it is once all that the answer includes has happened.

    A change of the file that comes later than the answer's last event is told by an event.
    """
    view = session.view(window)
    if not with_file or session.script is None:
        return view
    files = request.app[FILES]
    try:
        text = await files.read(session.script.relative_to(files.workspace.root).as_posix())
    except NotFound:
        return view
    request.app[FILE_EVENTS].watcher.opened(text.path, text.version)
    return replace(view, file=FileContent(text.content, text.version))


@endpoint(
    "GET",
    "/api/output",
    Answer("The text, in UTF-8.", None, TEXT),
    query=models.OutputQuery,
    problems={404: NO_OUTPUT},
)
async def show_output(request: web.Request) -> web.StreamResponse:
    """Send the text of one output item as it stands: all that is kept of it, however long."""
    query = read_query(request, models.OutputQuery)
    item = request.app[SESSIONS].get(query.session_id).output_item(query.run_id, query.node_index, query.item)
    response = web.StreamResponse(headers={"Content-Type": f"{TEXT}; charset=utf-8", "Cache-Control": "no-store"})
    await response.prepare(request)
    for part in item.parts(TEXT_PART):
        await response.write(part.encode("utf-8", "replace"))
    return response


@endpoint(
    "GET",
    "/api/output-item",
    Answer("The item.", OutputItem),
    query=models.OutputQuery,
    problems={404: NO_OUTPUT},
)
async def show_output_item(request: web.Request) -> web.StreamResponse:
    """Send one output item whole, with its data, also where the answer with the session had no room for them."""
    query = read_query(request, models.OutputQuery)
    item = request.app[SESSIONS].get(query.session_id).output_item(query.run_id, query.node_index, query.item)
    return json_answer(item.value(item.view(None)))


@endpoint(
    "POST",
    "/api/session",
    Answer("The session.", SessionResponse),
    body=models.OpenSessionRequest,
    problems={**FILE_PROBLEMS, 429: TOO_MANY},
)
async def open_session(request: web.Request) -> web.StreamResponse:
    """Open the session of a script inside the workspace, or find the one that is open already."""
    body = await read_body(request, models.OpenSessionRequest)
    files = request.app[FILES]
    text = await files.read(body.path)
    request.app[FILE_EVENTS].watcher.opened(text.path, text.version)
    session = request.app[SESSIONS].open(files.absolute(text.path))
    return json_answer(await _view(request, session, body.window, body.file))


@endpoint(
    "POST",
    "/api/arguments",
    Answer("The script has them from its next fresh process on.", models.StatusResponse),
    body=models.ArgumentsRequest,
    problems={404: NO_SESSION},
)
async def set_arguments(request: web.Request) -> web.StreamResponse:
    """Give the script other arguments: its `sys.argv[1:]` from the next fresh process on, or the first.

    A process in which something has run keeps those that it began with.
    """
    body = await read_body(request, models.ArgumentsRequest)
    request.app[SESSIONS].get(body.session_id).set_arguments(body.arguments)
    return json_answer(models.StatusResponse())


@endpoint(
    "POST",
    "/api/allow-interpreter",
    Answer("It is started.", models.StatusResponse),
    body=models.AllowInterpreterRequest,
    problems={404: NO_SESSION, 409: "The session's script has another interpreter by now."},
)
async def allow_interpreter(request: web.Request) -> web.StreamResponse:
    """Allow the interpreter of the workspace that a session's kernel waits for, and start it.

    One that was never started before may have come with the folder and be any program. The answer is remembered outside
    the workspace; none is asked about twice.
    """
    body = await read_body(request, models.AllowInterpreterRequest)
    request.app[SESSIONS].allow_interpreter(body.session_id, body.path)
    return json_answer(models.StatusResponse())


SESSION_ENDPOINTS: tuple[Endpoint, ...] = (
    show_session,
    show_output,
    show_output_item,
    open_session,
    set_arguments,
    allow_interpreter,
)
