"""serve: one server from its first answer to its last process."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable

from aiohttp import web
from msgspec.structs import replace

from ..environments.launch import raise_limit
from ..settings import Settings
from .app import create_app
from .app_keys import SESSIONS, STRANGERS
from .connections import accepting
from .listener import tls_context

MAX_END_SECONDS = 15.0
"""After which rdit ends whatever is still in its way; its kernels see their pipes close, and end too."""
LAST_ANSWERS_SECONDS = 1.0
"""That requests under way get to finish when the server ends."""


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
    # A run of ten thousand statements makes a hundred thousand objects that stay, and hardly a cycle: with its default
    # thresholds the collector takes a good part of the time to find nothing.
    gc.set_threshold(50_000, 20, 50)
    ending = asyncio.Event()
    _end_on_signals(ending)
    # The kernel of the command line is running by now; those to come are told the limit of before.
    app = create_app(replace(settings, descriptor_limit=raise_limit()), process)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=LAST_ANSWERS_SECONDS)
    await runner.setup()
    try:
        if runner.server is None:
            raise RuntimeError("The runner is not set up.")
        async with accepting(runner.server, app[STRANGERS], tls_context(settings), sock=listener):
            up = asyncio.ensure_future(app[SESSIONS].main.ready())
            ended = asyncio.ensure_future(ending.wait())
            await asyncio.wait((up, ended), return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                up.result()
                when_up()
                await ended
            up.cancel()
    finally:
        await runner.cleanup()


def _end_on_signals(ending: asyncio.Event) -> None:
    """Set *ending* at the first signal that asks rdit to end; at a second one, or when that takes long, end at once."""

    def end() -> None:
        if ending.is_set():
            os._exit(130)  # somebody insists; the kernels end by themselves when their pipes close
        ending.set()
        last_resort = threading.Timer(MAX_END_SECONDS, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` has SIGHUP ignored, and means it. SIGINT is ignored in the background of a shell, without meaning.
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, end)
