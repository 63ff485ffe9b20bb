"""Execute requests as they mostly are, read without pydantic: a first result does not wait for its import.

What is read here is what pydantic would read; a test holds them to it. All else, mistakes included, is left to it.
"""

from __future__ import annotations

from json import loads
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from .endpoints import ESCAPED_SURROGATE, read_body, read_bytes

if TYPE_CHECKING:
    from ..protocol import models

_DEFAULTS: dict[str, Any] = {
    "script": None,
    "line_range": None,
    "session_id": None,
    "live": False,
    "stop_on_error": True,
    "detached": False,
    "window": None,
}
_FIELDS = {
    "script": ("script", str),
    "sessionId": ("session_id", str),
    "live": ("live", bool),
    "stopOnError": ("stop_on_error", bool),
    "detached": ("detached", bool),
}
"""By the name on the wire: the field and its type. A range of lines and a window are rarer."""
LONGEST_ID = 200


def quick_execute(body: bytes) -> models.ExecuteRequest | None:
    """Return what has the fields of the `ExecuteRequest` in *body*; None when pydantic has to look at it."""
    if ESCAPED_SURROGATE.search(body):
        return None
    try:
        given = loads(body.decode())
    except (ValueError, RecursionError):
        return None
    if type(given) is not dict or "script" not in given:
        return None
    fields = dict(_DEFAULTS)
    for name, value in given.items():
        if name not in _FIELDS or (name == "sessionId" and not 0 < len(str(value)) <= LONGEST_ID):
            return None
        field, kind = _FIELDS[name]
        if type(value) is not kind:
            return None
        fields[field] = value
    return cast("models.ExecuteRequest", SimpleNamespace(**fields))


async def read_execute(request: web.Request) -> models.ExecuteRequest:
    """Return the request's body as an `ExecuteRequest`, or what has its fields.

    Raises:
        BadRequest: it is not JSON.
        InvalidFields: it is JSON, but not of this model.
        TooLarge: it is larger than the server takes.
    """
    execute = quick_execute(await read_bytes(request))
    if execute is not None:
        return execute
    from ..protocol import models

    return await read_body(request, models.ExecuteRequest)
