"""What the page knows of the language, from the real ty and ruff, in a real Chromium."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from .conftest import Journey, OpenJourney, Visit, findings

pytestmark = pytest.mark.asyncio(loop_scope="session")

SLOW = "Failed to load resource"
"""What Chromium says where a language server was told to stop because the machine is busy; the page asks again."""

SCRIPT = '''import pandas as pd

df = pd.DataFrame({"amount": [1, 2], "unit price": [0.5, 1.5]})


class Scale:
    """Holds a factor."""

    def grow(self, values: list[float], by: float, *, offset: float = 0.0) -> list[float]:
        """Multiply *values*.

        | how | why |
        | --- | --- |
        | by  | it is the factor |
        """
        return [value * by + offset for value in values]


def hostile(value: int = 0) -> None:
    """<img src="http://127.0.0.1:9/a.png" onerror="window.ran = 1"><script>window.ran = 2; alert(2)</script>

    ![picture](http://127.0.0.1:9/b.png) [link](javascript:window.ran=3) <iframe src="http://127.0.0.1:9/c"></iframe>
    <style>body { background: url(http://127.0.0.1:9/d) }</style> <b style="background: url(http://127.0.0.1:9/e)">b</b>
    ![svg](data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=4"/>) [d](data:text/html,x)
    <svg onload="window.ran = 5"></svg> <a href="javascript:window.ran=6">a</a> <form action="http://127.0.0.1:9/f">

    Parameters
    ----------
    value : int
        <img src="http://127.0.0.1:9/g.png" onerror="window.ran = 7"> ![h](http://127.0.0.1:9/h.png)
    """


scale = Scale()
'''


DRAWN_OFTEN = """async () => {
    for (let frames = 0; frames < 10; frames += 1) await new Promise(requestAnimationFrame);
}"""
"""A list that has only just come takes no key that was meant for the text, and nothing tells when it does."""


def options(page: Page) -> Locator:
    """What could stand at the cursor."""
    return page.get_by_role("listbox", name="Completions").get_by_role("option")


def option(page: Page, name: str) -> Locator:
    """The name in the list that is just *name*."""
    return page.locator(".rdit-completions li", has=page.locator(f".cm-completionLabel:text-is('{name}')"))


async def complaints(page: Page) -> list[str]:
    """What axe finds, but for the editor's own place, which is scrolled by the keys of the text in it."""
    return [one for one in await findings(page) if "cm-scroller" not in one]


async def told(page: Page, shown: Locator, method: str, ask: Callable[[], Awaitable[None]]) -> None:
    """Ask until what only the script's process knows is *shown*: on a busy machine it has no time to answer."""
    asked = f"textDocument/{method}"
    while not await shown.is_visible():
        async with page.expect_response(lambda response: asked in (response.request.post_data or "")):
            await ask()
        with suppress(PlaywrightTimeoutError):
            await shown.wait_for(timeout=2000)


async def write(journey: Journey, text: str) -> None:
    """Type *text* in a new line at the end of the script."""
    await journey.editor.focus()
    await journey.press("Escape", "Control+End", "Enter", "Home")
    await journey.page.keyboard.type(text)


@pytest_asyncio.fixture(loop_scope="session")
async def journey(open_script: OpenJourney) -> AsyncIterator[Journey]:
    yield await open_script(SCRIPT, expected=SLOW)


async def test_names_are_completed_with_their_documentation(journey: Journey) -> None:
    page = journey.page
    await write(journey, "df.")
    await expect(option(page, "abs")).to_be_visible()
    await expect(journey.editor).to_have_attribute("aria-autocomplete", "list")
    await page.keyboard.type("hea")
    await expect(option(page, "head")).to_be_visible()
    selected = await options(page).first.get_attribute("id")
    await expect(journey.editor).to_have_attribute("aria-activedescendant", selected or "")
    await expect(page.locator(".cm-completionInfo")).to_contain_text("Return the first n rows.")
    await expect(page.locator(".cm-completionInfo code", has_text="n: int").first).to_be_visible()
    assert await complaints(page) == []
    await journey.press("Tab")
    await expect(journey.editor).to_contain_text("df.head")
    await expect(page.locator(".rdit-completions")).to_have_count(0)

    await write(journey, "scale.")
    await expect(option(page, "grow")).to_be_visible()
    await journey.press("Escape")
    await expect(page.locator(".rdit-completions")).to_have_count(0)
    await journey.press("Control+Space")
    await option(page, "grow").click()
    await expect(page.locator(".cm-activeLine")).to_have_text("scale.grow")

    await write(journey, "import nu")
    await expect(option(page, "numpy")).to_be_visible()


async def test_an_import_comes_with_its_name_and_goes_with_it(journey: Journey) -> None:
    page = journey.page
    await write(journey, "OrderedDi")
    chosen = page.locator(".rdit-completions li", has_text="import collections").first
    for way in ("mouse", "keys"):
        await expect(chosen).to_be_visible()
        if way == "mouse":
            await chosen.click()
        else:
            await page.evaluate(DRAWN_OFTEN)
            await journey.press("Tab")
        await expect(journey.line(1)).to_have_text("from collections import OrderedDict")
        await expect(page.locator(".cm-activeLine")).to_have_text("OrderedDict")
        await journey.press("Control+z")
        await expect(journey.line(1)).to_have_text("import pandas as pd")
        await expect(page.locator(".cm-activeLine")).to_have_text("OrderedDi")
        await journey.press("Control+Space")


async def test_signatures_follow_the_argument(journey: Journey) -> None:
    page = journey.page
    signature = page.locator(".rdit-signature")
    await write(journey, "scale.grow(")
    await expect(signature.locator("mark")).to_have_text("values: list[float]")
    await page.keyboard.type("[1.0], ")
    await expect(signature.locator("mark")).to_have_text("by: float")
    await journey.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
    await expect(signature.locator("mark")).to_have_text("values: list[float]")
    await journey.press("End")
    await expect(signature).to_have_count(0)
    await journey.press("ArrowLeft", "Control+Shift+Space")
    await expect(signature.locator("mark")).to_have_text("by: float")
    await journey.press("Escape")
    await expect(signature).to_have_count(0)
    # Who types faster than there is an answer sees it once they rest; it lies over none of what they write.
    await write(journey, "scale.grow([2.0], 3.0")
    await expect(signature.locator("mark")).to_have_text("by: float")
    await expect(signature.locator(".rdit-documentation")).to_be_visible()
    over = await signature.evaluate(
        "(shown) => shown.getBoundingClientRect().bottom - document.querySelector('.cm-activeLine')"
        ".getBoundingClientRect().top"
    )
    assert over < 10  # what is above and below the letters of a line


async def test_documentation_is_shown_on_hover_and_by_a_key(journey: Journey) -> None:
    page = journey.page
    tooltip = page.locator(".rdit-hover")
    await page.locator(".cm-line", has_text="def grow").get_by_text("grow").hover()
    await expect(tooltip).to_contain_text("Multiply values.")
    await page.mouse.move(5, 5)
    await expect(tooltip).to_have_count(0)
    await write(journey, "scale.grow")
    await journey.press("Escape", "Shift+F1")
    await expect(tooltip.get_by_role("table")).to_contain_text("it is the factor")
    # The text is drawn in its colours by now, and not while axe reads it.
    await expect(page.locator(".cm-activeLine .rdit-token-function")).to_have_text("grow")
    assert await complaints(page) == []
    await journey.press("Shift+F1")
    await expect(tooltip).to_be_focused()
    await journey.press("Escape")
    await expect(journey.editor).to_be_focused()
    await expect(tooltip).to_have_count(0)


async def test_a_hostile_docstring_runs_and_fetches_nothing(journey: Journey) -> None:
    page = journey.page
    fetched: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))

    async def is_harmless(place: str) -> None:
        shown = page.locator(place)
        await expect(shown).to_contain_text("onerror")
        bad = ":is(img, svg, iframe, script, style, form, object, [style], a:not([href^='http']))"
        assert await shown.locator(bad).evaluate_all("(found) => found.map((one) => one.outerHTML)") == []

    await write(journey, "hostile")
    await is_harmless(".cm-completionInfo")
    await journey.press("Escape", "Shift+F1")
    await is_harmless(".rdit-hover")
    await page.keyboard.type("(")
    await is_harmless(".rdit-signature")
    # What a server says of hostile text, where it stands and in the list.
    await write(journey, """count: int = "<img src='http://127.0.0.1:9/i.png' onerror='window.ran = 8'>\"""")
    await expect(page.locator(".rdit-problem-error").last).to_contain_text("onerror")
    await journey.press("Escape", "F8")
    await is_harmless(".rdit-problem-words")
    await journey.press("Control+Shift+M")
    await is_harmless(".details-content")
    assert await page.evaluate("window.ran") is None
    assert dialogs == []
    assert [url for url in fetched if not url.startswith(journey.server.address)] == []


async def test_columns_and_values_of_the_running_process_are_known(journey: Journey) -> None:
    page = journey.page
    await journey.run_all()
    await write(journey, 'df["')
    await told(page, option(page, "unit price"), "completion", lambda: journey.press("Escape", "Control+Space"))
    await page.keyboard.type("unit")
    await expect(options(page)).to_have_count(1)
    await journey.press("Tab")
    await expect(page.locator(".cm-activeLine")).to_have_text('df["unit price"]')

    async def point() -> None:
        await page.mouse.move(5, 5)
        await page.locator(".cm-line", has_text="df = pd").hover(position={"x": 14, "y": 12})

    described = page.locator(".rdit-hover", has_text="DataFrame 2 × 2, from line 3")
    await told(page, described, "hover", point)


LETTERS = """\
text = " a, b "
text = [one.strip() for one in text.split(",")]
text = "$`$".join(text)
text = len(text)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")
async def test_each_line_of_a_quick_script_tells_by_a_key_what_it_has_made(open_script: OpenJourney) -> None:
    """Run all expects what comes next at the cursor; what stands in a value is shown as it is, and is no formula."""
    journey = await open_script(LETTERS, expected=SLOW)
    await journey.go_to(2)
    async with journey.page.expect_request("**/api/execute-script") as run:
        await journey.run_all()
    assert (await run.value).post_data_json["focusLine"] == 2
    shown = journey.page.locator(".rdit-hover-asked .rdit-drawn")
    words = [
        "text: str ' a, b ', from line 1, as it was after line 1",
        "text: list of 2: ['a', 'b'], from line 2, as it was after line 2",
        "text: str 'a$`$b', from line 3, as it was after line 3",
        "text: int 5, from line 4",
    ]
    for line, expected in enumerate(words, 1):
        await journey.go_to(line)
        described = shown.get_by_text(expected, exact=True)
        await told(journey.page, described, "hover", lambda: journey.press("Escape", "Shift+F1"))
        await expect(described.locator("code")).to_have_count(1)


async def test_two_pages_have_their_own_text(journey: Journey, visit: Visit) -> None:
    server = journey.server
    page = await visit(f"{server.address}/?token={server.token}", expected=SLOW)
    other = Journey(page, server, journey.path)
    await expect(other.editor).to_be_focused()
    for one, name in ((journey, "only_here"), (other, "only_there")):
        await write(one, f"class {name}:\n    {name}_size = 1\n")
        await one.press("Escape")
        await write(one, f"{name}.")
        await expect(option(one.page, f"{name}_size")).to_be_visible()
    await journey.press("Escape", "Backspace", ".")
    await expect(option(journey.page, "only_here_size")).to_be_visible()


async def test_a_reload_has_it_again(journey: Journey) -> None:
    page = journey.page
    await write(journey, "scale.")
    await expect(option(page, "grow")).to_be_visible()
    await page.reload()
    await expect(journey.editor).to_be_focused()
    await write(journey, "scale.")
    await expect(option(page, "grow")).to_be_visible()
