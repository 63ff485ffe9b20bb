"""What the code of a statement says of files: strings that may name one, and whether it writes or asks for one."""

from __future__ import annotations

import re
import sys
from types import CodeType

from .file_events import is_possible

_HAS_NAMES = sys.version_info < (3, 11)
"""Whether the dotted name of a function is a constant, which follows its code."""


def path_constants(code: CodeType) -> list[str]:
    """Return the strings in *code*, its functions included, that look like the path of a file."""
    found: list[str] = []
    before: type | None = None
    for constant in code.co_consts:
        kind, above = type(constant), before
        before = kind
        if kind is str:
            if _may_be_path(constant) and not (_HAS_NAMES and above is CodeType):
                found.append(constant)
        elif kind is CodeType:
            found += path_constants(constant)
        elif kind is tuple:
            found += [one for one in constant if type(one) is str and _may_be_path(one)]
    return found


def _may_be_path(text: str) -> bool:
    return len(text) > 2 and ("." in text or "/" in text) and is_possible(text) and "://" not in text


_WRITES = re.compile(
    r"write|save|sink|dump|export|^to_|copy|create|store|^put|commit|execute|sql|flush|close|File|Writer", re.IGNORECASE
)


class Writers:
    """Knows the functions of the script by their names, to find out which statements may write a file."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}
        """By a function's name, all names in it. Its code itself is not held: that has to be replaced once it moves."""

    def add(self, code: CodeType) -> None:
        """Take in the functions and methods that a statement defines."""
        for constant in code.co_consts:
            if type(constant) is CodeType:
                self._names[constant.co_name] = _names_in(constant)
                self.add(constant)

    def may_be_called_by(self, code: CodeType) -> bool:
        """Whether *code*, or a function of the script that it names, names anything that sounds like writing."""
        pending = _names_in(code)
        seen = set(pending)
        while pending:
            name = pending.pop()
            if _WRITES.search(name):
                return True
            more = [one for one in self._names.get(name, ()) if one not in seen]
            seen.update(more)
            pending += more
        return False


class Askers:
    """Knows which functions of the script ask whether a file is there: Python tells of no such question."""

    def __init__(self) -> None:
        self._names = {*_ASKS}

    def add(self, code: CodeType) -> None:
        """Take in the functions, methods and classes that a statement defines."""
        for constant in code.co_consts:
            if type(constant) is CodeType:
                self.add(constant)
                if not self._names.isdisjoint(_names_in(constant)):
                    self._names.add(constant.co_name)

    def may_be_called_by(self, code: CodeType) -> bool:
        """Whether *code* names one of them."""
        if not self._names.isdisjoint(code.co_names):
            return True
        inner = [one for one in code.co_consts if type(one) is CodeType and one.co_name in _EXPRESSIONS]
        return any(self.may_be_called_by(one) for one in inner)


_ASKS = (
    *("exists", "lexists", "isfile", "isdir", "islink", "ismount", "access", "stat", "lstat", "getsize", "getmtime"),
    *("is_file", "is_dir", "is_symlink", "is_mount"),
)
_EXPRESSIONS = ("<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


def _names_in(code: CodeType) -> list[str]:
    """Return the names in *code* and in the functions within it."""
    names = [*code.co_names]
    for constant in code.co_consts:
        if type(constant) is CodeType:
            names += _names_in(constant)
    return names
