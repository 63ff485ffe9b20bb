"""Values as short text, without running any code of the script."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import enum
import sys
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pytest

from rdit.kernel.execution.frame_variables import Budget, variables_of
from rdit.kernel.objects.static_repr import value_text
from tests.kernel.execution.test_tracebacks import data_of


class Point(NamedTuple):
    x: int
    y: int


@dataclasses.dataclass
class Order:
    item: str
    units: int


class Slotted:
    __slots__ = ("kept", "never")

    def __init__(self) -> None:
        self.kept = [1]


class Colour(enum.Enum):
    RED = 1


class Text(str):
    __slots__ = ()


CYCLE: list[Any] = [1]
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (-1.5, "-1.5"),
        (10**5000, "<16,610 bits>"),
        ("it's", '"it\'s"'),
        (Text("a"), "Text('a')"),
        (b"\x00", "b'\\x00'"),
        (range(3), "range(0, 3)"),
        ([1, "a", (2,)], "[1, 'a', (2,)]"),
        ({"a": {1: set()}}, "{'a': {1: set()}}"),
        (frozenset({1}), "frozenset({1})"),
        (collections.Counter("aa"), "Counter({'a': 2})"),
        (collections.deque([1]), "deque([1])"),
        (Point(1, 2), "Point(x=1, y=2)"),
        (Order("pears", 3), "<Order item='pears', units=3>"),
        (Slotted(), "<Slotted kept=[1]>"),
        (object(), "<object>"),
        (Colour.RED, "Colour.RED"),
        (Order, "<class Order>"),
        (ValueError("a", 1), "ValueError('a', 1)"),
        (dt.date(2024, 1, 2), "datetime.date(2024, 1, 2)"),
        (PurePosixPath("/a"), "PurePosixPath('/a')"),
        (len, "<function len>"),
        (CYCLE, "[1, [1, [1, [1, …]]]]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_has_a_short_text(value: object, text: str) -> None:
    assert value_text(value) == text


def test_arrays_and_tables_are_shown_by_their_shape() -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    assert value_text(numpy.arange(3)) == "array([0, 1, 2])"
    assert value_text(numpy.zeros((3, 4000))) == "<ndarray, 3 × 4,000 float64>"
    assert value_text(pandas.DataFrame({"a": [1, 2]})) == "<DataFrame, 2 × 1>"


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, b"x" * 10**6, list(range(10**6)), {n: n for n in range(10**5)}, [[0] * 1000] * 1000],
    ids=type,
)
def test_a_large_value_is_cut(value: object) -> None:
    text = value_text(value, 100)
    assert len(text) <= 100
    assert text.endswith("…")


def trap(*_: object, **__: object) -> Any:
    raise SystemExit("code of the script ran")


class Meta(type):
    __eq__ = __hash__ = __instancecheck__ = __getattribute__ = __iter__ = trap


TRAPS = dict.fromkeys(
    [
        "__repr__",
        "__str__",
        "__format__",
        "__iter__",
        "__len__",
        "__getitem__",
        "__getattribute__",
        "__getattr__",
        "__eq__",
        "__hash__",
        "__bool__",
        "__contains__",
        "__index__",
        "__int__",
        "__float__",
    ],
    trap,
)


def trapped(base: type, **more: object) -> object:
    """Return an instance of a class whose every method ends the process."""
    kind = type.__call__(Meta, "Trap", (base,), {**TRAPS, **more, "__class__": property(trap)})
    return base.__new__(kind)  # type: ignore[call-overload]


@pytest.mark.parametrize("base", [object, int, str, bytes, list, dict, tuple, set, float, collections.deque, Exception])
def test_no_code_of_a_class_runs(base: type) -> None:
    assert value_text([trapped(base)]).startswith(("[Trap(", "[<Trap"))


def test_a_class_that_lies_about_its_origin_or_its_attributes_is_not_believed() -> None:
    assert value_text(trapped(object, __module__="numpy", shape=property(trap))) == "<Trap>"
    assert value_text(trapped(object, __module__="datetime")) == "<Trap>"
    assert value_text(trapped(object, __dict__=property(trap), __slots__=())) == "<Trap>"


def test_the_text_of_all_variables_is_bounded() -> None:
    long = "x" * 1000
    assert long
    (first, *more) = variables_of(sys._getframe(), Budget(100))
    assert first[0] == "long"
    assert more == []


def test_a_frame_of_a_function_has_all_its_variables_and_one_of_a_module_those_that_it_names() -> None:
    script = "import math\nunused = 1\nused = 2\ndef f(x):\n    y = [x]\n    return y / x\nf(used)"
    outer, inner = data_of(script)["frames"]
    assert outer["variables"] == [{"name": "used", "value": "2"}]
    assert inner["variables"] == [{"name": "x", "value": "2"}, {"name": "y", "value": "[2]"}]


def test_every_cause_and_member_has_its_own_variables() -> None:
    script = (
        "def f(a):\n    1 / a\ndef g(b):\n    try:\n        f(0)\n    except ZeroDivisionError as error:\n"
        "        raise KeyError from error\ng(5)"
    )
    data = data_of(script)
    assert data["frames"][-1]["variables"][0] == {"name": "b", "value": "5"}
    assert data["causes"][0]["frames"][-1]["variables"] == [{"name": "a", "value": "0"}]


def test_a_library_s_variables_are_left_alone() -> None:
    frames = data_of("import json\njson.loads('{')")["frames"]
    assert all("variables" not in frame for frame in frames[1:])


def test_hostile_variables_harm_nobody() -> None:
    script = (
        "class Hostile:\n    def __repr__(self):\n        while True: pass\n    __str__ = __len__ = __iter__ = __repr__\n"
        "def f(hostile):\n    lock = __import__('threading').Lock()\n    1 / 0\nf(Hostile())"
    )
    data = data_of(script)
    assert data["frames"][-1]["variables"][0] == {"name": "hostile", "value": "<Hostile>"}
