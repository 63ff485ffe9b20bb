"""Run scripts, follow what happens, answer `input()`, ask live objects."""

from __future__ import annotations

from typing import get_args

from aiohttp import web

from ...errors import InvalidFields
from ...protocol.encoding import encode
from ...protocol.events import AnyEvent, ResultsClearedEvent, ResultsRestoredEvent, StreamEnd, StreamFailure
from ...protocol.values import LineRange, StatementResult
from ...session.runs import RunRequest
from .. import models, sse
from ..app_keys import SESSIONS, SETTINGS
from ..endpoints import EVENTS, Answer, Endpoint, Frame, endpoint, json_answer, read_body, read_query
from .refusals import NO_KERNEL, NO_SESSION, NOT_TRUSTED, TOO_MANY

RESULT_FRAME = Frame("ResultFrame", (StatementResult, StreamEnd, StreamFailure))
EVENT_FRAME = Frame("EventFrame", get_args(AnyEvent))


@endpoint(
    "POST",
    "/api/execute-script",
    {
        200: (
            Answer("By default: one frame per statement, then `complete`.", RESULT_FRAME, EVENTS),
            Answer("With `live`: every event of the run, each with an id.", EVENT_FRAME, EVENTS),
        ),
        202: (Answer("With `detached`: the run was accepted.", models.DetachedResponse),),
    },
    body=models.ExecuteRequest,
    problems={403: NOT_TRUSTED, 429: TOO_MANY, 503: NO_KERNEL},
)
async def execute_script(request: web.Request) -> web.StreamResponse:
    """Run a script, or the statements of it that overlap a range of lines, after the runs that wait already.

    Closing the connection does not stop the run.
    """
    body = await read_body(request, models.ExecuteRequest)
    session = request.app[SESSIONS].get_or_open(body.session_id)
    lines = None if body.line_range is None else LineRange(body.line_range.from_, body.line_range.to)
    interactive = body.live or body.detached
    execute = RunRequest(
        body.script,
        lines,
        body.stop_on_error,
        interactive,
        body.figure_steps,
        fresh=body.fresh,
        again=body.again,
        supersede=body.supersede,
        focus_line=body.focus_line,
    )
    if body.detached:
        run = session.submit(execute)
        return json_answer(models.DetachedResponse(run_id=run.id, event_id=run.queued_event), 202)
    if body.live:
        before = session.log.seal()
        run = session.submit(execute)
        response = await sse.open_stream(request)
        subscription = session.subscribe(after=before, run_id=run.id, window=body.window)
        await sse.send_events(response, subscription, request.app[SETTINGS].keep_alive)
        return response
    run = session.submit(execute, collect=True)
    try:
        response = await sse.open_stream(request)
        await sse.send_results(response, run)
    finally:
        run.abandon()  # the requester went away, or has everything; the run itself goes on
    return response


@endpoint(
    "GET",
    "/api/events",
    Answer("Events, each with an id.", EVENT_FRAME, EVENTS),
    query=models.EventsQuery,
    problems={404: NO_SESSION},
)
async def events(request: web.Request) -> web.StreamResponse:
    """Stream the events of a session: all that follow the event `after`, or those from now on.

    The header Last-Event-ID means the same as `after`.
    """
    query = read_query(request, models.EventsQuery)
    session = request.app[SESSIONS].get(query.session_id)
    after = query.after
    if after is None and (header := request.headers.get("Last-Event-ID")):
        if not header.isascii() or not header.isdigit() or len(header) > 16:
            raise InvalidFields("Last-Event-ID must be the id of an event.")
        after = int(header)
    subscription = session.subscribe(after=after, window=query.window)
    response = await sse.open_stream(request)
    with session.log.followed():
        await sse.send_events(response, subscription, request.app[SETTINGS].keep_alive)
    return response


@endpoint(
    "POST",
    "/api/interrupt",
    Answer("It was told to the kernel.", models.StatusResponse),
    body=models.SessionRequest,
    body_required=False,
    problems={404: NO_SESSION},
)
async def interrupt(request: web.Request) -> web.StreamResponse:
    """Interrupt the run under way, as Ctrl-C does, and end what looks back; the variables stay.

    Without either nothing happens.
    """
    body = await read_body(request, models.SessionRequest, required=False)
    request.app[SESSIONS].get(body.session_id).interrupt()
    return json_answer(models.StatusResponse())


@endpoint(
    "POST",
    "/api/reset",
    Answer("The variables and the results are gone.", models.StatusResponse),
    body=models.SessionRequest,
    body_required=False,
    problems={403: NOT_TRUSTED, 404: NO_SESSION, 503: NO_KERNEL},
)
async def reset(request: web.Request) -> web.StreamResponse:
    """End all runs and replace the worker by a fresh one. Answers when that stands ready."""
    body = await read_body(request, models.SessionRequest, required=False)
    await request.app[SESSIONS].get(body.session_id).reset()
    return json_answer(models.StatusResponse())


@endpoint(
    "POST",
    "/api/clear-results",
    Answer("The results are put away.", models.StatusResponse),
    body=models.SessionRequest,
    body_required=False,
    problems={404: NO_SESSION},
)
async def clear_results(request: web.Request) -> web.StreamResponse:
    """Put away what the statements have shown, but for the run under way; the variables stay."""
    body = await read_body(request, models.SessionRequest, required=False)
    request.app[SESSIONS].get(body.session_id).publish(ResultsClearedEvent())
    return json_answer(models.StatusResponse())


@endpoint(
    "POST",
    "/api/restore-results",
    Answer("They are back, where nothing newer stands.", models.StatusResponse),
    body=models.SessionRequest,
    body_required=False,
    problems={404: NO_SESSION},
)
async def restore_results(request: web.Request) -> web.StreamResponse:
    """Bring back the results that were cleared last; the next run or a reset forgets them."""
    body = await read_body(request, models.SessionRequest, required=False)
    request.app[SESSIONS].get(body.session_id).publish(ResultsRestoredEvent())
    return json_answer(models.StatusResponse())


@endpoint(
    "POST",
    "/api/input",
    Answer("The script goes on.", models.StatusResponse),
    body=models.InputRequest,
    problems={404: NO_SESSION, 409: "Nothing waits for input, or another question does."},
)
async def give_input(request: web.Request) -> web.StreamResponse:
    """Give the waiting `input()` its line; null is end-of-file."""
    body = await read_body(request, models.InputRequest)
    request.app[SESSIONS].get(body.session_id).answer(body.text, body.question)
    return json_answer(models.StatusResponse())


@endpoint(
    "POST",
    "/api/query",
    Answer("What the object answers."),
    body=models.QueryRequest,
    problems={404: "There is no such session, or the object is gone or cannot answer this."},
)
async def query_object(request: web.Request) -> web.StreamResponse:
    """Ask the live object behind a display, such as a table, for more of it. Answered between statements."""
    body = await read_body(request, models.QueryRequest)
    value = await request.app[SESSIONS].get(body.session_id).query(body.handle, body.request)
    return json_answer(encode(value))


EXECUTION_ENDPOINTS: tuple[Endpoint, ...] = (
    execute_script,
    events,
    interrupt,
    reset,
    clear_results,
    restore_results,
    give_input,
    query_object,
)
