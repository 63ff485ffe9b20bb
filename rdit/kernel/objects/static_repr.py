"""Values as short text, without running any code of the script.

No `__repr__`, no property, no `__iter__` is called that the script could have written. Containers are read by the
methods of their built-in base type, objects by their `__dict__` and slots. Text and work are bounded.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from ..protocol.output_item import printable
from .guarded import LIBRARIES, UnreadableError, is_really_of, read_guarded
from .static_types import dict_of_type, is_one_of, mro_of, stored_attributes, type_module, type_name

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

MAX_VALUE_TEXT = 300
"""Characters of one value."""
MAX_NAME_TEXT = 100
_MAX_DEPTH = 4
_MAX_INT_BITS = 1000
_SMALL_ARRAY = 20
_NUMERIC = frozenset("biufcSUmM")
"""The kinds of numpy dtypes without Python objects."""
_BRACKETS: dict[type, str] = {dict: "{}", list: "[]", deque: "[]", tuple: "()", set: "{}", frozenset: "{}"}
_PLAIN = (bool, float, complex, type(...), type(NotImplemented))
_WITH_SAFE_REPR = frozenset({"datetime", "decimal", "fractions", "uuid", "pathlib", "ipaddress"})
"""Modules whose values have a short `repr`."""

_arguments_of = BaseException.__dict__["args"].__get__


def value_text(value: object, max_chars: int = MAX_VALUE_TEXT) -> str:
    """Return a short text of *value*, without running code of its class."""
    text = ""
    try:
        for part in _parts(value, 0, max_chars):
            text += part
            if len(text) > max_chars:
                text = text[: max_chars - 1] + "…"
                break
    except Exception as error:  # noqa: BLE001  a thread may change a container while it is read
        text = f"{text}<{type_name(type(error))}>"
    return printable(text)


def _parts(value: Any, depth: int, max_chars: int) -> Iterator[str]:
    """Yield the text of *value* in parts, so that the caller can stop."""
    kind = type(value)
    mro = mro_of(kind)
    name = type_name(kind)
    if value is None or is_one_of(kind, _PLAIN):
        yield repr(value)
    elif kind is range:
        step = "" if value.step == 1 else f", {_int_text(value.step)}"
        yield f"range({_int_text(value.start)}, {_int_text(value.stop)}{step})"
    elif is_one_of(int, mro):
        yield from _call_text(kind is int, name, _int_text(value))
    elif is_one_of(str, mro):
        yield from _call_text(
            kind is str, name, repr(str.__getitem__(value, slice(0, max_chars))), str.__len__(value), max_chars
        )
    elif is_one_of(bytes, mro) or is_one_of(bytearray, mro):
        base = bytes if is_one_of(bytes, mro) else bytearray
        size = base.__len__(value)
        yield from _call_text(kind is base, name, repr(base.__getitem__(value, slice(0, max_chars))), size, max_chars)
    elif is_one_of(float, mro):
        yield from _call_text(False, name, float.__repr__(value))
    elif depth >= _MAX_DEPTH:
        yield "…"
    elif any(is_one_of(base, mro) for base in _BRACKETS):
        yield from _container(value, kind, mro, name, depth, max_chars)
    elif is_one_of(type, mro):
        yield f"<class {type_name(value)}>"
    elif is_one_of(kind, (FunctionType, BuiltinFunctionType, MethodType)):
        yield f"<function {value.__name__}>"
    elif kind is ModuleType:
        yield f"<module {ModuleType.__repr__(value).split(chr(39))[1]}>"
    elif is_one_of(BaseException, mro):
        yield name
        yield from _items("(", [((), one) for one in _arguments_of(value)], ")", depth, max_chars)
    else:
        yield from _object(value, kind, mro, name, depth, max_chars)


def _int_text(value: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= _MAX_INT_BITS else f"<{bits:,} bits>"


def _call_text(plain: bool, name: str, text: str, length: int = 0, max_chars: int = 0) -> Iterator[str]:
    if length > max_chars > 0:
        text = f"{text[:-1]}…"
    yield text if plain else f"{name}({text})"


def _container(value: Any, kind: type, mro: tuple[type, ...], name: str, depth: int, max_chars: int) -> Iterator[str]:
    base: Any = next(base for base in _BRACKETS if is_one_of(base, mro))
    fields = dict_of_type(kind).get("_fields") if base is tuple else None
    if type(fields) is tuple and all(type(field) is str for field in fields) and len(fields) == tuple.__len__(value):
        yield name
        yield from _named_items("(", zip(fields, tuple.__iter__(value), strict=True), ")", depth, max_chars)
        return
    begin, end = tuple(_BRACKETS[base])
    members: Iterable[tuple[tuple[Any, ...], Any]]
    if base is dict:
        members = (((key,), part) for key, part in dict.items(value))
    else:
        members = (((), part) for part in base.__iter__(value))
    if base is tuple and tuple.__len__(value) == 1:
        end = ",)"
    if is_one_of(kind, (dict, list, tuple, set)):
        if kind is set and not value:
            yield "set()"
        else:
            yield from _items(begin, members, end, depth, max_chars)
        return
    yield f"{name}("
    yield from _items(begin, members, end, depth, max_chars)
    yield ")"


def _items(
    begin: str, members: Iterable[tuple[tuple[Any, ...], Any]], end: str, depth: int, max_chars: int
) -> Iterator[str]:
    yield begin
    for number, (keys, part) in enumerate(islice(members, max_chars)):
        if number:
            yield ", "
        for key in keys:
            yield from _parts(key, depth + 1, max_chars)
            yield ": "
        yield from _parts(part, depth + 1, max_chars)
    yield end


def _named_items(begin: str, members: Iterable[tuple[str, Any]], end: str, depth: int, max_chars: int) -> Iterator[str]:
    for number, (name, part) in enumerate(islice(members, max_chars)):
        yield f"{', ' if number else begin}{name[:MAX_NAME_TEXT]}="
        yield from _parts(part, depth + 1, max_chars)
    yield end


def _object(value: Any, kind: type, mro: tuple[type, ...], name: str, depth: int, max_chars: int) -> Iterator[str]:
    if is_really_of(kind, _WITH_SAFE_REPR):
        yield _repr_text(value, name)
    elif is_really_of(kind, LIBRARIES):
        yield _library_text(value, name)
    elif any(type_module(base) == "enum" and type_name(base) == "Enum" for base in mro):
        yield f"{name}.{dict(stored_attributes(value, mro)).get('_name_', '?')}"
    else:
        yield f"<{name}"
        yield from _named_items(" ", stored_attributes(value, mro), ">", depth, max_chars)


def _repr_text(value: Any, name: str) -> str:
    try:
        return read_guarded(repr, value)  # a time has a zone, which may be the script's own
    except UnreadableError:
        return f"<{name}>"


def _library_text(value: Any, name: str) -> str:
    """Return the numbers of a small array, and the shape of all else."""
    try:
        if read_guarded(_is_small_array, value):
            return " ".join(read_guarded(repr, value).split())
    except UnreadableError:  # numpy calls the formatters that the script has set
        pass
    shape = shape_text(value)
    return f"<{name}>" if shape is None else f"<{name}, {shape}>"


def _is_small_array(value: Any) -> bool:
    # The `repr` of an array of objects would call theirs.
    is_numeric = type(getattr(value, "shape", None)) is tuple and hasattr(value, "dtype")
    return is_numeric and getattr(value.dtype, "kind", "O") in _NUMERIC and value.size <= _SMALL_ARRAY


def shape_text(value: object) -> str | None:
    """Return the shape of an array or a table of `LIBRARIES`, such as `1,095 × 4`; None when it has none."""
    if not any(name in dict_of_type(base) for base in mro_of(type(value)) for name in ("shape", "__len__")):
        return None
    try:
        return read_guarded(_shape, value)
    except UnreadableError:
        return None


def _shape(value: Any) -> str | None:
    shape = getattr(value, "shape", None)
    if type(shape) is not tuple:
        return f"{len(value):,}" if hasattr(value, "__len__") else None
    kind = f" {value.dtype}" if hasattr(value, "dtype") else ""
    return f"{' × '.join(f'{size:,}' for size in shape if type(size) is int)}{kind}"
