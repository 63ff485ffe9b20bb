"""The columns of tables by their names, for completion: what may stand in quotes between the brackets behind a table.

Only the names and types are read, never a value; and only `read_guarded`, without running code of the script.
"""

from __future__ import annotations

from .guarded import LIBRARIES, UnreadableError, is_really_of, read_guarded
from .short_repr import short
from .static_types import dict_of_type, mro_of, type_module, type_name

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

MAX_TYPE_TEXT = 60
MAX_TYPED = 300
"""Columns whose types are told."""
_MISSING = object()


class Columns:
    """The labels of a table's columns, or of a Series' rows, from the first one on."""

    __slots__ = ("kind", "labels", "total", "types")

    def __init__(self, kind: str, labels: Sequence[object], total: int, types: Sequence[str] = ()) -> None:
        self.kind = kind
        """`column` or `key`."""
        self.labels = labels
        """As the library has them: text, numbers, anything."""
        self.total = total
        """How many there are; the labels may be fewer."""
        self.types = types
        """Those of the first labels in words; none where they cannot be read."""


def columns_of(value: object, most: int) -> Columns | None:
    """Return the columns of *value*, at most so many; None when it is no table, or its library cannot be asked."""
    library = _library_of(value)
    if library is None:
        return None
    try:
        columns = read_guarded(_READERS[library], value, most)
    except UnreadableError:
        return None
    if library == ("pandas", "DataFrame") and most:
        try:
            columns.types = read_guarded(_types_of_frame, value, min(most, MAX_TYPED))
        except UnreadableError:  # a type of the script's own
            return columns
    return columns


def column_at(value: object, label: str | int, most: int) -> object:
    """Return the column of that name among the first so many; raises LookupError where there is none, or several."""
    library, columns = _library_of(value), columns_of(value, most)
    if library is None or columns is None or columns.kind != "column":
        raise LookupError
    places = [place for place, one in enumerate(columns.labels) if type(one) is type(label) and one == label]
    if len(places) != 1:
        raise LookupError
    try:
        return read_guarded(_column, value, library, places[0])
    except UnreadableError:
        raise LookupError from None


def has_columns_as_attributes(value: object) -> bool:
    """Whether the columns of *value* are its attributes, too."""
    return _library_of(value) == ("pandas", "DataFrame")


def _library_of(value: object) -> tuple[str, str] | None:
    """Return library and class of what can be read; a class derived from it may have other methods of its own."""
    for base in mro_of(type(value)):
        if is_really_of(base, LIBRARIES):
            found = type_module(base).partition(".")[0], type_name(base)
            if found in _READERS:
                return found
        if "__getitem__" in [name for name in dict_of_type(base) if type(name) is str]:
            return None  # what stands in the brackets means something else
    return None


# ------------------------------------------------------------------------------------- run by `read_guarded` alone


def _of_frame(frame: Any, most: int) -> Columns:
    index = frame.columns
    first = index[:most]
    labels = first.get_level_values(0) if index.nlevels > 1 else first
    return Columns("column", labels.tolist(), len(index))


def _types_of_frame(frame: Any, count: int) -> list[str]:
    if frame.columns.nlevels > 1:
        return []
    return [short(str(dtype), MAX_TYPE_TEXT) for dtype in frame.iloc[:0, :count].dtypes]


def _of_series(series: Any, most: int) -> Columns:
    index = series.index
    first = index[:most]
    labels = first.get_level_values(0) if index.nlevels > 1 else first
    return Columns("key", labels.tolist(), len(index))


def _of_polars(frame: Any, most: int) -> Columns:
    typed = range(min(frame.width, most, MAX_TYPED))
    types = [short(str(frame.to_series(place).dtype), MAX_TYPE_TEXT) for place in typed]
    return Columns("column", frame.columns[:most], frame.width, types)


def _of_arrow(table: Any, most: int) -> Columns:
    fields = [table.schema.field(place) for place in range(min(table.num_columns, most))]
    types = [short(str(field.type), MAX_TYPE_TEXT) for field in fields[:MAX_TYPED]]
    return Columns("column", [field.name for field in fields], table.num_columns, types)


def _of_array(array: Any, most: int) -> Columns:
    names = array.dtype.names or ()
    types = [short(str(array.dtype[name]), MAX_TYPE_TEXT) for name in names[: min(most, MAX_TYPED)]]
    return Columns("column", names[:most], len(names), types)


def _column(value: Any, library: tuple[str, str], place: int) -> Any:
    if library[0] == "pandas":
        return value.iloc[:, place]
    if library[0] == "polars":
        return value.to_series(place)
    if library[0] == "pyarrow":
        return value.column(place)
    return value[value.dtype.names[place]]


_READERS: dict[tuple[str, str], Callable[[Any, int], Columns]] = {
    ("pandas", "DataFrame"): _of_frame,
    ("pandas", "Series"): _of_series,
    ("polars", "DataFrame"): _of_polars,
    ("pyarrow", "Table"): _of_arrow,
    ("pyarrow", "RecordBatch"): _of_arrow,
    ("numpy", "ndarray"): _of_array,
}
