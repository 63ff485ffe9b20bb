"""Situations of the page as pictures: each one in several widths, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NotYet

HEIGHT = 800
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Situation(Protocol):
    """What a person does, and then there is a picture."""

    @property
    def name(self) -> str:
        """What the pictures are called."""

    @property
    def act(self) -> Callable[[Page], None]:
        """What is done in the page."""


Scene = TypeVar("Scene", bound=Situation)


def press(page: Page, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        page.keyboard.press(key)


def new_page(browser: Browser, width: int, *, sharpness: float = 1) -> Page:
    """Return an empty page in a browser profile of its own; *sharpness* is pixels of a picture for one of the page."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=SCHEMES[0],
        reduced_motion="reduce",
        device_scale_factor=sharpness,
    )
    return context.new_page()


def take(page: Page, scene: Situation, into: Path, name: str) -> None:
    """Act once, and take both pictures of what there is then, also where the scene does not come about."""
    try:
        scene.act(page)
    except (NotYet, AssertionError) as missing:
        print(f"{scene.name}: {str(missing).splitlines()[0]}")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(DRAWN)
        target = into / f"{name}-{scheme}.png"
        page.screenshot(path=target)
        print(target)


def take_all(
    scenes: Iterable[Scene],
    widths: Iterable[int],
    into: Path,
    open_scene: Callable[[Scene, int], AbstractContextManager[Page]],
) -> None:
    """Take every scene in all *widths* and both colour schemes, into a folder."""
    into.mkdir(parents=True, exist_ok=True)
    for scene in scenes:
        for width in widths:
            with open_scene(scene, width) as page:
                take(page, scene, into, f"{scene.name}-{width}")
