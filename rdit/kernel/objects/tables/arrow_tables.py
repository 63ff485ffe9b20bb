"""pyarrow Tables and RecordBatches as tables. pandas and numpy need not be there, and are never imported for it."""

from __future__ import annotations

import sys

from ..short_repr import missing_text, safe_text, short
from .filters import Condition
from .numpy_tables import arrow_texts_with, pieces, seconds_of, sort_by_value
from .table_base import HISTOGRAM_BINS, MAX_LABEL_TEXT, SUMMARY_VALUES, Table, text_summary

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
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
        __import__("pyarrow.compute")  # a part of what the script has imported, but not loaded with it
        self.compute = sys.modules["pyarrow.compute"]
        self.types = self.arrow.types

    def shape(self) -> tuple[int, int]:
        return int(self.value.num_rows), int(self.value.num_columns)

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        fields = [self.value.schema.field(number) for number in range(first, first + count)]
        return [(str(field.name), str(field.type)) for field in fields]

    def column(self, number: int) -> Any:
        """Return one column, dictionaries and extension types as what they stand for."""
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
            if isinstance(rows, slice):
                start, stop, step = rows.indices(len(column))
                part = (
                    column.slice(start, stop - start)
                    if step == 1
                    else column.take(self.arrow.array(range(*rows.indices(len(column))), "int64"))
                )
            else:
                part = column.take(rows)
            found.append(self._objects(part))
        return found

    def _objects(self, part: Any) -> list[Any]:
        kind = part.type
        if self.types.is_timestamp(kind) or self.types.is_duration(kind) or self.types.is_time64(kind):
            # as Python objects they would cost nanoseconds their last digits, or have pyarrow import pandas
            return self._time_texts(part)
        try:
            return part.to_pylist()  # type: ignore[no-any-return]
        except (ValueError, OverflowError, ArithmeticError):
            return [safe_text(value, str) for value in part]

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
        return [
            text if text is None or "." not in text else _without_zeros(text) for text in self._texts(part).to_pylist()
        ]

    def mask(self, column: int, condition: Condition) -> Any:
        values = self.column(column)
        kind = values.type
        if condition.operator in {"missing", "present"}:
            missing = self.compute.is_null(values, nan_is_null=True)
            return missing if condition.operator == "missing" else self.compute.invert(missing)
        if self._is_text(kind):
            if condition.operator == "contains":
                return self._filled(
                    self.compute.match_substring(self._plain_text(values), condition.wanted, ignore_case=True)
                )
            return self._compared(self._plain_text(values), condition, condition.wanted)
        if condition.operator == "contains" and (self.types.is_primitive(kind) and not self.types.is_duration(kind)):
            found = arrow_texts_with(self.compute, self._texts(values), condition.wanted)
            return self.compute.and_not(self._filled(found), self.compute.is_null(values, nan_is_null=True))
        if condition.operator == "contains" or self.types.is_null(kind):
            return self._mask_by_piece(values, condition)
        if self.types.is_integer(kind):
            return self._compared(values, condition, condition.number())
        if self.types.is_floating(kind):
            found = self._compared(values, condition, float(condition.number()))
            return self.compute.and_not(found, self._filled(self.compute.is_nan(values)))
        if self.types.is_decimal(kind):
            return self._compared(self.compute.cast(values, "float64"), condition, float(condition.number()))
        if self.types.is_boolean(kind):
            return self._compared(values, condition, condition.truth())
        if self.types.is_date(kind) or self.types.is_timestamp(kind):
            return self._mask_of_times(values, condition)
        if self.types.is_duration(kind):
            span = self.arrow.scalar(seconds_of(condition), self.arrow.duration("us"))
            return self._compared(self.compute.cast(values, self.arrow.duration("us"), safe=False), condition, span)
        return self._mask_by_piece(values, condition)

    def _is_text(self, kind: Any) -> bool:
        return self.types.is_string(kind) or self.types.is_large_string(kind) or str(kind) == "string_view"

    def _plain_text(self, values: Any) -> Any:
        return self.compute.cast(values, "large_string") if str(values.type) == "string_view" else values

    def _compared(self, values: Any, condition: Condition, wanted: Any) -> Any:
        return self._filled(getattr(self.compute, _COMPARISONS[condition.operator])(values, wanted))

    def _mask_of_times(self, values: Any, condition: Condition) -> Any:
        if self.types.is_timestamp(values.type) and values.type.tz:
            values = self.compute.local_timestamp(values)  # the typed time is one of the column's own clock
        moments = self.compute.cast(values, self.arrow.timestamp("us"), safe=False)
        first, last = (self.arrow.scalar(moment, self.arrow.timestamp("us")) for moment in condition.moments())
        compute = self.compute
        if condition.operator in "=≠":
            within = compute.and_(compute.greater_equal(moments, first), compute.less_equal(moments, last))
            return self._filled(within if condition.operator == "=" else compute.invert(within))
        return self._compared(moments, condition, first if condition.operator in "<≥" else last)

    def _filled(self, mask: Any) -> Any:
        return self.compute.fill_null(mask, False)

    def _mask_by_piece(self, values: Any, condition: Condition) -> Any:
        passes = condition.predicate()
        found = [
            self.arrow.array([passes(value) for value in piece], "bool")
            for piece in pieces(
                len(values), lambda rows: self._objects(values.slice(rows.start, rows.stop - rows.start))
            )
        ]
        return self.arrow.chunked_array(found, "bool")

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
        """Return something that sorts as *values* should: what Arrow cannot sort by Python's order or its text."""
        kind = values.type
        if self._is_text(kind):
            return self._plain_text(values)
        if not (self.types.is_nested(kind) or self.types.is_null(kind) or self.types.is_interval(kind)):
            return values
        items = self._objects(values)
        positions = [position for position, value in enumerate(items) if missing_text(value) is None]
        sort_by_value(positions, items.__getitem__, descending=False)
        ranks: list[int | None] = [None] * len(items)
        rank = -1
        for place, position in enumerate(positions):
            if place == 0 or items[positions[place - 1]] != items[position]:
                rank += 1
            ranks[position] = rank
        return self.arrow.array(ranks, "int64")

    def summary(self, column: int) -> dict[str, Any]:
        values, compute = self.column(column), self.compute
        kind = values.type
        if self.types.is_nested(kind) or self.types.is_null(kind) or self.types.is_interval(kind):
            items = (
                v
                for piece in pieces(
                    len(values), lambda rows: self._objects(values.slice(rows.start, rows.stop - rows.start))
                )
                for v in piece
            )
            return text_summary(items, len(values))
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
                self._objects(self.arrow.array([compute.min_max(present)[end].as_py()], kind))
                if self.types.is_date(kind)
                else self._objects(present.filter(compute.equal(numbers, places[end])).slice(0, 1))
                for end in ("min", "max")
            ]
            result |= {"minimum": str(ends[0][0]), "maximum": str(ends[1][0])}
            return result | {"histogram": self._histogram(numbers, places["min"], places["max"])}
        counts = compute.value_counts(self._plain_text(present) if self._is_text(kind) else present)
        result["distinct"] = len(counts)
        times = counts.field("counts")
        leading = compute.array_sort_indices(times, order="descending")[:SUMMARY_VALUES]
        names = self._objects(counts.field("values").take(leading))
        pairs = zip(names, times.take(leading).to_pylist(), strict=True)
        result["frequent"] = [[short(safe_text(name, str), MAX_LABEL_TEXT), count] for name, count in pairs]
        return result

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

    def copied(self) -> Any:
        return self.value.take(self.arrow.array(range(self.value.num_rows), "int64"))

    def size(self) -> int:
        return int(self.value.nbytes)


_UNITS = {"s": (1, 0), "ms": (1000, 3), "us": (1_000_000, 6), "ns": (1_000_000_000, 9)}


def duration_text(count: int, unit: str) -> str:
    """Return *count* of *unit* as `[-][days days, ]h:mm:ss[.fraction]`."""
    per_second, digits = _UNITS[unit]
    seconds, fraction = divmod(abs(count), per_second)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text = f"{hours}:{minutes:02}:{seconds:02}"
    if fraction:
        text += f".{fraction:0{digits}}".rstrip("0")
    if days:
        text = f"{days} day{'s' * (days != 1)}, {text}"
    return f"-{text}" if count < 0 else text


def _without_zeros(text: str) -> str:
    """Return a time's text without the zeros at the end of its fraction; a zone may follow it."""
    point = text.index(".")
    end = point + 1
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[:end].rstrip("0").rstrip(".") + text[end:]
