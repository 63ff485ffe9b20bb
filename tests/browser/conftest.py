"""Whole journeys: the real command, its real page, a real Chromium that all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

import rdit
from tests.running import Rdit, running_rdit

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
BUILT = (Path(rdit.__file__).parent / "_static" / "index.html").is_file()
MISSING = None if CHROMIUM and BUILT else "needs Chromium, and the page that scripts/setup builds"

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 120_000
"""How long a fact of the page may take to come about, in milliseconds; the one clock, on a machine that is busy."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Journey:
    """A script that is open in a page."""

    page: Page
    server: Rdit
    path: Path
    """Of the script."""

    @property
    def editor(self) -> Locator:
        """The text that one writes in."""
        return self.page.get_by_role("textbox", name="Script")

    @property
    def outputs(self) -> Locator:
        """What stands below statements."""
        return self.page.locator(".rdit-output")

    @property
    def values(self) -> Locator:
        """What stands at the ends of lines."""
        return self.page.locator(".rdit-inline")

    @property
    def kernel(self) -> Locator:
        """The word for the kernel's state."""
        return self.page.locator(".status-kernel")

    def line(self, number: int) -> Locator:
        """A line of the text; only those in sight are in the document."""
        return self.page.locator(".cm-line").nth(number - 1)

    def mark(self, number: int) -> Locator:
        """The mark beside a line that is the first of its statement, counted among the marks."""
        return self.page.locator(".rdit-mark-first").nth(number - 1)

    def button(self, name: str) -> Locator:
        """A button of the toolbar."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def choose(self, command: str) -> None:
        """Do *command* by the mouse: from the list of all of them."""
        await self.page.get_by_role("button", name="Find a command").click()
        await self.page.get_by_role("option").filter(has_text=command).first.click()

    def notice(self, text: str) -> Locator:
        """A notice that says *text*."""
        return self.page.locator(".notice", has_text=text)

    async def press(self, *keys: str) -> None:
        """Press keys in the page."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def go_to(self, line: int) -> None:
        """Put the cursor at the beginning of *line*."""
        await self.editor.focus()
        await self.press("Control+Home", *["ArrowDown"] * (line - 1))

    async def run_all(self) -> None:
        """Run the whole script and wait until it is over."""
        await self.press("Control+Shift+Enter")
        await self.finish()

    async def finish(self) -> None:
        """Wait until nothing runs and nothing waits, be it only for the server to hear of it."""
        await expect(self.button("Stop")).to_have_attribute("aria-disabled", "true")
        await expect(self.page.locator(".rdit-mark-running, .rdit-mark-waiting")).to_have_count(0)
        await expect(self.kernel).to_have_text("Ready")


async def findings(page: Page) -> list[str]:
    """What axe finds: `rule: element`."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run(document, { iframes: false })")
    return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


OpenJourney = Callable[..., Awaitable[Journey]]
Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_browser() -> AsyncIterator[Browser]:
    """One Chromium for all journeys."""
    if MISSING and not os.environ.get("CI"):
        pytest.skip(MISSING)
    assert not MISSING, MISSING
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(shared_browser: Browser, serve: Callable[..., Rdit]) -> AsyncIterator[Visit]:
    """Open addresses, each in a fresh browser profile; afterwards no page may have complained in its console."""
    del serve  # servers end after the pages that they serve
    complaints: list[str] = []
    contexts = []

    async def visit(url: str, *, expected: str | None = None, **options: Any) -> Page:
        context = await shared_browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = await context.new_page()

        def complain(text: str) -> None:
            if expected is None or expected not in text:
                complaints.append(text)

        page.on("console", lambda message: complain(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complain(str(error)))
        await page.goto(url)
        return page

    yield visit
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest.fixture
def serve() -> Iterator[Callable[..., Rdit]]:
    """Start servers with `running_rdit`; they end with the test."""
    with ExitStack() as servers:
        yield lambda *arguments, **options: servers.enter_context(running_rdit(*arguments, **options))


@pytest_asyncio.fixture(loop_scope="session")
async def open_script(visit: Visit, serve: Callable[..., Rdit], workspace: Path) -> OpenJourney:
    """Write a script, start rdit with it and open its page."""

    async def open_script(
        text: str, *arguments: str, name: str = "script.py", expected: str | None = None, **options: Any
    ) -> Journey:
        path = workspace / name
        path.write_text(text, encoding="utf-8")
        server = serve(name, *arguments, folder=workspace)
        page = await visit(f"{server.address}/?token={server.token}", expected=expected, **options)
        journey = Journey(page, server, path)
        await expect(journey.editor).to_be_focused()
        return journey

    return open_script
