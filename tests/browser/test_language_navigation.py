"""Where names lead, what they are, and other names for them: the real ty and ruff in a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from .conftest import Journey, OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELPER = 'def mean(values):\n    """Mean."""\n    return sum(values) / len(values)\n'
SCRIPT = """\
from textwrap import dedent
from helper import mean

LIMIT = 3


class Thing:
    def size(self, width):
        return width


mean([1, LIMIT])
Thing().size(2)
dedent("a")
"""


async def own_findings(page: Page) -> list[str]:
    """What axe finds, besides what it says of any text that scrolls and of several tabs."""
    return [one for one in await findings(page) if "cm-scroller" not in one and 'class="tabs"' not in one]


async def put_cursor(journey: Journey, line: int, column: int) -> None:
    await journey.go_to(line)
    await journey.press(*["ArrowRight"] * (column - 1))


async def test_names_lead_to_where_they_are_defined(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "helper.py").write_text(HELPER, encoding="utf-8")
    (workspace / "notes.txt").write_text("mean\n", encoding="utf-8")
    journey = await open_script(SCRIPT)
    page, cursor = journey.page, journey.page.locator(".status-cursor")
    tabs = page.get_by_role("tablist", name="Open files")
    await put_cursor(journey, 13, 1)
    await journey.press("F12")
    await expect(cursor).to_have_text("Ln 7, Col 7")

    # A click while Ctrl is held, into a file of the workspace.
    name = page.locator(".cm-line", has_text="mean([1, LIMIT])").locator(".rdit-token-function")
    await page.keyboard.down("Control")
    await name.hover()
    await expect(page.locator(".rdit-definition-link")).to_have_text("mean")
    await name.click()
    await page.keyboard.up("Control")
    await expect(tabs.get_by_role("tab", name="helper.py")).to_have_attribute("aria-selected", "true")
    await expect(cursor).to_have_text("Ln 1, Col 5")

    # Into a library: to be read only.
    await tabs.get_by_role("tab", name="script.py").click()
    await put_cursor(journey, 14, 1)
    await journey.press("F12")
    await expect(page).to_have_title("textwrap.py – rdit")
    source = page.get_by_role("textbox", name=re.compile("textwrap.py$"))
    await expect(source).to_be_focused()
    await expect(page.locator(".cm-activeLine:visible")).to_have_text(re.compile(r"^def dedent\("))
    await journey.press("x", "Delete")
    await expect(page.locator(".cm-activeLine:visible")).to_have_text(re.compile(r"^def dedent\("))
    assert await own_findings(page) == []

    # It goes on from there, and back to where one was, in whatever tab.
    shown = page.locator(".cm-activeLine:visible")
    await journey.press("Control+Shift+o")
    await page.keyboard.type("shorten")
    await journey.press("Enter")
    await expect(shown).to_have_text(re.compile(r"^def shorten\("))
    await journey.press("Control+f")
    await page.keyboard.type("TextWrapper(width=width, max")
    await journey.press("Enter", "Escape", "ArrowLeft", "Shift+F1")
    await expect(page.locator(".rdit-hover")).to_contain_text("wrapping/filling text")
    await journey.press("F12")
    await expect(shown).to_have_text(re.compile("^class TextWrapper"))
    await journey.press("Alt+ArrowLeft")
    await expect(shown).to_have_text(re.compile(r"^ +w = TextWrapper\("))
    await journey.press("Alt+ArrowLeft")
    await expect(shown).to_have_text(re.compile(r"^def dedent\("))
    await journey.press("Alt+ArrowLeft")
    await expect(journey.editor).to_be_focused()
    await expect(cursor).to_have_text("Ln 14, Col 1")
    await journey.press("Alt+ArrowRight")
    await expect(source).to_be_focused()
    await expect(shown).to_have_text(re.compile(r"^def dedent\("))

    # A text that is not Python has none of it.
    await journey.press("Control+p")
    await page.keyboard.type("notes")
    await expect(page.get_by_role("option", name=re.compile("notes.txt"))).to_have_attribute("aria-selected", "true")
    await journey.press("Enter")
    await expect(page.get_by_role("textbox", name="notes.txt")).to_be_focused()
    await journey.press("Control+k")
    await page.keyboard.type("rename a name")
    await expect(page.get_by_role("dialog", name="Commands")).to_contain_text("No command has these letters")


async def test_uses_of_a_name_are_listed_and_symbols_found(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "helper.py").write_text(HELPER, encoding="utf-8")
    journey = await open_script(SCRIPT)
    page, cursor = journey.page, journey.page.locator(".status-cursor")
    await put_cursor(journey, 12, 1)
    await journey.press("Shift+F12")
    drawer = page.get_by_role("complementary", name="What there is to say of it")
    uses = drawer.locator(".finding-words")
    await expect(uses).to_have_text(["from helper import mean", "mean([1, LIMIT])", "def mean(values):"])
    assert await own_findings(page) == []
    await drawer.locator(".finding").first.click()
    await expect(cursor).to_have_text("Ln 2, Col 20")
    await drawer.get_by_role("button", name="Shut the drawer").click()
    await expect(drawer).to_have_count(0)

    await journey.press("Control+Shift+o")
    finder = page.get_by_role("dialog", name="Symbols")
    symbols = finder.get_by_role("option")
    await expect(symbols.locator(".finder-title")).to_have_text(["LIMIT", "Thing", "Thing.size"])
    await page.keyboard.type("size")
    await expect(symbols.first).to_have_text(re.compile("^Thing.sizemethod, line 8"))
    await journey.press("Enter")
    await expect(cursor).to_have_text("Ln 8, Col 9")
    await journey.press("Control+Shift+o")
    await page.keyboard.type("mean")
    await expect(symbols).to_have_text([re.compile("^meanfunction, helper.py")])
    await symbols.first.click()
    await expect(page).to_have_title("helper.py – rdit")


async def test_a_rename_shows_what_it_changes_and_changes_all_of_it_or_nothing(
    open_script: OpenJourney, workspace: Path
) -> None:
    helper = workspace / "helper.py"
    helper.write_text(HELPER, encoding="utf-8")
    journey = await open_script(SCRIPT, expected="409")
    page = journey.page
    await put_cursor(journey, 12, 2)
    await journey.press("F2")
    dialog = page.get_by_role("dialog", name="Rename mean")
    field = dialog.get_by_role("textbox", name="New name")
    await expect(field).to_be_focused()
    await page.keyboard.type("class")
    await expect(dialog.get_by_role("status")).to_have_text("class is a keyword.")
    await field.fill("average")
    await expect(dialog.get_by_role("status")).to_have_text("3 places in 2 files")
    await expect(dialog.locator("li code")).to_have_text(
        ["from helper import average", "average([1, LIMIT])", "def average(values):"]
    )
    assert await own_findings(page) == []

    # Somebody else changes the other file meanwhile.
    helper.write_text(f"# new\n{HELPER}", encoding="utf-8")
    await journey.press("Enter")
    await expect(dialog.get_by_role("status")).to_have_text(re.compile("^helper.py could not be saved, so nothing"))
    await expect(journey.line(2)).to_have_text("from helper import mean")
    assert helper.read_text(encoding="utf-8") == f"# new\n{HELPER}"
    await journey.press("Escape")
    await expect(journey.editor).to_be_focused()

    # Once more, by the mouse.
    await page.locator(".cm-line", has_text="mean([1, LIMIT])").get_by_text("mean", exact=True).click()
    await journey.choose("Rename a name")
    await field.fill("average")
    await expect(dialog.locator(".changes-line")).to_have_text(["2", "12", "2"])
    await dialog.get_by_role("button", name="Rename").click()
    await expect(dialog).to_have_count(0)
    await expect(journey.editor).to_be_focused()
    await expect(journey.line(2)).to_have_text("from helper import average")
    await expect(journey.notice("It is changed and saved in helper.py as well")).to_be_visible()
    assert helper.read_text(encoding="utf-8") == f"# new\n{HELPER}".replace("mean(", "average(")
    await journey.press("Control+z")
    await expect(journey.line(2)).to_have_text("from helper import mean")


async def test_names_are_coloured_marked_and_explained_within_the_text(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT.replace("from helper import mean", "import os"))
    page = journey.page
    await expect(page.locator(".rdit-token-parameter")).to_have_text(["width", "width"])
    await expect(page.locator(".rdit-token-constant").first).to_have_text("LIMIT")
    await put_cursor(journey, 4, 3)
    await expect(page.locator(".rdit-occurrence")).to_have_text(["LIMIT", "LIMIT"])
    await journey.go_to(1)
    await expect(page.locator(".rdit-occurrence")).to_have_count(0)
    # Folding by the mouse, after which one writes on, and by the keys.
    folded = page.locator(".cm-foldPlaceholder")
    await page.locator(".cm-foldGutter .cm-gutterElement [title='Fold line']").first.click()
    await expect(folded).to_have_count(1)
    await expect(journey.line(1)).to_have_text(re.compile("^from textwrap import dedent…"))
    await expect(journey.editor).to_be_focused()
    await folded.click()
    await expect(folded).to_have_count(0)
    await journey.press("Control+Shift+BracketLeft")
    await expect(journey.line(1)).to_have_text(re.compile("^from textwrap import dedent…"))
    await journey.press("Control+Shift+BracketRight")
    await expect(folded).to_have_count(0)
    await journey.press("Control+,")
    await page.get_by_label("Show types, and the names of parameters").check()
    await page.get_by_role("button", name="Close", exact=True).click()
    await expect(page.locator(".rdit-inlay-hint").first).to_be_visible()
    await expect(page.locator(".cm-line", has_text="size(").last).to_have_text("Thing().size(width=2)")
