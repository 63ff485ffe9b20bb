"""The door to sources outside the workspace: it opens for files that a language server named, and no others."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from pathlib import Path

from ...errors import Forbidden, NotFound, NotText, TooLarge
from ...source_text import decode
from .uris import path_of

MAX_NAMED = 20_000
"""Files that one session remembers; the one that was named least recently goes."""
MAX_SOURCE = 4 << 20
"""Bytes of a file."""
SUFFIXES = frozenset({".py", ".pyi"})
"""A link of another name in the workspace could lead to what is nobody's source."""


class NamedSources:
    """The files that servers have named in their answers to one session."""

    def __init__(self) -> None:
        self._paths: OrderedDict[Path, None] = OrderedDict()

    def add(self, path: Path) -> None:
        """Let *path* be read."""
        self._paths[path] = None
        self._paths.move_to_end(path)
        while len(self._paths) > MAX_NAMED:
            self._paths.popitem(last=False)

    def named(self, uri: str) -> Path:
        """Return the file at *uri*, if it was named.

        Raises:
            Forbidden: it was not.
        """
        path = path_of(uri)
        if path is None or path not in self._paths:
            raise Forbidden("No language server has named this file, so it is not shown.")
        return path


def read_source(path: Path) -> tuple[str, str]:
    """Return the real path of a source and its text; blocks.

    Raises:
        NotFound: it is gone.
        NotText: it is no source.
        TooLarge: it is too long to be shown.
    """
    real = Path(os.path.realpath(path))
    if real.suffix not in SUFFIXES:
        raise NotText(f"{path.name} is no Python source.")
    try:
        # O_NONBLOCK: a FIFO that took its place would wait for its other end.
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise NotFound(f"{path.name} cannot be read: {os.strerror(error.errno or 0)}.") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotText(f"{path.name} is no file.")
        data = file.read(MAX_SOURCE + 1)
    if len(data) > MAX_SOURCE:
        raise TooLarge(f"{path.name} is longer than the {MAX_SOURCE >> 20} MiB that are shown.")
    return str(real), decode(data, path.name)
