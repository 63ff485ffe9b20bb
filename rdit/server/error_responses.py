"""Refusals as HTTP answers: `{"detail": "…"}` with the right status."""

from __future__ import annotations

import errno
import logging

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from .. import errors
from . import models

log = logging.getLogger(__name__)

ADMITTED = web.RequestKey("admitted", bool)
"""Of a request: whether it has shown the token, or the server needs none."""
NO_DESCRIPTORS = (
    "The server has as many files and connections open as the system allows it, so it could not open another. "
    "Nothing was changed. Close pages or end other programs that are connected to it, and try again."
)

STATUS: dict[type[errors.RditError], int] = {
    errors.BadRequest: 400,
    errors.NotAuthorized: 401,
    errors.Forbidden: 403,
    errors.NotTrusted: 403,
    errors.NotFound: 404,
    errors.FileChanged: 409,
    errors.NameTaken: 409,
    errors.NothingToVerify: 409,
    errors.NothingToLookAt: 409,
    errors.NotWaiting: 409,
    errors.OutOfStep: 409,
    errors.TooLarge: 413,
    errors.NotText: 415,
    errors.Encoded: 415,
    errors.InvalidFields: 422,
    errors.TooMany: 429,
    errors.InterpreterFailed: 503,
    errors.ShuttingDown: 503,
    errors.LanguageAway: 503,
    errors.LanguageTimeout: 504,
    errors.DiskFull: 507,
}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What every answer carries, to bound what a browser does with it, unless it has its own."""
NO_HTTP = "The request is no proper HTTP, or its address or a header is too long."


def answer(status: int, detail: str) -> web.Response:
    """Return the answer to a request that is refused."""
    headers = {hdrs.WWW_AUTHENTICATE: "Bearer"} if status == 401 else None
    body = models.Problem(detail=detail).model_dump_json().encode()
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what is refused, by rdit or by aiohttp, in one form; log what is a bug."""
    response = await _answer(request, handler)
    if response.status >= 400 and not request.get(ADMITTED):
        response.force_close()  # of a stranger nothing more is read
    return response


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except errors.RditError as error:
        return answer(STATUS.get(type(error), 400), str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        refused = answer(error.status, _words(error, request))
        if isinstance(error, web.HTTPMethodNotAllowed):
            refused.headers[hdrs.ALLOW] = ", ".join(sorted(error.allowed_methods))
        return refused
    except ConnectionResetError:
        return web.Response()  # the client went away: this reaches nobody, and aiohttp takes it for no failure
    except Exception as error:
        if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
            log.warning("no file could be opened for %s %s: %s", request.method, request.path, error.strerror)
            return answer(503, NO_DESCRIPTORS)
        log.exception("a bug in the answer to %s %s", request.method, request.path)
        return answer(500, "rdit failed to do this, and that is a bug in rdit. Its log has the details.")


def _words(error: web.HTTPException, request: web.Request) -> str:
    if isinstance(error, web.HTTPMethodNotAllowed):
        return f"{request.path} does not take {request.method}, only {', '.join(sorted(error.allowed_methods))}."
    if isinstance(error, web.HTTPNotFound):
        return "There is nothing at this address. GET /api/openapi.json lists what there is."
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return "The request is larger than the server takes. RDIT_BODY_LIMIT allows more."
    return error.text or error.reason
