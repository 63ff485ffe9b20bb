"""create_app(settings): routes, middleware, lifetimes."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator

from aiohttp import web

from ..session.file_events import file_events
from ..session.language_help import LanguageHelp
from ..session.sessions import open_sessions
from ..settings import Settings
from ..workspace.file_index import FileIndex
from ..workspace.paths import Workspace
from ..workspace.text_files import TextFiles
from .app_keys import DOCUMENT, FILE_EVENTS, FILE_INDEX, FILES, LANGUAGE, SESSIONS, SETTINGS, STRANGERS, WORKSPACE
from .connections import Strangers
from .error_responses import problems
from .routes.table import ENDPOINTS
from .security import allow_origins, guard, header_adder
from .static import add_static


def create_app(settings: Settings, process: subprocess.Popen[bytes] | None = None) -> web.Application:
    """Return the application; *process* is a kernel for the main session that was started already.

    The kernels live from the application's start to its cleanup.
    """
    prefix = settings.base_url.removesuffix("/")
    open_paths = frozenset(prefix + endpoint.path for endpoint in ENDPOINTS if not endpoint.needs_token)
    app = web.Application(middlewares=[problems, guard(settings, open_paths)], client_max_size=settings.body_limit)
    app[SETTINGS] = settings
    app[WORKSPACE] = workspace = Workspace(settings.root, size_limit=settings.body_limit)
    app[FILES] = TextFiles(workspace, size_limit=settings.body_limit)
    app[FILE_INDEX] = FileIndex(workspace)
    app[STRANGERS] = Strangers()
    app[DOCUMENT] = _document
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, prefix + endpoint.path, endpoint.handler)
    allow_origins(app, settings)
    add_static(app, settings.static_folder, settings.base_url)
    app.on_response_prepare.append(header_adder(settings.base_url))

    async def keep_sessions(app: web.Application) -> AsyncIterator[None]:
        async with open_sessions(settings, process) as sessions:
            app[SESSIONS] = sessions
            async with file_events(workspace, sessions, app[FILE_INDEX]) as app[FILE_EVENTS]:
                app[LANGUAGE] = language = LanguageHelp(settings, sessions)
                app[FILE_EVENTS].when_changed = language.files_changed
                try:
                    yield
                finally:
                    await language.close()

    app.cleanup_ctx.append(keep_sessions)
    app.on_shutdown.append(end_streams)  # an open stream would hold up the shutdown for a minute
    return app


def _document() -> bytes:
    from .openapi import document_bytes  # late: few ask for it

    return document_bytes()


async def end_streams(app: web.Application) -> None:
    """End every stream of events."""
    app[SESSIONS].end_streams()
