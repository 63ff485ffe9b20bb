"""What completion and hover ask of the live values of a session: answered at once, or not at all."""

from __future__ import annotations

import ast
import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from ...errors import RditError
from ...protocol import messages
from ...protocol.values import LiveDescription, LiveNames
from ..kernel.kernel_connection import KernelProcess
from ..kernel.queries import Queries
from ..state.state import SessionState
from .bindings import bound_in

ANSWER_SECONDS = 0.05
"""Whoever types waits no longer for an answer."""
MAX_WAITING = 4
"""Questions that may be without an answer: a kernel that is slow is not asked for more."""
MAX_EXPRESSION = 1000
"""Characters."""

log = logging.getLogger(__name__)

Step = tuple[Literal["attribute", "item"], str | int]


class LiveValues:
    """Asks the kernel of one session, between its runs."""

    def __init__(self, state: SessionState, queries: Queries, idle_kernel: Callable[[], KernelProcess | None]) -> None:
        """*idle_kernel* returns the kernel, if nothing runs in it."""
        self._idle_kernel = idle_kernel
        self._state = state
        self._queries = queries
        self._waiting: set[asyncio.Task[Any]] = set()

    async def names(self, expression: str, kind: Literal["attribute", "item"]) -> LiveNames | None:
        """Return what may stand behind the dot of *expression*, or in quotes between brackets behind it.

        None while a statement runs, when there is no such value, and when no answer comes in time.
        """
        value = await self._ask(expression, kind)
        return None if value is None else _converted(value, LiveNames)

    async def description(self, expression: str) -> LiveDescription | None:
        """Return what the value of *expression* is, and the line that bound it; None as from `names`."""
        value = await self._ask(expression, "value")
        described: LiveDescription | None = None if value is None else _converted(value, LiveDescription)
        name = expression.strip()
        if described is not None and name.isidentifier():
            described = msgspec.structs.replace(described, line=bound_in(self._state, name))
        return described

    async def _ask(self, expression: str, kind: Literal["attribute", "item", "value"]) -> Any:
        kernel, path = self._idle_kernel(), path_of(expression)
        if kernel is None or path is None or len(self._waiting) >= MAX_WAITING:
            return None
        question = messages.Inspect(secrets.token_hex(8), kind, *path)
        task = asyncio.create_task(self._queries.answer_to(kernel, question))
        self._waiting.add(task)
        task.add_done_callback(self._on_answer)
        # An answer that comes late is dropped then; to cancel its task would forget that the kernel is at it.
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        return task.result() if task.done() and task.exception() is None else None

    def _on_answer(self, task: asyncio.Task[Any]) -> None:
        self._waiting.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, RditError):
            log.error("a live value could not be asked for", exc_info=error)


def path_of(expression: str) -> tuple[str, list[Step]] | None:
    """Return the variable that *expression* begins with and the steps from there; None when there is more in it.

    Only names behind dots and constants between brackets are steps: nothing that would have to be computed.
    """
    if len(expression) > MAX_EXPRESSION:
        return None
    try:
        node: ast.expr = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    steps: list[Step] = []
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner, attr=name):
                steps.append(("attribute", name))
            case ast.Subscript(value=inner, slice=ast.Constant(value=str() | int() as key)) if type(key) is not bool:
                steps.append(("item", key))
            case ast.Subscript(
                value=inner, slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as key))
            ) if type(key) is not bool:
                steps.append(("item", -key))
            case _:
                return None
        node = inner
    return node.id, steps[::-1]


def _converted(value: Any, kind: type[msgspec.Struct]) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:  # forged by the script
        return None
