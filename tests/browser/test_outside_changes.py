"""Others write the file that is open: editors, git, agents. Nothing typed is lost, and nothing of theirs either."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")


def write_elsewhere(path: Path, text: str) -> None:
    """Write a file as an editor does: another process puts a new file in its place."""
    program = (
        "import os, sys; open(sys.argv[1] + '~', 'w').write(sys.argv[2]); os.replace(sys.argv[1] + '~', sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", program, path, text], check=True)


async def test_what_others_write_shows_up_with_cursor_undo_and_results_kept(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\nx + 1\nx + 2\nx + 3\n")
    await journey.run_all()
    await journey.go_to(4)
    await journey.page.keyboard.type("y = 5; ")
    (journey.path.parent / "twin.py").hardlink_to(journey.path)
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await journey.notice("It had another name").get_by_role("button", name="Dismiss").click()
    await journey.editor.focus()
    assert (journey.path.parent / "twin.py").read_text().startswith("x = 1\n")
    write_elsewhere(journey.path, "# new\nx = 1\nx + 1\nx + 20\ny = 5; x + 3\n")
    await expect(journey.line(1)).to_have_text("# new")
    await expect(journey.line(3)).to_have_text("x + 12")
    await expect(journey.line(4)).to_contain_text("x + 20")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 5, Col 8")
    await expect(journey.values).to_have_text(["2", "3", "4"])
    await expect(journey.page.locator(".rdit-inline.rdit-stale")).to_have_text(["3", "4"])
    # Undo takes back what was typed here, not what others wrote.
    await journey.press("Control+z")
    await expect(journey.line(5)).to_contain_text("x + 3")
    await expect(journey.line(1)).to_have_text("# new")
    await expect(journey.page.locator(".notice")).to_have_count(0)


async def test_the_lines_in_sight_stay_where_they_are(open_script: OpenJourney) -> None:
    text = "".join(f"line_{number} = {number}\n" for number in range(1, 301))
    journey = await open_script(text)
    await journey.press("Control+End")
    await expect(journey.editor).to_contain_text("line_300")
    target = journey.page.locator(".cm-line", has_text="line_295 =")
    before = await target.bounding_box()
    write_elsewhere(journey.path, "# one\n# two\n# three\n" + text.replace("line_120 = 120\n", ""))
    await expect(journey.page.locator(".status-cursor")).to_have_text("Ln 303, Col 1")
    after = await target.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2


@pytest.mark.parametrize("page_first", [True, False])
async def test_edits_at_different_places_merge_by_themselves(open_script: OpenJourney, page_first: bool) -> None:
    journey = await open_script("a = 1\nb = 2\nc = 3\n", expected="409")
    theirs = "a = 1\nb = 2\nc = 33\n"
    if page_first:
        await journey.page.keyboard.type("mine = 0\n")
        write_elsewhere(journey.path, theirs)
        await expect(journey.notice("put together")).to_be_visible()
    else:
        # Typed and saved before the page can have heard of it.
        await journey.page.keyboard.type("mine = 0\n")
        write_elsewhere(journey.path, theirs)
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await expect(journey.line(4)).to_have_text("c = 33")
    assert journey.path.read_text() == "mine = 0\na = 1\nb = 2\nc = 33\n"


async def test_edits_of_the_same_line_are_shown_side_by_side_and_merged_by_hand(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\nb = 2\nc = 3\n", expected="409")
    await journey.go_to(2)
    await journey.press("Shift+End")
    await journey.page.keyboard.type("b = 'mine'")
    write_elsewhere(journey.path, "a = 1\nb = 'theirs'\nc = 33\n")
    notice = journey.notice("was changed on disk at a place that you changed as well")
    await expect(notice).to_be_visible()
    await expect(journey.line(2)).to_have_text("b = 'mine'")
    await notice.get_by_role("button", name="Compare").click()
    dialog = journey.page.get_by_role("dialog")
    left = dialog.get_by_role("textbox", name="On disk")
    right = dialog.get_by_role("textbox", name="Result")
    await expect(left).to_contain_text("b = 'theirs'")
    await expect(right).to_contain_text("b = 'mine'")
    await expect(right).to_contain_text("c = 33")
    await dialog.get_by_label("Theirs").check()
    await expect(right).not_to_contain_text("mine")
    await dialog.get_by_label("Mine").check()
    await expect(right).not_to_contain_text("c = 33")
    await dialog.get_by_label("Both, merged").check()
    await right.press("Control+End")
    await journey.page.keyboard.type("d = 4\n")
    await dialog.get_by_role("button", name="Use this result").click()
    await expect(journey.line(4)).to_have_text("d = 4")
    assert journey.path.read_text() == "a = 1\nb = 'theirs'\nc = 33\n"
    await journey.editor.focus()
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "a = 1\nb = 'mine'\nc = 33\nd = 4\n"


async def test_a_file_that_goes_and_comes_back_is_said_and_keeps_its_results(open_script: OpenJourney) -> None:
    journey = await open_script("x = 20\nx + 1\n", expected="404")
    await journey.run_all()
    away = journey.path.with_name("away.py")
    journey.path.rename(away)
    await expect(journey.notice("was deleted or moved")).to_be_visible()
    await expect(journey.page.locator(".title-unsaved")).to_have_text("Edited")
    away.rename(journey.path)
    await expect(journey.notice("is back on disk, as it was")).to_be_visible()
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    journey.path.unlink()
    await journey.notice("was deleted or moved").get_by_role("button", name="Write it again").click()
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "x = 20\nx + 1\n"
    await expect(journey.values).to_have_text(["21"])
