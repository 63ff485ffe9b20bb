"""`scripts/edits`: random sequences of edits, as many as are asked for, side by side; status 1 at a difference."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.pythons import PYTHONS

from .over_http import serving
from .sequences import environment, follow, prepare


async def _work(seeds: Iterator[int], python: str | None, edits: int, found: list[int]) -> None:
    for seed in seeds:
        chosen = python or PYTHONS[seed % len(PYTHONS)].path
        with tempfile.TemporaryDirectory(prefix="rdit-edits-") as name:
            folder = Path(name).resolve() / "work"
            prepare(folder)
            async with serving(folder, chosen) as runner:
                difference = await follow(seed, chosen, runner, folder, edits=edits)
        if difference is not None:
            found.append(seed)
            print(f"{chosen}, {difference}", flush=True)


async def _main(arguments: argparse.Namespace) -> int:
    os.environ.update(environment())
    seeds = iter(range(arguments.seed, arguments.seed + arguments.sequences))
    found: list[int] = []
    await asyncio.gather(*[_work(seeds, arguments.python, arguments.edits, found) for _ in range(arguments.jobs)])
    print(f"{arguments.sequences} sequences of {arguments.edits} edits, {len(found)} with a difference: {found}")
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="scripts/edits", description=__doc__)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1_000, help="that of the first sequence")
    parser.add_argument("--edits", type=int, default=10, help="of each script")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="sequences side by side")
    parser.add_argument("--python", help="an interpreter; otherwise each one of this machine in turn")
    sys.exit(asyncio.run(_main(parser.parse_args())))
