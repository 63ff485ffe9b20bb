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
        self._functions: dict[str, CodeType] = {}

    def add(self, code: CodeType) -> None:
        """Take in the functions and methods that a statement defines."""
        for constant in code.co_consts:
            if type(constant) is CodeType:
                self._functions[constant.co_name] = constant
                self.add(constant)

    def may_be_called_by(self, code: CodeType) -> bool:
        """Whether *code*, or a function of the script that it names, names anything that sounds like writing."""
        seen = {code}
        pending = [code]
        while pending:
            one = pending.pop()
            for name in one.co_names:
                if _WRITES.search(name):
                    return True
                function = self._functions.get(name)
                if function is not None and function not in seen:
                    seen.add(function)
                    pending.append(function)
            pending += [inner for inner in one.co_consts if type(inner) is CodeType and inner not in seen]
            seen.update(pending)
        return False
