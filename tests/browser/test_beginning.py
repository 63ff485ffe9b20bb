"""An empty script says how one begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from .conftest import Journey, OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")


def beginning(journey: Journey) -> Locator:
    """Return what the script that is in sight says as long as it is empty."""
    return journey.page.locator(".document:not([hidden])").get_by_role("region", name="How to begin")


async def test_an_empty_script_says_how_to_begin_until_something_is_typed(open_script: OpenJourney) -> None:
    journey = await open_script("")
    await expect(beginning(journey)).to_contain_text("Ctrl+Enterruns the statement at the cursor")
    assert await findings(journey.page) == []
    await journey.page.keyboard.type("1 + 1")
    await expect(beginning(journey)).to_have_count(0)
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text(["2"])
    await journey.press("Control+a", "Delete")
    await expect(beginning(journey)).to_be_visible()


async def test_scripts_that_were_opened_lately_and_are_still_there_are_opened_from_it(
    open_script: OpenJourney, workspace: Path
) -> None:
    (workspace / "lib").mkdir()
    for name in ("lib/second.py", "third.py"):
        (workspace / name).write_text("x = 1\n")
    (workspace / "notes.txt").write_text("")
    journey = await open_script("")
    scripts = beginning(journey).get_by_role("listitem")
    # Nothing was opened yet.
    await expect(beginning(journey).get_by_role("list", name="Scripts in this folder")).to_be_visible()
    await expect(scripts).to_have_text(["third.py"])
    for name in ("third.py", "second.py"):
        await journey.press("Control+p")
        await journey.page.get_by_role("combobox").fill(name)
        await expect(journey.page.get_by_role("option").first).to_contain_text(name)
        await journey.press("Enter")
        await expect(journey.page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
    (workspace / "third.py").unlink()
    await journey.page.reload()
    await journey.page.get_by_role("tab", name="script.py", exact=True).click()
    await expect(beginning(journey).get_by_role("list", name="Recent scripts")).to_be_visible()
    await expect(scripts).to_have_text(["second.py lib"])
    await scripts.get_by_role("button").click()
    await expect(journey.page.locator(".document:not([hidden]) .cm-line").first).to_have_text("x = 1")


async def test_the_tour_is_put_into_an_empty_script(open_script: OpenJourney) -> None:
    journey = await open_script("")
    await beginning(journey).get_by_role("button", name="Take the tour").click()
    await expect(journey.line(2)).to_have_text("# A tour of rdit, in two minutes")
    await expect(journey.editor).to_be_focused()
    await expect(beginning(journey)).to_have_count(0)
    assert journey.path.read_text() == ""
    await journey.press("Control+z")
    await expect(beginning(journey)).to_be_visible()
