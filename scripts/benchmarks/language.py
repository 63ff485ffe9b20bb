"""What a page's help with the language takes: lists of names, documentation, problems, memory and bytes."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

from editors import PATIENCE_MS, Editor
from page import browser
from process_tree import family, proportional_memory
from work import Effort, Samples

SECONDS = 120.0
"""That it may take with one tool: two starts, of which one needs half a minute where the machine is busy."""
REST = 5.0
"""Seconds after the first lists, in which a tool may do what it does while nobody asks: whoever writes also reads."""
MEMBERS = (("orders.", "abs"), ("pd.DataFrame.", "abs"), ("pd.Series.", "abs"))
"""What is typed, and a name that its list must have."""
NAMES = (("o", "orders"), ("b", "by_region"), ("l", "largest"))
DOCUMENTED = ("orders.groupby", "orders.sort_values", "pd.date_range")
WATCH = """
([event, selector, text]) => {
  let began;
  addEventListener(event, ({ timeStamp }) => { began = timeStamp; }, { capture: true, once: true });
  const isSeen = (one) => one.getClientRects().length > 0 && (text === "" || one.textContent === text);
  window.seen = new Promise((resolve) => {
    const look = () => {
      if (began !== undefined && [...document.querySelectorAll(selector)].some(isSeen)) {
        resolve(performance.now() - began);
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
"""
PLACE = """
(word) => {
  for (const line of [...document.querySelectorAll(".cm-line")].reverse()) {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const at = texts.currentNode.data.indexOf(word);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(texts.currentNode, at);
      range.setEnd(texts.currentNode, at + word.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    }
  }
}
"""


class Visit:
    """A page of an editor, in which things are timed from the event to the frame that shows what it brings."""

    def __init__(self, editor: Editor, page: Any) -> None:
        self.editor = editor
        self.page = page
        self.received = 0
        """Bytes of answers and messages, as they are before they are compressed."""
        self._scripts: list[Any] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("response", self._on_response)
        page.on("websocket", lambda socket: socket.on("framereceived", self._on_frame))

    def _on_frame(self, frame: str | bytes) -> None:
        self.received += len(frame if isinstance(frame, bytes) else frame.encode())

    def _on_response(self, response: Any) -> None:
        if response.request.resource_type in {"script", "stylesheet"}:
            self._scripts.append(response)

    async def timed(self, event: str, selector: str, text: str, act: Any) -> float:
        """Return the seconds from the *event* that *act* causes until an element with just *text* is seen."""
        await self.page.evaluate(WATCH, [event, selector, text])
        await act
        milliseconds: float = await asyncio.wait_for(self.page.evaluate("window.seen"), PATIENCE_MS / 1000)
        return milliseconds / 1000

    async def complete(self, typed: str, name: str) -> float:
        """Return the seconds from the last key of *typed* until a list has *name*; the line is empty afterwards."""
        key, before = (self.editor.asks_for_names, typed) if self.editor.asks_for_names else (typed[-1], typed[:-1])
        if before:
            await self.page.keyboard.insert_text(before)
        seconds = await self.timed("keydown", self.editor.names, name, self.page.keyboard.press(key))
        await self.editor.clear(self.page)
        return seconds

    async def document(self, expression: str) -> float:
        """Return the seconds until the documentation of the last name of *expression* is seen."""
        page, editor = self.page, self.editor
        await page.keyboard.insert_text(expression)
        if editor.asks_for_documentation is not None:
            act = page.keyboard.press(editor.asks_for_documentation)
            seconds = await self.timed("keydown", editor.documentation, "", act)
        else:
            await page.locator(editor.names).first.wait_for()
            await editor.close_list(page)
            act = page.mouse.move(*await page.evaluate(PLACE, expression.rpartition(".")[2]))
            seconds = await self.timed("mousemove", editor.documentation, "", act)
            await page.mouse.move(5, 5)
        await editor.clear(page)
        await page.locator(editor.documentation).first.wait_for(state="hidden")
        return seconds

    async def find_problem(self) -> float:
        """Return the seconds from the key that makes a comment a faulty statement until that is marked."""
        page, problem = self.page, self.editor.problem or ""
        await page.locator(problem).wait_for(state="hidden")
        await page.keyboard.insert_text("#nowhere")
        await page.keyboard.press("Home")
        seconds = await self.timed("keydown", problem, "", page.keyboard.press("Delete"))
        await self.editor.clear(page)
        return seconds

    async def bytes_of(self, typed: str, name: str) -> int:
        """Return the bytes that the page receives for one list."""
        bodies: list[Any] = []

        def on_response(response: Any) -> None:
            if "textDocument/completion" in (response.request.post_data or ""):
                bodies.append(response)

        self.page.on("response", on_response)
        before = self.received
        await self.complete(typed, name)
        self.page.remove_listener("response", on_response)
        return self.received - before + sum([len(await response.body()) for response in bodies])

    async def script_bytes(self, part: str = "") -> int:
        """Return the bytes of the scripts and styles so far whose address has *part*, each compressed by gzip."""
        bodies = [await one.body() for one in self._scripts if one.ok and part in one.url.rpartition("/")[2]]
        return sum(len(gzip.compress(body, 6)) for body in bodies)


async def language(kind: type[Editor], effort: Effort, samples: Samples) -> None:
    """Measure all of it; the first lists need a server that nobody has asked yet."""
    async with browser() as chromium:
        for turn in range(min(effort.starts, 2)):
            async with kind() as editor:
                opened = await chromium.new_page(viewport={"width": 1280, "height": 900})
                visit = Visit(editor, opened)
                await opened.goto(editor.url, wait_until="commit")
                await editor.ready(opened)
                samples.add("language-first", await visit.complete(*MEMBERS[0]))
                samples.add("language-first-name", await visit.complete(*NAMES[0]))
                if turn == 0:
                    await the_rest(visit, effort, samples)
                await opened.close()


async def the_rest(visit: Visit, effort: Effort, samples: Samples) -> None:
    """Measure what does not need a new server."""
    editor = visit.editor
    await asyncio.sleep(REST)
    for _ in range(effort.repeats):
        samples.add("language-next", *[await visit.complete(*one) for one in MEMBERS])
        samples.add("language-name", *[await visit.complete(*one) for one in NAMES])
        samples.add("language-hover", *[await visit.document(word) for word in DOCUMENTED])
        if editor.problem is not None:
            samples.add("language-problem", await visit.find_problem())
    for row in ("language-next", "language-name"):
        samples.add(f"{row}-p95", *samples[row])
    samples.add("language-bytes", await visit.bytes_of(*MEMBERS[0]))
    samples.add("language-size", await visit.script_bytes())
    if editor.language_servers():
        samples.add("language-late", await visit.script_bytes("language"))
        samples.add("language-memory", proportional_memory(editor.language_servers()))
    samples.add("language-memory-all", proportional_memory(family(editor.pid)))
