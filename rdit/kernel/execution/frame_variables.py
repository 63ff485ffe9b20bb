"""The variables of a frame as short text, for the page to show beside an exception.

It is written at the moment the exception is, because later the frames are gone, and nobody asked the script to do
anything for it: so none of the script's own code runs here. No `__repr__`, no property, no `__iter__` is called that
the script could have written. Containers are read by the methods of the built-in type below them, objects by the
dictionary and the slots that hold their attributes. Text and work are bounded.
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

MOST_VARIABLES = 50
"""Of one frame."""
LONGEST_VALUE = 300
"""Characters of one value."""
LONGEST_NAME = 100
MOST_TEXT = 100_000
"""Characters of all values of an exception."""
_DEEPEST = 4
_MOST_BITS = 1000
_SMALL_ARRAY = 20
_NUMERIC = frozenset("biufcSUmM")
"""The kinds of numpy's types that hold no Python objects."""
_LIBRARIES = frozenset({"numpy", "pandas", "polars", "pyarrow"})
"""Whose values have a shape, which says more than their attributes."""
_PLAIN = (bool, float, complex, type(...), type(NotImplemented))

_dict_of_type = type.__dict__["__dict__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_name_of_type = type.__dict__["__qualname__"].__get__
_module_of_type = type.__dict__["__module__"].__get__
_arguments_of = BaseException.__dict__["args"].__get__
_TRUSTED = frozenset({"datetime", "decimal", "fractions", "uuid", "pathlib", "pathlib._local", "ipaddress"})
"""Modules whose values say in few words what they are."""
_UNINTERESTING = (ModuleType, FunctionType, BuiltinFunctionType, type)
"""What a script has at its top level besides values."""


class Budget:
    """The characters that may still be written."""

    __slots__ = ("left",)

    def __init__(self, characters: int = MOST_TEXT) -> None:
        self.left = characters


def variables_of(frame: FrameType, budget: Budget) -> list[tuple[str, str]]:
    """Return the names of the variables of *frame*, each with its value as text.

    Of a frame at the top level of a module these are the variables that its code names, and no functions and modules.
    """
    code, variables = frame.f_code, frame.f_locals
    # A class statement may run in a mapping of the script's own making.
    if type(variables) is not dict and not _is_proxy(variables):
        return []
    found: list[tuple[str, str]] = []
    names: Iterable[str] = variables
    is_module = variables is frame.f_globals or code.co_name == "<module>"
    if is_module:
        names = [name for name in code.co_names if name in variables]
    for name in list(names):
        if len(found) >= MOST_VARIABLES or budget.left <= 0:
            break
        if type(name) is not str or name.startswith(("__", ".")):
            continue
        value = variables[name]
        if is_module and any(_is_one_of(kind, _UNINTERESTING) for kind in _mro_of(type(value))):
            continue
        text = value_text(value)
        budget.left -= len(text) + len(name)
        found.append((printable(name[:LONGEST_NAME]), text))
    return found


def _is_proxy(variables: object) -> bool:
    """Whether *variables* are the interpreter's own view of a function's variables, from Python 3.13 on."""
    kind = type(variables)
    return _module(kind) == "builtins" and _name(kind) == "FrameLocalsProxy"


def _is_one_of(kind: type, kinds: Iterable[type]) -> bool:
    """Whether *kind* is among *kinds*, without asking a metaclass what it thinks is equal."""
    return any(one is kind for one in kinds)


def _name(kind: type) -> str:
    return str.__getitem__(_name_of_type(kind), slice(None))


def _module(kind: type) -> str:
    name = _module_of_type(kind)
    return name if type(name) is str else ""


def value_text(value: object, longest: int = LONGEST_VALUE) -> str:
    """Return a short text for *value*, without running any code of its class."""
    text = ""
    try:
        for part in _parts(value, 0, longest):
            text += part
            if len(text) > longest:
                text = text[: longest - 1] + "…"
                break
    except Exception as error:  # noqa: BLE001  a thread may change a container while it is read
        text = f"{text}<{_name(type(error))}>"
    return printable(text)


def _parts(value: Any, depth: int, longest: int) -> Iterator[str]:
    """Yield the text of *value* in pieces, so that who reads it can stop."""
    kind = type(value)
    mro = _mro_of(kind)
    name = _name(kind)
    if value is None or _is_one_of(kind, _PLAIN):
        yield repr(value)
    elif kind is range:
        yield _range_text(value)
    elif _is_one_of(int, mro):
        yield from _wrapped(kind is int, name, _int_text(value))
    elif _is_one_of(str, mro):
        yield from _wrapped(
            kind is str, name, repr(str.__getitem__(value, slice(0, longest))), str.__len__(value), longest
        )
    elif _is_one_of(bytes, mro) or _is_one_of(bytearray, mro):
        base = bytes if _is_one_of(bytes, mro) else bytearray
        size = base.__len__(value)
        yield from _wrapped(kind is base, name, repr(base.__getitem__(value, slice(0, longest))), size, longest)
    elif _is_one_of(float, mro):
        yield from _wrapped(False, name, float.__repr__(value))
    elif depth >= _DEEPEST:
        yield "…"
    elif any(_is_one_of(base, mro) for base in (dict, list, tuple, set, frozenset, deque)):
        yield from _container(value, kind, mro, name, depth, longest)
    elif _is_one_of(type, mro):
        yield f"<class {_name(value)}>"
    elif _is_one_of(kind, (FunctionType, BuiltinFunctionType, MethodType)):
        yield f"<function {value.__name__}>"
    elif kind is ModuleType:
        yield f"<module {ModuleType.__repr__(value).split(chr(39))[1]}>"
    elif _is_one_of(BaseException, mro):
        yield name
        yield from _listed("(", [((), one) for one in _arguments_of(value)], ")", depth, longest)
    else:
        yield from _object(value, kind, mro, name, depth, longest)


def _int_text(value: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= _MOST_BITS else f"<{bits:,} bits>"


def _range_text(value: range) -> str:
    step = "" if value.step == 1 else f", {_int_text(value.step)}"
    return f"range({_int_text(value.start)}, {_int_text(value.stop)}{step})"


def _wrapped(plain: bool, name: str, text: str, length: int = 0, longest: int = 0) -> Iterator[str]:
    if length > longest > 0:
        text = f"{text[:-1]}…"
    yield text if plain else f"{name}({text})"


def _container(value: Any, kind: type, mro: tuple[type, ...], name: str, depth: int, longest: int) -> Iterator[str]:
    members: Iterable[tuple[tuple[Any, ...], Any]]
    if _is_one_of(dict, mro):
        begin, end = "{", "}"
        members = (((key,), part) for key, part in dict.items(value))
    elif _is_one_of(list, mro) or _is_one_of(deque, mro):
        begin, end = "[", "]"
        base: Any = list if _is_one_of(list, mro) else deque
        members = (((), part) for part in base.__iter__(value))
    elif _is_one_of(tuple, mro):
        fields = _dict_of_type(kind).get("_fields")
        if (
            type(fields) is tuple
            and all(type(field) is str for field in fields)
            and len(fields) == tuple.__len__(value)
        ):
            yield name
            yield from _named("(", zip(fields, tuple.__iter__(value), strict=True), ")", depth, longest)
            return
        begin, end = "(", ",)" if tuple.__len__(value) == 1 else ")"
        members = (((), part) for part in tuple.__iter__(value))
    else:
        base = set if _is_one_of(set, mro) else frozenset
        begin, end = "{", "}"
        members = (((), part) for part in base.__iter__(value))
    if _is_one_of(kind, (dict, list, tuple, set)):
        if kind is set and not value:
            yield "set()"
        else:
            yield from _listed(begin, members, end, depth, longest)
        return
    yield f"{name}("
    yield from _listed(begin, members, end, depth, longest)
    yield ")"


def _listed(
    begin: str, members: Iterable[tuple[tuple[Any, ...], Any]], end: str, depth: int, longest: int
) -> Iterator[str]:
    yield begin
    for number, (keys, part) in enumerate(islice(members, longest)):
        if number:
            yield ", "
        for key in keys:
            yield from _parts(key, depth + 1, longest)
            yield ": "
        yield from _parts(part, depth + 1, longest)
    yield end


def _named(begin: str, members: Iterable[tuple[str, Any]], end: str, depth: int, longest: int) -> Iterator[str]:
    for number, (name, part) in enumerate(islice(members, longest)):
        yield f"{', ' if number else begin}{name[:LONGEST_NAME]}="
        yield from _parts(part, depth + 1, longest)
    yield end


def _object(value: Any, kind: type, mro: tuple[type, ...], name: str, depth: int, longest: int) -> Iterator[str]:
    module = _module(kind)
    # Anybody may say that his class comes from there.
    is_real = getattr(sys.modules.get(module), name, None) is kind
    if module in _TRUSTED and is_real:
        yield repr(value)
    elif module.partition(".")[0] in _LIBRARIES and is_real:
        yield _of_library(value, name)
    elif any(_module(base) == "enum" and _name(base) == "Enum" for base in mro):
        yield f"{name}.{dict(_attributes(value, mro)).get('_name_', '?')}"
    else:
        yield f"<{name}"
        yield from _named(" ", _attributes(value, mro), ">", depth, longest)


def _attributes(value: object, mro: tuple[type, ...]) -> list[tuple[str, Any]]:
    """Return what the object holds: in its slots, and in its dictionary."""
    found: list[tuple[str, Any]] = []
    for base in reversed(mro):
        for name, descriptor in _dict_of_type(base).items():
            if type(name) is not str:
                continue
            if type(descriptor) is MemberDescriptorType and not name.startswith("__"):
                try:
                    found.append((name, descriptor.__get__(value)))
                except AttributeError:
                    continue  # a slot that nothing was put into
            elif name == "__dict__" and type(descriptor) is GetSetDescriptorType:
                own = descriptor.__get__(value)
                found += [(key, part) for key, part in dict.items(own) if type(key) is str and key[:2] != "__"]
    return found


def _of_library(value: Any, name: str) -> str:
    """Return the shape of an array or a table, and the numbers of a small array."""
    shape = getattr(value, "shape", None)
    # An array of objects would ask the objects for their texts.
    is_numeric = type(shape) is tuple and getattr(getattr(value, "dtype", None), "kind", "O") in _NUMERIC
    if is_numeric and value.size <= _SMALL_ARRAY:
        return " ".join(repr(value).split())
    if type(shape) is not tuple:
        length = getattr(value, "__len__", None)
        return f"<{name}>" if length is None else f"<{name}, {len(value):,}>"
    kind = f" {value.dtype}" if hasattr(value, "dtype") else ""
    return f"<{name}, {' × '.join(f'{size:,}' for size in shape if type(size) is int)}{kind}>"
