"""Seven kinds of scripts as people write them, driven as a person does; each run leaves its measures in the report."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from .conftest import Journey, OpenJourney
from .test_lines import faults, numbered, run_again, settle, watch
from .test_stillness import SHIFTS

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPTS = Path(__file__).with_name("scripts")
SIGHT = {"width": 1280, "height": 800}
LONGEST_TASK = """
window.__longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.__longest = Math.max(window.__longest, duration);
}).observe({ type: "longtask", buffered: true });
"""
FIGURES = 40
LONG = 'import matplotlib.pyplot as plt\n\n"# A long analysis"\n\n' + "".join(
    f"""\
# %% Part {part}
"## Part {part}"

values = [({part} * step) % 17 for step in range(60)]
total = sum(values)
total, max(values)

fig, ax = plt.subplots(figsize=(6, 2))
ax.plot(values)
ax.set_title("Part {part}")
plt.show()

largest = sorted(values)[-3:]
print("largest", largest)

"""
    for part in range(1, FIGURES + 1)
)
Record = Callable[[str, object], None]


def needs(*libraries: str) -> pytest.MarkDecorator:
    """Skip where a library is missing."""
    missing = [library for library in libraries if not find_spec(library)]
    return pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


def script(name: str) -> str:
    """Return the text of a script, each line with its number."""
    return numbered((SCRIPTS / name).read_text(encoding="utf-8"))


def printed_by_python(path: Path, *arguments: str) -> str:
    """Return what `python` prints for the script at *path*."""
    command = [sys.executable, path.name, *arguments]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=True).stdout


async def begin(open_script: OpenJourney, text: str, *arguments: str) -> Journey:
    """Open *text* and look at every frame from then on."""
    journey = await open_script(text, *arguments, viewport=SIGHT)
    await watch(journey.page)
    await journey.page.add_init_script(LONGEST_TASK)
    await journey.page.reload()
    await expect(journey.editor).to_be_focused()
    return journey


async def pictures(page: Page) -> int:
    """Count the pictures in the whole script: each in turn is in sight, because only what is near it is drawn."""
    seen: set[str] = set()
    scroller = page.locator(".cm-scroller")
    await scroller.evaluate("(scroller) => { scroller.scrollTop = 0; }")
    while True:
        await settle(page)
        seen.update(
            await page.locator(".rdit-output img").evaluate_all(
                "(images) => images.filter((image) => image.naturalWidth > 0).map((image) => image.src)"
            )
        )
        step = """async (scroller) => {
            const before = scroller.scrollTop;
            scroller.scrollTop += scroller.clientHeight / 2;
            await new Promise(requestAnimationFrame);
            return scroller.scrollTop > before;
        }"""
        if not await scroller.evaluate(step):
            return len(seen)


async def check(journey: Journey, record: Record, *, figures: int = 0) -> None:
    """Check what holds of every script that has run, and once more when it runs again."""
    page = journey.page
    assert await faults(page) == []
    assert await pictures(page) == figures
    await page.locator(".cm-scroller").evaluate("(scroller) => { scroller.scrollTop = 300; }")
    await settle(page)
    await page.evaluate(SHIFTS)
    await page.evaluate("window.__shifts.length = 0")
    await run_again(journey)
    await settle(page)
    shifts: list[tuple[float, Any]] = await page.evaluate("window.__shifts")
    shifted = sum(value for value, _ in shifts)
    record("layout shift of a rerun", shifted)
    record("longest task, in milliseconds", await page.evaluate("window.__longest"))
    assert shifted <= 0.05, shifts
    assert await faults(page) == []


@needs("pandas", "matplotlib")
async def test_pandas_and_matplotlib(open_script: OpenJourney, record_property: Record) -> None:
    journey = await begin(open_script, script("sales.py"))
    await journey.run_all()
    await expect(journey.page.locator(".pill")).to_contain_text("statements")
    await journey.press("Control+End")
    await expect(journey.page.get_by_text("10% of 4,000 orders came back")).to_be_visible()
    await check(journey, record_property, figures=4)


@needs("numpy", "tqdm")
async def test_numpy_and_tqdm(open_script: OpenJourney, record_property: Record) -> None:
    journey = await begin(open_script, script("walks.py"))
    await journey.run_all()
    bar = journey.outputs.filter(has_text="walking")
    await expect(bar).to_contain_text("200/200")
    await expect(bar).not_to_contain_text("199/200")
    await check(journey, record_property)


@needs("plotly", "pandas")
async def test_plotly(open_script: OpenJourney, record_property: Record) -> None:
    journey = await begin(open_script, script("dashboard.py"))
    await journey.run_all()
    await expect(journey.page.frame_locator("iframe").first.locator(".main-svg").first).to_be_visible()
    await check(journey, record_property)


async def test_argparse_and_a_main_guard(open_script: OpenJourney, record_property: Record) -> None:
    journey = await begin(open_script, script("words.py"), "--", "--top", "2", "poem.txt")
    (journey.path.parent / "poem.txt").write_text("to be or not to be, that is", encoding="utf-8")
    await journey.run_all()
    await journey.press("Control+End")
    shown = await journey.outputs.last.inner_text()
    plain = await asyncio.to_thread(printed_by_python, journey.path, "--top", "2", "poem.txt")
    assert shown.split() == plain.split() == ["2", "to", "2", "be"]
    await check(journey, record_property)


async def test_asyncio(open_script: OpenJourney, record_property: Record) -> None:
    journey = await begin(open_script, script("gather.py"))
    await journey.run_all()
    await journey.press("Control+End")
    await expect(journey.values.filter(has_text="('dolphin', 7)")).to_be_visible()
    await expect(journey.values.last).to_have_text("10")
    await check(journey, record_property)


@needs("matplotlib")
async def test_six_hundred_lines_with_forty_figures(open_script: OpenJourney, record_property: Record) -> None:
    assert LONG.count("\n") >= 600
    journey = await begin(open_script, numbered(LONG))
    await journey.run_all()
    await check(journey, record_property, figures=FIGURES)


async def test_prose_with_questions(open_script: OpenJourney, record_property: Record) -> None:
    journey = await begin(open_script, script("lesson.py"))
    page = journey.page
    await journey.press("Control+Shift+Enter")
    for question, answer in (("Your name?", "Ada"), ("Your guess?", "3")):
        field = page.get_by_role("textbox", name=question)
        await field.fill(answer)
        await field.press("Enter")
    await journey.finish()
    await journey.press("Control+End")
    await expect(page.get_by_text("Welcome, Ada.")).to_be_visible()
    await expect(page.get_by_role("heading", name="What we learned")).to_be_visible()
    await expect(page.locator(".rdit-output", has_text="and the prize is $5")).to_be_attached()
    assert await faults(page) == []
    record_property("longest task, in milliseconds", await page.evaluate("window.__longest"))
