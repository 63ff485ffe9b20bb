"""The table of the options that start a server, and the settings that they make."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..environments.interpreter import named_interpreter
from ..errors import BadSetting
from ..server.listener import is_loopback
from ..settings import DEFAULT_PORT, DEVELOPMENT_ORIGINS, Settings, read_environment
from ..source_text import decode

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

OPTIONS = (
    click.Option(
        ["--port"],
        metavar="PORT",
        type=click.IntRange(0, 65535),
        help=f"The port to listen on; 0 takes any free one.  [default: {DEFAULT_PORT}, or the next free one]",
    ),
    click.Option(
        ["--host"], metavar="HOST", default="127.0.0.1", show_default=True, help="The address or name to listen on."
    ),
    click.Option(["--no-browser"], is_flag=True, help="Print the URL and open no browser."),
    click.Option(
        ["--python"],
        metavar="PATH",
        help="The interpreter, or environment, that runs the script.  "
        "[default: the activated environment, else the nearest .venv or venv, else rdit's own]",
    ),
    click.Option(
        ["--trust"],
        is_flag=True,
        help="Start a .venv of the workspace without asking, also one that rdit has not started before.",
    ),
    click.Option(
        ["--follow"],
        is_flag=True,
        help="Run what an edit makes out of date by itself, when typing pauses or another program has written a file.",
    ),
    click.Option(
        ["--root"], metavar="DIR", help="The workspace: only files in it are served.  [default: the script's folder]"
    ),
    click.Option(
        ["--allow-origin"],
        metavar="URL",
        multiple=True,
        help="Let pages of this origin use the server; may be repeated.",
    ),
    click.Option(
        ["--base-url"],
        metavar="PATH",
        default="/",
        show_default=True,
        help="Serve everything below this path, for a proxy.",
    ),
    click.Option(["--certfile"], metavar="FILE", help="Speak TLS with this certificate chain, in PEM."),
    click.Option(["--keyfile"], metavar="FILE", help="The certificate's key, if it is not in the same file."),
    click.Option(
        ["--no-token"], is_flag=True, help="Let every program on this machine in. Only on a loopback address."
    ),
)


def _complete_first_word(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what a shell offers where a script is named: the commands that fit, and its own completion of files."""
    from click.shell_completion import CompletionItem  # late: only a shell asks

    return [*ctx.command.shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


SCRIPT = click.Argument(["script"], required=False, shell_complete=_complete_first_word)

TRUST_FILE = "trusted-interpreters.jsonl"

_ORIGIN = re.compile(r"https?://(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")

_BASE_URL = re.compile(r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line as it was given: a field for each row of the table, and the script with its arguments."""

    script: str | None
    arguments: tuple[str, ...]
    port: int | None
    host: str
    no_browser: bool
    python: str | None
    trust: bool
    follow: bool
    root: str | None
    allow_origin: tuple[str, ...]
    base_url: str
    certfile: str | None
    keyfile: str | None
    no_token: bool


def settings_from(options: Options) -> Settings:
    """Return the settings that the command line and the environment make.

    Raises:
        RditError: something in them cannot work.
    """
    environment = read_environment(os.environ)
    script = None if options.script is None else _script(options.script)
    root = _root(options.root, script)
    if options.no_token and not is_loopback(options.host):
        raise BadSetting(
            f"--no-token would let everybody who can reach {options.host} run code as you. "
            "Leave it out, or listen on 127.0.0.1."
        )
    if options.keyfile is not None and options.certfile is None:
        raise BadSetting("--keyfile needs --certfile: the certificate that the key belongs to.")
    return Settings(
        root=root,
        script=script,
        script_name=options.script,
        arguments=options.arguments,
        directory=Path.cwd(),
        python=None if options.python is None else named_interpreter(options.python),
        virtual_env=environment.virtual_env,
        trusted=(root, *environment.trusted) if options.trust else environment.trusted,
        trust_file=None if environment.state_folder is None else environment.state_folder / TRUST_FILE,
        follow=options.follow,
        host=options.host,
        base_url=_base_url(options.base_url),
        certificate=None if options.certfile is None else Path(options.certfile).expanduser().absolute(),
        certificate_key=None if options.keyfile is None else Path(options.keyfile).expanduser().absolute(),
        token=None if options.no_token else secrets.token_urlsafe(32),
        allowed_origins=(*DEVELOPMENT_ORIGINS, *map(_origin, options.allow_origin)),
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
