"""Takes pictures of what the page knows of the language: every feature, narrow, usual and wide, light and dark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from language_scenes import PATIENCE, SCENES, SCRIPTS, Scene, press
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotYet

from tests.running import Rdit, running_rdit

WIDTHS = (420, 1280, 1920)
HEIGHT = 800
SCHEMES = ("light", "dark")
IN_GALLERY = {
    "01-completion": "completion",
    "06-hover-live": "hover",
    "11-problem-pointed": "problem",
    "16-rename": "rename",
}
"""What docs/gallery.md shows, and what it calls that."""
GALLERY_WIDTH = 960


def open_page(browser: Browser, rdit: Rdit, script: str, width: int, scheme: str, sharpness: float = 1) -> Page:
    """Open *script* in a browser profile of its own, with language help there."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        reduced_motion="reduce",
        device_scale_factor=sharpness,
    )
    page = context.new_page()
    page.goto(f"{rdit.address}/?token={rdit.token}&script={script}")
    page.get_by_role("textbox", name="Script").click(timeout=PATIENCE)
    expect(page.locator("[class*=rdit-token]").first).to_be_attached(timeout=PATIENCE)
    return page


def run_all(page: Page) -> None:
    """Run the whole script and wait until it is over."""
    press(page, "Control+Shift+Enter")
    expect(page.locator(".rdit-mark-first").first).to_be_attached(timeout=PATIENCE)
    expect(page.locator(".rdit-mark-running, .rdit-mark-waiting")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".status-kernel")).to_have_text("Ready", timeout=PATIENCE)


@contextmanager
def scenery(browser: Browser) -> Iterator[Rdit]:
    """Keep rdit running with the scripts of the scenes, the first of which has run."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in SCRIPTS.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        with running_rdit("sales.py", folder=Path(folder)) as rdit:
            page = open_page(browser, rdit, "sales.py", GALLERY_WIDTH, SCHEMES[0])
            run_all(page)
            page.context.close()
            yield rdit


def take(page: Page, scene: Scene, target: Path) -> None:
    """Take one picture, of what there is where the scene does not come about, and close the page."""
    try:
        scene.act(page)
    except (NotYet, AssertionError) as missing:
        print(f"{scene.name}: {str(missing).splitlines()[0]}")
    page.screenshot(path=target)
    page.context.close()
    print(target)


def take_language(browser: Browser, into: Path, only: str = "") -> None:
    """Take every scene whose name contains *only*, in all widths and both colour schemes, into a folder."""
    into.mkdir(parents=True, exist_ok=True)
    with scenery(browser) as rdit:
        for scene in (one for one in SCENES if only in one.name):
            for width in WIDTHS:
                for scheme in SCHEMES:
                    page = open_page(browser, rdit, scene.script, width, scheme)
                    take(page, scene, into / f"{scene.name}-{width}-{scheme}.png")


def take_language_gallery(browser: Browser, into: Path) -> None:
    """Take the pictures of docs/gallery.md, light and dark."""
    with scenery(browser) as rdit:
        for scene in (one for one in SCENES if one.name in IN_GALLERY):
            for scheme in SCHEMES:
                page = open_page(browser, rdit, scene.script, GALLERY_WIDTH, scheme, sharpness=1.5)
                take(page, scene, into / f"{IN_GALLERY[scene.name]}-{scheme}.png")
