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
from collections.abc import Awaitable
from pathlib import Path

from environments import RDIT, NotInstalled, environment, version
from limits import LIMITS
from page import bare_page, page
from peers import PEERS
from report import table
from tools import Rdit, Tool, Unable
from work import QUICK, WORK, Effort, Samples

MEASURES = [*WORK, "page"]


async def attempt(what: str, work: Awaitable[Samples], patience: float, notes: list[str]) -> Samples:
    """Return what was measured; a failure becomes a note, and the benchmark goes on."""
    began = time.perf_counter()
    try:
        return await asyncio.wait_for(work, patience)
    except asyncio.TimeoutError:
        notes.append(f"{what}: given up after {patience:.0f} s")
    except Unable as error:
        notes.append(f"{what}: {error}")
    except Exception as error:  # noqa: BLE001, whatever a peer does, the others are still measured
        notes.append(f"{what}: {type(error).__name__}: {error}")
    finally:
        print(f"  {what}: {time.perf_counter() - began:.1f} s", file=sys.stderr)
    return {}


async def on_a_fresh_tool(kind: type[Tool], measure: str, effort: Effort) -> Samples:
    """Run one measure against a tool started for it alone, so that no measure sees another's leftovers."""
    if measure == "cold":
        return await WORK["cold"](kind, effort)
    async with kind() as tool:
        if measure == "page":
            return await page(tool, effort)
        return await WORK[measure](tool, effort)


async def benchmark(
    measures: list[str], tools: list[type[Tool]], effort: Effort
) -> tuple[dict[str, Samples], list[str]]:
    """Measure everything; return the samples by tool, and what went wrong."""
    results: dict[str, Samples] = {"limit": {}, **{tool.name: {} for tool in tools}}
    notes: list[str] = []
    for measure in measures:
        print(measure, file=sys.stderr)
        limit = bare_page if measure == "page" else LIMITS.get(measure)
        if limit:
            results["limit"] |= await attempt(f"{measure}, limit", limit(effort), effort.patience, notes)
        for tool in tools:
            if measure in {"sessions", "subscribers"} and tool is not Rdit:
                continue
            work = on_a_fresh_tool(tool, measure, effort)
            results[tool.name] |= await attempt(f"{measure}, {tool.name}", work, effort.patience, notes)
    return results, notes


def conditions(tools: list[type[Tool]]) -> str:
    """Return what was measured where, in a line."""
    run = [RDIT / "python", "-c", "import platform, rdit; print(platform.python_version(), rdit.__version__)"]
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

    notes: list[str] = []
    tools: list[type[Tool]] = [Rdit]
    for name in arguments.against:
        try:
            environment(name)
            tools.append(PEERS[name])
        except NotInstalled as error:
            notes.append(str(error))
    results, more = asyncio.run(benchmark(arguments.only, tools, QUICK if arguments.quick else Effort()))
    notes += more
    peers = [tool.name for tool in tools if tool is not Rdit]
    print(conditions(tools), table(results, peers), sep="\n\n")
    if notes:
        print("\nNot measured:\n", *(f"- {note}" for note in notes), sep="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps({"results": results, "notes": notes}, indent=1))


if __name__ == "__main__":
    main()
