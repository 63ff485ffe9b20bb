"""What concerns fresh runs alone: what one would do, whether its results hold, which answers it gives."""

from __future__ import annotations

from aiohttp import web

from ...protocol.answers import LookBackResponse, VerifyResponse
from ...protocol.values import LineRange
from ...session.checking import check_script as check
from ...session.verifying import verify as verify_session
from .. import models
from ..app_keys import SESSIONS
from ..endpoints import Answer, Endpoint, endpoint, json_answer, read_body
from .refusals import NO_KERNEL, NO_SESSION, NOT_TRUSTED


@endpoint(
    "POST",
    "/api/check-script",
    Answer("What it would do.", models.CheckScriptResponse),
    body=models.CheckScriptRequest,
    problems={403: NOT_TRUSTED, 404: NO_SESSION, 503: NO_KERNEL},
)
async def check_script(request: web.Request) -> web.StreamResponse:
    """Say what a fresh run of a text would keep and what it would run. Nothing runs; answered also during a run."""
    body = await read_body(request, models.CheckScriptRequest)
    lines = None if body.line_range is None else LineRange(body.line_range.from_, body.line_range.to)
    session = request.app[SESSIONS].get(body.session_id)
    found = await check(session, body.script, lines, again=body.again)
    effects = [
        models.RepeatedEffect(run_id=one.run_id, node_index=one.node_index, line_start=one.line_start, what=one.what)
        for one in found.effects
    ]
    return json_answer(
        models.CheckScriptResponse(
            problem=found.checked.problem,
            problem_line=found.checked.problem_line,
            statements=found.checked.count,
            kept=found.kept,
            resumes_at=found.checked.resumes_at,
            seconds=found.seconds,
            effects=effects,
        )
    )


@endpoint(
    "POST",
    "/api/verify",
    Answer("How the run beside ended, and which outputs are others there.", VerifyResponse),
    body=models.SessionRequest,
    body_required=False,
    problems={403: NOT_TRUSTED, 404: NO_SESSION, 409: "There is no fresh run to verify.", 503: NO_KERNEL},
)
async def verify(request: web.Request) -> web.StreamResponse:
    """Run what the session has run, in a fresh process beside, and compare every output. The session stays as it is.

    What the script does outside its process is done again. `POST /api/interrupt` ends it.
    """
    body = await read_body(request, models.SessionRequest, required=False)
    return json_answer(await verify_session(request.app[SESSIONS].get(body.session_id)))


@endpoint(
    "POST",
    "/api/look-back",
    Answer("What the code shows, and in which state.", LookBackResponse),
    body=models.LookBackRequest,
    problems={
        404: NO_SESSION,
        409: "The statement is not of a fresh run whose process is alive.",
        429: "Too much is being evaluated for the session already.",
        503: NO_KERNEL,
    },
)
async def look_back(request: web.Request) -> web.StreamResponse:
    """Evaluate code in the state as it was after a statement, in a process that ends with it: the run stays as it is.

    Answered also during a run. Code that takes longer than 10 s or shows more than 4 MB is ended, and `POST
    /api/interrupt` ends it, too.
    """
    body = await read_body(request, models.LookBackRequest)
    session = request.app[SESSIONS].get(body.session_id)
    return json_answer(
        await session.look_backs.ask(session.owner.kernel, session.state.timeline, body.node_index, body.code)
    )


@endpoint(
    "POST",
    "/api/forget-answers",
    Answer("They are forgotten.", models.StatusResponse),
    body=models.ForgetAnswersRequest,
    body_required=False,
    problems={404: NO_SESSION},
)
async def forget_answers(request: web.Request) -> web.StreamResponse:
    """Forget what `input()` was given, so that the next run asks."""
    body = await read_body(request, models.ForgetAnswersRequest, required=False)
    request.app[SESSIONS].get(body.session_id).questions.answers.forget(body.source)
    return json_answer(models.StatusResponse())


FRESH_RUN_ENDPOINTS: tuple[Endpoint, ...] = (check_script, verify, look_back, forget_answers)
