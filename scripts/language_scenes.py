"""Situations in which the page knows the language: the scripts, and what a person does with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from looks import press
from playwright.sync_api import Locator, Page, expect

PATIENCE = 60_000
"""Milliseconds for what language servers answer; the first list of what can be imported takes its time."""

SALES = '''\
import json
import math
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from shop import Order, revenue

sales = pd.DataFrame(
    {
        "day": pd.date_range("2026-01-01", periods=365),
        "region": ["north", "south", "west", "east", "sea"] * 73,
        "unit price": [1.5 + day % 7 for day in range(365)],
        "amount": [day % 12 for day in range(365)],
    }
)
limits = {"north": 3, "south": 4}


class Report:
    """A report of what was sold."""

    def __init__(self, title: str, *, columns: int = 2) -> None:
        self.title = title
        self.columns = columns

    def page(self, region: str, rows: int = 20) -> pd.DataFrame:
        """Return the best days of a region.

        Parameters
        ----------
        region : str
            One of the regions, e.g. `"north"`.
        rows : int, default 20
            How many days there are at most.

        Examples
        --------
        >>> Report("Q1").page("north", rows=3)
        """
        part = sales[sales["region"] == region]
        return part.nlargest(rows, "amount")


report = Report("Q1")
by_region = sales.groupby("region")["amount"].sum()
by_region
total = revenue([Order("tea", 3, 2.5), Order("coffee", 1, 4.0)])
total

fig, ax = plt.subplots(figsize=(6, 3))
ax.bar(by_region.index, by_region.values)
ax.set_title(f"Sold: {math.floor(total)}")
'''
SHOP = '''\
from dataclasses import dataclass


@dataclass
class Order:
    """What somebody has ordered."""

    name: str
    amount: int
    price: float


def revenue(orders: list[Order]) -> float:
    """Add up what *orders* bring."""
    return sum(order.amount * order.price for order in orders)
'''
FAULTY = """\
import os, sys
import json
from collections import defaultdict
import cv2
from shop import revenue, Order

readings = {"Mon": 18.5, "Tue": 21.0, "Wed": 19.5}
number: int = "one"


def mean(values: list[float]) -> float:
    unused = 1
    return sum(valus) / len(values)


total = revenue([Order("tea", "3", 2.5)])
print(f"no placeholders")
if total == None:
    print(readings["Sat"])
mean([1, 2], 3)
readings["Sun"]
"""
HOSTILE = '''\
def hostile(value: int = 0) -> None:
    """<img src="http://127.0.0.1:9/a.png" onerror="window.ran = 1"><script>window.ran = 2</script>

    ![picture](http://127.0.0.1:9/b.png) [link](javascript:window.ran=3) <iframe src="http://127.0.0.1:9/c"></iframe>
    <style>body { background: url(http://127.0.0.1:9/d) red; }</style>
    """


'''
UNTIDY = """\
import json
from   statistics import mean,median
readings={'Mon':18.5,'Tue':21.0,
  'Wed':19.5}
def spread( values ):
    return max(values)-min(values)
mean( readings.values() )
print( json.dumps(readings) )
spread( readings.values() ), median(readings.values())
"""
SCRIPTS = {
    "sales.py": SALES,
    "shop.py": SHOP,
    "faulty.py": FAULTY,
    "hostile.py": HOSTILE,
    "untidy.py": UNTIDY,
}


@dataclass(frozen=True)
class Scene:
    """One situation: a script, what a person does, and then a picture."""

    name: str
    act: Callable[[Page], None]
    script: str = "sales.py"


def put_cursor(page: Page, words: str) -> None:
    """Put the cursor on *words*, by looking for them."""
    press(page, "Control+Home", "Control+f")
    page.get_by_role("textbox", name="Find").fill(words)
    press(page, "Enter", "Escape", "ArrowLeft", "ArrowRight")


def write(page: Page, text: str, wait: str | Locator | None = None) -> None:
    """Type *text* in a line of its own at the end, and wait for what it brings."""
    press(page, "Control+End", "Enter", "Home")
    page.keyboard.type(text)
    if wait is not None:
        place = page.locator(wait) if isinstance(wait, str) else wait
        expect(place.first).to_be_visible(timeout=PATIENCE)


def see_documentation(page: Page) -> None:
    """Wait for what stands beside a list; on a narrow page nothing does."""
    if page.evaluate("innerWidth") > 700:
        expect(page.locator(".cm-completionInfo .rdit-documentation")).to_be_visible(timeout=PATIENCE)


def complete(page: Page) -> None:
    """Complete a name of a table, with its documentation."""
    write(page, "sales.gro", page.get_by_role("option").filter(has_text="groupby"))
    see_documentation(page)


def complete_columns(page: Page) -> None:
    """Complete a column of the live table."""
    write(page, 'sales["', page.get_by_role("option").filter(has_text="unit price"))


def complete_import(page: Page) -> None:
    """Complete a name that has yet to be imported."""
    write(page, "OrderedD", page.get_by_role("option").filter(has_text="collections"))


def hover_name(line: str, name: str) -> Callable[[Page], None]:
    """Let the pointer rest on *name* in the line that has *line*."""

    def act(page: Page) -> None:
        put_cursor(page, line)
        press(page, "ArrowLeft")
        place = page.locator(".cm-line").filter(has_text=line).first
        place.locator("span").filter(has_text=re.compile(rf"^{name}$")).first.hover()
        expect(page.locator(".rdit-hover")).to_be_visible(timeout=PATIENCE)

    return act


def hover_key(words: str) -> Callable[[Page], None]:
    """Ask by a key what is at *words*."""

    def act(page: Page) -> None:
        put_cursor(page, words)
        press(page, "Shift+F1")
        expect(page.locator(".rdit-hover")).to_be_visible(timeout=PATIENCE)

    return act


def write_call(page: Page) -> None:
    """Write the second argument of a call of a library."""
    write(page, "plt.subplots(2, 3, ", ".rdit-signature mark")


def write_own_call(page: Page) -> None:
    """Write the second argument of a call of one's own."""
    write(page, 'report.page("north", ', page.locator(".rdit-signature mark", has_text="rows"))


def step(page: Page) -> None:
    """Go from problem to problem."""
    expect(page.locator(".status-problems")).to_be_visible(timeout=PATIENCE)
    press(page, "F8", "F8", "F8", "F8", "F8", "F8", "F8")
    expect(page.locator(".rdit-problem-words")).to_be_visible(timeout=PATIENCE)


def point_at_problem(page: Page) -> None:
    """Point at a problem."""
    expect(page.locator(".status-problems")).to_be_visible(timeout=PATIENCE)
    page.locator(".rdit-unnecessary", has_text="json").hover()
    expect(page.locator(".rdit-problem-words")).to_be_visible(timeout=PATIENCE)


def list_problems(page: Page) -> None:
    """List the problems."""
    page.locator(".status-problems").get_by_role("button").click(timeout=PATIENCE)
    expect(page.locator(".finding").first).to_be_visible(timeout=PATIENCE)


def fix(page: Page) -> None:
    """See what can be done about a problem."""
    expect(page.locator(".status-problems")).to_be_visible(timeout=PATIENCE)
    press(page, "F8", "Control+.")
    expect(page.get_by_role("menu")).to_be_visible(timeout=PATIENCE)


def choose(page: Page, command: str) -> None:
    """Do *command* by the palette."""
    press(page, "Control+k")
    page.keyboard.type(command)
    expect(page.get_by_role("option").first).to_have_text(re.compile(command, re.IGNORECASE), timeout=PATIENCE)
    press(page, "Enter")


def fix_all(page: Page) -> None:
    """Fix all that can be fixed by itself."""
    expect(page.locator(".status-problems")).to_be_visible(timeout=PATIENCE)
    choose(page, "fix all problems")
    expect(page.locator(".status-problems")).to_have_text("5 problems", timeout=PATIENCE)


def organise_imports(page: Page) -> None:
    """Bring the imports into order."""
    press(page, "Shift+Alt+o")
    expect(page.locator(".cm-line").first).to_have_text("import json", timeout=PATIENCE)
    expect(page.locator(".status-problems")).to_have_text("12 problems", timeout=PATIENCE)


def fold(page: Page) -> None:
    """Fold the imports, and a class by pointing beside it."""
    marks = page.locator(".cm-foldGutter [title='Fold line']")
    marks.first.click()
    expect(page.locator(".cm-foldPlaceholder")).to_have_count(1, timeout=PATIENCE)
    put_cursor(page, "class Report")
    press(page, "Control+Shift+BracketLeft")
    expect(page.locator(".cm-foldPlaceholder")).to_have_count(2, timeout=PATIENCE)


def format_it(page: Page) -> None:
    """Run, and format: the results stay with their statements."""
    press(page, "Control+Shift+Enter")
    expect(page.locator(".badge-fresh")).to_be_visible(timeout=PATIENCE)
    press(page, "Shift+Alt+f")
    expect(page.locator(".cm-line").nth(1)).to_have_text("from statistics import mean, median", timeout=PATIENCE)
    expect(page.locator(".status-problems")).to_have_count(0, timeout=PATIENCE)


def list_references(page: Page) -> None:
    """List where a name is used."""
    put_cursor(page, "revenue([")
    press(page, "Shift+F12")
    expect(page.locator(".finding").first).to_be_visible(timeout=PATIENCE)


def find_symbols(page: Page) -> None:
    """Find a symbol by a few letters."""
    press(page, "Control+Shift+o")
    expect(page.get_by_role("option").first).to_be_visible(timeout=PATIENCE)
    page.keyboard.type("re")
    expect(page.get_by_role("option").filter(has_text="revenue").first).to_be_visible(timeout=PATIENCE)


def rename(page: Page) -> None:
    """See what a new name changes."""
    put_cursor(page, "revenue([")
    press(page, "F2")
    page.get_by_role("textbox", name="New name").fill("earnings")
    expect(page.locator(".changes-files li").first).to_be_visible(timeout=PATIENCE)


def read_library(page: Page) -> None:
    """Go into the source of a library."""
    put_cursor(page, "groupby(")
    press(page, "F12")
    expect(page).to_have_title(re.compile("frame.py"), timeout=PATIENCE)
    expect(page.locator("[class*=rdit-token]:visible").first).to_be_attached(timeout=PATIENCE)


def see_types(page: Page) -> None:
    """Show types and the names of parameters."""
    press(page, "Control+,")
    page.get_by_label("Show types, and the names of parameters").check()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".rdit-inlay-hint").first).to_be_visible(timeout=PATIENCE)


def see_uses(page: Page) -> None:
    """Put the cursor on a name that occurs elsewhere."""
    put_cursor(page, "by_region.index")
    expect(page.locator(".rdit-occurrence").first).to_be_visible(timeout=PATIENCE)


def fill_arguments(page: Page) -> None:
    """Complete a call whose arguments are then filled in."""
    press(page, "Control+,")
    page.get_by_label("A function that is completed comes with its arguments").check()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("textbox", name="Script").focus()
    write(page, "report.pag", page.get_by_role("option").filter(has_text="page"))
    see_documentation(page)
    page.get_by_role("option").filter(has_text="page").first.click()
    expect(page.locator(".rdit-completions")).to_have_count(0)


def hostile_hover(page: Page) -> None:
    """Look at documentation that would like to run something."""
    write(page, "hostile(", ".rdit-signature .rdit-documentation")
    press(page, "Escape", "ArrowLeft", "Shift+F1")
    expect(page.locator(".rdit-hover")).to_be_visible(timeout=PATIENCE)


def hostile_completion(page: Page) -> None:
    """The same beside a list."""
    write(page, "hostil", page.get_by_role("option").first)
    see_documentation(page)


SCENES = (
    Scene("01-completion", complete),
    Scene("02-columns", complete_columns),
    Scene("03-import", complete_import),
    Scene("04-arguments", fill_arguments),
    Scene("05-hover-library", hover_name("by_region = sales", "groupby")),
    Scene("06-hover-live", hover_key("sales.groupby")),
    Scene("07-hover-own", hover_key("page(self")),
    Scene("08-signature-library", write_call),
    Scene("09-signature", write_own_call),
    Scene("10-problem-step", step, "faulty.py"),
    Scene("11-problem-pointed", point_at_problem, "faulty.py"),
    Scene("12-problem-list", list_problems, "faulty.py"),
    Scene("13-fixes", fix, "faulty.py"),
    Scene("14-references", list_references),
    Scene("15-symbols", find_symbols),
    Scene("16-rename", rename),
    Scene("17-library", read_library),
    Scene("18-types", see_types),
    Scene("19-uses", see_uses),
    Scene("20-hostile-hover", hostile_hover, "hostile.py"),
    Scene("21-hostile-completion", hostile_completion, "hostile.py"),
    Scene("22-fix-all", fix_all, "faulty.py"),
    Scene("23-imports", organise_imports, "faulty.py"),
    Scene("24-folding", fold),
    Scene("25-formatting", format_it, "untidy.py"),
)
