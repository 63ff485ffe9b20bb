"""The command line as click reads it: every form of it, its help, and what is said of a mistake in it."""

from __future__ import annotations

from collections.abc import Sequence

import rich_click as click

from .. import __version__
from ..errors import BadSetting
from ..settings import DEFAULT_PORT
from .options import DEFAULT_HOST, LAST_PORT, Options

EXAMPLES = """
**Examples**

- `rdit analysis.py`: open a script.

- `rdit analysis.py -- --fast data.csv`: with arguments for the script, as its `sys.argv[1:]`.

- `rdit --python .venv/bin/python analysis.py`: run it in this interpreter.

- `rdit --no-browser --port 9000 analysis.py`: on a machine that you reach through SSH.

- `rdit`: start with an empty, unsaved buffer.

**Commands**

- `rdit list`: the servers that you have running.

- `rdit url [WHICH]`: a server's URL with its token. WHICH is a port, a process id, or the script's name.

- `rdit stop [WHICH]`: end a server; `rdit stop --all` ends them all.

A script that is named like a command, without `.py`, is opened as `rdit ./list`.
"""


@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "rich_help_config": {"text_markup": "markdown"}},
    epilog=EXAMPLES,
)
@click.argument("script", required=False)
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, LAST_PORT),
    help=f"The port to listen on; 0 takes any free one.  [default: {DEFAULT_PORT}, or the next free one]",
)
@click.option(
    "--host", metavar="HOST", default=DEFAULT_HOST, show_default=True, help="The address or name to listen on."
)
@click.option("--no-browser", is_flag=True, help="Print the URL and open no browser.")
@click.option(
    "--python",
    metavar="PATH",
    help="The interpreter, or environment, that runs the script.  "
    "[default: the activated environment, else the nearest .venv or venv, else rdit's own]",
)
@click.option(
    "--root", metavar="DIR", help="The workspace: only files in it are served.  [default: the script's folder]"
)
@click.option(
    "--allow-origin", metavar="URL", multiple=True, help="Let pages of this origin use the server; may be repeated."
)
@click.option(
    "--base-url", metavar="PATH", default="/", show_default=True, help="Serve everything below this path, for a proxy."
)
@click.option("--certfile", metavar="FILE", help="Speak TLS with this certificate chain, in PEM.")
@click.option("--keyfile", metavar="FILE", help="The certificate's key, if it is not in the same file.")
@click.option("--no-token", is_flag=True, help="Let every program on this machine in. Only on a loopback address.")
@click.version_option(__version__, prog_name="rdit", message="%(prog)s %(version)s")
def command(
    script: str | None,
    port: int | None,
    host: str,
    no_browser: bool,
    python: str | None,
    root: str | None,
    allow_origin: tuple[str, ...],
    base_url: str,
    certfile: str | None,
    keyfile: str | None,
    no_token: bool,
) -> Options:
    """Open SCRIPT, a plain Python file, in the browser and run it statement by statement.

    What follows `--` are the script's own arguments.
    """
    return Options(
        script, port, host, not no_browser, python, root, allow_origin, not no_token, base_url, certfile, keyfile
    )


def read_options(arguments: Sequence[str]) -> Options | int:
    """Return the options in *arguments*, or the exit status when they asked for help or the version.

    Raises:
        BadSetting: something in them is wrong.
        KeyboardInterrupt: the user gave up.
    """
    try:
        options = command.main(list(arguments), prog_name="rdit", standalone_mode=False)
    except click.ClickException as error:
        raise BadSetting(error.format_message()) from error
    except click.Abort as error:
        raise KeyboardInterrupt from error
    return options if isinstance(options, Options) else int(options or 0)
