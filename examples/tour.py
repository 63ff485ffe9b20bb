"""
# A tour of rdit, in two minutes

This file is a plain Python script: `python tour.py` runs it as well. Here every statement shows its output
right where it stands.

- **Shift+Enter** runs the statement at the cursor and moves on to the next. Start here and keep pressing.
- **Ctrl+Enter** (on a Mac, Cmd+Enter) runs it and stays, or runs every statement that a selection touches.
- **Ctrl+Shift+Enter** runs the whole script.
"""

# ── Output appears beside the code ────────────────────────────────────────────────────────────────────────────
# What a statement prints stands below it. The value of an expression is shown without a print.

print("Hello from", __name__)

6 * 7

[n**2 for n in range(10)]

# A semicolon at the end keeps a value to yourself.

"never shown".upper();

# ── Text between your code ────────────────────────────────────────────────────────────────────────────────────
# A string that stands alone is shown as Markdown, and an f-string brings its values along.

readings = {"Mon": 18.5, "Tue": 21.0, "Wed": 19.5, "Thu": 24.0, "Fri": 22.5}
average = sum(readings.values()) / len(readings)

rows = "\n".join(f"| {day} | {degrees} |" for day, degrees in readings.items())

f"""
The average is **{average:.1f} °C**; the warmest day was *{max(readings, key=readings.get)}*.

| day | °C |
|:----|---:|
{rows}
"""

# ── Names stay until you press Reset ──────────────────────────────────────────────────────────────────────────
# Run a statement again after changing it: everything defined before is still there. Change the bar's character
# below and run only that function and the loop.


def bar(degrees: float, width: int = 40) -> str:
    """Draw a temperature as a line of text; 30 °C fill the width."""
    return "▇" * round(degrees / 30 * width)


for day, degrees in readings.items():
    print(f"{day} {bar(degrees)} {degrees}")

# ── Objects look as their authors meant them to ───────────────────────────────────────────────────────────────

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Recipe:
    name: str
    serves: int
    parts: dict[str, Fraction] = field(default_factory=dict)

    def scaled(self, serves: int) -> "Recipe":
        factor = Fraction(serves, self.serves)
        return Recipe(self.name, serves, {part: amount * factor for part, amount in self.parts.items()})


pancakes = Recipe("pancakes", 4, {"flour, cups": Fraction(3, 2), "milk, cups": Fraction(5, 4), "eggs": Fraction(2)})

pancakes.scaled(6)

# ── Output is live ────────────────────────────────────────────────────────────────────────────────────────────
# Long work shows where it is, as in a terminal. Press Stop while it runs: the variables stay.

import time

steps = 40
for step in range(1, steps + 1):
    time.sleep(0.03)
    print(f"\rbaking {bar(30 * step / steps)} {step}/{steps}", end="", flush=True)
print()

# ── Errors point at their line ────────────────────────────────────────────────────────────────────────────────
# Take the # away, run the line, and see where it is marked. What ran before is untouched.

# pancakes.scaled("six")

# ── Scripts may ask ───────────────────────────────────────────────────────────────────────────────────────────
# The question appears below the statement.

# input("What do you cook today? ")

# ── And everything else of Python works as it does in a terminal ──────────────────────────────────────────────

import subprocess
import sys

subprocess.run([sys.executable, "-c", "print('a child process writes here, too')"], check=True)

import asyncio


async def brew(drink: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    print(drink, "is ready")
    return drink


async def breakfast() -> list[str]:
    return await asyncio.gather(brew("coffee", 0.4), brew("tea", 0.2))


asyncio.run(breakfast())

"""
That was the tour. `awaiting.py` shows `await` at the top level; the other examples draw and compute with
numpy, pandas and matplotlib. Your own scripts need nothing special: `rdit your_script.py`.
"""
