"""What shows results comes after the page: nothing that is pressed before it has come is lost."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route, expect

from .conftest import Journey, OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAWING = "**/assets/drawing-*.js"


class HeldBack:
    """A part of the page that the browser has asked for and does not get until it is let go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def answer(self, route: Route) -> None:
        """Wait, then let the server answer."""
        self.asked.set()
        await self.free.wait()
        await route.continue_()


async def hold_back(journey: Journey, part: str = DRAWING) -> HeldBack:
    held = HeldBack()
    await journey.page.route(part, held.answer)
    return held


async def test_a_page_that_nobody_has_used_does_without_it(open_script: OpenJourney) -> None:
    journey = await open_script("1 + 1\n")
    held = await hold_back(journey)
    await expect(journey.kernel).to_have_text("Ready")
    assert not held.asked.is_set()
    await journey.press("Shift")
    await held.asked.wait()
    held.free.set()


async def test_a_run_that_begins_before_shows_its_results(open_script: OpenJourney) -> None:
    journey = await open_script("1 + 1\nfor n in range(2): print(n)\n1 / 0\n")
    held = await hold_back(journey)
    await journey.press("Control+Shift+Enter")
    await held.asked.wait()
    await expect(journey.outputs).to_have_count(0)
    held.free.set()
    await expect(journey.values).to_have_text(["2"])
    await expect(journey.outputs).to_have_count(2)
    await expect(journey.outputs.last).to_contain_text("ZeroDivisionError")
    await expect(journey.outputs.last).to_be_in_viewport()


async def test_what_is_typed_while_the_console_comes_is_meant_for_it(open_script: OpenJourney) -> None:
    text = "a = 1\n"
    journey = await open_script(text)
    held = await hold_back(journey)
    await journey.press("Alt+Enter")
    await held.asked.wait()
    await journey.page.keyboard.type("a + 12")
    await journey.press("Backspace")
    held.free.set()
    console = journey.page.get_by_role("textbox", name="Code to evaluate there")
    await expect(console).to_have_text("a + 1")
    await expect(console).to_be_focused()
    assert (await journey.editor.inner_text()).startswith("a = 1")


async def test_what_is_typed_while_that_comes_which_finds_is_in_the_text(open_script: OpenJourney) -> None:
    journey = await open_script("name = 1\n")
    held = await hold_back(journey, "**/assets/find-panel-*.js")
    await journey.press("Control+d")  # selects the name
    await held.asked.wait()
    await journey.page.keyboard.type("other")
    await journey.press("End", "Enter")
    await journey.page.keyboard.type("two")
    held.free.set()
    await expect(journey.line(1)).to_have_text("other = 1")
    await expect(journey.line(2)).to_have_text("two")


async def test_where_it_cannot_be_loaded_the_page_says_so_until_it_is_reloaded(open_script: OpenJourney) -> None:
    journey = await open_script("1 + 1\n", expected="Failed to load resource")

    async def refuse(route: Route) -> None:
        await route.abort()

    await journey.page.route(DRAWING, refuse)
    await journey.press("Control+Shift+Enter")
    await expect(journey.notice("What shows results could not be loaded")).to_be_visible()
    await journey.finish()
    await journey.page.unroute(DRAWING, refuse)
    await journey.page.reload()  # browsers keep that a module could not be loaded
    await expect(journey.values).to_have_text(["2"])
