"""Every kind of value, from the Python object to what is seen: one script with the real libraries, run once."""

from __future__ import annotations

import ast
import base64
import re
import sys
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Frame, Locator, expect

from tests.running import running_rdit

from .conftest import PATIENCE, Journey, findings

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("values"), pytest.mark.timeout(180)]

GALLERY = Path(__file__).parents[2] / "examples" / "gallery.py"
START = """\
import base64, io, math, struct, wave
class Value:
    def __init__(self, **methods):
        self.__class__ = type("Value", (), {f"_{name}_": lambda self, *_, _given=given, **__: _given
                                            for name, given in methods.items()})
def picture(form):
    from PIL import Image
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((60, 30)).save(file, form)
    return file.getvalue()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><circle cx="20" cy="20" r="9"/></svg>'
recording = io.BytesIO()
with wave.open(recording, "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", None))
    file.writeframes(bytes(16_000))
"""


@dataclass(frozen=True)
class Kind:
    """A kind of value: the code whose last statement shows it, and what of it is then in the page."""

    name: str
    code: str
    selector: str
    """What the output holds; empty when there is to be no output."""
    text: str = ""
    """What it says, as a regular expression."""
    size: tuple[int, int] | None = None
    """What an image measures on the page."""
    needs: str = ""
    """The library that makes it."""
    draws: str = ""
    """What of a chart must be there in the sandboxed frame; `canvas` only when something is painted on it."""


FIGURE = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots(figsize=(4, 2))\n"
FILM = zlib.decompress(
    base64.b85decode(
        next(
            node.value
            for node in ast.walk(ast.parse(GALLERY.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("c-o")
        )
    )
)
"""Eight frames that the gallery has."""
MARKDOWN = r"""'''
*Text* with [a link](https://commonmark.org), $e^{i\\pi}$ and

| a | b |
|---|--:|
| 1 |  2 |

```python
def area(): pass
```
'''"""

KINDS = (
    # --- the MIME protocol
    Kind("html", "Value(repr_html='<b class=own>bold</b>')", ".rdit-html b.own", "bold"),
    Kind("svg", "Value(repr_svg=SVG)", "img.rdit-image", size=(120, 40)),
    Kind("png", "Value(repr_png=picture('PNG'))", "img.rdit-image", size=(60, 30), needs="PIL"),
    Kind("jpeg", "Value(repr_jpeg=picture('JPEG'))", "img.rdit-image", size=(60, 30), needs="PIL"),
    Kind("latex", r"Value(repr_latex='$$\\frac{1}{2}$$')", ".rdit-latex .katex .mfrac"),
    Kind("markdown", "Value(repr_markdown='## Title\\n*yes*')", ".rdit-markdown h2", "Title"),
    Kind("json", "Value(repr_json={'a': [1, {'b': None}]})", "[role=tree][aria-label=JSON]", "1 key"),
    Kind("bundle", "Value(repr_mimebundle={'text/html': '<i>a bundle</i>', 'text/plain': 'p'})", "i", "a bundle"),
    Kind("metadata", "Value(repr_png=(picture('PNG'), {'width': 30}))", "img", size=(30, 15), needs="PIL"),
    Kind(
        "bundle-metadata",
        "Value(repr_mimebundle=({'image/svg+xml': SVG}, {'image/svg+xml': {'width': 60, 'height': 20}}))",
        "img.rdit-image",
        size=(60, 20),
    ),
    Kind(
        "ipython-display",
        "class Own:\n    def _ipython_display_(self):\n        print('shown\\nby itself')\nOwn()",
        ".rdit-text",
        "shown\\s+by itself",
    ),
    # --- IPython
    Kind(
        "ipython-html", "from IPython.display import *\nHTML('<u>underlined</u>')", "u", "underlined", needs="IPython"
    ),
    Kind("ipython-image", "Image(picture('PNG'), width=20)", "img.rdit-image", size=(20, 10), needs="IPython"),
    Kind("ipython-math", r"Math(r'\sum x')", ".katex", needs="IPython"),
    Kind("ipython-json", "JSON({'key': [1, 2]})", "[role=tree][aria-label=JSON]", "key", needs="IPython"),
    Kind("ipython-audio", "Audio(recording.getvalue())", "audio", needs="IPython"),
    Kind("updated", "display(HTML('<b>before</b>'), display_id='place');", "b", "^after$", needs="IPython"),
    Kind("update", "update_display(HTML('<b>after</b>'), display_id='place')", "", needs="IPython"),
    Kind("several", "display(HTML('<b>one</b>'), Markdown('*two*'))", ".rdit-markdown em", "two", needs="IPython"),
    Kind(
        "cleared",
        "for n in range(3):\n    clear_output(wait=True)\n    print('round', n, end='\\n\\n')",
        ".rdit-text",
        r"^\s*round 2\b",
        needs="IPython",
    ),
    # --- tables
    Kind(
        "pandas",
        "import pandas as pd\npd.DataFrame({'a': range(50), 'b': [None, 'x'] * 25})",
        "[role=grid][aria-label='DataFrame, 50 rows × 2 columns']",
        "a\\s*int64",
        needs="pandas",
    ),
    Kind("series", "pd.Series([1.5, 2.5] * 9, name='s')", "[role=grid]", "s\\s*float64", needs="pandas"),
    Kind(
        "polars",
        "import polars\npolars.DataFrame({'a': [1, 2], 'b': [['x'], None]})",
        "[role=grid]",
        "a\\s*Int64",
        needs="polars",
    ),
    Kind("pyarrow", "import pyarrow\npyarrow.table({'a': [1, 2]})", "[role=grid]", "a\\s*int64", needs="pyarrow"),
    Kind(
        "numpy",
        "import numpy as np\nnp.eye(30)",
        "[role=grid][aria-label='ndarray, 30 rows × 30 columns']",
        needs="numpy",
    ),
    Kind("records", "[{'a': n, 'b': str(n)} for n in range(30)]", "[role=grid]", "a\\s*int"),
    # --- figures
    Kind("figure", FIGURE + "axes.plot([1, 3, 2]);", "img.rdit-image", size=(400, 200), needs="matplotlib"),
    Kind("unchanged", "nothing = 0", "", needs="matplotlib"),
    Kind("changed", "axes.set_title('again');", "img.rdit-image", size=(400, 200), needs="matplotlib"),
    Kind(
        "animation",
        "from matplotlib.animation import FuncAnimation\n"
        "film = FuncAnimation(figure, lambda n: axes.plot([n, 1]), frames=3)\nplt.close('all')\nfilm",
        "iframe",
        needs="matplotlib",
        draws=".animation img[src^='data:image/png'], .anim-buttons button",
    ),
    Kind(
        "seaborn",
        "import seaborn\nseaborn.scatterplot(x=[1, 2, 3], y=[1, 3, 2]);",
        "img.rdit-image",
        needs="seaborn",
    ),
    # --- charts, each in its frame
    Kind(
        "plotly",
        "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 3, 2], mode='markers'))",
        "iframe",
        needs="plotly",
        draws=".scatterlayer .point, .modebar",
    ),
    Kind(
        "altair",
        "import altair as alt\nalt.Chart(alt.Data(values=[{'a': 1}, {'a': 3}])).mark_bar().encode(x='a:Q')",
        "iframe",
        needs="altair",
        draws=".mark-rect path",
    ),
    Kind(
        "bokeh",
        "from bokeh.plotting import figure as chart\nplot = chart(width=300, height=200)\n"
        "plot.scatter([1, 2], [2, 1]);\nplot",
        "iframe",
        needs="bokeh",
        draws="canvas",
    ),
    Kind(
        "folium",
        "import folium\nchart = folium.Map([48, 6], tiles=None, height=200)\n"
        "folium.Marker([48, 6], popup='here').add_to(chart);\n"
        "folium.PolyLine([[48, 6], [49, 7]]).add_to(chart);\nchart",
        "iframe",
        needs="folium",
        draws=".leaflet-marker-icon, path.leaflet-interactive",
    ),
    # --- text and objects
    Kind("markdown-text", MARKDOWN, ".rdit-markdown .katex"),
    Kind("inline", "6 * 7", ".rdit-inline", "^42$"),
    Kind("long-text", "print('\\n'.join(f'line {n}' for n in range(5000)))", ".rdit-fold", r"lines folded · \d+ kB"),
    Kind(
        "dict",
        "{'numbers': list(range(1000)), 'deep': {'x': {'y': 1}}, 'why': 'x' * 70}",
        "[role=tree]",
        "dict, 3 items",
    ),
    Kind(
        "dataclass",
        "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: list\n    y: list\n"
        "Point([1] * 30, [2] * 30)",
        "[role=tree]",
        "Point, 2 items",
    ),
    # --- bytes
    Kind("image-bytes", "picture('PNG')", "img.rdit-image", size=(60, 30), needs="PIL"),
    Kind("webp-bytes", "picture('WEBP')", "img.rdit-image", size=(60, 30), needs="PIL"),
    Kind("sound-bytes", "recording.getvalue()", "audio"),
    Kind("film-bytes", f"base64.b85decode({base64.b85encode(FILM).decode()!r})", "video"),
    Kind("other-bytes", "bytes(range(5))", ".rdit-inline", r"b'\\x00\\x01"),
    Kind("pillow", "from PIL import Image as P\nP.linear_gradient('L')", "img", size=(256, 256), needs="PIL"),
)
ERRORS = {
    "cause": """\
import json
def parse(text):
    return json.loads(text)
def load(name):
    try:
        return {"name": name, "value": parse("{")}
    except ValueError as error:
        raise LookupError(f"no {name}") from error
load("settings")""",
    "group": """\
raise ExceptionGroup("two of them", [ValueError("first"), KeyError("second")])""",
}


def runnable() -> list[Kind]:
    """Return the kinds whose libraries are here."""
    return [kind for kind in KINDS if not kind.needs or find_spec(kind.needs)]


def script() -> tuple[str, dict[str, int]]:
    """Return the script, and the last line of what shows each kind, once the source of prose is folded to one line."""
    lines: list[str] = []
    ends = {}
    folded = 0
    for name, code in [*ERRORS.items(), ("start", START), *((kind.name, kind.code) for kind in runnable())]:
        lines += code.splitlines()
        folded += code.count("\n") if code.startswith("'''") else 0
        ends[name] = len(lines) - folded
    return "\n".join(lines) + "\n", ends


class Shown:
    """The page after the run."""

    def __init__(self, journey: Journey, ends: dict[str, int]) -> None:
        self.journey = journey
        self.ends = ends

    def place(self, name: str) -> Locator:
        """The last line of what shows a kind, and below it the output, if there is any."""
        return self.journey.page.locator(".cm-content > .cm-line").nth(self.ends[name] - 1)

    def output(self, name: str) -> Locator:
        """What stands below a statement."""
        return self.place(name).locator("xpath=following-sibling::*[1][contains(@class, 'rdit-output')]")

    async def frame(self, name: str) -> Frame:
        """The document of a sandboxed output."""
        found = await self.output(name).locator("iframe").element_handle()
        assert found is not None
        frame = await found.content_frame()
        assert frame is not None
        return frame


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shown(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shown]:
    """The page, so tall that everything is drawn; afterwards nothing may have complained or left the host."""
    folder = tmp_path_factory.mktemp("values")
    text, ends = script()
    (folder / "values.py").write_text(text, encoding="utf-8")
    with running_rdit("values.py", "--python", sys.executable, folder=folder) as server:
        context = await shared_browser.new_context(viewport={"width": 1000, "height": 18_000})
        page = await context.new_page()
        complaints: list[str] = []
        elsewhere: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((server.address, "data:", "blob:")) else elsewhere.append(request.url)
            ),
        )
        await page.goto(f"{server.address}/?token={server.token}")
        journey = Journey(page, server, folder / "values.py")
        await expect(journey.editor).to_be_focused()
        # All but the errors, which would end the run: in the state as it is, for a fresh run would not come below them.
        await journey.press("Control+Alt+Enter")
        await page.locator(".cm-content > .cm-line").nth(ends["group"]).click()
        await journey.press("Home", "Control+Shift+End", "Control+Enter")
        await expect(page.locator(".rdit-mark-first").first).to_be_visible()
        await expect(page.locator(".rdit-mark-running, .rdit-mark-waiting")).to_have_count(0, timeout=120_000)
        await journey.press("ArrowLeft")  # the selection
        yield Shown(journey, ends)
        await context.close()
    assert complaints == []
    assert elsewhere == []


PAINTED = """() => {
  const canvases = (root) => [...root.querySelectorAll("*")].flatMap((part) =>
    part instanceof HTMLCanvasElement ? [part] : part.shadowRoot ? canvases(part.shadowRoot) : []);
  return canvases(document).some((canvas) => {
    if (canvas.width === 0 || canvas.height === 0) return false;
    const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size > 3;
  });
}"""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_value_is_seen(shown: Shown, kind: Kind) -> None:
    if kind.name not in shown.ends:
        pytest.skip(f"needs {kind.needs}")
    if not kind.selector:
        await expect(shown.output(kind.name)).to_have_count(0)
        return
    inline = kind.selector == ".rdit-inline"
    part = (shown.place(kind.name) if inline else shown.output(kind.name)).locator(kind.selector).first
    await expect(part).to_be_visible()
    if kind.text:
        await expect(part).to_have_text(re.compile(kind.text))
    if kind.selector.startswith("img"):
        await part.evaluate("image => image.decode()")
    if kind.size:
        assert await part.evaluate("image => [image.width, image.height]") == list(kind.size)
    if kind.selector in {"audio", "video"}:
        assert await part.evaluate(DURATION) == pytest.approx({"audio": 1, "video": 1.2}[kind.selector])
    if kind.draws == "canvas":
        await (await shown.frame(kind.name)).wait_for_function(PAINTED, timeout=PATIENCE * 3)
    elif kind.draws:
        frame = await shown.frame(kind.name)
        for selector in kind.draws.split(", "):
            await expect(frame.locator(selector).first).to_be_attached(timeout=PATIENCE * 3)


DURATION = """player => player.readyState > 0 ? player.duration : new Promise((resolve, reject) => {
  player.addEventListener("loadedmetadata", () => resolve(player.duration));
  player.addEventListener("error", () => reject(new Error(player.error?.message)));
})"""


def installed(shown: Shown, *names: str) -> None:
    """Skip where what makes a kind is not installed."""
    if missing := [name for name in names if name not in shown.ends]:
        pytest.skip(f"needs what makes {missing}")


async def test_a_figure_that_changed_is_another_picture(shown: Shown) -> None:
    installed(shown, "figure")
    contents: Sequence[str] = [
        await shown.output(name)
        .locator("img")
        .evaluate(
            "async (image) => {"
            " const canvas = new OffscreenCanvas(400, 200); const pen = canvas.getContext('2d');"
            " await image.decode(); pen.drawImage(image, 0, 0, 400, 200);"
            " return Array.from(pen.getImageData(0, 0, 400, 30).data).join() }"
        )
        for name in ("figure", "changed")
    ]
    assert contents[0] != contents[1]


async def test_an_animation_plays(shown: Shown) -> None:
    installed(shown, "animation")
    frame = await shown.frame("animation")
    slider = frame.locator(".anim-slider")
    await frame.locator("button[title='Pause'], button:has(.fa-pause)").first.click()
    before = await slider.input_value()
    await frame.locator("button:has(.fa-step-forward)").click()
    await expect(slider).not_to_have_value(before)


async def test_a_map_opens_its_popup_without_a_network(shown: Shown) -> None:
    installed(shown, "folium")
    frame = await shown.frame("folium")
    await frame.locator(".leaflet-marker-icon").click()
    await expect(frame.locator(".leaflet-popup-content")).to_have_text("here")


async def test_markdown_has_its_table_code_and_link(shown: Shown) -> None:
    text = shown.output("markdown-text")
    await expect(text.locator("table td")).to_have_text(["1", "2"])
    await expect(text.locator("pre code span", has_text="def").first).to_be_visible()
    link = text.get_by_role("link", name="a link")
    await expect(link).to_have_attribute("href", "https://commonmark.org")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_a_tree_reads_a_branch_when_it_is_opened(shown: Shown) -> None:
    lines = shown.journey.page.get_by_role("tree").filter(has_text="'numbers'").get_by_role("treeitem")
    await shown.journey.editor.focus()
    await shown.journey.press("Control+a")  # what is selected around a tree is no concern of its own
    for key in ("deep", "x"):
        await lines.filter(has_text=re.compile(f"^'{key}': ")).click()
    await expect(lines.filter(has_text=re.compile(r"^'y': 1$"))).to_have_attribute("aria-level", "4")
    await shown.journey.press("ArrowLeft")  # nothing is selected any more, and prose is folded again


async def run_line(shown: Shown, name: str) -> Locator:
    """Run what raises, with what it needs before it; return the error's output."""
    first = shown.ends[name] - len(ERRORS[name].splitlines())
    lines = shown.journey.page.locator(".cm-content > .cm-line")
    await lines.nth(first).click()
    await shown.journey.press("Home")
    await lines.nth(shown.ends[name] - 1).click(modifiers=["Shift"])
    await shown.journey.press("Control+Enter")
    error = shown.output(name)
    await expect(error.locator(".rdit-error-heading").first).to_be_visible()
    await expect(shown.journey.kernel).to_have_text("Ready")
    return error


async def test_an_exception_says_what_then_where_then_why(shown: Shown) -> None:
    error = await run_line(shown, "cause")
    await expect(error.locator(".rdit-error-heading").first).to_have_text("LookupError: no settings")
    places = error.locator(".rdit-error-frames").first.locator(".rdit-error-place")
    end = shown.ends["cause"]
    await expect(places).to_have_text([f"line {end - 1} in load", f"line {end}"])
    cause = error.locator(".rdit-error-cause")
    await expect(cause.locator(".rdit-error-relation")).to_have_text("caused by")
    await expect(cause.locator(".rdit-error-type")).to_have_text("json.decoder.JSONDecodeError")
    # The library's own lines are folded away.
    folded = cause.get_by_role("button", name=re.compile("frames? (of|in) "))
    await expect(folded).to_have_attribute("aria-expanded", "false")
    if sys.version_info >= (3, 11):
        await expect(cause.locator("mark").filter(has_text='parse("{")')).to_be_visible()
    await cause.get_by_role("button", name=f"line {end - 6} in parse").click()
    await expect(shown.journey.page.locator(".status-cursor")).to_contain_text(f"Ln {end - 6}")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python has no exception groups")
async def test_an_exception_group_shows_its_members(shown: Shown) -> None:
    error = await run_line(shown, "group")
    await expect(error.locator(".rdit-error-member .rdit-error-heading")).to_have_text(
        ["ValueError: first", "KeyError: 'second'"]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_kind_of_value_is_accessible(shown: Shown, scheme: Literal["light", "dark"]) -> None:
    await shown.journey.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    assert await findings(shown.journey.page) == []


async def test_folded_text_opens(shown: Shown) -> None:
    # Comes last: what stands below it moves out of sight.
    output = shown.output("long-text")
    await expect(output).to_contain_text("line 4999")
    await output.get_by_role("button", name="Show 500 more").click()
    await expect(output).to_contain_text("line 500")
