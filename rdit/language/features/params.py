"""Parameters of requests, as far as the hub itself reads them; a server says what else is wrong with them."""

from __future__ import annotations

from typing import Any

from ...errors import InvalidFields

_WITH_POSITION = frozenset({"textDocument/completion", "textDocument/hover"})
MAX_NUMBER = 2**31 - 1
"""The largest line or character, as in the protocol."""


def check_params(method: str, params: dict[str, Any]) -> None:
    """Refuse *params* which the hub could not read.

    Raises:
        InvalidFields: they are not those of *method*.
    """
    if method in _WITH_POSITION and not is_position(params.get("position")):
        raise InvalidFields(f"params.position: {method} needs a line and a character.")
    if method == "textDocument/codeAction":
        context = params.get("context") or {}
        diagnostics = (context.get("diagnostics") or []) if isinstance(context, dict) else None
        if not isinstance(diagnostics, list) or not all(isinstance(one, dict) for one in diagnostics):
            raise InvalidFields("params.context.diagnostics: send them as they came.")


def is_position(value: Any) -> bool:
    """Return whether *value* is a position in a text."""
    return isinstance(value, dict) and all(
        type(value.get(name)) is int and 0 <= value[name] <= MAX_NUMBER for name in ("line", "character")
    )
