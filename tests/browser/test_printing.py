"""On paper: every line, every picture and every table, also those that were never in sight."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from .conftest import Journey, OpenJourney
from .test_lines import PICTURE

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANALYSIS = (
    PICTURE
    + "\n".join(
        f"png(300, {100 + n})\n[{{'row': 'cell {n}', 'm': k}} for k in range({60 + n})]\n" + f"x{n} = {n}\n" * 70
        for n in range(4)
    )
    + "print('the end of it')\n"
)
"""Four pictures and four tables, screens apart."""

NOTE_PICTURES = """
window.__pictures = [];
const make = document.createElement.bind(document);
document.createElement = (name, options) => {
  const made = make(name, options);
  if (name === "img") window.__pictures.push(made);
  return made;
};
"""

ON_PAPER = """() => ({
  pictures: [...document.querySelectorAll(".rdit-image")].filter(({ naturalWidth }) => naturalWidth > 0).length,
  tables: [...document.querySelectorAll(".rdit-printed-table")].map((one) => [
    one.querySelectorAll("tbody tr").length, one.querySelector("figcaption")?.textContent]),
  grids: [...document.querySelectorAll(".rdit-grid")].filter((one) => one.checkVisibility()).length,
  isWhole: [...document.querySelectorAll(".cm-line")].at(-2).textContent.includes("the end of it"),
})"""
TABLES = [[50, "… 10 more rows"], [50, "… 11 more rows"], [50, "… 12 more rows"], [50, "… 13 more rows"]]


async def open_afresh(open_script: OpenJourney, *scripts: str) -> Journey:
    """Run the analysis, and open its page anew: nothing but its beginning was ever in sight."""
    journey = await open_script(ANALYSIS, viewport={"width": 1280, "height": 700})
    await journey.run_all()
    for script in scripts:
        await journey.page.add_init_script(script)
    await journey.page.reload()
    await expect(journey.outputs.first).to_be_visible()
    return journey


async def frames(page: Page, condition: str) -> None:
    """Wait until *condition* holds."""
    await page.evaluate(f"async () => {{ while (!({condition})) await new Promise(requestAnimationFrame); }}")


async def test_a_pdf_of_an_analysis_with_four_figures_holds_four_pictures(open_script: OpenJourney) -> None:
    journey = await open_afresh(open_script, NOTE_PICTURES)
    page = journey.page
    # Pictures out of sight are loaded while nobody waits.
    await frames(page, "window.__pictures.filter((one) => one.src && one.naturalWidth > 0).length >= 5")
    await page.evaluate(f"addEventListener('beforeprint', () => {{ window.__paper = ({ON_PAPER})(); }})")
    pdf = await page.pdf()
    assert len(re.findall(rb"/Subtype\s*/Image", pdf)) == 4
    paper = await page.evaluate("window.__paper")
    assert paper == {"pictures": 4, "tables": TABLES, "grids": 0, "isWhole": True}
    # Afterwards the page is as it was.
    await expect(page.locator(".rdit-printed-table")).to_have_count(0)
    await expect(page.locator(".rdit-grid").first).to_be_visible()


async def test_the_command_to_print_waits_until_everything_is_there(open_script: OpenJourney) -> None:
    journey = await open_afresh(open_script, f"window.print = () => {{ window.__paper = ({ON_PAPER})(); }};")
    await journey.press("Control+k")
    await expect(journey.page.get_by_role("combobox", name="Find a command")).to_be_focused()
    await journey.page.keyboard.type("print or save")
    await journey.press("Enter")
    await frames(journey.page, "window.__paper")
    assert await journey.page.evaluate("window.__paper") == {
        "pictures": 4,
        "tables": TABLES,
        "grids": 0,
        "isWhole": True,
    }


CHART = """
class Chart:
    def __init__(self, colour, drawn="requestAnimationFrame(draw)"):
        self.colour, self.drawn = colour, drawn
    def _repr_html_(self):
        return f'''<canvas id="c" width="900" height="200"></canvas><script>
const draw = () => {{
  const canvas = document.getElementById("c").getContext("2d");
  canvas.fillStyle = "{self.colour}";
  canvas.fillRect(0, 0, 900, 200);
}};
{self.drawn};
</script>'''
"""
"""A chart that is drawn a frame after its code has run, as Bokeh's are."""

CHARTS = (
    CHART
    + "x = 1\n" * 70
    + "Chart('red')\n"
    + "y = 1\n" * 70
    + PICTURE
    + "png(300, 100)\n[{'row': k, 'm': k} for k in range(400)]\nChart('blue')\nChart('green')\nprint('the end of it')\n"
)

PAPER = """() => ({
  charts: document.querySelectorAll(".rdit-sandbox > .rdit-frame:not([data-unpainted])").length,
  pictures: document.querySelectorAll(".rdit-image:not([data-unpainted])").length,
  tables: document.querySelectorAll(".rdit-printed-table").length,
  missing: [...document.querySelectorAll(".rdit-item:has([data-unpainted])")].map(
    (item) => item.querySelector(".rdit-unprinted")?.textContent),
})"""
NOTE_PAPER = f"addEventListener('beforeprint', () => {{ window.__paper = ({PAPER})(); }})"


async def prepared(page: Page, count: int) -> None:
    """Wait until *count* charts are drawn that have no place yet."""
    drawn = ".rdit-prepared-frames > .rdit-frame:not([data-unpainted])"
    await frames(page, f"document.querySelectorAll('{drawn}').length === {count}")


async def test_the_menu_of_the_browser_prints_charts_that_were_never_in_sight(open_script: OpenJourney) -> None:
    journey = await open_script(CHARTS, viewport={"width": 1280, "height": 700})
    page = journey.page
    await journey.run_all()
    await prepared(page, 3)
    await page.evaluate(NOTE_PAPER)
    pdf = await page.pdf()
    assert await page.evaluate("window.__paper") == {"charts": 3, "pictures": 1, "tables": 1, "missing": []}
    assert len(re.findall(rb"/Subtype\s*/Image", pdf)) == 4
    # What went out of sight again is made ready again.
    await prepared(page, 3)


async def test_what_is_missing_on_paper_says_so_in_its_place(open_script: OpenJourney) -> None:
    never = CHARTS.replace("Chart('green')", "Chart('green', 'setInterval(() => document.body.append(1), 1)')")
    journey = await open_script(never, viewport={"width": 1280, "height": 700})
    page = journey.page
    await journey.run_all()
    await prepared(page, 2)
    await page.evaluate(NOTE_PAPER)
    await page.pdf()
    paper = await page.evaluate("window.__paper")
    assert paper["charts"] == 2
    assert [words[:31] for words in paper["missing"]] == ["This output had not been drawn "]
    await expect(page.locator(".rdit-unprinted")).to_have_count(0)


async def test_the_command_to_print_waits_for_charts_that_were_never_in_sight(open_script: OpenJourney) -> None:
    journey = await open_script(CHARTS, viewport={"width": 1280, "height": 700})
    page = journey.page
    await journey.run_all()
    # Typefaces are what it waits for last: here they never come, and all else stays as it would be printed.
    await page.evaluate(
        """() => { Object.defineProperty(document.fonts, "ready", {
          get() { window.__isReady = true; return new Promise(() => undefined); } }); }"""
    )
    await journey.press("Control+k")
    await expect(page.get_by_role("combobox", name="Find a command")).to_be_focused()
    await page.keyboard.type("print or save")
    await journey.press("Enter")
    await frames(page, "window.__isReady")
    charts = [frame for frame in page.frames if frame.url.endswith("/sandbox.html")]
    pixel = "[...document.getElementById('c').getContext('2d').getImageData(0, 0, 1, 1).data].slice(0, 3)"
    colours = [await frame.evaluate(pixel) for frame in charts]
    assert sorted(colours) == [[0, 0, 255], [0, 128, 0], [255, 0, 0]]
    paper = await page.evaluate(PAPER)
    assert paper == {"charts": 3, "pictures": 1, "tables": 1, "missing": []}


async def test_a_chart_is_as_wide_on_paper_as_it_was_drawn_and_made_smaller(open_script: OpenJourney) -> None:
    journey = await open_script(CHART + "Chart('red')\n", viewport={"width": 1280, "height": 700})
    page = journey.page
    await journey.run_all()
    await page.locator(".rdit-frame:not([data-unpainted])").wait_for()
    frame = await (await page.locator(".rdit-frame").element_handle()).content_frame()
    assert frame
    width = await frame.evaluate("innerWidth")
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 680, "height": 900})
    await frames(page, "document.querySelector('.rdit-sandbox').clientWidth < 680")
    assert await frame.evaluate("innerWidth") == width
    fits = """() => { const [frame, place] = [".rdit-frame", ".rdit-sandbox"].map(
      (name) => document.querySelector(name).getBoundingClientRect());
      return [frame.right - place.right, frame.bottom - place.bottom].every((over) => Math.abs(over) < 1); }"""
    assert await page.evaluate(fits)
