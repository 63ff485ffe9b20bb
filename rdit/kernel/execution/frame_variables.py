"""The variables of a frame as short text, to be shown beside an exception.

They are read together with the exception, because its frames do not outlive it, and none of the script's own code may
run for that: see `static_repr`. Text and work are bounded.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, ModuleType

from ..objects.static_repr import MAX_NAME_TEXT, value_text
from ..objects.static_types import is_one_of, mro_of, type_module, type_name
from ..protocol.output_item import printable

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

MAX_VARIABLES = 50
"""Of one frame."""
MAX_TOTAL_TEXT = 100_000
"""Characters of all values of an exception."""
_DEFINITIONS = (ModuleType, FunctionType, BuiltinFunctionType, type)
"""Types of what a script defines or imports at its top level, which is left out there."""


class Budget:
    """The characters that may still be written."""

    __slots__ = ("left",)

    def __init__(self, characters: int = MAX_TOTAL_TEXT) -> None:
        self.left = characters


def variables_of(frame: FrameType, budget: Budget) -> list[tuple[str, str]]:
    """Return the names of the variables of *frame*, each with its value as text.

    Of a frame at the top level of a module only the variables that its code names, without functions and modules.
    """
    code, variables = frame.f_code, frame.f_locals
    # A class body may run in a mapping of the script's own type.
    if type(variables) is not dict and not _is_proxy(variables):
        return []
    found: list[tuple[str, str]] = []
    names: Iterable[str] = variables
    is_module = variables is frame.f_globals or code.co_name == "<module>"
    if is_module:
        names = [name for name in code.co_names if name in variables]
    for name in list(names):
        if len(found) >= MAX_VARIABLES or budget.left <= 0:
            break
        if type(name) is not str or name.startswith(("__", ".")):
            continue
        value = variables[name]
        if is_module and any(is_one_of(kind, _DEFINITIONS) for kind in mro_of(type(value))):
            continue
        text = value_text(value)
        budget.left -= len(text) + len(name)
        found.append((printable(name[:MAX_NAME_TEXT]), text))
    return found


def _is_proxy(variables: object) -> bool:
    """Whether *variables* is a `FrameLocalsProxy`, as a function's `f_locals` is from Python 3.13 on."""
    kind = type(variables)
    return type_module(kind) == "builtins" and type_name(kind) == "FrameLocalsProxy"
