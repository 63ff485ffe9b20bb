"""Reading an object of a library through that library's own code, but never through the script's.

A DataFrame's columns are asked of pandas, and pandas may ask what the script has put into it: a label's `__hash__`, an
extension array's `dtype`, a method that the script has put in the place of pandas'. So the reading is watched: it ends
before the first instruction of a function that is neither the library's nor Python's own.
"""

from __future__ import annotations

import os
import sys
from sys import getprofile, setprofile
from types import ModuleType

from .static_types import dict_of_module, type_module, type_name

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, TypeVar

    T = TypeVar("T")

LIBRARIES = frozenset({"numpy", "pandas", "polars", "pyarrow"})


class UnreadableError(Exception):
    """The object cannot be read without running code of the script."""


class _ForeignCodeError(BaseException):
    """Ends a call into code that is not the library's; a BaseException, as libraries catch others."""


def is_really_of(kind: type, modules: frozenset[str]) -> bool:
    """Whether *kind* is a class of one of *modules*, packages of the top level, or only claims to be.

    A class may say that it is of any module; there it has to be found.
    """
    name = type_module(kind)
    if name.partition(".")[0] not in modules:
        return False
    module = sys.modules.get(name)
    return type(module) is ModuleType and dict_of_module(module).get(type_name(kind)) is kind


def read_guarded(read: Callable[..., T], *arguments: Any) -> T:
    """Return `read(*arguments)`, where *read* is rdit's own and calls one of `LIBRARIES` or the standard library.

    Raises:
        UnreadableError: that would run code of the script, or the library cannot answer.
    """
    if getprofile() is not None:
        raise UnreadableError("the script has a profiler of its own")
    allowed = _folders()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not frame.f_code.co_filename.startswith(allowed):
            raise _ForeignCodeError

    setprofile(watch)
    try:
        return read(*arguments)
    except _ForeignCodeError:
        raise UnreadableError("its reading would run code of the script") from None
    except Exception as error:
        raise UnreadableError(f"{type_name(type(error))} while it was read") from error
    finally:
        setprofile(None)


_OWN = read_guarded.__code__.co_filename.rpartition("objects")[0]
_PYTHONS = f"{os.__file__.rpartition('/')[0]}/"
_FROZEN = ("<frozen ", "<__array_function__ internals>")
"""File names of code that has none: of Python's own modules, and of what numpy made before it was in C."""


def _folders() -> tuple[str, ...]:
    """Return what the file names of code begin with that may run."""
    found = [_OWN, _PYTHONS, *_FROZEN]
    for name in LIBRARIES:
        module = sys.modules.get(name)
        file = dict_of_module(module).get("__file__") if type(module) is ModuleType else None
        if type(file) is str and "/" in file:
            found.append(f"{file.rpartition('/')[0]}/")
    return tuple(found)
