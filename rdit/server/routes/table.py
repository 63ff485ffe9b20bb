"""The route table: the one list of what the API has."""

from __future__ import annotations

from aiohttp import web

from .. import models
from ..app_keys import DOCUMENT
from ..endpoints import Answer, Endpoint, endpoint, json_answer
from .execution import EXECUTION_ENDPOINTS
from .files import FILE_ENDPOINTS
from .fresh_runs import FRESH_RUN_ENDPOINTS
from .language import LANGUAGE_ENDPOINTS
from .sessions import SESSION_ENDPOINTS
from .text_files import TEXT_FILE_ENDPOINTS


@endpoint("GET", "/api/health", Answer("The server answers.", models.StatusResponse), needs_token=False)
async def health(_request: web.Request) -> web.StreamResponse:
    """Say that the server answers. The one endpoint that needs no token."""
    return json_answer(models.StatusResponse())


@endpoint("GET", "/api/openapi.json", Answer("An OpenAPI 3.1 document."))
async def openapi(request: web.Request) -> web.StreamResponse:
    """This document."""
    return json_answer(request.app[DOCUMENT]())


ENDPOINTS: tuple[Endpoint, ...] = (
    health,
    *EXECUTION_ENDPOINTS,
    *FRESH_RUN_ENDPOINTS,
    *SESSION_ENDPOINTS,
    *TEXT_FILE_ENDPOINTS,
    *FILE_ENDPOINTS,
    *LANGUAGE_ENDPOINTS,
    openapi,
)
