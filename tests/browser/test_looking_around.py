"""What one looks for: commands under any of their names, places, files, what is found in text and outputs, the look."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from .conftest import Journey, OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def palette(journey: Journey, letters: str) -> Locator:
    """Open the palette, type *letters*; returns what it offers."""
    await journey.press("Control+k")
    dialog = journey.page.get_by_role("dialog", name="Commands")
    await dialog.get_by_role("combobox").fill(letters)
    return dialog.get_by_role("option")


@pytest.mark.parametrize(
    ("letters", "title"),
    [
        ("restart", "Reset"),
        ("dark", "Theme: dark"),
        ("export", "Print or save as PDF"),
        ("goto", "Go to line"),
        ("collapse", "Fold"),
        ("clear", "Clear outputs"),
        ("interrupt", "Stop"),
        ("duplicate", "Copy the line up"),
    ],
)
async def test_a_command_is_found_by_what_people_call_it(open_script: OpenJourney, letters: str, title: str) -> None:
    journey = await open_script("x = 1\n")
    await expect((await palette(journey, letters)).filter(has_text=title).first).to_be_visible()


async def test_the_palette_goes_to_headings_and_opens_files(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "folder").mkdir()
    (workspace / "folder" / "other_module.py").write_text("y = 2\n")
    text = '"""# Getting the data"""\n' + "x = 1\n" * 60 + "# %% Cleaning\ndef tidy(frame):\n    return frame\n"
    journey = await open_script(text)
    offers = await palette(journey, "clean")
    await expect(offers.filter(has_text="Cleaning")).to_contain_text("line 62")
    await journey.press("Enter")
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 62, Col 1")
    await expect(journey.editor).to_be_focused()
    offers = await palette(journey, "othermod")
    await expect(offers.filter(has_text="other_module.py")).to_contain_text("folder")
    await journey.press("Enter")
    await expect(journey.page.get_by_role("tab", name="other_module.py")).to_have_attribute("aria-selected", "true")


async def test_commands_of_the_editor_are_carried_out_from_the_palette(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await palette(journey, "comment or")
    await journey.press("Enter")
    await expect(journey.line(1)).to_have_text("# x = 1")
    await expect(journey.editor).to_be_focused()


async def test_the_menu_of_the_page_works_by_touch_at_any_width(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n", viewport={"width": 390, "height": 800}, has_touch=True)
    for name in ("Find a command, Ctrl+K", "More", "Run", "Stop"):
        await expect(journey.button(name)).to_be_in_viewport()
    await expect(journey.button("Save")).to_have_count(0)  # there is nothing to save
    await journey.press("Enter")
    await expect(journey.button("Save")).to_be_in_viewport()
    await journey.button("More").tap()
    menu = journey.page.get_by_role("menu", name="More")
    for entry in ("Open a file", "Find and replace", "Settings", "Shortcuts", "Print or save as PDF"):
        await expect(menu.get_by_role("menuitem", name=entry)).to_be_in_viewport()
    await menu.get_by_role("menuitem", name="Find and replace").tap()
    await expect(journey.page.get_by_role("textbox", name="Find", exact=True)).to_be_focused()


async def test_the_find_panel_counts_in_the_text_and_in_outputs(open_script: OpenJourney) -> None:
    journey = await open_script("word = 'word Word'\nfor _ in range(3): print(word)\n# a word\n")
    await journey.run_all()
    await journey.press("Control+f")
    panel = journey.page.get_by_role("search", name="Find and replace")
    field = panel.get_by_role("textbox", name="Find", exact=True)
    await expect(field).to_be_focused()
    await field.fill("word")
    count = panel.get_by_role("status")
    await expect(count).to_have_text("5")
    outputs = panel.get_by_role("button", name="in outputs: go to the next match")
    await expect(outputs).to_have_text("6 in outputs")
    marked = "CSS.highlights.get('rdit-found')?.size"
    await journey.page.wait_for_function(f"() => {marked} === 6")
    assert await findings(journey.page) == []
    await journey.press("Enter")
    await expect(count).to_have_text("1 of 5")
    await journey.press("Shift+Enter")
    await expect(count).to_have_text("5 of 5")
    await panel.get_by_role("button", name="Match case").click()
    await expect(outputs).to_have_text("3 in outputs")
    await panel.get_by_role("button", name="Regular expression").click()
    await field.fill("wo(")
    await expect(count).to_have_text("No regular expression")
    await expect(outputs).to_be_hidden()
    await field.fill(r"^# a \w+$")
    await expect(count).to_have_text("1")
    await field.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(journey.editor).to_be_focused()
    await journey.page.wait_for_function(f"() => {marked} === undefined")


async def test_what_is_found_is_replaced(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\nb = a + a\n")
    await journey.press("Control+f")
    panel = journey.page.get_by_role("search", name="Find and replace")
    await panel.get_by_role("textbox", name="Find", exact=True).fill("a")
    await panel.get_by_role("button", name="Whole words").click()
    await panel.get_by_role("textbox", name="Replace with").fill("total")
    await panel.get_by_role("button", name="Replace all matches").click()
    await expect(journey.line(1)).to_have_text("total = 1")
    await expect(journey.line(2)).to_have_text("b = total + total")
    await expect(panel.get_by_role("status")).to_have_text("Not in the text")


async def test_an_output_far_below_is_gone_to_from_the_find_panel(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n" * 200 + "print('nee' + 'dle')\n" + "x = 1\n" * 100)
    await journey.run_all()
    await journey.press("Control+f")
    panel = journey.page.get_by_role("search", name="Find and replace")
    await panel.get_by_role("textbox", name="Find", exact=True).fill("needle")
    await panel.get_by_role("button", name="in outputs: go to the next match").click()
    await expect(journey.page.locator(".rdit-inline, .rdit-output", has_text="needle")).to_be_in_viewport()


async def test_theme_font_and_size_are_settings(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.press("Control+,")
    dialog = journey.page.get_by_role("dialog", name="Settings")
    await dialog.get_by_label("Theme").select_option("Dark")
    await expect(journey.page.locator("html")).to_have_css("color-scheme", "dark")
    await dialog.get_by_label("Size of letters").select_option("125 %")
    await expect(journey.page.locator("html")).to_have_css("font-size", "20px")
    await dialog.get_by_label("Font of code").fill("Some Mono")
    await dialog.get_by_role("button", name="Close").click()
    scroller = journey.page.locator(".cm-scroller")
    family = await scroller.evaluate("dom => getComputedStyle(dom).fontFamily")
    assert family.startswith('"Some Mono"')
    assert await findings(journey.page) == []
    await journey.page.reload()
    await expect(journey.page.locator("html")).to_have_css("color-scheme", "dark")
    await expect(journey.page.locator("html")).to_have_css("font-size", "20px")


async def run_menu(journey: Journey, entry: str) -> None:
    await journey.button("More ways to run").click()
    await journey.page.get_by_role("menuitem", name=entry).click()


async def test_what_is_above_or_below_runs_and_all_runs_afresh(open_script: OpenJourney) -> None:
    journey = await open_script("a = globals().get('a', 0) + 1\na\nb = a * 10\nb\n")
    await journey.go_to(3)
    await run_menu(journey, "Run all above")
    await expect(journey.values).to_have_text(["1"])
    await journey.finish()
    await run_menu(journey, "Run from here to the end")
    await expect(journey.values).to_have_text(["1", "10"])
    await journey.finish()
    await journey.press("Control+Alt+Enter")  # in the state as it is, where names stay from run to run
    await journey.run_all()
    await expect(journey.values).to_have_text(["2", "20"])
    await run_menu(journey, "Run all afresh")
    await expect(journey.values).to_have_text(["1", "10"])
    await journey.finish()


async def test_outputs_are_cleared_for_good_unless_they_are_brought_back(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\na\n")
    await journey.run_all()
    await run_menu(journey, "Clear outputs")
    await expect(journey.values).to_have_count(0)
    await expect(journey.page.locator(".rdit-mark-first")).to_have_count(0)
    second = await journey.page.context.new_page()
    await second.goto(f"{journey.server.address}/?token={journey.server.token}")
    await expect(second.get_by_role("textbox", name="Script")).to_be_focused()
    await expect(second.locator(".rdit-inline")).to_have_count(0)
    await journey.notice("cleared").get_by_role("button", name="Bring them back").click()
    await expect(journey.values).to_have_text(["1"])
    await expect(journey.notice("cleared")).to_have_count(0)
    await expect(second.locator(".rdit-inline")).to_have_text(["1"])
    await journey.page.reload()
    await expect(journey.values).to_have_text(["1"])
    await run_menu(journey, "Clear outputs")
    await expect(journey.values).to_have_count(0)
    await journey.page.reload()
    await expect(journey.editor).to_be_focused()
    await expect(journey.values).to_have_count(0)
    await journey.go_to(2)
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text(["1"])
    # Once something newer stands, there is nothing left to bring back.
    await run_menu(journey, "Clear outputs")
    await expect(journey.notice("cleared")).to_be_visible()
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text(["1"])
    await expect(journey.notice("cleared")).to_have_count(0)


async def test_a_tooltip_stands_over_the_find_panel(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.press("Control+f")
    await expect(journey.page.get_by_role("search", name="Find and replace")).to_be_visible()
    await journey.button("Run all").hover()
    tip = journey.button("Run all").locator(".tip")
    await expect(tip).to_be_visible()
    await tip.evaluate("tip => { tip.style.pointerEvents = 'auto' }")
    on_top = """tip => {
        const { left, bottom, width } = tip.getBoundingClientRect();
        return tip.contains(document.elementFromPoint(left + width / 2, bottom - 4));
    }"""
    assert await tip.evaluate(on_top)
