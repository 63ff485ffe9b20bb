"""The page itself: in light and dark, narrow and wide, for the keyboard, without a token, without a server."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.running import Rdit

from .conftest import Journey, OpenJourney, Visit, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = "x = 1\nx + 1\nprint('a', 'b', sep='\\n')\n'*emphasis* of Markdown'\n1 / 0\n"


@pytest.mark.parametrize("layout", ["below", "beside"])
async def test_on_a_very_wide_screen_the_page_stands_in_the_middle(open_script: OpenJourney, layout: str) -> None:
    journey = await open_script(f"x = '{'long ' * 60}'\n1 / 0\n", viewport={"width": 2560, "height": 860})
    await journey.page.evaluate("layout => localStorage.setItem('rdit.settings', JSON.stringify({ layout }))", layout)
    await journey.page.reload()
    await expect(journey.editor).to_be_focused()
    await expect(journey.page.locator(".cm-editor.rdit-beside")).to_have_count(int(layout == "beside"))
    await journey.run_all()
    await expect(journey.outputs.last).to_contain_text("ZeroDivisionError")
    gutters = await journey.page.locator(".cm-gutters").bounding_box()
    output = await journey.outputs.last.bounding_box()
    assert gutters is not None
    assert output is not None
    left, right = gutters["x"], 2560 - output["x"] - output["width"]
    assert left > 280
    assert abs(left - right) < 40  # the scroll bar has its place
    assert await journey.page.locator(".cm-scroller").evaluate("dom => dom.scrollWidth <= dom.clientWidth")
    # Code is wrapped where it is as wide as one reads well, and its bands are no wider.
    line = await journey.line(1).bounding_box()
    character = await journey.line(2).evaluate("""line => {
        const text = document.createRange();
        text.selectNodeContents(line);
        return text.getBoundingClientRect().width / line.textContent.length;
    }""")
    assert line is not None
    assert 105 < line["width"] / character < 120
    assert line["height"] > 40


@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_sound_in_light_and_dark_narrow_and_wide(
    open_script: OpenJourney, scheme: str, width: int
) -> None:
    journey = await open_script(SCRIPT, color_scheme=scheme, viewport={"width": width, "height": 860})
    await journey.run_all()
    await expect(journey.outputs.last).to_contain_text("ZeroDivisionError")
    luminance = await journey.page.evaluate(
        "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    )
    assert (luminance > 600) == (scheme == "light")
    # Nothing sticks out sideways, and every button is within reach.
    assert await journey.page.evaluate("document.documentElement.scrollWidth") <= width
    for button in await journey.page.locator(".tool").all():
        box = await button.bounding_box()
        if box is None and await button.get_attribute("aria-disabled") == "true":
            continue  # it comes when it has something to do
        if box is None:  # where there is no room for it, it is in the menu beside Run, or in that of the page
            label = (await button.get_attribute("aria-label") or "").split(",")[0]
            await journey.button("More" if label == "Find a command" else "More ways to run").click()
            name = re.compile(f"^{label}")
            await expect(journey.page.get_by_role("menuitem", name=name).first).to_be_visible()
            await journey.press("Escape")
            continue
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    for output in await journey.outputs.all():
        box = await output.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
    assert await findings(journey.page) == []


async def test_the_lines_and_their_numbers_stay_side_by_side_while_output_grows(open_script: OpenJourney) -> None:
    journey = await open_script("for n in range(5000):\n    print('number', n)\nlast = 1\n")
    await journey.run_all()
    numbers = journey.page.locator(".cm-lineNumbers .cm-gutterElement", has_text=re.compile("^3$"))
    line, number = await journey.line(3).bounding_box(), await numbers.bounding_box()
    assert line is not None
    assert number is not None
    assert abs(line["y"] - number["y"]) < 2


async def test_every_control_can_be_reached_by_the_keyboard_and_says_its_key(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    reached = []
    # The tabulator indents in the text; we begin before the first control of the page.
    await journey.page.locator("h1").evaluate("title => { title.tabIndex = -1; title.focus() }")
    for _ in range(9):
        await journey.press("Tab")
        reached.append(await journey.page.evaluate("document.activeElement.getAttribute('aria-label')"))
        outline = await journey.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    badge, *buttons = reached
    assert badge is None  # its text is its name
    assert buttons == [
        *("Run", "More ways to run", "Run all", "Follow", "Stop", "Save"),
        *("Find a command, Ctrl+K", "More"),
    ]
    await expect(journey.button("Run all").locator("kbd")).to_have_text("Ctrl+Shift+Enter")
    await expect(journey.button("Run all")).to_have_attribute("aria-keyshortcuts", "Control+Shift+Enter")


async def test_keys_work_while_the_focus_is_elsewhere(open_script: OpenJourney) -> None:
    journey = await open_script("6 * 7\n")
    await journey.page.evaluate("document.activeElement.blur()")
    await journey.press("Control+Shift+Enter")
    await expect(journey.values).to_have_text(["42"])


async def test_a_run_is_announced_to_those_who_listen(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n")
    await journey.run_all()
    await expect(journey.page.locator("[aria-live]", has_text="Run over: 1 statement")).to_be_attached()


async def test_the_gutter_runs_the_statement_beside_it(open_script: OpenJourney) -> None:
    journey = await open_script("1\n2\n")
    await journey.page.locator(".rdit-gutter .cm-gutterElement").nth(2).click()
    await expect(journey.values).to_have_text(["1", "2"])  # what is above it runs first


async def test_the_bar_has_room_for_the_name_of_an_edited_script_at_any_width(open_script: OpenJourney) -> None:
    journey = await open_script("a = 1\nb = 2\n", name="sales_report.py")
    await journey.run_all()
    await journey.press("Control+End")
    await journey.page.keyboard.type("c = 3")
    await expect(journey.page.locator(".badge-behind, .badge-partly")).to_be_visible()
    parts = [journey.page.locator(part) for part in (".title-name", ".badge", ".toolbar-end .tools >> nth=0")]
    for width in (420, 480, 600, 701, 801, 921, 1001, 1100, 1201, 1280):
        await journey.page.set_viewport_size({"width": width, "height": 600})
        boxes = [await part.bounding_box() for part in parts]
        name, badge, tools = (box or {"x": 0, "width": 0} for box in boxes)
        assert name["width"] > 70, width
        assert name["x"] + name["width"] <= badge["x"], width
        assert badge["x"] + badge["width"] <= tools["x"], width


async def test_two_tabs_show_the_same_run(open_script: OpenJourney, visit: Visit) -> None:
    journey = await open_script("x = 20\nx + 1\nprint('a\\nb')\n")
    other_page = await visit(f"{journey.server.address}/?token={journey.server.token}")
    other = Journey(other_page, journey.server, journey.path)
    await journey.run_all()
    await expect(other.values).to_have_text(["21"])
    await expect(other.outputs).to_have_text([re.compile(r"a\s*b")])
    await other.go_to(2)
    await other.press("End")
    await other_page.keyboard.type("0")
    await other.press("Control+Enter")
    await expect(other.values).to_have_text(["30"])
    await expect(journey.page.locator(".rdit-inline.rdit-stale")).to_have_text(["30"])


async def test_a_page_without_a_token_asks_for_it(serve: Callable[..., Rdit], visit: Visit, script: Path) -> None:
    server = serve(script.name, folder=script.parent)
    page = await visit(server.address + "/", expected="401")
    await expect(page.get_by_text("This server asks for its token")).to_be_visible()
    assert await findings(page) == []
    await page.get_by_label("Token, or the whole address").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This token is not the server's")).to_be_visible()
    await page.get_by_label("Token, or the whole address").fill(f"{server.address}/?token={server.token}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".cm-line").first).to_have_text("x = 1")
    # It is kept for the next time.
    await page.reload()
    await expect(page.locator(".cm-line").first).to_have_text("x = 1")


async def test_another_script_of_the_workspace_opens_by_its_path(open_script: OpenJourney, workspace: Path) -> None:
    journey = await open_script("x = 1\n")
    (workspace / "other").mkdir()
    (workspace / "other" / "b.py").write_text("'x' in globals()\n")
    await journey.run_all()
    await journey.page.goto(f"{journey.server.address}/?script=other/b.py")
    await expect(journey.editor).to_be_focused()
    await expect(journey.page.locator(".status-path")).to_have_text("other/b.py")
    await journey.run_all()
    await expect(journey.values).to_have_text(["False"])


async def test_a_buffer_without_a_file_gets_its_name_when_it_is_saved(
    serve: Callable[..., Rdit], visit: Visit, workspace: Path
) -> None:
    server = serve(folder=workspace)
    page = await visit(f"{server.address}/?token={server.token}")
    journey = Journey(page, server, workspace / "new.py")
    await expect(journey.editor).to_be_focused()
    await page.keyboard.type("6 * 7\n")
    await journey.run_all()
    await journey.press("Control+s")
    await page.get_by_label("Path within the workspace").fill("new.py")
    await journey.press("Enter")
    await expect(page.locator(".status-path")).to_have_text("new.py")
    assert journey.path.read_text() == "6 * 7\n"
    await expect(journey.editor).to_be_focused()
    await page.reload()
    await expect(journey.line(1)).to_contain_text("6 * 7")


async def conflict(journey: Journey) -> None:
    """Edit the same place of the script in the page and outside it, and try to save."""
    await journey.page.keyboard.type("# mine\n")
    journey.path.write_text("# theirs\nx = 1\n")
    await journey.press("Control+s")
    await expect(journey.notice("was changed on disk")).to_be_visible()
    assert journey.path.read_text() == "# theirs\nx = 1\n"


async def test_a_file_changed_elsewhere_is_not_overwritten_unasked(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n", expected="409")
    await conflict(journey)
    await journey.notice("was changed on disk").get_by_role("button", name="Overwrite it with mine").click()
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "# mine\nx = 1\n"


async def test_their_version_can_be_taken_and_undo_brings_mine_back(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n", expected="409")
    await conflict(journey)
    await journey.notice("was changed on disk").get_by_role("button", name="Take theirs").click()
    await expect(journey.line(1)).to_have_text("# theirs")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    await journey.editor.focus()
    await journey.press("Control+z")
    await expect(journey.line(1)).to_have_text("# mine")


async def test_both_versions_can_be_compared(open_script: OpenJourney) -> None:
    journey = await open_script("x = 1\n", expected="409")
    await conflict(journey)
    await journey.notice("was changed on disk").get_by_role("button", name="Compare").click()
    dialog = journey.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("# theirs")
    await expect(dialog).to_contain_text("# mine")
    await dialog.get_by_role("button", name="Use this result").click()
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "# mine\nx = 1\n"


async def test_the_page_outlives_its_server(serve: Callable[..., Rdit], visit: Visit, script: Path) -> None:
    server = serve(script.name, folder=script.parent)
    page = await visit(f"{server.address}/?token={server.token}", expected="Failed to load resource")
    journey = Journey(page, server, script)
    await expect(journey.editor).to_be_focused()
    await journey.run_all()
    server.process.send_signal(signal.SIGINT)
    await expect(journey.notice("The server does not answer")).to_be_visible()
    await expect(journey.kernel).to_have_text("No connection")
    await journey.go_to(1)
    await page.keyboard.type("# typed meanwhile\n")
    await journey.press("Control+Shift+Enter")
    await expect(journey.notice("There is no connection")).to_be_visible()
    server.process.wait()
    again = serve(script.name, folder=script.parent, port=int(server.address.rsplit(":", 1)[1]))
    await expect(page.get_by_role("dialog")).to_contain_text("has a new token")
    await page.get_by_label("Token, or the whole address").fill(again.token)
    await journey.press("Enter")
    await expect(journey.notice("started anew")).to_be_visible()
    await expect(journey.editor).to_be_focused()
    await expect(journey.line(1)).to_have_text("# typed meanwhile")
    await expect(journey.values).to_have_text(["2"])
    await journey.editor.focus()
    await journey.run_all()
    await expect(journey.values).to_have_text(["2"])
    await journey.press("Control+s")
    await expect(page.locator(".title-unsaved")).to_have_text("")
    assert journey.path.read_text() == "# typed meanwhile\nx = 1\nx + 1\n"


async def test_a_script_that_cannot_be_opened_says_so(visit: Visit, serve: Callable[..., Rdit], script: Path) -> None:
    server = serve(script.name, folder=script.parent)
    page = await visit(
        f"{server.address}/?script=missing/none.py&token={server.token}", expected="Failed to load resource"
    )
    await expect(page.get_by_role("alert")).to_contain_text("cannot be opened")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
