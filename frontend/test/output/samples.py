"""Write samples.json: what real libraries give, for the gallery and the tests.

Needs pandas, polars, matplotlib and rich.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
from rich.console import Console
from rich.progress import Progress
from rich.syntax import Syntax
from rich.table import Table

mpl.use("agg")
mpl.rcParams["svg.fonttype"] = "none"
from matplotlib import pyplot as plt  # noqa: E402


def figure(kind: str) -> bytes:
    """Return a plot as a file of the format *kind*."""
    x = np.linspace(0, 4 * np.pi, 120)
    fig, axes = plt.subplots(figsize=(5.5, 2.6), layout="constrained")
    axes.plot(x, np.sin(x), label="sin")
    axes.plot(x, np.cos(x) * np.exp(-x / 9), label="damped")
    axes.legend()
    axes.set_title("Two waves")
    out = io.BytesIO()
    fig.savefig(out, format=kind, dpi=110 if kind == "png" else 72)
    plt.close(fig)
    return out.getvalue()


def terminal(draw: Callable[[Console], None]) -> str:
    """Return what rich writes to a terminal of 78 columns."""
    out = io.StringIO()
    draw(Console(file=out, force_terminal=True, color_system="truecolor", width=78))
    return out.getvalue()


def progress(console: Console) -> None:
    """Draw two bars from beginning to end."""
    clock = iter(range(10_000))
    with Progress(console=console, auto_refresh=False, get_time=lambda: float(next(clock))) as bars:
        reading, fitting = bars.add_task("Reading", total=8), bars.add_task("[green]Fitting", total=8)
        for _ in range(8):
            bars.advance(reading)
            bars.advance(fitting, 0.75)
            bars.refresh()


def table(console: Console) -> None:
    """Draw the table of rich's own documentation."""
    shown = Table(title="Star Wars Movies")
    shown.add_column("Released", style="cyan", no_wrap=True)
    shown.add_column("Title", style="magenta")
    shown.add_column("Box office", justify="right", style="green")
    shown.add_row("2019", "The Rise of Skywalker", "$952,110,690")
    shown.add_row("2017", "The Last Jedi", "$1,332,539,889")
    console.print(shown)


def tqdm_like() -> str:
    """As tqdm 4.67 writes to a terminal."""
    steps = []
    for n in range(0, 101, 10):
        bar = "█" * (n // 4) + " ▎▌▊"[n % 4] * (n % 4 > 0)
        steps.append(
            f"\rTraining: {n:3d}%|{bar:<25}| {n}/100 "
            f"[00:0{n // 12}<00:0{(100 - n) // 12}, 12.31it/s, loss={1 / (n + 1):.3f}]"
        )
    return "".join(steps) + "\n"


def main() -> None:
    """Write the samples beside this file."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "city": ["Lisbon", "Reykjavík", "Kraków", "Zürich", None],
            "population": [545_923, 139_875, 804_237, 421_878, 0],
            "mean °C": rng.normal(12, 5, 5).round(2),
            "founded": pd.to_datetime(["1147-10-25", "1786-08-18", "1038-01-01", "1218-01-01", None]),
            "coastal": [True, True, False, False, False],
        }
    )
    wide = pd.DataFrame(rng.normal(size=(24, 16)), columns=[f"feature {n}" for n in range(16)])
    grouped = frame.groupby(["coastal", "city"]).agg({"population": ["sum", "max"], "mean °C": "mean"})
    styled = frame[["city", "population"]].style.background_gradient().set_caption("Styled")
    samples = {
        "frame": {"html": frame._repr_html_(), "text": repr(frame)},
        "wide": {"html": wide._repr_html_(), "text": repr(wide)},
        "grouped": {"html": grouped._repr_html_(), "text": repr(grouped)},
        "styled": {"html": styled._repr_html_(), "text": repr(styled)},
        "polars": {"html": pl.from_pandas(frame.drop(columns="founded"))._repr_html_(), "text": ""},
        "png": base64.b64encode(figure("png")).decode(),
        "svg": figure("svg").decode(),
        "richProgress": terminal(progress),
        "richTable": terminal(table),
        "richSyntax": terminal(
            lambda console: console.print(Syntax("def f(x: int) -> int:\n    return x + 1  # more", "python"))
        ),
        "tqdm": tqdm_like(),
    }
    path = Path(__file__).with_name("samples.json")
    path.write_text(json.dumps(samples, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes, {time.strftime('%Y-%m-%d')}", file=sys.stderr)


if __name__ == "__main__":
    main()
