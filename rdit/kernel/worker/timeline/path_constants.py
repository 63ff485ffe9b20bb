"""What the code of a statement says of files: strings that may name one, and whether it calls what may write one."""

from __future__ import annotations

import re
from types import CodeType

from .file_events import is_possible


def path_constants(code: CodeType) -> list[str]:
    """Return the strings in *code*, its functions included, that look like the path of a file."""
    found: list[str] = []
    for constant in code.co_consts:
        kind = type(constant)
        if kind is str:
            if _may_be_path(constant):
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


def _names_in(code: CodeType) -> list[str]:
    """Return the names in *code* and in the functions within it."""
    names = [*code.co_names]
    for constant in code.co_consts:
        if type(constant) is CodeType:
            names += _names_in(constant)
    return names
