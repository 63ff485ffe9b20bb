"""What a person chooses about the page: where outputs are, whose keys; and what marks and errors tell when asked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Route, expect
from playwright.async_api import TimeoutError as NotYet

from .conftest import Journey, OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE = {"width": 1500, "height": 900}
NARROW = {"width": 900, "height": 900}

LAYOUT = """
async (wanted) => {
  const box = (element) => element.getBoundingClientRect();
  const layout = () => {
    const rows = Array.from(document.querySelectorAll(".rdit-beside-row")).filter((row) => !row.style.opacity).map(box);
    const lines = Array.from(document.querySelectorAll(".cm-line"), box);
    return {
      begins: rows.map((row) => lines.findIndex((line) => Math.abs(line.top - row.top) < 1) + 1),
      overlap: rows.some((row, index) => index > 0 && row.top < rows[index - 1].bottom - 0.5),
      covered: rows.some((row) => lines.some((line) => line.right > row.left + 1)),
    };
  };
  for (let frame = 0; frame < 300 && JSON.stringify(layout()) !== JSON.stringify(wanted); frame += 1)
    await new Promise(requestAnimationFrame);
  return layout();
}
"""
"""Which line each output in the column begins at, and what would be wrong; once it is *wanted*, or after a while."""


async def expect_layout(journey: Journey, begins: list[int]) -> None:
    """Expect the outputs in the column to begin at these lines of the text, and to cover neither each other nor it."""
    wanted = {"begins": begins, "overlap": False, "covered": False}
    assert await journey.page.evaluate(LAYOUT, wanted) == wanted


async def test_outputs_go_beside_the_code_and_stay_there(open_script: OpenJourney) -> None:
    script = (
        "print('one')\nfor n in range(40):\n    print(n)\n'three'.upper()\n\n\n"
        "def half(x):\n    twice = 2 * x\n    return twice / 0\n\n\nhalf(21)\n"
    )
    journey = await open_script(script, viewport=WIDE)
    page = journey.page
    column, rows = page.get_by_role("region", name="Outputs"), page.locator(".rdit-beside-row")
    await journey.run_all()
    await expect(journey.outputs).to_have_count(2)
    await journey.press("Control+j")
    await expect(rows).to_have_count(4)
    await expect_layout(journey, [1, 2, 4, 12])
    await page.reload()
    await expect(rows).to_have_count(4)
    await expect_layout(journey, [1, 2, 4, 12])

    variables = column.get_by_role("button", name="2 variables")
    await expect(variables).to_have_attribute("aria-expanded", "false")
    await variables.click()
    await expect(column.locator("dl")).to_have_text("x21twice42")
    await expect_layout(journey, [1, 2, 4, 12])

    line = page.get_by_role("separator", name="Width of the outputs")
    before = await line.bounding_box()
    assert before is not None
    await page.mouse.move(before["x"] + 3, 400)
    await page.mouse.down()
    await page.mouse.move(before["x"] - 147, 410, steps=3)
    await page.mouse.up()
    await expect_layout(journey, [1, 2, 4, 12])
    after = await line.bounding_box()
    assert after is not None
    assert abs(before["x"] - after["x"] - 150) < 20

    # On paper, outputs are below, and there is nothing that one could only click on.
    await page.emulate_media(media="print")
    await expect(column).to_have_count(0)
    await expect(journey.outputs.last).to_contain_text("ZeroDivisionError")
    for selector in (".cm-gutters", ".tools", ".status"):
        await expect(page.locator(selector).filter(visible=True)).to_have_count(0)
    await page.emulate_media(media="null")
    await expect(rows).to_have_count(4)

    await page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    await expect(column).to_have_count(0)
    await expect(journey.outputs).to_have_count(2)
    await page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    await expect(rows).to_have_count(4)
    await journey.press("Control+,")
    await page.get_by_role("radio", name="Below their statements").check()
    await expect(column).to_have_count(0)


async def test_an_output_in_the_column_grows_without_covering_the_next(open_script: OpenJourney) -> None:
    script = "for n in range(3):\n    print('step', n)\n    input('more? ')\nprint('after')\nprint('the end')\n"
    journey = await open_script(script, viewport=WIDE)
    await journey.press("Control+j")
    await journey.press("Control+Shift+Enter")
    for step in range(3):
        await expect(journey.outputs.first).to_contain_text(f"step {step}")
        await expect_layout(journey, [1])
        await expect(journey.page.locator(".rdit-input input")).to_be_focused()
        await journey.page.keyboard.type("yes")
        await journey.press("Enter")
    await journey.finish()
    await expect_layout(journey, [1, 4, 5])


async def test_a_mark_tells_of_imports_that_changed_and_of_memory(open_script: OpenJourney, workspace: Path) -> None:
    module = workspace / "shop.py"
    module.write_text("PRICE = 1\n", encoding="utf-8")
    journey = await open_script("import shop\nshop.PRICE\nlarge = bytearray(b'x') * 80_000_000\n")
    await journey.run_all()
    await expect(journey.mark(3)).to_have_attribute("title", re.compile(r"Raised the peak of memory by \d+ MB"))
    outdated = journey.page.locator(".rdit-mark-outdated")
    price = 1
    # What a script imports is known a moment after it began to run.
    while await outdated.count() == 0:
        price += 1
        module.write_text(f"PRICE = {price}\n", encoding="utf-8")
        try:
            await outdated.wait_for(timeout=3000)
        except NotYet:
            assert price < 20, "the page does not hear of it"
    told = re.compile(r"Changed since: shop\.py$")
    await expect(journey.mark(1)).to_have_attribute("title", told)
    await journey.page.reload()
    await expect(journey.mark(1)).to_have_attribute("title", told)
    await journey.run_all()
    await expect(outdated).to_have_count(0)


async def choose(journey: Journey, words: str) -> None:
    """Carry out the command that the palette finds by *words*."""
    await journey.press("Control+k")
    await journey.page.get_by_role("combobox").fill(words)
    await expect(journey.page.get_by_role("option")).to_have_count(1)
    await journey.press("Enter")


async def test_a_page_that_comes_while_a_statement_runs_brings_it_into_sight(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n" * 150 + "input()\n")
    await journey.page.evaluate("localStorage.setItem('rdit.settings', JSON.stringify({ follow: true }))")
    await journey.press("Control+Shift+Enter")
    await expect(journey.kernel).to_have_text("Waiting for input")
    await journey.page.reload()
    await expect(journey.page.locator(".cm-line", has_text="input()")).to_be_in_viewport()


async def test_vim_s_keys_can_be_chosen_and_the_page_s_own_still_run(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\ny = 20\ny + 1\n")
    mode = journey.page.locator(".cm-vim-panel")
    await choose(journey, "keys of vim")
    await expect(mode).to_have_text("--NORMAL--")
    await journey.page.reload()
    await expect(mode).to_have_text("--NORMAL--")
    await expect(journey.editor).to_be_focused()
    await journey.press("g", "g", "d", "d")
    await expect(journey.line(1)).to_have_text("y = 20")
    await journey.page.keyboard.type(":w")
    await journey.press("Enter")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text(encoding="utf-8") == "y = 20\ny + 1\n"
    await journey.press("Shift+Enter", "Control+Enter")
    await expect(journey.values).to_have_text(["21"])


async def test_what_is_pressed_while_vim_s_keys_come_is_meant_for_them(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\ny = 20\n")
    asked, free = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await free.wait()
        await route.continue_()

    await journey.page.route("**/assets/vim-*.js", hold)
    await choose(journey, "keys of vim")
    await asked.wait()
    await expect(journey.editor).to_be_focused()
    await journey.press("d", "d", "i")
    await journey.page.keyboard.type("new")
    free.set()
    await expect(journey.line(1)).to_have_text("newy = 20")
