"""The Pythons that this machine has, of the versions that rdit supports; suites run on each of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SUPPORTED = [(3, minor) for minor in range(10, 15)]
_ASK = "import json, sys; print(json.dumps([sys.version_info[:2], sys.implementation.name]))"


@dataclass(frozen=True)
class Python:
    """One interpreter."""

    path: str
    version_info: tuple[int, int]

    @property
    def version(self) -> str:
        """Such as `3.12`."""
        return ".".join(map(str, self.version_info))


def _candidates() -> list[str]:
    own = [sys._base_executable]  # type: ignore[attr-defined]  # the tests' own Python, outside its environment
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    named = [shutil.which(f"python{major}.{minor}") for major, minor in SUPPORTED]
    return [*own, *sorted(map(str, pyenv.glob("3.*/bin/python"))), *(path for path in named if path)]


def find_pythons() -> list[Python]:
    """Return one interpreter for each supported version that is here, the tests' own among them."""
    found: dict[tuple[int, int], Python] = {}
    for path in _candidates():
        asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False, timeout=20)
        if asked.returncode:
            continue  # a shim of a version that is not selected
        (major, minor), _ = json.loads(asked.stdout)
        if (major, minor) in SUPPORTED:
            found.setdefault((major, minor), Python(path, (major, minor)))
    return [found[version] for version in sorted(found)]


PYTHONS = find_pythons()
