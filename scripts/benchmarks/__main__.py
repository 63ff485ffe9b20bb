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

from environments import RDIT, NotInstalled, environment, version
from keystrokes import typing
from limits import LIMITS
from page import bare_page, page
from peers import PEERS
from report import table
from tools import Rdit, Tool, Unable
from work import QUICK, RDIT_ALONE, SETTLING, WORK, Effort, Samples, cold_start

IN_A_PAGE = {"page": page, "typing": typing}
MEASURES = ["cold", *WORK, *IN_A_PAGE]


class Benchmark:
    """One run over all tools: collects samples by tool, and notes of what failed."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.results: dict[str, Samples] = {}
        self.notes: list[str] = []

    async def attempt(self, name: str, measure: str, work: Callable[[Samples], Awaitable[None]]) -> bool:
        """Do one piece of work within its time. A failure becomes a note, and the benchmark goes on."""
        began = time.perf_counter()
        samples = self.results.setdefault(name, Samples())
        try:
            await asyncio.wait_for(work(samples), self.effort.patience)
        except asyncio.TimeoutError:
            self.notes.append(f"{measure}, {name}: not finished within {self.effort.patience:.0f} s")
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


def conditions(tools: list[type[Tool]]) -> str:
    """Return what was measured where, in a line."""
    run: list[str | Path] = [
        RDIT / "python",
        "-c",
        "import platform, rdit; print(platform.python_version(), rdit.__version__)",
    ]
    python, rdit = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    versions = [f"{tool.name} {version(tool.name)}" for tool in tools if tool is not Rdit]
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
        choices=list(PEERS),
        default=list(PEERS),
        metavar="PEER",
        help=f"some of: {', '.join(PEERS)}; none to measure rdit and the limits alone",
    )
    parser.add_argument("--quick", action="store_true", help="less of everything, in under two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample, in seconds and bytes")
    arguments = parser.parse_args()
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):  # they change what Python itself costs
        os.environ.pop(name, None)

    notes: list[str] = []
    tools: list[type[Tool]] = [Rdit]
    for name in arguments.against:
        try:
            environment(name)
            tools.append(PEERS[name])
        except NotInstalled as error:
            notes.append(str(error))
    benchmark = Benchmark(QUICK if arguments.quick else Effort())

    async def measure() -> None:
        await benchmark.limits(arguments.only)
        for tool in tools:
            await benchmark.tool(tool, arguments.only, shared=arguments.quick)

    asyncio.run(measure())
    results = benchmark.results
    notes += benchmark.notes
    peers = [tool.name for tool in tools if tool is not Rdit]
    print(conditions(tools), table(results, peers), sep="\n\n")
    if notes:
        print("\nNot measured:\n", *(f"- {note}" for note in notes), sep="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps({"results": results, "notes": notes}, indent=1))


if __name__ == "__main__":
    main()
