"""Edits: how soon the new result is there, whether it is right, and what it costs a script that nobody edits.

Right is what one run of `python script.py` of the new text shows.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from environments import RDIT
from process_tree import family, proportional_memory
from tools import Page, Rdit, Tool, Unable

if TYPE_CHECKING:
    from work import Effort, Samples

COUNT = 11
WAYS = {"": False, "-all": True}
"""By the end of a row's key, whether everything runs again from the top in a new process."""


def chain(seconds: float, changed: int, value: int) -> list[str]:
    """Return statements that take so many *seconds* each, and each of which uses what the one before it gave."""
    statements = []
    for index in range(COUNT):
        term = f"x{index - 1} + {index}" if index else "1"
        if index == changed:
            term += f" + {value}"
        sleep = f"__import__('time').sleep({seconds})"
        statements.append(f"x{index} = [{sleep}, {term}, print('of {index}:', {term})][1]")
    return statements


HIDDEN_STATE = ["values = []", "values.append({value})", "print(values)"]


def plain(statements: list[str]) -> str:
    """Return what `python script.py` prints; the statements need not sleep for that."""
    source = re.sub(r"sleep\([\d.]+\)", "sleep(0)", "\n".join(statements))
    return subprocess.run([RDIT / "python", "-c", source], capture_output=True, text=True, check=True).stdout


class Watch:
    """Notes when a text is first there; a listener."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = ""
        self._began = time.perf_counter()
        self.taken = 0.0

    def __call__(self, text: str) -> None:
        self._seen += text
        if not self.taken and self._text in self._seen:
            self.taken = time.perf_counter() - self._began


async def show(tool: Tool, page: Page, statements: list[str], changed: int, afresh: bool) -> tuple[float, bool]:
    """Bring the page up to date after an edit of the statement *changed*.

    Returns the seconds until the result of the statement was there (of the last one, if that prints nothing), and
    whether in the end the page shows what plain Python shows.
    """
    expected = plain(statements)
    own = f"of {changed}:"
    watch = Watch(next((line for line in expected.splitlines() if line.startswith(own)), ""))
    began = time.perf_counter()
    page.update(await tool.show(statements, changed, afresh, watch))
    right = "".join(page[index] for index in sorted(page)) == expected
    return watch.taken or time.perf_counter() - began, right


async def edits(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Edit the last statement, the first one, and one that shows hidden state."""
    for end, afresh in WAYS.items():
        if afresh and isinstance(tool, Rdit):
            continue  # it has no need of it
        for row, changed in (("edit-last", COUNT - 1), ("edit-first", 0)):
            page: Page = {}
            await tool.reset()
            await show(tool, page, chain(effort.statement_seconds, changed, 0), 0, False)
            many = row == "edit-last" and isinstance(tool, Rdit)
            for value in range(1, 1 + (effort.edits if many else effort.peer_edits)):
                taken, right = await show(tool, page, chain(effort.statement_seconds, changed, value), changed, afresh)
                samples.add(row + end, taken - effort.statement_seconds)
                samples.add(f"{row}{end}-right", float(right))
        await hidden_state(tool, effort, samples, end)


async def hidden_state(tool: Tool, effort: Effort, samples: Samples, end: str) -> None:
    """Edit a statement in place that changes what another one has made."""
    page: Page = {}
    await tool.reset()
    for value in range(1, 2 + 2 * min(effort.repeats, 3)):
        statements = [statement.format(value=value) for statement in HIDDEN_STATE]
        changed = 1 if value > 1 else 0
        taken, right = await show(tool, page, statements, changed, WAYS[end])
        if changed:
            samples.add(f"edit-hidden{end}", taken)
            samples.add(f"edit-hidden{end}-right", float(right))


def descriptors(pids: list[int]) -> int:
    """Return how many descriptors the processes have open."""
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)


async def many_edits(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Edit the last statement again and again, and count what the kernel has more afterwards."""
    assert isinstance(tool, Rdit)
    if not Path("/proc/self/fd").exists():
        raise Unable("only Linux says what processes hold")

    async def held() -> tuple[int, int, int]:
        await asyncio.sleep(0.5)  # what was ended is gone
        kernel = family(tool.pid)[1:]
        return len(kernel), descriptors(kernel), proportional_memory(kernel)

    statements = [f"x{index} = list(range(100_000))" for index in range(10)]
    await tool.reset()
    for value in range(20):
        await tool.show([*statements, f"print({value})"], 10, False, None)
    before = await held()
    for value in range(20, 20 + effort.many_edits):
        await tool.show([*statements, f"print({value})"], 10, False, None)
    after = await held()
    for row, first, last in zip(("processes", "descriptors", "memory"), before, after, strict=True):
        samples.add(f"many-edits-{row}-before", first)
        samples.add(f"many-edits-{row}", last)


SCRIPTS = {
    "in-place": "import numpy as np\na = np.ones(50_000_000)\n" + "".join(f"a += {i}\n" for i in range(25)),
    "objects": "x = [(i,) for i in range(300_000)]\n" + "n = 0\nfor t in x: n += len(t)\n" * 25,
    "arrays": "import numpy as np\n" + "b = np.ones(3_000_000) * 2\n" * 25,
    "trivial": "".join(f"x{i} = {i}\n" for i in range(2_000)),
}
"""Rows of the table in the design of snapshots: what copies of pages cost a script that nobody edits."""
PROCESSOR_SECONDS = "import resource\nused = resource.getrusage(resource.RUSAGE_SELF)\nprint(used[0] + used[1])"


async def run_once(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Count the processor time of the worker for a run from top to bottom, with snapshots and as in a console."""
    assert isinstance(tool, Rdit)
    for name, script in SCRIPTS.items():
        for _ in range(effort.repeats * 2):
            for row, fresh in ((f"once-{name}-console", False), (f"once-{name}", True)):
                await tool.reset()
                outcome = await tool.run(script + PROCESSOR_SECONDS, fresh=fresh)
                samples.add(row, float(outcome.text.split()[-1]))
