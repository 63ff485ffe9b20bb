"""Objects that take the place of others wherever these are referred to: as a default, in a class, in a closure.

All that the collector knows is looked through, which takes some 10 ms for each 100,000 objects. Not reached are the
variables of generators under way, sets, tuples in dictionaries, and what libraries hold in C.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from types import CellType, FunctionType, GetSetDescriptorType, MemberDescriptorType

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any


def replace_everywhere(pairs: Sequence[tuple[Any, Any]], *, but: Collection[int] = ()) -> None:
    """Put the second of each of *pairs* in the place of the first; what has an id in *but* keeps what it has."""
    new = {id(before): after for before, after in pairs}
    known = {*but, id(pairs), *map(id, pairs)}
    holders = [one for one in gc.get_referrers(*[before for before, _ in pairs]) if id(one) not in known]
    dicts = [one for one in holders if type(one) is dict]
    tuples = [one for one in holders if type(one) is tuple]
    new_tuples = {id(one): tuple([new.get(id(value), value) for value in one]) for one in tuples}
    owners = gc.get_referrers(*dicts, *tuples) if dicts or tuples else []
    of_classes: set[int] = set()
    for owner in owners:
        if issubclass(type(owner), type):  # `isinstance` would ask a proxy what it stands for
            of_classes.update(_replace_in_class(owner, new))
    for one in dicts:
        if id(one) not in of_classes:
            _replace_in_dict(one, new)
    for holder in holders:
        _replace_in(holder, new)
    wrappers = [one for one in holders if type(one) is staticmethod and id(one.__func__) in new]
    if wrappers:
        replace_everywhere([(one, staticmethod(new[id(one.__func__)])) for one in wrappers], but=(id(holders), *but))
    for owner in owners:  # a tuple in a dictionary stays, as that may be of a class
        if type(owner) is not dict and owner is not holders and owner is not tuples:
            _replace_in(owner, new_tuples)


def _replace_in_class(owner: type, new: dict[int, Any]) -> list[int]:
    """Replace what stands in the namespace of a class; return the id of that, which must not be written to."""
    names = type.__dict__["__dict__"].__get__(owner)  # a metaclass may have another `__dict__`
    for name, value in [*names.items()]:
        if id(value) in new:
            with suppress(TypeError):  # it cannot be changed
                type.__setattr__(owner, name, new[id(value)])
    return [id(one) for one in gc.get_referents(names) if type(one) is dict]


def _replace_in_dict(holder: dict[Any, Any], new: dict[int, Any]) -> None:
    for key, value in [*holder.items()]:
        if id(value) in new:
            holder[key] = new[id(value)]


def _replace_in(holder: Any, new: dict[int, Any]) -> None:
    kind = type(holder)
    if kind is list:
        for index, value in enumerate(holder):
            if id(value) in new:
                holder[index] = new[id(value)]
    elif kind is CellType:
        holder.cell_contents = new.get(id(holder.cell_contents), holder.cell_contents)
    elif kind is FunctionType:
        holder.__defaults__ = new.get(id(holder.__defaults__), holder.__defaults__)
    elif _is_partial(kind):
        if id(holder.func) in new or id(holder.args) in new:
            function, arguments = new.get(id(holder.func), holder.func), new.get(id(holder.args), holder.args)
            holder.__setstate__((function, arguments, holder.keywords, holder.__dict__))
    elif kind is not dict and kind is not tuple and not issubclass(kind, type):
        _replace_in_object(holder, new)


def _is_partial(kind: type) -> bool:
    """Whether *kind* is `functools.partial`: the script's, which has imported another one than rdit."""
    names = [type.__dict__["__dict__"].__get__(base) for base in type.__dict__["__mro__"].__get__(kind)]
    return any(own.get("__module__") == "functools" and "func" in own and "keywords" in own for own in names)


def _replace_in_object(holder: Any, new: dict[int, Any]) -> None:
    """Replace what stands in the attributes of an object, those with slots included."""
    for kind in type(holder).__mro__:
        for name, member in [*type.__dict__["__dict__"].__get__(kind).items()]:
            if type(member) is MemberDescriptorType:
                with suppress(AttributeError, TypeError):  # it has no value, or cannot be changed
                    value = member.__get__(holder)
                    if id(value) in new:
                        member.__set__(holder, new[id(value)])
            elif name == "__dict__" and type(member) is GetSetDescriptorType:
                with suppress(AttributeError, TypeError):
                    _replace_in_dict(member.__get__(holder), new)
