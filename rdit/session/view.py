"""A session's statements as the answer with a session has them, within the reader's window."""

from __future__ import annotations

import time
from collections.abc import Sequence

from .. import __version__
from ..protocol.answers import SessionResponse, SessionStatement
from ..protocol.values import StatementName
from .output.output import Item
from .state.state import SessionState
from .state.statement import Statement

MIN_WINDOW = 1024
"""Characters of one output item that a reader gets at least."""
MAX_ANSWER = 1 << 24
"""Characters of output that the answer with a session has, as far as its windows can be made smaller."""
MAX_DATA = 1 << 24
"""Characters of displays' data that the answer with a session has; what it has no room for can be asked for."""
SMALL_DATA = 1 << 12
"""Characters of data that are in the answer before any larger ones: they say more of a session for what they cost."""


def session_response(
    state: SessionState, window: int | None, *, session_id: str, root: str, last_event_id: int, follow: bool
) -> SessionResponse:
    """Return all that a page needs to show the session, but for the script's file; see `session_statements`."""
    return SessionResponse(
        session_id=session_id,
        script_path=state.script_path,
        root=root,
        kernel=state.kernel,
        script=state.script,
        statements=session_statements(state, window, time.time() * 1000),
        queued=state.queued,
        run_id=state.run_id,
        input=state.input,
        last_event_id=last_event_id,
        rdit_version=__version__,
        file=None,
        last_run=state.last_run,
        arguments=state.arguments,
        arguments_wait=state.arguments_wait,
        timeline=[StatementName(*key) for key in state.timeline.names()],
        mixed=state.timeline.mixed,
        declined=state.declined,
        follow=follow,
        language=list(state.language.values()),
    )


def session_statements(state: SessionState, window: int | None, now: float) -> list[SessionStatement]:
    """Return the statements by line, at *now*, in milliseconds since 1970.

    What still grows is cut to *window*, which its later events go by; what is done to less where there is much. Of the
    displays' data there is what `MAX_DATA` has room for, the newest first.
    """
    by_line = sorted(state.statements.values(), key=lambda statement: (statement.line_start, statement.line_end))
    done_window = _window_of_all(by_line, window)
    left_out = _without_data(by_line)

    def value(statement: Statement) -> SessionStatement:
        items = statement.items
        earlier = [value(one) for one in statement.earlier] if not items else []
        output = [
            item.value(item.view(window if item.growing or item.late else done_window), with_data=item not in left_out)
            for item in items
        ]
        return SessionStatement(
            run_id=statement.run_id,
            node_index=statement.node_index,
            line_start=statement.line_start,
            line_end=statement.line_end,
            source=statement.source,
            state=statement.state,
            output=output,
            is_invisible=not items,
            stale=statement.stale,
            imports_changed=bool(statement.changed_imports),
            changed_imports=list(statement.changed_imports) or None,
            files=list(statement.files) or None,
            effects=list(statement.effects) or None,
            changed_files=list(statement.changed_files) or None,
            answers=list(statement.answers) or None,
            duration_ms=statement.duration_ms,
            started_at=None if statement.state == "waiting" else statement.started_at,
            running_ms=max(now - statement.started_at, 0) if statement.state == "running" else None,
            peak_memory_bytes=statement.peak_memory,
            ended=statement.ended,
            exit_code=statement.exit_code,
            earlier=earlier or None,
        )

    return [value(statement) for statement in by_line]


def _window_of_all(statements: Sequence[Statement], window: int | None) -> int | None:
    """Return the window, *window* at most, with which the answer has about `MAX_ANSWER` characters."""
    if window is None:
        return None
    lengths = [item.chars for kept in statements for one in (kept, *kept.earlier) for item in one.items]
    while window > MIN_WINDOW and sum(min(length, window) for length in lengths) > MAX_ANSWER:
        window = max(window // 2, MIN_WINDOW)
    return window


def _without_data(statements: Sequence[Statement]) -> set[Item]:
    """Return the displays whose data do not fit into `MAX_DATA` beside those of newer ones."""
    left_out: set[Item] = set()
    displays = [
        (sum(item.data_sizes().values()), one.started_at, item)
        for kept in statements
        for one in (kept, *kept.earlier)
        for item in one.items
        if item.type == "display" and item.data
    ]
    displays.sort(key=lambda display: (display[0] <= SMALL_DATA, display[1], display[2].index), reverse=True)
    room = MAX_DATA
    for size, _, item in displays:
        if size <= room:
            room -= size
        else:
            left_out.add(item)
    return left_out
