"""The route table: the one list of what the API has."""

from __future__ import annotations

from aiohttp import web

from .. import models
from ..app_keys import DOCUMENT
from ..endpoints import Answer, Endpoint, json_answer
from .execution import EXECUTION_ENDPOINTS
from .files import FILE_ENDPOINTS
from .sessions import SESSION_ENDPOINTS
from .text_files import TEXT_FILE_ENDPOINTS


async def health(request: web.Request) -> web.StreamResponse:
    """Say that the server answers."""
    del request
    return json_answer(models.HealthResponse())


async def openapi(request: web.Request) -> web.StreamResponse:
    """Describe the API."""
    return json_answer(request.app[DOCUMENT]())


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/api/health",
        health,
        "Say that the server answers. The one endpoint that needs no token.",
        {200: (Answer("The server answers.", models.HealthResponse),)},
        needs_token=False,
    ),
    *EXECUTION_ENDPOINTS,
    *SESSION_ENDPOINTS,
    *TEXT_FILE_ENDPOINTS,
    *FILE_ENDPOINTS,
    Endpoint(
        "GET",
        "/api/openapi.json",
        openapi,
        "This document.",
        {200: (Answer("An OpenAPI 3.1 document."),)},
    ),
)
