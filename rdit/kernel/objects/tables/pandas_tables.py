"""pandas DataFrames and Series as tables."""

from __future__ import annotations

import sys

from ..short_repr import safe_text, short
from .arrow_tables import ArrowTable
from .filters import Filter
from .numpy_tables import (
    ArrayTable,
    array_mask,
    array_order,
    array_summary,
    mask_by_piece,
    most_frequent,
    number_summary,
    objects,
    time_summary,
)
from .table_base import pieces, text_summary

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_USUAL_PRECISION = 6
_USUAL_WIDTH = 50
"""What pandas' display options are when nobody has changed them."""

_MEASURED = 1000
"""Columns of extension types whose size is asked for; with more of them it is estimated."""
_SAMPLED = 10_000
"""Texts in the sample that decides whether so many repeat that sorting the distinct ones first is faster."""


class PandasTable(ArrayTable):
    """A DataFrame, or a Series as its only column. Column -1 is the index, for sorting and filtering."""

    kind = "DataFrame"

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.pandas = sys.modules["pandas"]
        if value.ndim == 1:
            self.kind = "Series"
            self.frame = value.to_frame(name="value" if value.name is None else value.name)

        option = self.pandas.get_option
        self.float_text = _float_text(option("display.float_format"), option("display.precision"))
        width = option("display.max_colwidth")
        self.max_width = width if width != _USUAL_WIDTH else None
        """How many characters the script wants of a text at most."""

    def cell(self, value: Any) -> Any:
        """Return the content of one cell, as `print` would show it where the script has set pandas' options."""
        if self.float_text is not None and isinstance(value, (float, self.numpy.floating)) and value == value:
            return short(safe_text(value, self.float_text))
        content = super().cell(value)
        if self.max_width is not None and type(content) is str and len(content) > self.max_width:
            return content[: max(0, self.max_width - 3)] + "..."
        return content

    def is_formatted(self, dtype: str) -> bool:
        return self.float_text is not None and dtype.lower().startswith("float")

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        part = self.frame.iloc[:0, first : first + count]
        return [(_label(name), safe_text(dtype, str)) for name, dtype in zip(part.columns, part.dtypes, strict=True)]

    def column(self, number: int) -> Any:
        """Return one column as a Series; -1 is the index."""
        if number < 0:
            index = self.frame.index
            return self.pandas.Series(index.map(_label) if index.nlevels > 1 else index, copy=False)
        return self.frame.iloc[:, number]

    def values(self, rows: Any, first: int, count: int) -> list[list[Any]]:
        part = self.frame.iloc[:, first : first + count].iloc[rows]
        return [_objects(part.iloc[:, number]) for number in range(part.shape[1])]

    def index_labels(self, rows: Any) -> list[Any]:
        return [_label(label) for label in self.frame.index[rows]]

    def index_names(self) -> list[str]:
        return [" / ".join("" if name is None else safe_text(name, str) for name in self.frame.index.names)]

    def mask(self, column: int, where: Filter) -> Any:
        series = self.column(column)
        mask = self._mask(series, where)
        return self.numpy.asarray(mask.to_numpy(dtype=bool, na_value=False) if hasattr(mask, "to_numpy") else mask)

    def _mask(self, series: Any, where: Filter) -> Any:
        dtype = series.dtype
        if where.operator == "missing":
            return series.isna()
        if where.operator == "present":
            return series.notna()
        moments = _moments_of_arrow(series)
        if moments is not None:
            return self.numpy.asarray(moments.mask(0, where))
        if isinstance(dtype, self.pandas.CategoricalDtype):
            passing = self._mask_of_categories(series, where)
            return self.numpy.append(passing, False)[series.cat.codes.to_numpy()]  # -1 is missing
        if isinstance(dtype, self.numpy.dtype) and dtype.kind in "iufb":
            return array_mask(self.numpy, series.to_numpy(), where)
        if where.operator == "contains":
            if self.is_text(series):
                return series.str.contains(where.operand, case=False, regex=False, na=False)
            plain = self._plain(series)
            if plain is not None:
                return array_mask(self.numpy, plain, where) & series.notna().to_numpy()
        elif self.is_text(series):
            return where.compare(series, where.operand) & series.notna()
        elif dtype.kind in "iuf":
            return where.compare(series, where.number()) & series.notna()
        elif dtype.kind == "b":
            return where.compare(series, where.truth())
        elif dtype.kind == "M":
            return self._mask_of_times(series, where)
        elif dtype.kind == "m":
            return where.compare(series, self.pandas.Timedelta(where.duration())) & series.notna()
        return mask_by_piece(self.numpy, len(series), lambda rows: _objects(series.iloc[rows]), where)

    def _plain(self, series: Any) -> Any:
        """Return numbers and times as a numpy array, times in their own zone; None for other types."""
        kind = series.dtype.kind
        if kind in "iuf":
            try:
                return series.to_numpy(dtype=f"{kind}8", na_value=0)
            except (TypeError, ValueError):
                return None  # an array type that cannot leave out its missing values
        if kind == "M":
            zone = getattr(series.dt, "tz", None)
            return (series if zone is None else series.dt.tz_localize(None)).to_numpy(dtype="M8[us]")
        return None

    def _mask_of_categories(self, series: Any, where: Filter) -> Any:
        """Return which categories pass; an ordered type compares by its own order."""
        categories = series.cat.categories
        if series.cat.ordered and where.operator in "<≤>≥":
            names = [safe_text(category, str) for category in categories]
            if where.operand in names:
                places = self.numpy.arange(len(names))
                return where.compare(places, names.index(where.operand))
        passing = self._mask(self.pandas.Series(categories, copy=False), where)
        return passing.to_numpy(dtype=bool, na_value=False) if hasattr(passing, "to_numpy") else passing

    def _mask_of_times(self, series: Any, where: Filter) -> Any:
        zone = getattr(series.dt, "tz", None)
        first, last = where.moments()
        start, end = self.pandas.Timestamp(first), self.pandas.Timestamp(last)
        if zone is not None:  # the typed time is in the column's own zone
            start, end = (
                moment.tz_localize(zone, ambiguous=True, nonexistent="shift_forward") for moment in (start, end)
            )
        return where.compare(series, start, end) & series.notna()

    def is_text(self, series: Any) -> bool:
        """Whether every value of *series* is a string or missing."""
        if isinstance(series.dtype, self.pandas.StringDtype) or str(series.dtype) in {
            "string[pyarrow]",
            "large_string[pyarrow]",
        }:
            return True
        return series.dtype == object and str(self.pandas.api.types.infer_dtype(series, skipna=True)) == "string"

    def order(self, number: int, positions: Any, descending: bool) -> Any:
        series = self.column(number)
        return self._order(series if positions is None else series.iloc[positions], descending)

    def _order(self, series: Any, descending: bool) -> Any:
        dtype = series.dtype
        if isinstance(dtype, self.numpy.dtype) and dtype.kind in "biufmM":
            return array_order(self.numpy, series.to_numpy(), descending)
        if isinstance(dtype, self.pandas.CategoricalDtype):
            return self._order_of_codes(
                series.cat.codes.to_numpy(), series.cat.categories, descending, ordered=series.cat.ordered
            )
        if self.is_text(series) and self._repeats(series):
            codes, found = series.factorize()
            return self._order_of_codes(codes, self.pandas.Series(found), descending, ordered=False)
        try:
            ordered = series.reset_index(drop=True).sort_values(ascending=not descending, kind="stable")
        except Exception:  # noqa: BLE001  values without a common order are sorted as Python objects
            return array_order(self.numpy, self.numpy.array([*_objects(series), None], dtype=object)[:-1], descending)
        return ordered.index.to_numpy()

    def _order_of_codes(self, codes: Any, categories: Any, descending: bool, *, ordered: bool) -> Any:
        """Return the order of rows by the categories of their *codes*; -1 is a missing value."""
        places = self.numpy.arange(len(categories))
        if not ordered:
            places[array_order(self.numpy, categories.to_numpy(dtype=object), descending=False)] = places.copy()
        present = (codes >= 0).nonzero()[0]
        order = present[array_order(self.numpy, places[codes[present]], descending)]
        return self.numpy.concatenate([order, (codes < 0).nonzero()[0]])

    def _repeats(self, series: Any) -> bool:
        step = max(1, len(series) // _SAMPLED)
        sample = series.iloc[::step]
        return int(sample.nunique()) * 10 < len(sample)

    def summary(self, column: int) -> dict[str, Any]:
        series = self.column(column)
        dtype = series.dtype
        moments = _moments_of_arrow(series)
        if moments is not None:
            return moments.summary(0)
        if isinstance(dtype, self.numpy.dtype) and dtype.kind in "iuf":
            return array_summary(self.numpy, series.to_numpy())
        if dtype.kind in "iuf":
            present = series.dropna()
            return number_summary(self.numpy, present.to_numpy(dtype=f"{dtype.kind}8"), len(series))
        if dtype.kind in "mM":
            present = series.dropna()
            counts = present.to_numpy().view("i8") if dtype.kind == "m" else present.astype("i8").to_numpy()
            return time_summary(self.numpy, counts, len(series), lambda place: str(present.iloc[place]))
        if self.is_text(series) or isinstance(dtype, self.pandas.CategoricalDtype) or dtype.kind == "b":
            found = series.value_counts(dropna=True, sort=False)
            found = found[found > 0]
            result = {"count": len(series), "missing": int(series.isna().sum()), "distinct": len(found)}
            return result | most_frequent(found.index, found.to_numpy(dtype="i8"))
        return text_summary(pieces(len(series), lambda rows: _objects(series.iloc[rows])), len(series))

    def size(self) -> int:
        """Return the size, of which pandas would take seconds to ask a hundred thousand columns one by one."""
        rows = len(self.frame)
        used, others = 0, []
        for number, dtype in enumerate(self.frame.dtypes):
            if isinstance(dtype, self.numpy.dtype):
                used += rows * dtype.itemsize
            else:
                others.append(number)
        sample = others[:: len(others) // _MEASURED + 1]
        measured = sum([int(self.frame.iloc[:, number].memory_usage(index=False)) for number in sample])
        return used + (measured * len(others) // len(sample) if sample else 0)


def _float_text(float_format: Any, precision: int) -> Callable[[Any], str] | None:
    """Return how the script wants floats to be written; None when it has not said so."""
    if callable(float_format):
        return lambda value: str(float_format(value))
    if isinstance(float_format, str):
        return lambda value: float_format % value if "%" in float_format else float_format.format(value)
    return None if precision == _USUAL_PRECISION else lambda value: f"{value:.{precision}f}"


def _label(label: Any) -> str:
    """Return a heading or index label as text, the levels of a MultiIndex joined."""
    return " / ".join(safe_text(part, str) for part in label) if type(label) is tuple else safe_text(label, str)


def _moments_of_arrow(series: Any) -> ArrowTable | None:
    """Return a column of Arrow's times or durations as a table of its own, which has the whole of their range."""
    kind = getattr(series.dtype, "pyarrow_dtype", None)
    if kind is None or not sys.modules["pyarrow"].types.is_temporal(kind):
        return None
    return _arrow_table(series)


def _arrow_table(series: Any) -> ArrowTable:
    arrow = sys.modules["pyarrow"]
    return ArrowTable(arrow.table({"": arrow.array(series.array)}))


def _objects(series: Any) -> list[Any]:
    """Return the values of *series* as Python objects."""
    dtype = series.dtype
    if getattr(dtype, "kind", "") == "f" and getattr(dtype, "itemsize", 8) != 8 and hasattr(dtype, "isnative"):
        return objects(series.to_numpy())
    try:
        return list(series)
    except (ValueError, OverflowError):  # of Arrow's moments some may be outside what pandas has objects for
        found = _arrow_table(series).values(slice(None), 0, 1)[0]
        return [series.dtype.na_value if value is None else value for value in found]
