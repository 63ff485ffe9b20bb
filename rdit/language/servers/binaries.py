"""Where the language servers are: in rdit's own environment, whatever `PATH` says."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path


def find_binary(name: str) -> Path | None:
    """Return the program *name* that was installed with rdit."""
    return next((path for path in _places(name) if path.is_file() and os.access(path, os.X_OK)), None)


def _places(name: str) -> Iterator[Path]:
    yield Path(sysconfig.get_path("scripts")) / name
    yield Path(sys.executable).parent / name
    yield Path(sysconfig.get_path("scripts", f"{os.name}_user")) / name
    try:
        files = metadata.files(name) or ()  # where a package was installed into a folder of its own
    except metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name == name and file.parent.name == "bin":
            yield Path(str(file.locate()))
