"""`rdit list`, `rdit url` and `rdit stop`: the servers that the user has running, from their runtime files."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..errors import BadSetting
from ..runtime_files import Running, running_servers

STOP_TIME = 10.0
"""Seconds that a server gets to end."""

USAGE = {
    "list": "rdit list [--json]: show the servers that you have running. --json adds their tokens.",
    "url": "rdit url [WHICH]: print a server's URL with its token. WHICH is a port, a process id, or a script's name.",
    "stop": "rdit stop [WHICH…] [--all]: end servers. WHICH is a port, a process id, or a script's name.",
}


def list_servers(arguments: Sequence[str], folder: Path | None) -> int:
    """Print one line for each server, without its token."""
    names, flags = _parse("list", arguments, {"--json"})
    if names:
        raise BadSetting(f"rdit list takes no name. {USAGE['list']} A script named list is opened as ./list.")
    servers = running_servers(folder)
    if "--json" in flags:
        print(json.dumps([server.record for server in servers], indent=2))
    elif not servers:
        print("No rdit is running.")
    for server in servers if "--json" not in flags else ():
        print(f"{server.address}  {server.title}  (process {server.pid})")
    return 0


def print_url(arguments: Sequence[str], folder: Path | None) -> int:
    """Print the URL of one server, with its token."""
    names, _ = _parse("url", arguments, set())
    if len(names) > 1:
        raise BadSetting(f"rdit url takes one name. {USAGE['url']}")
    (server,) = _chosen("url", names, running_servers(folder))
    print(server.url)
    return 0


def stop_servers(arguments: Sequence[str], folder: Path | None) -> int:
    """End servers, as Ctrl-C does, and return when they are gone."""
    names, flags = _parse("stop", arguments, {"--all"})
    servers = running_servers(folder)
    if not servers and "--all" in flags:
        print("No rdit is running.")
        return 0
    chosen = servers if "--all" in flags else _chosen("stop", names, servers)
    for server in chosen:
        os.kill(server.pid, signal.SIGTERM)
    until = time.monotonic() + STOP_TIME
    stubborn = [server for server in chosen if not server.gone_before(until)]
    for server in chosen:
        if server not in stubborn:
            print(f"Stopped {server.title} (process {server.pid}).")
    for server in stubborn:
        sys.stderr.write(f"rdit: process {server.pid} has not ended; try: kill -9 {server.pid}\n")
    return 1 if stubborn else 0


COMMANDS: Mapping[str, Callable[[Sequence[str], Path | None], int]] = {
    "list": list_servers,
    "url": print_url,
    "stop": stop_servers,
}
"""By the first word of the command line. A script is told from them by its ending, or by `./` before its name."""


def _parse(command: str, arguments: Sequence[str], known: set[str]) -> tuple[list[str], set[str]]:
    """Return the names and the flags among *arguments*."""
    if {"-h", "--help"} & set(arguments):
        print(USAGE[command])
        raise SystemExit(0)
    flags = {argument for argument in arguments if argument.startswith("-")}
    if unknown := flags - known:
        raise BadSetting(f"rdit {command} has no option {min(unknown)}. {USAGE[command]}")
    return [argument for argument in arguments if argument not in flags], flags


def _chosen(command: str, names: Sequence[str], servers: Sequence[Running]) -> list[Running]:
    """Return the servers that *names* name, each one; without a name the only one that runs.

    Raises:
        BadSetting: there is none, or the name fits several.
    """
    if not servers:
        raise BadSetting("No rdit is running. Start one with: rdit SCRIPT")
    if not names:
        if len(servers) > 1:
            raise BadSetting(f"Several run. Say which: rdit {command} {_ports(servers)}.")
        return list(servers)
    chosen: list[Running] = []
    for name in names:
        fitting = [server for server in servers if server.is_named(name)]
        if not fitting:
            raise BadSetting(f"No rdit that is running is named {name}. rdit list shows them.")
        if len(fitting) > 1:
            raise BadSetting(f"{name} fits several. Say which: rdit {command} {_ports(fitting)}.")
        chosen += [server for server in fitting if server not in chosen]
    return chosen


def _ports(servers: Sequence[Running]) -> str:
    return " or ".join(str(server.port) for server in servers)
