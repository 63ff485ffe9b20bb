"""What one reads stays where it is: while a script runs again, and over a reload."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from .conftest import OpenJourney
from .test_lines import FRAMES, PICTURE, numbered, run_again, settle

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIGHT = {"width": 1280, "height": 700}

SHIFTS = """
window.__shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    window.__shifts.push([value, sources.map(({ node }) => node?.className ?? node?.parentElement?.className)]);
}).observe({ type: "layout-shift", buffered: true });
"""

TOPS = """
window.__tops = [];
const scroller = document.querySelector(".cm-scroller");
const { top } = scroller.getBoundingClientRect();
const line = [...document.querySelectorAll(".cm-line")].find((one) => one.getBoundingClientRect().top > top);
scroller.scrollTop += line.getBoundingClientRect().top - top;
window.__line = line.textContent;
const look = () => {
  const found = [...document.querySelectorAll(".cm-line")].find((one) => one.textContent.startsWith(window.__line));
  window.__tops.push(found ? Math.round(found.getBoundingClientRect().top) : null);
  requestAnimationFrame(look);
};
look();
"""

SAME = "\n".join(
    f"print('a line', {n}, sep='\\n')\nprint('value', {n})\nfor n in range(4): print(n, flush=True); time.sleep(0.02)\n"
    f"png(200, {60 + n * 10})\n[{{'n': n, 'text': 'abc'}} for n in range({n + 2})]"
    for n in range(6)
)
"""Outputs of many kinds, the same in each run, and slow enough to be seen while they are written."""

GROWING = "\n".join(f"for n in range(count): print('{n}', n, flush=True); time.sleep(0.01)" for n in range(20))
"""Outputs that are longer in each run."""


async def scroll(page: Page, pixels: int) -> None:
    """Scroll the text as a person does, and wait until that is drawn."""
    before = await page.locator(".cm-scroller").evaluate("(scroller) => scroller.scrollTop")
    await page.mouse.move(400, 400)
    await page.mouse.wheel(0, pixels)
    moved = (
        "async (scroller, before) => { while (scroller.scrollTop === before) await new Promise(requestAnimationFrame) }"
    )
    await page.locator(".cm-scroller").evaluate(moved, before)
    await settle(page)


async def test_a_rerun_that_shows_the_same_moves_nothing(open_script: OpenJourney) -> None:
    journey = await open_script(numbered(f"import time\n{PICTURE}{SAME}"), viewport=SIGHT)
    await journey.run_all()
    await scroll(journey.page, 900)
    await journey.page.evaluate(SHIFTS)
    await journey.page.evaluate("window.__shifts.length = 0")
    await run_again(journey)
    await settle(journey.page)
    shifts = await journey.page.evaluate("window.__shifts")
    assert sum(value for value, _ in shifts) <= 0.05, shifts


async def test_the_line_at_the_top_stays_while_outputs_above_it_grow(open_script: OpenJourney) -> None:
    text = numbered(f"import time, os\ncount = 3 + 4 * os.path.exists('again')\n{GROWING}\nopen('again', 'w').close()")
    journey = await open_script(text, viewport=SIGHT)
    await journey.run_all()
    await scroll(journey.page, 600)
    await journey.page.evaluate(TOPS)
    await run_again(journey)
    tops = await journey.page.evaluate("window.__tops")
    assert len(tops) > 5
    assert max(tops) - min(tops) <= 2, tops


@pytest.mark.parametrize("layout", ["below", "beside"])
async def test_a_reload_comes_back_to_the_place_the_cursor_and_the_outcome(
    open_script: OpenJourney, layout: str
) -> None:
    journey = await open_script(numbered(f"import time\n{PICTURE}{SAME}\n1 / 0"), viewport=SIGHT)
    page = journey.page
    if layout == "beside":
        await journey.press("Control+j")
    await journey.run_all()
    await page.locator(".cm-scroller").evaluate("(scroller) => { scroller.scrollTop = 0; }")
    await journey.go_to(14)
    await scroll(page, 700)
    cursor = await page.locator(".status-cursor").text_content()
    outcome = await page.locator(".pill").first.text_content()
    top = "[...document.querySelectorAll('.cm-line')].map((line) => [line.textContent, "
    top += "Math.round(line.getBoundingClientRect().top)]).find(([, top]) => top > 60)"
    before = await page.evaluate(top)
    await page.reload()
    await expect(journey.outputs.first).to_be_visible()
    await settle(page)
    assert await page.evaluate(top) == before
    await expect(page.locator(".pill").first).to_have_text(outcome or "")
    await expect(page.locator(".status-cursor")).to_have_text(cursor or "")


async def test_the_column_is_laid_out_without_the_editor_starting_over(open_script: OpenJourney) -> None:
    # A warning in the console fails the test: the editor warns when its measures do not come to an end.
    journey = await open_script(numbered(f"import time\n{PICTURE}{SAME}"), viewport=SIGHT)
    await journey.press("Control+j")
    await journey.page.add_init_script(path=FRAMES)
    await journey.run_all()
    for pixels in [400] * 4 + [-400] * 4:
        await scroll(journey.page, pixels)
    await run_again(journey)
    await settle(journey.page)


async def test_a_value_at_a_line_s_end_is_never_cut_by_the_window(open_script: OpenJourney) -> None:
    text = (
        "x = 'a value of some sixty characters, which is longer than most are'\nx if len(x) > 5 else '"
        + "y" * 60
        + "'\nx\n"
    )
    journey = await open_script(text, viewport={"width": 900, "height": 600})
    await journey.run_all()
    await expect(journey.values).to_have_count(2)
    await settle(journey.page)
    for value in await journey.values.all():
        box = await value.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 900
        assert await value.evaluate("(dom) => dom.scrollWidth <= dom.clientWidth")
    # The one that fits stands beside its line, the other one below.
    await expect(journey.page.locator(".rdit-inline-wrapped")).to_have_count(1)
    await journey.page.set_viewport_size({"width": 1600, "height": 600})
    await expect(journey.page.locator(".rdit-inline-wrapped")).to_have_count(0)


async def test_one_printed_line_stands_at_the_line_s_end_however_it_arrives(open_script: OpenJourney) -> None:
    text = "import time\n" + "print('now'); time.sleep(0.15)\nprint('then')\n" * 6
    journey = await open_script(text, viewport=SIGHT)
    await journey.run_all()
    await expect(journey.values).to_have_count(12)
    await expect(journey.outputs).to_have_count(0)
    await run_again(journey)
    await expect(journey.values).to_have_count(12)
