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
MEASURES_OFTEN = "Measure loop restarted"
"""The editor says so where it goes on to look for what is in sight in the next frame: each of these displays, which was
reckoned to fill a frame, turns out to be a line."""


async def test_a_script_with_sixty_megabytes_of_displays_is_shown_where_one_looks(open_script: OpenJourney) -> None:
    journey = await open_script(PAGES, viewport={"width": 1280, "height": 700}, expected=MEASURES_OFTEN)
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


ON_PAPER = """() => {
  const items = [...document.querySelectorAll(".rdit-item[data-type=display]")];
  const isTold = (item) => item.querySelector(":scope > .rdit-unprinted")?.checkVisibility() ?? false;
  const isWhole = (item) => /this is page/.test(item.querySelector(".rdit-html")?.shadowRoot?.textContent ?? "");
  return { whole: items.filter(isWhole).length, told: items.filter(isTold).length,
           both: items.filter((item) => isWhole(item) && isTold(item)).length };
}"""


async def test_sixty_megabytes_of_displays_on_paper(open_script: OpenJourney) -> None:
    journey = await open_script(PAGES, viewport={"width": 1280, "height": 700}, expected=MEASURES_OFTEN)
    await journey.run_all()
    page = journey.page
    await page.add_init_script(f"window.print = () => {{ window.paper = ({ON_PAPER})(); }}")
    await page.reload()
    await expect(journey.outputs.first).to_be_visible()
    # The browser's menu waits for nothing: what has not come says so in its place. Half a second later the editor draws
    # no more than what is in sight again, as the browser has its pages by then.
    await page.evaluate(f"""() => matchMedia("print").addEventListener("change", ({{ matches }}) => {{
      if (matches) window.laidOut = ({ON_PAPER})();
    }})""")
    await page.emulate_media(media="print")
    paper = await page.evaluate(
        "async () => { while (!window.laidOut) await new Promise(requestAnimationFrame); return window.laidOut; }"
    )
    assert paper["whole"] + paper["told"] == 60
    assert paper["told"] > 0
    assert paper["both"] == 0
    await page.emulate_media(media="screen")
    await expect(page.locator(".rdit-unprinted")).to_have_count(0)
    # The menu of the page waits for all of it.
    await journey.button("More").click()
    await page.get_by_role("menuitem", name="Print or save as PDF").click()
    await page.evaluate("async () => { while (!window.paper) await new Promise(requestAnimationFrame); }")
    assert await page.evaluate("window.paper") == {"whole": 60, "told": 0, "both": 0}
    # And the page is alive.
    await journey.editor.focus()
    await journey.press("Control+End")
    await page.keyboard.type("alive = 1")
    await expect(page.locator(".cm-line").last).to_have_text("alive = 1")
