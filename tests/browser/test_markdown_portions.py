"""Dense Markdown is drawn in portions: the page paints meanwhile, and shows nothing of it before it is whole."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .conftest import OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPT = """class Text:
    def __repr__(self):
        return "a text"
    def _repr_markdown_(self):
        prose = "The *quick* `fox` jumps over a [lazy](https://dog.example) dog.\\n\\n" * 2_000
        return prose + "```python\\nprint('quick')\\n```\\n\\nThe end, $x^2$."
Text()
"""

WATCH = """() => {
    window.seen = [];
    const look = () => {
        const text = document.querySelector(".rdit-markdown");
        const drawn = text?.querySelector(".rdit-drawn");
        if (drawn) seen.push({ blocks: drawn.childElementCount, shown: drawn.offsetHeight, height: text.offsetHeight,
                               isWhole: !text.hasAttribute("data-loading") });
        if (!seen.at(-1)?.isWhole) requestAnimationFrame(look);
    };
    look();
}"""


async def test_dense_markdown_is_drawn_in_portions_while_the_page_paints(open_script: OpenJourney) -> None:
    journey = await open_script(SCRIPT)
    await journey.run_all()
    page = journey.page
    text = page.locator(".rdit-markdown")
    await page.evaluate(WATCH)
    await text.locator("> button").click()
    await expect(text).to_contain_text("The end")
    await expect(text).not_to_have_attribute("data-loading", "")
    await page.wait_for_function("() => seen.at(-1)?.isWhole")
    *meanwhile, whole = await page.evaluate("seen")
    assert whole["blocks"] == 2_002
    assert len({frame["blocks"] for frame in meanwhile}) > 2, "no frame was painted between two portions"
    assert {frame["shown"] for frame in meanwhile} == {0}
    assert len({frame["height"] for frame in meanwhile}) == 1, "its height changes as it is drawn"
    assert whole["height"] > 10_000
