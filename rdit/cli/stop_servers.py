"""`rdit stop`: end servers."""

from __future__ import annotations

import os
import signal
import sys
import time

import click

from .rich_help import RichHelpCommand
from .server_choice import choose_servers, users_servers
from .terminal import say

STOP_SECONDS = 10.0
"""How long a server may take to end."""


@click.command("stop", cls=RichHelpCommand)
@click.argument("which", nargs=-1)
@click.option("--all", "every", is_flag=True, help="End all of them.")
def stop_servers(which: tuple[str, ...], every: bool) -> int:
    """End servers, as Ctrl-C does, and wait until they are gone.

    WHICH is a port, a process id, or a script's name; without it, the only one that runs.
    """
    servers = users_servers()
    if not servers and every:
        say("No rdit is running.")
        return 0
    chosen = servers if every else choose_servers("stop", which, servers)
    for server in chosen:
        os.kill(server.pid, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    left = [server for server in chosen if not server.gone_before(until)]
    for server in chosen:
        if server not in left:
            say(f"Stopped {server.title} (process {server.pid}).")
    for server in left:
        say(f"rdit: process {server.pid} has not ended; try: kill -9 {server.pid}", sys.stderr)
    return 1 if left else 0
