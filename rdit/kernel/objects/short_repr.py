"""Short, bounded representations of values: for cells of a table, nodes of a tree, labels.

Of a string of 100 MB only the beginning is read, of a list of a million only the first items, and an exception in a
`__repr__` is named in its place. Only KeyboardInterrupt is not caught.
"""

from __future__ import annotations

import math
import sys
from itertools import islice

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

MAX_CELL_TEXT = 400
"""Characters of one cell in a window. Copying and CSV are not shortened."""

MAX_DEPTH = 8
"""Levels of containers in a short repr."""

_module_of_type: Callable[[type[Any]], object] = type.__dict__["__module__"].__get__


def module_of(value: object) -> str:
    """Return the name of the top package that defines the type of *value*, without running any code of it."""
    return module_of_type(type(value))


def module_of_type(kind: type[Any]) -> str:
    """Return the name of the top package that defines *kind*, without running any code of it."""
    name = _module_of_type(kind)
    return name.partition(".")[0] if isinstance(name, str) else ""


def is_instance_of(value: object, library: str, *names: str) -> bool:
    """Whether *value* is an instance of one of the classes *names* of *library*; False while that is not imported."""
    module = sys.modules.get(library)
    if module is None:
        return False
    classes = [getattr(module, name, None) for name in names]
    return issubclass(type(value), tuple(kind for kind in classes if isinstance(kind, type)))


# ------------------------------------------------------------------------------------------------- texts


def safe_text(value: object, function: Callable[[Any], str] = repr) -> str:
    """Return `function(value)`, or a text that names the exception in it."""
    try:
        text = function(value)
    except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001  a user's __repr__ may raise anything
        problem = type(error).__name__
    else:
        return text if type(text) is str else str.__str__(text)
    if type(value) is int:  # more digits than sys.get_int_max_str_digits() allows
        return f"<int of {value.bit_length()} bits>"
    return f"<{type(value).__name__}: {problem} in its {function.__name__}()>"


def short(text: str, limit: int = MAX_CELL_TEXT) -> str:
    """Return *text*, truncated to *limit* characters."""
    return text if len(text) <= limit else f"{text[:limit]}…"


def short_repr(value: object, limit: int = MAX_CELL_TEXT) -> str:
    """Return the beginning of `repr(value)`; of a built-in container only that is computed."""
    pieces: list[str] = []
    try:
        _add_repr(value, pieces, limit, 0)
    except RuntimeError:  # a container that a __repr__ changes during iteration, or too deep a recursion
        pieces.append("…")
    return short("".join(pieces), limit)


_BRACKETS: dict[type[Any], str] = {list: "[]", tuple: "()", set: "{}", dict: "{}"}


def _add_repr(value: Any, pieces: list[str], room: int, depth: int) -> int:
    """Append the repr of *value* to *pieces* until *room* characters are used; return how much room is left."""
    kind = type(value)
    if kind in {str, bytes, bytearray} and len(value) > room:
        text = safe_text(value[: max(room, 0) + 1])
    elif kind is frozenset and value:
        pieces.append("frozenset(")
        room = _add_repr(set(islice(value, max(room, 1))), pieces, room - 10, depth)
        text = ")"
    elif kind in _BRACKETS and (value or kind is not set):
        return _add_items(value, pieces, room, depth)
    else:
        text = safe_text(value)
    pieces.append(text[: max(room, 0) + 1])
    return room - len(text)


def _add_items(value: Any, pieces: list[str], room: int, depth: int) -> int:
    opening, closing = tuple(_BRACKETS[type(value)])
    pieces.append(opening)
    room -= 2
    if depth >= MAX_DEPTH and value:
        pieces.append("..." + closing)
        return room - 3
    items: Iterable[Any] = value.items() if type(value) is dict else value
    separator = ""
    for item in items:
        if room < 0:
            break
        pieces.append(separator)
        if type(value) is dict:
            room = _add_repr(item[0], pieces, room - len(separator), depth + 1)
            pieces.append(": ")
            room = _add_repr(item[1], pieces, room - 2, depth + 1)
        else:
            room = _add_repr(item, pieces, room - len(separator), depth + 1)
        separator = ", "
    pieces.append("," + closing if type(value) is tuple and len(value) == 1 else closing)
    return room


# ------------------------------------------------------------------------------------------------- cells


def cell(value: Any, null: str = "None") -> Any:
    """Return the content of one cell: text, {"missing": text} or {"nested": text}."""
    kind = type(value)
    if kind is str:
        return short(value)
    if kind is float:
        return {"missing": "NaN"} if math.isnan(value) else number_text(value)
    if value is None:
        return {"missing": null}
    if kind is int or kind is bool:
        return short(safe_text(value, str))
    missing = missing_text(value)
    if missing is not None:
        return {"missing": missing}
    if kind in {bytes, bytearray}:
        return short_repr(value)
    if kind in _BRACKETS or kind is frozenset or kind.__name__ in {"ndarray", "Series"}:
        return {"nested": short_repr(value)}
    if issubclass(kind, float):
        return number_text(float(value))
    return short(safe_text(value, str))


def missing_text(value: Any) -> str | None:
    """Return the name of a missing value, such as `NaN`; None for other values."""
    kind = type(value)
    if value is None:
        return "None"
    if issubclass(kind, float) or issubclass(kind, complex):
        return "NaN" if value != value else None
    name = kind.__name__
    if name in {"NAType", "NaTType"} and module_of(value) == "pandas":
        return "<NA>" if name == "NAType" else "NaT"
    if name == "Decimal" and module_of(value) in {"decimal", "_decimal"}:
        return "NaN" if value.is_nan() else None
    if name == "MaskedConstant":
        return "--"
    if module_of(value) == "numpy" and hasattr(value, "dtype") and value.shape == () and value.dtype.kind in "fcmM":
        return ("NaT" if value.dtype.kind in "mM" else "NaN") if value != value else None
    return None


def number_text(value: float) -> str:
    """Return *value* with six significant digits, at least two of them after the point, without trailing zeros."""
    size = abs(value)
    if size == 0 or math.isinf(value):
        return str(value)
    if not 1e-5 <= size < 1e15:
        mantissa, _, exponent = f"{value:.5e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"
    decimals = max(2, 5 - math.floor(math.log10(size)))
    text = f"{value:.{decimals}f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


_KINDS = (
    ("number", ("int", "uint", "float", "double", "decimal", "complex", "halffloat", "number")),
    ("boolean", ("bool",)),
    ("nested", ("list", "struct", "array", "map", "dict[", "large_list", "fixed_size_list", "tuple")),
    ("time", ("date", "time", "duration", "period", "timestamp", "interval", "month_day")),
    ("text", ("str", "utf8", "large_string", "category", "categorical", "enum", "object", "dictionary")),
)


def kind_of(dtype: str) -> str:
    """Return how a column of *dtype* is aligned and coloured: number, boolean, time, nested, text or other."""
    lowered = dtype.lower()
    for kind, beginnings in _KINDS:
        if lowered.startswith(beginnings):
            return kind
    return "other"
