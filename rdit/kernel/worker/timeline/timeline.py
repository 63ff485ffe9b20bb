"""Timeline: the statements that this process has run as one run of one text, and what of another text they are.

A fresh run shows what one run of its text would show. Each process judges by itself, from what it has run, whether it
can go on for a text; what anybody else knows of it is a hint at most.
"""

from __future__ import annotations

import re
from itertools import groupby

from ...execution.late_definitions import redefine
from ...execution.line_tellers import line_tellers
from ...execution.sameness import first_different, has_moved
from .former_values import FormerValues
from .moved_lines import Relocation

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ...execution.results import Outcome
    from ...execution.statements import PreparedScript, Statement


_CONTINUED = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*(?:[ \t\f]|(?:else|elif|except|finally)\b)")
"""What may be part of the statement above it."""


class Judgement:
    """What of a text this process has run already."""

    __slots__ = ("first_changed", "late", "runs_from")

    def __init__(self, first_changed: int, runs_from: int | None, late: Sequence[int]) -> None:
        self.first_changed = first_changed
        """The first statement whose result is not what the text would give."""
        self.runs_from = runs_from
        """Where this process goes on; None where it cannot."""
        self.late = late
        """The functions before that whose definition alone runs again."""


class Timeline:
    """What a process has run since it was fresh, as long as that is one run of one text."""

    def __init__(self) -> None:
        self.ran: list[Statement] = []
        """The statements that ended, from the first one of the script on."""
        self._lines: list[str] = []
        """Those of the script."""
        self._run_ids: list[str] = []
        """The run of each: the server knows their results by these."""
        self.ending: Outcome | None = None
        """How the newest of them ended the run, if it did."""
        self.former = FormerValues()
        """What its variables were."""
        self.constants: dict[Any, Any] = {}
        """Those that its statements share, whichever state of the text they were compiled from."""
        self._is_mixed = False
        """Whether something else has run: the variables are no longer those after the newest statement."""
        self._is_void = False
        """Whether the script has another name or other arguments than those with which it ran."""

    def mix(self) -> None:
        """Something runs that is not the next statement, or a statement did not run to its end."""
        self._is_mixed = True

    def void(self) -> None:
        """The script has another name or other arguments: nothing that has run is what it would be now."""
        self._is_void = bool(self.ran)

    def ended(self, statement: Statement, outcome: Outcome | None, run_id: str) -> None:
        """*statement* has run; an *outcome* ends the run. One that was interrupted has not run to its end."""
        if outcome is not None and outcome.status == "interrupted":
            self._is_mixed = True
            return
        self.ran.append(statement)
        self._run_ids.append(run_id)
        self.ending = outcome

    def kept_from(self, count: int) -> list[tuple[str, int]]:
        """Return the runs of the first *count* statements in order, each with how many of them it has executed."""
        return [(run_id, len(list(same))) for run_id, same in groupby(self._run_ids[:count])]

    def judge(self, script: PreparedScript, request: dict[str, Any], changed_file: int | None = None) -> Judgement:
        """Judge whether this process can go on for *script*; *request* is a `Run`.

        *changed_file* is the first statement that has used a file which is not as it was.
        """
        statements, ran = script.statements, self.ran
        position = len(ran)
        same, late = first_different(ran, statements)
        if changed_file is not None:
            same = min(same, changed_file)
        for index in request.get("redo", ()):
            same = min(same, index)
        same = min(same, self._first_with_other_lines(statements, same, request.get("shows_lines", ())))
        again_line = request.get("again_line")
        if again_line is not None:
            same = min(same, next((one.node_index for one in statements if one.line_end >= again_line), same))
        if self._is_void:
            return Judgement(0, None, ())
        if self._is_mixed:
            return Judgement(same, None, late)
        if same >= position:
            return Judgement(same, position, late)
        wanted = len(within(statements, request.get("last_line")))
        return Judgement(same, wanted if wanted <= same and wanted < len(statements) else None, late)

    @property
    def place(self) -> int | None:
        """The statement before which the state is that of one run; None if it is none."""
        return None if self._is_mixed else len(self.ran)

    def is_begun_by(self, text: str) -> bool:
        """Whether *text* begins to the letter with what has run: a quick look, which may miss that it does."""
        begun = "\n".join([*self._lines[: self.ran[-1].line_end if self.ran else 0], ""])
        return text.startswith(begun) and _CONTINUED.match(text, len(begun)) is None

    def first_unlike(self, statements: Sequence[Statement]) -> int | None:
        """Return the first statement that is not as it was when it ran here; None when *statements* begin so."""
        same, late = first_different(self.ran, statements)
        first = min([same, *late])
        return first if first < len(self.ran) else None

    def _first_with_other_lines(self, statements: Sequence[Statement], same: int, shows_lines: Sequence[int]) -> int:
        """Return the first of the *same* statements that has moved and has told which line it stands in, or *same*."""
        moved = [index for index, old in enumerate(self.ran[:same]) if has_moved(old, statements[index])]
        if not moved:
            return same
        telling = line_tellers(self.ran).union(shows_lines)
        telling_moved = next((index for index in moved if index in telling), same)
        if self.ending is not None and self.ending.status == "error":
            return min(telling_moved, len(self.ran) - 1)  # its traceback may name any line
        return telling_moved

    def go_on(self, script: PreparedScript, judgement: Judgement, namespace: dict[str, Any]) -> int | None:
        """Take over *script*: what has run has its lines and its functions from now on.

        Returns the first statement that has to run again nonetheless, as something else holds code of its old lines; or
        None. Then this process cannot go on.
        """
        self._lines = script.lines
        relocation = Relocation()
        count = min(len(self.ran), len(script.statements))
        for old, new in zip(self.ran[:count], script.statements[:count], strict=True):
            if new.node_index in judgement.late:
                redefine(old, new, namespace)
            elif has_moved(old, new):
                relocation.add(old, new)
            else:
                new.take_code(old)
        held = relocation.apply(namespace)  # while the old statements are still there
        self.ran[:count] = script.statements[:count]
        return held


def within(statements: Sequence[Statement], last_line: int | None) -> Sequence[Statement]:
    """Return the statements that begin on *last_line* or above; all of them without one."""
    if last_line is None:
        return statements
    return [statement for statement in statements if statement.line_start <= last_line]


def index_at(statements: Sequence[Statement], line: int | None) -> int | None:
    """Return the statement on *line*, or the first one below it."""
    return None if line is None else next((one.node_index for one in statements if one.line_end >= line), None)
