"""What was typed and not saved: it outlives a reload, a crash of the page and a restart of the server."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.running import Rdit, running_rdit

from .conftest import Journey, OpenJourney, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_unsaved_text_is_there_again_after_a_reload_and_gone_once_it_is_saved(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.page.keyboard.type("typed = 2\n")
    await journey.page.reload()
    await expect(journey.notice("is here again.")).to_be_visible()
    await expect(journey.line(1)).to_have_text("typed = 2")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("Edited")
    assert journey.path.read_text() == "x = 1\n"
    await journey.editor.focus()
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "typed = 2\nx = 1\n"
    await journey.page.reload()
    await expect(journey.line(1)).to_have_text("typed = 2")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await expect(journey.page.locator(".notice")).to_have_count(0)


async def test_one_can_go_back_to_the_saved_text(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.page.keyboard.type("typed = 2\n")
    await journey.page.reload()
    await journey.notice("is here again.").get_by_role("button", name="Go back to the saved text").click()
    await expect(journey.line(1)).to_have_text("x = 1")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await journey.editor.focus()
    await journey.press("Control+z")
    await expect(journey.line(1)).to_have_text("typed = 2")


async def test_text_left_behind_is_merged_with_what_others_wrote_meanwhile(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\nb = 2\nc = 3\n")
    await journey.page.keyboard.type("typed = 0\n")
    address = journey.page.url
    await journey.page.goto("about:blank")
    journey.path.write_text("a = 1\nb = 2\nc = 33\n")
    await journey.page.goto(address)
    await expect(journey.notice("together with what changed on disk since")).to_be_visible()
    await expect(journey.line(1)).to_have_text("typed = 0")
    await expect(journey.line(4)).to_have_text("c = 33")
    await journey.editor.focus()
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "typed = 0\na = 1\nb = 2\nc = 33\n"


async def test_text_left_behind_that_overlaps_with_what_others_wrote_is_for_the_person_to_decide(
    open_script: OpenJourney,
) -> None:
    journey = await open_script("a = 1\n")
    await journey.press("End")
    await journey.page.keyboard.type("1")
    address = journey.page.url
    await journey.page.goto("about:blank")
    journey.path.write_text("a = 2\n")
    await journey.page.goto(address)
    await expect(journey.line(1)).to_have_text("a = 11")
    await expect(journey.notice("was changed on disk at a place that you changed as well")).to_be_visible()
    assert journey.path.read_text() == "a = 2\n"


async def test_unsaved_text_outlives_a_server_that_is_killed_and_a_reload_after_it(
    serve: Callable[..., Rdit], visit: Visit, script: Path
) -> None:
    with pytest.raises(AssertionError, match="status -9"), running_rdit(script.name, folder=script.parent) as server:
        page = await visit(f"{server.address}/?token={server.token}", expected="Failed to load resource")
        journey = Journey(page, server, script)
        await expect(journey.editor).to_be_focused()
        await page.keyboard.type("typed = 2\n")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        await expect(journey.kernel).to_have_text("No connection")
        await page.keyboard.type("more = 3\n")
    again = serve(script.name, folder=script.parent, port=int(server.address.rsplit(":", 1)[1]))
    await page.goto(f"{again.address}/?token={again.token}")
    await expect(journey.notice("is here again.")).to_be_visible()
    await expect(journey.line(2)).to_have_text("more = 3")
    await journey.editor.focus()
    await journey.press("Control+s")
    await expect(page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text().startswith("typed = 2\nmore = 3\nx = 1\n")


async def test_two_pages_do_not_take_each_others_text_for_left_behind(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.page.keyboard.type("typed = 2\n")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("Edited")
    other = await journey.page.context.new_page()
    await other.goto(f"{journey.server.address}/?token={journey.server.token}")
    await expect(other.locator(".cm-line").first).to_have_text("x = 1")
    await expect(other.locator(".notice")).to_have_count(0)


async def test_text_of_a_page_that_was_closed_is_there_in_the_next_one(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.page.keyboard.type("typed = 2\n")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("Edited")
    other = await journey.page.context.new_page()
    await journey.page.close()
    await other.goto(f"{journey.server.address}/?token={journey.server.token}")
    await expect(other.locator(".notice", has_text="is here again.")).to_be_visible()
    await expect(other.locator(".cm-line").first).to_have_text("typed = 2")
    await expect(other.locator(".title-unsaved")).to_have_text("Edited")


async def test_text_is_saved_by_itself_where_the_settings_say_so(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.press("Control+,")
    await journey.page.get_by_label("Save by itself").check()
    await journey.page.get_by_role("button", name="Close", exact=True).click()
    await journey.editor.focus()
    await journey.page.keyboard.type("typed = 2\n")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("Edited")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "typed = 2\nx = 1\n"


@pytest.mark.parametrize("choice", ["The changed statements and all after them", "The whole script"])
async def test_what_others_write_runs_where_the_settings_say_so(open_script: OpenJourney, choice: str) -> None:
    journey = await open_script("x = 1\nx + 1\nx + 2\nx + 3\n")
    await journey.press("Control+,")
    await journey.page.get_by_label(choice).check()
    await journey.press("Escape")
    await journey.editor.focus()
    await journey.press("Control+Enter", "Control+ArrowDown")
    await journey.finish()
    journey.path.write_text("x = 1\nx + 1\nx + 19\nx + 3\n")
    await expect(journey.values.last).to_have_text("4")
    await journey.finish()
    await expect(journey.values).to_have_text(["2", "20", "4"])  # what is above runs first, as in any fresh run
