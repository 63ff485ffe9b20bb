"""Where handlers find what the application holds."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from ..settings import Settings
from .file_events import FileEvents
from .files import Files
from .finding import Finder
from .sessions import Sessions
from .workspace import Workspace

SETTINGS = web.AppKey("settings", Settings)
SESSIONS = web.AppKey("sessions", Sessions)
WORKSPACE = web.AppKey("workspace", Workspace)
FILES = web.AppKey("files", Files)
FILE_EVENTS = web.AppKey("file_events", FileEvents)
FINDER = web.AppKey("finder", Finder)
DOCUMENT: web.AppKey[Callable[[], bytes]] = web.AppKey("document")
