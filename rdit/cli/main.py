"""The command: arguments in, Settings out, then serve.

aiohttp and pydantic take longer to import than a kernel takes to start, so the kernel is started first and the imports
happen while it does.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from .. import __version__
from ..environments.interpreter import choose_interpreter, named_interpreter
from ..environments.launch import kernel_command, spawn_kernel
from ..errors import BadSetting, RditError
from ..gc_disabled import gc_disabled
from ..runtime_files import runtime_files
from ..server.listener import is_loopback, listen, tls_context, url_of, warning_of
from ..settings import DEFAULT_PORT, DEVELOPMENT_ORIGINS, Settings, read_environment
from ..source_text import decode
from .commands import COMMANDS
from .options import Options, usual_options

_ORIGIN = re.compile(r"https?://(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")

_BASE_URL = re.compile(r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: with status 2 and one line when something is refused."""
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    # A process started in the background of a shell inherits an ignored SIGINT, and would hand it on to its kernel.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    own, scripts = _split(arguments)
    try:
        if arguments and arguments[0] in COMMANDS:
            return COMMANDS[arguments[0]](arguments[1:], read_environment(os.environ).runtime_folder)
        options = _options(own)
        if isinstance(options, int):
            return options
        _serve(options, scripts)
    except RditError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 130
    return 0


def _options(arguments: list[str]) -> Options | int:
    """Return the options in *arguments*, or the exit status when all that was asked for is told."""
    if "_RDIT_COMPLETE" not in os.environ and (options := usual_options(arguments)) is not None:
        return options
    from .command_line import read_options  # late: click takes long to import, and few command lines need it

    return read_options(arguments)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return rdit's own arguments and, from behind `--`, the script's."""
    if "--" not in arguments:
        return arguments, []
    index = arguments.index("--")
    return arguments[:index], arguments[index + 1 :]


def _refuse(reason: str) -> int:
    sys.stderr.write(f"rdit: {' '.join(reason.split())}\n")
    return 2


def settings_from(options: Options, scripts_arguments: Sequence[str]) -> Settings:
    """Return the settings that the command line and the environment make.

    Raises:
        RditError: something in them cannot work.
    """
    environment = read_environment(os.environ)
    script = None if options.script is None else _script(options.script)
    root = _root(options.root, script)
    if not options.token and not is_loopback(options.host):
        raise BadSetting(
            f"--no-token would let everybody who can reach {options.host} run code as you. "
            "Leave it out, or listen on 127.0.0.1."
        )
    if options.keyfile is not None and options.certfile is None:
        raise BadSetting("--keyfile needs --certfile: the certificate that the key belongs to.")
    return Settings(
        root=root,
        script=script,
        arguments=tuple(scripts_arguments),
        directory=Path.cwd(),
        python=None if options.python is None else named_interpreter(options.python),
        virtual_env=environment.virtual_env,
        host=options.host,
        base_url=_base_url(options.base_url),
        certificate=None if options.certfile is None else Path(options.certfile).expanduser().absolute(),
        certificate_key=None if options.keyfile is None else Path(options.keyfile).expanduser().absolute(),
        token=secrets.token_urlsafe(32) if options.token else None,
        allowed_origins=(*DEVELOPMENT_ORIGINS, *map(_origin, options.origins)),
        trash_folder=environment.trash_folder,
        output_limit=environment.output_limit,
        body_limit=environment.body_limit,
    )


def _script(name: str) -> Path:
    path = Path(name)
    try:
        if path.is_dir():
            raise BadSetting(f"{name} is a folder. Name a script in it, or start rdit there with --root {name}.")
        if not path.exists():
            raise BadSetting(f"There is no file {name}. Check the name, or start rdit without a script.")
        if not path.is_file():
            raise BadSetting(f"{name} is not a regular file.")
        decode(path.read_bytes(), name)
        return path.resolve()
    except OSError as error:
        raise BadSetting(f"{name} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadSetting(f"{name!a} cannot be the name of a file.") from error


def _root(name: str | None, script: Path | None) -> Path:
    if name is None:
        return Path.cwd().resolve() if script is None else script.parent
    root = Path(name).expanduser()
    if not root.is_dir():
        raise BadSetting(f"There is no folder {name}. Check --root.")
    root = root.resolve()
    if script is not None and root not in script.parents:
        raise BadSetting(f"{script} is outside the workspace {root}. Choose a --root that contains it.")
    return root


def _origin(url: str) -> str:
    origin = url.rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise BadSetting(f"{url} is not an origin. Write it as http://HOST:PORT or https://HOST after --allow-origin.")
    return origin.lower()


def _base_url(path: str) -> str:
    inside = path.strip("/")
    if not inside:
        return "/"
    if not _BASE_URL.fullmatch(inside):
        raise BadSetting(f"{path} cannot be a base URL. Write it as /some/path/, of letters, digits and -._~.")
    return f"/{inside}/"


def _serve(options: Options, scripts_arguments: Sequence[str]) -> None:
    settings = settings_from(options, scripts_arguments)
    tls_context(settings)  # refused now rather than when the server starts
    listener = listen(settings.host, options.port)
    try:
        port = listener.getsockname()[1]
        if options.port is None and port != DEFAULT_PORT:
            print(f"Port {DEFAULT_PORT} is in use; rdit takes {port}.", flush=True)
        folder = settings.root if settings.script is None else settings.script.parent
        interpreter = choose_interpreter(
            folder, settings.root, python=settings.python, virtual_env=settings.virtual_env
        )
        process = spawn_kernel(kernel_command(interpreter), settings.directory)
        try:
            with gc_disabled():
                import asyncio  # late, as the server: the kernel comes up meanwhile

                from ..server.serve import serve

            url = url_of(listener, settings)
            runtime_folder = read_environment(os.environ).runtime_folder
            with runtime_files(runtime_folder, url, root=settings.root, script=settings.script) as page:
                announce = _announcer(settings, options, port, url, interpreter, page)
                asyncio.run(serve(settings, listener, process, when_up=announce))
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    finally:
        listener.close()


def _announcer(
    settings: Settings, options: Options, port: int, url: str, interpreter: Path, page: Path | None
) -> Callable[[], None]:
    """Return what tells the user, once the server answers, where it is."""

    def announce() -> None:
        what = "an unsaved buffer" if settings.script is None else settings.script.name
        print(f"rdit {__version__} serves {what} with {interpreter}", flush=True)
        if not (settings.static_folder / "index.html").is_file():
            print(
                "The page is not built yet: run scripts/build in rdit's folder (it needs Node 20 or newer).", flush=True
            )
        for line in warning_of(settings, port):
            print(line, flush=True)
        print(f"\n    {url}\n\nCtrl-C ends it.", flush=True)
        if options.browser:
            target = url if page is None else page.as_uri()
            threading.Thread(target=_open_browser, args=(target,), daemon=True).start()

    return announce


def _open_browser(target: str) -> None:
    """Open *target*; in a thread, because a text browser would keep the terminal until it ends."""
    import webbrowser

    try:
        opened = webbrowser.open(target)
    except (webbrowser.Error, OSError):
        opened = False
    if not opened:
        print("No browser could be opened: open the URL yourself, or start rdit with --no-browser.", flush=True)
