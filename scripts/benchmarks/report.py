"""The table: every row with its limit, every tool's figure, the ratios, and whether the reach is met."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Statistic = Callable[[list[float]], float]


def p95(samples: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(samples)[min(len(samples) - 1, math.ceil(len(samples) * 0.95) - 1)]


def p99(samples: list[float]) -> float:
    """Return the 99th percentile."""
    return sorted(samples)[min(len(samples) - 1, math.ceil(len(samples) * 0.99) - 1)]


@dataclass(frozen=True)
class Reach:
    """What rdit's figure is held to: all that is given must hold. Bounds are in seconds or bytes."""

    at_most: float | None = None
    times_limit: float | None = None
    above_limit: float | None = None
    times_peer: float | None = None

    def met(self, rdit: float, limit: float, peer: float) -> bool | None:
        """Say whether the figure is within reach; None when something to compare it with was not measured."""
        bounds = [self.at_most]
        bounds.append(None if self.times_limit is None else self.times_limit * limit)
        bounds.append(None if self.above_limit is None else self.above_limit + limit)
        bounds.append(None if self.times_peer is None else self.times_peer * peer)
        given = [bound for bound in bounds if bound is not None]
        if any(rdit > bound for bound in given):
            return False
        return None if not given or any(math.isnan(bound) for bound in given) else True

    def words(self, unit: str) -> str:
        """Return the bounds as the table shows them."""
        parts = [
            None if self.at_most is None else shown(self.at_most, unit),
            None if self.times_limit is None else f"{self.times_limit:g} × limit",
            None if self.above_limit is None else f"limit + {shown(self.above_limit, unit)}",
            None if self.times_peer is None else f"{self.times_peer:g} × best peer",
        ]
        return ", ".join(part for part in parts if part) or "–"


@dataclass(frozen=True)
class Row:
    """One line of the table. Samples are in seconds or bytes; *unit* is how they are shown."""

    key: str
    title: str
    unit: str
    reach: Reach = Reach()
    statistic: Statistic = statistics.median
    base: str | None = None
    """The row of rdit's whose figure stands as the limit."""


UNITS = {"": 1.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "MB": 1e6, "kB": 1e3}

ROWS = [
    Row("cold", "cold start: spawned → first result of `1 + 1`", "s", Reach(times_limit=1.3, times_peer=0.3)),
    Row("trip-p50", "warm round trip of one statement, p50", "ms", Reach(above_limit=1e-3)),
    Row("trip-p99", "warm round trip of one statement, p99", "ms", Reach(5e-3), p99),
    *(
        Row(
            f"statements-{count}-{stream}",
            f"a run of {count:,} trivial statements, {stream} stream, per statement",
            "µs",
            Reach(40e-6),
        )
        for count in (200, 2_000, 10_000)
        for stream in ("default", "live")
    ),
    Row("lines", "printed lines, all of them, in order", "s", Reach(times_limit=2)),
    Row("lines-at-once", "the same by `python -u`, where each print is on its way at once, as in rdit", "s"),
    Row("lines-memory", "the server's resident memory at most, meanwhile", "MB"),
    Row("string", "one long string, whole", "s", Reach(times_limit=2)),
    Row("delay-p50", "from `print` in a loop to the client, p50", "ms", Reach(1e-3)),
    Row("delay-max", "from `print` in a loop to the client, maximum", "ms", Reach(10e-3), max),
    Row("interrupt-busy", "interrupt of a busy loop", "ms", Reach(10e-3)),
    Row("interrupt-sleep", "interrupt of `time.sleep`", "ms", Reach(10e-3)),
    Row("reset", "reset until the next result", "ms", Reach(50e-3)),
    Row("figures", "an analysis with four figures, until the last picture", "s", Reach(times_limit=1.3)),
    Row("memory", "memory with one script open, all processes (PSS)", "MB", Reach(times_limit=1.3)),
    Row("session-memory", "memory of each further idle session", "MB", Reach(15e6)),
    Row("subscribers-1", "a flood followed by 1 subscriber", "s"),
    Row("subscribers-50", "the same, followed by 50, one of which never reads", "s"),
    Row("page-size", "page: JavaScript and CSS, gzip", "kB", Reach(200e3)),
    Row("page-visible", "page: navigation → editor visible", "s", Reach(times_limit=1.3)),
    Row("page-output", "page: navigation → first output visible", "s", Reach(1)),
    Row("page-painted", "page: run → result painted", "ms", Reach(2 / 60)),
    Row("page-scroll", "page: a frame while 2,000 outputs scroll by", "ms", Reach(1.05 / 60)),
    Row("page-scroll-p99", "the same, p99", "ms", statistic=p99),
    Row("page-grid", "page: run → first rows of a table of 10,000,000 × 1,000", "s"),
    Row("language-first", "language: first list after `orders.`, since the page was opened", "ms", Reach(0.5)),
    Row("language-first-name", "language: then the first list for a bare name", "ms", Reach(0.3)),
    Row("language-next", "language: the next lists after a dot, p50", "ms", Reach(0.1)),
    Row("language-next-p95", "language: the same, p95", "ms", statistic=p95),
    Row("language-name", "language: the next lists for a bare name, p50", "ms", Reach(0.3)),
    Row("language-name-p95", "language: the same, p95", "ms", statistic=p95),
    Row("language-hover", "language: documentation of a name, from the pointer or the key", "ms"),
    Row("language-problem", "language: a problem is marked, from the key that makes it", "ms"),
    Row("language-bytes", "language: bytes to the page for one list after `orders.`", "kB"),
    Row("language-size", "language: JavaScript and CSS of the page until then, gzip", "kB"),
    Row("language-late", "language: of these what is loaded late for the language", "kB"),
    Row("language-memory", "language: memory of the language servers (PSS)", "MB"),
    Row("language-memory-all", "language: memory of all processes, the script open in a page (PSS)", "MB"),
    *(
        Row(
            f"typing-{key}",
            f"{title} (limit: without language help)",
            unit,
            reach,
            statistic,
            base=f"typing-{key}-without",
        )
        for key, title, unit, reach, statistic in (
            (
                "p50",
                "typing in a script of 2,000 lines: key → painted, p50",
                "ms",
                Reach(above_limit=1 / 120),
                statistics.median,
            ),
            ("p95", "the same, p95", "ms", Reach(above_limit=1 / 60), p95),
            ("max", "the same, maximum", "ms", Reach(), max),
            (
                "late",
                "the same: of 68 keys (quick: 20) painted after over 16.7 ms",
                "",
                Reach(),
                statistics.median,
            ),
            (
                "thread",
                "the same: processor time of the page's main thread, of a key, least",
                "ms",
                Reach(),
                min,
            ),
        )
    ),
    *(
        Row(
            f"{key}{end}",
            f"{title}; {way}",
            "ms",
            Reach() if end else reach,
            statistic,
        )
        for key, title, reach, statistic in (
            (
                "edit-last",
                "edit the last of 11 statements of 0.3 s (quick: 0.05 s) → its result, beyond its own time, p95",
                Reach(0.1),
                p95,
            ),
            ("edit-first", "edit the first → its result, beyond its own time", Reach(0.1), statistics.median),
            (
                "edit-hidden",
                "edit `values.append(…)` between `values = []` and `print(values)`",
                Reach(),
                statistics.median,
            ),
        )
        for end, way in (("", "what follows runs"), ("-all", "a new process runs all"))
    ),
    *(
        Row(
            f"many-edits-{key}",
            f"500 edits in a row (quick: 50): {title} of the kernel afterwards (limit: before)",
            unit,
            Reach(times_limit=1.1),
            base=f"many-edits-{key}-before",
        )
        for key, title, unit in (
            ("processes", "processes", ""),
            ("descriptors", "descriptors", ""),
            ("memory", "memory (PSS)", "MB"),
        )
    ),
    *(
        Row(
            f"once-{key}",
            f"run once, worker's processor time, least: {title} (limit: without snapshots)",
            "s",
            Reach(times_limit=times),
            min,
            base=f"once-{key}-console",
        )
        for key, title, times in (
            ("in-place", "25 × `a += i`, 400 MB", 1.05),
            ("objects", "25 walks over 300,000 objects", 1.05),
            ("arrays", "25 new numpy arrays", 1.05),
            ("trivial", "2,000 trivial statements", 1.5),
        )
    ),
]

Results = Mapping[str, Mapping[str, list[float]]]
"""Samples by tool (and `limit`), then by row."""


def shown(value: float, unit: str) -> str:
    """Return a value in its unit, with three figures that matter."""
    scaled = value / UNITS[unit]
    digits = max(0, 2 - math.floor(math.log10(scaled))) if scaled > 0 else 0
    return f"{scaled:,.{min(digits, 3)}f} {unit}" if unit else f"{scaled:,.0f}"


def figure(samples: list[float] | None, row: Row) -> str:
    """Return a figure with its spread: the middle half of the samples."""
    if not samples:
        return "–"
    text = shown(row.statistic(samples), row.unit)
    if len(samples) < 3 or row.statistic is not statistics.median:
        return text
    low, _, high = statistics.quantiles(samples, n=4)
    return f"{text} ± {shown((high - low) / 2, row.unit).split()[0]}"


def ratio(value: float, base: float) -> str:
    """Return how many times *base* the value is."""
    return "–" if math.isnan(value) or math.isnan(base) or not base else f"{value / base:.2g} ×"


def right(results: Results, key: str) -> str:
    """Say whose result was what one run of the new text shows: always, or how often."""
    counts = {name: samples[f"{key}-right"] for name, samples in results.items() if samples.get(f"{key}-right")}
    words = {
        name: "yes" if all(values) else f"{sum(values):.0f} of {len(values)}" if any(values) else "**no**"
        for name, values in counts.items()
    }
    return ", ".join(f"{name} {word}" for name, word in words.items()) or "–"


def table(results: Results, peers: list[str]) -> str:
    """Return the Markdown table of all rows that were measured."""
    heads = ["measure", "limit", "rdit", *peers, "÷ limit", "÷ best peer", "reach", "met", "is the result right?"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for row in ROWS:
        figures = {name: samples[row.key] for name, samples in results.items() if samples.get(row.key)}
        if not figures:
            continue
        if row.base is not None and (before := results["rdit"].get(row.base)):
            figures["limit"] = before
        value = {name: row.statistic(samples) for name, samples in figures.items()}
        rdit, limit = value.get("rdit", math.nan), value.get("limit", math.nan)
        best = min((value[peer] for peer in peers if peer in value), default=math.nan)
        met = None if math.isnan(rdit) else row.reach.met(rdit, limit, best)
        verdict = {True: "yes", False: "**no**", None: "–"}[met]
        columns = [figure(figures.get(name), row) for name in ("limit", "rdit", *peers)]
        columns += [ratio(rdit, limit), ratio(rdit, best), row.reach.words(row.unit), verdict, right(results, row.key)]
        lines.append(f"| {' | '.join([row.title, *columns])} |")
    return "\n".join(lines)
