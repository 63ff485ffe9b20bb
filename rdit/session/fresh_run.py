"""What a kernel is sent for a fresh run: the lines that bound it, and what of earlier results it cannot know."""

from __future__ import annotations

import re
from pathlib import Path

from ..protocol import messages
from .output.output import Item
from .questions import Questions
from .runs import Run
from .state.state import SessionState
from .state.statement import Statement

UNSAVED_NAME = "<script>"
"""What the kernel calls a script that has no file."""
MAX_UNKNOWN = 1 << 16
"""Characters of output that are searched anew for each run, rather than remembered."""


def message_of(run: Run, state: SessionState, questions: Questions, lost_figures: set[str]) -> messages.Run:
    """Return the request for *run*; what is pending of *lost_figures* will never be drawn."""
    request = run.request
    lines = request.line_range
    message = messages.Run(
        run_id=run.id,
        last_line=None if lines is None else lines.to,
        stop_on_error=request.stop_on_error,
        interactive=request.interactive,
        figure_steps=request.figure_steps,
    )
    if not request.fresh:
        message.first_line = None if lines is None else lines.from_
        return message
    ran = state.timeline.statements()
    names = names_of_lines(state.script_path)
    message.fresh = message.stop_on_error = True
    message.interactive = True  # what is known is answered by the server, and the rest as the end of the file
    message.again_line = (1 if lines is None else lines.from_) if request.again else None
    message.focus_line = request.focus_line
    message.shows_lines = [index for index, one in enumerate(ran) if shows_lines(one, names)]
    message.redo = [
        index
        for index, one in enumerate(ran)
        if any(_is_lost(item, lost_figures) for item in one.items)
        or questions.asks_again(one, interactive=request.interactive)
    ]
    return message


def names_of_lines(script_path: str | None) -> re.Pattern[str]:
    """Return what text has to contain to name a line of the script: tracebacks, warnings, log records."""
    path = Path(script_path or UNSAVED_NAME)
    stem, suffix = re.escape(path.stem), re.escape(path.suffix)
    # All that it finds begins with the same characters, for which Python looks some ten times faster.
    return re.compile(rf'{stem}(?:{suffix}(?:", line \d|:\d)|(?<=\b{stem}):\d)')


def shows_lines(statement: Statement, names: re.Pattern[str]) -> bool:
    """Whether the output of *statement* names lines of the script."""
    size = sum([item.kept_chars for item in statement.items])
    if size > MAX_UNKNOWN and statement.lines_shown is not None and statement.lines_shown[0] == size:
        return statement.lines_shown[1]
    found = any(names.search(item.text()) for item in statement.items)
    statement.lines_shown = size, found
    return found


def _is_lost(item: Item, lost_figures: set[str]) -> bool:
    return item.is_pending and item.figure_id in lost_figures
