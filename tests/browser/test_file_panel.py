"""Files of the workspace: the panel, opening by a few letters, tabs, renaming, deleting, uploading."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from .conftest import Journey, OpenJourney, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

LARGE = 500 * 1000 * 1000
"""Bytes of the file that is dropped."""
MEMORY = 150 * 1000 * 1000
"""Bytes by which the server may grow meanwhile: far less than the file."""


def row(journey: Journey, name: str) -> Locator:
    """Return the line of a file in the panel."""
    return journey.page.get_by_role("treeitem", name=name, exact=True)


def tab(journey: Journey, name: str) -> Locator:
    """Return the tab of an open file."""
    return journey.page.get_by_role("tab", name=name, exact=True)


def shown(journey: Journey) -> Locator:
    """Return the document that is in sight."""
    return journey.page.locator(".document:not([hidden])")


def resident(process: int) -> int:
    """Return the most memory that a process ever had, in bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def test_a_second_script_opens_in_a_tab_with_a_session_of_its_own(
    open_script: OpenJourney, workspace: Path
) -> None:
    (workspace / "lib").mkdir()
    (workspace / "lib" / "second.py").write_text("'x' in globals()\n")
    journey = await open_script("x = 1\nx + 1\n")
    await journey.run_all()
    await journey.press("Control+p")
    await journey.page.get_by_role("combobox").fill("sec")
    await expect(journey.page.get_by_role("option", name="second.py lib")).to_be_visible()
    await journey.press("Enter")
    await expect(tab(journey, "second.py")).to_have_attribute("aria-selected", "true")
    await expect(shown(journey).locator(".cm-content")).to_be_focused()
    await journey.press("Control+Enter")
    await expect(shown(journey).locator(".rdit-inline")).to_have_text(["False"])
    await tab(journey, "script.py").click()
    await expect(shown(journey).locator(".rdit-inline")).to_have_text(["2"])
    # Both are there again after a reload, and the one that was opened lately is offered first.
    await journey.page.reload()
    await tab(journey, "second.py").click()
    await expect(shown(journey).locator(".rdit-inline")).to_have_text(["False"])
    await journey.press("Control+p")
    await expect(journey.page.get_by_role("option").first).to_have_text("script.pyrecent")
    await journey.press("Escape")
    await journey.page.get_by_role("button", name="Close second.py").click()
    await expect(shown(journey).locator(".rdit-inline")).to_have_text(["2"])


async def test_the_panel_is_gone_through_by_keys_and_shows_what_comes_and_goes(
    open_script: OpenJourney, workspace: Path
) -> None:
    (workspace / "data").mkdir()
    (workspace / "data" / "notes.txt").write_text("one\n")
    journey = await open_script("x = 1\n")
    await journey.press("Control+b")
    await row(journey, "script.py").focus()
    await journey.press("Home", "ArrowRight")
    await expect(row(journey, "notes.txt")).to_be_visible()
    await journey.press("ArrowRight", "Enter")
    await expect(tab(journey, "notes.txt")).to_have_attribute("aria-selected", "true")
    # It is text, and nothing runs in it.
    await expect(journey.button("Run")).to_have_count(0)
    await expect(shown(journey).locator(".cm-content")).to_be_focused()
    await journey.page.keyboard.type("zero ")
    await journey.press("Control+s")
    await expect(journey.page.locator(".title-unsaved")).to_have_text("")
    assert (workspace / "data" / "notes.txt").read_text() == "zero one\n"
    (workspace / "data" / "notes.txt").write_text("elsewhere\n")
    await expect(shown(journey).locator(".cm-line").first).to_have_text("elsewhere")
    (workspace / "data" / "late.csv").write_text('name,n\n"A, b",1\n')
    await row(journey, "late.csv").click()
    await expect(shown(journey).get_by_role("cell", name="A, b")).to_be_visible()
    (workspace / "data" / "late.csv").unlink()
    await expect(row(journey, "late.csv")).to_have_count(0)
    await journey.press("Control+b")
    await expect(journey.page.get_by_role("tree")).to_have_count(0)


async def test_files_are_made_renamed_and_deleted(open_script: OpenJourney, workspace: Path) -> None:
    journey = await open_script("x = 1\nx + 1\n", expected="40")
    await journey.run_all()
    await journey.press("Control+b")
    await journey.page.get_by_role("button", name="New file").click()
    await journey.page.get_by_label("Name of the new file").fill("made.py")
    await journey.press("Enter")
    await expect(tab(journey, "made.py")).to_have_attribute("aria-selected", "true")
    assert (workspace / "made.py").read_text() == ""
    await row(journey, "script.py").click()
    await row(journey, "script.py").press("F2")
    await journey.page.get_by_label("New name of script.py").fill("made.py")
    await journey.press("Enter")
    await expect(journey.notice("exists already")).to_be_visible()
    await row(journey, "script.py").press("F2")
    await journey.page.get_by_label("New name of script.py").fill("renamed.py")
    await journey.press("Enter")
    await expect(tab(journey, "renamed.py")).to_be_visible()
    await expect(journey.page.locator(".status-path")).to_have_text("renamed.py")
    await expect(shown(journey).locator(".rdit-inline")).to_have_text(["2"])
    await expect(journey.notice("was deleted or moved")).to_have_count(0)
    await row(journey, "made.py").press("Delete")
    await journey.page.get_by_role("button", name="Move to the trash").click()
    await expect(journey.notice("is in the trash")).to_be_visible()
    await expect(tab(journey, "made.py")).to_have_count(0)
    await expect(row(journey, "made.py")).to_have_count(0)
    assert sorted(path.name for path in workspace.iterdir()) == ["renamed.py"]


async def test_a_large_file_that_is_dropped_goes_to_the_disk_as_it_comes(
    open_script: OpenJourney, workspace: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(LARGE)
    (workspace / "data").mkdir()
    journey = await open_script("x = 1\n", expected="409")
    await journey.press("Control+b")
    before = resident(journey.server.process.pid)
    await journey.page.locator("input[type=file]").evaluate("input => { input.onchange = null; input.id = 'source' }")
    source = journey.page.locator("#source")
    # The browser's own file, as a drop brings it; the field only lends it.
    await source.evaluate("input => input.addEventListener('change', event => event.stopImmediatePropagation(), true)")
    await source.set_input_files(large)
    drop = """(row) => {
        const data = new DataTransfer();
        data.items.add(document.getElementById('source').files[0]);
        row.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    await row(journey, "data").evaluate(drop)
    await expect(journey.notice("Uploading data/large.bin")).to_be_visible()
    await expect(journey.notice("data/large.bin is uploaded")).to_be_visible(timeout=120_000)
    assert (workspace / "data" / "large.bin").stat().st_size == LARGE
    assert resident(journey.server.process.pid) - before < MEMORY
    large.write_bytes(b"small")
    await source.set_input_files(large)
    await row(journey, "data").evaluate(drop)
    notice = journey.notice("exists already")
    await notice.get_by_role("button", name="Replace it").click()
    await expect(journey.notice("is uploaded (5 bytes)")).to_be_visible()
    assert (workspace / "data" / "large.bin").read_bytes() == b"small"


async def test_a_folder_that_is_dropped_comes_with_all_that_is_in_it(
    open_script: OpenJourney, workspace: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "measured"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "inner.csv").write_text("a,b\n1,2\n")
    for number in range(120):  # more than the browser reads of a folder at a time
        (folder / f"{number}.txt").write_text(str(number))
    (workspace / "data").mkdir()
    journey = await open_script("x = 1\n")
    await journey.press("Control+b")
    place = await row(journey, "data").bounding_box()
    assert place is not None
    # What the browser does when the system hands it a folder.
    protocol = await journey.page.context.new_cdp_session(journey.page)
    for step in ("dragEnter", "dragOver", "drop"):
        brought = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        where = {"x": place["x"] + 5, "y": place["y"] + 5}
        await protocol.send("Input.dispatchDragEvent", {"type": step, **where, "data": brought})
    await expect(journey.notice("121 files are uploaded")).to_be_visible()
    came = workspace / "data" / "measured"
    assert (came / "deep" / "inner.csv").read_text() == "a,b\n1,2\n"
    assert sorted(path.name for path in came.iterdir()) == sorted(path.name for path in folder.iterdir())
    assert (came / "119.txt").read_text() == "119"


async def test_it_shows_where_a_dragged_file_would_land(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "data").mkdir()
    (workspace / "data" / "a.csv").write_text("a\n")
    (workspace / "picture.png").write_bytes(b"")
    journey = await open_script("x = 1\n")
    await journey.press("Control+b")
    await row(journey, "data").click()
    drag = """(row, kind) => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], "x.txt"));
        row.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    target = journey.page.locator("[data-drop-target]")
    await row(journey, "a.csv").evaluate(drag, "dragover")
    await expect(target).to_have_attribute("data-path", "data")
    await row(journey, "picture.png").evaluate(drag, "dragover")
    await expect(target).to_have_attribute("aria-label", "Workspace")
    await row(journey, "picture.png").evaluate(drag, "dragleave")
    await expect(target).to_have_count(0)
    await row(journey, "data").evaluate(drag, "drop")
    await expect(journey.notice("data/x.txt is uploaded")).to_be_visible()
    await expect(target).to_have_count(0)


async def test_of_a_thousand_files_those_in_sight_are_drawn_and_all_are_reached(
    open_script: OpenJourney, workspace: Path
) -> None:
    (workspace / "many").mkdir()
    for number in range(1000):
        (workspace / "many" / f"{number:03}.txt").write_text("")
    journey = await open_script("x = 1\n")
    await journey.press("Control+b")
    await row(journey, "many").focus()
    await journey.press("ArrowRight")
    await expect(row(journey, "000.txt")).to_be_visible()
    rows = journey.page.get_by_role("treeitem")
    assert await rows.count() < 100
    await expect(row(journey, "000.txt")).to_have_attribute("aria-posinset", "1")
    await expect(row(journey, "000.txt")).to_have_attribute("aria-setsize", "1000")
    await expect(row(journey, "script.py")).to_have_count(0)
    # By keys, through rows that were not there yet.
    await journey.press("End")
    await expect(row(journey, "script.py")).to_be_focused()
    await expect(row(journey, "script.py")).to_be_in_viewport()
    await journey.press("ArrowUp")
    await expect(row(journey, "999.txt")).to_be_focused()
    await journey.press("ArrowLeft")
    await expect(row(journey, "many")).to_be_focused()
    await expect(row(journey, "many")).to_be_in_viewport()
    await journey.press(*["ArrowDown"] * 60)
    await expect(row(journey, "059.txt")).to_be_focused()
    await expect(row(journey, "059.txt")).to_be_in_viewport()
    # By the wheel; what has the focus keeps it meanwhile.
    tree = journey.page.get_by_role("tree")
    await tree.evaluate("tree => { tree.scrollTop = tree.scrollHeight / 2 }")
    await expect(row(journey, "500.txt")).to_be_in_viewport()
    assert await rows.count() < 100
    await journey.press("ArrowDown")
    await expect(row(journey, "060.txt")).to_be_focused()
    await expect(row(journey, "060.txt")).to_be_in_viewport()
    assert await findings(journey.page) == []


async def test_the_file_that_is_shown_is_in_sight(open_script: OpenJourney, workspace: Path) -> None:
    for number in range(200):
        (workspace / f"{number:03}.txt").write_text("")
    journey = await open_script("x = 1\n")
    await journey.press("Control+b")
    await expect(row(journey, "script.py")).to_be_in_viewport()
    await journey.press("Control+p")
    await journey.page.get_by_role("combobox").fill("010.txt")
    await expect(journey.page.get_by_role("option").first).to_contain_text("010.txt")
    await journey.press("Enter")
    await expect(row(journey, "010.txt")).to_be_in_viewport()


@pytest.mark.parametrize("opened_by", ["pointer", "ContextMenu", "Shift+F10"])
async def test_a_row_has_a_menu_that_gives_the_focus_back(
    open_script: OpenJourney, workspace: Path, opened_by: str
) -> None:
    (workspace / "notes.txt").write_text("one\n")
    journey = await open_script("x = 1\n")
    await journey.press("Control+b")
    await row(journey, "notes.txt").focus()
    if opened_by == "pointer":
        await row(journey, "notes.txt").click(button="right")
    else:
        await journey.press(opened_by)
    menu = journey.page.get_by_role("menu", name="notes.txt")
    names = [
        "Open",
        "Duplicate",
        "Download",
        "Rename…",
        "Copy the path",
        "Move to the trash…",
        "New file…",
        "New folder…",
    ]
    await expect(menu.get_by_role("menuitem").locator("span")).to_have_text(names)
    await expect(menu.get_by_role("menuitem", name="Open")).to_be_focused()
    await expect(menu).to_be_in_viewport(ratio=1)
    assert await findings(journey.page) == []
    await journey.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(row(journey, "notes.txt")).to_be_focused()
    await expect(journey.page.get_by_role("tree")).to_be_visible()


async def test_the_menu_does_what_it_says(open_script: OpenJourney, workspace: Path) -> None:
    (workspace / "data").mkdir()
    (workspace / "data" / "notes.txt").write_text("one\n")
    journey = await open_script("x = 1\n", permissions=["clipboard-read", "clipboard-write"])
    page = journey.page

    async def choose(of: Locator, name: str) -> None:
        await of.click(button="right")
        await page.get_by_role("menuitem", name=name).click()

    await journey.press("Control+b")
    await choose(row(journey, "data"), "Open the folder")
    await expect(row(journey, "notes.txt")).to_be_visible()
    await choose(row(journey, "notes.txt"), "Copy the path")
    await expect(journey.notice("data/notes.txt is on the clipboard.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "data/notes.txt"
    for copy in ["notes copy.txt", "notes copy 2.txt"]:
        await choose(row(journey, "notes.txt"), "Duplicate")
        await expect(row(journey, copy)).to_be_focused()
        assert (workspace / "data" / copy).read_text() == "one\n"
    async with page.expect_download() as download:
        await choose(row(journey, "notes.txt"), "Download")
    assert (await (await download.value).path()).read_text() == "one\n"
    await choose(row(journey, "notes.txt"), "New folder…")
    await page.get_by_label("Name of the new folder").fill("deep")
    await journey.press("Enter")
    await expect(row(journey, "deep")).to_be_focused()
    assert (workspace / "data" / "deep").is_dir()
    await choose(row(journey, "notes.txt"), "Rename…")
    await expect(page.get_by_label("New name of notes.txt")).to_be_focused()
    await journey.press("Escape")
    await expect(row(journey, "notes.txt")).to_be_focused()
    await choose(row(journey, "notes.txt"), "Rename…")
    await page.get_by_label("New name of notes.txt").fill("words.txt")
    await journey.press("Enter")
    await expect(row(journey, "words.txt")).to_be_focused()
    await choose(row(journey, "words.txt"), "Move to the trash…")
    await page.get_by_role("button", name="Move to the trash").click()
    await expect(row(journey, "words.txt")).to_have_count(0)
    await expect(row(journey, "script.py")).to_be_focused()
    # Beside the rows, it is about the workspace.
    tree = await page.get_by_role("tree").bounding_box()
    assert tree is not None
    await page.mouse.click(tree["x"] + 40, tree["y"] + tree["height"] - 20, button="right")
    await page.get_by_role("menu", name="Workspace").get_by_role("menuitem", name="New file…").click()
    await page.get_by_label("Name of the new file").fill("top.py")
    await journey.press("Enter")
    await expect(tab(journey, "top.py")).to_have_attribute("aria-selected", "true")
    assert (workspace / "top.py").is_file()
