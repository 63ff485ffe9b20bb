"""The script's arguments in the page: written beside the title, used by the next fresh run, remembered."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from .conftest import Journey, OpenJourney, Visit, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

ARGPARSE = """import argparse
import sys

parser = argparse.ArgumentParser(prog='words')
parser.add_argument('path');
parser.add_argument('--top', type=int);
parser.parse_args();
print(sys.argv[1:])
"""


def field(journey: Journey) -> Locator:
    return journey.page.get_by_role("textbox", name="Arguments")


def afresh(journey: Journey) -> Locator:
    return journey.page.locator(".arguments").get_by_role("button", name="Run afresh")


async def test_arguments_are_typed_beside_the_title_and_used_by_the_next_fresh_run(open_script: OpenJourney) -> None:
    journey = await open_script("import sys\nprint(sys.argv[1:])\n")
    # In a process in which nothing has run they are used at once.
    await field(journey).fill("--top 5 'my data.txt'")
    await journey.press("Enter")
    await expect(journey.editor).to_be_focused()
    await journey.run_all()
    await expect(journey.values).to_have_text("['--top', '5', 'my data.txt']")
    await expect(afresh(journey)).to_have_count(0)
    # The button of the bar takes what stands in the field, and a fresh run has it: the process is another one.
    await field(journey).fill("other")
    await journey.button("Run all").click()
    await expect(journey.values).to_have_text("['other']")
    await journey.finish()
    await expect(afresh(journey)).to_have_count(0)
    await field(journey).fill("by key")
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text("['by', 'key']")


async def test_a_fresh_run_has_what_was_typed_when_it_was_asked_for(open_script: OpenJourney) -> None:
    journey = await open_script("import sys\nprint(sys.argv[1:])\n")
    await field(journey).fill("one")
    await journey.page.evaluate("""() => {
        const field = document.activeElement;
        const keys = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent("keydown", keys));
        field.value = "one two";
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }""")
    await expect(journey.values).to_have_text("['one']")
    await journey.finish()
    await expect(journey.values).to_have_text("['one']")
    await expect(field(journey)).to_have_value("one two")
    await expect(field(journey)).to_be_focused()
    assert (
        await journey.page.evaluate(
            "localStorage.getItem(Object.keys(localStorage).find(key => key.startsWith('rdit.arguments')))"
        )
    ) == "one"


async def test_a_run_that_lacks_an_argument_offers_the_field(open_script: OpenJourney) -> None:
    journey = await open_script(ARGPARSE)
    await journey.press("Control+Shift+Enter")
    offer = journey.notice("the following arguments are required: path")
    await offer.get_by_role("button", name="Set the arguments").click()
    await expect(field(journey)).to_be_focused()
    await expect(offer).to_have_count(0)
    await journey.page.keyboard.type("data.txt")
    await journey.press("Control+Enter")
    await expect(journey.values.last).to_have_text("['data.txt']")


async def test_a_line_that_is_not_finished_is_an_error_and_runs_nothing_afresh(open_script: OpenJourney) -> None:
    journey = await open_script("import sys\nprint(sys.argv[1:])\n", "--", "before", expected="422")
    await journey.run_all()
    await field(journey).fill("--name 'Ann")
    await journey.press("Control+Enter")
    problem = journey.page.get_by_role("alert")
    await expect(problem).to_contain_text("not closed")
    # Nor does it run with those of before.
    for run in [lambda: journey.button("Run all").click(), lambda: journey.button("Run").click()]:
        await run()
        await expect(field(journey)).to_be_focused()
    await journey.button("Run all").hover()
    await expect(journey.page.locator(".tip:visible")).to_have_count(0)
    await expect(problem).to_be_in_viewport(ratio=1)
    await journey.finish()
    await expect(journey.page.locator(".pill")).to_have_text(re.compile("^2 statements"))
    await expect(field(journey)).to_have_value("--name 'Ann")
    await expect(field(journey)).to_be_focused()
    await expect(journey.values).to_have_text("['before']")
    await journey.page.keyboard.type("'")
    await expect(problem).to_have_count(0)
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text("['--name', 'Ann']")


async def test_every_tab_has_the_arguments_and_a_later_server_gets_them_again(
    open_script: OpenJourney, visit: Visit
) -> None:
    journey = await open_script("import sys\nprint(sys.argv[1:])\n", "--", "--of 'the command'")
    await expect(field(journey)).to_have_value("""'--of '"'"'the command'"'"''""")
    other = await visit(f"{journey.server.address}/?token={journey.server.token}")
    await field(journey).fill("kept")
    await journey.press("Enter")
    await expect(other.get_by_role("textbox", name="Arguments")).to_have_value("kept")
    await journey.page.reload()
    await expect(field(journey)).to_have_value("kept")
    # Another session of the same script, to which nobody has given any: as after the server was started anew.
    again = await open_script("import sys\nprint(sys.argv[1:])\n")
    key = f"rdit.arguments {again.path}"
    await again.page.evaluate("([key]) => localStorage.setItem(key, 'remembered')", [key])
    await again.page.reload()
    await expect(field(again)).to_have_value("remembered")
    await again.editor.focus()
    await again.run_all()
    await expect(again.values).to_have_text("['remembered']")


async def test_a_script_that_reads_no_arguments_has_no_field_until_one_asks(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await expect(field(journey)).to_have_count(0)
    await journey.press("Control+k")
    await journey.page.keyboard.type("argv")
    await journey.press("Enter")
    await expect(field(journey)).to_be_focused()
    await journey.press("Escape")
    await expect(journey.editor).to_be_focused()


@pytest.mark.parametrize("width", [420, 1280, 2560])
async def test_the_field_is_in_the_bar_whole_at_every_width(open_script: OpenJourney, width: int) -> None:
    journey = await open_script(ARGPARSE, viewport={"width": width, "height": 700})
    await journey.run_all() if width > 700 else await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".pill-exited")).to_be_visible()
    await field(journey).fill("data.txt")
    await journey.press("Enter")
    await expect(afresh(journey)).to_be_in_viewport(ratio=1)
    title = journey.page.locator(".title-name")
    assert await title.evaluate("(name) => name.scrollWidth <= name.clientWidth"), "the script's name is cut"
    await journey.editor.focus()
    await journey.press("Control+End", "Enter")  # where there is little room, Save is there when there is something
    for name in ("Run", "Stop", "Save", "More"):
        await expect(journey.button(name)).to_be_in_viewport(ratio=1)
    shape = await field(journey).bounding_box()
    assert shape
    assert shape["width"] >= 200
    bar = await journey.page.locator(".toolbar").bounding_box()
    text = await journey.page.locator(".cm-editor").bounding_box()
    assert bar
    assert text
    assert shape["y"] + shape["height"] <= bar["y"] + bar["height"] <= text["y"] + 1
    assert await journey.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [one for one in await findings(journey.page) if re.search("argument", one)] == []
