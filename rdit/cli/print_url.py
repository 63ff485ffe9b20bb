"""`rdit url`: print the URL of a server, with its token."""

from __future__ import annotations

import click

from .rich_help import RichHelpCommand
from .server_choice import choose_servers, users_servers
from .terminal import say


@click.command("url", cls=RichHelpCommand)
@click.argument("which", required=False)
def print_url(which: str | None) -> int:
    """Print a server's URL with its token.

    WHICH is a port, a process id, or a script's name; without it, the only one that runs.
    """
    (server,) = choose_servers("url", () if which is None else (which,), users_servers())
    say(server.url)
    return 0
