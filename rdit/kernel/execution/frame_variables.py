"""The variables of a frame as short text, to be shown beside an exception.

They are read together with the exception, because its frames do not outlive it, and none of the script's own code may
run for that: no `__repr__`, no property, no `__iter__` is called that the script could have written. Containers are
read by the methods of their built-in base type, objects by their `__dict__` and slots. Text and work are bounded.
"""

from __future__ import annotations

import sys
from collections import deque
from itertools import islice
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType

from ..protocol.output_item import printable

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType
    from typing import Any

MAX_VARIABLES = 50
"""Of one frame."""
MAX_VALUE_TEXT = 300
"""Characters of one value."""
MAX_NAME_TEXT = 100
MAX_TOTAL_TEXT = 100_000
"""Characters of all values of an exception."""
_MAX_DEPTH = 4
_MAX_INT_BITS = 1000
_SMALL_ARRAY = 20
_NUMERIC = frozenset("biufcSUmM")
"""The kinds of numpy dtypes without Python objects."""
_LIBRARIES = frozenset({"numpy", "pandas", "polars", "pyarrow"})
"""Their values are shown by shape, which says more than their attributes."""
_BRACKETS: dict[type, str] = {dict: "{}", list: "[]", deque: "[]", tuple: "()", set: "{}", frozenset: "{}"}
_PLAIN = (bool, float, complex, type(...), type(NotImplemented))

_dict_of_type = type.__dict__["__dict__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_name_of_type = type.__dict__["__qualname__"].__get__
_module_of_type = type.__dict__["__module__"].__get__
_arguments_of = BaseException.__dict__["args"].__get__
_WITH_SAFE_REPR = frozenset({"datetime", "decimal", "fractions", "uuid", "pathlib", "pathlib._local", "ipaddress"})
"""Modules whose values have a short `repr`."""
_DEFINITIONS = (ModuleType, FunctionType, BuiltinFunctionType, type)
"""Types of what a script defines or imports at its top level, which is left out there."""


class Budget:
    """The characters that may still be written."""

    __slots__ = ("left",)

    def __init__(self, characters: int = MAX_TOTAL_TEXT) -> None:
        self.left = characters


def variables_of(frame: FrameType, budget: Budget) -> list[tuple[str, str]]:
    """Return the names of the variables of *frame*, each with its value as text.

    Of a frame at the top level of a module only the variables that its code names, without functions and modules.
    """
    code, variables = frame.f_code, frame.f_locals
    # A class body may run in a mapping of the script's own type.
    if type(variables) is not dict and not _is_proxy(variables):
        return []
    found: list[tuple[str, str]] = []
    names: Iterable[str] = variables
    is_module = variables is frame.f_globals or code.co_name == "<module>"
    if is_module:
        names = [name for name in code.co_names if name in variables]
    for name in list(names):
        if len(found) >= MAX_VARIABLES or budget.left <= 0:
            break
        if type(name) is not str or name.startswith(("__", ".")):
            continue
        value = variables[name]
        if is_module and any(_is_one_of(kind, _DEFINITIONS) for kind in _mro_of(type(value))):
            continue
        text = value_text(value)
        budget.left -= len(text) + len(name)
        found.append((printable(name[:MAX_NAME_TEXT]), text))
    return found


def _is_proxy(variables: object) -> bool:
    """Whether *variables* is a `FrameLocalsProxy`, as a function's `f_locals` is from Python 3.13 on."""
    kind = type(variables)
    return _type_module(kind) == "builtins" and _type_name(kind) == "FrameLocalsProxy"


def _is_one_of(kind: type, kinds: Iterable[type]) -> bool:
    """Whether *kind* is among *kinds* by identity; `in` would run the `__eq__` of a metaclass."""
    return any(one is kind for one in kinds)


def _type_name(kind: type) -> str:
    return str.__getitem__(_name_of_type(kind), slice(None))


def _type_module(kind: type) -> str:
    name = _module_of_type(kind)
    return name if type(name) is str else ""


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
        text = f"{text}<{_type_name(type(error))}>"
    return printable(text)


def _parts(value: Any, depth: int, max_chars: int) -> Iterator[str]:
    """Yield the text of *value* in parts, so that the caller can stop."""
    kind = type(value)
    mro = _mro_of(kind)
    name = _type_name(kind)
    if value is None or _is_one_of(kind, _PLAIN):
        yield repr(value)
    elif kind is range:
        step = "" if value.step == 1 else f", {_int_text(value.step)}"
        yield f"range({_int_text(value.start)}, {_int_text(value.stop)}{step})"
    elif _is_one_of(int, mro):
        yield from _call_text(kind is int, name, _int_text(value))
    elif _is_one_of(str, mro):
        yield from _call_text(
            kind is str, name, repr(str.__getitem__(value, slice(0, max_chars))), str.__len__(value), max_chars
        )
    elif _is_one_of(bytes, mro) or _is_one_of(bytearray, mro):
        base = bytes if _is_one_of(bytes, mro) else bytearray
        size = base.__len__(value)
        yield from _call_text(kind is base, name, repr(base.__getitem__(value, slice(0, max_chars))), size, max_chars)
    elif _is_one_of(float, mro):
        yield from _call_text(False, name, float.__repr__(value))
    elif depth >= _MAX_DEPTH:
        yield "…"
    elif any(_is_one_of(base, mro) for base in _BRACKETS):
        yield from _container(value, kind, mro, name, depth, max_chars)
    elif _is_one_of(type, mro):
        yield f"<class {_type_name(value)}>"
    elif _is_one_of(kind, (FunctionType, BuiltinFunctionType, MethodType)):
        yield f"<function {value.__name__}>"
    elif kind is ModuleType:
        yield f"<module {ModuleType.__repr__(value).split(chr(39))[1]}>"
    elif _is_one_of(BaseException, mro):
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
    base: Any = next(base for base in _BRACKETS if _is_one_of(base, mro))
    fields = _dict_of_type(kind).get("_fields") if base is tuple else None
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
    if _is_one_of(kind, (dict, list, tuple, set)):
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
    module = _type_module(kind)
    # A class may claim any module as its own.
    is_real = getattr(sys.modules.get(module), name, None) is kind
    if module in _WITH_SAFE_REPR and is_real:
        yield repr(value)
    elif module.partition(".")[0] in _LIBRARIES and is_real:
        yield _shape_text(value, name)
    elif any(_type_module(base) == "enum" and _type_name(base) == "Enum" for base in mro):
        yield f"{name}.{dict(_attributes(value, mro)).get('_name_', '?')}"
    else:
        yield f"<{name}"
        yield from _named_items(" ", _attributes(value, mro), ">", depth, max_chars)


def _attributes(value: object, mro: tuple[type, ...]) -> list[tuple[str, Any]]:
    """Return the attributes in the object's slots and `__dict__`."""
    found: list[tuple[str, Any]] = []
    for base in reversed(mro):
        for name, descriptor in _dict_of_type(base).items():
            if type(name) is not str:
                continue
            if type(descriptor) is MemberDescriptorType and not name.startswith("__"):
                try:
                    found.append((name, descriptor.__get__(value)))
                except AttributeError:
                    continue  # an empty slot
            elif name == "__dict__" and type(descriptor) is GetSetDescriptorType:
                own = descriptor.__get__(value)
                found += [(key, part) for key, part in dict.items(own) if type(key) is str and key[:2] != "__"]
    return found


def _shape_text(value: Any, name: str) -> str:
    """Return the shape of an array or a table, and the numbers of a small array."""
    shape = getattr(value, "shape", None)
    # The `repr` of an array of objects would call theirs.
    is_numeric = type(shape) is tuple and getattr(getattr(value, "dtype", None), "kind", "O") in _NUMERIC
    if is_numeric and value.size <= _SMALL_ARRAY:
        return " ".join(repr(value).split())
    if type(shape) is not tuple:
        length = getattr(value, "__len__", None)
        return f"<{name}>" if length is None else f"<{name}, {len(value):,}>"
    kind = f" {value.dtype}" if hasattr(value, "dtype") else ""
    return f"<{name}, {' × '.join(f'{size:,}' for size in shape if type(size) is int)}{kind}>"
