"""Where one is in a long script: the outline in the drawer, and the track beside the scroll bar."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = (
    '"""# Sales"""\n'
    + "x = 1\n" * 40
    + "# %% Cleaning\n"
    + "def tidy(frame):\n    return frame\n"
    + "y = 2\n" * 60
    + "1 / 0\n"
)


async def test_the_outline_goes_to_headings_functions_and_errors(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.press("Control+Shift+b")
    drawer = journey.page.get_by_role("complementary", name="Where you are")
    await expect(drawer.get_by_role("tab", name="Outline")).to_have_attribute("aria-selected", "true")
    entries = drawer.locator(".outline-entry")
    await expect(entries.locator(".outline-title")).to_have_text(["Sales", "Cleaning", "tidy"])
    await journey.editor.focus()
    await journey.press("Control+Shift+Enter")
    await expect(entries.locator(".outline-title").last).to_have_text("ZeroDivisionError: division by zero")
    await entries.filter(has_text="Cleaning").click()
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 42, Col 1")
    await expect(journey.editor).to_be_focused()
    await expect(journey.page.locator(".cm-line", has_text="# %% Cleaning")).to_be_in_viewport()
    await expect(entries.filter(has_text="Cleaning")).to_have_attribute("aria-current", "location")
    # It follows what is typed.
    await journey.page.keyboard.type("# %% First\n")
    await expect(entries.locator(".outline-title").nth(1)).to_have_text("First")
    await entries.first.focus()
    await journey.press("ArrowDown", "ArrowDown", "ArrowDown", "Enter")
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 44, Col 5")
    await entries.first.focus()
    await journey.press("Escape")
    await expect(drawer).to_have_count(0)
    await expect(journey.editor).to_be_focused()


async def test_files_and_outline_share_the_drawer(open_script: OpenJourney) -> None:
    journey = await open_script("def f(): ...\n")
    await journey.press("Control+b")
    drawer = journey.page.get_by_role("complementary", name="Where you are")
    await expect(drawer.get_by_role("treeitem", name="script.py")).to_be_visible()
    await drawer.get_by_role("tab", name="Files").focus()
    await journey.press("ArrowRight")
    await expect(drawer.get_by_role("tab", name="Outline")).to_be_focused()
    await expect(drawer.locator(".outline-title")).to_have_text(["f"])
    assert await findings(journey.page) == []
    await journey.page.reload()
    await expect(drawer.locator(".outline-title")).to_have_text(["f"])
    await journey.press("Control+b")
    await expect(drawer.get_by_role("tree")).to_be_visible()
    await journey.press("Control+b")
    await expect(drawer).to_have_count(0)


async def test_the_track_shows_the_whole_script_and_goes_there(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.press("Control+Shift+Enter")
    track = journey.page.locator(".rdit-track")
    error = track.locator(".rdit-track-error")
    await expect(error).to_have_count(1)
    await expect(error).to_have_attribute("title", "ZeroDivisionError: division by zero, line 105")
    await expect(track.locator(".rdit-track-heading")).to_have_count(2)
    await journey.press("Control+Home")
    await expect(journey.page.locator(".rdit-error-line")).not_to_be_in_viewport()
    await error.click()
    await expect(journey.page.locator(".rdit-error-line")).to_be_in_viewport()
    await expect(journey.page.locator(".status-cursor")).to_contain_text("Ln 105")
    # What stands above an edited line is true, what stands below is not.
    await journey.go_to(30)
    await journey.page.keyboard.type("z = 1 #")
    await expect(track.locator(".rdit-track-older")).to_have_count(74)
    await journey.go_to(1)
    await expect(track.locator(".rdit-track-running")).to_have_count(0)
