"""What completion and hover learn of live values, and that none of the script's code runs for it."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import gc
import importlib.util
import sys
import types
from typing import Any, NamedTuple

import pytest

from rdit.kernel.objects import live_names
from rdit.kernel.objects.live_names import MAX_LABEL_TEXT, MAX_NAMES, inspect
from tests.kernel.parts import run_in
from tests.pythons import PYTHONS, Python

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

CALLED: list[str] = []
"""What of the script's code has run."""


def hook(name: str) -> Any:
    def called(*_: object, **__: object) -> Any:
        CALLED.append(name)
        raise SystemExit(f"{name} ran")

    return called


HOOKS = [
    *("__array_function__", "__array_ufunc__", "__arrow_ext_deserialize__", "__index__", "__int__", "__float__"),
    *("__getattr__", "__getattribute__", "__setattr__", "__dir__", "__len__", "__iter__", "__getitem__", "__missing__"),
    *("__repr__", "__str__", "__format__", "__eq__", "__hash__", "__bool__", "__contains__", "__call__", "__get__"),
    *("keys", "items", "values", "get", "columns", "dtypes", "shape", "index", "to_series", "schema"),
]


class Meta(type):
    """A metaclass that nobody may ask."""

    __eq__ = __hash__ = __instancecheck__ = __subclasscheck__ = __getattribute__ = __iter__ = __dir__ = hook(
        "metaclass"
    )
    __call__ = hook("metaclass")


def hostile(base: type, **more: object) -> Any:
    """Return an instance of a class of which every method and property records its call."""
    lies = {"__class__": property(hook("__class__")), "secret": property(hook("property"))}
    is_array = base is numpy.ndarray  # which numpy cannot make without asking its metaclass
    kind = type.__call__(
        type if is_array else Meta, "Hostile", (base,), {**{name: hook(name) for name in HOOKS}, **lies, **more}
    )
    return base.__new__(kind, 2) if is_array else base.__new__(kind)  # type: ignore[call-overload]


@pytest.fixture(autouse=True)
def _nothing_of_the_script_runs() -> Any:
    CALLED.clear()
    yield
    assert CALLED == []


def ask(value: Any, kind: str, *steps: tuple[str, str | int]) -> Any:
    return inspect({"value": value}, {"name": "value", "kind": kind, "steps": steps})


def labels(value: Any, kind: str = "attribute", *steps: tuple[str, str | int]) -> list[str]:
    return [one["label"] for one in ask(value, kind, *steps)["names"]]


def shown(value: Any, kind: str = "attribute") -> dict[str, tuple[str, str]]:
    return {one["label"]: (one["kind"], one["detail"]) for one in ask(value, kind)["names"]}


def text(value: Any, *steps: tuple[str, str | int]) -> str | None:
    answer = ask(value, "value", *steps)
    return None if answer is None else answer["text"]


# ------------------------------------------------------------------------------------------------------ attributes


class Plain:
    """An ordinary class."""

    shared = 1

    def __init__(self) -> None:
        self.own = [1, 2, 3]
        self._hidden = None

    @property
    def computed(self) -> int:
        raise SystemExit

    def method(self) -> None: ...

    @classmethod
    def of_class(cls) -> None: ...

    class Inner: ...


class Slotted:
    __slots__ = ("empty", "kept")

    def __init__(self) -> None:
        self.kept = "x"


@dataclasses.dataclass
class Order:
    item: str
    units: int


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Point(NamedTuple):
    x: int
    y: int


def test_an_object_s_own_attributes_come_first_and_private_ones_last() -> None:
    found = shown(Plain())
    assert next(iter(found)) == "own"
    assert list(found)[-1] == "_hidden"
    assert not [label for label in found if label.startswith("__")]
    assert found["own"] == ("property", "list of 3")
    assert found["computed"] == ("property", "property")
    assert {found[name] for name in ("method", "of_class")} == {("method", "")}
    assert found["Inner"] == ("class", "")


@pytest.mark.parametrize(
    ("value", "label", "detail"),
    [
        (Slotted(), "kept", "str"),
        (Order("pears", 3), "units", "int"),
        (types.SimpleNamespace(a=(1,)), "a", "tuple of 1"),
        (Colour, "GREEN", "Colour"),
        (Point(1, 2), "x", "_tuplegetter"),
        (functools.partial(print), "args", "tuple of 0"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_of_every_make_have_theirs(value: object, label: str, detail: str) -> None:
    assert shown(value)[label] == ("property", detail)


def test_what_a_step_leads_to_is_what_is_stored_there() -> None:
    plain = Plain()
    assert text(plain, ("attribute", "own"), ("item", -1)) == "int 3"
    assert text(plain, ("attribute", "shared")) == "int 1"
    assert text(plain, ("attribute", "computed")) is None
    assert text(plain, ("attribute", "absent")) is None
    assert text(Slotted(), ("attribute", "kept")) == "str 'x'"
    assert text(Slotted(), ("attribute", "empty")) is None
    assert text({"a": {1: "one"}}, ("item", "a"), ("item", 1)) == "str 'one'"
    assert text([1], ("item", 1)) is None
    assert text(Colour, ("attribute", "RED")) == "Colour.RED"


def test_a_builtin_name_is_found_unless_the_script_has_its_own() -> None:
    assert inspect({}, {"name": "Ellipsis", "kind": "value", "steps": []}) == {"text": "Ellipsis"}
    assert inspect({"Ellipsis": 1}, {"name": "Ellipsis", "kind": "value", "steps": []}) == {"text": "int 1"}
    assert inspect({}, {"name": "absent", "kind": "attribute", "steps": []}) is None


def test_a_module_that_loads_itself_when_it_is_used_stays_unloaded(tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "lazy_one.py").write_text("raise SystemExit('it was loaded')")
    monkeypatch.syspath_prepend(str(tmp_path))
    spec = importlib.util.find_spec("lazy_one")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert labels(module) == []
    assert text(module, ("attribute", "anything")) is None


def test_a_module_tells_what_it_would_load() -> None:
    module = types.ModuleType("package")
    vars(module).update({"__getattr__": hook("module"), "__dir__": hook("module"), "__all__": ["ready", "later"]})
    module.ready = 1  # type: ignore[attr-defined]
    assert shown(module) == {"ready": ("property", "int"), "later": ("property", "")}
    assert text(module, ("attribute", "later")) is None


# ------------------------------------------------------------------------------------------------------------ keys


def test_the_keys_of_a_dict_are_those_that_can_stand_in_quotes() -> None:
    value = {"a": 1, 2: 3, ("x",): 4, "two words": [1], "half \ud800": 0, "x" * (MAX_LABEL_TEXT + 1): 0, b"b": 0}
    assert shown(value, "item") == {"a": ("key", "int"), "two words": ("key", "list of 1")}


@pytest.mark.parametrize(
    "kind", [collections.OrderedDict, collections.Counter, lambda d: collections.defaultdict(int, d)]
)
def test_dicts_of_the_standard_library_have_keys(kind: Any) -> None:
    value = kind({"a": 1, "b": 2})
    assert labels(value, "item") == ["a", "b"]
    assert text(value, ("item", "absent")) is None
    assert len(value) == 2


def test_of_very_many_keys_the_first_are_told() -> None:
    value = dict.fromkeys(map(str, range(10 * MAX_NAMES)), 0)
    answer = ask(value, "item")
    assert (len(answer["names"]), answer["more"]) == (MAX_NAMES, True)
    assert ask(dict.fromkeys(map(str, range(MAX_NAMES))), "item")["more"] is False


def test_what_is_examined_is_bounded_whatever_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_names, "MAX_EXAMINED", 10)
    answer = ask(dict.fromkeys(range(100)), "item")
    assert answer == {"names": [], "more": True}
    crowded = types.SimpleNamespace(**{f"a{number}": 0 for number in range(100)})
    assert ask(crowded, "attribute")["more"] is True
    assert text({"key": 1, **dict.fromkeys(range(100)), "late": 2}, ("item", "late")) is None


# ---------------------------------------------------------------------------------------------------------- tables


def test_the_columns_of_a_data_frame_are_its_items_and_its_attributes() -> None:
    frame = pandas.DataFrame({"a": [1], "two words": ["x"], 3: [0.5]})
    assert shown(frame, "item") == {"a": ("column", "int64"), "two words": ("column", str(frame.dtypes.iloc[1]))}
    assert labels(frame)[0] == "a"
    assert text(frame) == "DataFrame 1 × 3"
    assert text(frame, ("item", "a")) == text(frame, ("attribute", "a")) == "Series 1 int64"
    assert text(frame, ("item", 3)) == "Series 1 float64"


def test_columns_of_one_name_are_one_and_those_of_several_levels_are_their_first() -> None:
    twice = pandas.DataFrame([[1, 2, 3]], columns=["a", "a", "b"])
    assert labels(twice, "item") == ["a", "b"]
    assert text(twice, ("item", "a")) is None
    levels = pandas.DataFrame([[1, 2]], columns=pandas.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    assert shown(levels, "item") == {"a": ("column", "")}


def test_a_series_is_asked_by_its_labels() -> None:
    assert shown(pandas.Series([1, 2], ["x", "y"]), "item") == {"x": ("key", ""), "y": ("key", "")}


def test_a_table_of_very_many_columns_gives_the_first_and_says_so() -> None:
    frame = pandas.DataFrame(numpy.zeros((1, MAX_NAMES + 5)), columns=[f"c{n}" for n in range(MAX_NAMES + 5)])
    answer = ask(frame, "item")
    assert (len(answer["names"]), answer["more"]) == (MAX_NAMES, True)


@pytest.mark.parametrize(
    ("value", "found", "what"),
    [
        (polars.DataFrame({"a": [1], "b": ["x"]}), {"a": "Int64", "b": "String"}, "DataFrame 1 × 2"),
        (pyarrow.table({"a": [1]}), {"a": "int64"}, "Table 1 × 1"),
        (pyarrow.record_batch({"a": [0.5]}), {"a": "double"}, "RecordBatch 1 × 1"),
        (numpy.zeros(2, [("a", "i4"), ("b", "f8")]), {"a": "int32", "b": "float64"}, None),
        (numpy.zeros((2, 2)), {}, "ndarray 2 × 2 float64"),
    ],
    ids=["polars", "arrow", "batch", "structured", "plain"],
)
def test_tables_of_other_libraries_have_columns(value: Any, found: dict[str, str], what: str | None) -> None:
    assert {label: detail for label, (_, detail) in shown(value, "item").items()} == found
    assert what is None or text(value) == what
    for label in found:
        assert text(value, ("item", label)) is not None


def test_a_frame_that_is_read_in_another_way_is_not_guessed_at() -> None:
    class Other(pandas.DataFrame):  # type: ignore[misc, name-defined]
        def __getitem__(self, _: object) -> Any:
            return hook("__getitem__")()

    class Same(pandas.DataFrame):  # type: ignore[misc, name-defined]
        """As it is."""

    assert labels(Other({"a": [1]}), "item") == []
    assert labels(Same({"a": [1]}), "item") == ["a"]


class Label:
    """What the script has put among the names of columns."""

    __hash__ = hook("__hash__")
    __eq__ = hook("__eq__")
    __repr__ = __str__ = hook("__repr__")


def test_labels_of_the_script_s_own_are_passed_over() -> None:
    columns = numpy.empty(2, object)
    columns[:] = ["a", Label()]
    frame = pandas.DataFrame([[1, 2]])
    frame.columns = pandas.Index(columns)
    assert labels(frame, "item") == ["a"]
    assert text(frame, ("item", "a")) == "Series 1 int64"


def test_a_column_of_a_type_of_the_script_s_own_has_a_name_and_no_detail() -> None:
    class Kind(pandas.api.extensions.ExtensionDtype):  # type: ignore[misc, name-defined]
        type = object
        name = property(hook("name"))
        __str__ = __repr__ = hook("__str__")

    class Array(pandas.api.extensions.ExtensionArray):  # type: ignore[misc, name-defined]
        ran = False

        def __len__(self) -> int:
            CALLED.extend(["__len__"] if self.ran else [])
            return 1

        dtype = property(lambda self: CALLED.append("dtype") if self.ran else Kind())
        ndim = 1

        def __getitem__(self, _: object) -> Any:
            CALLED.append("__getitem__")
            return self

    frame = pandas.DataFrame({"plain": [1]})
    frame["own"] = pandas.Series(Array(), copy=False)
    CALLED.clear()  # pandas itself has asked while it was made
    Array.ran = True
    assert labels(frame, "item") == ["plain", "own"]
    assert text(frame) == "DataFrame 1 × 2"
    ask(frame, "attribute")
    ask(frame, "value", ("item", "own"))


def test_a_method_in_the_place_of_pandas_own_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pandas.DataFrame({"a": [1]})
    monkeypatch.setattr(pandas.DataFrame, "columns", property(hook("columns")))
    monkeypatch.setattr(pandas.DataFrame, "shape", property(hook("shape")))
    assert labels(frame, "item") == []
    assert text(frame) == "DataFrame"


def test_a_profiler_of_the_script_goes_on_undisturbed() -> None:
    seen: list[str] = []
    frame = pandas.DataFrame({"a": [1]})
    sys.setprofile(lambda *_: seen.append("call"))
    try:
        answer = ask(frame, "item")
        assert sys.getprofile() is not None
    finally:
        sys.setprofile(None)
    assert answer["names"] == []


# --------------------------------------------------------------------------------------------------------- hostile

BASES = [object, int, str, bytes, list, dict, tuple, set, float, collections.deque, Exception, types.ModuleType]


@pytest.mark.parametrize("base", [*BASES, pandas.DataFrame, polars.DataFrame, pandas.Series, numpy.ndarray])
@pytest.mark.parametrize("kind", ["attribute", "item", "value"])
def test_no_code_of_a_class_runs(base: type, kind: str) -> None:
    value = hostile(base)
    CALLED.clear()  # what numpy has asked while it was made
    ask(value, kind)
    ask([value], kind, ("item", 0))
    for way, key in [("attribute", "secret"), ("attribute", "absent"), ("item", "a"), ("item", "0")]:
        ask(value, kind, (way, key))
    ask(type(value), kind)


def test_a_key_with_the_hash_of_a_name_is_not_compared() -> None:
    class Twin:
        def __hash__(self) -> int:
            return hash("value")

        def __eq__(self, _: object) -> bool:
            CALLED.append("__eq__")
            return False

    namespace: dict[Any, Any] = {Twin(): 1, "value": 2}
    CALLED.clear()  # the dict itself has compared them while it was made
    assert inspect(namespace, {"name": "value", "kind": "value", "steps": []}) == {"text": "int 2"}
    assert text(namespace, ("item", "value")) == "int 2"
    assert labels(namespace, "item") == ["value"]


def test_a_descriptor_of_the_script_is_not_asked() -> None:
    class Descriptor:
        __get__ = hook("__get__")
        __set__ = hook("__set__")

    class Owner:
        data = Descriptor()
        borrowed = vars(Slotted)["kept"]

    assert text(Owner(), ("attribute", "data")) is None
    assert text(Owner(), ("attribute", "borrowed")) is None
    assert shown(Owner())["data"] == ("property", "Descriptor")


def test_no_garbage_is_collected_meanwhile_which_would_run_finalizers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_names, "names", lambda *_: gc.isenabled())
    assert ask(Plain(), "attribute") is False


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_is_left_as_it_was(is_enabled: bool) -> None:
    try:
        (gc.enable if is_enabled else gc.disable)()
        ask(Plain(), "attribute")
        assert gc.isenabled() is is_enabled
    finally:
        gc.enable()


# ---------------------------------------------------------------------------------------------------- descriptions


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "None"),
        (42, "int 42"),
        (True, "bool True"),
        ("abc", "str 'abc'"),
        ([1, 2], "list of 2: [1, 2]"),
        ({"a": 1}, "dict of 1: {'a': 1}"),
        (Order("pears", 3), "<Order item='pears', units=3>"),
        (len, None),
        (Order, None),
        (sys, None),
    ],
)
def test_a_description_is_short(value: object, expected: str | None) -> None:
    assert text(value) == expected


@pytest.mark.parametrize("value", ["x" * 10**6, list(range(10**6)), {n: n for n in range(10**5)}])
def test_a_large_value_is_described_by_its_size(value: Any) -> None:
    found = text(value)
    assert found is not None
    assert len(found) < 300
    assert f"of {len(value):,}" in found


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: python.version)
def test_code_that_is_not_the_library_s_is_stopped_before_it_runs(python: Python) -> None:
    code = """
        import sys
        from kernel.objects.guarded import read_guarded, UnreadableError
        namespace = {"ran": []}
        exec(compile("def own(*_): ran.append(1)", "script.py", "exec"), namespace)
        for read in (namespace["own"], lambda: sorted([1, 2], key=namespace["own"]), lambda: __import__("json").dumps({})):
            try:
                print(read_guarded(read))
            except UnreadableError as error:
                print(error)
        print(namespace["ran"], sys.getprofile())
    """
    refused = "its reading would run code of the script"
    told = run_in(python.path, code).splitlines()
    assert told == [refused, refused, refused, "[] None"]
