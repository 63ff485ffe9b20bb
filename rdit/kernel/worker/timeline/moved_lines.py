"""Statements that have run and have moved since: their functions and classes get the lines of the newer text.

Tracebacks, carets, warnings and `inspect.getsource` are then those of a fresh run. What holds the older code in another
way, such as a generator that waits at a `yield` or code that the script has kept by itself, cannot be reached: its
statement has to run again.
"""

from __future__ import annotations

import gc
import sys
from types import CodeType, FunctionType

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ...execution.statements import Statement

    Pair = tuple[CodeType, CodeType]

# A metaclass may have its own ideas of each of these.
_set_on_type = type.__setattr__
_names_of = type.__dict__["__dict__"].__get__
_qualified_name_of = type.__dict__["__qualname__"].__get__


class Relocation:
    """The code of statements that have moved, old and new, of all their functions and classes."""

    def __init__(self) -> None:
        self._pairs: dict[int, tuple[CodeType, CodeType, int]] = {}
        """By the id of the old code: it, the new code, and the index of its statement."""
        self._lines: dict[tuple[str, int], int] = {}
        """By qualified name and former first line, the first line of what may be a class."""

    def add(self, old: Statement, new: Statement) -> None:
        """*old*, which has run, has become *new*, which says the same in another place."""
        self._pair(old.compiled, new.compiled, new.node_index)

    def _pair(self, old: CodeType, new: CodeType, index: int) -> None:
        # Constants of other kinds are not compared: the line of a class is one, and may be equal to another or not.
        inner, other = [[one for one in code.co_consts if type(one) is CodeType] for code in (old, new)]
        if [one.co_name for one in inner] != [one.co_name for one in other]:
            msg = "the statements are not the same"
            raise ValueError(msg)
        for one, another in zip(inner, other, strict=True):
            self._pairs[id(one)] = one, another, index
            if sys.version_info >= (3, 13):
                self._lines[one.co_qualname, one.co_firstlineno] = another.co_firstlineno
            self._pair(one, another, index)

    def apply(self, namespace: dict[str, Any]) -> int | None:
        """Give what lives the new code; return the first statement whose old code is held by something else, if any."""
        if not self._pairs:
            return None
        self._move_classes(namespace)
        held = self._held()
        if held:
            self._replace(_functions(namespace.values()))
            held = self._held()
        if held:
            self._replace(thing for thing in gc.get_objects() if type(thing) is FunctionType)
            held = self._held()
        return min(held, default=None)

    def _replace(self, functions: Iterable[FunctionType]) -> None:
        pairs = self._pairs
        for function in functions:
            pair = pairs.get(id(function.__code__))
            if pair is not None:
                function.__code__ = pair[1]

    def _held(self) -> list[int]:
        """Return the statements with code that something besides the enclosing code holds."""
        return [pair[2] for pair in self._pairs.values() if _references(pair) > _UNHELD]

    def _move_classes(self, namespace: dict[str, Any]) -> None:
        """Give the classes their `__firstlineno__`, which they have from Python 3.13 on."""
        if not self._lines:
            return
        for kind in _classes():
            names = _names_of(kind)
            line = names.get("__firstlineno__")
            moved = self._lines.get((_qualified_name_of(kind), line)) if type(line) is int else None
            if moved is not None and names.get("__module__") is namespace.get("__name__"):
                _set_on_type(kind, "__firstlineno__", moved)


def _references(pair: tuple[CodeType, CodeType, int]) -> int:
    return sys.getrefcount(pair[0])


def _unheld() -> int:
    """Return how many references `_references` finds of code that only the enclosing code has."""
    module = compile("def f(): pass", "", "exec")
    (code,) = (one for one in module.co_consts if type(one) is CodeType)
    pair = code, code.replace(co_name="g"), 0
    del code
    return _references(pair)


_UNHELD = _unheld()


def _functions(values: Iterable[Any]) -> Iterable[FunctionType]:
    """Yield the functions among *values*, and those of their classes."""
    for value in [*values]:
        kind = type(value)
        if kind is FunctionType:
            yield value
        elif kind is staticmethod or kind is classmethod:
            yield from _functions([value.__func__])
        elif kind is property:
            yield from _functions([value.fget, value.fset, value.fdel])
        elif kind is type:
            yield from _functions([one for one in _names_of(value).values() if type(one) is not type])


def _classes() -> Iterable[type]:
    """Yield every class that lives."""
    seen = {object}
    pending = [object]
    while pending:
        for kind in type.__subclasses__(pending.pop()):
            if kind not in seen:
                seen.add(kind)
                pending.append(kind)
                yield kind
