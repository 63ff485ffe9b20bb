"""serve: one server from its first answer to its last process."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from aiohttp import web

from ..quick_imports import without_collector
from ..settings import Settings
from . import models
from .app import create_app
from .app_keys import SESSIONS
from .listener import tls_context

LONGEST_END = 15.0
"""Seconds after which rdit ends whatever is still in its way; its kernels see their pipes close, and end too."""
LONGEST_LINE = 1 << 16
"""Bytes of a request's first line: a path of 5,000 characters, escaped, still gets an answer of rdit's own."""
IDLE = 0.05
"""Seconds after the start until what it did without is loaded: a browser takes longer, and others may be quicker."""
SHORT_TURN = 0.0002
"""Seconds for which imports go on before a request may be answered; of Python's own 5 ms, each would take several."""
LAST_ANSWERS = 1.0
"""Seconds that requests under way get to finish when the server ends."""


async def serve(
    settings: Settings,
    listener: socket.socket,
    process: subprocess.Popen[bytes] | None,
    *,
    when_up: Callable[[], None],
) -> None:
    """Serve on *listener* until a signal ends it; *when_up* is called when the server answers and its kernel stands.

    Raises:
        InterpreterFailed: the kernel of the main session does not start.
    """
    _spare_the_collector()
    ending = asyncio.Event()
    _end_on_signals(ending)
    app = create_app(settings, process)
    runner = web.AppRunner(
        app,
        access_log=None,
        handler_cancellation=True,
        shutdown_timeout=LAST_ANSWERS,
        max_line_size=LONGEST_LINE,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listener, ssl_context=tls_context(settings)).start()
        up = asyncio.ensure_future(app[SESSIONS].main.ready())
        ended = asyncio.ensure_future(ending.wait())
        await asyncio.wait((up, ended), return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            up.result()
            when_up()
            loading = asyncio.get_running_loop().call_later(IDLE, _load_the_rest)
            await ended
            loading.cancel()
        up.cancel()
    finally:
        await runner.cleanup()


def _spare_the_collector() -> None:
    """Let the garbage collector pass over what the imports made, and come by less often.

    A run of ten thousand statements makes a hundred thousand objects that stay, and hardly a cycle: at its default the
    collector takes a good part of the time to find nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _load_the_rest() -> None:
    """Load pydantic and the models beside the event loop, before somebody has to wait for them."""

    def load() -> None:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(SHORT_TURN)
        try:
            with without_collector():
                models.ExecuteRequest.model_rebuild()  # builds it, and finds out which plugins pydantic has
        finally:
            sys.setswitchinterval(usual)

    threading.Thread(target=load, name="loading models", daemon=True).start()


def _end_on_signals(ending: asyncio.Event) -> None:
    """Set *ending* at the first signal that asks rdit to end; at a second one, or when that takes long, end at once."""

    def end() -> None:
        if ending.is_set():
            os._exit(130)  # somebody insists; the kernels end by themselves when their pipes close
        ending.set()
        last_resort = threading.Timer(LONGEST_END, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` has SIGHUP ignored, and means it. SIGINT is ignored in the background of a shell, without meaning.
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, end)
