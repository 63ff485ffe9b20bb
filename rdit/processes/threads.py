"""Blocking work in a thread, for work that must not be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def in_thread(work: Callable[..., Result], *arguments: Any) -> Result:
    """Do *work* in a thread and return what it returns.

    When cancelled, wait for the work before going on: a thread cannot be stopped, and whoever cancelled is about to
    close what it works on.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
