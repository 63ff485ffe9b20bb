"""Virtual environments for the benchmark: one for its own client, one for each peer, kept in `.bench/`.

Nothing is ever installed into rdit's own `.venv`. Every environment is made with the Python that `.venv` was made
with, so that all tools run the same interpreter.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".bench"
RDIT = ROOT / ".venv" / "bin"

PACKAGES = {
    "ipykernel": ["ipykernel"],
    "pdit": ["pdit"],
    "marimo": ["marimo", "pandas"],
    "jupyterlab": ["jupyterlab", "pandas"],
}


class NotInstalled(Exception):
    """A peer could not be installed; the text says why."""


def environment(name: str) -> Path:
    """Return the `bin` folder of the environment called *name*, made and filled when it is not there yet."""
    folder = CACHE / name
    filled, packages = folder / "filled", " ".join(PACKAGES[name])
    if not filled.exists() or filled.read_text() != packages:
        subprocess.run([RDIT / "python", "-m", "venv", "--clear", folder], check=True)
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "-qq",
            "--disable-pip-version-check",
        ]
        done = subprocess.run([*pip, *PACKAGES[name]], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(f"{name} could not be installed: {done.stderr.strip().splitlines()[-1:]}")
        filled.write_text(packages)
    return folder / "bin"


def version(name: str) -> str:
    """Return the version of the package that an environment was made for."""
    code = f"import importlib.metadata; print(importlib.metadata.version({PACKAGES[name][0]!r}))"
    done = subprocess.run([environment(name) / "python", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
