"""A session with more data than its answer has room for: each display is there once it is looked at."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = (
    """class Page(int):
    __repr__ = lambda self: f"<Page {int(self)}>"
    def _repr_html_(self):
        return f"<p>this is page {int(self)}</p><!--" + "x" * 1_000_000 + "-->"
"""
    + "".join(f"Page({n})\n" for n in range(60))
    + "print('the end of it')\n"
)


async def test_a_script_with_sixty_megabytes_of_displays_is_shown_where_one_looks(open_script: OpenJourney) -> None:
    journey = await open_script(PAGES, viewport={"width": 1280, "height": 700})
    await journey.run_all()
    page, asked = journey.page, set[str]()
    page.on("request", lambda request: asked.add(request.url) if "/api/output-item" in request.url else None)
    await page.reload()
    await journey.editor.focus()
    await journey.press("Control+End")
    await expect(journey.outputs.filter(has_text="this is page 59")).to_be_visible()
    await journey.press("Control+Home")
    await expect(journey.outputs.filter(has_text="this is page 0")).to_be_visible()
    await expect(page.locator(".rdit-omitted")).to_have_count(0)
    assert 0 < len(asked) < 44
