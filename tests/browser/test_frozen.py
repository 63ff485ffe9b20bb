"""What a page was drawing when it froze or was killed, the next page shows as text."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from playwright.async_api import Error, expect

from tests.browser.conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = """class Report:
    def __init__(self, html):
        self.html = html
    def __repr__(self):
        return "a report that never ends"
    def _repr_html_(self):
        return self.html
Report("<script>for (;;);</script>")
Report("<p>" + "well " * 500 + "</p>")
"""

NOTED = (
    "Object.entries(localStorage).filter(([key]) => key.startsWith('rdit.drawing '))"
    ".flatMap(([, note]) => JSON.parse(note).outputs).length"
)
"""How many outputs are being drawn."""


async def test_an_output_that_froze_its_page_is_text_in_the_next(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    page, address = journey.page, journey.page.url
    await journey.press("Control+Shift+Enter")
    await page.locator(".rdit-frame").wait_for()
    # The frame never says that it is drawn, so the note of it stays; that of the other goes.
    await page.wait_for_function(f"() => {NOTED} === 1 && document.querySelector('.rdit-html')")
    crashed = asyncio.Event()
    page.once("crash", lambda _: crashed.set())
    with suppress(Error):
        await page.goto("chrome://crash")
    await crashed.wait()
    following = await page.context.new_page()
    await following.goto(address)
    withheld = following.locator(".rdit-item[data-format=withheld]")
    await expect(withheld).to_contain_text("because the page stopped while it was drawn")
    await expect(withheld).to_contain_text("a report that never ends")
    await expect(following.locator(".rdit-item[data-format='text/html']")).to_contain_text("well well")
    await expect(following.locator(".rdit-frame")).to_have_count(0)
    await withheld.get_by_role("button", name="Show", exact=True).click()
    await expect(following.locator(".rdit-frame")).to_have_count(1)
