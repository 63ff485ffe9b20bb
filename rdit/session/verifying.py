"""Verifying: run what a session shows in a fresh process beside it, and compare every output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TypeVar

from ..comparing.outputs import same_outputs
from ..errors import NothingToVerify
from ..protocol.answers import DifferentOutput, VerifyResponse
from ..protocol.values import LineRange, OutputItem
from .runs import RunRequest
from .session import Session
from .state.statement import Statement

Part = TypeVar("Part")


async def verify(session: Session) -> VerifyResponse:
    """Return what a fresh process makes of the text that *session* has run, statement by statement.

    Raises:
        NothingToVerify: no fresh run has shown anything, or something else ran since.
        InterpreterFailed: no kernel can be started.
        NotTrusted: the user has to allow its interpreter first.
    """
    if session.verifier is not None:
        raise NothingToVerify("This is being verified already. An interrupt ends that.")
    ran = list(takewhile(lambda one: not one.stale, session.state.timeline.statements()))
    script = session.state.script
    if not ran or script is None or session.state.timeline.mixed or session.state.run_id is not None:
        raise NothingToVerify("There is nothing to verify: run the script as a fresh run, and wait for its end.")
    lines = LineRange(1, ran[-1].line_end)
    shown = [_items(one) for one in ran]
    beside = session.verifier = _beside(session)
    try:
        run = beside.submit(RunRequest(script, lines, figure_steps=session.runs.keeps_figure_steps, fresh=True))
        status = await run.finished
        found = [_items(one) for one in beside.state.timeline.statements()]
    finally:
        session.verifier = None
        await beside.close()
    differences = [
        DifferentOutput(one.run_id, one.node_index, one.line_start, before, after)
        for one, before, after in zip(ran, shown, _padded(found, len(ran)), strict=True)
        if after is None or not same_outputs(before, after)
    ]
    return VerifyResponse(status, not differences, differences)


def _beside(session: Session) -> Session:
    """Return a session of the same script with a kernel and results of its own."""
    answers = session.questions.answers.copy()
    beside = Session(session.id, session.settings, session.script, trust=session.owner.trust, answers=answers)
    beside.set_arguments(session.state.arguments or "")
    return beside


def _items(statement: Statement) -> list[OutputItem]:
    return [item.value(item.view(None)) for item in statement.items]


def _padded(found: Sequence[Part], count: int) -> list[Part | None]:
    """Return *count* of what was *found*; None for what the run beside did not reach."""
    return [*found[:count], *[None] * (count - len(found))]
