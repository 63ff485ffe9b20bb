"""Handlers of a panel of files: browse, find, rename, delete, upload, download."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from aiohttp import web

from ...errors import BadRequest, Forbidden
from ...processes.threads import in_thread
from ...protocol.answers import FindResponse, FolderResponse, UploadResponse
from ...workspace import operations
from ...workspace.directory_listing import list_folder
from .. import models
from ..app_keys import FILE_EVENTS, FILE_INDEX, SESSIONS, SETTINGS, WORKSPACE
from ..endpoints import BYTES, IMAGES, Answer, Endpoint, endpoint, json_answer, read_body, read_query
from .refusals import FULL, MISSING, PLACE, TAKEN

PIECE = 1 << 18
"""Bytes of a download that are read at once."""
SHOWN_AS = {
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""What a browser shows as an image, in which nothing runs; everything else is sent as mere bytes."""
SEALED = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A file that somebody opens as a page of its own, such as a drawing in SVG, runs no script and loads nothing."""


@endpoint(
    "GET",
    "/api/list-files",
    Answer("What it holds.", FolderResponse),
    query=models.FolderQuery,
    problems={403: PLACE, 404: "There is no such folder."},
)
async def list_files(request: web.Request) -> web.StreamResponse:
    """List one folder of the workspace."""
    query = read_query(request, models.FolderQuery)
    listing, modified = await asyncio.to_thread(list_folder, request.app[WORKSPACE], query.path)
    request.app[FILE_EVENTS].watcher.listed(listing.path, modified)
    return json_answer(listing)


@endpoint(
    "GET",
    "/api/find-files",
    Answer("The files that fit best.", FindResponse),
    query=models.FindQuery,
    problems={403: PLACE, 404: "The workspace is gone."},
)
async def find_files(request: web.Request) -> web.StreamResponse:
    """Find files of the whole workspace by a few letters of their names or paths.

    Hidden files, installed packages and what `.gitignore` names are left out.
    """
    query = read_query(request, models.FindQuery)
    return json_answer(await request.app[FILE_INDEX].find(query.query, query.limit))


@endpoint(
    "POST",
    "/api/create-folder",
    Answer("It is there.", models.PathResponse),
    body=models.PathRequest,
    problems={403: PLACE, 404: MISSING, 409: TAKEN, 415: "It is the workspace itself.", 507: FULL},
)
async def create_folder(request: web.Request) -> web.StreamResponse:
    """Make a folder. A file is made by PUT /api/write-file with the version null."""
    body = await read_body(request, models.PathRequest)
    path = await asyncio.to_thread(operations.create_folder, request.app[WORKSPACE], body.path)
    return json_answer(models.PathResponse(path=path))


@endpoint(
    "POST",
    "/api/rename-file",
    Answer("It is there now.", models.PathResponse),
    body=models.RenameRequest,
    problems={403: PLACE, 404: MISSING, 409: TAKEN, 415: "It is the workspace itself.", 507: FULL},
)
async def rename_file(request: web.Request) -> web.StreamResponse:
    """Give a file or folder another name or place; nothing is ever replaced. Sessions of its scripts go along."""
    body = await read_body(request, models.RenameRequest)
    watcher = request.app[FILE_EVENTS].watcher
    with watcher.own_change():
        old, new = await asyncio.to_thread(operations.rename, request.app[WORKSPACE], body.path, body.to)
        root = request.app[WORKSPACE].root
        request.app[SESSIONS].move(root / old, root / new)
        request.app[FILE_INDEX].invalidate()
        watcher.moved(old, new)
    return json_answer(models.PathResponse(path=new))


@endpoint(
    "POST",
    "/api/delete-file",
    Answer("It is in the trash.", models.DeletedResponse),
    body=models.PathRequest,
    problems={403: PLACE, 404: MISSING, 415: "It is the workspace itself.", 507: FULL},
)
async def delete_file(request: web.Request) -> web.StreamResponse:
    """Move a file, or a folder with all that is in it, to the user's trash."""
    body = await read_body(request, models.PathRequest)
    trash = request.app[SETTINGS].trash_folder
    if trash is None:
        raise Forbidden("rdit knows no trash on this machine, and deletes nothing for good. Delete it in a terminal.")
    _, now = await asyncio.to_thread(operations.delete, request.app[WORKSPACE], body.path, trash)
    request.app[FILE_INDEX].invalidate()
    return json_answer(models.DeletedResponse(trashed=str(now)))


@endpoint(
    "PUT",
    "/api/upload",
    Answer("It is there.", UploadResponse),
    query=models.UploadQuery,
    takes_bytes=True,
    problems={
        400: "The upload broke off, or stopped coming.",
        403: PLACE,
        404: "The folder does not exist.",
        409: TAKEN,
        413: "It is larger than the server takes.",
        415: "Something other than a file is there.",
        507: FULL,
    },
)
async def upload(request: web.Request) -> web.StreamResponse:
    """Upload a file of any kind and size: the body is its bytes. It takes its place, whole, when the last came."""
    query = read_query(request, models.UploadQuery)
    settings = request.app[SETTINGS]
    uploaded = await operations.upload(
        request.app[WORKSPACE],
        query.path,
        _pieces(request, settings.body_timeout),
        replace=query.replace,
        size=request.content_length,
        size_limit=settings.upload_limit,
    )
    request.app[FILE_INDEX].invalidate()
    return json_answer(uploaded)


async def _pieces(request: web.Request, timeout: float) -> AsyncIterator[bytes]:
    """Yield the request's body as it comes; *timeout* is in seconds, for each piece."""
    while True:
        try:
            piece = await asyncio.wait_for(request.content.readany(), timeout)
        except asyncio.TimeoutError as error:
            raise BadRequest(f"Nothing more came for {timeout:g} seconds, so the upload was given up.") from error
        except web.RequestPayloadError as error:
            raise BadRequest("The upload broke off. Try it again.") from error
        if not piece:
            return
        yield piece


@endpoint(
    "GET",
    "/api/download",
    Answer("Its bytes.", media=BYTES),
    query=models.PathQuery,
    problems={403: PLACE, 404: MISSING, 415: "It is a folder or a device."},
)
async def download(request: web.Request) -> web.StreamResponse:
    """Download a file of any kind, to be saved."""
    query = read_query(request, models.PathQuery)
    opened = await asyncio.to_thread(operations.open_download, request.app[WORKSPACE], query.path)
    headers = {
        "Content-Type": BYTES,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(opened.name, safe='')}",
    }
    return await _send(request, opened, headers)


@endpoint(
    "GET",
    "/api/raw",
    {200: (Answer("Its bytes.", media=BYTES), Answer("An image.", media=IMAGES))},
    query=models.PathQuery,
    problems={403: PLACE, 404: MISSING, 415: "It is a folder or a device."},
)
async def raw(request: web.Request) -> web.StreamResponse:
    """Send a file to be looked at: images with their type, everything else as bytes."""
    query = read_query(request, models.PathQuery)
    opened = await asyncio.to_thread(operations.open_download, request.app[WORKSPACE], query.path)
    kind = SHOWN_AS.get(PurePosixPath(opened.name).suffix.lower(), BYTES)
    return await _send(request, opened, {"Content-Type": kind})


async def _send(request: web.Request, opened: operations.Download, headers: Mapping[str, str]) -> web.StreamResponse:
    with opened.file:
        response = web.StreamResponse(headers={**headers, "Content-Security-Policy": SEALED})
        response.content_length = opened.size
        await response.prepare(request)
        left = opened.size
        while left:
            data = await in_thread(opened.file.read, min(PIECE, left))
            if not data:
                # The file became shorter. Only a broken connection tells the client that this is not the whole.
                if request.transport is not None:
                    request.transport.abort()
                break
            await response.write(data)
            left -= len(data)
    return response


FILE_ENDPOINTS: tuple[Endpoint, ...] = (
    list_files,
    find_files,
    create_folder,
    rename_file,
    delete_file,
    upload,
    download,
    raw,
)
