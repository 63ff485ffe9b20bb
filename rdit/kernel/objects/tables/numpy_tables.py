"""Two-dimensional and structured numpy arrays as tables, and computations on whole columns with numpy.

numpy is passed in or taken from `sys.modules`, where it is whenever there is one of its arrays.
"""

from __future__ import annotations

import sys

from ..short_repr import missing_text
from .durations import duration_text, is_unit
from .filters import Filter
from .table_base import (
    HISTOGRAM_BINS,
    PIECE_ROWS,
    SUMMARY_VALUES,
    Table,
    frequent,
    pieces,
    sort_by_value,
    text_summary,
)

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_NARROW = 1 << 16
"""Integers in a range below this are sorted by their offsets, in linear time (radix sort)."""


class ArrayTable(Table):
    """A table whose masks and positions are numpy arrays."""

    null = "None"

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.numpy = sys.modules["numpy"]

    def no_rows(self) -> Any:
        return self.numpy.zeros(self.shape()[0], dtype=bool)

    def positions_of(self, mask: Any) -> Any:
        return mask.nonzero()[0]

    def ordered(self, keys: list[tuple[int, bool]], mask: Any, positions: Any) -> Any:  # noqa: ARG002
        for number, descending in reversed(keys):
            order = self.order(number, positions, descending)
            positions = order if positions is None else positions[order]
        return positions

    def order(self, number: int, positions: Any, descending: bool) -> Any:
        """Return the order of the column's values at *positions*, or of all, stably and with missing ones last."""
        raise NotImplementedError


class NumpyTable(ArrayTable):
    """A two-dimensional array, with numbered columns, or a structured one, with its fields as columns."""

    kind = "ndarray"

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.is_masked = isinstance(value, self.numpy.ma.MaskedArray)
        self.array = value if self.is_masked else self.numpy.asarray(value)
        self.fields: tuple[str, ...] | None = value.dtype.names if value.ndim == 1 else None

    def shape(self) -> tuple[int, int]:
        return super().shape() if self.fields is None else (len(self.array), len(self.fields))

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        if self.fields is not None:
            return [(name, str(self.array.dtype[name])) for name in self.fields[first : first + count]]
        return [(str(column), str(self.array.dtype)) for column in range(first, first + count)]

    def column(self, number: int) -> Any:
        """Return one column as a one-dimensional array."""
        return self.array[self.fields[number]] if self.fields is not None else self.array[:, number]

    def values(self, rows: Any, first: int, count: int) -> list[list[Any]]:
        return [objects(self.column(number)[rows]) for number in range(first, first + count)]

    def mask(self, column: int, where: Filter) -> Any:
        values = self.column(column)
        return self.numpy.ma.filled(array_mask(self.numpy, values, where), False)

    def order(self, number: int, positions: Any, descending: bool) -> Any:
        values = self.column(number)
        return array_order(self.numpy, values if positions is None else values[positions], descending)

    def summary(self, column: int) -> dict[str, Any]:
        values = self.column(column)
        if self.is_masked:
            present = values.compressed()
            result = array_summary(self.numpy, present)
            hidden = len(values) - len(present)
            return result | {"count": len(values), "missing": result["missing"] + hidden}
        return array_summary(self.numpy, values)


def objects(array: Any) -> list[Any]:
    """Return the elements of *array* as Python objects, or as numpy's scalars where Python has no such type."""
    if array.dtype.kind in "mM" or (array.dtype.kind == "f" and array.dtype.itemsize != 8):
        return list(array)
    return array.tolist()  # type: ignore[no-any-return]


def mask_by_piece(numpy: Any, length: int, taken: Callable[[slice], list[Any]], where: Filter) -> Any:
    """Return which values pass *where*, tested as Python objects."""
    passes = where.predicate()
    found = numpy.zeros(length, dtype=bool)
    start = 0
    for values in pieces(length, taken):
        found[start : start + len(values)] = [passes(value) for value in values]
        start += len(values)
    return found


def array_mask(numpy: Any, values: Any, where: Filter) -> Any:
    """Return which elements of a one-dimensional array pass *where*."""
    kind = values.dtype.kind
    if where.operator in {"missing", "present"} and kind in "biufcmMSUV":
        masked = numpy.ma.getmaskarray(values)
        missing = (values != values) | masked if kind in "fcmM" else masked
        return missing if where.operator == "missing" else ~missing
    if where.operator != "contains":
        if kind in "iuf":
            return where.compare(values, where.number()) & (values == values)
        if kind == "b":
            return where.compare(values, where.truth())
        if kind == "M":
            first, last = where.moments()
            # numpy would compare in the column's own unit, which may be too coarse or too fine
            exact = values.astype("M8[us]")
            return where.compare(exact, numpy.datetime64(first), numpy.datetime64(last)) & ~numpy.isnat(values)
        if kind == "m":
            span = numpy.timedelta64(where.duration(), "us")
            return where.compare(values.astype("m8[us]"), span) & ~numpy.isnat(values)
    elif kind in "iufM" and not numpy.ma.isMaskedArray(values):
        return _mask_of_texts(numpy, values, where)
    return mask_by_piece(numpy, len(values), lambda rows: objects(values[rows]), where)


def _mask_of_texts(numpy: Any, values: Any, where: Filter) -> Any:
    """Return which numbers or times contain the operand as text, by Arrow's casts if pandas has loaded it."""
    part = where.operand.casefold()
    found = numpy.zeros(len(values), dtype=bool)
    compute = sys.modules.get("pyarrow.compute")
    for start in range(0, len(values), PIECE_ROWS):
        piece = values[start : start + PIECE_ROWS]
        if compute is not None and piece.dtype.itemsize > 2 and piece.dtype.isnative:
            texts = compute.cast(sys.modules["pyarrow"].array(piece), "string")
            passing = contains_in_arrow(compute, texts, part).to_numpy(zero_copy_only=False)
        elif piece.dtype.kind == "M":
            moments = numpy.datetime_as_string(piece.astype("M8[s]")).tolist()
            passing = [part in moment.replace("T", " ") for moment in moments]
        else:
            passing = [part in repr(number) for number in piece.tolist()]
        found[start : start + len(piece)] = passing
    missing = values != values
    return found & ~missing if values.dtype.kind in "fM" else found


def contains_in_arrow(compute: Any, texts: Any, part: str) -> Any:
    """Return which of Arrow's *texts* of numbers or times contain *part*; Arrow writes 2.0 as `2`."""
    found = compute.match_substring(texts, part, ignore_case=True)
    if not part.endswith(".0"):
        return found
    whole = compute.invert(compute.match_substring(texts, "."))
    return compute.or_(found, compute.and_(whole, compute.ends_with(texts, part[:-2])))


def array_order(numpy: Any, values: Any, descending: bool) -> Any:
    """Return the positions that sort *values*, stably and with missing ones last."""
    kind = values.dtype.kind
    masked = numpy.ma.getmaskarray(values) if numpy.ma.isMaskedArray(values) else None
    values = numpy.ma.getdata(values)
    if kind in "OV":
        return _order_of_objects(numpy, values, masked, descending)
    missing = values != values if kind in "fcmM" else None
    if masked is not None:
        missing = masked if missing is None else missing | masked
    if missing is None or not missing.any():
        return _stable_order(numpy, values, descending)
    present = (~missing).nonzero()[0]
    order = present[_stable_order(numpy, values[present], descending)]
    return numpy.concatenate([order, missing.nonzero()[0]])


def _stable_order(numpy: Any, values: Any, descending: bool) -> Any:
    if descending:  # reversed, so that equal values keep their order
        return (len(values) - 1) - _stable_order(numpy, values[::-1], descending=False)[::-1]
    if values.dtype.kind in "iu" and len(values) and int(values.max()) - int(values.min()) < _NARROW:
        low = values.min()
        # differences may overflow in the column's own type, and are right again in the narrow one
        return (values - low).astype(numpy.uint16).argsort(kind="stable")
    return values.argsort(kind="stable")


def _order_of_objects(numpy: Any, values: Any, masked: Any, descending: bool) -> Any:
    present: list[int] = []
    missing: list[int] = []
    for position, value in enumerate(values.tolist()):
        gone = (masked is not None and masked[position]) or missing_text(value) is not None
        (missing if gone else present).append(position)
    sort_by_value(present, values.__getitem__, descending)
    return numpy.array([*present, *missing], dtype=numpy.intp)


# ------------------------------------------------------------------------------------------------- summaries


def array_summary(numpy: Any, values: Any) -> dict[str, Any]:
    """Return the summary of a one-dimensional array."""
    kind = values.dtype.kind
    if kind in "iuf":
        return number_summary(numpy, values[values == values] if kind == "f" else values, len(values))
    if kind in "mM":
        present = values[~numpy.isnat(values)]
        return time_summary(numpy, present.view("i8"), len(values), lambda place: time_text(numpy, present[place]))
    if kind in "bSU":
        found, times = numpy.unique(values, return_counts=True)
        return {"count": len(values), "missing": 0, "distinct": len(found)} | most_frequent(found, times)
    return text_summary(pieces(len(values), lambda rows: objects(values[rows])), len(values))


def most_frequent(found: Any, times: Any) -> dict[str, Any]:
    """Return the `frequent` part of a summary from distinct values and how often each of them occurs."""
    leading = times.argsort(kind="stable")[::-1][:SUMMARY_VALUES]
    return frequent((found[position], int(times[position])) for position in leading.tolist())


def number_summary(numpy: Any, present: Any, count: int) -> dict[str, Any]:
    """Return the summary of *count* numbers, of which *present* are not missing."""
    result: dict[str, Any] = {"count": count, "missing": count - len(present), "distinct": distinct(numpy, present)}
    finite = present[numpy.isfinite(present)] if present.dtype.kind == "f" else present
    if not len(finite):
        return result
    low, high = float(finite.min()), float(finite.max())
    mean = float(finite.mean(dtype=numpy.float64))
    result |= {"minimum": low, "maximum": high, "mean": mean if abs(mean) < float("inf") else None}
    return result | {"histogram": histogram(numpy, finite.astype(numpy.float64, copy=False), low, high)}


def time_text(numpy: Any, moment: Any) -> str:
    """Return a scalar of numpy as text, a duration as hours, minutes and seconds."""
    unit, step = numpy.datetime_data(moment.dtype)
    if moment.dtype.kind == "m" and is_unit(unit):
        return duration_text(int(moment.view("i8")) * step, unit)
    return str(moment).replace("T", " ")


def time_summary(numpy: Any, numbers: Any, count: int, text: Callable[[int], str]) -> dict[str, Any]:
    """Return the summary of *count* times or durations, of which *numbers* are those not missing, as integers.

    *text* returns what the one at a position among them reads.
    """
    result: dict[str, Any] = {"count": count, "missing": count - len(numbers), "distinct": distinct(numpy, numbers)}
    if not len(numbers):
        return result
    offsets = (numbers - numbers.min()).astype(numpy.uint64).astype(numpy.float64)
    bins = histogram(numpy, offsets, 0.0, float(offsets.max()))
    ends = {"minimum": text(int(numbers.argmin())), "maximum": text(int(numbers.argmax()))}
    return result | ends | {"histogram": bins}


def distinct(numpy: Any, values: Any) -> int:
    """Return the number of distinct values; sorting numbers is several times faster than hashing them."""
    if not len(values):
        return 0
    ordered = numpy.sort(values)
    return int((ordered[1:] != ordered[:-1]).sum()) + 1


def histogram(numpy: Any, numbers: Any, low: float, high: float) -> list[int]:
    """Return how many of *numbers* are in each of equal bins from *low* to *high*."""
    bins = [0] * HISTOGRAM_BINS
    width = high / HISTOGRAM_BINS - low / HISTOGRAM_BINS
    if not width:
        bins[0] = len(numbers)
        return bins
    for start in range(0, len(numbers), PIECE_ROWS * 16):
        piece = numbers[start : start + PIECE_ROWS * 16]
        numbered = numpy.clip(((piece - low) / width).astype(numpy.int64), 0, HISTOGRAM_BINS - 1)
        for number, times in enumerate(numpy.bincount(numbered, minlength=HISTOGRAM_BINS).tolist()):
            bins[number] += times
    return bins
