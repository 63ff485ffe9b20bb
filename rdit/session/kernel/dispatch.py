"""Dispatch: each message of a kernel to its handler; one that fails costs its message and none behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...kernel.protocol.frames import Body
from .kernel_connection import Received

log = logging.getLogger(__name__)


def dispatch(
    received: Sequence[Received],
    handlers: Mapping[type[Any], Callable[[Any, Body], None]],
    on_failure: Callable[[object], None],
) -> None:
    """Give each of *received* to the handler for its type; what that raises is logged, and *on_failure* called."""
    for message, body in received:
        try:
            handlers[type(message)](message, body)
        except Exception:  # noqa: PERF203 - a bug, of which the log has the whole
            log.exception("a bug in what follows from %.65536r", message)
            on_failure(message)
