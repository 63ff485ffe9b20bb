"""Moments: which states of a run show a name as it was at a line of a page's text.

A state is named by the place of the statement before which it is. Of the one that is wanted there may be no copy; then
another one does in which the name stands for the same object, and what is shown says which one it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Literal

from ...protocol.values import Viewpoint
from ..state.line_map import LineMap
from ..state.lines import Lines
from ..state.state import SessionState
from ..state.statement import Statement
from .bindings import binding, may_bind_unseen

MAX_MENTIONS = 20
"""Statements that name a variable, and may change it, between the state that is wanted and the one that is shown."""


class Moment:
    """What is wanted: the state at one place of the run that the page shows."""

    def __init__(self, state: SessionState, place: int, lines: LineMap | None, first_changed: int | None) -> None:
        """*lines* maps the run's script to the page's text, from whose line *first_changed* on both differ."""
        self.place = place
        self.ran = state.timeline.statements()
        self._cut_off = state.timeline.cut_off
        self._lines = lines
        self._first_changed = first_changed

    def states_of(self, name: str) -> tuple[list[int], bool]:
        """Return the places where *name* stands for what it did, the best first, and whether it does at present.

        The fewer statements name it in between, the fewer can have changed it.
        """
        found = [(0, 0, self.place)]
        later, crossed = self._crossed(name, self.ran[self.place :])
        found += [(count, distance, self.place + distance) for distance, count in enumerate(later, 1)]
        earlier, _ = self._crossed(name, self.ran[: self.place][::-1])
        found += [(count, distance, self.place - distance) for distance, count in enumerate(earlier, 1)]
        reaches_end = crossed and self._cut_off is not None and self._crossed(name, [self._cut_off])[1]
        return [place for _, _, place in sorted(found) if place > 0], reaches_end

    def _crossed(self, name: str, statements: Sequence[Statement]) -> tuple[list[int], bool]:
        """Return how many name it up to each of *statements* that leaves it bound as it was, and whether all do."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        counts: list[int] = []
        count = 0
        for statement in statements:
            source = statement.source
            is_named = name in source and word.search(source) is not None
            if is_named or may_bind_unseen(source):
                count += 1
                if count > MAX_MENTIONS or binding(source, name) is not None:
                    return counts, False
            counts.append(count)
        return counts, True

    def words(self, at: int | None) -> str:
        """Return when the state *at* a place was, or that of now, in words."""
        if at is None or at >= len(self.ran):
            return "now"
        line = self.ran[at - 1].line_end
        moved = self.line_of(line)
        if moved is None or (self._first_changed is not None and line >= self._first_changed):
            return "as it was before the edit"
        return f"as it was after line {moved}"

    def line_of(self, line: int) -> int | None:
        """Return where a *line* of the run's script is in the page's text."""
        if self._lines is None:
            return line
        move = self._lines.move(line, line)
        return None if move is None or move.changed else move.line_start


def moment_at(state: SessionState, view: Viewpoint) -> Moment | None:
    """Return the moment that is wanted; None if that is the present, or no state of a run."""
    ran = state.timeline.statements()
    if state.timeline.mixed or any(one.key not in state.statements for one in ran):
        return None
    page = Lines(view.text)
    lines = first_changed = None
    line, change = view.line, "none"
    if page.text != state.lines.text:
        lines = LineMap(state.lines, page)
        line, change = _line_in(LineMap(page, state.lines), view.line)
        first_changed = _first_changed(page, state.lines)
    place = bisect_right(ran, line, key=_end) if change == "inserted" else bisect_left(ran, line, key=_end)
    begun = bisect_right(ran, line, key=_start)
    if begun > place and change == "none" and not view.is_before and _is_as_it_ran(ran[begun - 1], lines):
        place = begun
    return Moment(state, place, lines, first_changed) if place < len(ran) else None


def _line_in(lines: LineMap, line: int) -> tuple[int, Literal["none", "changed", "inserted"]]:
    """Return where a *line* is in the other text, or of one that is not there the line above, and what became of it."""
    change: Literal["none", "inserted"] = "none"
    while line > 0:
        move = lines.move(line, line)
        if move is not None:
            return move.line_start, "changed" if move.changed and change == "none" else change
        line, change = line - 1, "inserted"
    return 0, change


def _is_as_it_ran(statement: Statement, lines: LineMap | None) -> bool:
    move = None if lines is None else lines.move(statement.line_start, statement.line_end)
    return not statement.stale and (lines is None or (move is not None and not move.changed))


def _first_changed(page: Lines, script: Lines) -> int:
    """Return the first line that differs."""
    most = min(page.count, script.count)
    return bisect_left(range(1, most + 1), True, key=lambda line: page.between(1, line) != script.between(1, line)) + 1


def _start(statement: Statement) -> int:
    return statement.line_start


def _end(statement: Statement) -> int:
    return statement.line_end
