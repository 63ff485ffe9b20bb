"""Values with parts as trees that are loaded a branch at a time."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from rdit.kernel.objects.trees import FIRST_CHILDREN, at_path, node, tree_of, whole_text


@dataclass
class Point:
    kind: ClassVar[str] = "point"
    x: int
    y: list[int] = field(default_factory=list, repr=False)


Pair = namedtuple("Pair", "left right")


def pairs(value: object) -> list[tuple[str, str]]:
    """Return the keys and reprs of the children of a tree."""
    tree = tree_of(value)
    assert tree is not None
    json.dumps(tree)
    return [(child["key"], child["value"]["repr"]) for child in tree["children"]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, 2: None}, [("'a'", "1"), ("2", "None")]),
        ([True, "x"], [("0", "True"), ("1", "'x'")]),
        ((b"x",), [("0", "b'x'")]),
        ({7}, [("", "7")]),
        (frozenset({7}), [("", "7")]),
        (Point(1, [2]), [("x", "1"), ("y", "[2]")]),
        (Pair(1, 2), [("left", "1"), ("right", "2")]),
        (OrderedDict(a=1), [("'a'", "1")]),
        (Counter("aab"), [("'a'", "2"), ("'b'", "1")]),
        (defaultdict(list, a=[]), [("'a'", "[]")]),
        (deque([1]), [("0", "1")]),
        (MappingProxyType({"a": 1}), [("'a'", "1")]),
        (SimpleNamespace(a=1), [("a", "1")]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_parts_of_a_value_have_python_keys_and_reprs(value: object, expected: list[tuple[str, str]]) -> None:
    assert pairs(value) == expected


def test_attrs_and_pydantic_objects_have_their_fields() -> None:
    attrs = pytest.importorskip("attrs")
    pydantic = pytest.importorskip("pydantic")

    @attrs.define
    class Box:
        width: int
        secret: str = attrs.field(default="s", repr=False)

    class Person(pydantic.BaseModel):
        name: str
        age: int = 3

    assert pairs(Box(2)) == [("width", "2"), ("secret", "'s'")]
    assert pairs(Person(name="Ada")) == [("name", "'Ada'"), ("age", "3")]


def test_only_the_first_children_are_there_and_the_rest_can_be_asked_for() -> None:
    tree = tree_of(list(range(1000)))
    assert tree is not None
    assert (tree["type"], tree["length"], len(tree["children"]), tree["more"]) == ("list", 1000, FIRST_CHILDREN, 950)
    rest = node(list(range(1000)), start=995, count=50)
    assert [child["key"] for child in rest["children"]] == ["995", "996", "997", "998", "999"]
    assert rest["more"] == 0


def test_a_path_leads_to_a_part_by_the_positions_of_children() -> None:
    value = {"a": [Point(1, [10, 20])], "b": 2}
    assert at_path(value, [0, 0, 1, 1]) == 20
    assert at_path(value, []) is value
    with pytest.raises(LookupError, match="no longer there"):
        at_path(value, [0, 5])
    with pytest.raises(LookupError, match="no longer there"):
        at_path(value, [1, 0])


def test_closed_branches_have_a_length_and_leaves_have_none() -> None:
    tree = tree_of({"list": [1, 2], "empty": [], "text": "x" * 1000})
    assert tree is not None
    nodes = [child["value"] for child in tree["children"]]
    assert [one.get("length") for one in nodes] == [2, 0, None]
    assert "children" not in nodes[0]
    assert len(nodes[2]["repr"]) < 250
    assert whole_text("x" * 1000) == repr("x" * 1000)


def test_hostile_parts_are_named_and_hurt_nobody() -> None:
    class Raises:
        def __repr__(self) -> str:
            raise SystemExit

    class Grows(dict[Any, Any]):
        def items(self) -> Any:
            raise RuntimeError("no items")

    @dataclass
    class Broken:
        x: int

        def __getattribute__(self, name: str) -> Any:
            raise ZeroDivisionError

    assert pairs([Raises()]) == [("0", "<Raises: SystemExit in its repr()>")]
    assert pairs(Broken(1)) == [("x", "<ZeroDivisionError>")]
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    assert pairs(cyclic)[0][0] == "0"
    assert tree_of([]) is None
    assert tree_of("text") is None
    with pytest.raises(RuntimeError):
        tree_of(Grows(a=1))
