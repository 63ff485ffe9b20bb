"""What a key costs in a long script, with all that the page knows about the language and without it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from page import EDITOR, browser
from tools import Tool
from work import Effort, Samples

LINES = 2_000
PLACE = "# typed below"
"""Stands in the middle of the script, in a function."""

HEAD = """\
import numpy as np
import pandas as pd

sales = pd.DataFrame({"region": ["north", "south"] * 500, "amount": np.arange(1000.0), "day": range(1000)})
"""

FUNCTION = '''

def total_{n}(frame: pd.DataFrame, column: str = "amount") -> pd.Series:
    """The sum of *column* for each region, for the days from {n} on."""
    later = frame[frame["day"] >= {n}]
    sums = later.groupby("region")[column].sum()
    print(f"{{len(later)}} rows, {{sums.max():,.2f}} at most")
    {rest}
    return sums.sort_values(ascending=False)
'''

TEXT = "summary = sales.groupby('region')['amount'].sum().max() + np.sqrt(len(sales)) # done"
KEYS_A_SECOND = 10
BURST = 20
"""Keys until whoever types pauses, so that the page asks and draws what it knows while the next ones come."""
PAUSE_SECONDS = 0.7

WATCH = """
() => {
  const paints = [];
  window.paints = paints;
  const channel = new MessageChannel();
  let waiting = [];
  channel.port1.onmessage = () => {
    const now = performance.now();
    paints.push(...waiting.map((pressed) => now - pressed));
    waiting = [];
  };
  window.addEventListener("keydown", ({ timeStamp }) => {
    if (waiting.push(timeStamp) > 1) return;
    requestAnimationFrame(() => channel.port2.postMessage(null)); // it comes once the frame is drawn
  }, true);
}
"""
TAKE = "() => window.paints.splice(0)"

LANGUAGE = re.compile(r"/assets/language-[^/]*\.js$")


def script() -> str:
    """Return a script of pandas and functions, two thousand lines long."""
    functions = []
    length = HEAD.count("\n")
    while length < LINES:
        is_middle = len(functions) == LINES // FUNCTION.count("\n") // 2
        rest = PLACE if is_middle else f"sums = sums / {len(functions) + 1}"
        functions.append(FUNCTION.format(n=len(functions), rest=rest))
        length += FUNCTION.count("\n")
    return HEAD + "".join(functions)


async def typing(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Type in the middle of a long script, in two pages in turn: one where the language servers help, one without."""
    (tool.folder / tool.script).write_text(script())
    async with browser() as chromium:
        pages = {"": await TypedPage.open(chromium, tool, with_language=True)}
        pages["-without"] = await TypedPage.open(chromium, tool, with_language=False)
        for turn in range(effort.typing_turns + 1):
            for end, typed in pages.items():
                paints, cost = await typed.line(TEXT[: effort.keystrokes])
                if turn == 0:  # what is loaded with the first keys, and compiled
                    continue
                for row in ("typing-p50", "typing-p95", "typing-max"):
                    samples.add(row + end, *(milliseconds / 1000 for milliseconds in paints))
                samples.add(f"typing-late{end}", sum(milliseconds > 1000 / 60 for milliseconds in paints))
                samples.add(f"typing-thread{end}", cost)


class TypedPage:
    """A page whose cursor is in the middle of the script, on a line of its own."""

    def __init__(self, page: Any, session: Any) -> None:
        self.page = page
        self.session = session

    @classmethod
    async def open(cls, chromium: Any, tool: Tool, with_language: bool) -> TypedPage:
        """Open it; without language help where what is loaded for that never comes."""
        context = await chromium.new_context(viewport={"width": 1280, "height": 900})
        if not with_language:
            await context.route(LANGUAGE, never)
        page = await context.new_page()
        await page.goto(tool.url(), wait_until="commit")
        await page.wait_for_selector(EDITOR, state="visible")
        scroller = page.locator(".cm-scroller")
        line = page.locator(".cm-line", has_text=PLACE)
        while not await line.count():  # only what is in sight is drawn
            await scroller.evaluate("(scroller) => { scroller.scrollTop += 600; }")
            await page.evaluate("() => new Promise(requestAnimationFrame)")
        await line.click()
        if with_language:
            await page.locator(".rdit-token-function").first.wait_for()
        await page.evaluate(WATCH)
        return cls(page, await chromium.new_browser_cdp_session())

    async def line(self, text: str) -> tuple[list[float], float]:
        """Type *text* on a new line; return each key's milliseconds until it was painted, and what a key costs."""
        await self.page.bring_to_front()
        await self.page.keyboard.press("Escape")
        await self.page.keyboard.press("End")
        await self.page.keyboard.press("Enter")
        await asyncio.sleep(PAUSE_SECONDS)
        await self.page.evaluate(TAKE)
        before = await self._spent()
        for start in range(0, len(text), BURST):
            for key in text[start : start + BURST]:
                next_key = asyncio.create_task(asyncio.sleep(1 / KEYS_A_SECOND))
                await self.page.keyboard.press(key)
                await next_key
            await asyncio.sleep(PAUSE_SECONDS)
        spent = await self._spent() - before
        return await self.page.evaluate(TAKE), spent / len(text)

    async def _spent(self) -> float:
        """Return the processor seconds of the pages' main threads; the page that is not typed in does nothing."""
        answer = await self.session.send("SystemInfo.getProcessInfo")
        renderers = [process["id"] for process in answer["processInfo"] if process["type"] == "renderer"]
        # Unlike what the browser counts, this is the thread's own time also where others keep the machine busy.
        times = [Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0] for pid in renderers]
        return sum(int(time) for time in times) / 1e9


async def never(_route: Any) -> None:
    """Leave a request without an answer."""
