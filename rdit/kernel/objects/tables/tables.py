"""`table_of`: the `Table` of a value of any library, and lists of dicts as tables.

A table (pandas, polars, pyarrow, a two-dimensional or structured numpy array, a list of dicts) is recognised without
importing anything: it can only exist when the script has imported its library. The page queries windows while its grid
scrolls, so a query must not cost more than its window; sorting, filtering and summaries are left to the library.
"""

from __future__ import annotations

import sys

from ..short_repr import is_instance_of, missing_text
from .arrow_tables import ArrowTable
from .filters import Filter
from .numpy_tables import NumpyTable
from .pandas_tables import PandasTable
from .polars_tables import PolarsTable
from .table_base import Table, sort_by_value, text_summary

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

DICT_ROWS_EXAMINED = 1000
"""Dicts of a list that decide whether it is a table, and its columns."""


def table_of(value: object) -> Table | None:
    """Return *value* as a `Table`; None when it is not a table."""
    if type(value) is list:
        return DictsTable(value) if _is_list_of_dicts(value) else None
    if is_instance_of(value, "pandas", "DataFrame", "Series"):
        return PandasTable(value)
    if is_instance_of(value, "polars", "DataFrame", "Series"):
        return PolarsTable(value)
    if is_instance_of(value, "pyarrow", "Table", "RecordBatch"):
        return ArrowTable(value)
    if is_instance_of(value, "numpy", "ndarray") and _is_rectangular(value):
        return NumpyTable(value)
    return None


def _is_rectangular(array: Any) -> bool:
    if array.dtype.names is not None:
        return array.ndim == 1  # type: ignore[no-any-return]
    return array.ndim == 2 and array.size > 0  # type: ignore[no-any-return]


def _is_list_of_dicts(rows: list[Any]) -> bool:
    if len(rows) < 2 or type(rows[0]) is not dict or not rows[0]:
        return False
    examined = rows[:DICT_ROWS_EXAMINED]
    if not all(type(row) is dict and all(type(key) is str for key in row) for row in examined):
        return False
    names = {key for row in examined for key in row}
    filled = sum(len(row) for row in examined)
    return filled * 2 >= len(names) * len(examined)  # otherwise the dicts have different keys


class DictsTable(Table):
    """A list of dicts; the columns are all their keys, in order of first occurrence."""

    kind = "list of dicts"
    null = "None"

    def __init__(self, value: list[Any]) -> None:
        super().__init__(value)
        names: dict[str, None] = {}
        for row in value[:DICT_ROWS_EXAMINED]:
            if type(row) is dict:
                names.update(dict.fromkeys(row))
        self.names = list(names)

    def shape(self) -> tuple[int, int]:
        return len(self.value), len(self.names)

    def describe(self, first: int, count: int) -> list[tuple[str, str]]:
        return [(name, self._type_of(name)) for name in self.names[first : first + count]]

    def _type_of(self, name: str) -> str:
        rows = self.value[:DICT_ROWS_EXAMINED]
        types = {type(row[name]).__name__ for row in rows if type(row) is dict and row.get(name) is not None}
        return types.pop() if len(types) == 1 else "object"

    def column(self, number: int) -> list[Any]:
        """Return all values of one column."""
        name = self.names[number]
        return [row.get(name) if type(row) is dict else None for row in self.value]

    def values(self, rows: Any, first: int, count: int) -> list[list[Any]]:
        chosen = self.value[rows] if isinstance(rows, slice) else [self.value[row] for row in rows]
        names = self.names[first : first + count]
        return [[row.get(name) if type(row) is dict else None for row in chosen] for name in names]

    def mask(self, column: int, where: Filter) -> list[bool]:
        passes = where.predicate()
        return [passes(value) for value in self.column(column)]

    def no_rows(self) -> list[bool]:
        return [False] * len(self.value)

    def both(self, one: list[bool], other: list[bool]) -> list[bool]:
        return [a and b for a, b in zip(one, other, strict=True)]

    def either(self, one: list[bool], other: list[bool]) -> list[bool]:
        return [a or b for a, b in zip(one, other, strict=True)]

    def positions_of(self, mask: list[bool]) -> list[int]:
        return [position for position, passing in enumerate(mask) if passing]

    def ordered(self, keys: list[tuple[int, bool]], mask: Any, positions: Any) -> list[int]:  # noqa: ARG002
        order = list(range(len(self.value))) if positions is None else list(positions)
        for number, descending in reversed(keys):
            values = self.column(number)
            missing = [position for position in order if missing_text(values[position]) is not None]
            order = [position for position in order if missing_text(values[position]) is None]
            sort_by_value(order, values.__getitem__, descending)
            order += missing
        return order

    def summary(self, column: int) -> dict[str, Any]:
        return text_summary([self.column(column)], len(self.value))

    def copy(self) -> list[Any]:
        return [dict(row) if type(row) is dict else row for row in self.value]

    def size(self) -> int:
        return sys.getsizeof(self.value) + sum(sys.getsizeof(row) for row in self.value[:DICT_ROWS_EXAMINED])
