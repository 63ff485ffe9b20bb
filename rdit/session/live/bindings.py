"""Which statement last bound a variable, as far as that follows from the statements that ran."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from typing import Literal

from ..state.state import SessionState
from ..state.statement import Statement

MAX_EXAMINED = 200
"""Statements that name the variable and are read closely."""
_UNSEEN = re.compile(r"import\s*\*|(?<![.\w])(?:exec|globals)\s*\(")
"""What may bind any name without naming it."""


def bound_in(state: SessionState, name: str, at: int | None = None) -> int | None:
    """Return the first line of the statement that last bound *name*, in the newest script; None when that is unknown.

    With *at* that is so in the state before the statement there of the fresh run, else at present.

    What stands in a branch or a loop, or raised an exception, may have left the name as it was. It counts only if
    nothing else can have bound it.
    """
    last = None
    examined = 0
    for statement in _newest_first(state) if at is None else reversed(state.timeline.statements()[:at]):
        if name not in statement.source and not may_bind_unseen(statement.source):
            continue
        examined += 1
        binds = "unseen" if examined > MAX_EXAMINED else binding(statement.source, name)
        if binds is None:
            continue
        if last is not None or binds == "unseen":
            return None
        last = statement
        if binds == "surely" and statement.state != "failed":
            break
    return None if last is None or last.stale else last.line_start


def binding(source: str, name: str) -> Literal["surely", "maybe", "unseen"] | None:
    """Return whether a statement that runs to its end binds *name*; `unseen` where it may without saying so."""
    try:
        if any(name in _bound(statement) for statement in ast.parse(source).body):
            return "surely"
        if may_bind_unseen(source):
            return "unseen"
        table = symtable.symtable(source, "", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # of a newer Python than the server's, or too deep
        return "unseen"
    is_named = name in table.get_identifiers() and _is_bound(table.lookup(name))
    return "maybe" if is_named or _is_bound_as_global(table, name) else None


def may_bind_unseen(source: str) -> bool:
    """Return whether a statement may bind names that it does not name."""
    return _UNSEEN.search(source) is not None


def _newest_first(state: SessionState) -> Iterator[Statement]:
    """Yield the statements that the kernel's process has run, the newest first."""
    timeline = state.timeline.statements()
    if state.timeline.mixed:
        known = {id(one) for one in timeline}
        ended = max((one.ended_at or 0 for one in timeline), default=0)
        others = [one for one in state.statements.values() if id(one) not in known and one.ended_at is not None]
        yield from sorted([one for one in others if one.started_at >= ended], key=_start, reverse=True)
    yield from reversed(timeline)


def _start(statement: Statement) -> tuple[float, int]:
    return statement.started_at, statement.node_index  # more than one may begin within a millisecond


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that *statement* binds whenever it runs to its end."""
    match statement:
        case ast.Assign(targets=targets):
            return _names(targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target, value=ast.expr()):
            return _names([target])
        case ast.Import(names=aliases):
            return {alias.asname or alias.name.partition(".")[0] for alias in aliases}
        case ast.ImportFrom(names=aliases):
            return {alias.asname or alias.name for alias in aliases}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            bound = [_bound(inner) for inner in body]
            return _names([item.optional_vars for item in items if item.optional_vars is not None]).union(*bound)
    return set()


def _names(targets: Iterable[ast.expr]) -> set[str]:
    nodes = (node for target in targets for node in ast.walk(target))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _is_bound_as_global(table: symtable.SymbolTable, name: str) -> bool:
    """Whether a function or a comprehension within binds *name* in the module."""
    for inner in table.get_children():
        if name in inner.get_identifiers():
            symbol = inner.lookup(name)
            if symbol.is_declared_global() and _is_bound(symbol):
                return True
        if _is_bound_as_global(inner, name):
            return True
    return False
