"""What a person wants to see is in sight: where they step, and where a run ended or asks."""

from __future__ import annotations

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


async def test_whoever_scrolls_away_from_a_step_is_left_there(open_script: OpenJourney) -> None:
    journey = await open_script(
        "import time\n"
        + "x = 1\n" * 60
        + "for n in range(40):\n    print(n, flush=True)\n    time.sleep(0.02)\ny = 2\n",
        viewport={"width": 1280, "height": 700},
    )
    await journey.press("Control+Enter")
    await journey.go_to(62)
    await journey.press("Shift+Enter")
    await expect(journey.outputs.last).to_contain_text("5")
    await journey.page.mouse.move(700, 300)
    await journey.page.mouse.wheel(0, -3000)
    await journey.finish()
    assert await journey.page.locator(".cm-scroller").evaluate("element => element.scrollTop") < 100
