"""`rdit list`: show the servers that the user has running."""

from __future__ import annotations

import json

import click

from .rich_help import RichHelpCommand
from .server_choice import users_servers
from .terminal import say


@click.command("list", cls=RichHelpCommand)
@click.option(
    "--json", "as_json", is_flag=True, help="Print everything that is known of them as JSON, with the tokens."
)
def list_servers(as_json: bool) -> int:
    """Show the servers that you have running."""
    servers = users_servers()
    if as_json:
        say(json.dumps([server.record for server in servers], indent=2))
    elif not servers:
        say("No rdit is running.")
    else:
        for server in servers:
            say(f"{server.address}  {server.title}  (process {server.pid})")
    return 0
