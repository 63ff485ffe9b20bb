"""What a person wants to see is in sight: where they step, and where a run ended or asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from .conftest import Journey, OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

TALKATIVE = "".join(f"x{n} = {n}\nprint(f'value{{x{n}}}a', 'b', 'c', 'd', sep='\\n')\n" for n in range(40))
"""Eighty lines, which with their output fill several screens."""


async def in_sight(journey: Journey, what: Locator) -> bool:
    """Whether all of *what* is within the visible part of the text."""
    inner, outer = await what.bounding_box(), await journey.page.locator(".cm-scroller").bounding_box()
    if inner is None or outer is None:
        return False
    return outer["y"] <= inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1


@pytest.mark.parametrize("width", [420, 1280])
async def test_whoever_steps_sees_what_the_step_made_and_what_comes_next(open_script: OpenJourney, width: int) -> None:
    journey = await open_script(TALKATIVE, viewport={"width": width, "height": 700})
    for step in range(1, 15):
        await journey.press("Shift+Enter")
        await expect(journey.page.locator(".rdit-mark-done.rdit-mark-first")).not_to_have_count(0)
        await journey.finish()
        assert await in_sight(journey, journey.page.locator(".cm-activeLine")), step
        if step % 2 == 0:
            await expect(journey.outputs.last).to_contain_text(f"value{step // 2 - 1}a")
            assert await in_sight(journey, journey.outputs.last), step


async def test_steps_that_wait_for_each_other_end_where_they_led(open_script: OpenJourney) -> None:
    journey = await open_script(TALKATIVE, viewport={"width": 1280, "height": 700})
    await journey.press(*["Shift+Enter"] * 30)
    await expect(journey.page.locator(".rdit-mark-done.rdit-mark-first").first).to_be_visible()
    await journey.finish()
    await expect(journey.page.locator(".cm-activeLine")).to_contain_text("x15 = 15")
    assert await in_sight(journey, journey.page.locator(".cm-activeLine"))
    assert await in_sight(journey, journey.outputs.last)


async def test_whoever_scrolls_away_from_a_step_is_left_there(open_script: OpenJourney, workspace: Path) -> None:
    journey = await open_script(
        "import os\n"
        + "x = 1\n" * 60
        + "for n in range(40):\n    print(n, flush=True)\n    while n == 5 and not os.path.exists('scrolled'): pass\n"
        + "y = 2\n",
        viewport={"width": 1280, "height": 700},
    )
    top = "document.querySelector('.cm-scroller').scrollTop"
    await journey.press("Control+Enter")
    await journey.go_to(62)
    await journey.press("Shift+Enter")
    await expect(journey.outputs.last).to_contain_text("5")
    assert await journey.page.evaluate(top) > 100
    await journey.page.mouse.move(700, 300)
    await journey.page.mouse.wheel(0, -3000)
    await journey.page.wait_for_function(f"() => {top} < 100")  # the browser scrolls in its own time
    (workspace / "scrolled").touch()
    await journey.finish()
    assert await journey.page.evaluate(top) < 100


def pill(journey: Journey) -> Locator:
    """What the status line says of the run."""
    return journey.page.locator(".status-run .pill")


ENDS = [
    ("d = {}\nd['zz']\n", "Error, line 82: KeyError 'zz'", "Error, line 82", "failed"),
    ("import sys\nsys.exit(2)\n", "Exit 2, line 82", "Exit 2, line 82", "exited"),
]


@pytest.mark.parametrize(("end", "words", "title", "mark"), ENDS, ids=["error", "exit"])
async def test_a_run_that_does_not_end_well_says_so_wherever_one_is(
    open_script: OpenJourney, end: str, words: str, title: str, mark: str
) -> None:
    journey = await open_script(TALKATIVE + end + "print('never')\n", viewport={"width": 1280, "height": 700})
    await journey.press("Control+Shift+Enter")
    await expect(pill(journey)).to_have_text(words)
    await expect(journey.page).to_have_title(f"{title} – script.py – rdit")
    await expect(journey.page.locator("[aria-live]", has_text=f"Run over: {words}")).to_be_attached()
    # The page went there by itself, and left the cursor where it was.
    ending = journey.page.locator(f".rdit-mark-{mark}.rdit-mark-first")
    await expect(ending).to_have_count(1)
    assert await in_sight(journey, ending)
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 1, Col 1")
    # It does so once: who reads elsewhere comes back by a key or a click, also after a reload.
    await journey.press("Control+Home")
    await expect(ending).to_have_count(0)
    await journey.page.reload()
    await expect(pill(journey)).to_have_text(words)
    await expect(journey.page).to_have_title(f"{title} – script.py – rdit")
    await journey.press("F8")
    await expect(journey.page.locator(".status-cursor")).to_have_text(re.compile("^Ln 82, "))
    assert await in_sight(journey, ending)
    await journey.press("Control+Home")
    await pill(journey).click()
    await expect(journey.page.locator(".status-cursor")).to_have_text(re.compile("^Ln 82, "))


async def test_a_question_out_of_sight_comes_into_sight_and_can_be_answered(open_script: OpenJourney) -> None:
    journey = await open_script(TALKATIVE + "guess = input('Your guess? ')\n", viewport={"width": 1280, "height": 700})
    await journey.press("Control+Shift+Enter")
    await expect(pill(journey)).to_have_text("Line 81 asks: Your guess?")
    await expect(journey.page).to_have_title("Line 81 asks – script.py – rdit")
    field = journey.page.get_by_role("textbox", name="Your guess?")
    await expect(field).to_be_focused()
    assert await in_sight(journey, field)
    await journey.editor.focus()
    await journey.press("Control+Home")
    await expect(field).to_have_count(0)
    # At once: the next key is the answer's first, however fast one types.
    has_focus = """(editor) => {
        editor.dispatchEvent(new KeyboardEvent("keydown", { key: "F8", bubbles: true, cancelable: true }));
        return document.activeElement.closest(".rdit-input") !== null;
    }"""
    assert await journey.editor.evaluate(has_focus)
    await journey.page.keyboard.type("7")
    await journey.press("Enter")
    await journey.finish()
    await expect(pill(journey)).to_have_text(re.compile("^81 statements, "))
    await expect(journey.page).to_have_title("script.py – rdit")


async def test_whoever_has_scrolled_is_left_there_when_a_run_fails(open_script: OpenJourney, workspace: Path) -> None:
    wait = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.01)\n"
    journey = await open_script(wait + TALKATIVE + "1 / 0\n", viewport={"width": 1280, "height": 700})
    await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await journey.press("PageDown")
    before = await journey.page.locator(".status-cursor").text_content()
    (workspace / "go").touch()
    await expect(pill(journey)).to_have_text("Error, line 84: ZeroDivisionError division by zero")
    await expect(journey.page.locator(".rdit-mark-failed.rdit-mark-first")).to_have_count(0)
    await expect(journey.page.locator(".status-cursor")).to_have_text(before or "")


async def test_an_interrupt_that_one_asked_for_is_no_error(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\nwhile True:\n    pass\n")
    await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".rdit-mark-running.rdit-mark-first")).to_be_visible()
    await journey.press("Shift+F9")
    await expect(pill(journey)).to_have_text(re.compile("^Interrupted, line [23]$"))
    for _ in range(2):
        await expect(journey.page.locator(".rdit-mark-interrupted.rdit-mark-first")).to_have_count(1)
        await expect(journey.page.locator(".rdit-mark-failed, .rdit-error-line")).to_have_count(0)
        await expect(journey.outputs).to_have_class(re.compile("rdit-interrupted"))
        await journey.page.reload()


async def test_a_kernel_that_died_does_not_look_ready_as_ever(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    await journey.press("Control+Shift+Enter")
    await expect(pill(journey)).to_have_text("Kernel died, line 3")
    await expect(journey.kernel).to_have_text("Started anew")
    dot, ok = await journey.page.evaluate(
        "() => { const colour = (style) => style.backgroundColor;"
        " const probe = document.createElement('i'); probe.style.background = 'var(--ok)'; document.body.append(probe);"
        " const both = [document.querySelector('.status-dot'), probe].map((one) => colour(getComputedStyle(one)));"
        " probe.remove(); return both; }"
    )
    assert dot != ok
    await journey.press("Control+Enter")
    await expect(journey.kernel).to_have_text("Ready")


async def test_all_that_can_be_answered_is_in_sight_on_a_narrow_screen(open_script: OpenJourney) -> None:
    asks = "x = 1\n" * 20 + "for n in range(12):\n    input(f'Go on to {n}? ')\n" + "y = 2\n" * 30
    journey = await open_script(asks, viewport={"width": 420, "height": 700})
    await journey.press("Control+Shift+Enter")
    for n in range(12):
        await expect(journey.page.get_by_label(f"Go on to {n}?")).to_be_focused()
        await expect(journey.button("No more input")).to_be_in_viewport(ratio=1)
        assert await in_sight(journey, journey.button("No more input")), n
        await journey.press("y", "Enter")


async def test_what_is_wrapped_on_a_narrow_screen_goes_on_further_in(open_script: OpenJourney) -> None:
    journey = await open_script("words = ['" + "word " * 20 + "']\n", viewport={"width": 420, "height": 700})
    rows: list[float] = await journey.line(1).evaluate(
        "line => { const range = document.createRange(); range.selectNodeContents(line); const rows = new Map();"
        " for (const { top, left } of range.getClientRects()) rows.set(top, Math.min(left, rows.get(top) ?? left));"
        " return [...rows.values()]; }"
    )
    assert len(rows) > 1
    assert all(left > rows[0] + 20 for left in rows[1:])
