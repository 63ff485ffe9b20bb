"""Quick fixes and whole-file actions of both servers; the edits of some are made when they are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InvalidFields
from ..servers.language_server import LanguageServer
from ..texts.edits import fine_edits
from .asking import Asking
from .joining import of_those_there

SOURCES = {"ty": "ty", "ruff": "Ruff"}
"""How each server signs its diagnostics."""


async def list_actions(asking: Asking) -> Any:
    """Answer `textDocument/codeAction`; each server is told of its own diagnostics alone, whose data it reads."""
    servers = (asking.ty, asking.ruff)
    joined = await of_those_there(asking, {server: _params(server, asking) for server in servers})
    return [
        _signed(action, server, asking)
        for server in servers
        for action in joined.get(server) or ()
        if "command" not in action or "edit" in action  # nobody here runs commands
    ]


async def resolve_action(asking: Asking) -> Any:
    """Answer `codeAction/resolve`: an action with its edit."""
    action = dict(asking.params)
    signed = action.get("data")
    name = signed.get("server") if isinstance(signed, dict) else None
    server = {"ty": asking.ty, "ruff": asking.ruff}.get(name) if isinstance(name, str) else None
    if server is None or not isinstance(signed, dict):
        raise InvalidFields("params.data: send the action as it came.")
    if "edit" not in action:
        action = await asking.of(server, {**action, "data": signed.get("data")})
    return _signed(action, server, asking)


def _params(server: LanguageServer, asking: Asking) -> dict[str, Any]:
    context = asking.params.get("context") or {}
    own = [one for one in context.get("diagnostics") or () if one.get("source") == SOURCES[server.name]]
    return {**asking.params, "context": {**context, "diagnostics": own}}


def _signed(action: Mapping[str, Any], server: LanguageServer, asking: Asking) -> dict[str, Any]:
    """Return an action that `resolve_action` knows the server of, with edits in small pieces."""
    signed = {**action, "data": {"server": server.name, "data": action.get("data")}}
    changes = (action.get("edit") or {}).get("changes")
    if isinstance(changes, dict) and asking.uri in changes:
        own = fine_edits(asking.text, changes[asking.uri])
        signed["edit"] = {**action["edit"], "changes": {**changes, asking.uri: own}}
    return signed
