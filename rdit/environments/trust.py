"""Trust: which interpreters of the workspace may be started. One that came with a folder can be any program."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .interpreter import Interpreter


class Trust:
    """What the user allows to be started: by its place, or by an answer that is remembered in a file."""

    def __init__(self, places: Sequence[Path] = (), file: Path | None = None) -> None:
        """Allow what is at or below *places* (without symlinks), and what *file* remembers."""
        self._places = set(places)
        self._file = file

    def allows(self, interpreter: Interpreter) -> bool:
        """Return whether *interpreter* may be started without a question."""
        path = interpreter.path
        return (
            not interpreter.is_found
            or _is_of_our_own(path)
            or not self._places.isdisjoint((path, *path.parents))
            or str(path) in self._remembered()
        )

    def allow(self, interpreter: Path) -> None:
        """Allow *interpreter* from now on, and to every later server where the file can be written."""
        self._places.add(interpreter)
        if self._file is None or str(interpreter) in self._remembered():
            return
        with suppress(OSError):  # read-only or full: this server knows, and the next one asks again
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # One line in one write at the end: two servers that are told at once leave both their lines.
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(self._file, flags, 0o600)
            try:
                os.write(descriptor, json.dumps(str(interpreter)).encode() + b"\n")
            finally:
                os.close(descriptor)

    def _remembered(self) -> set[str]:
        if self._file is None:
            return set()
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return set()  # nothing was allowed yet
        found: list[object] = []
        for line in lines:
            with suppress(ValueError):  # what somebody else wrote allows nothing
                found.append(json.loads(line))
        return {path for path in found if isinstance(path, str)}


def _is_of_our_own(path: Path) -> bool:
    """Return whether *path* is of the environment that rdit itself is installed in, which runs already.

    The whole environment has to be that one: a `bin` that leads there may have other packages beside it.
    """
    try:
        return path.parent.parent.samefile(sys.prefix)
    except OSError:
        return False
