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
    await journey.page.keyboard.type("print, or save")
    await journey.press("Enter")
    await frames(journey.page, "window.__paper")
    assert await journey.page.evaluate("window.__paper") == {
        "pictures": 4,
        "tables": TABLES,
        "grids": 0,
        "isWhole": True,
    }
