"""The work that every tool is given, and how it is timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from processes import memory, watched_memory
from tools import Rdit, Tool, Unable

Samples = dict[str, list[float]]
"""Measured values by the row of the table that they belong to, in seconds or bytes."""


@dataclass(frozen=True)
class Effort:
    """How often each thing is repeated, and how large the large ones are."""

    starts: int = 7
    trips: int = 1_000
    statements: tuple[int, ...] = (200, 2_000, 10_000)
    repeats: int = 5
    lines: int = 1_000_000
    characters: int = 50_000_000
    prints: int = 300
    sessions: int = 100
    patience: float = 120.0
    """Seconds that one figure of one tool may take."""


QUICK = Effort(
    starts=2,
    trips=200,
    statements=(200, 2_000),
    repeats=2,
    lines=100_000,
    characters=5_000_000,
    prints=60,
    sessions=20,
    patience=15.0,
)


async def cold_start(kind: type[Tool], effort: Effort) -> Samples:
    """Time from spawning the program to the first result of `1 + 1`."""
    samples = []
    for turn in range(effort.starts + 1):
        began = time.perf_counter()
        async with kind() as tool:
            outcome = await tool.run("1 + 1")
            if turn:  # the first start fills the file cache
                samples.append(time.perf_counter() - began)
        if "2" not in outcome.text:
            raise Unable(f"1 + 1 gave {outcome.text!r}")
    return {"cold": samples}


async def round_trip(tool: Tool, effort: Effort) -> Samples:
    """Time one statement, again and again on a warm connection."""
    samples = []
    for _ in range(effort.trips):
        began = time.perf_counter()
        await tool.run("1 + 1")
        samples.append(time.perf_counter() - began)
    return {"trip-p50": samples, "trip-p99": samples}


async def many_statements(tool: Tool, effort: Effort) -> Samples:
    """Time runs of many trivial statements, in seconds a statement."""
    samples: Samples = {}
    for count in effort.statements:
        statements = [f"x{index} = {index}" for index in range(count)]
        for stream in ("default", "live"):
            taken = samples.setdefault(f"statements-{count}-{stream}", [])
            for _ in range(effort.repeats):
                began = time.perf_counter()
                outcome = await tool.run_statements(statements, live=stream == "live")
                taken.append((time.perf_counter() - began) / count)
                if outcome.results != count:
                    raise Unable(f"{outcome.results} results of {count} statements")
                if taken[0] * count > effort.patience / effort.repeats:
                    break  # a slow peer says so once
    return samples


def whole(expected: str, text: str, what: str) -> None:
    """Refuse output that is not all there, in order."""
    if text == expected:
        return
    kept = (
        f"{len(text) / len(expected):.1%} of it" if len(text) < len(expected) else "it in another order or more than it"
    )
    raise Unable(f"the client got {kept} ({what})")


async def printed_lines(tool: Tool, effort: Effort) -> Samples:
    """Time many printed lines from the request to the last one at the client; every byte must be there."""
    expected = "".join(f"{number}\n" for number in range(effort.lines))
    source = f"for number in range({effort.lines}):\n    print(number)"
    samples: Samples = {"lines": [], "lines-memory": []}
    for _ in range(min(effort.repeats, 3)):
        async with watched_memory(tool.pid) as noted:
            began = time.perf_counter()
            outcome = await tool.run(source)
            samples["lines"].append(time.perf_counter() - began)
        whole(expected, outcome.text, f"{effort.lines:,} lines, {len(expected) / 1e6:.1f} MB")
        if noted:
            samples["lines-memory"].append(max(noted))
    return samples


async def long_string(tool: Tool, effort: Effort) -> Samples:
    """Time one long string; every byte must be there."""
    samples: Samples = {"string": []}
    for _ in range(min(effort.repeats, 3)):
        began = time.perf_counter()
        outcome = await tool.run(f"print('x' * {effort.characters})")
        samples["string"].append(time.perf_counter() - began)
        whole("x" * effort.characters + "\n", outcome.text, f"one string of {effort.characters / 1e6:.0f} MB")
    return samples


class Delays:
    """Reads lines that hold the monotonic clock at the moment they were printed."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._pending = ""

    def __call__(self, text: str) -> None:
        now = time.monotonic_ns()
        *lines, self._pending = (self._pending + text).split("\n")
        self.samples += [(now - int(line)) / 1e9 for line in lines if line.isdigit()]


def clock_script(prints: int) -> str:
    """Return a script that prints the clock every five milliseconds."""
    return (
        f"import time\nfor _ in range({prints}):\n    print(time.monotonic_ns(), flush=True)\n    time.sleep(0.005)\n"
    )


async def print_delay(tool: Tool, effort: Effort) -> Samples:
    """Time from `print` in a loop to the client."""
    delays = Delays()
    await tool.run(clock_script(effort.prints), delays)
    if len(delays.samples) < effort.prints * 0.9:
        raise Unable(f"{len(delays.samples)} of {effort.prints} prints came while it ran")
    return {"delay-p50": delays.samples, "delay-max": delays.samples}


async def interrupt(tool: Tool, effort: Effort) -> Samples:
    """Time from the request to the end of the run, for a busy loop and for `sleep`."""
    samples: Samples = {}
    for key, endless in (("interrupt-busy", "while True: pass"), ("interrupt-sleep", "import time; time.sleep(600)")):
        for _ in range(effort.repeats):
            ready = asyncio.Event()

            def listener(text: str, ready: asyncio.Event = ready) -> None:
                if "ready" in text:
                    ready.set()

            running = asyncio.create_task(tool.run(f"print('ready', flush=True)\n{endless}", listener))
            await asyncio.wait({running, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0.1)  # well into the loop
            began = time.perf_counter()
            await tool.interrupt()
            await running
            samples.setdefault(key, []).append(time.perf_counter() - began)
    return samples


async def reset(tool: Tool, effort: Effort) -> Samples:
    """Time from the request for a reset to the next result."""
    samples = []
    for _ in range(effort.repeats):
        await tool.run("kept = 1")
        began = time.perf_counter()
        await tool.reset()
        outcome = await tool.run("'kept' in globals()")
        samples.append(time.perf_counter() - began)
        if "False" not in outcome.text:
            raise Unable(f"after the reset the name was still there: {outcome.text[:80]!r}")
    return {"reset": samples}


async def idle_memory(tool: Tool, effort: Effort) -> Samples:
    """Count what one open script holds in all processes of the tool."""
    await tool.run("1 + 1")
    try:
        return {"memory": [memory(tool.processes()) for _ in range(min(effort.repeats, 3))]}
    except FileNotFoundError:
        raise Unable("only Linux says how much memory processes share") from None


async def many_sessions(tool: Tool, effort: Effort) -> Samples:
    """Open many scripts in one server and count what each adds."""
    if not isinstance(tool, Rdit):
        raise Unable("measured for rdit alone")
    await tool.run("1 + 1")
    before = memory(tool.processes())
    for number in range(effort.sessions):
        name = f"other_{number}.py"
        (tool.folder / name).write_text("1 + 1\n")
        async with tool.session.post("/api/session", json={"path": name}) as response:
            response.raise_for_status()
            session_id = (await response.json())["sessionId"]
        await tool.run("1 + 1", sessionId=session_id)
    return {"session-memory": [(memory(tool.processes()) - before) / effort.sessions]}


async def many_subscribers(tool: Tool, effort: Effort) -> Samples:
    """Time a flood with one subscriber, and with fifty of which one never reads."""
    if not isinstance(tool, Rdit):
        raise Unable("measured for rdit alone")
    lines = effort.lines // 10
    source = f"for number in range({lines}):\n    print(number)"
    samples: Samples = {"subscribers-1": [], "subscribers-50": []}
    for _ in range(min(effort.repeats, 3)):
        for key, subscribers in (("subscribers-1", 1), ("subscribers-50", 50)):
            began = time.perf_counter()
            await tool.follow(source, subscribers, lazy=1 if subscribers > 1 else 0)
            samples[key].append(time.perf_counter() - began)
    return samples


WORK: dict[str, Callable[..., object]] = {
    "cold": cold_start,
    "trip": round_trip,
    "statements": many_statements,
    "lines": printed_lines,
    "string": long_string,
    "delay": print_delay,
    "interrupt": interrupt,
    "reset": reset,
    "memory": idle_memory,
    "sessions": many_sessions,
    "subscribers": many_subscribers,
}
"""Everything but the page, which `page.py` measures in a browser."""
