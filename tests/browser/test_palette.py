"""Commands by a few letters, and the sheet of every shortcut."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from .conftest import OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_command_is_found_by_a_few_letters_and_carried_out(open_script: OpenJourney) -> None:
    journey = await open_script("6 * 7\n")
    await journey.press("Control+k")
    palette = journey.page.get_by_role("dialog", name="Commands")
    field = palette.get_by_role("combobox", name="Find a command")
    await expect(field).to_be_focused()
    options = palette.get_by_role("option")
    everything = await options.count()
    assert everything >= 10
    run_all = options.filter(has_text=re.compile("^Run allCtrl"))
    await expect(run_all.locator("kbd")).to_have_text("Ctrl+Shift+Enter")
    assert await findings(journey.page) == []
    await field.fill("no command has zzz")
    await expect(palette).to_contain_text("No command has these letters")
    await field.fill("whole")
    await expect(run_all).to_have_attribute("aria-selected", "true")
    assert await options.count() < everything
    await journey.press("Enter")
    await expect(palette).to_have_count(0)
    await expect(journey.values).to_have_text(["42"])
    await expect(journey.editor).to_be_focused()


async def test_the_arrows_choose_and_escape_leaves_everything_as_it_was(open_script: OpenJourney) -> None:
    journey = await open_script("6 * 7\n")
    await journey.press("Control+k")
    palette = journey.page.get_by_role("dialog", name="Commands")
    options = palette.get_by_role("option")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await journey.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await journey.press("ArrowUp", "ArrowUp")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    await journey.press("Escape")
    await expect(palette).to_have_count(0)
    await expect(journey.values).to_have_count(0)
    await expect(journey.editor).to_be_focused()


async def test_the_sheet_of_shortcuts_names_every_key_and_closes(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.press("F1")
    sheet = journey.page.get_by_role("dialog", name="Keyboard shortcuts")
    for group in ("Script", "Page", "Editing"):
        await expect(sheet.get_by_role("heading", name=group, exact=True)).to_be_visible()
    row = sheet.locator("dl > div").filter(has_text=re.compile("^Run allCtrl"))
    await expect(row.locator("kbd")).to_have_text("Ctrl+Shift+Enter")
    await expect(sheet.locator("kbd").filter(has_text=re.compile(r"^\s*$"))).to_have_count(0)
    assert await findings(journey.page) == []
    await sheet.get_by_role("button", name="Close").click()
    await expect(sheet).to_have_count(0)
    await journey.page.keyboard.type("a = 1\n")
    await journey.press("Control+k")
    await journey.page.keyboard.type("theme: dark")
    await journey.press("Enter")
    await journey.page.keyboard.type("b = 2\n")
    await expect(journey.line(1)).to_have_text("a = 1")
    await expect(journey.line(2)).to_have_text("b = 2")


async def test_escape_lets_the_tab_key_leave_the_text(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.press("Home", "Tab")
    await expect(journey.line(1)).to_have_text("    x = 1")
    await journey.page.clock.set_fixed_time("2026-01-01")  # the key is free for two seconds after Escape
    await journey.press("Escape", "Shift+Tab")
    await expect(journey.editor).not_to_be_focused()
    await expect(journey.line(1)).to_have_text("    x = 1")


@pytest.mark.parametrize(("keys", "code"), [("Control+k", "command-sheets"), ("Control+p", "quick-open")])
async def test_what_is_typed_while_a_dialog_is_loaded_goes_there(
    open_script: OpenJourney, keys: str, code: str
) -> None:
    journey = await open_script("x = 1\n")
    page = journey.page
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route(f"**/{code}-*.js", hold)
    async with page.expect_request(f"**/{code}-*.js"):
        await journey.press(keys)
    await page.keyboard.type("scr")
    released.set()
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_have_value("scr")
    await expect(page.locator(".cm-content")).to_have_text("x = 1")
