"""The table of the options that start a server, and the settings that they make."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from ..environments.interpreter import named_interpreter
from ..errors import BadSetting
from ..server.listener import is_loopback
from ..settings import DEFAULT_PORT, DEVELOPMENT_ORIGINS, Settings, read_environment
from ..source_text import decode


class Option(NamedTuple):
    """A row of the table."""

    name: str
    help: str
    metavar: str | None = None
    """Of its value; None is a flag."""
    default: str | bool | tuple[()] | None = None
    """`()` may be given several times."""
    highest: int | None = None
    """Of a whole number from 0."""

    @property
    def field(self) -> str:
        """Its name in `Options`."""
        return self.name.removeprefix("--").replace("-", "_")


OPTIONS = (
    Option(
        "--port",
        f"The port to listen on; 0 takes any free one.  [default: {DEFAULT_PORT}, or the next free one]",
        "PORT",
        highest=65535,
    ),
    Option("--host", "The address or name to listen on.", "HOST", "127.0.0.1"),
    Option("--no-browser", "Print the URL and open no browser.", default=False),
    Option(
        "--python",
        "The interpreter, or environment, that runs the script.  "
        "[default: the activated environment, else the nearest .venv or venv, else rdit's own]",
        "PATH",
    ),
    Option(
        "--trust",
        "Start a .venv of the workspace without asking, also one that rdit has not started before.",
        default=False,
    ),
    Option(
        "--follow",
        "Run what an edit makes out of date by itself, when typing pauses or another program has written a file.",
        default=False,
    ),
    Option("--root", "The workspace: only files in it are served.  [default: the script's folder]", "DIR"),
    Option("--allow-origin", "Let pages of this origin use the server; may be repeated.", "URL", ()),
    Option("--base-url", "Serve everything below this path, for a proxy.", "PATH", "/"),
    Option("--certfile", "Speak TLS with this certificate chain, in PEM.", "FILE"),
    Option("--keyfile", "The certificate's key, if it is not in the same file.", "FILE"),
    Option("--no-token", "Let every program on this machine in. Only on a loopback address.", default=False),
)

TRUST_FILE = "trusted-interpreters.jsonl"

_ORIGIN = re.compile(r"https?://(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")

_BASE_URL = re.compile(r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


class Options(Struct, frozen=True, kw_only=True):
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


def usual_options(arguments: Sequence[str]) -> Options | None:
    """Return what a plain command line means: `NAME.py`, options with their values as words of their own, `--`.

    None is anything else, which click reads: help, commands, abbreviations, mistakes. A start need not import click.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    rows = {row.name: row for row in OPTIONS}
    given: dict[str, Any] = {row.field: row.default for row in OPTIONS}
    script = None
    words = iter(arguments[:end])
    for word in words:
        row = rows.get(word)
        if row is None:
            if script is not None or word.startswith("-") or not word.endswith(".py"):
                return None
            script = word
        elif row.metavar is None:
            given[row.field] = True
        elif (value := next(words, "-")).startswith("-"):
            return None
        elif row.highest is not None:
            if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value) <= row.highest):
                return None
            given[row.field] = int(value)
        else:
            given[row.field] = (*given[row.field], value) if row.default == () else value
    return Options(script=script, arguments=tuple(arguments[end + 1 :]), **given)


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
