"""The user's running servers, and which of them the words after a command name."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ..errors import BadSetting
from ..runtime_files import Running, running_servers
from ..settings import read_environment


def users_servers() -> list[Running]:
    """Return the servers that the user has running, by port."""
    return running_servers(read_environment(os.environ).runtime_folder)


def choose_servers(command: str, names: Sequence[str], servers: Sequence[Running]) -> list[Running]:
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
