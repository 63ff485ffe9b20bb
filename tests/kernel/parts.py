"""Code that runs within each Python that this machine has, with the modules of the kernel and nothing else of rdit."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path

import rdit

PACKAGE = Path(rdit.__file__).parent

_START = f"""\
import sys
sys.path.insert(0, {str(PACKAGE)!r})
"""


def run_in(python: str, code: str, directory: Path | None = None, *options: str) -> str:
    """Execute *code*, to which rdit's kernel is the package `kernel`; return what it writes to standard output."""
    done = subprocess.run(
        [python, *options, "-c", _START + textwrap.dedent(code)],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
