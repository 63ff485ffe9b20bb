"""What is the same statement in two texts of a script, and how much of what has run still holds for the newer text."""

from __future__ import annotations

import ast

from .compilation import FUTURE_FLAGS, compile_code, warning_filter
from .late_definitions import Late

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .statements import Statement


def is_same(old: Statement, new: Statement) -> bool:
    """Whether both do the same, wherever they stand and however they are laid out.

    What the compiler warns of belongs to the first statement of a script, whose output it is.
    """
    if (
        old.is_quiet is not new.is_quiet
        or old.docstring != new.docstring
        or (old.flags ^ new.flags) & FUTURE_FLAGS
        or old.warnings != new.warnings
    ):
        return False
    return old.text == new.text or _have_same_tree(old, new)


def has_moved(old: Statement, new: Statement) -> bool:
    """Whether the code of *new*, which is the same, has other lines or columns than that of *old*."""
    return old.line_start != new.line_start or old.column != new.column or old.text != new.text


def first_different(old: Sequence[Statement], new: Sequence[Statement]) -> tuple[int, list[int]]:
    """Return how many statements of *old*, which have run, hold for *new*, and which of these to define anew.

    The first number is that of the first statement that has to run; before it runs, the functions defined by the
    statements of the list are to be replaced by `redefine`. An edited function matters from the first statement on
    that could have used it; see `late_definitions`.
    """
    late: Late | None = None
    for index, (one, other) in enumerate(zip(old, new)):  # noqa: B905 - what one text has more is not compared
        if late is not None and not late.passes(one):
            return index, late.indices
        if one is other or is_same(one, other):
            continue
        if late is None:
            late = Late(old)
        if not late.admits(index, other):
            return index, late.indices
    return min(len(old), len(new)), [] if late is None else late.indices


def _have_same_tree(old: Statement, new: Statement) -> bool:
    one, other = _tree(old), _tree(new)
    return one is not None and one == other


def _tree(statement: Statement) -> str | None:
    """Return what the statement says, without lines and layout; None if that cannot be told."""
    if not statement.text:
        return None
    options = statement.flags | ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warning_filter("ignore"):  # they have been given once, for the whole script
            return ast.dump(compile_code(statement.text, "", "exec", options, True))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # a number too long to be written in digits, or a tree too deep to be walked
