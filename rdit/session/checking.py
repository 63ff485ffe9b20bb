"""Checking: what a fresh run of a text would keep, run and repeat, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import InterpreterFailed
from ..protocol import messages
from ..protocol.values import LineRange
from .kernel.kernel_connection import KernelProcess
from .session import Session
from .state.line_map import LineMap, Move
from .state.lines import Lines
from .state.state import SessionState
from .state.statement import Statement


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that would happen again."""

    run_id: str
    node_index: int
    line_start: int
    """In the text that was asked about."""
    what: str


@dataclass(frozen=True, slots=True)
class CheckedScript:
    """What a fresh run would do."""

    checked: messages.Checked
    kept: int
    seconds: float
    """How long what would run took the last time."""
    effects: list[Effect]


async def check_script(session: Session, script: str, lines: LineRange | None, *, again: bool) -> CheckedScript:
    """Return what a fresh run of *script* in *session* would do, up to the end of *lines*.

    Raises:
        InterpreterFailed: no kernel can be started.
        NotTrusted: the user has to allow its interpreter first.
    """
    checked = await session.checks.ask(await _kernel_of(session), session.state.timeline.script, script)
    if checked.problem is not None:
        return CheckedScript(checked, 0, 0.0, [])
    state = session.state
    to_come = LineMap(state.lines, Lines(script))
    ran = [_moved(one, to_come) for one in state.timeline.statements()]
    kept = min(checked.resumes_at, checked.first_changed, len(ran))
    if state.timeline.mixed and kept == len(ran):
        kept = 0  # what else ran there is undone by a snapshot, and which one that is shows when it runs
    last_line = None if lines is None else lines.to
    if again:
        first_line = 1 if lines is None else lines.from_
        kept = min(kept, sum(1 for move in ran[:kept] if move is not None and move.line_end < first_line))
    would_run = list(_would_run(state, kept, to_come, last_line))
    effects = [
        Effect(one.run_id, one.node_index, move.line_start, what) for one, move in would_run for what in one.effects
    ]
    return CheckedScript(checked, kept, round(sum((one.duration_ms or 0) / 1000 for one, _ in would_run), 6), effects)


async def _kernel_of(session: Session) -> KernelProcess:
    owner = session.owner
    owner.check()
    if owner.kernel is None:
        owner.want()
        await session.ready()
    if owner.kernel is None:
        raise InterpreterFailed("The kernel is just being started anew. Try again.")
    return owner.kernel


def _moved(statement: Statement, to_come: LineMap) -> Move | None:
    return to_come.move(statement.line_start, statement.line_end)


def _would_run(
    state: SessionState, kept: int, to_come: LineMap, last_line: int | None
) -> Iterator[tuple[Statement, Move]]:
    """Yield what has run before and would run, also where it was edited since, with its place in the text to come."""
    staying = {one.key for one in state.timeline.statements()[:kept]}
    for shown in sorted(state.statements.values(), key=lambda one: (one.line_start, one.node_index)):
        for statement in shown.earlier if shown.state == "waiting" else (shown,):
            move = _moved(shown, to_come)
            if statement.key in staying or move is None:
                continue
            if last_line is None or move.line_start <= last_line:
                yield statement, move
