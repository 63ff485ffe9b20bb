"""What completion and hover ask of the script's live values: their attributes, columns and keys, and what they are.

Whoever types has not asked for anything to run. So no property, no `__getattr__`, no `__dir__`, no `__len__` and no
`__repr__` that the script could have written is called, and a module that loads itself when it is used stays as it is.
What is read is bounded, whatever the size of a value.
"""

from __future__ import annotations

import builtins
from collections import deque
from gc import disable as disable_collection
from gc import enable as enable_collection
from gc import isenabled as is_collection_enabled
from itertools import islice, zip_longest
from time import perf_counter
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)

from .guarded import LIBRARIES, is_really_of
from .static_repr import shape_text, value_text
from .static_types import dict_of_module, dict_of_type, is_one_of, mro_of, stored_attributes, type_name
from .table_columns import column_at, columns_of, has_columns_as_attributes

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    Entry = tuple[Any, str, Any]
    """A name or a key; its kind, or "" where that follows from the value; the value, or a `_Told` of it."""

MAX_NAMES = 2000
MAX_EXAMINED = 20_000
"""Entries of one namespace, dict or class that are looked at."""
MAX_LABEL_TEXT = 200
"""A longer name or key is not offered."""
MAX_DETAIL_TEXT = 80
DETAIL_SECONDS = 0.01
"""For how long details are added to names; a thousand tables have a thousand shapes."""
MAX_DESCRIPTION = 200

_FUNCTIONS = (
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    MethodDescriptorType,
    WrapperDescriptorType,
    ClassMethodDescriptorType,
    staticmethod,
    classmethod,
)
_COMPILED_FUNCTIONS = frozenset({"cython_function_or_method", "fused_cython_function", "ufunc"})
_PLAIN = {id(kind): kind.__name__ for kind in (bool, int, float, complex, str, bytes, type(None))}
"""By identity: the hash of a class is its metaclass' to make."""
_SIZED: tuple[Any, ...] = (dict, list, tuple, set, frozenset, deque)
_WITH_ITEMS: tuple[Any, ...] = (dict, list, tuple)
_MISSING: Any = object()


def inspect(namespace: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer an `Inspect` about the variables in *namespace*; None when there is no such value.

    Raises:
        Exception: another thread changes what is read.
    """
    was_enabled = is_collection_enabled()
    disable_collection()  # a collection would run `__del__` of the script's objects
    try:
        value = _resolved(namespace, request["name"], request["steps"])
        if value is _MISSING:
            return None
        if request["kind"] == "value":
            text = description(value)
            return None if text is None else {"text": text}
        return names(value, request["kind"])
    finally:
        if was_enabled:
            enable_collection()


# ----------------------------------------------------------------------------------------------------- resolving


def _resolved(namespace: dict[str, Any], name: str, steps: Sequence[Sequence[Any]]) -> Any:
    value = _found(dict.items(namespace), name)
    if value is _MISSING:
        value = _found(dict.items(dict_of_module(builtins)), name)
    for kind, key in steps:
        if value is _MISSING:
            return _MISSING
        value = _item(value, key) if kind == "item" else _attribute(value, key)
    return value


def _found(items: Iterable[tuple[Any, Any]], name: str | int) -> Any:
    """Return what *name* stands for; to look it up would run the `__eq__` of another key with the same hash."""
    for key, value in islice(items, MAX_EXAMINED):
        if type(key) is type(name) and key == name:
            return value
    return _MISSING


def _attribute(value: Any, name: str) -> Any:
    """Return the attribute of *value* as it is stored; what a property or another descriptor would compute is none."""
    mro = mro_of(type(value))
    if is_one_of(ModuleType, mro):
        return _found(dict.items(dict_of_module(value)), name)
    is_class = is_one_of(type, mro)
    of_class = _of_classes(mro_of(value) if is_class else mro, name)
    if is_class:
        return _MISSING if _has(of_class, "__get__") and not is_function(of_class) else of_class
    if type(of_class) is MemberDescriptorType:
        try:
            return of_class.__get__(value)
        except (AttributeError, TypeError):  # an empty slot, or one of another class
            return _MISSING
    if _has(of_class, "__set__") or _has(of_class, "__delete__"):
        return _MISSING
    stored = _found(stored_attributes(value, mro), name)
    if stored is not _MISSING:
        return stored
    if of_class is _MISSING and has_columns_as_attributes(value):
        return _item(value, name)
    return _MISSING if _has(of_class, "__get__") and not is_function(of_class) else of_class


def _of_classes(classes: Iterable[type], name: str) -> Any:
    for base in classes:
        found = _found(dict_of_type(base).items(), name)
        if found is not _MISSING:
            return found
    return _MISSING


def _has(value: Any, method: str) -> bool:
    return value is not _MISSING and _of_classes(mro_of(type(value)), method) is not _MISSING


def _item(value: Any, key: str | int) -> Any:
    """Return `value[key]` where that is what Python itself or a library of tables has stored."""
    mro = mro_of(type(value))
    base = next((base for base in _WITH_ITEMS if is_one_of(base, mro)), None)
    if base is None:
        try:
            return column_at(value, key, MAX_NAMES)
        except LookupError:
            return _MISSING
    if _of_classes(mro, "__getitem__") is not base.__dict__["__getitem__"]:
        return _MISSING
    if base is dict:
        return _found(dict.items(value), key)
    if type(key) is not int or not -base.__len__(value) <= key < base.__len__(value):
        return _MISSING
    return base.__getitem__(value, key)


# --------------------------------------------------------------------------------------------------------- names


class _Told:
    """What is known of an attribute or a column without its value."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def names(value: Any, kind: str) -> dict[str, Any]:
    """Return what may stand behind *value*: behind a dot, of the kind `attribute`, or in quotes, of the kind `item`."""
    found: dict[str, tuple[str, Any]] = {}
    entries = _attributes(value) if kind == "attribute" else _items(value)
    count = 0
    for label, what, part in islice(entries, MAX_EXAMINED):
        count += 1
        if type(label) is str and label not in found and _is_writable(label, kind):
            found[label] = what, part
            if kind == "item" and len(found) > MAX_NAMES:
                break
    labels = sorted(found, key=lambda label: label[0] == "_") if kind == "attribute" else list(found)
    is_more = count >= MAX_EXAMINED or len(labels) > MAX_NAMES or _has_more_columns(value)
    deadline = perf_counter() + DETAIL_SECONDS
    return {"names": [_shown(label, *found[label], deadline) for label in labels[:MAX_NAMES]], "more": is_more}


def _shown(label: str, kind: str, part: Any, deadline: float) -> dict[str, str]:
    text = ""
    if type(part) is _Told:
        text = part.text
    else:
        kind = kind or kind_of(part)
        is_value = kind == "key" or (
            kind == "property" and not is_one_of(type(part), (MemberDescriptorType, GetSetDescriptorType))
        )
        if is_value and perf_counter() < deadline:
            text = detail(part)
    return {"label": label, "kind": kind, "detail": text}


def _is_writable(label: str, kind: str) -> bool:
    if len(label) > MAX_LABEL_TEXT:
        return False
    if kind == "attribute":
        return label.isidentifier() and not (label.startswith("__") and label.endswith("__"))
    return label.isascii() or not any("\ud800" <= char <= "\udfff" for char in label)  # JSON has no half characters


def _has_more_columns(value: Any) -> bool:
    columns = columns_of(value, 0)
    return columns is not None and columns.total > MAX_NAMES


def _attributes(value: Any) -> Iterator[Entry]:
    """Yield the attributes of *value*, its own first."""
    mro = mro_of(type(value))
    if is_one_of(ModuleType, mro):
        own = dict_of_module(value)
        yield from ((name, "", part) for name, part in dict.items(own))
        public = _found(dict.items(own), "__all__")
        if type(public) is list or type(public) is tuple:  # with what is loaded when it is first used
            yield from ((name, "property", _Told("")) for name in islice(public, MAX_NAMES))
        return
    classes = mro
    if is_one_of(type, mro):
        classes = mro_of(value)
    else:
        if has_columns_as_attributes(value):
            yield from _columns(value)
        yield from ((name, "", part) for name, part in stored_attributes(value, mro))
    for base in classes:
        yield from ((name, "", part) for name, part in dict_of_type(base).items())


def _items(value: Any) -> Iterator[Entry]:
    if is_one_of(dict, mro_of(type(value))):
        return ((key, "key", part) for key, part in dict.items(value))
    return _columns(value)


def _columns(value: Any) -> Iterator[Entry]:
    columns = columns_of(value, MAX_NAMES)
    if columns is None:
        return
    types = zip_longest(columns.labels, columns.types, fillvalue="")
    yield from ((label, columns.kind, _Told(kind)) for label, kind in types)


def is_function(value: Any) -> bool:
    """Whether *value* is a function or a method, of Python or of C."""
    kind = type(value)
    return is_one_of(kind, _FUNCTIONS) or type_name(kind) in _COMPILED_FUNCTIONS


def kind_of(value: Any) -> str:
    """Return as what completion shows an attribute: `method`, `class`, `module` or `property`."""
    if id(type(value)) in _PLAIN:
        return "property"
    mro = mro_of(type(value))
    if is_function(value):
        return "method"
    if is_one_of(type, mro):
        return "class"
    return "module" if is_one_of(ModuleType, mro) else "property"


# ---------------------------------------------------------------------------------------------------- descriptions


def detail(value: Any) -> str:
    """Return type and size of *value* in a few characters."""
    kind = type(value)
    if id(kind) in _PLAIN:
        return _PLAIN[id(kind)]
    mro = mro_of(kind)
    name = type_name(kind).rpartition(".")[2][:MAX_DETAIL_TEXT]
    if is_really_of(kind, LIBRARIES) and kind_of(value) == "property":
        shape = shape_text(value)
        return name if shape is None else f"{name} {shape}"[:MAX_DETAIL_TEXT]
    base = next((base for base in _SIZED if is_one_of(base, mro)), None)
    return name if base is None else f"{name} of {base.__len__(value):,}"


def description(value: Any) -> str | None:
    """Return what *value* is, for a hover; None for functions, classes and modules, of which others tell more."""
    if kind_of(value) != "property":
        return None
    kind = type(value)
    mro = mro_of(kind)
    name = type_name(kind).rpartition(".")[2][:MAX_DETAIL_TEXT]
    if value is None:
        return "None"
    if is_really_of(kind, LIBRARIES):
        return detail(value)
    if any(is_one_of(base, mro) for base in _SIZED):
        return f"{detail(value)}: {value_text(value, MAX_DESCRIPTION)}"
    text = value_text(value, MAX_DESCRIPTION)
    if is_one_of(str, mro) and str.__len__(value) > MAX_DESCRIPTION:
        return f"{name} of {str.__len__(value):,} characters: {text}"
    return f"{name} {text}" if is_one_of(kind, (bool, int, float, complex, str, bytes, bytearray)) else text
