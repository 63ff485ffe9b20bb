"""Table: the operations on tables of every library: windows, sorted and filtered views, summaries, CSV.

A `Table` is a thin adapter over a live object and is created for each query; what is worth keeping between queries, the
order of rows under a sort, is in a `ViewCache` beside the object's handle.

Columns are counted from 0, rows from 0 in the order that sorting and filtering give. *Positions* are row numbers of the
object itself, in whatever form its library selects rows by: a numpy array, a polars Series, an Arrow array, a list.
"""

from __future__ import annotations

from _csv import writer as csv_writer  # the module csv adds only classes to it, and is slow to import
from io import StringIO
from itertools import chain
from zlib import crc32

from ..short_repr import cell, kind_of, missing_text, safe_text, short, short_repr
from .filters import Filter, may_match_numbers

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

WINDOW_ROWS = 100
WINDOW_COLUMNS = 40
"""The size of the first window; the page queries the rest."""

MAX_WINDOW_CELLS = 50_000
MAX_LABEL_TEXT = 200
CSV_CELLS = 100_000
"""About how many cells are in one part of a CSV."""

PIECE_ROWS = 1 << 16
"""Values that become Python objects at a time, where the library itself has no such operation."""

HISTOGRAM_BINS = 20
SUMMARY_VALUES = 8
"""The number of most frequent values in a summary."""

FINGERPRINT_ROWS = 16
"""Rows of the sample, spread over the table."""

_LARGE = 1 << 4096
"""From here on Python may refuse to format an integer in decimal."""


class ViewCache:
    """The positions of the last view of a table."""

    def __init__(self) -> None:
        self.key: object = None
        self.positions: Any = None


class Table:
    """One live table, as a grid reads it. Subclasses implement the operations with their library."""

    kind = "table"
    null = "null"
    """The library's name of a missing value."""

    def __init__(self, value: Any) -> None:
        self.value = self.frame = value

    # ------------------------------------------------------------------------------------------ for each library

    def shape(self) -> tuple[int, int]:
        """Return (rows, columns)."""
        rows, columns = self.frame.shape
        return int(rows), int(columns)

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        """Return name and type of *count* columns from *first* on, as the library prints them."""
        raise NotImplementedError

    def values(self, rows: Any, first: int, count: int) -> list[list[Any]]:
        """Return the values of *count* columns from *first* on, column by column; *rows* is a slice or positions."""
        raise NotImplementedError

    def mask(self, column: int, where: Filter) -> Any:
        """Return which rows pass *where*, as the library's boolean array."""
        raise NotImplementedError

    def no_rows(self) -> Any:
        """Return a mask that is all false."""
        raise NotImplementedError

    def both(self, one: Any, other: Any) -> Any:
        """Return where both masks are true."""
        return one & other

    def either(self, one: Any, other: Any) -> Any:
        """Return where at least one mask is true."""
        return one | other

    def positions_of(self, mask: Any) -> Any:
        """Return the positions at which *mask* is true."""
        raise NotImplementedError

    def ordered(self, keys: list[tuple[int, bool]], mask: Any, positions: Any) -> Any:
        """Return the positions in the order of *keys*, (column, descending) each, the first the most important.

        Missing values come last, equal ones keep their order. *mask* and *positions* name the same rows; both are None
        for all of them.
        """
        raise NotImplementedError

    def summary(self, column: int) -> dict[str, Any]:
        """Return a summary of *column*: how many values are missing and distinct, and their distribution.

        `count`, `missing` and `distinct` are always there; numbers have `minimum`, `mean`, `maximum` and `histogram`
        (equal bins between the two), times have `minimum`, `maximum` and `histogram`, all else has `frequent`:
        [[text, count], …].
        """
        raise NotImplementedError

    def copy(self) -> Any:
        """Return a copy of the object that shares no memory with it; only called for small ones."""
        return self.value.copy()

    def size(self) -> int:
        """Return the object's approximate size in bytes."""
        return int(self.value.nbytes)

    def index_labels(self, rows: Any) -> list[Any]:
        """Return the index labels of *rows*: a slice or positions."""
        if isinstance(rows, slice):
            return list(range(*rows.indices(self.shape()[0])))
        return [int(row) for row in rows]

    def index_names(self) -> list[str]:
        """Return the names of the index, one; empty when it has none."""
        return [""]

    def csv_value(self, value: Any) -> Any:
        """Return *value* for a CSV, whole and unrounded."""
        kind = type(value)
        if kind is str or kind is float or (kind is int and -_LARGE < value < _LARGE):
            return "" if value != value else value
        return "" if missing_text(value) is not None else safe_text(value, str)

    def cell(self, value: Any) -> Any:
        """Return the content of one cell, as the function `cell` does."""
        return cell(value, self.null)

    def is_formatted(self, dtype: str) -> bool:  # noqa: ARG002
        """Whether the script has said how values of *dtype* are to be printed."""
        return False

    # ------------------------------------------------------------------------------------------ for all

    def fingerprint(self) -> str:
        """Return a short text that changes with the shape, the columns or a sample of the cells."""
        rows, columns = self.shape()
        shown = min(columns, WINDOW_COLUMNS)
        parts: list[Any] = [rows, columns, self.describe(0, shown)]
        if rows:
            step = max(1, (rows - 1) // (FINGERPRINT_ROWS - 1))
            parts.append([[cell(value) for value in values] for values in self.values(slice(0, rows, step), 0, shown)])
            parts.append([[cell(value) for value in values] for values in self.values(slice(rows - 1, rows), 0, shown)])
        return f"{rows}x{columns}-{crc32(repr(parts).encode('utf-8', 'backslashreplace')):08x}"

    def window(
        self,
        row: int = 0,
        rows: int = WINDOW_ROWS,
        column: int = 0,
        columns: int = WINDOW_COLUMNS,
        *,
        view: dict[str, Any] | None = None,
        cache: ViewCache | None = None,
    ) -> dict[str, Any]:
        """Return the cells of *rows* × *columns* from (*row*, *column*) on, sorted and filtered by *view*.

        *view* may hold `sort` [[column, descending], …], `filters` [{column, operator, value}, …] and `search`.
        """
        total_rows, total_columns = self.shape()
        positions = self.positions(view or {}, cache)
        shown_rows = total_rows if positions is None else len(positions)
        row, column = max(0, row), max(0, column)
        columns = max(0, min(columns, total_columns - column))
        rows = max(0, min(rows, shown_rows - row, MAX_WINDOW_CELLS // max(1, columns)))
        operand = slice(row, row + rows) if positions is None else positions[row : row + rows]
        described = [
            {
                "position": column + offset,
                "name": short(name, MAX_LABEL_TEXT),
                "dtype": dtype,
                "kind": kind_of(dtype),
                "isFormatted": self.is_formatted(dtype),
            }
            for offset, (name, dtype) in enumerate(self.describe(column, columns))
        ]
        return {
            "row": row,
            "column": column,
            "rows": shown_rows,
            "totalRows": total_rows,
            "totalColumns": total_columns,
            "indexNames": self.index_names(),
            "index": [short(safe_text(label, str), MAX_LABEL_TEXT) for label in self.index_labels(operand)],
            "columns": described,
            "cells": [[self.cell(value) for value in values] for values in self.values(operand, column, columns)],
        }

    def csv_part(
        self,
        part: int = 0,
        *,
        view: dict[str, Any] | None = None,
        cache: ViewCache | None = None,
        separator: str = ",",
        row: int = 0,
        rows: int | None = None,
        column: int = 0,
        columns: int | None = None,
        header: bool = True,
        index: bool = True,
    ) -> dict[str, Any]:
        """Return one part of the table as CSV, {"text", "last"}; parts count from 0, the first has the header.

        *row*, *rows*, *column* and *columns* select a rectangle of the view; without them all of it is written.
        """
        total_rows, total_columns = self.shape()
        positions = self.positions(view or {}, cache)
        shown_rows = total_rows if positions is None else len(positions)
        width = max(0, total_columns - column if columns is None else min(columns, total_columns - column))
        end = shown_rows if rows is None else min(shown_rows, row + rows)
        step = max(1, CSV_CELLS // max(1, width))
        start = row + part * step
        stop = min(end, start + step)
        text = StringIO()
        table = csv_writer(text, delimiter=separator, lineterminator="\n")
        if header and part == 0:
            names = [name for name, _ in self.describe(column, width)]
            table.writerow([*self.index_names(), *names] if index else names)
        if start < stop:
            operand = slice(start, stop) if positions is None else positions[start:stop]
            written = [[self.csv_value(value) for value in values] for values in self.values(operand, column, width)]
            if index:
                written.insert(0, [self.csv_value(label) for label in self.index_labels(operand)])
            table.writerows(zip(*written, strict=True))
        return {"text": text.getvalue(), "last": stop >= end}

    def positions(self, view: dict[str, Any], cache: ViewCache | None = None) -> Any:
        """Return the positions of the rows in *view*, in its order; None for all rows in their own order."""
        sort, filters, search = view.get("sort") or [], view.get("filters") or [], view.get("search") or ""
        if not (sort or filters or search):
            return None
        key = (repr(sort), repr(filters), search, self.shape())
        if cache is not None and cache.key == key:
            return cache.positions
        mask = None
        for asked in filters:
            where = Filter(str(asked["operator"]), str(asked.get("value", "")))
            passing = self.mask(int(asked["column"]), where)
            mask = passing if mask is None else self.both(mask, passing)
        if search:
            found = self.found(str(search))
            mask = found if mask is None else self.both(mask, found)
        positions = None if mask is None else self.positions_of(mask)
        if sort:
            positions = self.ordered([(int(column), bool(descending)) for column, descending in sort], mask, positions)
        if cache is not None:
            cache.key, cache.positions = key, positions
        return positions

    def found(self, text: str) -> Any:
        """Return the mask of the rows with *text* in any column."""
        columns = self.shape()[1]
        where = Filter("contains", text)
        numeric = may_match_numbers(text)
        found = None
        for column, (_, dtype) in enumerate(self.describe(0, columns)):
            if numeric or not _is_of_digits(dtype):
                mask = self.mask(column, where)
                found = mask if found is None else self.either(found, mask)
        return self.no_rows() if found is None else found


def _is_of_digits(dtype: str) -> bool:
    kind = kind_of(dtype)
    return kind in {"number", "boolean"} or (kind == "time" and dtype.lower().startswith(("date", "timestamp")))


def pieces(length: int, taken: Callable[[slice], list[Any]]) -> Iterator[list[Any]]:
    """Yield all *length* values of a column as Python objects, `PIECE_ROWS` at a time."""
    for start in range(0, length, PIECE_ROWS):
        yield taken(slice(start, min(length, start + PIECE_ROWS)))


def sort_by_value(positions: list[int], value_at: Callable[[int], Any], descending: bool) -> None:
    """Sort *positions* by the Python objects there; by their text if they have no common order."""
    try:
        positions.sort(key=value_at, reverse=descending)
    except Exception:  # noqa: BLE001  a user's __lt__ may raise anything; every object has a text
        positions.sort(key=lambda position: _sortable_text(value_at(position)), reverse=descending)


def _sortable_text(value: Any) -> str:
    return value if type(value) is str else short_repr(value)


def ranks_of(values: list[Any]) -> list[int | None]:
    """Return the rank of each value in Python's order, the same for equal ones; None for missing ones."""
    positions = [position for position, value in enumerate(values) if missing_text(value) is None]
    sort_by_value(positions, values.__getitem__, descending=False)
    ranks: list[int | None] = [None] * len(values)
    rank = -1
    for place, position in enumerate(positions):
        if place == 0 or values[positions[place - 1]] != values[position]:
            rank += 1
        ranks[position] = rank
    return ranks


def frequent(pairs: Iterable[tuple[Any, int]]) -> dict[str, Any]:
    """Return the `frequent` part of a summary: values as text, and how often each of them occurs."""
    return {"frequent": [[short(safe_text(value, str), MAX_LABEL_TEXT), times] for value, times in pairs]}


def text_summary(pieces: Iterable[list[Any]], count: int) -> dict[str, Any]:
    """Return the summary of a column of *count* Python objects, which *pieces* yields in lists."""
    missing = 0
    counts: dict[Any, int] = {}
    numbers: list[float] = []
    for value in chain.from_iterable(pieces):
        if missing_text(value) is not None:
            missing += 1
            continue
        if type(value) in {int, float} or type(value).__name__ == "Decimal":
            try:
                numbers.append(float(value))
            except OverflowError:
                numbers.append(float("inf"))
        key = value if type(value) in {str, int, float, bool} else short(safe_text(value, str))
        counts[key] = counts.get(key, 0) + 1
    result: dict[str, Any] = {"count": count, "missing": missing, "distinct": len(counts)}
    if numbers and len(numbers) == count - missing:
        return result | distribution(numbers)
    return result | frequent(sorted(counts.items(), key=lambda pair: -pair[1])[:SUMMARY_VALUES])


def distribution(numbers: list[float]) -> dict[str, Any]:
    """Return minimum, mean, maximum and a histogram of equal bins of the finite *numbers*."""
    finite = [number for number in numbers if abs(number) < float("inf")]
    if not finite:
        return {}
    low, high = min(finite), max(finite)
    bins = [0] * HISTOGRAM_BINS
    width = (high - low) / HISTOGRAM_BINS
    for number in finite:
        bins[min(int((number - low) / width), HISTOGRAM_BINS - 1) if width else 0] += 1
    return {"minimum": low, "maximum": high, "mean": sum(number / len(finite) for number in finite), "histogram": bins}
