"""Frames' headers → messages of the kernel, checked.

By hand rather than with pydantic, whose import and whose schema of all messages would hold up the first result.
"""

from __future__ import annotations

import json
from types import NoneType
from typing import Any, get_args

from pydantic_core import from_json

from ..kernel.protocol import messages
from ..kernel.protocol.frames import BrokenFrame
from .wire import without_surrogates

_WORDS: dict[str, tuple[str, ...]] = {
    "Stream": get_args(messages.Stream),
    "Status": get_args(messages.Status),
    "ItemType": get_args(messages.ItemType),
}
"""The types that are one of some words."""
_CLASSES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, NoneType),
    "int": (int,),
    "int | None": (int, NoneType),
    "float": (float, int),
    "bool": (bool,),
    "dict[str, Any] | None": (dict, NoneType),
    "Item": (dict,),
    "Any": (object,),
}


class _Kind:
    """A message or a part of one: how its JSON is checked and turned into it."""

    def __init__(self, made: type[Any]) -> None:
        self._made = made
        fields: dict[str, Any] = made.__annotations__
        types = {name: getattr(kind, "__forward_arg__", kind) for name, kind in fields.items()}
        self._checks = [(name, _CLASSES[kind]) for name, kind in types.items() if kind in _CLASSES]
        self._words = [(name, _WORDS[kind]) for name, kind in types.items() if kind in _WORDS]

    def read(self, value: Any) -> Any:
        """Return what *value* says.

        Raises:
            TypeError, ValueError: it is not of this kind.
        """
        read = self._made(**value)
        for name, classes in self._checks:
            if not isinstance(getattr(read, name), classes):
                raise TypeError(f"{name} is of another type")
        for name, words in self._words:
            if getattr(read, name) not in words:
                raise ValueError(f"{name} is another word")
        return read


_ITEM = _Kind(messages.Item)
_KINDS = {kind._field_defaults["type"]: _Kind(kind) for kind in get_args(messages.Message)}


def decode(header: bytes) -> messages.Message:
    """Return the message in a frame's header.

    Raises:
        BrokenFrame: it is none.
    """
    try:
        try:
            value = from_json(header)
        except ValueError:
            # A value may contain lone surrogates, which Python's json passes on and stricter parsers refuse.
            value = without_surrogates(json.loads(header))
        message: messages.Message = _KINDS[value["type"]].read(value)
        if isinstance(message, messages.Displayed):
            return message._replace(item=_ITEM.read(message.item))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BrokenFrame(f"a header that is no message: {header[:200]!r}") from error
    return message
