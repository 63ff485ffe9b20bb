"""The outermost frame of a worker: it evaluates the script's statements, and is the script's in all that it says.

Who walks the stack down to its end wants to know which program this is. Python calls `sys.excepthook` when `__main__`
has ended by an exception, and no frame is left then: neither that of the kernel's start nor those of `runpy` below a
zipped one. So the start ends by an exception, and the hook serves.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from types import FunctionType

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import CodeType, GeneratorType
    from typing import Any

    Step = tuple[CodeType, dict[str, Any]]
    Steps = GeneratorType[Step, Any, None]

# The line tables of CPython, `Objects/lnotab_notes.txt` and `Objects/locations.md`: so many bytes of code, and as many
# again, are in the line in which the code begins. Lines of rdit would be looked up in the script.
_FIRST_LINE, _SPAN = (b"\xef\x00", 16) if sys.version_info >= (3, 11) else (b"\xfe\x00", 254)


def serve_outermost(
    steps: Generator[Step, Any, None],
    throwable: Callable[[BaseException], BaseException],
    filename: str,
    namespace: dict[str, Any],
) -> Callable[..., None]:
    """Return a hook that evaluates *steps* in a frame of the module *filename*, whose variables are *namespace*.

    What a step raises is thrown into *steps* as *throwable* makes it.
    """
    own = _serve.__code__
    lines = _FIRST_LINE * (len(own.co_code) // _SPAN + 1)
    code = own.replace(co_filename=filename, co_name="<module>", co_firstlineno=1, co_linetable=lines)
    if sys.version_info >= (3, 11):
        code = code.replace(co_qualname="<module>")
    # The script may delete or replace the common builtins.
    return FunctionType(code, namespace, "<module>", (steps, throwable, eval, BaseException))


def restore_hook(hook: Callable[..., Any]) -> None:
    """Remove what the start's exception has left in `sys`: *hook* was the hook before it."""
    sys.excepthook = hook
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        with suppress(AttributeError):
            delattr(sys, name)


def is_outermost(code: CodeType) -> bool:
    """Whether *code* is that of the outermost frame: a module's own has no arguments."""
    return code.co_name == "<module>" and code.co_argcount > 0


def _serve(
    _kind: object,
    _error: object,
    _trace: object,
    steps: Steps,
    throwable: Callable[[BaseException], BaseException],
    evaluate: Callable[..., object],
    every: type[BaseException],
) -> None:
    # Nothing is held of what a statement gives or raises while the next one runs. An interrupt may come at any point
    # here: it counts for the statement under way, whether that has just begun or just ended.
    values: list[object] = [None]
    errors: list[BaseException] = []
    while True:
        try:
            while True:
                try:
                    step = steps.throw(throwable(errors.pop())) if errors else steps.send(values.pop())
                    values.append(evaluate(*step))
                except every as raised:  # noqa: PERF203
                    if steps.gi_frame is None:
                        raise  # the worker itself failed
                    values.clear()
                    errors.append(raised)
        except every as raised:  # noqa: PERF203
            if steps.gi_frame is None:
                raise
            values.clear()
            errors[:] = errors or [raised]
