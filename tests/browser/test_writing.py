"""What an editor does while one writes: brackets, quotation marks, lines that are joined, moved, copied, commented."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_brackets_and_quotation_marks_are_written_as_formatters_leave_them(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    keyboard = journey.page.keyboard
    await journey.go_to(2)
    await keyboard.type("def f(a,")
    await journey.press("Enter")
    await keyboard.type("b,")
    await journey.press("ArrowDown", "End")
    await keyboard.type(":")
    await journey.press("Enter")
    await keyboard.type("return f'{a} and {d[\"b\"]}'")
    await journey.press("Enter")
    await keyboard.type('d = {"b": rb"c"}')
    written = 'x = 1\ndef f(a,\n    b,\n):\n    return f\'{a} and {d["b"]}\'\nd = {"b": rb"c"}'
    await journey.press("Control+s")
    await expect(journey.page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    assert journey.path.read_text(encoding="utf-8") == written


async def test_lines_are_joined_moved_copied_and_commented_by_their_keys(open_script: OpenJourney) -> None:
    journey = await open_script("total = sum(\n    [1, 2],\n)\nprint(total)\n")
    await journey.go_to(1)
    await journey.press("Shift+ArrowDown", "Shift+ArrowDown", "Shift+End", "Alt+j")
    await expect(journey.line(1)).to_have_text("total = sum([1, 2],)")
    await journey.press("Shift+Alt+ArrowDown", "Control+/")
    await expect(journey.line(2)).to_have_text("# total = sum([1, 2],)")
    await journey.press("Alt+ArrowDown")
    await expect(journey.line(2)).to_have_text("print(total)")
    await journey.run_all()
    await expect(journey.values.first).to_contain_text("3")
    await journey.press("Control+z", "Control+z", "Control+z", "Control+z")
    await expect(journey.line(1)).to_have_text("total = sum(")


async def test_what_is_around_is_selected_step_by_step_and_back(open_script: OpenJourney) -> None:
    journey = await open_script('print("a word", 1)\n')
    await journey.go_to(1)
    await journey.press(*["ArrowRight"] * 10)
    selected = "() => getSelection().toString()"
    for expected in ("word", "a word", '"a word"', '"a word", 1', '("a word", 1)', 'print("a word", 1)'):
        await journey.press("Shift+Alt+ArrowRight")
        assert await journey.page.evaluate(selected) == expected
    for expected in ('("a word", 1)', '"a word", 1'):
        await journey.press("Shift+Alt+ArrowLeft")
        assert await journey.page.evaluate(selected) == expected


async def test_the_palette_has_these_commands(open_script: OpenJourney) -> None:
    journey = await open_script("x = [\n    1\n]\n")
    await journey.go_to(1)
    await journey.press("Control+k")
    await journey.page.keyboard.type("join the lines")
    await journey.press("Enter")
    await expect(journey.line(1)).to_have_text("x = [1")


HOLD = """
window.held = false;
const hold = (event) => window.held && event.stopImmediatePropagation();
addEventListener("selectionchange", hold, true);
"""
"""Lets the page hear late of a selection, as happens on a busy machine: browsers tell it with the next frame."""


async def test_letters_typed_after_a_click_has_closed_a_dialog_are_in_the_text(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    page = journey.page
    # What is loaded late makes the editor look at the selection once more.
    await page.route(re.compile("/(drawing|language)-[^/]*js"), lambda _: None)
    await page.evaluate(HOLD)
    await journey.press("Control+,")
    await page.evaluate("held = true")  # the click puts the browser's selection into the button
    await journey.button("Close").click()
    await expect(page.locator(".cm-editor.cm-focused")).to_be_visible()
    await expect(page.locator("dialog")).to_have_count(0)
    await page.evaluate("held = false; document.dispatchEvent(new Event('selectionchange'))")
    await page.keyboard.type("typed = 2\n")
    await expect(journey.line(1)).to_have_text("typed = 2")
    await expect(journey.line(2)).to_have_text("x = 1")


async def test_what_is_written_after_a_click_on_an_output_is_in_the_text(open_script: OpenJourney) -> None:
    journey = await open_script("print('one\\ntwo')\n")
    page = journey.page
    await journey.run_all()
    await journey.go_to(2)
    await journey.outputs.first.click(position={"x": 5, "y": 5})
    await page.keyboard.type("typed = 2\n")
    await expect(journey.line(2)).to_have_text("typed = 2")
    await journey.press("Shift+ArrowUp", "Control+x")
    await journey.outputs.first.click(position={"x": 5, "y": 5})
    await page.evaluate("new Promise(requestAnimationFrame)")  # the editor has heard of the selection
    await journey.press("Control+v")
    await expect(journey.line(2)).to_have_text("typed = 2")
