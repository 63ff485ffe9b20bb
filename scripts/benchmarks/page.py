"""The page in a real browser: what it weighs, and how long until a person sees something."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from environments import CACHE, ROOT
from limits import bare_server
from tools import Tool, Unable
from work import Effort, Samples

EDITOR = ".cm-content"


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    """Run a headless Chromium of the system."""
    from playwright.async_api import async_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise Unable("there is no Chromium on this machine; on Debian: apt-get install chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
        )
        try:
            yield chromium
        finally:
            await chromium.close()


async def visit(chromium: Any, url: str, weigh: bool) -> tuple[Any, float, int]:
    """Open *url* with an empty cache; return the page, the seconds until its editor is visible, and gzip bytes."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = await context.new_page()
    bodies: list[Any] = []
    if weigh:
        opened.on("response", lambda response: bodies.append(response))  # noqa: PLW0108, builtins are refused
    began = time.perf_counter()
    await opened.goto(url, wait_until="commit")
    await opened.wait_for_selector(EDITOR, state="visible")
    seconds = time.perf_counter() - began
    size = 0
    if weigh:
        seen = -1
        while seen != len(bodies):  # a stream of events stays open for ever: quiet is when nothing new is asked for
            seen = len(bodies)
            await asyncio.sleep(1)
        for response in bodies:
            if response.request.resource_type in {"script", "stylesheet"} and response.ok:
                size += len(gzip.compress(await response.body(), 9))
    return opened, seconds, size


async def page(tool: Tool, effort: Effort, samples: Samples) -> None:
    """Weigh and time a tool's own page; for rdit also a first run in it."""
    (tool.folder / tool.script).write_text(tool.blank() or "1 + 1\n")
    async with browser() as chromium:
        for turn in range(effort.starts + 1):
            opened, seconds, size = await visit(chromium, tool.url(), weigh=turn == 0)
            if turn == 0:
                samples.add("page-size", size)
            else:
                samples.add("page-visible", seconds)
                if tool.name == "rdit":
                    await first_run(opened, samples, seconds)
            await opened.context.close()
        if tool.name == "rdit":
            await scroll(tool, chromium, effort, samples)
            await large_grid(tool, chromium, effort, samples)


RUN_ALL = "Control+Shift+Enter"
SCROLL = """
(frames) => new Promise((resolve) => {
  const scroller = document.querySelector(".cm-scroller");
  const times = [];
  let last;
  const step = (now) => {
    if (last !== undefined) times.push(now - last);
    last = now;
    if (times.length === frames) return resolve(times);
    scroller.scrollTop += 300;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""


async def scroll(tool: Tool, chromium: Any, effort: Effort, samples: Samples) -> None:
    """Scroll through 2,000 statements with an output each, a third of a screen in every frame, and time the frames."""
    (tool.folder / tool.script).write_text("".join(f"for _ in range(2): print({n})\n" for n in range(2_000)))
    opened, _, _ = await visit(chromium, tool.url(), weigh=False)
    await opened.focus(EDITOR)
    await opened.keyboard.press(RUN_ALL)
    await opened.wait_for_selector(".rdit-output")
    await opened.wait_for_selector(".status-kernel:has-text('Ready')")
    frames = await opened.evaluate(SCROLL, 60 * effort.repeats)
    samples.add("page-scroll", *(milliseconds / 1000 for milliseconds in frames))
    samples.add("page-scroll-p99", *samples["page-scroll"])
    await opened.context.close()


async def large_grid(tool: Tool, chromium: Any, effort: Effort, samples: Samples) -> None:
    """Show a table of ten million rows and a thousand columns, which no memory has to hold, until its rows are seen."""
    (tool.folder / tool.script).write_text(
        "import numpy\ntable = numpy.broadcast_to(numpy.arange(1000.0), (10_000_000, 1000))\ntable\n"
    )
    for _ in range(effort.repeats):
        opened, _, _ = await visit(chromium, tool.url(), weigh=False)
        await opened.focus(EDITOR)
        await opened.keyboard.press("Control+Home")
        for _ in range(2):  # the imports and the table are not what is timed
            await opened.keyboard.press("Shift+Enter")
        await opened.locator(".rdit-mark-first.rdit-mark-done").nth(1).wait_for()
        began = time.perf_counter()
        await opened.keyboard.press("Control+Enter")
        await opened.wait_for_selector("[role=gridcell][aria-colindex='3']", state="visible")
        samples.add("page-grid", time.perf_counter() - began)
        await opened.context.close()


RUN_AND_PAINT = """
() => new Promise((resolve) => {
  const began = performance.now();
  const seen = () => document.querySelector(".rdit-inline, .rdit-output");
  new MutationObserver((_, observer) => {
    if (!seen()) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
  }).observe(document.body, { childList: true, subtree: true });
  document.querySelector(".cm-content").dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true,
      cancelable: true }));  // as those of a keyboard are: a page that takes one says so
})
"""


async def first_run(opened: Any, samples: Samples, visible: float) -> None:
    """Run the script in rdit's page, and time until its result is painted."""
    await opened.focus(EDITOR)
    painted = await opened.evaluate(RUN_AND_PAINT) / 1000
    samples.add("page-output", visible + painted)
    samples.add("page-painted", painted)


BARE_PAGE = """
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { python } from "@codemirror/lang-python";
const state = EditorState.create({ doc: "1 + 1\\n", extensions: [lineNumbers(), python()] });
new EditorView({ parent: document.body, state });
"""


async def bare_page(effort: Effort, samples: Samples) -> None:
    """A bare CodeMirror page, built with the client's own packages and served by bare aiohttp."""
    folder = CACHE / "page"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.js").write_text(BARE_PAGE)
    (folder / "index.html").write_text('<!doctype html><body><script type="module" src="./main.js"></script></body>')
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(ROOT / "frontend" / "node_modules")
    built = subprocess.run(
        [modules / ".bin" / "vite", "build", "--base", "./", "--logLevel", "error"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise Unable(f"the bare page was not built: {built.stderr.strip()[:200]}")
    async with bare_server(folder / "dist") as (session, _), browser() as chromium:
        url = f"{session._base_url}/index.html"
        for turn in range(effort.starts + 1):
            opened, seconds, size = await visit(chromium, url, weigh=turn == 0)
            samples.add(*(("page-visible", seconds) if turn else ("page-size", size)))
            await opened.context.close()
