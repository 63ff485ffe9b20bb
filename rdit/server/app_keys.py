"""Where handlers find what the application holds."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from ..session.file_events import FileEvents
from ..session.language_help import LanguageHelp
from ..session.sessions import Sessions
from ..settings import Settings
from ..workspace.file_index import FileIndex
from ..workspace.paths import Workspace
from ..workspace.text_files import TextFiles
from .connections import Strangers

LANGUAGE = web.AppKey("language", LanguageHelp)
SETTINGS = web.AppKey("settings", Settings)
SESSIONS = web.AppKey("sessions", Sessions)
WORKSPACE = web.AppKey("workspace", Workspace)
FILES = web.AppKey("files", TextFiles)
FILE_EVENTS = web.AppKey("file_events", FileEvents)
STRANGERS = web.AppKey("strangers", Strangers)
FILE_INDEX = web.AppKey("file_index", FileIndex)
DOCUMENT: web.AppKey[Callable[[], bytes]] = web.AppKey("document")
