"""Takes pictures of what the page knows of the language: every feature, narrow, usual and wide, light and dark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from language_scenes import PATIENCE, SCENES, SCRIPTS, Scene
from looks import new_page, press, take, take_all
from playwright.sync_api import Browser, Page, expect

from tests.running import Rdit, running_rdit

WIDTHS = (420, 1280, 1920)
IN_GALLERY = {
    "01-completion": "completion",
    "06-hover-live": "hover",
    "11-problem-pointed": "problem",
    "16-rename": "rename",
    "22-fix-all": "fix-all",
    "24-folding": "folding",
    "25-formatting": "formatting",
}
"""What docs/gallery.md shows, and what it calls that."""
GALLERY_WIDTH = 960


@contextmanager
def opened(browser: Browser, rdit: Rdit, script: str, width: int, sharpness: float = 1) -> Iterator[Page]:
    """Keep *script* open in a browser profile of its own, with language help there."""
    page = new_page(browser, width, sharpness=sharpness)
    page.goto(f"{rdit.address}/?token={rdit.token}&script={script}")
    page.get_by_role("textbox", name="Script").click(timeout=PATIENCE)
    expect(page.locator("[class*=rdit-token]").first).to_be_attached(timeout=PATIENCE)
    yield page
    page.context.close()


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
            with opened(browser, rdit, "sales.py", GALLERY_WIDTH) as page:
                run_all(page)
            yield rdit


def take_language(browser: Browser, into: Path, only: str = "") -> None:
    """Take every scene whose name contains *only*, in all widths and both colour schemes, into a folder."""
    with scenery(browser) as rdit:

        def open_scene(scene: Scene, width: int) -> AbstractContextManager[Page]:
            return opened(browser, rdit, scene.script, width)

        take_all([scene for scene in SCENES if only in scene.name], WIDTHS, into, open_scene)


def take_language_gallery(browser: Browser, into: Path) -> None:
    """Take the pictures of docs/gallery.md, light and dark."""
    with scenery(browser) as rdit:
        for scene in (one for one in SCENES if one.name in IN_GALLERY):
            with opened(browser, rdit, scene.script, GALLERY_WIDTH, sharpness=1.5) as page:
                take(page, scene, into, IN_GALLERY[scene.name])
