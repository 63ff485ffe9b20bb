"""One target under atheris, in a process that a finding ends: `python -m tests.fuzzing.guided TARGET SECONDS`."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rdit"]):  # before anything of rdit is imported
    from .targets import TARGETS

FOUND = Path(".fuzz")
"""Where inputs are kept from run to run, and those at which a target failed."""


def main(name: str, seconds: str) -> None:
    """Fuzz the target *name*; does not return."""
    corpus = FOUND / name
    corpus.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={float(seconds):.0f}", "-max_len=4096", "-timeout=60"]
    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={FOUND}/{name}-", *limits], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
