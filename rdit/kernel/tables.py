"""Tables of any library, read a window at a time from the live object.

`table_of` recognises a table (pandas, polars, pyarrow, two-dimensional numpy, a list of dicts) without importing
anything: an object can only exist when the script has imported its library. A `Table` answers three questions: what a
window of cells shows, what a column contains in summary, and the rows as CSV. The page asks them while its grid
scrolls, so nothing here may cost more than the window it returns, sorting and filtering apart, which are kept.

Columns are counted from 0, rows from 0 in the order that sorting and filtering give.
"""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

WINDOW_ROWS = 100
WINDOW_COLUMNS = 40
"""How much the first window holds; the page asks for the rest."""

MAX_WINDOW_CELLS = 50_000
MAX_CELL_TEXT = 400
"""Characters of one cell in a window. Copying and CSV are not shortened."""

DICT_ROWS_EXAMINED = 1000
"""How many dicts of a list must look alike for it to count as a table."""

HISTOGRAM_BINS = 20
SUMMARY_VALUES = 8
"""How many of the most frequent values a summary names."""


class TableGoneError(LookupError):
    """The live object no longer exists, or has changed so that the request does not fit it."""


def table_of(value: object) -> Table | None:
    """Return *value* as a `Table`, or None when it is none."""
    library = type(value).__module__.partition(".")[0]
    name = type(value).__name__
    if library == "pandas":
        if name == "DataFrame":
            return PandasTable(value)
        if name == "Series":
            return PandasTable(value.to_frame(name=_series_name(value)), kind="Series")  # type: ignore[attr-defined]
    if library == "polars":
        if name == "DataFrame":
            return PolarsTable(value)
        if name == "Series":
            return PolarsTable(value.to_frame(), kind="Series")  # type: ignore[attr-defined]
    if library == "pyarrow" and name in {"Table", "RecordBatch"}:
        return ArrowTable(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        rectangular = value.ndim == 2 and value.size > 0 and value.dtype.names is None
        return NumpyTable(value) if rectangular else None
    if type(value) is list and _is_list_of_dicts(value):
        return DictsTable(value)
    return None


def _series_name(series: Any) -> str:
    return "value" if series.name is None else series.name


def _is_list_of_dicts(rows: list[Any]) -> bool:
    if len(rows) < 2 or type(rows[0]) is not dict or not rows[0]:
        return False
    examined = rows[:DICT_ROWS_EXAMINED]
    if not all(type(row) is dict and all(type(key) is str for key in row) for row in examined):
        return False
    names = {key for row in examined for key in row}
    filled = sum(len(row) for row in examined)
    return filled * 2 >= len(names) * len(examined)  # otherwise they are records of different shapes


# ------------------------------------------------------------------------------------------------- cells


def cell(value: Any) -> Any:
    """Return what stands in one cell: text, {"missing": text} or {"nested": text}."""
    if value is None or value is _missing_of("pandas", "NA") or value is _missing_of("pandas", "NaT"):
        return {"missing": str(value)}
    if isinstance(value, float):
        return {"missing": "NaN"} if math.isnan(value) else _number_text(value)
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, (list, tuple, dict, set, frozenset)) or type(value).__name__ in {"ndarray", "Series"}:
        return {"nested": _short(_safe_text(value, repr))}
    if type(value).__module__ == "numpy" and value != value:  # NaN and NaT differ from themselves
        return {"missing": "NaT" if value.dtype.kind in "mM" else "NaN"}
    return _short(_safe_text(value, str))


def _missing_of(library: str, name: str) -> object:
    """Return the library's own marker of a missing value, or something that no cell holds."""
    module = sys.modules.get(library)
    return getattr(module, name, cell) if module is not None else cell


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:.1f}"
    return f"{value:.6g}" if 1e-4 <= abs(value) < 1e15 else f"{value:.6e}"


def _safe_text(value: object, function: Callable[[Any], str]) -> str:
    try:
        return function(value)
    except Exception as error:  # noqa: BLE001  whatever a user's __repr__ raises is shown in its place
        return f"<{type(value).__name__}: {type(error).__name__} in its {function.__name__}()>"


def _short(text: str) -> str:
    return text if len(text) <= MAX_CELL_TEXT else f"{text[:MAX_CELL_TEXT]}…"


_KINDS = (
    ("number", ("int", "uint", "float", "double", "decimal", "complex", "halffloat", "number")),
    ("boolean", ("bool",)),
    ("time", ("date", "time", "duration", "period", "timestamp")),
    ("nested", ("list", "struct", "array", "map", "dict")),
    ("text", ("str", "utf8", "large_string", "category", "categorical", "enum", "object", "dictionary")),
)


def kind_of(dtype: str) -> str:
    """Return how to align and colour a column of *dtype*: number, boolean, time, nested, text or other."""
    lowered = dtype.lower()
    for kind, beginnings in _KINDS:
        if lowered.startswith(beginnings):
            return kind
    return "other"


# ------------------------------------------------------------------------------------------------- tables


class Table:
    """One live table, as a grid wants to read it. Children say how their library does each step."""

    library_kind = "table"

    def __init__(self, value: Any, kind: str | None = None) -> None:
        self.value = value
        self.kind = kind or self.library_kind
        self._order_key: object = None
        self._order: Any = None

    # What each library answers in its own way.

    def shape(self) -> tuple[int, int]:
        """Return (rows, columns)."""
        raise NotImplementedError

    def column_name(self, column: int) -> str:
        """Return the heading of *column*."""
        raise NotImplementedError

    def column_dtype(self, column: int) -> str:
        """Return the library's name of the type of *column*."""
        raise NotImplementedError

    def column_values(self, column: int, rows: Any) -> list[Any]:
        """Return the values of *column* in *rows*: a slice or the library's positions."""
        raise NotImplementedError

    def index_labels(self, rows: Any) -> list[Any]:
        """Return what names each of *rows*."""
        start, stop, _ = rows.indices(self.shape()[0]) if isinstance(rows, slice) else (0, 0, 0)
        return list(range(start, stop)) if isinstance(rows, slice) else [int(row) for row in rows]

    def index_names(self) -> list[str]:
        """Return the names of the index's levels; a table without an index has one nameless level."""
        return [""]

    def sorted_positions(self, column: int, descending: bool, among: list[int] | None) -> list[int]:
        """Return row positions in the order of *column*, missing values last, equal ones in their old order."""
        positions = among if among is not None else range(self.shape()[0])
        values = self.column_values(column, slice(None))
        present = [row for row in positions if not isinstance(cell(values[row]), dict)]
        missing = [row for row in positions if isinstance(cell(values[row]), dict)]
        try:
            present.sort(key=lambda row: values[row], reverse=descending)
        except TypeError:  # values of different types: by their text
            present.sort(key=lambda row: str(values[row]), reverse=descending)
        return present + missing

    # What all of them share.

    def fingerprint(self) -> list[Any]:
        """Return what must stay the same for an open grid to still fit: the shape and the columns' types."""
        rows, columns = self.shape()
        shown = range(min(columns, WINDOW_COLUMNS))
        return [rows, columns, [[self.column_name(c), self.column_dtype(c)] for c in shown]]

    def window(
        self,
        row: int = 0,
        rows: int = WINDOW_ROWS,
        column: int = 0,
        columns: int = WINDOW_COLUMNS,
        *,
        view: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the cells of *rows* × *columns* from (*row*, *column*) on, as *view* sorts and filters them.

        *view* may hold `sort` [[column, descending], …], `filters` [{column, operator, value}, …] and `search`.
        """
        total_rows, total_columns = self.shape()
        positions = self._positions(view or {})
        shown_rows = total_rows if positions is None else len(positions)
        row, column = max(0, row), max(0, column)
        columns = max(0, min(columns, total_columns - column))
        rows = max(0, min(rows, shown_rows - row, MAX_WINDOW_CELLS // max(1, columns)))
        wanted: Any = slice(row, row + rows) if positions is None else positions[row : row + rows]
        described = []
        cells = []
        for number in range(column, column + columns):
            dtype = self.column_dtype(number)
            described.append(
                {"position": number, "name": self.column_name(number), "dtype": dtype, "kind": kind_of(dtype)}
            )
            cells.append([cell(value) for value in self.column_values(number, wanted)])
        return {
            "row": row,
            "column": column,
            "rows": shown_rows,
            "totalRows": total_rows,
            "totalColumns": total_columns,
            "indexNames": self.index_names(),
            "index": [_short(_safe_text(label, str)) for label in self.index_labels(wanted)],
            "columns": described,
            "cells": cells,
        }

    def summary(self, column: int) -> dict[str, Any]:
        """Return what *column* contains: how many are missing and distinct, and how they are distributed."""
        values = self.column_values(column, slice(None))
        present = [value for value in values if not _is_missing(value)]
        result: dict[str, Any] = {"count": len(values), "missing": len(values) - len(present)}
        counts: dict[Any, int] = {}
        for value in present:
            key = value if isinstance(value, (str, int, float, bool)) else _short(_safe_text(value, str))
            counts[key] = counts.get(key, 0) + 1
        result["distinct"] = len(counts)
        numbers = [float(v) for v in present if isinstance(v, (int, float)) and not isinstance(v, bool)]
        if numbers and len(numbers) == len(present):
            result |= _distribution(numbers)
        else:
            frequent = sorted(counts.items(), key=lambda pair: -pair[1])[:SUMMARY_VALUES]
            result["frequent"] = [[_short(str(value)), count] for value, count in frequent]
        return result

    def rows_as_csv(self, view: dict[str, Any] | None = None, separator: str = ",") -> Iterator[str]:
        """Yield the table as CSV text, some thousand rows at a time, the header first."""
        columns = self.shape()[1]
        text = io.StringIO()
        writer = csv.writer(text, delimiter=separator, lineterminator="\n")
        writer.writerow([*self.index_names(), *(self.column_name(number) for number in range(columns))])
        positions = self._positions(view or {})
        total = self.shape()[0] if positions is None else len(positions)
        step = max(1, MAX_WINDOW_CELLS // max(1, columns))
        for start in range(0, max(total, 1), step):
            wanted: Any = slice(start, start + step) if positions is None else positions[start : start + step]
            values = [self.column_values(number, wanted) for number in range(columns)]
            for label, *row in zip(self.index_labels(wanted), *values, strict=True):
                writer.writerow([label, *("" if _is_missing(value) else value for value in row)])
            yield text.getvalue()
            text.seek(0)
            text.truncate()

    def _positions(self, view: dict[str, Any]) -> Any:
        """Return the positions of the rows that *view* shows, in its order; None for all in their own."""
        sort, filters, search = view.get("sort") or [], view.get("filters") or [], view.get("search") or ""
        if not (sort or filters or search):
            return None
        key = (repr(sort), repr(filters), search, self.shape())
        if key != self._order_key:
            kept = self._filtered(filters, search) if filters or search else None
            for column, descending in reversed(sort):
                kept = self.sorted_positions(int(column), bool(descending), kept)
            self._order_key, self._order = key, kept
        return self._order

    def _filtered(self, filters: Sequence[dict[str, Any]], search: str) -> list[int]:
        rows, columns = self.shape()
        kept: Sequence[int] = range(rows)
        for condition in filters:
            values = self.column_values(int(condition["column"]), slice(None))
            passes = _condition(str(condition["operator"]), str(condition.get("value", "")))
            kept = [row for row in kept if passes(values[row])]
        if search:
            wanted = search.casefold()
            found: set[int] = set()
            for column in range(columns):
                values = self.column_values(column, slice(None))
                found.update(row for row in kept if row not in found and wanted in str(values[row]).casefold())
            kept = sorted(found)
        return list(kept)


def _is_missing(value: Any) -> bool:
    shown = cell(value) if not isinstance(value, (str, int)) else value
    return isinstance(shown, dict) and "missing" in shown


def _condition(operator: str, wanted: str) -> Callable[[Any], bool]:
    """Return the test behind one filter. Numbers compare as numbers, everything else as text."""
    if operator == "missing":
        return _is_missing
    if operator == "present":
        return lambda value: not _is_missing(value)
    if operator == "contains":
        part = wanted.casefold()
        return lambda value: not _is_missing(value) and part in str(value).casefold()
    compare = _COMPARISONS.get(operator)
    if compare is None:
        known = ", ".join([*_COMPARISONS, "contains", "missing", "present"])
        raise ValueError(f"no filter is called {operator!r}; there are {known}")
    try:
        number: float | None = float(wanted)
    except ValueError:
        number = None

    def passes(value: Any) -> bool:
        if _is_missing(value):
            return False
        if number is not None and hasattr(value, "__float__"):
            return compare(float(value), number)
        return compare(str(value), wanted)

    return passes


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "≠": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "≤": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    "≥": lambda a, b: bool(a >= b),
}


def _distribution(numbers: list[float]) -> dict[str, Any]:
    """Return minimum, mean, maximum and a histogram of equal bins of the finite *numbers*."""
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return {}
    low, high = min(finite), max(finite)
    bins = [0] * HISTOGRAM_BINS
    width = (high - low) / HISTOGRAM_BINS
    for number in finite:
        position = int((number - low) / width) if width else 0
        bins[min(position, HISTOGRAM_BINS - 1)] += 1
    return {"minimum": low, "maximum": high, "mean": math.fsum(finite) / len(finite), "histogram": bins}


class PandasTable(Table):
    """A pandas DataFrame, or a Series as its only column."""

    library_kind = "DataFrame"

    def shape(self) -> tuple[int, int]:
        rows, columns = self.value.shape
        return int(rows), int(columns)

    def column_name(self, column: int) -> str:
        name = self.value.columns[column]
        return " / ".join(map(str, name)) if isinstance(name, tuple) else str(name)

    def column_dtype(self, column: int) -> str:
        return str(self.value.dtypes.iloc[column])

    def column_values(self, column: int, rows: Any) -> list[Any]:
        return list(self.value.iloc[rows, column])

    def index_labels(self, rows: Any) -> list[Any]:
        return [" / ".join(map(str, label)) if isinstance(label, tuple) else label for label in self.value.index[rows]]

    def index_names(self) -> list[str]:
        return [" / ".join("" if name is None else str(name) for name in self.value.index.names)]

    def sorted_positions(self, column: int, descending: bool, among: list[int] | None) -> list[int]:
        values = self.value.iloc[:, column] if among is None else self.value.iloc[among, column]
        try:
            order = values.reset_index(drop=True).sort_values(ascending=not descending, kind="stable").index
        except TypeError:
            return super().sorted_positions(column, descending, among)
        found = order.to_numpy()
        return found if among is None else [among[row] for row in found]


class PolarsTable(Table):
    """A polars DataFrame, or a Series as its only column."""

    library_kind = "DataFrame"

    def shape(self) -> tuple[int, int]:
        rows, columns = self.value.shape
        return int(rows), int(columns)

    def column_name(self, column: int) -> str:
        return str(self.value.columns[column])

    def column_dtype(self, column: int) -> str:
        return str(self.value.dtypes[column])

    def column_values(self, column: int, rows: Any) -> list[Any]:
        series = self.value.to_series(column)
        return series[rows].to_list() if isinstance(rows, slice) else series.gather(rows).to_list()  # type: ignore[no-any-return]

    def sorted_positions(self, column: int, descending: bool, among: list[int] | None) -> list[int]:
        series = self.value.to_series(column)
        chosen = series if among is None else series.gather(among)
        found = chosen.arg_sort(descending=descending, nulls_last=True).to_list()
        return found if among is None else [among[row] for row in found]


class ArrowTable(Table):
    """A pyarrow Table or RecordBatch."""

    library_kind = "Table"

    def shape(self) -> tuple[int, int]:
        return int(self.value.num_rows), int(self.value.num_columns)

    def column_name(self, column: int) -> str:
        return str(self.value.schema[column].name)

    def column_dtype(self, column: int) -> str:
        return str(self.value.schema[column].type)

    def column_values(self, column: int, rows: Any) -> list[Any]:
        values = self.value.column(column)
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(values))
            return values.slice(start, stop - start).to_pylist()  # type: ignore[no-any-return]
        return values.take(list(rows)).to_pylist()  # type: ignore[no-any-return]


class NumpyTable(Table):
    """A two-dimensional numpy array; its columns are called by their numbers."""

    library_kind = "ndarray"

    def shape(self) -> tuple[int, int]:
        rows, columns = self.value.shape
        return int(rows), int(columns)

    def column_name(self, column: int) -> str:
        return str(column)

    def column_dtype(self, column: int) -> str:  # noqa: ARG002  one type for all of them
        return str(self.value.dtype)

    def column_values(self, column: int, rows: Any) -> list[Any]:
        return self.value[rows, column].tolist()  # type: ignore[no-any-return]

    def sorted_positions(self, column: int, descending: bool, among: list[int] | None) -> list[int]:
        values = self.value[:, column] if among is None else self.value[among, column]
        if self.value.dtype.kind not in "biufmM":
            return super().sorted_positions(column, descending, among)
        missing = values != values  # NaN and NaT differ from themselves
        present = (~missing).nonzero()[0]
        if descending:  # from behind, so that equal values keep their order
            backwards = present[::-1]
            order = backwards[values[backwards].argsort(kind="stable")][::-1]
        else:
            order = present[values[present].argsort(kind="stable")]
        found = [*order.tolist(), *missing.nonzero()[0].tolist()]
        return found if among is None else [among[row] for row in found]


class DictsTable(Table):
    """A list of dicts; the columns are all their keys, in the order in which they first occur."""

    library_kind = "list of dicts"

    def __init__(self, value: list[dict[str, Any]], kind: str | None = None) -> None:
        super().__init__(value, kind)
        names: dict[str, None] = {}
        for row in value[:DICT_ROWS_EXAMINED]:
            names.update(dict.fromkeys(row))
        self._names = list(names)

    def shape(self) -> tuple[int, int]:
        return len(self.value), len(self._names)

    def column_name(self, column: int) -> str:
        return self._names[column]

    def column_dtype(self, column: int) -> str:
        name = self._names[column]
        types = {type(row[name]).__name__ for row in self.value[:WINDOW_ROWS] if row.get(name) is not None}
        return types.pop() if len(types) == 1 else "object"

    def column_values(self, column: int, rows: Any) -> list[Any]:
        name = self._names[column]
        chosen = self.value[rows] if isinstance(rows, slice) else [self.value[row] for row in rows]
        return [row.get(name) if isinstance(row, dict) else None for row in chosen]
