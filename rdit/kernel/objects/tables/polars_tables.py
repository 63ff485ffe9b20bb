"""polars DataFrames and Series as tables, with polars' own engine and without numpy."""

from __future__ import annotations

import sys

from ..short_repr import safe_text
from .durations import duration_text, without_zeros
from .filters import Filter
from .table_base import HISTOGRAM_BINS, SUMMARY_VALUES, Table, frequent, pieces, ranks_of, text_summary

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any


class PolarsTable(Table):
    """A DataFrame, or a Series as its only column."""

    kind = "DataFrame"

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.polars = sys.modules["polars"]
        if isinstance(value, self.polars.Series):
            self.kind = "Series"
            self.frame = value.to_frame()

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        names, dtypes = self.frame.columns[first : first + count], self.frame.dtypes[first : first + count]
        return [(str(name), safe_text(dtype, str)) for name, dtype in zip(names, dtypes, strict=True)]

    def values(self, rows: Any, first: int, count: int) -> list[list[Any]]:
        columns = [self.frame.to_series(number) for number in range(first, first + count)]
        if isinstance(rows, slice):
            return [self._objects(column[rows]) for column in columns]
        return [self._objects(column.gather(rows)) for column in columns]

    def _objects(self, series: Any) -> list[Any]:
        """Return the values as Python objects; where there are moments outside Python's range, these as text."""
        try:
            return series.to_list()  # type: ignore[no-any-return]
        except (ValueError, OverflowError):
            return self._objects_of_far(series)

    def _objects_of_far(self, series: Any) -> list[Any]:
        dtype, missing = series.dtype, series.is_null().to_list()
        if dtype == self.polars.Struct:
            fields = {field.name: self._objects(series.struct.field(field.name)) for field in dtype.fields}
            rows: list[Any] = [dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True)]
        elif dtype.is_nested():
            rows = [None if gone else self._objects(series[place]) for place, gone in enumerate(missing)]
        elif dtype == self.polars.Duration:
            counts = series.to_physical().to_list()
            rows = [None if count is None else duration_text(count, dtype.time_unit) for count in counts]
        else:
            rows = [text and without_zeros(text) for text in series.cast(self.polars.String).to_list()]
        return [None if gone else row for gone, row in zip(missing, rows, strict=True)]

    def mask(self, column: int, where: Filter) -> Any:
        series = self.frame.to_series(column)
        dtype = series.dtype
        if where.operator in {"missing", "present"}:
            missing = series.is_null()
            if dtype.is_float():
                missing |= series.is_nan().fill_null(value=False)
            return missing if where.operator == "missing" else ~missing
        if where.operator == "contains":
            if not (self._is_text(dtype) or self._is_simple(dtype)):
                return self._mask_by_piece(series, where)
            text = series.cast(self.polars.String).str.to_lowercase()
            found = text.str.contains(where.operand.lower(), literal=True)
            if dtype.is_float():
                found &= ~series.is_nan()
        elif self._is_text(dtype):
            found = where.compare(series.cast(self.polars.String), where.operand)
        elif dtype.is_numeric():
            found = where.compare(series, where.number())
            if dtype.is_float():
                found &= ~series.is_nan()
        elif dtype == self.polars.Boolean:
            found = where.compare(series.cast(self.polars.Int8), int(where.truth()))
        elif dtype == self.polars.Date or dtype == self.polars.Datetime:
            found = self._mask_of_times(series, where)
        elif dtype == self.polars.Duration:
            found = where.compare(series, where.duration())
        else:
            return self._mask_by_piece(series, where)
        return found.fill_null(value=False)

    def _mask_of_times(self, series: Any, where: Filter) -> Any:
        first, last = where.moments()
        if series.dtype == self.polars.Date:
            return where.compare(series, first.date(), last.date())
        if getattr(series.dtype, "time_zone", None):
            series = series.dt.replace_time_zone(None)  # the typed time is in the column's own zone
        return where.compare(series, first, last)

    def _mask_by_piece(self, series: Any, where: Filter) -> Any:
        passes = where.predicate()
        found = [
            self.polars.Series([passes(value) for value in values], dtype=self.polars.Boolean)
            for values in pieces(len(series), lambda rows: self._objects(series[rows]))
        ]
        return self.polars.concat(found) if found else self.no_rows()

    def _is_simple(self, dtype: Any) -> bool:
        """Whether polars formats values of *dtype* as a user would type them."""
        return bool(dtype.is_numeric() or dtype == self.polars.Date or dtype == self.polars.Datetime)

    def _is_text(self, dtype: Any) -> bool:
        return any(dtype == kind for kind in (self.polars.String, self.polars.Categorical, self.polars.Enum))

    def no_rows(self) -> Any:
        return self.polars.repeat(value=False, n=len(self.frame), dtype=self.polars.Boolean, eager=True)

    def positions_of(self, mask: Any) -> Any:
        return mask.arg_true()

    def ordered(self, keys: list[tuple[int, bool]], mask: Any, positions: Any) -> Any:  # noqa: ARG002
        columns = {}
        for number, _ in keys:
            series = self.frame.to_series(number)
            series = series if positions is None else series.gather(positions)
            columns[str(number)] = self._sortable(series)
        order = self.polars.DataFrame(columns).select(
            self.polars.arg_sort_by(
                [str(number) for number, _ in keys],
                descending=[descending for _, descending in keys],
                nulls_last=True,
                maintain_order=True,
            )
        )
        found = order.to_series(0)
        return found if positions is None else positions.gather(found)

    def _sortable(self, series: Any) -> Any:
        """Return *series* in a form that polars can sort: NaN as missing, ranks in Python's order where it has none."""
        dtype = series.dtype
        if dtype.is_float():
            return series.fill_nan(None)
        if dtype == self.polars.Null:
            return self.polars.repeat(0, len(series), eager=True)
        if not dtype.is_nested() and dtype != self.polars.Object:
            return series
        return self.polars.Series(ranks_of(self._objects(series)), dtype=self.polars.Int64)

    def summary(self, column: int) -> dict[str, Any]:
        series = self.frame.to_series(column)
        dtype = series.dtype
        if dtype.is_nested() or dtype in {self.polars.Object, self.polars.Binary}:
            return text_summary(pieces(len(series), lambda rows: self._objects(series[rows])), len(series))
        present = (series.fill_nan(None) if dtype.is_float() else series).drop_nulls()
        result: dict[str, Any] = {
            "count": len(series),
            "missing": len(series) - len(present),
            "distinct": present.n_unique(),
        }
        if not len(present):
            return result
        if dtype.is_numeric():
            numbers = present.cast(self.polars.Float64)
            finite = numbers.filter(numbers.is_finite())
            if not len(finite):
                return result
            low, high = finite.min(), finite.max()
            result |= {"minimum": low, "maximum": high, "mean": finite.mean()}
            return result | {"histogram": self._histogram(finite, low, high)}
        if dtype.is_temporal():
            physical = present.to_physical()
            low, high = self._objects(present.gather([physical.arg_min(), physical.arg_max()]))
            numbers = physical.cast(self.polars.Float64)
            result |= {"minimum": str(low), "maximum": str(high)}
            return result | {"histogram": self._histogram(numbers, numbers.min(), numbers.max())}
        counts = present.alias("value").value_counts(name="times").top_k(SUMMARY_VALUES, by="times")
        return result | frequent(counts.rows())

    def _histogram(self, numbers: Any, low: float, high: float) -> list[int]:
        bins = [0] * HISTOGRAM_BINS
        width = high / HISTOGRAM_BINS - low / HISTOGRAM_BINS
        numbered = (
            ((numbers - low) / width).clip(0, HISTOGRAM_BINS - 1).cast(self.polars.Int32) if width else numbers * 0
        )
        for number, times in numbered.cast(self.polars.Int32).alias("bin").value_counts(name="times").rows():
            bins[number] = times
        return bins

    def copy(self) -> Any:
        return (
            self.value.gather(range(len(self.value)))
            if self.kind == "Series"
            else self.value[list(range(len(self.value)))]
        )

    def size(self) -> int:
        return int(self.value.estimated_size())
