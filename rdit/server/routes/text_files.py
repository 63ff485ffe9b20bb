"""Read and save text files."""

from __future__ import annotations

from aiohttp import web

from ...protocol.answers import FileContent
from .. import models
from ..app_keys import FILE_EVENTS, FILES, SESSIONS
from ..endpoints import Answer, Endpoint, endpoint, json_answer, read_body, read_query
from .refusals import FILE_PROBLEMS


@endpoint(
    "GET",
    "/api/read-file",
    Answer("The text, and the version to save against.", FileContent),
    query=models.PathQuery,
    problems=FILE_PROBLEMS,
)
async def read_file(request: web.Request) -> web.StreamResponse:
    """Read a text file of the workspace. Its line endings are as they are in the file."""
    query = read_query(request, models.PathQuery)
    text = await request.app[FILES].read(query.path)
    request.app[FILE_EVENTS].watcher.opened(text.path, text.version)
    return json_answer(FileContent(text.content, text.version))


@endpoint(
    "PUT",
    "/api/write-file",
    Answer("Saved; this is its version now.", models.VersionResponse),
    body=models.WriteFileRequest,
    problems={
        **FILE_PROBLEMS,
        404: "The folder does not exist, or there is no such session.",
        409: "The file changed or went since that version, or exists already.",
        507: "The disk is full.",
    },
)
async def write_file(request: web.Request) -> web.StreamResponse:
    """Save a text file, whole or not at all, if it still is at `version`; null says that it must not exist yet.

    The text is written exactly as it comes. With `sessionId`, a session without a file gets this one.
    """
    body = await read_body(request, models.WriteFileRequest)
    files = request.app[FILES]
    session = None if body.session_id is None else request.app[SESSIONS].get(body.session_id)
    watcher = request.app[FILE_EVENTS].watcher
    with watcher.own_change():
        saved = await files.write(body.path, body.content, body.version)
        watcher.saved(saved.path, saved.version, created=body.version is None)
    if session is not None:
        session.save_as(files.absolute(saved.path))
    return json_answer(models.VersionResponse(version=saved.version, other_names=saved.other_names))


TEXT_FILE_ENDPOINTS: tuple[Endpoint, ...] = (read_file, write_file)
