"""Tables, objects and figures, from the Python object to what a person sees and does in the page."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from .conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

FRAME = """\
import numpy as np
import pandas as pd
rows = 200_000
frame = pd.DataFrame({
    "id": np.arange(rows),
    "ratio": np.arange(rows) / 3,
    "city": ["Oslo", "Kyoto", None, "Lisbon"] * (rows // 4),
    "tags": [["a", "b"]] * rows,
})
frame
"""
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def cell(page: Page, row: int, column: int) -> Locator:
    """The cell at *row* and *column*, both from 0, when it is in sight."""
    return page.locator(f"[role=row][aria-rowindex='{row + 2}'] [role=gridcell][aria-colindex='{column + 2}']")


def heading(page: Page, name: str) -> Locator:
    """The heading of the column called *name*."""
    return page.get_by_role("columnheader").filter(has_text=name)


async def copied(page: Page) -> str:
    """What is on the clipboard."""
    text: str = await page.evaluate("navigator.clipboard.readText()")
    return text


async def test_a_table_shows_its_shape_types_missing_and_nested_values(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    journey = await open_script(FRAME)
    await journey.run_all()
    page = journey.page
    await expect(page.get_by_role("grid", name="DataFrame, 200,000 rows × 4 columns")).to_be_visible()
    await expect(heading(page, "ratio")).to_contain_text("float64")
    await expect(cell(page, 1, 2)).to_have_text("Kyoto")
    await expect(cell(page, 2, 2)).to_have_class(re.compile("is-missing"))
    await expect(cell(page, 0, 3)).to_have_text("['a', 'b']")
    await expect(cell(page, 0, 3)).to_have_class(re.compile("is-structure"))


async def test_the_keyboard_reaches_the_last_row_which_is_read_from_the_kernel(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    journey = await open_script(FRAME)
    await journey.run_all()
    await cell(journey.page, 0, 0).click()
    await journey.press("Control+ArrowDown")
    await expect(cell(journey.page, 199_999, 0)).to_have_text("199,999")
    await expect(cell(journey.page, 199_999, 0)).to_be_focused()
    assert await journey.page.locator("[role=gridcell]").count() < 200


async def test_rows_are_sorted_filtered_and_searched_in_the_kernel(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    journey = await open_script(FRAME)
    await journey.run_all()
    page = journey.page
    shape = page.locator(".rdit-grid-shape")
    await heading(page, "id").click()
    await heading(page, "id").click()
    await expect(heading(page, "id")).to_have_attribute("aria-sort", "descending")
    await expect(cell(page, 0, 0)).to_have_text("199,999")
    await journey.press("ArrowRight", "ArrowRight", "Alt+ArrowDown")
    menu = page.get_by_role("dialog", name="Column city")
    await expect(menu).to_contain_text("Missing50,000 (25 %)")
    await menu.get_by_role("combobox", name="Condition").select_option("contains")
    await menu.get_by_role("textbox", name="Value").fill("LIS")
    await journey.press("Enter")
    await expect(shape).to_have_text("50,000 of 200,000 rows × 4 columns")
    await expect(cell(page, 1, 0)).to_have_text("199,995")
    await journey.press("Control+f")
    await page.get_by_role("searchbox").fill("1999")
    await expect(shape).not_to_have_text("50,000 of 200,000 rows × 4 columns")
    await journey.press("Escape")
    await page.get_by_role("button", name="Remove the filter: city contains LIS").click()
    await expect(shape).to_have_text("200,000 rows × 4 columns")


async def test_a_selection_is_copied_with_whole_values(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    journey = await open_script(FRAME, **CLIPBOARD)
    await journey.run_all()
    await cell(journey.page, 1, 1).click()
    await journey.press("Shift+ArrowDown", "Shift+ArrowRight")
    await expect(journey.page.locator(".rdit-grid-selected")).to_have_text("2 × 2 selected")
    await journey.press("Control+c")
    await expect(journey.page.get_by_text("Copied 2 × 2 cells")).to_be_attached()
    lines = (await copied(journey.page)).splitlines()
    assert [line.split("\t") for line in lines] == [[str(1 / 3), "Kyoto"], [str(2 / 3), ""]]


async def test_a_table_is_saved_with_every_row(open_script: OpenJourney, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    journey = await open_script(FRAME)
    await journey.run_all()
    page = journey.page
    await page.get_by_role("grid").hover()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Save as a file").first.click()
    path = tmp_path / "table.csv"
    await (await download.value).save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["", "id", "ratio", "city", "tags"]
    assert len(rows) == 200_001
    assert rows[-1] == ["199999", "199999", str(199_999 / 3), "Lisbon", "['a', 'b']"]


async def test_a_table_that_changed_or_went_says_so_and_keeps_what_it_had(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    journey = await open_script(FRAME + "frame.loc[0, 'id'] = 7\ndel frame\n", expected="404")
    page = journey.page
    await journey.press("Control+Home", *["Shift+Enter"] * 5)
    await journey.finish()
    await journey.go_to(11)
    await journey.press("Control+Enter")
    await journey.finish()
    await cell(page, 0, 0).click()
    await journey.press("Control+ArrowDown")
    await expect(page.locator(".rdit-grid-notice")).to_contain_text("Changed since it was shown")
    await journey.press("Control+Home")
    await expect(cell(page, 0, 0)).to_have_text("0")
    await page.get_by_role("button", name="Show it as it is now").click()
    await expect(cell(page, 0, 0)).to_have_text("7")
    await journey.go_to(12)
    await journey.press("Control+Enter")
    await journey.finish()
    await cell(page, 0, 0).click()
    await journey.press("Control+ArrowDown")
    await expect(page.locator(".rdit-grid-notice")).to_contain_text("No longer in the kernel")


@pytest.mark.parametrize(
    ("library", "text", "kind"),
    [
        ("polars", "import polars\npolars.DataFrame({'a': list(range(50)), 'b': ['x'] * 50})\n", "DataFrame"),
        ("pyarrow", "import pyarrow\npyarrow.table({'a': list(range(50)), 'b': ['x'] * 50})\n", "Table"),
        ("numpy", "import numpy\nnumpy.arange(100).reshape(50, 2)\n", "ndarray"),
        (None, "[{'a': n, 'b': 'x'} for n in range(50)]\n", "list of dicts"),
    ],
)
async def test_the_tables_of_other_libraries_are_grids_too(
    open_script: OpenJourney, library: str | None, text: str, kind: str
) -> None:
    if library:
        pytest.importorskip(library)
    journey = await open_script(text)
    await journey.run_all()
    await expect(journey.page.get_by_role("grid", name=f"{kind}, 50 rows × 2 columns")).to_be_visible()
    await expect(cell(journey.page, 0, 0)).to_have_text("0")


async def test_a_small_table_is_shown_whole_and_a_large_one_says_which_rows_are_in_sight(
    open_script: OpenJourney,
) -> None:
    journey = await open_script("[{'n': n, 'm': 1} for n in range(25)]\n[{'n': n, 'm': 1} for n in range(400)]\n")
    await journey.run_all()
    small, large = journey.outputs.nth(0), journey.outputs.nth(1)
    await expect(small.locator(".rdit-grid-row")).to_have_count(25)
    await expect(small.locator(".rdit-grid-foot")).to_have_text("25 rows × 2 columns")
    await expect(small.locator(".has-more")).to_have_count(0)
    await expect(large.locator(".rdit-grid-foot")).to_have_text("1–10 of400 rows × 2 columns")
    await expect(large.locator(".has-more")).to_have_count(1)
    await large.locator(".rdit-grid-cell").first.click()
    await journey.press("Control+End")
    await expect(large.locator(".rdit-grid-foot")).to_contain_text("391–400 of")
    await expect(large.locator(".has-more")).to_have_count(0)


async def test_the_wheel_is_the_page_s_until_the_grid_was_clicked(open_script: OpenJourney) -> None:
    text = "[{'n': n, 'm': 1} for n in range(400)]\n" + "x = 1\n" * 60
    journey = await open_script(text, viewport={"width": 1280, "height": 700})
    await journey.run_all()
    page = journey.page
    await expect(journey.outputs.locator(".rdit-grid-row")).not_to_have_count(0)
    box = await journey.outputs.locator(".rdit-grid-frame").bounding_box()
    assert box
    tops = "() => ['.cm-scroller', '.rdit-grid-frame'].map((one) => document.querySelector(one).scrollTop)"

    async def turn(pixels: int) -> tuple[float, float]:
        before = await page.evaluate(tops)
        await page.mouse.wheel(0, pixels)
        turned = f"while (String(({tops})()) === String(before)) await new Promise(requestAnimationFrame)"
        await page.evaluate(f"async (before) => {{ {turned} }}", before)
        first, second = await page.evaluate(tops)
        return first, second

    await page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
    text_top, grid_top = await turn(60)
    assert text_top > 0
    assert grid_top == 0
    await page.mouse.down()
    await page.mouse.up()
    text_top, grid_top = await turn(60)
    assert grid_top > 0


async def test_numbers_and_days_are_written_for_reading_and_copied_as_they_are(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    text = (
        "import pandas as pd\n"
        "pd.DataFrame({'price': [1234567.5, 2.25, 10.0], 'day': pd.date_range('2024-01-01', periods=3)})\n"
    )
    journey = await open_script(text, **CLIPBOARD)
    await journey.run_all()
    page = journey.page
    for row, price in enumerate(["1,234,567.50", "2.25", "10.00"]):
        await expect(cell(page, row, 0)).to_have_text(price)
    await expect(cell(page, 0, 1)).to_have_text("2024-01-01")
    await cell(page, 0, 0).click()
    await journey.press("Control+c")
    await expect(page.locator("[aria-live]", has_text="Copied").first).to_be_attached()
    assert await copied(page) == "1234567.5"


async def test_headings_show_how_values_are_distributed(open_script: OpenJourney) -> None:
    pytest.importorskip("pandas")
    journey = await open_script("import pandas as pd\npd.DataFrame({'n': range(400), 'name': ['x'] * 400})\n")
    await journey.run_all()
    histogram = heading(journey.page, "int64").locator(".rdit-grid-heading-histogram path")
    await expect(histogram).to_have_attribute("d", re.compile("M.*z"))


async def test_an_object_opens_branch_by_branch(open_script: OpenJourney) -> None:
    parts = "'many': list(range(5000)), 'deep': {'deeper': [1, {'x': None}]}, 'more': 'x' * 90"
    journey = await open_script(f"settings = {{'name': 'rdit', {parts}}}\nsettings\n")
    await journey.run_all()
    tree = journey.page.get_by_role("tree", name="dict, 4 items")
    lines = tree.get_by_role("treeitem")
    await lines.filter(has_text="'deep'").click()
    await expect(lines.filter(has_text="'deeper'")).to_have_attribute("aria-level", "3")
    await journey.press("ArrowRight", "ArrowRight")
    await expect(lines.filter(has_text=re.compile(r"^1: \{'x': None\}"))).to_be_visible()
    await lines.filter(has_text="'many'").click()
    await lines.filter(has_text="4,980 more items").click()
    await expect(lines.filter(has_text=re.compile(r"^219: 219$"))).to_be_visible()


async def test_a_figure_has_its_size_and_can_be_looked_at_closer(open_script: OpenJourney) -> None:
    pytest.importorskip("matplotlib")
    journey = await open_script("import matplotlib.pyplot as plt\nplt.figure(figsize=(4, 3))\nplt.plot([1, 2]);\n")
    await journey.run_all()
    image = journey.page.locator(".rdit-image").last
    await expect(image).to_be_visible()
    assert await image.evaluate("image => [image.width, image.height, image.naturalWidth]") == [400, 300, 800]
    await image.click()
    dialog = journey.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await journey.press("1")
    await expect(dialog.locator("output")).to_have_text("100 %")
    await journey.press("Escape")
    await expect(dialog).to_have_count(0)
