"""The soak is part of the tests: its short form finds what grows, is lost or never comes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc says what a server holds")


def soak(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the command for as long as it takes."""
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "soaking", "--seed", "1", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "scripts")))},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_a_server_under_mixed_load_keeps_what_it_promises() -> None:
    # How late is late depends on the machine; the command's own bound is for a quiet one.
    done = soak("--minutes", "1", "--late", "60")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Nothing grew, was lost or was late."), done.stdout


def test_what_is_beyond_a_bound_is_said_and_is_the_exit_status() -> None:
    done = soak("--minutes", "0.05", "--late", "0")
    assert (done.returncode, "0 s are allowed" in done.stdout) == (1, True), done.stdout
