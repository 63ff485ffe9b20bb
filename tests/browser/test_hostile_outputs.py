"""Hostile outputs in a real browser: they run nothing in the page, load nothing, and reach neither token nor server."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright, expect

import rdit
from tests.conftest import TOKEN, Client, MakeClient

SAMPLES = json.loads((Path(__file__).parents[2] / "frontend/test/output/hostile.json").read_text(encoding="utf-8"))
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
BUILT = (Path(rdit.__file__).parent / "_static" / "index.html").is_file()

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.skipif(not BUILT, reason="the page is not built: scripts/setup builds it"),
]

RECORD = "if (window === top) { window.hits = 0; window.HIT = () => { window.hits += 1 } }"
"""What the samples call when they succeed."""

SHOW = """
import json
class Output:
    def __init__(self, format, content):
        self.bundle = {format: content}
    def _repr_mimebundle_(self):
        return self.bundle
samples = json.loads(open("samples.json", encoding="utf-8").read())
"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


def write(workspace: Path, script: Path, samples: list[tuple[str, str]]) -> None:
    """Write the script that displays the samples, one a line."""
    (workspace / "samples.json").write_text(json.dumps(samples), encoding="utf-8")
    lines = [f"Output(*samples[{index}])" for index in range(len(samples))]
    script.write_text(SHOW + "\n".join(lines) + "\n", encoding="utf-8")


async def show(
    client: Client, browser: Browser, workspace: Path, script: Path, samples: list[tuple[str, str]], **options: Any
) -> tuple[Page, list[Request]]:
    """Run a script that displays the samples, each a format and its content; return its page and all it requested."""
    write(workspace, script, samples)
    # Tall, so that the editor draws every output.
    context = await browser.new_context(viewport={"width": 1000, "height": 12_000}, **options)
    await context.add_init_script(RECORD)
    page = await context.new_page()
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("request", note)
    await page.goto(str(client.make_url("/").with_query(token=TOKEN)))
    await page.locator(".cm-content").focus()
    await page.keyboard.press("Control+Shift+Enter")
    await page.locator(".rdit-item").nth(len(samples) - 1).wait_for(state="attached")
    # The code that draws HTML comes with the first of it.
    await expect(page.locator(".rdit-lazy:empty")).to_have_count(0)
    return page, requests


@pytest.mark.parametrize("bypass_csp", [False, True], ids=["with the page's policy", "by sanitising alone"])
async def test_hostile_outputs_run_and_load_nothing(
    make_client: MakeClient, browser: Browser, workspace: Path, script: Path, bypass_csp: bool
) -> None:
    client = await make_client()
    samples = [("text/html", html) for html in SAMPLES["html"].values()]
    samples += [("text/markdown", text) for text in SAMPLES["markdown"].values()]
    page, requests = await show(client, browser, workspace, script, samples, bypass_csp=bypass_csp)
    await page.locator(".rdit-markdown .katex").first.wait_for(state="attached")
    await assert_nothing_was_run_or_loaded(client, page, requests)


async def assert_nothing_was_run_or_loaded(client: Client, page: Page, requests: list[Request]) -> None:
    """Click and point at all that is shown; nothing has called HIT, gone elsewhere or asked another server."""
    address = page.url
    # What waits for a click or for the pointer gets both.
    await page.evaluate(
        """() => {
            const roots = [document, ...Array.from(document.querySelectorAll(".rdit-html"), (host) => host.shadowRoot)];
            for (const root of roots)
                for (const part of root.querySelectorAll(".rdit-body *"))
                    if (part.closest(".rdit-body") && !part.href?.startsWith?.("http"))
                        for (const kind of ["click", "mouseover", "focus", "toggle"])
                            part.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
        }"""
    )
    fixed = await page.evaluate(
        """() => [document, ...Array.from(document.querySelectorAll(".rdit-html"), (host) => host.shadowRoot)]
            .flatMap((root) => [...root.querySelectorAll("*")])
            .filter((part) => !document.contains(part) && getComputedStyle(part).position === "fixed")
            .map((part) => part.outerHTML)"""
    )
    assert fixed == []
    assert await page.evaluate("window.hits") == 0
    assert await page.evaluate("HIT(), window.hits") == 1, "the samples have nothing to call"
    assert page.url == address
    elsewhere = [
        request.url
        for request in requests
        if request.frame == page.main_frame
        and not request.url.startswith(str(client.make_url("/")))
        and not request.url.startswith(("data:", "blob:"))
    ]
    assert elsewhere == []


ATTACK = """
<pre id="report">waiting</pre>
<script>
const tries = {
  token: () => localStorage.length,
  cookie: () => document.cookie,
  page: () => parent.document.body.innerHTML,
  call: () => parent.HIT(),
  navigate: () => { top.location = "https://evil.test/"; return "asked"; },
  popup: () => String(open("https://evil.test/")),
  origin: () => origin,
};
const found = {};
for (const [name, attempt] of Object.entries(tries))
  try { found[name] = attempt(); } catch (error) { found[name] = error.name; }
const page = new URL(document.URL);
Promise.allSettled([
  fetch(new URL("/api/session", page)),
  fetch(new URL("/api/health", page)),
  fetch(new URL("/", page), { mode: "no-cors" }),
  new Promise((resolve, reject) => {
    const socket = new WebSocket(page.origin.replace("http", "ws") + "/api/");
    socket.onopen = resolve;
    socket.onerror = reject;
  }),
]).then((answers) => {
  found.server = answers.map((answer) => answer.status);
  document.getElementById("report").textContent = JSON.stringify(found);
  document.getElementById("report").dataset.done = "yes";
});
</script>
"""


@pytest.mark.parametrize("bypass_csp", [False, True], ids=["with its policy", "by the sandbox alone"])
async def test_a_scripted_output_reaches_neither_token_nor_page_nor_server(
    make_client: MakeClient, browser: Browser, workspace: Path, script: Path, bypass_csp: bool
) -> None:
    client = await make_client()
    page, _ = await show(client, browser, workspace, script, [("text/html", ATTACK)], bypass_csp=bypass_csp)
    address = page.url
    report = page.frame_locator(".rdit-frame").locator("#report[data-done]")
    found = json.loads(await report.inner_text())
    assert found.pop("server")[:2] == ["rejected", "rejected"]
    assert found == {
        "token": "SecurityError",
        "cookie": "SecurityError",
        "page": "SecurityError",
        "call": "SecurityError",
        "navigate": "SecurityError",
        "popup": "null",
        "origin": "null",
    }
    assert page.url == address
    assert await page.evaluate("window.hits") == 0
    assert len(page.context.pages) == 1


async def test_the_document_for_scripted_outputs_does_nothing_for_other_pages(
    make_client: MakeClient, browser: Browser
) -> None:
    client = await make_client()
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(str(client.make_url("/sandbox.html")))
    assert await page.evaluate("window.origin") == "null"
    await page.evaluate("postMessage({ rdit: 'show', html: '<script>window.ran = true</script>', theme: {} }, '*')")
    assert await page.evaluate("new Promise((resolve) => setTimeout(() => resolve(window.ran ?? false)))") is False
    assert "shows outputs inside rdit" in await page.inner_text("body")
