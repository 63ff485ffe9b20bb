"""What the page asks before it starts a Python of the workspace, and before it opens what another site has named."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.attacks.test_interpreters import plant
from tests.browser.conftest import Journey, Visit, findings
from tests.running import Rdit

pytestmark = pytest.mark.asyncio(loop_scope="session")


@contextmanager
def another_site(link: str) -> Iterator[str]:
    """Serve a page with *link* on it; yield its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!doctype html><link rel="icon" href="data:,"><a href="{link}">Look at this</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            serving.join()


async def test_looking_runs_nothing_and_a_strange_python_is_asked_about_once(
    serve: Callable[..., Rdit], visit: Visit, workspace: Path, script: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "STARTED"
    evil = workspace / "downloads" / "evil"
    interpreter = plant(evil / ".venv", mark)
    (evil / "look.py").write_text("6 * 7\n")
    (evil / "too.py").write_text("6 * 8\n")
    server = serve(script.name, folder=workspace, XDG_STATE_HOME=str(tmp_path / "state"))
    # The link has a token of its own, which the server refuses.
    page = await visit(f"{server.address}/?token={server.token}", expected="401")
    journey = Journey(page, server, script)
    await expect(journey.editor).to_be_focused()
    with another_site(f"{server.address}/?script=downloads/evil/look.py&amp;token=wrong") as site:
        await page.goto(site)
        await page.get_by_text("Look at this").click()

        question = page.get_by_role("alertdialog")
        await expect(question).to_contain_text("downloads/evil/look.py")
        assert await findings(page) == []
        await page.keyboard.press("Enter")  # held since it followed the link: no yes
        await expect(question).to_have_count(0)
        await expect(page.locator(".cm-line").first).to_have_text("x = 1")
        assert page.url == f"{server.address}/"  # what the link named is out of the address, and its token was not kept

        await page.goto(site)
        await page.get_by_text("Look at this").click()
        await question.get_by_role("button", name="Open it").click()
    await expect(page.locator(".cm-line:visible").first).to_have_text("6 * 7")
    await expect(journey.kernel).to_have_text("Not started")

    await journey.press("Control+Enter")
    await expect(question).to_contain_text(str(interpreter))
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await expect(question).to_have_count(0)
    await expect(journey.editor).to_be_focused()
    assert not mark.exists()

    await journey.press("Control+Enter")
    await question.get_by_role("button", name="Start it").click()
    await expect(journey.values).to_have_text(["42"])
    assert mark.exists()

    await page.goto(f"{server.address}/?script=downloads/evil/too.py")
    await expect(journey.editor).to_be_focused()
    await expect(journey.kernel).to_have_text("Not started")
    await journey.press("Control+Enter")
    await expect(journey.values).to_have_text(["48"])
