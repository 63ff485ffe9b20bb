"""What variables were before they are bound again, in words: hardly any statement has a copy of the process before it.

A copy takes a millisecond or more, and to describe a value some microseconds. So a copy stays where it pays to go on
from, and a hover on an earlier statement still tells what a name was there: as long as nothing binds the name anew, the
process itself knows.
"""

from __future__ import annotations

from time import thread_time

from ...objects.live_names import inspect

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

    from ...execution.statements import Statement

MOST_SECONDS = 0.004
"""What a quick script may be slowed down by."""
SHARE = 0.01
"""The part of the running time that may be taken besides."""
MOST = 1000
"""Values that are remembered."""
_MOST_NAMES = 256
"""Of a statement; more need instructions of another form."""


def _instruction(source: str) -> int:
    """Return the instruction of *source* that is for its second name: scripts would see that `opcode` was imported."""
    code = compile(source, "", "exec").co_code
    return next(code[place] for place in range(0, len(code), 2) if code[place + 1] == 1)


_BINDING = frozenset((_instruction("name = other"), _instruction("other\ndel name")))


class FormerValues:
    """Of one process that runs a script from its top."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int], dict[str, Any]] = {}
        """By name, and by the statement that was next and has bound it anew."""
        self._spent = 0.0
        self._ran = 0.0

    def ran(self, seconds: float) -> None:
        """A statement has run for *seconds*."""
        self._ran += seconds

    def keep(self, statement: Statement, namespace: dict[str, Any]) -> None:
        """Note what the names are that *statement*, which is the next one, binds anew."""
        if not self._may_go_on():
            return
        began = thread_time()
        try:
            for name in _bound_by(statement, namespace):
                value = inspect(namespace, {"kind": "value", "name": name, "steps": ()})
                if value is not None:
                    self._told[name, statement.node_index] = value
                now = thread_time()
                self._spent, began = self._spent + now - began, now
                if not self._may_go_on():
                    break
        except Exception:  # noqa: BLE001 - it does not compile, as its run will say, or a thread changes a container
            return
        finally:
            self._spent += thread_time() - began

    def _may_go_on(self) -> bool:
        return self._spent <= MOST_SECONDS + SHARE * self._ran and len(self._told) < MOST

    def find(self, name: str, places: Sequence[int]) -> tuple[int, dict[str, Any]] | None:
        """Return what *name* was in the first of the states before the statements *places* in which that is known."""
        return next(((place, self._told[name, place]) for place in places if (name, place) in self._told), None)


def _bound_by(statement: Statement, namespace: dict[str, Any]) -> list[str]:
    """Return those of the variables in *namespace* that *statement* may bind, or delete."""
    text = statement.text
    if "exec" in text or "globals" in text or ("import" in text and "*" in text):  # it may bind any, without naming it
        return [name for name in namespace if type(name) is str and name[:2] != "__"]
    return [name for name in bound_by(statement.compiled) if name in namespace]


def bound_by(code: CodeType) -> list[str]:
    """Return the variables that *code* itself may bind, or delete."""
    names, instructions = code.co_names, code.co_code
    if not names or len(names) > _MOST_NAMES:
        return []
    places = range(0, len(instructions), 2)
    return [names[instructions[place + 1]] for place in places if instructions[place] in _BINDING]
