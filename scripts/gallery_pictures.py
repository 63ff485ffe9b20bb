"""Takes the pictures of docs/gallery.md: parts of `examples/gallery.py`, run in the real page."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.running import running_rdit

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images" / "gallery"
SIZE = {"width": 960, "height": 1800}
SHARPNESS = 1.5
"""Pixels of a picture for each of the page."""
SETTLES = 400
"""Milliseconds after which a picture that has not changed is taken for the last one."""
PATIENCE = 120_000
"""Milliseconds that a fact of the page may take; every library is imported for the first time."""


@dataclass(frozen=True)
class Part:
    """What is on one picture: the lines that match *first* and *last*, those between, and the output below."""

    name: str
    first: str
    last: str
    before: Callable[[Page], None] | None = None
    """What a reader does first."""
    drawn: str | None = None
    """What a frame holds once its chart is drawn."""
    only_output: bool = False


def open_a_branch(page: Page) -> None:
    """Open one branch of the tree."""
    page.get_by_role("treeitem").filter(has_text="'planets'").first.click()


def open_a_column(page: Page) -> None:
    """Open the menu of a column of the largest table."""
    page.get_by_role("columnheader").filter(has_text="celsius").first.hover()
    page.locator("[aria-label='celsius: sort, filter, summary']").first.click()
    expect(page.get_by_role("dialog", name="Column celsius").locator(".rdit-grid-bars")).to_be_visible()


PARTS = (
    Part("markdown", r"> An f-string brings", r'"""', only_output=True),
    Part("lines", r"# A value of one line", r"    print\(f"),
    Part("long-text", r"# Long text folds", r"print\("),
    Part("objects", r"\{$", r"Planet\(", before=open_a_branch),
    Part("table", r"weather$", r"weather$", before=open_a_column),
    Part("tables", r"pl = ", r"pa\.table"),
    Part("figures", r"x = np\.linspace", r"axes\.legend"),
    Part("seaborn", r"grid = sns", r"grid = sns"),
    Part("animation", r"film = ", r"film$", drawn=".anim-buttons"),
    Part("plotly", r"px\.scatter", r"px\.scatter", drawn=".main-svg .points path"),
    Part("altair", r"alt\.Chart", r"\)\.properties", drawn="canvas, svg"),
    Part("bokeh", r"plot = bokeh", r"plot$", drawn=".bk-Figure"),
    Part("folium", r"atlas = ", r"atlas$", drawn=".leaflet-marker-icon"),
    Part("media", r"drawing\.effect", r'"""\)'),
    Part("sound", r"recording\.getvalue", r"recording\.getvalue"),
    Part("own-classes", r"Swatch\(", r"Polynomial\("),
    Part("display", r"from_ipython\.JSON", r"    print\(f"),
    Part("error", r"def year\(", r"years\("),
)

PLACE = """([first, last, onlyOutput]) => {
  const parts = [...document.querySelectorAll(".cm-content > *")];
  const find = (pattern, start) =>
    parts.findIndex((part, index) =>
      index >= start && part.matches(".cm-line") && new RegExp("^" + pattern).test(part.textContent));
  const from = find(first, 0);
  let to = from < 0 ? -1 : find(last, from);
  while (to >= 0 && to < parts.length && !parts[to].matches(".rdit-output, :has(.rdit-inline)")) to += 1;
  if (to < 0 || to >= parts.length) return null;
  const start = parts[onlyOutput ? to : from].getBoundingClientRect();
  return { y: start.top, bottom: parts[to].getBoundingClientRect().bottom, output: parts[to] };
}"""
WHERE = f"(asked) => {{ const place = ({PLACE})(asked); return place && {{ y: place.y, bottom: place.bottom }} }}"
SETTLED = """async () => {
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def asked(part: Part) -> list[object]:
    """Return what `PLACE` wants to know."""
    return [part.first, part.last, part.only_output]


def bring_into_sight(page: Page, part: Part) -> None:
    """Scroll until all of *part* is in sight."""
    scroller = page.locator(".cm-scroller")
    top = scroller.bounding_box()
    assert top is not None
    scroller.evaluate("scroller => { scroller.scrollTop = 0 }")
    while True:
        page.evaluate(SETTLED)
        place = page.evaluate(WHERE, asked(part))
        if place is not None and place["bottom"] <= top["y"] + top["height"]:
            return
        before = scroller.evaluate("scroller => scroller.scrollTop")
        step = 400 if place is None else max(20, place["y"] - top["y"] - 20)
        if scroller.evaluate("(scroller, step) => (scroller.scrollTop += step)", step) == before:
            sys.exit(f"examples/gallery.py has nothing from a line {part.first!r} to a line {part.last!r}")


def photograph(page: Page, part: Part, target: Path) -> None:
    """Take the picture of *part*."""
    bring_into_sight(page, part)
    if part.drawn:
        output = page.evaluate_handle(f"(asked) => ({PLACE})(asked).output", asked(part)).as_element()
        assert output is not None
        frame = output.wait_for_selector("iframe").content_frame()
        assert frame is not None
        frame.wait_for_selector(part.drawn, timeout=PATIENCE)
        page.wait_for_timeout(SETTLES)
    if part.before:
        part.before(page)
    page.mouse.move(2, 2)
    last = b""
    while (now := page.screenshot(clip=clip(page, part))) != last:
        last = now
        page.wait_for_timeout(SETTLES)
    picture = Image.open(io.BytesIO(last)).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)
    print(target.relative_to(ROOT), f"{target.stat().st_size / 1000:.0f} kB")


def clip(page: Page, part: Part) -> dict[str, float]:
    """Return what of the page shows *part*, with a menu that stands out below it."""
    place = page.evaluate(WHERE, asked(part))
    menu = page.locator(".rdit-grid-menu:popover-open")
    box = menu.bounding_box() if menu.count() else None
    bottom = max(place["bottom"], box["y"] + box["height"] + 8 if box else 0)
    top = place["y"] - (0 if part.only_output else 8)
    return {"x": 0, "y": top, "width": SIZE["width"], "height": bottom - top + 2}


def take_gallery(browser: Browser) -> None:
    """Take every part in light and in dark."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    for scheme in ("light", "dark"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "gallery.py").write_text((ROOT / "examples" / "gallery.py").read_text(encoding="utf-8"))
            with running_rdit("gallery.py", "--python", sys.executable, folder=Path(folder)) as rdit:
                page = browser.new_context(
                    viewport=SIZE, color_scheme=scheme, device_scale_factor=SHARPNESS, reduced_motion="reduce"
                ).new_page()
                page.goto(f"{rdit.address}/?token={rdit.token}")
                page.get_by_role("textbox", name="Script").click()
                page.keyboard.press("Control+Home")
                page.keyboard.press("Control+Shift+Enter")
                expect(page.locator(".status-run")).to_contain_text("Error, line")
                for part in PARTS:
                    photograph(page, part, IMAGES / f"{part.name}-{scheme}.png")
                    page.keyboard.press("Escape")
                page.context.close()
