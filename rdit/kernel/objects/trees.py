"""Dicts, lists, dataclasses and other containers as trees that are loaded a branch at a time.

A *node* is {"repr", "type"} and, for what can be opened, "length". A node that is sent open also has "children",
[{"key", "value"}, …], the first of them or those that were requested, and "more", how many come after. A *path* names a
node by the position of each child on the way to it, counted from 0.
"""

from __future__ import annotations

from itertools import islice

from .short_repr import module_of_type, safe_text, short, short_repr

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Members = tuple[int, Callable[[], Iterator[tuple[str, Any]]]]

TREE_FORMAT = "application/vnd.rdit.tree+json"
FIRST_CHILDREN = 50
MAX_CHILDREN = 1000
MAX_NODE_TEXT = 200
"""Characters of one node's repr."""
MAX_KEY_TEXT = 100
MAX_WHOLE_TEXT = 1 << 20
"""Characters of a repr that was requested by itself."""

_LEAVES = frozenset({str, int, float, bool, bytes, complex, type(None), type, range})
_PROXY = type(type.__dict__)


def tree_of(value: object) -> dict[str, Any] | None:
    """Return *value* as an open node, or None when it has no parts."""
    found = members(value)
    return None if found is None or not found[0] else node(value, count=FIRST_CHILDREN)


def node(value: Any, start: int = 0, count: int = 0) -> dict[str, Any]:
    """Return the node of *value* with *count* of its children from *start* on; closed when *count* is 0."""
    described: dict[str, Any] = {"repr": short_repr(value, MAX_NODE_TEXT), "type": type(value).__name__}
    found = members(value)
    if found is None:
        return described
    length, pairs = found
    described["length"] = length
    if count:
        start = max(0, start)
        count = min(count, MAX_CHILDREN)
        children = islice(pairs(), start, start + count)
        described["children"] = [{"key": key, "value": node(child)} for key, child in children]
        described["more"] = max(0, length - start - len(described["children"]))
    return described


def at_path(value: Any, path: Sequence[int]) -> Any:
    """Return the part of *value* that *path* leads to.

    Raises:
        LookupError: there is no such part any more.
    """
    for position in path:
        found = members(value)
        child = None if found is None else next(islice(found[1](), position, None), None)
        if child is None:
            raise LookupError("This part of the value is no longer there.")
        value = child[1]
    return value


def whole_text(value: Any) -> str:
    """Return the repr of *value*, truncated only at a length that nobody reads."""
    return short(safe_text(value), MAX_WHOLE_TEXT)


def members(value: Any) -> Members | None:
    """Return how many parts *value* has and a function that yields them as (key, part); None when it has no parts."""
    kind = type(value)
    if kind in _LEAVES:
        return None
    try:
        return _members(value, kind)
    except Exception:  # noqa: BLE001  a type that only looks like one of these is shown by its repr
        return None


def _members(value: Any, kind: type[Any]) -> Members | None:
    if issubclass(kind, dict) or kind is _PROXY:
        return len(value), lambda: ((short_repr(key, MAX_KEY_TEXT), part) for key, part in value.items())
    names = _field_names(value, kind)
    if names is not None:
        if issubclass(kind, tuple):
            return len(names), lambda: zip(names, value, strict=True)
        return len(names), lambda: ((name, _attribute(value, name)) for name in names)
    if issubclass(kind, (list, tuple)) or (
        kind.__name__ == "deque" and module_of_type(kind) in {"collections", "_collections"}
    ):
        return len(value), lambda: ((str(position), part) for position, part in enumerate(value))
    if issubclass(kind, (set, frozenset)):
        return len(value), lambda: (("", part) for part in value)
    return None


def _field_names(value: Any, kind: type[Any]) -> list[str] | None:
    """Return the names of the fields of a named tuple, dataclass, attrs, pydantic or namespace object."""
    if issubclass(kind, tuple):
        names = getattr(kind, "_fields", None)
        return list(names) if type(names) is tuple and len(names) == len(value) else None
    if isinstance(getattr(kind, "__dataclass_fields__", None), dict):
        return [name for name, field in kind.__dataclass_fields__.items() if _is_field(field)]
    if isinstance(getattr(kind, "__attrs_attrs__", None), tuple):
        return [attribute.name for attribute in kind.__attrs_attrs__]
    if any(module_of_type(base) == "pydantic" and base.__name__ == "BaseModel" for base in kind.__mro__):
        fields = getattr(kind, "__pydantic_fields__", None) or getattr(kind, "__fields__", {})
        return [*fields, *(getattr(value, "__pydantic_extra__", None) or {})]
    if kind.__name__ == "SimpleNamespace" and module_of_type(kind) == "types":
        return list(vars(value))
    return None


def _is_field(field: Any) -> bool:
    return getattr(getattr(field, "_field_type", None), "name", "_FIELD") == "_FIELD"  # no ClassVar, no InitVar


def _attribute(value: Any, name: str) -> Any:
    try:
        return getattr(value, name)
    except Exception as error:  # noqa: BLE001  a property may raise anything
        return _Absent(f"<{type(error).__name__}>")


class _Absent:
    """The placeholder of a part that cannot be read."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text
