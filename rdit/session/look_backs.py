"""Looking back: code that the kernel evaluates in the state as it was after a statement, beside the run."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ..errors import InterpreterFailed, NothingToLookAt, TooMany
from ..kernel.protocol.frames import Body, FrameDecoder
from ..protocol import messages
from ..protocol.answers import LookBackPlace, LookBackResponse
from ..protocol.events import AnyEvent
from ..protocol.values import OutputItem
from ..settings import Settings
from .kernel.decoding import Refused, decode
from .kernel.dispatch import dispatch
from .kernel.kernel_connection import KernelProcess
from .recorder import Recorder
from .runs import Run, RunRequest
from .state.state import SessionState, apply
from .state.timeline import Timeline

MOST = 4
"""Requests of one session that may be under way; each is a process."""


class LookBacks:
    """The requests of one session to look back, by id."""

    def __init__(self, settings: Settings) -> None:
        """Bound output as *settings* say."""
        self._settings = settings
        self.pending: dict[str, asyncio.Future[tuple[messages.LookedBack, bytes]]] = {}
        """Those that wait for their answer."""

    async def ask(
        self, kernel: KernelProcess | None, timeline: Timeline, node_index: int, code: str
    ) -> LookBackResponse:
        """Return what *code* shows in the state after the statement *node_index* of *timeline*.

        Raises:
            NothingToLookAt: no fresh run has come so far.
            TooMany: so many are under way already.
            InterpreterFailed: the kernel has ended.
        """
        ran = timeline.statements()
        if kernel is None or node_index >= len(ran):
            raise NothingToLookAt("This statement is not part of a fresh run whose process is alive. Run it afresh.")
        if len(self.pending) >= MOST:
            raise TooMany("Other code is being evaluated in earlier states already. Wait for it to end.")
        query_id = secrets.token_hex(8)
        future: asyncio.Future[tuple[messages.LookedBack, bytes]] = asyncio.get_running_loop().create_future()
        self.pending[query_id] = future
        texts = [text.encode("utf-8", "surrogatepass") for text in (timeline.script, code)]
        lines = [one.line_start for one in ran]
        try:
            kernel.send(messages.LookBack(query_id, node_index, len(texts[0])), b"".join(texts))
            told, frames = await future
        finally:
            self.pending.pop(query_id, None)
        run = Run(query_id, RunRequest(code), collect=False)
        output = await asyncio.to_thread(shown, frames, run, self._settings)  # long texts with colours take a while
        place = None
        if told.before is not None:
            place = LookBackPlace(told.before, lines[told.before] if told.before < len(lines) else None)
        return LookBackResponse(output, place, told.problem)

    def on_looked_back(self, told: messages.LookedBack, body: Body) -> None:
        """Take an answer."""
        future = self.pending.get(told.query_id)
        if future is not None and not future.done():
            future.set_result((told, bytes(body)))

    def fail(self) -> None:
        """End those that wait: the kernel has ended."""
        for future in self.pending.values():
            if not future.done():
                future.set_exception(InterpreterFailed("The kernel has ended before it could answer. Try again."))


def shown(frames: bytes, run: Run, settings: Settings) -> list[OutputItem]:
    """Return what the messages in *frames* show, which tell of *run*."""
    state = SessionState(output_limit=settings.output_limit, session_output_limit=settings.session_output_limit)

    def take(event: AnyEvent) -> None:
        apply(state, event)

    recorder = Recorder(state, take, output_limit=settings.output_limit, root=Path(settings.root))
    recorder.run = run
    handlers: dict[type[Any], Callable[[Any, Body], None]] = {
        messages.Planned: recorder.on_planned,
        messages.StatementStarted: recorder.on_started,
        messages.Written: recorder.on_written,
        messages.Displayed: recorder.on_displayed,
        messages.Drawn: recorder.on_drawn,
        messages.Overtaken: recorder.on_overtaken,
        messages.Cleared: recorder.on_cleared,
        messages.StatementFinished: recorder.on_finished,
        messages.StatementsFinished: recorder.on_statements_finished,
        Refused: recorder.on_refused,
    }
    told = [(decode(header), body) for header, body in FrameDecoder().feed(frames)]
    dispatch([one for one in told if type(one[0]) in handlers], handlers, recorder.on_failure)
    statements = sorted(state.statements.values(), key=lambda one: one.node_index)
    items: list[OutputItem] = []
    for item in [item.value(item.view(None)) for one in statements for item in one.items]:
        if items and item.type in {"stdout", "stderr"} and item.type == items[-1].type:
            items[-1] = replace(items[-1], text=items[-1].text + item.text)
        else:
            items.append(item)
    return items
