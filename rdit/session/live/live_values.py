"""What completion and hover ask of the live values of a session: answered at once, or not at all."""

from __future__ import annotations

import ast
import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import msgspec

from ...errors import RditError
from ...protocol import messages
from ...protocol.values import LiveDescription, LiveNames, Viewpoint
from ..kernel.kernel_connection import KernelProcess
from ..kernel.queries import Queries
from ..state.state import SessionState
from .bindings import bound_in
from .moments import Moment, moment_at

ANSWER_SECONDS = 0.05
"""Whoever types waits no longer for an answer."""
MAX_WAITING = 4
"""Questions that may be without an answer: a kernel that is slow is not asked for more."""
MAX_EXPRESSION = 1000
"""Characters."""

log = logging.getLogger(__name__)

Step = tuple[Literal["attribute", "item"], str | int]


class _Told(NamedTuple):
    """An answer, the state that it is of, and what was wanted, unless that was the present."""

    value: Any
    at: int | None
    moment: Moment | None


class LiveValues:
    """Asks the kernel of one session: the worker between its runs, or snapshots of it, which answer at any time."""

    def __init__(
        self, state: SessionState, queries: Queries, kernel: Callable[[], tuple[KernelProcess | None, bool]]
    ) -> None:
        """*kernel* returns the kernel, if a worker stands, and whether nothing runs in it."""
        self._kernel = kernel
        self._state = state
        self._queries = queries
        self._waiting: set[asyncio.Task[Any]] = set()

    async def names(
        self, expression: str, kind: Literal["attribute", "item"], view: Viewpoint | None = None
    ) -> LiveNames | None:
        """Return what may stand behind the dot of *expression*, or in quotes between brackets behind it.

        With a *view* that is as it was there, if a snapshot tells that, and else as it is. None when there is no such
        value, when no answer comes in time, and when only the worker could give it, while a statement runs.
        """
        told = await self._ask(expression, kind, view, or_present=True)
        return None if told is None else _converted(told.value, LiveNames)

    async def description(self, expression: str, view: Viewpoint | None = None) -> LiveDescription | None:
        """Return what the value of *expression* is, and the line that bound it; None as from `names`.

        With a *view* that is as it was there, or in another state in which its variable stood for the same: the answer
        says which. Where no such state is left, there is none.
        """
        told = await self._ask(expression, "value", view, or_present=False)
        described: LiveDescription | None = None if told is None else _converted(told.value, LiveDescription)
        if told is None or described is None:
            return None
        moment, name = told.moment, expression.strip()
        line = bound_in(self._state, name, None if moment is None else told.at) if name.isidentifier() else None
        when = None if moment is None else moment.words(told.at)
        if moment is not None and line is not None:
            line = moment.line_of(line)
        return msgspec.structs.replace(described, line=line, when=when)

    async def _ask(
        self, expression: str, kind: Literal["attribute", "item", "value"], view: Viewpoint | None, *, or_present: bool
    ) -> _Told | None:
        (kernel, is_idle), path = self._kernel(), path_of(expression)
        if kernel is None or path is None or len(self._waiting) >= MAX_WAITING:
            return None
        moment = None if view is None else moment_at(self._state, view)
        if moment is None and not is_idle:
            return None
        question = messages.Inspect(secrets.token_hex(8), kind, *path, or_present=or_present)
        script = b""
        if moment is not None:
            question.places, is_same_now = moment.states_of(question.name)
            question.or_present = or_present or is_same_now
            script = self._state.timeline.script.encode("utf-8", "surrogatepass")
        task = asyncio.create_task(self._told(kernel, question, script, moment))
        self._waiting.add(task)
        task.add_done_callback(self._on_answer)
        # An answer that comes late is dropped then; to cancel its task would forget that the kernel is at it.
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        return task.result() if task.done() and task.exception() is None else None

    async def _told(
        self, kernel: KernelProcess, question: messages.Inspect, script: bytes, moment: Moment | None
    ) -> _Told | None:
        reply = await self._queries.answer_to(kernel, question, script)
        is_known = reply.at in question.places or question.or_present or moment is None
        if reply.value is not None:
            return _Told(reply.value, reply.at, moment) if is_known else None
        if moment is None or not question.or_present or not self._kernel()[1]:
            return None
        question = msgspec.structs.replace(question, query_id=secrets.token_hex(8), places=[])
        reply = await self._queries.answer_to(kernel, question)  # the state that was asked had no such name
        return None if reply.value is None else _Told(reply.value, None, moment)

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
