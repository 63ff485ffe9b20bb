"""pyarrow Tables and RecordBatches as tables, without importing pandas or numpy for it."""

from __future__ import annotations

import sys

from ..short_repr import safe_text
from .durations import duration_text, without_zeros
from .filters import Filter
from .numpy_tables import contains_in_arrow
from .table_base import HISTOGRAM_BINS, SUMMARY_VALUES, Table, frequent, pieces, ranks_of, text_summary

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_COMPARISONS = {
    "=": "equal",
    "≠": "not_equal",
    "<": "less",
    "≤": "less_equal",
    ">": "greater",
    "≥": "greater_equal",
}


class ArrowTable(Table):
    """A Table or a RecordBatch."""

    kind = "Table"

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.kind = type(value).__name__
        self.arrow = sys.modules["pyarrow"]
        __import__("pyarrow.compute")  # a part of pyarrow that it does not import by itself
        self.compute = sys.modules["pyarrow.compute"]
        self.types = self.arrow.types

    def shape(self) -> tuple[int, int]:
        return int(self.value.num_rows), int(self.value.num_columns)

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        fields = [self.value.schema.field(number) for number in range(first, first + count)]
        return [(str(field.name), str(field.type)) for field in fields]

    def column(self, number: int) -> Any:
        """Return one column, with dictionaries and extension types as their values."""
        column = self.value.column(number)
        if self.types.is_dictionary(column.type):
            return self.compute.cast(column, column.type.value_type)
        if isinstance(column.type, self.arrow.BaseExtensionType):
            return column.cast(column.type.storage_type)
        return column

    def values(self, rows: Any, first: int, count: int) -> list[list[Any]]:
        found = []
        for number in range(first, first + count):
            column = self.value.column(number)
            if not isinstance(rows, slice):
                part = column.take(rows)
            elif rows.step in {None, 1}:
                start, stop, _ = rows.indices(len(column))
                part = column.slice(start, stop - start)
            else:
                part = column.take(self.arrow.array(range(*rows.indices(len(column))), "int64"))
            found.append(self._objects(part))
        return found

    def _objects(self, part: Any) -> list[Any]:
        kind = part.type
        if self.types.is_timestamp(kind) or self.types.is_duration(kind) or self.types.is_time64(kind):
            # as Python objects they would lose nanoseconds, or make pyarrow import pandas
            return self._time_texts(part)
        try:
            return part.to_pylist()  # type: ignore[no-any-return]
        except (ValueError, OverflowError, ArithmeticError):  # a moment for which Python has no object
            return self._objects_of_far(part)

    def _objects_of_far(self, part: Any) -> list[Any]:
        """Return values among which there are moments outside Python's range: these as text."""
        kind = part.type
        if self.types.is_temporal(kind):
            return self._texts(part).to_pylist()  # type: ignore[no-any-return]
        if self.types.is_struct(kind):
            fields = [self._objects(self.compute.struct_field(part, [place])) for place in range(kind.num_fields)]
            names = [kind.field(place).name for place in range(kind.num_fields)]
            rows = zip(*fields, strict=True)
            return [
                dict(zip(names, row, strict=True)) if one.is_valid else None
                for one, row in zip(part, rows, strict=True)
            ]
        if self.types.is_nested(kind):
            return [self._objects(one.values) if one.is_valid else None for one in part]
        return [safe_text(one, str) if one.is_valid else None for one in part]

    def _texts(self, part: Any) -> Any:
        try:
            return self.compute.cast(part, "string")
        except self.arrow.ArrowInvalid:  # a zone that this system does not know
            return self.compute.cast(part.cast(self.arrow.timestamp(part.type.unit)), "string")

    def _time_texts(self, part: Any) -> list[Any]:
        if self.types.is_duration(part.type):
            unit = part.type.unit
            counts = part.cast("int64").to_pylist()
            return [None if count is None else duration_text(count, unit) for count in counts]
        return [None if text is None else without_zeros(text) for text in self._texts(part).to_pylist()]

    def mask(self, column: int, where: Filter) -> Any:
        values = self.column(column)
        kind = values.type
        if where.operator in {"missing", "present"}:
            missing = self.compute.is_null(values, nan_is_null=True)
            return missing if where.operator == "missing" else self.compute.invert(missing)
        if self._is_text(kind):
            if where.operator == "contains":
                return self._filled(
                    self.compute.match_substring(self._plain_text(values), where.operand, ignore_case=True)
                )
            return self._compared(self._plain_text(values), where, where.operand)
        if where.operator == "contains" and (self.types.is_primitive(kind) and not self.types.is_duration(kind)):
            found = contains_in_arrow(self.compute, self._texts(values), where.operand)
            return self.compute.and_not(self._filled(found), self.compute.is_null(values, nan_is_null=True))
        if where.operator == "contains" or self.types.is_null(kind):
            return self._mask_by_piece(values, where)
        if self.types.is_integer(kind):
            return self._compared(values, where, where.number())
        if self.types.is_floating(kind):
            found = self._compared(values, where, float(where.number()))
            return self.compute.and_not(found, self._filled(self.compute.is_nan(values)))
        if self.types.is_decimal(kind):
            return self._compared(self.compute.cast(values, "float64"), where, float(where.number()))
        if self.types.is_boolean(kind):
            return self._compared(values, where, where.truth())
        if self.types.is_date(kind) or self.types.is_timestamp(kind):
            return self._mask_of_times(values, where)
        if self.types.is_duration(kind):
            span = self.arrow.scalar(where.duration(), self.arrow.duration("us"))
            return self._compared(self.compute.cast(values, self.arrow.duration("us"), safe=False), where, span)
        return self._mask_by_piece(values, where)

    def _is_text(self, kind: Any) -> bool:
        return self.types.is_string(kind) or self.types.is_large_string(kind) or str(kind) == "string_view"

    def _plain_text(self, values: Any) -> Any:
        return self.compute.cast(values, "large_string") if str(values.type) == "string_view" else values

    def _compared(self, values: Any, where: Filter, operand: Any) -> Any:
        return self._filled(getattr(self.compute, _COMPARISONS[where.operator])(values, operand))

    def _mask_of_times(self, values: Any, where: Filter) -> Any:
        if self.types.is_timestamp(values.type) and values.type.tz:
            values = self.compute.local_timestamp(values)  # the typed time is in the column's own zone
        moments = self.compute.cast(values, self.arrow.timestamp("us"), safe=False)
        first, last = (self.arrow.scalar(moment, self.arrow.timestamp("us")) for moment in where.moments())
        compute = self.compute
        if where.operator in "=≠":
            within = compute.and_(compute.greater_equal(moments, first), compute.less_equal(moments, last))
            return self._filled(within if where.operator == "=" else compute.invert(within))
        return self._compared(moments, where, first if where.operator in "<≥" else last)

    def _filled(self, mask: Any) -> Any:
        return self.compute.fill_null(mask, False)

    def _mask_by_piece(self, values: Any, where: Filter) -> Any:
        passes = where.predicate()
        found = [self.arrow.array([passes(value) for value in piece], "bool") for piece in self._pieces(values)]
        return self.arrow.chunked_array(found, "bool")

    def _pieces(self, values: Any) -> Iterator[list[Any]]:
        return pieces(len(values), lambda rows: self._objects(values.slice(rows.start, rows.stop - rows.start)))

    def both(self, one: Any, other: Any) -> Any:
        return self.compute.and_(one, other)

    def either(self, one: Any, other: Any) -> Any:
        return self.compute.or_(one, other)

    def no_rows(self) -> Any:
        return self.arrow.repeat(self.arrow.scalar(value=False), self.shape()[0])

    def positions_of(self, mask: Any) -> Any:
        return self.compute.indices_nonzero(mask)

    def ordered(self, keys: list[tuple[int, bool]], mask: Any, positions: Any) -> Any:
        columns = [self._sortable(self.column(number)) for number, _ in keys]
        table = self.arrow.table(columns, names=[str(place) for place in range(len(columns))])
        if mask is not None:
            table = table.filter(mask)
        order = self.compute.sort_indices(
            table,
            sort_keys=[(str(place), "descending" if down else "ascending") for place, (_, down) in enumerate(keys)],
        )
        return order if positions is None else positions.take(order)

    def _sortable(self, values: Any) -> Any:
        """Return *values* in a form that Arrow can sort: ranks in Python's order where it has none of its own."""
        kind = values.type
        if self._is_text(kind):
            return self._plain_text(values)
        if not (self.types.is_nested(kind) or self.types.is_null(kind) or self.types.is_interval(kind)):
            return values
        return self.arrow.array(ranks_of(self._objects(values)), "int64")

    def summary(self, column: int) -> dict[str, Any]:
        values, compute = self.column(column), self.compute
        kind = values.type
        if self.types.is_nested(kind) or self.types.is_null(kind) or self.types.is_interval(kind):
            return text_summary(self._pieces(values), len(values))
        present = values.filter(compute.invert(compute.is_null(values, nan_is_null=True)))
        result: dict[str, Any] = {"count": len(values), "missing": len(values) - len(present)}
        if self.types.is_integer(kind) or self.types.is_floating(kind) or self.types.is_decimal(kind):
            result["distinct"] = compute.count_distinct(present).as_py()
            numbers = compute.cast(present, "float64", safe=False)
            finite = numbers.filter(compute.is_finite(numbers))
            if len(finite):
                ends = compute.min_max(finite).as_py()
                result |= {"minimum": ends["min"], "maximum": ends["max"], "mean": compute.mean(finite).as_py()}
                result["histogram"] = self._histogram(finite, ends["min"], ends["max"])
            return result
        if self.types.is_temporal(kind) and len(present):
            result["distinct"] = compute.count_distinct(present).as_py()
            whole = (
                compute.cast(present, "int32") if self.types.is_date32(kind) or self.types.is_time32(kind) else present
            )
            numbers = compute.cast(compute.cast(whole, "int64"), "float64", safe=False)
            places = compute.min_max(numbers).as_py()
            ends = [
                self._objects(present.filter(compute.equal(numbers, places[end])).slice(0, 1)) for end in ("min", "max")
            ]
            result |= {"minimum": str(ends[0][0]), "maximum": str(ends[1][0])}
            return result | {"histogram": self._histogram(numbers, places["min"], places["max"])}
        counts = compute.value_counts(self._plain_text(present) if self._is_text(kind) else present)
        result["distinct"] = len(counts)
        times = counts.field("counts")
        leading = compute.array_sort_indices(times, order="descending")[:SUMMARY_VALUES]
        names = self._objects(counts.field("values").take(leading))
        return result | frequent(zip(names, times.take(leading).to_pylist(), strict=True))

    def _histogram(self, numbers: Any, low: float, high: float) -> list[int]:
        bins = [0] * HISTOGRAM_BINS
        width = high / HISTOGRAM_BINS - low / HISTOGRAM_BINS
        if not width:
            bins[0] = len(numbers)
            return bins
        compute = self.compute
        numbered = compute.cast(compute.floor(compute.divide(compute.subtract(numbers, low), width)), "int32")
        for found in compute.value_counts(numbered).to_pylist():
            bins[min(max(found["values"], 0), HISTOGRAM_BINS - 1)] += found["counts"]
        return bins

    def index_labels(self, rows: Any) -> list[Any]:
        return super().index_labels(rows if isinstance(rows, slice) else rows.to_pylist())

    def copy(self) -> Any:
        return self.value.take(self.arrow.array(range(self.value.num_rows), "int64"))
