"""Measures rdit side by side with plain Python, a bare aiohttp server, ipykernel, marimo and pdit. See `--help`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from editors import EDITORS
from environments import PACKAGES, RDIT, NotInstalled, environment, version
from keystrokes import typing
from language import SECONDS, language
from limits import LIMITS
from page import bare_page, page
from peers import PEERS
from report import table
from tools import Rdit, Tool, Unable
from work import QUICK, RDIT_ALONE, SETTLING, WORK, Effort, Samples, cold_start

IN_A_PAGE = {"page": page, "typing": typing}
MEASURES = ["cold", *WORK, *IN_A_PAGE, "language"]


class Benchmark:
    """One run over all tools: collects samples by tool, and notes of what failed."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.results: dict[str, Samples] = {}
        self.notes: list[str] = []

    async def attempt(
        self, name: str, measure: str, work: Callable[[Samples], Awaitable[None]], *, patience: float | None = None
    ) -> bool:
        """Do one piece of work within its time. A failure becomes a note, and the benchmark goes on."""
        began = time.perf_counter()
        patience = patience or self.effort.patience
        samples = self.results.setdefault(name, Samples())
        try:
            await asyncio.wait_for(work(samples), patience)
        except asyncio.TimeoutError:
            self.notes.append(f"{measure}, {name}: not finished within {patience:.0f} s")
            return False
        except Unable as error:
            self.notes.append(f"{measure}, {name}: {error}")
            return False
        except Exception as error:  # noqa: BLE001, whatever a peer does, the others are still measured
            self.notes.append(f"{measure}, {name}: {type(error).__name__}: {error}")
            return False
        finally:
            print(f"  {name}: {measure}, {time.perf_counter() - began:.1f} s", file=sys.stderr)
        return True

    async def limits(self, measures: list[str]) -> None:
        """Measure the limits."""
        for measure in measures:
            if limit := bare_page if measure == "page" else LIMITS.get(measure):
                await self.attempt("limit", measure, partial(limit, self.effort))

    async def language(self, names: list[str]) -> None:
        """Measure help with the language in the pages of the tools that have it."""
        for name in names:
            if (kind := EDITORS.get(name)) is not None:
                await self.attempt(name, "language", partial(language, kind, self.effort), patience=SECONDS)

    async def tool(self, kind: type[Tool], measures: list[str], shared: bool) -> None:
        """Measure one tool: on an instance for each measure, or on a *shared* one as long as nothing fails."""
        async with AsyncExitStack() as stack:
            tool: Tool | None = None

            async def work(measure: str, samples: Samples) -> None:
                nonlocal tool
                if tool is None:
                    tool = await stack.enter_async_context(kind())
                    await asyncio.sleep(SETTLING)
                await {**WORK, **IN_A_PAGE}[measure](tool, self.effort, samples)

            for measure in measures:
                if measure == "cold":
                    await self.attempt(kind.name, measure, partial(cold_start, kind, self.effort))
                    continue
                if measure in RDIT_ALONE and kind is not Rdit:
                    continue
                done = await self.attempt(kind.name, measure, partial(work, measure))
                if not (done and shared):
                    await stack.aclose()
                    tool = None


def conditions(peers: list[str]) -> str:
    """Return what was measured where, in a line."""
    run: list[str | Path] = [
        RDIT / "python",
        "-c",
        "import platform, rdit; print(platform.python_version(), rdit.__version__)",
    ]
    python, rdit = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    versions = [f"{peer} {version(peer)}" for peer in peers]
    return f"{platform.system()}, {os.cpu_count()} cores, Python {python}; " + ", ".join([f"rdit {rdit}", *versions])


def main() -> None:
    """Read the arguments, measure, print the table."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=MEASURES,
        default=MEASURES,
        metavar="MEASURE",
        help=f"some of: {', '.join(MEASURES)}",
    )
    parser.add_argument(
        "--against",
        nargs="*",
        choices=list(PACKAGES),
        default=list(PACKAGES),
        metavar="PEER",
        help=f"some of: {', '.join(PACKAGES)}; none to measure rdit and the limits alone",
    )
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample, in seconds and bytes")
    arguments = parser.parse_args()
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):  # they change what Python itself costs
        os.environ.pop(name, None)

    notes: list[str] = []
    alone = [measure for measure in arguments.only if measure != "language"]
    peers = []
    for name in arguments.against:
        if not (alone and name in PEERS) and not ("language" in arguments.only and name in EDITORS):
            continue
        try:
            environment(name)
            peers.append(name)
        except NotInstalled as error:
            notes.append(str(error))
    benchmark = Benchmark(QUICK if arguments.quick else Effort())

    async def measure() -> None:
        await benchmark.limits(alone)
        for tool in [Rdit, *(PEERS[name] for name in peers if name in PEERS)] if alone else []:
            await benchmark.tool(tool, alone, shared=arguments.quick)
        if "language" in arguments.only:
            await benchmark.language(["rdit", *peers])

    asyncio.run(measure())
    results = benchmark.results
    notes += benchmark.notes
    print(conditions(peers), table(results, peers), sep="\n\n")
    if notes:
        print("\nNot measured:\n", *(f"- {note}" for note in notes), sep="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps({"results": results, "notes": notes}, indent=1))


if __name__ == "__main__":
    main()
