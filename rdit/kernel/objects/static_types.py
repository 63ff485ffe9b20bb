"""What a value is, read without running any code of its class: its type's bases and names, its stored attributes.

`isinstance`, `getattr` and `in` call what a class or its metaclass defines; the descriptors of `type` itself do not.
"""

from __future__ import annotations

from types import GetSetDescriptorType, MemberDescriptorType, ModuleType

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

dict_of_type = type.__dict__["__dict__"].__get__
mro_of = type.__dict__["__mro__"].__get__
dict_of_module = ModuleType.__dict__["__dict__"].__get__  # type: ignore[index]
_name_of_type = type.__dict__["__qualname__"].__get__
_module_of_type = type.__dict__["__module__"].__get__


def is_one_of(kind: type, kinds: Iterable[type]) -> bool:
    """Whether *kind* is among *kinds* by identity; `in` would run the `__eq__` of a metaclass."""
    return any(one is kind for one in kinds)


def type_name(kind: type) -> str:
    """Return the qualified name of *kind*."""
    return str.__getitem__(_name_of_type(kind), slice(None))


def type_module(kind: type) -> str:
    """Return the module that *kind* claims to be of; "" where that is no text."""
    name = _module_of_type(kind)
    return name if type(name) is str else ""


def stored_attributes(value: object, mro: tuple[type, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the attributes in the object's slots and `__dict__`."""
    for base in reversed(mro):
        for name, descriptor in dict_of_type(base).items():
            if type(name) is not str:
                continue
            if type(descriptor) is MemberDescriptorType and not name.startswith("__"):
                try:
                    part = descriptor.__get__(value)
                except (AttributeError, TypeError):
                    continue  # an empty slot, or one of another class
                yield name, part
            elif name == "__dict__" and type(descriptor) in (GetSetDescriptorType, MemberDescriptorType):
                own = descriptor.__get__(value)
                if not is_one_of(dict, mro_of(type(own))):
                    continue  # that of a class
                for key, part in dict.items(own):
                    if type(key) is str and key[:2] != "__":
                        yield key, part
