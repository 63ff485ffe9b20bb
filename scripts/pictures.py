"""Takes the pictures of the README and of docs/gallery.md from the real page of the real command.

`pictures.py tour` and `pictures.py gallery` take only those. `pictures.py scenes --into FOLDER` takes everyday scenes
to be looked at, in three widths and both colour schemes; with `--rdit PATH`, those of another version. `pictures.py
language --into FOLDER` does so with each thing that the page knows of the language.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from gallery_pictures import take_gallery
from language_pictures import take_language, take_language_gallery
from playwright.sync_api import Browser, Page, expect, sync_playwright
from scene_pictures import take_scenes

from tests.running import running_rdit

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 780}
SCRIPT = """from statistics import mean

readings = {"Mon": 18.5, "Tue": 21.0, "Wed": 19.5, "Thu": 24.0, "Fri": 22.5}
average = mean(readings.values())
average

for day, degrees in readings.items():
    print(f"{day} {'▇' * round(degrees)} {degrees} °C")

warm = sorted(readings, key=readings.get)[-2:]
warm

f"The average was *{average:.1f} °C*. It was warmest on **{' and '.join(warm)}**."

difference = readings["Sat"] - average
"""


def photograph(page: Page, url: str, target: Path) -> None:
    """Run the whole script in the page, wait until it is over, and take the picture."""
    page.goto(url)
    page.get_by_role("textbox", name="Script").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".status-run")).to_contain_text("Error, line")
    page.locator(".cm-scroller").evaluate("(scroller) => { scroller.scrollTop = 0; }")
    page.screenshot(path=target)
    print(target.relative_to(ROOT))


def take_tour(browser: Browser) -> None:
    """Take a light and a dark picture of a script that has run."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "readings.py").write_text(SCRIPT)
        for scheme in ("light", "dark"):
            with running_rdit("readings.py", folder=Path(folder)) as rdit:
                page = browser.new_context(
                    viewport=SIZE, color_scheme=scheme, device_scale_factor=2, reduced_motion="reduce"
                ).new_page()
                photograph(page, f"{rdit.address}/?token={rdit.token}", IMAGES / f"tour-{scheme}.png")
                page.context.close()


def take_all_of_gallery(browser: Browser) -> None:
    """Take the pictures of values, and those of what the page knows of the language."""
    take_gallery(browser)
    take_language_gallery(browser, IMAGES / "gallery")


def main() -> None:
    """Take what was asked for, or the pictures of the documentation."""
    sets = {"tour": take_tour, "gallery": take_all_of_gallery}
    parser = argparse.ArgumentParser(prog="scripts/screenshot", description=__doc__)
    parser.add_argument(
        "sets",
        nargs="*",
        choices=[*sets, "scenes", "language", []],
        metavar="SET",
        help="tour, gallery, scenes or language",
    )
    parser.add_argument("--into", type=Path, default=ROOT / ".pictures", help="the folder for scenes and language")
    parser.add_argument("--rdit", type=Path, help="the command whose scenes are taken")
    parser.add_argument("--only", default="", help="take the scenes whose names contain this")
    arguments = parser.parse_args()
    sets["scenes"] = lambda browser: take_scenes(browser, arguments.into, arguments.rdit, arguments.only)
    sets["language"] = lambda browser: take_language(browser, arguments.into, arguments.only)
    asked = arguments.sets or ["tour", "gallery"]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no Chromium on this machine. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in asked:
            sets[name](browser)
        browser.close()


if __name__ == "__main__":
    main()
