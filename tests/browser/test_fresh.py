"""The page is one run of its text: running, following, the badge and what it asks, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.running import Rdit

from .conftest import Journey, OpenJourney, Visit, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIGHT = {"width": 1280, "height": 700}

WATCH = """
window.__tops = new Map();
window.__seen = 0;
window.__blank = new Set();
const look = () => {
  window.__seen += 1;
  for (const line of document.querySelectorAll(".cm-line")) {
    const text = line.textContent;
    const isShown = /^(above\\d+ \\* 2|below\\d+ \\/\\/ 10)/.test(text);
    if (isShown && !line.querySelector(".rdit-inline")) window.__blank.add(text);
    if (!text.startsWith("above")) continue;
    const { top } = line.getBoundingClientRect();
    const tops = window.__tops.get(text) ?? new Set();
    window.__tops.set(text, tops.add(Math.round(top)));
  }
  requestAnimationFrame(look);
};
look();
"""

MOVED = "[...window.__tops].filter(([text, tops]) => tops.size > 1).map(([text, tops]) => [text, [...tops]])"


def badge(journey: Journey) -> Locator:
    """The badge, sign apart."""
    return journey.page.locator(".badge-text")


async def test_a_statement_runs_in_the_state_of_a_fresh_run(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\nb = a + 1\nb * 10\nb * 100\n")
    await expect(badge(journey)).to_have_text("Not run")
    await journey.run_all()
    await expect(badge(journey)).to_contain_text("Fresh: one run of this text, ")
    await journey.go_to(1)
    await journey.press("End", "Backspace", "4")
    await expect(badge(journey)).to_have_text("4 statements behind")
    await journey.go_to(3)
    await journey.press("Control+Enter")
    await expect(journey.values.nth(0)).to_have_text("50")
    await expect(badge(journey)).to_have_text("1 statement behind")
    await journey.page.get_by_role("button", name="Catch up", exact=True).click()
    await expect(journey.values).to_have_text(["50", "500"])
    await expect(badge(journey)).to_contain_text("Fresh: one run of this text, ")


async def test_stepping_runs_each_statement_once(open_script: OpenJourney) -> None:
    text = "n = [0]\nn[0] += 1; print('first', n[0])\nn[0] += 1; print('second', n[0])\n"
    journey = await open_script(text)
    await journey.press("Shift+Enter", "Shift+Enter", "Shift+Enter")
    await expect(journey.values).to_have_text(["first 1", "second 2"])
    await journey.go_to(2)
    await journey.press("Control+Enter")
    await expect(badge(journey)).to_have_text("1 statement behind")
    await expect(journey.values.nth(0)).to_have_text("first 1")


def analysis() -> str:
    """300 lines: what is above, a number that is edited, and what is made of it."""
    above = [f"above{n} = {n}" if n % 2 else f"above{n - 1} * 2" for n in range(1, 150)]
    below = [line for n in range(75) for line in (f"below{n} = value + {n}", f"below{n} // 10")]
    return "\n".join([*above, "value = 100", *below]) + "\n"


async def test_what_stands_above_an_edit_stays_while_the_page_follows(open_script: OpenJourney) -> None:
    journey = await open_script(analysis(), viewport=SIGHT)
    page = journey.page
    await journey.press("Control+Home")
    await journey.press("F9")
    await expect(journey.button("Follow")).to_have_attribute("aria-pressed", "true")
    await expect(badge(journey)).to_contain_text("Fresh: one run of this text, ")
    await journey.go_to(170)
    await journey.press(*["ArrowUp"] * 20, "End")
    same = page.locator(".cm-line", has_text="below0 // 10").locator(".rdit-inline")
    await same.evaluate("(value) => { value.__kept = true }")
    await page.evaluate(WATCH)
    for digit in range(1, 11):
        await journey.press("Backspace", str(digit % 10))
        number = 100 + digit % 10
        below = page.locator(".cm-line", has_text="below9 // 10").locator(".rdit-inline")
        await expect(below).to_have_text(str((number + 9) // 10))
        await expect(badge(journey)).to_contain_text("Fresh: one run of this text, ")
    assert await page.evaluate("window.__seen") > 10
    assert await page.evaluate(MOVED) == []
    assert await page.evaluate("[...window.__blank]") == [], "a value was gone for a frame"
    assert await same.evaluate("(value) => value.__kept === true"), "an equal result was drawn anew"


async def test_an_output_that_comes_out_the_same_keeps_its_elements(open_script: OpenJourney) -> None:
    text = "value = 1\nprint('a', 'b', 'c', sep='\\n')\n{'text': ['a' * 40] * 4}\nvalue\n"
    journey = await open_script(text)
    await journey.run_all()
    items: Any = journey.page.locator(".rdit-output .rdit-item")
    await items.evaluate_all("(items) => items.forEach((item) => { item.__kept = true })")
    count = await items.count()
    await journey.go_to(1)
    await journey.press("End", "Backspace", "7")
    await journey.run_all()
    await expect(journey.values).to_have_text(["7"])
    assert await items.evaluate_all("(items) => items.filter((item) => item.__kept).length") == count > 0


async def test_a_text_that_cannot_run_changes_nothing_while_the_page_follows(open_script: OpenJourney) -> None:
    journey = await open_script("value = 1\nvalue + 1\n")
    await journey.press("F9")
    await expect(journey.values).to_have_text(["2"])
    await journey.go_to(1)
    async with journey.page.expect_response("**/api/check-script"):
        await journey.press("End", "+")
    await expect(badge(journey)).to_have_text("2 statements behind")
    await expect(journey.values).to_have_text(["2"])
    await journey.press("5")
    await expect(journey.values).to_have_text(["7"])


async def test_following_sees_files_that_other_programs_write(open_script: OpenJourney) -> None:
    text = "from pathlib import Path\ntext = Path('data.txt').read_text()\ntext.strip()\n"
    journey = await open_script("pass\n")
    data = journey.path.with_name("data.txt")
    data.write_text("first\n", encoding="utf-8")
    await journey.press("F9")
    await expect(journey.button("Follow")).to_have_attribute("aria-pressed", "true")
    journey.path.write_text(text, encoding="utf-8")
    await expect(journey.values).to_have_text(["'first'"])
    data.write_text("second\n", encoding="utf-8")
    await expect(journey.values).to_have_text(["'second'"])
    await journey.page.reload()
    await expect(journey.button("Follow")).to_have_attribute("aria-pressed", "true")


async def test_it_asks_before_it_does_again_what_it_did_outside(open_script: OpenJourney) -> None:
    journey = await open_script("value = 1\nimport subprocess\nsubprocess.run(['true'], check=True);\nvalue\n")
    await journey.run_all()
    await journey.go_to(1)
    await journey.press("End", "Backspace", "2", "Control+Shift+Enter")
    await expect(badge(journey)).to_have_text("1 started program to catch up")
    await expect(journey.values).to_have_text(["1"])
    await journey.press("Control+Shift+Enter")
    await expect(journey.values).to_have_text(["2"])
    await journey.press("Backspace", "3", "Control+Shift+Enter")
    await expect(journey.values).to_have_text(["3"])


async def test_in_console_mode_names_stay_and_one_key_goes_back(open_script: OpenJourney) -> None:
    journey = await open_script("n = 1\nn\nn = 5\n")
    await journey.run_all()
    await journey.press("Control+Alt+Enter")
    await expect(badge(journey)).to_have_text("Console mode")
    await journey.go_to(2)
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text(["5"])
    await journey.press("Control+Alt+Enter")
    await expect(badge(journey)).to_have_text("Mixed runs")
    await journey.page.get_by_role("button", name="Run afresh", exact=True).click()
    await expect(journey.values).to_have_text(["1"])
    await expect(badge(journey)).to_contain_text("Fresh: one run of this text, ")


async def test_where_the_system_forbids_copies_all_works_from_the_top(
    serve: Callable[..., Rdit], visit: Visit, workspace: Path
) -> None:
    (workspace / "without").mkdir()
    (workspace / "without" / "ctypes.py").write_text("raise ImportError('this Python was built without it')")
    path = workspace / "script.py"
    path.write_text("a = 1\nb = a + 1\nb * 10\nb = b * 100\nb\n")
    server = serve(path.name, folder=workspace, PYTHONPATH=str(workspace / "without"))
    page = await visit(f"{server.address}/?token={server.token}")
    journey = Journey(page, server, path)
    await expect(journey.editor).to_be_focused()
    await journey.run_all()
    await expect(journey.values).to_have_text(["20", "200"])
    await journey.go_to(1)
    await journey.press("End", "Backspace", "4")
    await expect(badge(journey)).to_have_text("5 statements behind")
    await journey.go_to(3)
    await journey.press("Control+Enter")
    await expect(journey.values.nth(0)).to_have_text("50")
    await expect(badge(journey)).to_have_text("2 statements behind")
    await journey.button("Follow").click()
    await expect(journey.values).to_have_text(["50", "500"])
    await journey.go_to(1)
    await journey.press("End", "Backspace", "6")
    await expect(journey.values).to_have_text(["70", "700"])
    await expect(badge(journey)).to_contain_text("Fresh: one run of this text, ")
    await page.locator(".badge-state").click()
    await expect(page.get_by_text("this system makes no copies of a process")).to_be_visible()
    await journey.press("Escape")
    await journey.go_to(3)
    await journey.press("Alt+Enter")
    await page.keyboard.type("b")
    await journey.press("Enter")
    await expect(page.get_by_text("This system makes no copies of a process")).to_be_visible()


async def test_verifying_shows_what_a_fresh_process_shows(open_script: OpenJourney) -> None:
    journey = await open_script("import random\nrandom.random()\n1 + 1\n")
    await journey.run_all()
    await journey.page.locator(".badge-state").click()
    await journey.page.get_by_role("button", name="Verify in a fresh process").click()
    await expect(badge(journey)).to_have_text("1 output differs in a fresh process")
    await expect(journey.page.locator(".rdit-difference")).to_have_count(1)
    await journey.page.get_by_role("button", name="Hide", exact=True).click()
    await journey.go_to(2)
    await journey.press("Shift+End", "2", "Control+Shift+Enter")
    await expect(badge(journey)).to_contain_text("Fresh")
    await journey.page.locator(".badge-state").click()
    await journey.page.get_by_role("button", name="Verify in a fresh process").click()
    await expect(badge(journey)).to_contain_text("Verified: one run of this text, ")


async def test_answers_are_given_again_and_can_be_edited(open_script: OpenJourney) -> None:
    journey = await open_script("name = input('Name? ')\nname.upper()\n")
    await journey.press("Control+Shift+Enter")
    field = journey.page.locator(".rdit-input input")
    await field.fill("ann")
    await field.press("Enter")
    await expect(journey.values.last).to_have_text("'ANN'")
    await journey.press("Control+F9")
    await expect(badge(journey)).to_contain_text("From an earlier process, ")
    await journey.press("Control+Shift+Enter")
    given = journey.page.locator(".rdit-given")
    await expect(given).to_contain_text("Answered as before: ann")
    await given.get_by_role("button").click()
    await field.fill("bob")
    await field.press("Enter")
    await expect(badge(journey)).to_have_text("1 statement behind")
    await journey.press("Control+Shift+Enter")
    await expect(journey.values.last).to_have_text("'BOB'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
async def test_the_badge_is_for_everybody(open_script: OpenJourney, scheme: str, width: int) -> None:
    journey = await open_script(
        "import time\ntime.time()\n1 / 0\n", viewport={"width": width, "height": 700}, color_scheme=scheme
    )
    await journey.run_all()
    state = journey.page.locator(".badge-state")
    name = journey.page.locator(".title-name")
    assert await name.evaluate("(name) => name.scrollWidth <= name.clientWidth"), "the script's name is cut"
    badge_box, run_box = await state.bounding_box(), await journey.button("Run").bounding_box()
    assert badge_box is not None
    assert run_box is not None
    assert badge_box["x"] + badge_box["width"] < run_box["x"]
    await state.click()
    more = journey.page.get_by_role("dialog")
    await expect(more).to_contain_text("The run ends in line 3")
    await expect(more).to_contain_text("Not tracked: the clock")
    assert await findings(journey.page) == []
    bounds = await more.bounding_box()
    assert bounds is not None
    assert bounds["x"] >= 0
    assert bounds["x"] + bounds["width"] <= width
    await journey.press("Escape")
    await expect(more).to_have_count(0)
    await expect(journey.editor).to_be_focused()
