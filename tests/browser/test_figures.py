"""Figures of matplotlib, from the first statement that draws to the picture that stands."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Journey, OpenJourney

pytest.importorskip("matplotlib")
pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = """import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(4, 2))
ax.bar(["a", "b"], [1, 2])
ax.set_ylabel("sold")
ax.set_title("Once")
fig.tight_layout()
plt.show()
print(ax.title)
"""


async def lines_with_pictures(journey: Journey) -> list[int]:
    """Return the lines that pictures stand below."""
    return [
        int((await output.get_attribute("aria-label") or "").removeprefix("Output of line "))
        for output in await journey.outputs.filter(has=journey.page.locator(".rdit-image")).all()
    ]


async def test_a_figure_stands_once_and_marks_open_it_as_it_was(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    assert await lines_with_pictures(journey) == [6]
    await expect(journey.values).to_have_text(["Text(0.5, 1.0, 'Once')"])
    marks = journey.page.locator(".rdit-step")
    await expect(marks).to_have_count(3)
    mark = journey.line(4).get_by_role("button", name="The figure as it was after line 4")
    await mark.focus()
    await journey.press("Enter")
    dialog = journey.page.get_by_role("dialog")
    await expect(dialog.locator("img")).to_be_visible()
    await journey.press("Escape")
    await expect(dialog).to_have_count(0)
    await journey.page.reload()
    await expect(marks).to_have_count(3)
    assert await lines_with_pictures(journey) == [6]


async def test_a_run_by_steps_moves_the_picture_on(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.go_to(1)
    for line in range(1, 6):
        await journey.press("Shift+Enter")
        await journey.finish()
        if line >= 3:
            await expect(journey.outputs.locator(".rdit-image")).to_have_count(1)
            assert await lines_with_pictures(journey) == [line]
    await expect(journey.page.locator(".rdit-step")).to_have_count(2)


async def test_each_step_of_a_figure_is_a_setting(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.press("Control+,")
    await journey.page.get_by_label("Each step of a figure").check()
    await journey.press("Escape")
    await journey.run_all()
    assert await lines_with_pictures(journey) == [3, 4, 5, 6]
    await expect(journey.page.locator(".rdit-step")).to_have_count(0)


async def test_nothing_moves_while_a_figure_is_drawn_again(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    await expect(journey.page.locator(".rdit-step")).to_have_count(3)
    tops = await journey.page.evaluate_handle(
        "() => { const tops = new Set(); const look = () => { const line = document.querySelectorAll('.cm-line')[7];"
        " tops.add(line.getBoundingClientRect().top); requestAnimationFrame(look); }; look(); return tops; }"
    )
    await journey.press("Control+Alt+Enter", "Control+Shift+Enter")  # in the state as it is, all runs again
    await expect(journey.page.locator(".status-busy")).to_be_visible()
    await journey.finish()
    await expect(journey.page.locator(".rdit-step")).to_have_count(3)
    assert await tops.evaluate("tops => tops.size") == 1
