"""Console here: code in the state as it was after a statement, in a real Chromium."""

from __future__ import annotations

import sys

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney, findings

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone"),
]

SCRIPT = "import time\nnames = ['one']\ntime.sleep(0.1)\nnames.append('two')\nlen(names)\n"


async def test_an_earlier_state_answers_and_the_run_stays_as_it_is(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    page = journey.page
    await journey.go_to(4)  # a copy is kept before the statement with the cursor
    await journey.press("Control+Shift+Enter")
    await expect(journey.values).to_have_text(["2"])
    await journey.go_to(3)
    await journey.press("Alt+Enter")
    console = page.get_by_role("group", name="Console: As it was after line 3")
    await expect(console.get_by_role("textbox", name="Code to evaluate there")).to_be_focused()
    await page.keyboard.type("names")
    await page.keyboard.press("Enter")
    log = console.get_by_role("log")
    await expect(log).to_contain_text("['one']")
    await page.keyboard.type("names.append(3); names")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("1 / 0")
    await page.keyboard.press("Enter")
    await expect(log).to_contain_text("['one', 3]")
    await expect(log).to_contain_text("ZeroDivisionError")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(console.get_by_role("textbox")).to_have_text("names")
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await expect(console).to_have_count(0)
    await expect(journey.values).to_have_text(["2"])
    await expect(page.locator(".badge-text")).to_contain_text("Fresh: one run of this text, ")
    await expect(page.get_by_role("textbox", name="Script")).to_be_focused()


async def test_after_the_last_statement_it_is_the_newest_state(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    page = journey.page
    await journey.run_all()
    await journey.go_to(5)
    mark = page.locator(".rdit-mark-first").last
    await mark.click(button="right")
    await page.get_by_role("menuitem", name="Console here").click()
    await page.keyboard.type("names")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="What the code showed")).to_contain_text("['one', 'two']")


@pytest.mark.parametrize("way", ["button", "key in the console", "key in the text"])
async def test_stop_ends_what_is_evaluated_there(open_script: OpenJourney, way: str) -> None:
    journey = await open_script(SCRIPT)
    page = journey.page
    await journey.run_all()
    stop = page.get_by_role("button", name="Stop", exact=True)
    await expect(stop).to_be_disabled()
    await journey.go_to(5)
    await journey.press("Alt+Enter")
    await page.keyboard.type("while True: pass")
    await page.keyboard.press("Enter")
    await expect(stop).to_be_enabled()
    if way == "button":
        await stop.click()
    elif way == "key in the console":
        await page.keyboard.press("Shift+F9")
    else:
        await page.get_by_role("textbox", name="Script").focus()
        await page.keyboard.press("Shift+F9")
    await expect(page.get_by_role("log", name="What the code showed")).to_contain_text("It was interrupted.")
    await expect(stop).to_be_disabled()
    await expect(journey.values).to_have_text(["2"])


async def test_a_table_of_an_earlier_state_says_why_it_has_no_more_rows(open_script: OpenJourney) -> None:
    journey = await open_script("import pandas as pd\ndf = pd.DataFrame({'a': range(100_000)})\n")
    page = journey.page
    await journey.run_all()
    await journey.go_to(2)
    await journey.press("Alt+Enter")
    await page.keyboard.type("df")
    await page.keyboard.press("Enter")
    log = page.get_by_role("log", name="What the code showed")
    await log.get_by_role("grid").click()
    await page.keyboard.press("Control+End")
    await expect(log).to_contain_text("Its process has ended with the evaluation.")


async def test_without_a_run_there_is_no_state(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    page = journey.page
    await journey.go_to(2)
    await journey.press("Alt+Enter")
    await page.keyboard.type("1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="What the code showed")).to_contain_text("run it first")
