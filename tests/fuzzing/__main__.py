"""Runs the targets for as long as is asked: with atheris, which is guided by coverage, where it is installed."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import time

from hypothesis import given, settings

from .targets import TARGETS
from .test_targets import INPUT

ROUND = 2000
"""Examples of Hypothesis between two looks at the clock."""
SANITISER = "sanitiser"


def main() -> int:
    """Fuzz one target after another; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/fuzz")
    names = [*TARGETS, SANITISER]
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"some of: {', '.join(names)}; none means all")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target [default: 1]")
    options = parser.parse_args()
    if unknown := sorted({*options.targets} - {*names}):
        parser.error(f"there is no target {', '.join(unknown)}; there are {', '.join(names)}")
    failed = [name for name in options.targets or names if not holds(name, 60 * options.minutes)]
    print(f"FAILED: {', '.join(failed)}" if failed else "Every target held.")
    return 1 if failed else 0


def holds(name: str, seconds: float) -> bool:
    """Fuzz one target; return whether nothing was found. What was found is printed."""
    ends = time.monotonic() + seconds
    if name == SANITISER:
        return _while_it_passes(ends, "tests/fuzzing/test_sanitiser.py")
    if importlib.util.find_spec("atheris") is None:
        print(f"== {name}, by Hypothesis: atheris is not installed", flush=True)
        return _by_hypothesis(name, ends)
    print(f"== {name}", flush=True)
    guided = [sys.executable, "-m", f"{__package__}.guided", name, str(seconds)]
    return subprocess.run(guided, check=False).returncode == 0  # in its own process, which a finding ends


def _while_it_passes(ends: float, test: str) -> bool:
    print(f"== {test}", flush=True)
    while time.monotonic() < ends:
        seed = f"--fuzz-seed={time.time_ns() % 1_000_000_000}"
        if subprocess.run([sys.executable, "-m", "pytest", "-q", "-x", test, seed], check=False).returncode:
            print(f"with {seed}")
            return False
    return True


def _by_hypothesis(name: str, ends: float) -> bool:
    @settings(max_examples=ROUND)
    @given(INPUT)
    def check(data: bytes) -> None:
        TARGETS[name](data)

    while time.monotonic() < ends:
        check()
    return True


if __name__ == "__main__":
    sys.exit(main())
