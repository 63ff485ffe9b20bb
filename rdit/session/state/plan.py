"""What a plan does to earlier results: they move with their lines, and are replaced or stay.

The rule is in docs/http-api.md, and tests/session/plan_cases.json holds the server and the page to it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ...protocol.values import KeptStatement
from .line_map import LineMap
from .statement import Key, Statement

Statements = dict[Key, Statement]


def moved(statements: Statements, lines: LineMap) -> Statements:
    """Move *statements* to where their lines went; return those of which a line is left."""
    kept: Statements = {}
    for key, statement in statements.items():
        move = lines.move(statement.line_start, statement.line_end)
        if move is None:
            continue
        statement.line_start, statement.line_end = move.line_start, move.line_end
        statement.stale = statement.stale or move.changed
        kept[key] = statement
    return kept


def not_replaced(statements: Statements, planned: Sequence[Statement], *, whole: bool) -> Statements:
    """Give each result to the first planned statement that shares a line with it, and return the others.

    A run of the *whole* script drops those.
    """
    in_order = sorted(planned, key=lambda statement: statement.line_start)
    ends = [statement.line_end for statement in in_order]
    kept: Statements = {}
    for key, statement in statements.items():
        index = bisect_left(ends, statement.line_start)
        if index < len(in_order) and in_order[index].line_start <= statement.line_end:
            replaced = statement.earlier if statement.state == "waiting" else (statement,)
            in_order[index].earlier += replaced
            statement.earlier = ()
        elif not whole:
            kept[key] = statement
    return kept


def stay(statements: Statements, kept: Sequence[KeptStatement], known: Mapping[Key, Statement]) -> list[Statement]:
    """Take the *kept* results of a fresh run from *statements*, and from *known* where they are no longer shown.

    They are returned in their places of now.
    """
    staying = []
    for one in kept:
        key = one.run_id, one.node_index
        shown = statements.pop(key, None)
        statement = known.get(key) or shown
        if statement is not None:  # else its output had no room any more
            statement.stay(one)
            staying.append(statement)
    return staying


def beside(statements: Statements, staying: Sequence[Statement]) -> Statements:
    """Return the *statements* that share no line with one of *staying*."""
    ends = [statement.line_end for statement in staying]
    kept: Statements = {}
    for key, statement in statements.items():
        index = bisect_left(ends, statement.line_start)
        if index == len(staying) or staying[index].line_start > statement.line_end:
            kept[key] = statement
    return kept


def give_back(statements: Statements, run_id: str) -> None:
    """Put the results that statements of a run were to replace in the place of those that it did not reach."""
    for key, statement in list(statements.items()):
        if statement.run_id != run_id or statement.state != "waiting":
            continue
        del statements[key]
        for earlier in statement.earlier:
            earlier.line_start, earlier.line_end = statement.line_start, statement.line_end
            earlier.stale = earlier.stale or earlier.source != statement.source
            statements[earlier.key] = earlier
