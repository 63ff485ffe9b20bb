"""What the language servers find wrong, and put right, in a page: the real ty and ruff."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAULTY = """\
import asyncio
import json
import sys

total = 1
total
await asyncio.sleep(0)
print(totl)
number: int = "one"
"""


async def test_problems_are_shown_listed_and_stepped_through(open_script: OpenJourney) -> None:
    journey = await open_script(FAULTY)
    page = journey.page
    count = page.locator(".status-problems")
    # What is right in rdit is none: `total` is shown, and `await` works.
    await expect(count).to_have_text("4 problems")
    await expect(page.locator(".rdit-problem-error")).to_have_text(["totl", '"one"'])
    await journey.run_all()
    # The run's mark and the problem's stand beside one line.
    await expect(journey.mark(1)).to_be_visible()
    await expect(page.locator(".cm-lineNumbers .rdit-problem-line")).to_have_text(["2", "3", "8", "9"])
    # The track shows them as well, beside what failed.
    await expect(page.locator(".rdit-track-warning")).to_have_count(2)
    await expect(page.locator(".rdit-track-problem")).to_have_count(2)
    await expect(page.locator(".rdit-track-error")).to_have_count(1)

    # The error of the last run first, then from problem to problem.
    cursor = page.locator(".status-cursor")
    await journey.go_to(1)
    for key, place in (
        ("F8", "Ln 8, Col 1"),
        ("F8", "Ln 8, Col 7"),
        ("F8", "Ln 9, Col 15"),
        ("F8", "Ln 2, Col 8"),
        ("Shift+F8", "Ln 9, Col 15"),
    ):
        await journey.press(key)
        await expect(cursor).to_have_text(place)
    words = page.locator(".rdit-problem-words")
    await expect(words).to_contain_text("is not assignable to int")
    await journey.press("ArrowUp")
    await expect(words).to_have_count(0)

    await page.locator(".rdit-problem", has_text="sys").hover()
    await expect(words).to_contain_text("imported but unused")
    link = words.get_by_role("link", name="ruff F401")
    await expect(link).to_have_attribute("href", "https://docs.astral.sh/ruff/rules/unused-import")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")

    await count.get_by_role("button").click()
    drawer = page.get_by_role("complementary", name="What there is to say of it")
    entries = drawer.locator(".finding")
    await expect(entries).to_have_count(4)
    await expect(entries.first).to_be_focused()
    await expect(page.locator(".cm-tooltip")).to_have_count(0)
    assert await findings(page) == []
    await journey.press("End", "Enter")
    await expect(cursor).to_have_text("Ln 9, Col 15")
    await expect(journey.editor).to_be_focused()
    # It follows what is typed, and goes with the last problem.
    await journey.press("Control+a", "Delete")
    await expect(drawer).to_have_count(0)
    await expect(count).to_have_count(0)
    await journey.press("Control+z")
    await expect(count).to_have_text("4 problems")
    await journey.press("Control+Shift+M")
    await expect(entries.first).to_be_focused()
    await journey.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(journey.editor).to_be_focused()


async def test_problems_are_fixed_one_by_one_and_all_at_once(open_script: OpenJourney) -> None:
    journey = await open_script("import sys\nimport os, json\nprint(json)\n")
    page = journey.page
    await expect(page.locator(".status-problems")).to_be_visible()
    await journey.press("F8", "Control+.")
    menu = page.get_by_role("menu", name="Quick fixes")
    first = menu.get_by_role("menuitem").first
    await expect(first).to_have_text(re.compile("Remove unused import: sys"))
    await expect(first).to_be_focused()
    await journey.press("Enter")
    await expect(journey.line(1)).to_have_text("import os, json")
    await expect(journey.editor).to_be_focused()
    await journey.press("Control+z")
    await expect(journey.line(1)).to_have_text("import sys")

    # By mouse, from the words of the problem.
    await page.locator(".rdit-problem", has_text="os").first.hover()
    await page.locator(".rdit-problem-words").get_by_role("button", name="Quick fix").first.click()
    await menu.get_by_role("menuitem", name="Remove unused import", exact=False).first.click()
    await expect(journey.line(2)).to_have_text("import json")

    for command, lines in (
        ("organise imports", ["import json", "import sys"]),
        ("fix all problems", ["import json", ""]),
    ):
        await journey.press("Control+k")
        await page.keyboard.type(command)
        await expect(page.get_by_role("option").first).to_have_text(re.compile(command, re.IGNORECASE))
        await journey.press("Enter")
        for number, text in enumerate(lines, 1):
            await expect(journey.line(number)).to_have_text(text)
    await expect(page.locator(".status-problems")).to_have_count(0)

    # The same by the mouse alone, and the order of the imports by its key.
    for _ in range(2):
        await journey.press("Control+z")
    await expect(journey.line(2)).to_have_text("import json")
    await journey.choose("Organise imports")
    await expect(journey.line(1)).to_have_text("import json")
    await journey.press("Control+z")
    await expect(journey.line(1)).to_have_text("import sys")
    await journey.press("Shift+Alt+O")
    await expect(journey.line(1)).to_have_text("import json")
    await journey.choose("Fix all problems")
    await expect(journey.line(2)).to_have_text("")


async def test_a_quick_fix_stops_nothing_that_runs(open_script: OpenJourney) -> None:
    journey = await open_script("import sys\nimport time\nwhile True:\n    time.sleep(0.01)\n")
    await expect(journey.page.locator(".status-problems")).to_be_visible()
    await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".rdit-mark-running")).not_to_have_count(0)
    await journey.press("F8", "Control+.")
    await expect(journey.page.get_by_role("menu", name="Quick fixes")).to_be_visible()
    await expect(journey.button("Stop")).to_be_enabled()
    await journey.press("Escape", "Shift+F9")
    await journey.finish()
    await expect(journey.page.locator(".status-run")).to_contain_text("Interrupted")


async def test_formatting_keeps_results_with_their_statements_and_can_be_undone(open_script: OpenJourney) -> None:
    script = "x=[ 1,\n   2]\nprint( 1 )\nprint(1)\nx\n"
    journey = await open_script(script)
    page = journey.page
    await journey.run_all()
    await expect(journey.values).to_have_text(["1", "1", "[1, 2]"])
    await journey.go_to(4)
    await journey.press("End", "Shift+Alt+F")
    await expect(journey.line(1)).to_have_text("x = [1, 2]")
    await expect(page.locator(".status-cursor")).to_have_text("Ln 3, Col 9")
    # It is the same script, so it need not run again.
    await expect(page.locator(".rdit-mark-stale")).to_have_count(0)
    await expect(page.locator(".badge-fresh")).to_be_visible()
    beside = page.locator(".cm-line:has(.rdit-inline)")
    await expect(beside).to_have_text([re.compile("^print.1.*1$"), re.compile("^print.1.*1$"), re.compile(r"^x.*\]$")])
    await journey.press("Control+z")
    await expect(journey.line(1)).to_have_text("x=[ 1,")
    await expect(page.locator(".rdit-mark-stale")).to_have_count(0)
    # A part of it alone.
    await journey.go_to(3)
    await journey.press("Shift+End", "Shift+Alt+F")
    await expect(journey.line(3)).to_have_text(re.compile(r"^print\(1\)"))
    await expect(journey.line(1)).to_have_text("x=[ 1,")
    await journey.press("Control+z")
    # By the mouse.
    await journey.line(5).click()
    await journey.choose("Format")
    await expect(journey.line(1)).to_have_text("x = [1, 2]")
    await journey.press("Control+z")

    await journey.press("Control+s")
    await expect(page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text(encoding="utf-8") == script
    await journey.press("Control+,")
    await page.get_by_label("Format the script before it is saved").check()
    await page.get_by_role("button", name="Close", exact=True).click()
    await journey.editor.focus()
    await journey.press("Control+End")
    await page.keyboard.type("y=2")
    await journey.press("Control+s")
    await expect(journey.line(5)).to_have_text("y = 2")
    await expect(page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text(encoding="utf-8") == "x = [1, 2]\nprint(1)\nprint(1)\nx\ny = 2\n"
