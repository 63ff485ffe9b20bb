"""Ask language servers about the texts of pages."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from msgspec import to_builtins

from ...processes.threads import in_thread
from ...protocol import language as values
from ...protocol.encoding import encode
from ..app_keys import FILES, LANGUAGE, SESSIONS
from ..endpoints import Answer, Endpoint, endpoint, json_answer, read_body, read_query
from ..models import SourceQuery, StatusResponse
from .refusals import FILE_PROBLEMS, NO_SESSION

MAX_BODY = 1 << 25
"""Bytes of a request: the longest text, escaped."""
OUT_OF_STEP = "The server's copy of the text is out of step with the page's, or gone: open it anew."
NOT_NAMED = "No language server has named this file to the session."
AWAY = "The language server that would answer does not run; the detail says why."


@endpoint(
    "POST",
    "/api/language/open",
    Answer("The servers have it, or are away.", values.OpenTextResponse),
    body=values.OpenTextRequest,
    problems={**FILE_PROBLEMS, 403: f"{FILE_PROBLEMS[403]} {NOT_NAMED}", 404: NO_SESSION},
)
async def open_text(request: web.Request) -> web.StreamResponse:
    """Open a page's text of a Python file, and start the language servers if they do not run yet.

    Each page has a text of its own: of the session's script, of another file of the workspace, or of a source that a
    language server has named. It is closed by the page, or when the session has had no reader of its events for
    half a minute.
    """
    body = await read_body(request, values.OpenTextRequest, limit=MAX_BODY)
    session = request.app[SESSIONS].get(body.session_id)
    path = None
    if body.path is not None:
        workspace = request.app[FILES].workspace
        with workspace.place(body.path) as place:
            path = workspace.root / place.path
    opened = await request.app[LANGUAGE].open(session, path, body.text, source=body.source)
    servers = {
        name: values.LanguageServerState(state=state, reason=why) for name, (state, why) in opened.servers.items()
    }
    legend = opened.capability("semanticTokensProvider", "legend")
    return json_answer(
        values.OpenTextResponse(
            client_id=opened.client_id,
            uri=opened.uri,
            root_uri=opened.root_uri,
            servers=values.LanguageServers(**servers),
            trigger_characters=opened.capability("completionProvider", "triggerCharacters"),
            signature_triggers=opened.capability("signatureHelpProvider", "triggerCharacters"),
            semantic_tokens=values.SemanticTokensLegend(
                token_types=legend["tokenTypes"], token_modifiers=legend["tokenModifiers"]
            ),
        )
    )


@endpoint(
    "POST",
    "/api/language/change",
    Answer("The text is at that version.", StatusResponse),
    body=values.ChangeTextRequest,
    problems={409: OUT_OF_STEP},
)
async def change_text(request: web.Request) -> web.StreamResponse:
    """Change a page's text. Changes are numbered, and taken in the order of their numbers."""
    body = await read_body(request, values.ChangeTextRequest, limit=MAX_BODY)
    changes = [_change(change) for change in body.content_changes]
    await request.app[LANGUAGE].change(body.client_id, body.version, changes)
    return json_answer(StatusResponse())


def _change(change: values.ContentChange) -> dict[str, Any]:
    told = {"text": change.text}
    return told if change.range is None else {**told, "range": to_builtins(change.range)}


@endpoint(
    "POST",
    "/api/language/request",
    Answer("What the language servers answer.", values.LanguageResponse),
    body=values.LanguageRequest,
    problems={409: OUT_OF_STEP, 503: AWAY, 504: "The language server took too long, and was told to stop."},
)
async def ask_language(request: web.Request) -> web.StreamResponse:
    """Ask the language servers about a page's text, as the Language Server Protocol describes it.

    To close the connection takes the request back.
    """
    body = await read_body(request, values.LanguageRequest, limit=MAX_BODY)
    answer = await request.app[LANGUAGE].request(body.client_id, body.version, body.method, body.params)
    return json_answer(encode(answer))


@endpoint(
    "POST",
    "/api/language/close",
    Answer("It is closed.", StatusResponse),
    body=values.CloseTextRequest,
)
async def close_text(request: web.Request) -> web.StreamResponse:
    """Close a page's text. The language servers end a little after the last one."""
    body = await read_body(request, values.CloseTextRequest)
    request.app[LANGUAGE].close_client(body.client_id)
    return json_answer(StatusResponse())


@endpoint(
    "GET",
    "/api/language/source",
    Answer("The source.", values.SourceResponse),
    query=SourceQuery,
    problems={
        403: f"{NOT_NAMED} Or the Host or Origin is not accepted.",
        404: "There is no such session, or the file is gone.",
        413: "The file is too long to be shown.",
        415: "It is no Python source.",
    },
)
async def show_source(request: web.Request) -> web.StreamResponse:
    """Read a source that a language server has named in an answer to the session, wherever it lies."""
    query = read_query(request, SourceQuery)
    session = request.app[SESSIONS].get(query.session_id)
    path, content = await in_thread(request.app[LANGUAGE].read_source, session, query.uri)
    return json_answer(values.SourceResponse(path=path, content=content))


LANGUAGE_ENDPOINTS: tuple[Endpoint, ...] = (open_text, change_text, ask_language, close_text, show_source)
