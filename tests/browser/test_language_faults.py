"""Language servers that are killed, hang or are missing, as a page sees it: the real ty and ruff in a real Chromium."""

from __future__ import annotations

import os
import select
import signal
import sys
import sysconfig
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.running import running_rdit

from .conftest import PATIENCE, Journey, OpenJourney, Visit
from .test_language import SLOW, option, options, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = """class Scale:
    def grow(self, by: float) -> float:
        return by


scale = Scale()
"""
SERVERS = ("ty", "ruff")
FOLLOW_NOTICES = """
window.said = [];
new MutationObserver(() => {
  const text = document.querySelector(".notice p")?.textContent ?? "";
  if (window.said.at(-1) !== text) window.said.push(text);
}).observe(document.querySelector(".notices"), { childList: true, subtree: true, characterData: true });
"""
AWAY = "Help with the language is away"
BACK = "Help with the language was away for a while. It is back."


def processes_of(journey: Journey) -> dict[str, int]:
    """Return the language servers of the journey's server, by name: their process ids."""
    found: dict[str, int] = {}
    for listing in Path(f"/proc/{journey.server.process.pid}/task").glob("*/children"):
        for process in map(int, listing.read_text().split()):
            command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
            found |= {name: process for name in SERVERS if command[0].endswith(f"/{name}".encode())}
    return found


async def said(page: Page) -> list[str]:
    """Return what the page has said since it was followed, one after the other."""
    return [text for text in await page.evaluate("window.said") if text]


async def begin(open_script: OpenJourney) -> Journey:
    """Open the script and wait until the servers help with it."""
    journey = await open_script(SCRIPT, expected=SLOW)
    await write(journey, "scale.")
    await expect(option(journey.page, "grow")).to_be_visible()
    await journey.press("Escape", "Shift+Home", "Delete")
    await journey.page.evaluate(FOLLOW_NOTICES)
    return journey


async def test_who_waits_for_a_list_gets_it_although_the_server_is_killed(open_script: OpenJourney) -> None:
    journey = await begin(open_script)
    page = journey.page
    process = processes_of(journey)["ty"]
    os.kill(process, signal.SIGSTOP)  # so that it cannot answer before it is killed
    async with page.expect_request(lambda request: "textDocument/completion" in (request.post_data or "")):
        await page.keyboard.type("scale.")
    os.kill(process, signal.SIGKILL)
    await expect(option(page, "grow")).to_be_visible()
    await expect(journey.notice(BACK)).to_be_visible()
    assert [text for text in await said(page) if not text.startswith(AWAY)] == [BACK]
    assert len(await said(page)) <= 2

    await journey.press("Escape", "Shift+Home")
    await page.keyboard.type("print(nowhere)")
    await expect(page.locator(".rdit-problem-error")).to_have_text("nowhere")
    os.kill(processes_of(journey)["ruff"], signal.SIGKILL)
    await journey.press("Shift+Home")
    await page.keyboard.type("import json")
    await expect(page.locator(".rdit-problem")).to_have_text("json")


async def test_while_a_server_hangs_one_types_and_runs_and_then_it_is_replaced(open_script: OpenJourney) -> None:
    journey = await begin(open_script)
    page = journey.page
    process = processes_of(journey)["ty"]
    os.kill(process, signal.SIGSTOP)
    await page.keyboard.type("scal")
    await expect(options(page).first).to_have_text("vscale")  # by the page itself
    await page.keyboard.type("e")
    await journey.press("Escape", "Enter")
    await page.keyboard.type("nowhere")
    await journey.press("Escape")
    await journey.run_all()
    await expect(journey.outputs.last).to_contain_text("NameError")
    await expect(page.locator(".rdit-problem-error")).to_have_text("nowhere")
    await page.wait_for_function("(text) => window.said.includes(text)", arg=BACK)
    assert processes_of(journey)["ty"] != process
    assert [text for text in await said(page) if not text.startswith(AWAY)] == [BACK]
    assert len(await said(page)) <= 2


async def test_a_server_that_goes_on_answers_what_it_was_asked(open_script: OpenJourney) -> None:
    journey = await begin(open_script)
    page = journey.page
    process = processes_of(journey)["ty"]
    os.kill(process, signal.SIGSTOP)
    async with page.expect_request(lambda request: "textDocument/completion" in (request.post_data or "")):
        await page.keyboard.type("scale.")
    os.kill(process, signal.SIGCONT)
    await expect(option(page, "grow")).to_be_visible()
    assert processes_of(journey)["ty"] == process
    assert await said(page) == []


FOLLOW_TOOLTIPS = """
window.told = [];
new MutationObserver(() => {
  for (const one of document.querySelectorAll(".cm-tooltip")) window.told.push(one.textContent);
}).observe(document.body, { childList: true, subtree: true });
"""


async def test_what_is_told_of_a_name_once_the_pointer_has_left_is_not_shown(open_script: OpenJourney) -> None:
    journey = await begin(open_script)
    page = journey.page
    await page.evaluate(FOLLOW_TOOLTIPS)
    process = processes_of(journey)["ty"]
    os.kill(process, signal.SIGSTOP)
    async with page.expect_response(lambda response: "textDocument/hover" in (response.request.post_data or "")):
        async with page.expect_request(lambda request: "textDocument/hover" in (request.post_data or "")):
            await page.locator(".cm-line", has_text="scale = Scale()").get_by_text("Scale").hover()
        await page.locator(".status-cursor").hover()
        os.kill(process, signal.SIGCONT)
    # By the time that a later answer is shown, the earlier one would have been.
    await page.locator(".cm-line", has_text="def grow").get_by_text("grow").hover()
    await expect(page.locator(".cm-tooltip")).to_contain_text("grow")
    told = await page.evaluate("window.told")
    assert all("grow" in text for text in told), told


def environment_without_servers(folder: Path) -> Path:
    """Make an environment with all packages of this one but ty and ruff; return its `bin`."""
    packages = Path("lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    (folder / packages).mkdir(parents=True)
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.name.partition("-")[0] not in SERVERS:
            (folder / packages / entry.name).symlink_to(entry)
    return folder / "bin"


async def test_without_servers_one_is_told_once_and_they_come_as_soon_as_they_are_there(
    visit: Visit, workspace: Path, tmp_path: Path
) -> None:
    binaries = environment_without_servers(tmp_path / "environment")
    path = workspace / "script.py"
    path.write_text(SCRIPT)
    command = (str(binaries / "python"), "-m", "rdit")
    with running_rdit(path.name, folder=workspace, command=command) as server:
        page = await visit(f"{server.address}/?token={server.token}", expected=SLOW)
        journey = Journey(page, server, path)
        await expect(journey.editor).to_be_focused()
        await page.evaluate(FOLLOW_NOTICES)
        await expect(journey.notice(f"{AWAY} (ty and ruff)")).to_contain_text("There is no ty beside rdit's own Python")
        await write(journey, "scal")
        await expect(options(page).first).to_have_text("vscale")
        await page.keyboard.type("e")
        await journey.press("Escape")
        await journey.run_all()
        await write(journey, "import json\nscale.")
        assert len(await said(page)) == 1
        for name in SERVERS:
            (binaries / name).symlink_to(Path(sysconfig.get_path("scripts"), name))
        await expect(option(page, "grow")).to_be_visible()
        await expect(page.locator(".rdit-problem-error").first).to_be_visible()
        await expect(journey.notice(AWAY)).to_have_count(0)
        await page.goto("about:blank")


async def test_servers_end_with_rdit_however_it_ends(visit: Visit, workspace: Path) -> None:
    path = workspace / "script.py"
    path.write_text(SCRIPT)
    with pytest.raises(AssertionError, match="status -9"), running_rdit(path.name, folder=workspace) as server:
        page = await visit(f"{server.address}/?token={server.token}", expected="Failed to load resource")
        journey = Journey(page, server, path)
        await write(journey, "scale.")
        await expect(option(page, "grow")).to_be_visible()
        processes = processes_of(journey)
        assert sorted(processes) == ["ruff", "ty"]
        ends = [os.pidfd_open(process) for process in processes.values()]
        await page.goto("about:blank")
        server.process.kill()
    for end in ends:
        assert select.select([end], [], [], PATIENCE / 1000)[0]
        os.close(end)
