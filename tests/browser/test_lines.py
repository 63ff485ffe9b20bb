"""Numbers and marks stand beside their lines in every frame that is painted, whatever outputs do to the heights."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from .conftest import Journey, OpenJourney

pytestmark = pytest.mark.asyncio(loop_scope="session")

FRAMES = Path(__file__).with_name("frames.js")

PICTURE = """\
import base64, io, struct, zlib
def png(width, height):
    pack = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    head = struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 1) * height))
    return b'\\x89PNG\\r\\n\\x1a\\n' + pack(b'IHDR', head) + pack(b'IDAT', rows) + pack(b'IEND', b'')
class Shown:
    def __init__(self, **methods):
        self.__class__ = type('Shown', (), {f'_repr_{name}_': lambda self, _given=given: _given
                                            for name, given in methods.items()})
"""

KINDS = {
    "markdown": '"""\n```python\nx = 1\n```\n\n- one\n- two\n"""',
    "markdown with a formula": '"""# Title\n\n$$\\\\frac{a}{b}$$ and $c$"""',
    "markdown in portions": "Shown(markdown='- one\\n\\n  *two* `three`\\n\\n' * 900)",
    "html": "Shown(html='<h1>Title</h1><p>one<p>two<ul><li>three<li>four</ul>')",
    "html with scripts": "Shown(html='<script>document.write(\"<p style=height:300px>tall\")</script>')",
    "latex": "Shown(latex=r'$\\displaystyle \\int_0^1 \\frac{x^2}{1 + \\frac{1}{x}} dx$')",
    "grid": "[{'n': n, 'text': str(n) * 3} for n in range(40)]",
    "picture": "png(320, 240)",
    "picture without a size": "Shown(svg='<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>')",
    "long text": "for n in range(300): print('line', n)",
    "wide text": "print('word ' * 400)",
    "tree": "{'a': list(range(30)), 'b': {'c': ['long text' * 9] * 5}}",
    "json": "Shown(json={'a': [1, 2, 3], 'b': {'c': None}})",
    "error output": "import sys; print('warning ' * 30, file=sys.stderr)",
}
if find_spec("plotly"):
    KINDS["chart"] = "import plotly.graph_objects as go; go.Figure(go.Bar(y=[1, 3, 2]))"
if find_spec("matplotlib"):
    KINDS["figure"] = "import matplotlib.pyplot as plt; plt.plot([1, 3, 2])"
if find_spec("pandas"):
    KINDS["table"] = "import pandas as pd; pd.DataFrame({'a': range(8)})"
KINDS["error"] = "1 / 0"


def numbered(text: str) -> str:
    """*text* with the number of each line at its end, where that is a comment."""
    lines, is_prose = [], False
    for number, line in enumerate(text.splitlines(), 1):
        marks = line.count('"""')
        lines.append(line if is_prose or marks else f"{line}  # {number}")
        is_prose ^= marks % 2 == 1
    return "\n".join(lines) + "\n"


async def watch(page: Page) -> None:
    """Look at each frame from the next load on."""
    await page.add_init_script(path=FRAMES)


async def faults(page: Page) -> list[str]:
    """What was out of its place in any frame since the page was loaded."""
    await settle(page)
    seen = await page.evaluate("window.__frames()")
    assert seen["frames"] > 2
    return seen["faults"]  # type: ignore[no-any-return]


async def settle(page: Page) -> None:
    """Wait until nothing is loaded or drawn any more."""
    await expect(page.locator(".rdit-lazy[style*=min-height], .rdit-source")).to_have_count(0)
    await page.evaluate("""async () => {
        const isLoading = () => [...document.images].some((image) => !image.complete);
        for (let frames = 0; frames < 12 || isLoading(); frames += 1) await new Promise(requestAnimationFrame);
    }""")


async def run_again(journey: Journey) -> None:
    """Run the whole script, of which there are results, and wait until it is over."""
    async with journey.page.expect_request_finished(lambda request: "execute-script" in request.url):
        await journey.press("Control+Shift+Enter")
    await journey.finish()


@pytest.mark.parametrize("layout", ["below", "beside"])
@pytest.mark.parametrize("height", [700, 12_000], ids=["long", "short"])
async def test_numbers_and_marks_stay_beside_their_lines(open_script: OpenJourney, layout: str, height: int) -> None:
    # A text that is shorter than the window is a case of its own: the whole of it is as tall as before.
    shown = "\n".join(f"{kind}\na = 1\nb = 2" for kind in KINDS.values())
    journey = await open_script(numbered(f"{PICTURE}{shown}"), viewport={"width": 1280, "height": height})
    page = journey.page
    await watch(page)
    if layout == "beside":
        await journey.press("Control+j")
    await page.reload()
    await expect(journey.editor).to_be_focused()
    await journey.run_all()
    assert await faults(page) == []
    await page.reload()
    await expect(journey.outputs.first).to_be_visible()
    assert await faults(page) == []
    await run_again(journey)
    assert await faults(page) == []


async def test_a_click_beside_a_statement_runs_that_statement(open_script: OpenJourney) -> None:
    journey = await open_script('"""\n```python\nx = 1\n```\n"""\na = 1\nb = 2\nc = 3\n')
    await journey.run_all()
    await settle(journey.page)
    last = journey.page.locator(".cm-line", has_text="c = 3")  # those of the docstring are folded into one
    line, gutter = await last.bounding_box(), await journey.page.locator(".rdit-gutter").bounding_box()
    assert line
    assert gutter
    async with journey.page.expect_request(lambda request: "execute-script" in request.url) as asked:
        await journey.page.mouse.click(gutter["x"] + gutter["width"] / 2, line["y"] + line["height"] / 2)
    assert (await asked.value).post_data_json["lineRange"] == {"from": 8, "to": 8}
