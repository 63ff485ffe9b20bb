"""Takes pictures of everyday situations in the real page: light and dark, narrow, usual and wide.

With another checkout's command (`--rdit PATH`) the same situations are taken of another version, to compare by eye.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from looks import new_page, press, take_all
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_working_scripts import LONG, SCRIPTS
from tests.running import COMMAND, running_rdit

WIDTHS = (420, 1280, 2560)
STEP_PATIENCE = 3_000
"""Milliseconds for a step that another version may not have; without it the picture shows what there is."""
RUN_PATIENCE = 120_000


@dataclass(frozen=True)
class Scene:
    """One situation: a script, what a person does, and then a picture."""

    name: str
    script: str
    act: Callable[[Page], None]
    arguments: tuple[str, ...] = ()


def finish(page: Page) -> None:
    """Wait until nothing runs and nothing waits."""
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_have_attribute("aria-disabled", "true", timeout=RUN_PATIENCE)
    expect(page.locator(".rdit-mark-running, .rdit-mark-waiting")).to_have_count(0, timeout=RUN_PATIENCE)
    expect(page.locator(".status-kernel")).to_have_text("Ready", timeout=RUN_PATIENCE)


def run_all(page: Page) -> None:
    """Run the whole script and wait until it is over."""
    press(page, "Control+Shift+Enter")
    expect(page.locator(".rdit-mark-first").first).to_be_attached(timeout=RUN_PATIENCE)
    finish(page)
    page.evaluate("""async () => {
        const isLoading = () => [...document.images].some((image) => !image.complete);
        for (let frames = 0; frames < 30 || isLoading(); frames += 1) await new Promise(requestAnimationFrame);
    }""")


def run_and_go_to_the_end(page: Page) -> None:
    """Run all, then put the cursor on the last line."""
    run_all(page)
    press(page, "Control+End")


def step_through(page: Page) -> None:
    """Run thirteen statements one after another."""
    press(page, "Control+Home")
    for _ in range(13):
        press(page, "Shift+Enter")
    finish(page)


def run_alone(page: Page) -> None:
    """Run all, change the first statement and run it alone."""
    run_all(page)
    press(page, "Control+Home", "End", "0", "0", "Control+Enter")
    finish(page)


def reset(page: Page) -> None:
    """Run all, then reset."""
    run_all(page)
    press(page, "Control+F9", "Control+Shift+Period")
    expect(page.locator(".rdit-before-reset").first).to_be_attached(timeout=STEP_PATIENCE)


def reload(page: Page) -> None:
    """Run all, scroll and come back."""
    run_all(page)
    page.locator(".cm-scroller").evaluate("(scroller) => { scroller.scrollTop = 500; }")
    page.reload()
    expect(page.get_by_role("textbox", name="Script")).to_be_visible()
    expect(page.locator(".rdit-grid").first).to_be_visible(timeout=RUN_PATIENCE)


def print_it(page: Page) -> None:
    """Show what is printed."""
    run_all(page)
    page.emulate_media(media="print")


def open_files(page: Page) -> None:
    """Open the panel of files."""
    press(page, "Control+b")
    page.get_by_role("treeitem").first.wait_for(timeout=RUN_PATIENCE)


def open_palette(page: Page) -> None:
    """Open the palette and look for something."""
    press(page, "Control+k")
    page.keyboard.type("run")
    expect(page.get_by_role("combobox")).to_have_value("run", timeout=RUN_PATIENCE)


def open_outline(page: Page) -> None:
    """Run a long script and open its outline."""
    run_all(page)
    press(page, "Control+Shift+o")


def look(page: Page) -> None:
    """Do nothing."""


def explain(*steps: Callable[[Page], None]) -> Callable[[Page], None]:
    """Do *steps*, then open what the badge has to say."""

    def act(page: Page) -> None:
        for step in steps:
            step(page)
        page.locator(".badge-state").click()
        expect(page.locator(".badge-more")).to_be_visible(timeout=STEP_PATIENCE)

    return act


def edit_first(page: Page) -> None:
    """Change the first statement."""
    press(page, "Control+Home", "End", "0", "0")
    expect(page.locator(".badge-behind, .badge-partly, .badge-runs, .badge-console")).to_be_visible()


def catch_up(page: Page) -> None:
    """Ask for all of it, and see what is asked first."""
    press(page, "Control+Shift+Enter")
    expect(page.locator(".badge-asks")).to_be_visible(timeout=RUN_PATIENCE)


def run_the_first(page: Page) -> None:
    """Run one statement."""
    press(page, "Control+Home", "Control+Enter")
    finish(page)


def toggle_console(page: Page) -> None:
    """Enter console mode, or leave it."""
    press(page, "Control+Alt+Enter")


def run_at_the_cursor(page: Page) -> None:
    """Run a statement in the middle by itself."""
    press(page, "Control+Home", "ArrowDown", "Control+Enter")
    finish(page)


def verify(page: Page) -> None:
    """Compare with a fresh process."""
    page.locator(".badge-state").click()
    page.get_by_role("button", name="Verify in a fresh process").click()
    expect(page.locator(".badge-differs, .badge-verified")).to_be_visible(timeout=RUN_PATIENCE)


def follow(page: Page) -> None:
    """Have the page catch up by itself."""
    press(page, "F9")
    expect(page.locator(".badge-fresh")).to_be_visible(timeout=RUN_PATIENCE)


def in_order(*steps: Callable[[Page], None]) -> Callable[[Page], None]:
    """Do *steps* one after another."""

    def act(page: Page) -> None:
        for step in steps:
            step(page)

    return act


def begin_to_run(page: Page) -> None:
    """Run what takes its time."""
    press(page, "Control+Shift+Enter")
    expect(page.locator(".badge-runs")).to_contain_text("3", timeout=RUN_PATIENCE)


def look_back(page: Page) -> None:
    """Try code in the state after an earlier statement."""
    press(page, "Control+Home", "ArrowDown", "ArrowDown", "Alt+Enter")
    page.keyboard.type("small.describe()")
    press(page, "Enter")
    page.keyboard.type("1 / 0")
    press(page, "Enter")
    expect(page.locator(".rdit-console-log")).to_contain_text("ZeroDivisionError", timeout=RUN_PATIENCE)


def give_arguments(page: Page) -> None:
    """Fill in the script's arguments."""
    page.get_by_role("textbox", name="Arguments").fill("--top 5 data-1.csv")
    press(page, "Enter")
    finish(page)


def answer(page: Page) -> None:
    """Answer what the script asks, edit above and catch up."""
    press(page, "Control+Shift+Enter")
    page.locator(".rdit-input input").fill("Ann")
    press(page, "Enter")
    finish(page)
    edit_first(page)
    press(page, "Control+Shift+Enter")
    expect(page.locator(".rdit-given")).to_be_visible(timeout=RUN_PATIENCE)
    finish(page)


FENCE = '"""\n```python\nx = 1\n```\n"""\na = 1\nb = 2\nc = 3\n'
FIGURE = (
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.bar(['tea', 'coffee'], [3, 2])\n"
    "ax.set_ylabel('cups')\nax.set_title('A day')\nfig.tight_layout()\nplt.show()\n"
)
FAILS = "".join(f"x{n} = {n}\n" for n in range(73)) + "{'a': 1}['zz']\n" + "".join(f"y{n} = {n}\n" for n in range(16))
TABLES = (
    "import pandas as pd\nsmall = pd.DataFrame({'year': range(2013, 2025), 'value': [n * 1234.5 for n in range(12)]})\n"
    "small\nlarge = pd.DataFrame({'day': pd.date_range('2024-01-01', periods=400), 'n': [n / 7 for n in range(400)]})\n"
    "large\n"
)
PRINTS = "".join(f"print('line', {n})\n" for n in range(40))
PROSE = (
    '"""\n# Cleaning\n\n- [x] read\n- [ ] clean\n\nIt costs $5 today, and $x_1 + x_2$ is a formula.[^1]\n\n'
    '<details><summary>More</summary>Text with <kbd>Ctrl</kbd> and H<sub>2</sub>O.</details>\n\n[^1]: A note.\n"""\n'
    "a = 1\na\n"
)
CHAIN = "a = 1\nb = a + 1\nb\nc = b * 2\nc\nfor n in range(3):\n    print(n, c)\n"
SLOW = "import time\n" + "time.sleep(2)\n" * 12
OUTSIDE = (
    "value = 1\nimport subprocess\nsubprocess.run(['true'], check=True);\nopen('out.txt', 'w').write('x');\nvalue\n"
)
RANDOM = "import random\n1 + 1\nrandom.random()\nfor _ in range(3):\n    print(random.randint(0, 1000))\n"
SCENES = (
    Scene("01-lines", FENCE, run_all),
    Scene("02-figure", FIGURE, run_all),
    Scene("03-print", (SCRIPTS / "sales.py").read_text(encoding="utf-8"), print_it),
    Scene("04-steps", (SCRIPTS / "sales.py").read_text(encoding="utf-8"), step_through),
    Scene("05-outcome", FAILS, run_all),
    Scene("06-marks", "a = 1\nb = a + 1\nb\nc = b * 2\nc\n", run_alone),
    Scene("07-reset", TABLES, reset),
    Scene("08-tables", TABLES, run_all),
    Scene("09-inline", PRINTS, run_all),
    Scene("10-reload", (SCRIPTS / "sales.py").read_text(encoding="utf-8"), reload),
    Scene("11-files", "1 + 1\n", open_files),
    Scene("12-empty", "", look),
    Scene("13-prose", PROSE, run_and_go_to_the_end),
    Scene("14-palette", "1 + 1\n", open_palette),
    Scene("15-outline", LONG, open_outline),
    Scene("16-arguments", (SCRIPTS / "words.py").read_text(encoding="utf-8"), run_all),
    Scene("17-fresh", CHAIN, explain(run_all)),
    Scene("18-behind", CHAIN, explain(run_all, edit_first)),
    Scene("19-partly", CHAIN, explain(run_the_first)),
    Scene("20-mixed", CHAIN, explain(run_all, toggle_console, run_at_the_cursor, toggle_console)),
    Scene("21-earlier", CHAIN, explain(reset)),
    Scene("22-not-run", CHAIN, explain(look)),
    Scene("23-runs", SLOW, explain(begin_to_run)),
    Scene("24-asks", OUTSIDE, explain(run_all, edit_first, catch_up)),
    Scene("25-console", CHAIN, explain(run_all, toggle_console)),
    Scene("26-verified", CHAIN, explain(run_all, verify)),
    Scene("27-differs", RANDOM, in_order(run_all, verify)),
    Scene("28-console-here", TABLES, in_order(run_all, look_back)),
    Scene("29-follow", CHAIN, in_order(run_all, follow, edit_first)),
    Scene("30-given-arguments", (SCRIPTS / "words.py").read_text(encoding="utf-8"), in_order(run_all, give_arguments)),
    Scene("31-answers", "greeting = 1\nname = input('Your name? ')\nname.upper()\n", answer),
)


@contextmanager
def opened(browser: Browser, scene: Scene, command: Path, width: int) -> Iterator[Page]:
    """Keep the script of *scene* open, in a folder and a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number in range(40):
            (root / f"data-{number}.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        (root / ".git").mkdir()
        (root / "script.py").write_text(scene.script, encoding="utf-8")
        words = ("script.py",) if scene.script else ()
        with running_rdit(*words, *scene.arguments, folder=root, command=[str(command)]) as rdit:
            page = new_page(browser, width)
            page.set_default_timeout(STEP_PATIENCE)
            page.goto(f"{rdit.address}/?token={rdit.token}")
            page.get_by_role("textbox", name="Script").click(timeout=RUN_PATIENCE)
            yield page
            page.context.close()


def take_scenes(browser: Browser, into: Path, command: Path | None = None, only: str = "") -> None:
    """Take every scene whose name contains *only*, in all widths and both colour schemes, into a folder."""
    if not only:
        shutil.rmtree(into, ignore_errors=True)

    def open_scene(scene: Scene, width: int) -> AbstractContextManager[Page]:
        return opened(browser, scene, command or Path(COMMAND[0]), width)

    take_all([scene for scene in SCENES if only in scene.name], WIDTHS, into, open_scene)
