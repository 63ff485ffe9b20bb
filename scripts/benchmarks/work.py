"""The work that every tool is given, and how it is timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from edits import edits, many_edits, run_once
from process_tree import proportional_memory
from processes import watched_memory
from tools import Rdit, Tool, Unable

SETTLING = 1.5
"""Seconds after its start in which a tool may load what it started without; all but cold starts is measured later."""


class Samples(dict[str, list[float]]):
    """Measured values by the row of the table that they belong to, in seconds or bytes.

    Every piece of work adds to what it is handed, so that what was measured before a failure or a time limit counts.
    """

    def add(self, row: str, *values: float) -> None:
        """Add values to a row."""
        self.setdefault(row, []).extend(values)


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
    edits: int = 50
    peer_edits: int = 5
    """Edits of what takes seconds again in other tools; and of the first statement, which does so in all."""
    many_edits: int = 500
    keystrokes: int = 68
    """In a turn, each in two pages."""
    typing_turns: int = 3
    """Besides one to warm up."""
    statement_seconds: float = 0.3
    """What each statement takes of the script that is edited."""
    patience: float = 180.0
    """Seconds that one measure of one tool may take."""


QUICK = Effort(
    starts=1,
    trips=50,
    statements=(200,),
    repeats=1,
    lines=50_000,
    characters=2_000_000,
    prints=40,
    sessions=10,
    edits=5,
    peer_edits=1,
    many_edits=50,
    keystrokes=20,
    typing_turns=1,
    statement_seconds=0.05,
    patience=25.0,
)


async def cold_start(kind: type[Tool], effort: Effort, samples: Samples) -> None:
    """Time from spawning the program to the first result of `1 + 1`."""
    for turn in range(effort.starts + 1):
        began = time.perf_counter()
        async with kind() as tool:
            outcome = await tool.run("1 + 1")
            taken = time.perf_counter() - began
        if "2" not in outcome.text:
            raise Unable(f"1 + 1 gave {outcome.text!r}")
        if turn:  # the first start fills the file cache
            samples.add("cold", taken)


async def round_trip(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time one statement, again and again on a warm connection."""
    for _ in range(effort.trips):
        began = time.perf_counter()
        await tool.run("1 + 1")
        taken = time.perf_counter() - began
        samples.add("trip-p50", taken)
        samples.add("trip-p99", taken)


async def many_statements(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time runs of many trivial statements, in seconds a statement. A peer's one stream stands in both rows."""
    for count in effort.statements:
        statements = [f"x{index} = {index}" for index in range(count)]
        for stream in tool.streams:
            rows = [f"statements-{count}-{name}" for name in ("default", "live") if stream in {name, "only"}]
            for _ in range(effort.repeats):
                began = time.perf_counter()
                outcome = await tool.run_statements(statements, live=stream == "live")
                taken = time.perf_counter() - began
                if outcome.results != count:
                    raise Unable(f"{outcome.results} results of {count} statements")
                for row in rows:
                    samples.add(row, taken / count)
                if taken > effort.patience / effort.repeats / 4:
                    break  # slow ones say so once


def whole(expected: str, text: str, what: str) -> None:
    """Refuse output that is not all there, in order."""
    if text == expected:
        return
    kept = (
        f"{len(text) / len(expected):.1%} of it" if len(text) < len(expected) else "it in another order or more than it"
    )
    raise Unable(f"the client got {kept} ({what})")


async def printed_lines(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time many printed lines from the request to the last one at the client; every byte must be there."""
    expected = "".join(f"{number}\n" for number in range(effort.lines))
    source = f"for number in range({effort.lines}):\n    print(number)"
    for _ in range(min(effort.repeats, 3)):
        async with watched_memory(tool.pid) as noted:
            began = time.perf_counter()
            outcome = await tool.run(source)
            taken = (outcome.arrived or time.perf_counter()) - began
        whole(expected, outcome.text, f"{effort.lines:,} lines, {len(expected) / 1e6:.1f} MB")
        samples.add("lines", taken)
        if noted:
            samples.add("lines-memory", max(noted))


async def long_string(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time one long string; every byte must be there."""
    for _ in range(min(effort.repeats, 3)):
        began = time.perf_counter()
        outcome = await tool.run(f"print('x' * {effort.characters})")
        taken = (outcome.arrived or time.perf_counter()) - began
        whole("x" * effort.characters + "\n", outcome.text, f"one string of {effort.characters / 1e6:.0f} MB")
        samples.add("string", taken)


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


async def print_delay(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time from `print` in a loop to the client."""
    delays = Delays()
    await tool.run(clock_script(effort.prints), delays)
    if len(delays.samples) < effort.prints * 0.9:
        raise Unable(f"{len(delays.samples)} of {effort.prints} prints came while it ran")
    samples.add("delay-p50", *delays.samples)
    samples.add("delay-max", *delays.samples)


async def interrupt(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time from the request to the end of the run, for a busy loop and for `sleep`."""
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
            samples.add(key, time.perf_counter() - began)


FIGURES = """\
import matplotlib
import matplotlib.pyplot as plt

for number in range(1, 5):
    values = [(number * step) % 17 for step in range(2_000)]
    total = sum(sorted(values * 50))
    fig, ax = plt.subplots(figsize=(8, 5))
    ax.plot(values)
    ax.set_xlabel("step")
    ax.set_title(f"Part {number}, {total}")
    fig.tight_layout()
    SHOW
"""
"""An analysis; SHOW is what becomes of a figure."""


async def four_figures(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time an analysis with four figures in a fresh process, until its last picture has come."""
    for _ in range(effort.repeats + 1):
        await tool.reset()
        began = time.perf_counter()
        outcome = await tool.run(FIGURES.replace("SHOW", "plt.show()"))
        taken = time.perf_counter() - began
        if outcome.status != "ok":
            raise Unable(f"the analysis ended with {outcome.status}: {outcome.text[-200:]}")
        samples.add("figures", taken)
    del samples["figures"][0]  # the first one fills the file cache


async def reset(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time from the request for a reset to the next result."""
    for _ in range(effort.repeats):
        await tool.run("kept = 1")
        began = time.perf_counter()
        await tool.reset()
        outcome = await tool.run("'kept' in globals()")
        taken = time.perf_counter() - began
        if "False" not in outcome.text:
            raise Unable(f"after the reset the name was still there: {outcome.text[:80]!r}")
        samples.add("reset", taken)


async def idle_memory(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Count what one open script holds in all processes of the tool."""
    await tool.run("1 + 1")
    try:
        samples.add("memory", *(proportional_memory(tool.processes()) for _ in range(min(effort.repeats, 3))))
    except FileNotFoundError:
        raise Unable("only Linux says how much memory processes share") from None


async def many_sessions(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Open many scripts in one server and count what each adds."""
    assert isinstance(tool, Rdit)
    await tool.run("1 + 1")
    before = proportional_memory(tool.processes())
    for number in range(effort.sessions):
        name = f"other_{number}.py"
        (tool.folder / name).write_text("1 + 1\n")
        async with tool.session.post("/api/session", json={"path": name}) as response:
            response.raise_for_status()
            session_id = (await response.json())["sessionId"]
        await tool.run("1 + 1", sessionId=session_id)
    samples.add("session-memory", (proportional_memory(tool.processes()) - before) / effort.sessions)


async def many_subscribers(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Time a flood with one subscriber, and with fifty of which one never reads."""
    assert isinstance(tool, Rdit)
    lines = effort.lines // 10
    source = f"for number in range({lines}):\n    print(number)"
    for _ in range(min(effort.repeats, 3)):
        for key, subscribers in (("subscribers-1", 1), ("subscribers-50", 50)):
            began = time.perf_counter()
            await tool.follow(source, subscribers, lazy=1 if subscribers > 1 else 0)
            samples.add(key, time.perf_counter() - began)


WORK: dict[str, Callable[[Any, Effort, Samples], Awaitable[None]]] = {
    "trip": round_trip,
    "statements": many_statements,
    "lines": printed_lines,
    "string": long_string,
    "delay": print_delay,
    "interrupt": interrupt,
    "reset": reset,
    "figures": four_figures,
    "memory": idle_memory,
    "sessions": many_sessions,
    "subscribers": many_subscribers,
    "edits": edits,
    "many-edits": many_edits,
    "once": run_once,
}
"""Everything but cold starts, and the page, which `page.py` measures in a browser."""
RDIT_ALONE = {"figures", "sessions", "subscribers", "many-edits", "once", "typing"}
