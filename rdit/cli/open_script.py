"""Open a script, which is what `rdit` does without another command: settings, a kernel, then the server.

aiohttp and pydantic take longer to import than a kernel takes to start, so the kernel's process is started first.
"""

from __future__ import annotations

import gc
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from .. import __version__
from ..environments.interpreter import choose_interpreter
from ..environments.launch import kernel_command, set_for_rdit, spawn_kernel
from ..environments.trust import Trust
from ..heavy_imports import certificates_unread
from ..runtime_files import runtime_files
from ..server.listener import listen, tls_context, url_of, warning_of
from ..settings import DEFAULT_PORT, Settings, read_environment
from .options import Options, settings_from
from .terminal import can_ask, may_start, say

NOT_STARTED = (
    "It lies in the workspace and was never started by rdit, so it may have come with it. Run something in the page to "
    "allow it there, or start rdit with --trust, or with --python and the interpreter that you want."
)


def open_script(options: Options) -> int:
    """Serve the script that *options* name until a signal ends it; return the exit status.

    Raises:
        RditError: an option, the port or the interpreter cannot be used.
    """
    settings = settings_from(options)
    tls_context(settings)  # refused now rather than when the server starts
    with closing(listen(settings.host, options.port)) as listener:
        port = listener.getsockname()[1]
        if options.port is None and port != DEFAULT_PORT:
            say(f"Port {DEFAULT_PORT} is in use; rdit takes {port}.")
        interpreter, settings, is_allowed = _interpreter(settings)
        # To find plugins, pydantic would read what every installed package says of itself, during the first request.
        set_for_rdit("PYDANTIC_DISABLE_PLUGINS", "__all__")
        with _kernel_process(interpreter if is_allowed else None, settings.directory) as process:
            with certificates_unread():
                import asyncio  # late, as the server: the kernel comes up meanwhile

                from ..server.serve import serve
                from .terminal_log import log_to_terminal

            # Modules, classes and functions stay for good: no collection need ever look through them.
            gc.freeze()
            gc.enable()
            log_to_terminal()
            url = url_of(listener, settings)
            runtime_folder = read_environment(os.environ).runtime_folder
            with runtime_files(runtime_folder, url, root=settings.root, script=settings.script) as page:
                # The page alone is ever opened: every user of the machine can read a command line.
                opening = None if options.no_browser else partial(_open_browser, page)
                greeting = _greeting(settings, interpreter, is_allowed=is_allowed) + warning_of(settings, port)
                asyncio.run(serve(settings, listener, process, when_up=partial(_announce, greeting, url, opening)))
    return 0


def _interpreter(settings: Settings) -> tuple[Path, Settings, bool]:
    """Return the interpreter of the script, the settings with the user's answer to whether it may be started, and that.

    One that lies in the workspace is asked about before it is started for the first time, if there is a terminal.
    """
    folder = settings.root if settings.script is None else settings.script.parent
    found = choose_interpreter(folder, settings.root, python=settings.python, virtual_env=settings.virtual_env)
    trust = Trust(settings.trusted, settings.trust_file)
    if trust.allows(found):
        return found.path, settings, True
    if not can_ask() or not may_start(found.path):
        return found.path, settings, False
    trust.allow(found.path)
    return found.path, replace(settings, trusted=(*settings.trusted, found.path)), True


@contextmanager
def _kernel_process(interpreter: Path | None, directory: Path) -> Iterator[subprocess.Popen[bytes] | None]:
    """Start a kernel, if there is an *interpreter*; at the end of the block, kill it if the server has not ended it."""
    if interpreter is None:
        yield None
        return
    process = spawn_kernel(kernel_command(interpreter), directory)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _greeting(settings: Settings, interpreter: Path, *, is_allowed: bool) -> list[str]:
    """Return the lines that say what is served, and with what."""
    what = "an unsaved buffer" if settings.script is None else settings.script.name
    if is_allowed:
        lines = [f"rdit {__version__} serves {what} with {interpreter}"]
    else:
        lines = [
            f"rdit {__version__} serves {what}, and has not started {interpreter}",
            NOT_STARTED,
        ]
    if not (settings.static_folder / "index.html").is_file():
        lines.append("The page is not built yet: run scripts/build in rdit's folder (it needs Node 20 or newer).")
    return lines


def _announce(greeting: list[str], url: str, opening: Callable[[], None] | None) -> None:
    """Tell the user where the server is, and do the *opening* of a browser, if any."""
    for line in greeting:
        say(line)
    say(f"\n    {url}\n\nCtrl-C ends it.")
    if opening is not None:
        # In a thread, because a text browser would keep the terminal until it ends.
        threading.Thread(target=opening, daemon=True).start()


def _open_browser(page: Path | None) -> None:
    """Open *page*, the private file that leads to the URL; say so where there is none or no browser."""
    import webbrowser

    if page is None:
        say("There is no private folder from which a browser could be opened: open the URL yourself.")
        return
    try:
        opened = webbrowser.open(page.as_uri())
    except (webbrowser.Error, OSError):
        opened = False
    if not opened:
        say("No browser could be opened: open the URL yourself, or start rdit with --no-browser.")
