"""What is typed, indented and pasted goes on with the indentation of the file, and still runs."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .conftest import Journey, OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def text_of(journey: Journey) -> str:
    """Save the script, and return the file's text."""
    await journey.press("Control+s")
    await expect(journey.page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    return journey.path.read_text(encoding="utf-8")


async def paste(journey: Journey, text: str) -> None:
    """Paste *text* as the clipboard does."""
    await journey.editor.evaluate(
        """(element, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


async def test_tabs_go_on_as_tabs(open_script: OpenJourney) -> None:
    journey = await open_script("if True:\n\tfor i in range(2):\n\t\tprint(i)\nx = 1\n")
    await journey.go_to(3)
    await journey.press("End", "Enter")
    await journey.page.keyboard.type('print("new")')
    assert await text_of(journey) == 'if True:\n\tfor i in range(2):\n\t\tprint(i)\n\t\tprint("new")\nx = 1\n'
    await journey.press("Shift+Home", "Shift+ArrowUp", "Tab")
    assert '\t\t\tprint(i)\n\t\t\tprint("new")\n' in await text_of(journey)
    await journey.press("Shift+Tab")
    await journey.run_all()
    await expect(journey.outputs.first).to_contain_text("new")


async def test_two_spaces_go_on_as_two(open_script: OpenJourney) -> None:
    journey = await open_script("def f(x):\n  if x:\n    y = 1\n  return x\n")
    await journey.go_to(2)
    await journey.press("End", "Enter")
    await journey.page.keyboard.type("z = 2")
    assert await text_of(journey) == "def f(x):\n  if x:\n    z = 2\n    y = 1\n  return x\n"


async def test_what_is_pasted_takes_the_indentation_of_the_file(open_script: OpenJourney) -> None:
    journey = await open_script("def f():\n    a = 1\n    \n    return a\nf()\n")
    await journey.go_to(3)
    await journey.press("End")
    await paste(journey, "for i in range(2):\n\tprint(i)\n")
    pasted = "    for i in range(2):\n        print(i)\n"
    assert await text_of(journey) == f"def f():\n    a = 1\n{pasted}\n    return a\nf()\n"
    await journey.run_all()
    await expect(journey.outputs.first).to_contain_text("1")
