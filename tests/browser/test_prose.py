"""Prose among the code: it reads as prose until one wants to write it, and shows the pictures beside the script."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Journey, OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = '"""# A title\n\nSome *words*.\n"""\nx = 1\nf"x is **{x}**"\nx + 1\n'


def folds(journey: Journey) -> Locator:
    """What stands for the source of prose."""
    return journey.page.locator(".rdit-prose-fold")


async def test_prose_that_has_run_shows_its_rendering_alone(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await expect(folds(journey)).to_have_count(0)
    await journey.run_all()
    await expect(folds(journey)).to_have_text(["¶ lines 1–4", "¶ line 6"])
    await expect(journey.editor).not_to_contain_text("Some *words*.")
    await expect(journey.page.locator(".rdit-markdown h1")).to_have_text("A title")
    await expect(journey.page.locator(".cm-lineNumbers .cm-gutterElement:visible")).to_contain_text(["1", "5", "6"])


async def test_the_cursor_opens_prose_and_leaves_it_folded_behind(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    await journey.press("ArrowDown", "ArrowUp")
    await expect(folds(journey)).to_have_text(["¶ line 6"])
    await expect(journey.line(3)).to_have_text("Some *words*.")
    await journey.press("Shift+Enter")
    await journey.finish()
    await expect(folds(journey)).to_have_text(["¶ lines 1–4", "¶ line 6"])


async def test_a_click_opens_prose_to_be_written(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    await folds(journey).nth(1).click()
    await expect(journey.page.locator(".cm-activeLine")).to_have_text('f"x is **{x}**"')
    await journey.press("End", "ArrowLeft")
    await journey.page.keyboard.type(" now")
    await journey.press("Control+End")
    # What is shown is no longer what stands there.
    await expect(folds(journey)).to_have_text(["¶ lines 1–4"])
    await journey.run_all()
    await expect(folds(journey)).to_have_text(["¶ lines 1–4", "¶ line 6"])
    await expect(journey.page.locator(".rdit-markdown").last).to_have_text("x is 1 now")
    await journey.press("Control+s")
    await expect(journey.notice("saved")).to_have_count(0)
    await expect(journey.page.locator(".status-unsaved")).to_have_count(0)
    assert journey.path.read_text() == SCRIPT.replace('**"', '** now"')


async def test_the_rendering_opens_the_source_too_and_one_comes_into_it_from_below(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    await journey.page.locator(".rdit-markdown em").click()
    await expect(journey.line(3)).to_have_text("Some *words*.")
    await expect(journey.editor).to_be_focused()
    await journey.page.keyboard.type("f")
    await expect(journey.line(1)).to_have_text('f"""# A title')
    await journey.press("Control+z")
    await journey.go_to(5)
    await expect(folds(journey)).to_have_text(["¶ lines 1–4", "¶ line 6"])
    await journey.press("ArrowUp")
    await expect(journey.page.locator(".status-cursor")).to_have_text(re.compile("^Ln 4, "))
    await journey.press("ArrowUp")
    await expect(journey.page.locator(".status-cursor")).to_have_text(re.compile("^Ln 3, "))
    # A text that was selected is not taken away from the person.
    await journey.go_to(5)
    await expect(folds(journey)).to_have_count(2)
    box = await journey.page.locator(".rdit-markdown em").bounding_box()
    assert box is not None
    await journey.page.mouse.move(box["x"], box["y"] + 8)
    await journey.page.mouse.down()
    await journey.page.mouse.move(box["x"] + box["width"], box["y"] + 8)
    await journey.page.mouse.up()
    assert await journey.page.evaluate("getSelection().toString()") == "words"
    await expect(folds(journey)).to_have_count(2)


async def test_prose_stays_folded_when_another_program_changes_the_file(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    await expect(folds(journey)).to_have_text(["¶ lines 1–4", "¶ line 6"])
    journey.path.write_text(SCRIPT + "y = 2\n", encoding="utf-8")
    await expect(journey.editor).to_contain_text("y = 2")
    await expect(folds(journey)).to_have_text(["¶ lines 1–4", "¶ line 6"])


async def test_a_string_that_failed_or_shares_its_line_keeps_its_source(open_script: OpenJourney) -> None:
    journey = await open_script("'a'; 'b'\nf'{1 / 0}'\n")
    await journey.press("Control+Shift+Enter")
    await expect(journey.page.locator(".rdit-mark-failed").first).to_be_visible()
    await expect(folds(journey)).to_have_count(0)


def image(width: int, height: int) -> bytes:
    """A PNG file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x2e\x8b\x57" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def test_pictures_beside_the_script_are_shown_in_markdown_and_html(
    open_script: OpenJourney, workspace: Path
) -> None:
    (workspace / "pictures").mkdir()
    (workspace / "pictures" / "a b.png").write_bytes(image(60, 30))
    journey = await open_script(
        "'Here ![a box](pictures/a%20b.png) and <img src=\"./pictures/a b.png\" width=20>'\n"
        "class Shown:\n    def _repr_html_(self): return '<img src=\"pictures/a b.png\">'\n"
        "Shown()\n"
    )
    await journey.run_all()
    images = journey.page.locator(".rdit-output img")
    await expect(images).to_have_count(3)
    widths = [60, 20, 60]
    for number, width in enumerate(widths):
        await expect(images.nth(number)).to_have_js_property("complete", True)
        await expect(images.nth(number)).to_have_js_property("naturalWidth", 60)
        await expect(images.nth(number)).to_have_js_property("width", width)
    await expect(images.nth(0)).to_have_attribute("alt", "a box")


async def test_a_link_to_a_file_beside_the_script_opens_it(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "deep").mkdir()
    (workspace / "deep" / "my notes.txt").write_text("beside")
    (workspace / "notes.txt").write_text("of the workspace")
    journey = await open_script(
        "'[beside](my%20notes.txt) [above](./notes.txt) [gone](gone.txt)'\n"
        "class Shown:\n    def _repr_html_(self): return '<a href=\"my notes.txt\">by HTML</a>'\n"
        "Shown()\n",
        "--root",
        ".",
        name="deep/script.py",
        expected="Failed to load resource",
    )
    await journey.run_all()
    for name, text in [("beside", "beside"), ("above", "of the workspace"), ("by HTML", "beside")]:
        await journey.page.get_by_role("link", name=name).click()
        await expect(journey.page.locator(".document:not([hidden]) .cm-content")).to_have_text(text)
        await journey.page.get_by_role("tab", name="script.py").click()
    await journey.page.get_by_role("link", name="gone").focus()
    await journey.press("Enter")
    await expect(journey.notice("gone.txt does not exist")).to_be_visible()


async def test_a_picture_that_cannot_be_shown_says_why(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "text.txt").write_text("no image")
    journey = await open_script(
        "'![a](gone.png) ![b](../outside.png) ![c](text.txt)'\n", expected="Failed to load resource"
    )
    await journey.run_all()
    words = journey.page.locator(".rdit-no-picture")
    await expect(words).to_have_count(3)
    await expect(words.nth(0)).to_contain_text("gone.png does not exist")
    await expect(words.nth(1)).to_contain_text("outside of the workspace")
    await expect(words.nth(2)).to_contain_text("not an image")
