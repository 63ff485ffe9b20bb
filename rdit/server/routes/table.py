"""Handlers: validate, ask the session, answer. `ENDPOINTS` is the one list of what the API has."""

from __future__ import annotations

from aiohttp import web

from ...errors import InvalidFields, NotFound
from ...protocol import models
from ...session import wire
from ...session.session import Session
from .. import sse
from ..app_keys import DOCUMENT, FILE_EVENTS, FILES, SESSIONS, SETTINGS
from ..endpoints import EVENTS, TEXT, Answer, Endpoint, json_answer, read_body, read_query
from ..quick_requests import read_execute
from .files import FILE_ENDPOINTS

HEALTHY = b'{"status":"ok"}'
"""A `HealthAnswer`."""


async def health(request: web.Request) -> web.StreamResponse:
    """Say that the server answers."""
    del request
    return json_answer(HEALTHY)


async def execute_script(request: web.Request) -> web.StreamResponse:
    """Run a script and stream what it does."""
    execute = await read_execute(request)
    session = request.app[SESSIONS].get_or_open(execute.session_id)
    if execute.detached:
        return json_answer(models.DetachedAnswer(run_id=session.submit(execute).id), 202)
    if execute.live:
        before = session.store.seal()
        run = session.submit(execute)
        response = await sse.open_stream(request)
        subscription = session.subscribe(after=before, run_id=run.id, window=execute.window)
        await sse.send_events(response, subscription, request.app[SETTINGS].keep_alive)
        return response
    run = session.submit(execute, collect=True)
    try:
        response = await sse.open_stream(request)
        await sse.send_results(response, run)
    finally:
        run.abandon()  # the requester went away, or has everything; the run itself goes on
    return response


async def events(request: web.Request) -> web.StreamResponse:
    """Stream the events of a session, from one that the subscriber knows or from now on."""
    query = read_query(request, models.EventsQuery)
    session = request.app[SESSIONS].get(query.session_id)
    after = query.after
    if after is None and (header := request.headers.get("Last-Event-ID")):
        if not header.isascii() or not header.isdigit() or len(header) > 16:
            raise InvalidFields("Last-Event-ID must be the id of an event.")
        after = int(header)
    subscription = session.subscribe(after=after, window=query.window)
    response = await sse.open_stream(request)
    await sse.send_events(response, subscription, request.app[SETTINGS].keep_alive)
    return response


async def show_session(request: web.Request) -> web.StreamResponse:
    """Show a session as it stands."""
    query = read_query(request, models.SessionQuery)
    return await _session_answer(request, request.app[SESSIONS].get(query.session_id), query.window, query.file)


async def _session_answer(request: web.Request, session: Session, window: int, file: bool) -> web.StreamResponse:
    # The file is read after the last event that the answer includes, so that no change of it goes unheard.
    answer = session.snapshot(window)
    if not file or session.script is None:
        return json_answer(answer)
    files = request.app[FILES]
    try:
        text = await files.read(session.script.relative_to(files.workspace.root).as_posix())
    except NotFound:
        return json_answer(answer)
    request.app[FILE_EVENTS].watcher.opened(text.path, text.version)
    read = models.FileAnswer(content=text.content, version=text.version).model_dump_json(by_alias=True).encode()
    # What precedes it are strings, in which the quotes would be escaped.
    return json_answer(answer.replace(b'"file":null', b'"file":' + read, 1))


async def show_output(request: web.Request) -> web.StreamResponse:
    """Send the text of one output item, all that is kept of it."""
    query = read_query(request, models.OutputQuery)
    parts = request.app[SESSIONS].get(query.session_id).output_text(query.run_id, query.node_index, query.item)
    response = web.StreamResponse(headers={"Content-Type": f"{TEXT}; charset=utf-8", "Cache-Control": "no-store"})
    await response.prepare(request)
    for part in parts:
        await response.write(part.encode("utf-8", "replace"))
    return response


async def open_session(request: web.Request) -> web.StreamResponse:
    """Open the session of a script, or find it."""
    body = await read_body(request, models.OpenSessionRequest)
    files = request.app[FILES]
    text = await files.read(body.path)
    request.app[FILE_EVENTS].watcher.opened(text.path, text.version)
    session = request.app[SESSIONS].open(files.absolute(text.path))
    return await _session_answer(request, session, body.window, body.file)


async def interrupt(request: web.Request) -> web.StreamResponse:
    """Interrupt the run under way; without one, there is nothing to do."""
    body = await read_body(request, models.SessionRequest, required=False)
    request.app[SESSIONS].get(body.session_id).interrupt()
    return json_answer(models.StatusAnswer())


async def reset(request: web.Request) -> web.StreamResponse:
    """Replace the worker by a fresh one, and answer when it stands ready."""
    body = await read_body(request, models.SessionRequest, required=False)
    await request.app[SESSIONS].get(body.session_id).reset()
    return json_answer(models.StatusAnswer())


async def give_input(request: web.Request) -> web.StreamResponse:
    """Answer the `input()` that waits."""
    body = await read_body(request, models.InputRequest)
    request.app[SESSIONS].get(body.session_id).answer(body.text, body.question)
    return json_answer(models.StatusAnswer())


async def query_object(request: web.Request) -> web.StreamResponse:
    """Ask the live object behind a display for more of it."""
    body = await read_body(request, models.QueryRequest)
    value = await request.app[SESSIONS].get(body.session_id).query(body.handle, body.request)
    return json_answer(wire.json_bytes(value))


async def read_file(request: web.Request) -> web.StreamResponse:
    """Return a text file."""
    query = read_query(request, models.PathQuery)
    text = await request.app[FILES].read(query.path)
    request.app[FILE_EVENTS].watcher.opened(text.path, text.version)
    return json_answer(models.FileAnswer(content=text.content, version=text.version))


async def write_file(request: web.Request) -> web.StreamResponse:
    """Save a text file if it still is what the client read."""
    body = await read_body(request, models.WriteFileRequest)
    files = request.app[FILES]
    session = None if body.session_id is None else request.app[SESSIONS].get(body.session_id)
    saved = await files.write(body.path, body.content, body.version)
    request.app[FILE_EVENTS].watcher.saved(saved.path, saved.version, created=body.version is None)
    if session is not None:
        session.save_as(files.absolute(saved.path))
    return json_answer(models.VersionAnswer(version=saved.version))


async def openapi(request: web.Request) -> web.StreamResponse:
    """Describe the API."""
    return json_answer(request.app[DOCUMENT]())


_NO_SESSION = "There is no such session."
_NO_KERNEL = "The session's kernel does not start, or the server is shutting down."
_TOO_MANY = "There are more sessions open than the server keeps."
_FILE_PROBLEMS = {
    403: "The file is outside the workspace, or its permissions forbid it; or the Host or Origin is not accepted.",
    404: "There is no such file.",
    413: "The file or the body is larger than the server takes.",
    415: "It is a folder or a device, or not text in its encoding.",
}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/api/health",
        health,
        "Say that the server answers. The one endpoint that needs no token.",
        {200: (Answer("The server answers.", "HealthAnswer"),)},
        needs_token=False,
    ),
    Endpoint(
        "POST",
        "/api/execute-script",
        execute_script,
        "Run a script, or the statements of it that overlap a range of lines, after the runs that wait already. "
        "Closing the connection does not stop the run.",
        {
            200: (
                Answer("By default: one frame per statement, then `complete`.", "ResultFrame", EVENTS),
                Answer("With `live`: every event of the run, each with an id.", "EventFrame", EVENTS),
            ),
            202: (Answer("With `detached`: the run was accepted.", "DetachedAnswer"),),
        },
        body="ExecuteRequest",
        problems={429: _TOO_MANY, 503: _NO_KERNEL},
    ),
    Endpoint(
        "GET",
        "/api/events",
        events,
        "Stream the events of a session: all that follow the event `after`, or those from now on. "
        "The header Last-Event-ID means the same as `after`.",
        {200: (Answer("Events, each with an id.", "EventFrame", EVENTS),)},
        query="EventsQuery",
        problems={404: _NO_SESSION},
    ),
    Endpoint(
        "GET",
        "/api/session",
        show_session,
        "Show a session as it stands: its script, its kernel, its results, and the last event that they include.",
        {200: (Answer("The session.", "SessionAnswer"),)},
        query="SessionQuery",
        problems={404: _NO_SESSION},
    ),
    Endpoint(
        "GET",
        "/api/output",
        show_output,
        "Send the text of one output item as it stands: all that is kept of it, however long.",
        {200: (Answer("The text, in UTF-8.", None, TEXT),)},
        query="OutputQuery",
        problems={404: "There is no such session, or its statement or output is no longer shown."},
    ),
    Endpoint(
        "POST",
        "/api/session",
        open_session,
        "Open the session of a script inside the workspace, or find the one that is open already.",
        {200: (Answer("The session.", "SessionAnswer"),)},
        body="OpenSessionRequest",
        problems={**_FILE_PROBLEMS, 429: _TOO_MANY},
    ),
    Endpoint(
        "POST",
        "/api/interrupt",
        interrupt,
        "Interrupt the run under way, as Ctrl-C does; the variables stay. Without a run nothing happens.",
        {200: (Answer("It was told to the kernel.", "StatusAnswer"),)},
        body="SessionRequest",
        body_required=False,
        problems={404: _NO_SESSION},
    ),
    Endpoint(
        "POST",
        "/api/reset",
        reset,
        "End all runs and replace the worker by a fresh one. Answers when that stands ready.",
        {200: (Answer("The variables and the results are gone.", "StatusAnswer"),)},
        body="SessionRequest",
        body_required=False,
        problems={404: _NO_SESSION, 503: _NO_KERNEL},
    ),
    Endpoint(
        "POST",
        "/api/input",
        give_input,
        "Give the waiting `input()` its line; null is end-of-file.",
        {200: (Answer("The script goes on.", "StatusAnswer"),)},
        body="InputRequest",
        problems={404: _NO_SESSION, 409: "Nothing waits for input, or another question does."},
    ),
    Endpoint(
        "POST",
        "/api/query",
        query_object,
        "Ask the live object behind a display, such as a table, for more of it. Answered between statements.",
        {200: (Answer("What the object answers."),)},
        body="QueryRequest",
        problems={404: "There is no such session, or the object is gone or cannot answer this."},
    ),
    Endpoint(
        "GET",
        "/api/read-file",
        read_file,
        "Read a text file of the workspace. Its line endings are as they are in the file.",
        {200: (Answer("The text, and the version to save against.", "FileAnswer"),)},
        query="PathQuery",
        problems=_FILE_PROBLEMS,
    ),
    Endpoint(
        "PUT",
        "/api/write-file",
        write_file,
        "Save a text file, whole or not at all, if it still is at `version`; null says that it must not exist yet. "
        "The text is written exactly as it comes. With `sessionId`, a session without a file gets this one.",
        {200: (Answer("Saved; this is its version now.", "VersionAnswer"),)},
        body="WriteFileRequest",
        problems={
            **_FILE_PROBLEMS,
            404: "The folder does not exist, or there is no such session.",
            409: "The file changed or went since that version, or exists already.",
            507: "The disk is full.",
        },
    ),
    *FILE_ENDPOINTS,
    Endpoint(
        "GET",
        "/api/openapi.json",
        openapi,
        "This document.",
        {200: (Answer("An OpenAPI 3.1 document."),)},
    ),
)
