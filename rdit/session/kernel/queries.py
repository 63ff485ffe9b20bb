"""What waits for the kernel's answer: queries of live objects, and comparisons of texts."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from ...errors import InterpreterFailed, InvalidFields, NotFound
from ...kernel.protocol.frames import Body
from ...protocol import messages
from .kernel_connection import KernelProcess


class Queries:
    """The queries of one session, by id."""

    def __init__(self) -> None:
        self.pending: dict[str, asyncio.Future[messages.Reply]] = {}

    async def ask(self, kernel: KernelProcess, handle: str, request: dict[str, Any]) -> Any:
        """Return what the object behind *handle* answers.

        Raises:
            NotFound: the object is gone.
            InvalidFields: it cannot answer this.
        """
        query_id = secrets.token_hex(8)
        return (await self.answer_to(kernel, messages.Query(query_id, handle, request))).value

    async def answer_to(
        self, kernel: KernelProcess, question: messages.Query | messages.Inspect, body: bytes = b""
    ) -> messages.Reply:
        """Send *question* and return its answer.

        Raises:
            NotFound: the object is gone.
            InvalidFields: it cannot answer this.
        """
        future: asyncio.Future[messages.Reply] = asyncio.get_running_loop().create_future()
        self.pending[question.query_id] = future
        try:
            kernel.send(question, body)
            reply = await future
        finally:
            self.pending.pop(question.query_id, None)
        if reply.gone:
            raise NotFound(reply.problem or "The object behind this output is gone. Run the statement again.")
        if reply.problem is not None:
            raise InvalidFields(reply.problem)
        return reply

    def on_reply(self, reply: messages.Reply, _body: Body) -> None:
        """Take an answer."""
        future = self.pending.get(reply.query_id)
        if future is not None and not future.done():
            future.set_result(reply)

    def fail(self) -> None:
        """End the queries that wait: the objects they ask are gone."""
        for future in self.pending.values():
            if not future.done():
                future.set_result(messages.Reply("", problem="The kernel is gone. Run the statement again.", gone=True))


class Checks:
    """Comparisons of texts, which the kernel's supervisor answers also while a script runs."""

    def __init__(self) -> None:
        self.pending: dict[str, asyncio.Future[messages.Checked]] = {}

    async def ask(self, kernel: KernelProcess, first: str, second: str) -> messages.Checked:
        """Return what a fresh run of the *second* text would keep of a run of the *first*.

        Raises:
            InterpreterFailed: the kernel has ended.
        """
        query_id = secrets.token_hex(8)
        future: asyncio.Future[messages.Checked] = asyncio.get_running_loop().create_future()
        self.pending[query_id] = future
        texts = first.encode("utf-8", "surrogatepass"), second.encode("utf-8", "surrogatepass")
        try:
            kernel.send(messages.Check(query_id, len(texts[0])), b"".join(texts))
            return await future
        finally:
            self.pending.pop(query_id, None)

    def on_checked(self, checked: messages.Checked, _body: Body) -> None:
        """Take an answer."""
        future = self.pending.get(checked.query_id)
        if future is not None and not future.done():
            future.set_result(checked)

    def fail(self) -> None:
        """End those that wait: the kernel has ended."""
        for future in self.pending.values():
            if not future.done():
                future.set_exception(InterpreterFailed("The kernel has ended before it could answer. Try again."))
