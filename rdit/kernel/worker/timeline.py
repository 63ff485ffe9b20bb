"""Timeline: the statements that this process has run as one run of one text, and what of another text they are.

A fresh run shows what one run of its text would show. Each process judges by itself, from what it has run, whether it
can go on for a text; what anybody else knows of it is a hint at most.
"""

from __future__ import annotations

from ..execution.sameness import first_different
from .moved_lines import relocate, tells_lines

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..execution.results import Outcome
    from ..execution.statements import PreparedScript, Statement


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
        self.ending: Outcome | None = None
        """How the newest of them ended the run, if it did."""
        self.warnings = ""
        """What the compiler has said of the text."""
        self.constants: dict[Any, Any] = {}
        """Those that its statements share."""
        self._is_mixed = False
        """Whether something else has run: the variables are no longer those after the newest statement."""

    def mix(self) -> None:
        """Something runs that is not the next statement, or a statement did not run to its end."""
        self._is_mixed = True

    def ended(self, statement: Statement, outcome: Outcome | None) -> None:
        """*statement* has run; an *outcome* ends the run. One that was interrupted has not run to its end."""
        if outcome is not None and outcome.status == "interrupted":
            self._is_mixed = True
            return
        self.ran.append(statement)
        self.ending = outcome

    def judge(self, script: PreparedScript, request: dict[str, Any], changed_file: int | None = None) -> Judgement:
        """Judge whether this process can go on for *script*; *request* is a `Run`.

        *changed_file* is the first statement that has used a file which is not as it was.
        """
        statements, ran = script.statements, self.ran
        position = len(ran)
        same, late = first_different(ran, statements)
        if ran and script.warnings != self.warnings:
            same = 0  # they stand before everything else
        if changed_file is not None:
            same = min(same, changed_file)
        for index in request.get("redo", ()):
            same = min(same, index)
        shows_lines = frozenset(request.get("shows_lines", ()))
        for index in range(min(same, position)):
            has_moved = statements[index].line_start != ran[index].line_start
            if has_moved and (index in shows_lines or tells_lines(statements[index].text)):
                same = index
                break
        again_line = request.get("again_line")
        if again_line is not None:
            same = min(same, next((one.node_index for one in statements if one.line_end >= again_line), same))
        if self._is_mixed:
            return Judgement(same, None, late)
        if same >= position:
            return Judgement(same, position, late)
        wanted = len(within(statements, request.get("last_line")))
        return Judgement(same, wanted if wanted <= same and wanted < len(statements) else None, late)

    def go_on(self, script: PreparedScript, judgement: Judgement) -> list[Statement]:
        """Take over *script*: what has run has its lines from now on. Return the functions to be defined again."""
        count = min(len(self.ran), len(script.statements))
        relocate(self.ran[:count], script.statements[:count])
        again = [script.statements[index] for index in judgement.late if index < count]
        self.ran[:count] = script.statements[:count]
        self.warnings = script.warnings
        return again


def within(statements: Sequence[Statement], last_line: int | None) -> Sequence[Statement]:
    """Return the statements that begin on *last_line* or above; all of them without one."""
    if last_line is None:
        return statements
    return [statement for statement in statements if statement.line_start <= last_line]
