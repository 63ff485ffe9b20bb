"""LanguageServer: keeps one language server running, and starts another when it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from ...errors import LanguageAway, LanguageTimeout
from ...processes.child import Child, start_child
from ...processes.lifeline import Lifeline, lifeline
from ..limits import Limits
from .capabilities import CLIENT_CAPABILITIES, EXPECTED
from .connection import Connection, ResponseError, ServerGone, ServerSilent

log = logging.getLogger(__name__)

ServerName = Literal["ty", "ruff"]
State = Literal["starting", "running", "away"]

_UNANSWERED = {
    "client/registerCapability",
    "client/unregisterCapability",
    "window/workDoneProgress/create",
    "window/showMessageRequest",
    "workspace/semanticTokens/refresh",
    "workspace/inlayHint/refresh",
}
"""What a server asks that there is nothing to say to but that it was heard."""


class LanguageServer:
    """One server. It has nothing of a text but what `notify` tells it and *reopen* tells each new process."""

    def __init__(
        self,
        name: ServerName,
        command: Callable[[], Sequence[str]],
        options: dict[str, Any],
        *,
        root: Path,
        limits: Limits,
        on_state: Callable[[LanguageServer], None],
        on_refresh: Callable[[LanguageServer], None],
        reopen: Callable[[LanguageServer], None],
    ) -> None:
        """Start it with *options*, in *root*; *command* raises LanguageAway where there is none."""
        self.name: ServerName = name
        self.state: State = "starting"
        self.reason: str | None = None
        """Why it is away, or what it complains of, in words."""
        self.capabilities = EXPECTED.get(name, {})
        """What it says that it can do; before it has, what is known of it."""
        self.child: Child | None = None
        self._command = command
        self._options = options
        self._root = root
        self._limits = limits
        self._on_state = on_state
        self._on_refresh = on_refresh
        self._reopen = reopen
        self._connection: Connection | None = None
        self._ends: deque[float] = deque(maxlen=limits.max_ends)
        self._settled = asyncio.Event()
        self._late: set[asyncio.Task[Any]] = set()
        """Requests that nobody waits for any more."""
        self._task = asyncio.create_task(self._keep(), name=f"language server {name}")

    async def settled(self) -> None:
        """Wait until it runs or is away."""
        await self._settled.wait()

    async def close(self) -> None:
        """End it, and start no other."""
        self._task.cancel()
        for late in self._late:
            late.cancel()
        await asyncio.gather(self._task, *self._late, return_exceptions=True)

    def notify(self, method: str, params: Any) -> None:
        """Tell it something; one that is away hears all there is when it comes back."""
        if self._connection is not None:
            self._connection.notify(method, params)

    async def request(self, method: str, params: Any, *, timeout: float | None = None) -> Any:
        """Return its answer, within *timeout* seconds, or as many as the limits say.

        Raises:
            LanguageAway: it does not run.
            LanguageTimeout: it took too long.
            ResponseError: it refused.
        """
        if self.state == "starting":
            await self.settled()
        connection, child, limits = self._connection, self.child, self._limits
        if connection is None or child is None:
            raise self._away()
        timeout = limits.answer_seconds if timeout is None else timeout
        try:
            return await connection.request(method, params, timeout=timeout, patience=limits.patience_seconds)
        except ServerGone as error:
            raise self._away(child.ended.result() if child.ended.done() else None) from error
        except ServerSilent as error:
            raise LanguageTimeout(f"{self.name} did not answer within {timeout:g} seconds.") from error

    @property
    def is_late(self) -> bool:
        """Whether a page was answered without it, and it still owes what it would have said."""
        return bool(self._late)

    def leave(self, request: asyncio.Task[Any], *, is_news: bool) -> None:
        """Wait no longer for a request, which goes on; pages hear of the answer where it *is_news* to them."""
        self._late.add(request)
        request.add_done_callback(lambda one: self._came_late(one, is_news=is_news))

    def _came_late(self, request: asyncio.Task[Any], *, is_news: bool) -> None:
        self._late.discard(request)
        if request.cancelled():
            return
        if (failure := request.exception()) is not None:
            log.debug("%s did not answer: %s", self.name, failure)
        elif is_news:
            self._on_refresh(self)

    def complain(self, reason: str | None) -> None:
        """Say what is wrong although it runs, such as a configuration that it cannot read; None that nothing is."""
        if self.state == "running" and reason != self.reason:
            self._set_state("running", reason)

    # ------------------------------------------------------------------------------------------ its life

    def _away(self, reason: str | None = None) -> LanguageAway:
        return LanguageAway(f"The language server {self.name} is away. {reason or self.reason or ''}".rstrip())

    def _set_state(self, state: State, reason: str | None = None) -> None:
        self.state, self.reason = state, reason
        if state == "starting":
            self._settled.clear()
        else:
            self._settled.set()
        self._on_state(self)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                reason = await self._serve_one()
            except LanguageAway as error:
                reason = str(error)
            except OSError as error:
                reason = f"It does not start: {error.strerror}."
            except Exception:
                log.exception("the language server %s was lost", self.name)
                reason = "rdit failed to keep it; its log says more."
            self._ends.append(loop.time())
            recent = [end for end in self._ends if loop.time() - end < self._limits.rest_seconds]
            if len(recent) >= self._limits.max_ends:
                again = f"It ended {len(recent)} times, so rdit waits a while before it starts it again."
                self._set_state("away", f"{reason} {again}")
                await asyncio.sleep(self._limits.rest_seconds)
            else:
                self._set_state("away", reason)
                await asyncio.sleep(self._limits.restart_seconds * 4 ** (len(recent) - 1))

    async def _serve_one(self) -> str:
        """Serve one process until it ends; return why it did."""
        connection = Connection(self._answer, self._hear)
        command = self._command()
        with lifeline() as life:
            async with start_child(
                lambda: _spawn(command, self._root, self._limits.max_memory, life),
                connection.receive,
                grace=self._limits.grace_seconds,
            ) as child:
                connection.join(child)
                self.child = child
                child.ended.add_done_callback(lambda _: connection.close())
                try:
                    await self._initialize(connection, child)
                    return await asyncio.shield(child.ended)
                finally:
                    self._connection = self.child = None
                    connection.notify("exit", None)
                    connection.close()

    async def _initialize(self, connection: Connection, child: Child) -> None:
        """Make it ready; one that cannot be is ended."""
        limits = self._limits
        uri = self._root.as_uri()
        try:
            answer = await connection.request(
                "initialize",
                {
                    "processId": os.getpid(),
                    "clientInfo": {"name": "rdit"},
                    "rootUri": uri,
                    "workspaceFolders": [{"uri": uri, "name": self._root.name}],
                    "capabilities": CLIENT_CAPABILITIES,
                    "initializationOptions": self._options,
                },
                timeout=limits.start_seconds,
                patience=0,
            )
        except ServerGone:
            return
        except ServerSilent:
            child.fail(f"It was not up within {limits.start_seconds:g} seconds.")
            return
        except ResponseError as error:
            child.fail(f"It refused to start: {error}")
            return
        self.capabilities = {**self.capabilities, **answer.get("capabilities", {})}
        connection.notify("initialized", {})
        self._connection = connection
        self._reopen(self)
        self._set_state("running")

    def _answer(self, method: str, params: Any) -> Any:
        if method == "workspace/configuration":
            return [None] * len(params["items"])  # what there is to say was said at the start
        if method == "workspace/diagnostic/refresh":
            self._on_refresh(self)
            return None
        if method in _UNANSWERED:
            return None
        raise KeyError(method)

    def _hear(self, method: str, params: Any) -> None:
        log.debug("%s: %s %s", self.name, method, params)
        if method == "window/showMessage" and params.get("type") == 1:
            self.complain(str(params.get("message")))


def _spawn(command: Sequence[str], root: Path, max_memory: int, life: Lifeline) -> subprocess.Popen[bytes]:
    """Start a server, in a session of its own: Ctrl-C in rdit's terminal is not for it."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd=root,
        start_new_session=True,
        pass_fds=life.inherited,
    )
    life.hold(process)
    if sys.platform == "linux":  # elsewhere the limit of another process cannot be set, and that of memory is not kept
        with suppress(ProcessLookupError):  # it has ended already
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (max_memory, max_memory))
    return process
