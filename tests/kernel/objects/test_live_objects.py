"""Which objects can be queried, for how long, and the errors when they are gone or changed."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from rdit.kernel.objects import live_objects
from rdit.kernel.objects.live_objects import LiveObjects, ObjectGoneError, UnanswerableError
from rdit.kernel.objects.tables.tables import table_of

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")


@pytest.fixture
def namespace() -> dict[str, Any]:
    return {}


@pytest.fixture
def live(namespace: dict[str, Any]) -> LiveObjects:
    return LiveObjects(lambda: namespace)


def shown(live: LiveObjects, value: object) -> str:
    table = table_of(value)
    assert table is not None
    return str(live.show_table(table)["handle"])


def test_a_window_is_read_from_the_live_object(live: LiveObjects, namespace: dict[str, Any]) -> None:
    namespace["df"] = pandas.DataFrame({"a": range(1000)})
    handle = shown(live, namespace["df"])
    answer = live.answer(handle, {"kind": "window", "row": 500, "rows": 2, "column": 0, "columns": 1})
    assert (answer["cells"], answer["changed"]) == ([["500", "501"]], False)


def test_deleting_the_variable_frees_the_memory_and_the_object_is_gone(
    live: LiveObjects, namespace: dict[str, Any]
) -> None:
    namespace["df"] = pandas.DataFrame({"a": range(1000)})
    handle = shown(live, namespace["df"])
    live.answer(handle, {"kind": "window", "view": {"sort": [[0, True]]}})
    watched = weakref.ref(namespace["df"])
    del namespace["df"]
    gc.collect()
    assert watched() is None
    with pytest.raises(ObjectGoneError, match="no longer in memory"):
        live.answer(handle, {"kind": "window"})


def test_built_in_containers_are_found_again_by_their_name(live: LiveObjects, namespace: dict[str, Any]) -> None:
    namespace["rows"] = [{"a": 1}, {"a": 2}]
    handle = shown(live, namespace["rows"])
    assert live.answer(handle, {"kind": "summary", "column": 0})["count"] == 2
    namespace["rows"] = [{"a": 1}, {"a": 2}]
    with pytest.raises(ObjectGoneError):
        live.answer(handle, {"kind": "summary", "column": 0})


def test_a_temporary_object_is_kept_as_a_copy_that_does_not_hold_on_to_a_large_one(live: LiveObjects) -> None:
    large = numpy.zeros((100_000, 2))
    watched = weakref.ref(large)
    handle = shown(live, large[:5])
    del large
    gc.collect()
    assert watched() is None
    assert live.answer(handle, {"kind": "window"})["totalRows"] == 5


def test_what_is_kept_is_bounded_by_number_and_by_size(live: LiveObjects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_objects, "MAX_KEPT", 3)
    handles = [shown(live, numpy.zeros((2, 2))) for _ in range(3)]
    live.answer(handles[0], {"kind": "window"})
    handles.append(shown(live, numpy.zeros((2, 2))))
    live.answer(handles[0], {"kind": "window"})
    with pytest.raises(ObjectGoneError):
        live.answer(handles[1], {"kind": "window"})
    monkeypatch.setattr(live_objects, "MAX_KEPT_BYTES", 1 << 20)
    newest = shown(live, numpy.zeros((1 << 18, 2)))
    live.answer(newest, {"kind": "window"})
    with pytest.raises(ObjectGoneError):
        live.answer(handles[0], {"kind": "window"})


def test_a_changed_object_is_read_as_it_is_and_says_so(live: LiveObjects, namespace: dict[str, Any]) -> None:
    namespace["df"] = frame = pandas.DataFrame({"a": [3, 1, 2]})
    handle = shown(live, frame)
    view = {"sort": [[0, False]]}
    assert live.answer(handle, {"kind": "window", "view": view})["cells"] == [["1", "2", "3"]]
    frame.loc[0, "a"] = 0
    live.epoch += 1
    answer = live.answer(handle, {"kind": "window", "view": view})
    assert (answer["cells"], answer["changed"]) == ([["0", "1", "2"]], True)
    known = {"kind": "window", "fingerprint": answer["fingerprint"]}
    assert live.answer(handle, known)["changed"] is False


def test_what_cannot_be_answered_says_why(live: LiveObjects, namespace: dict[str, Any]) -> None:
    namespace["df"] = pandas.DataFrame({"a": [3, 1, 2]})
    handle = shown(live, namespace["df"])
    with pytest.raises(UnanswerableError, match="cannot be asked for 'dinner'"):
        live.answer(handle, {"kind": "dinner"})
    filters = [{"column": 0, "operator": ">", "value": "x"}]
    with pytest.raises(UnanswerableError, match="'x' is not a number"):
        live.answer(handle, {"kind": "window", "view": {"filters": filters}})
    with pytest.raises(UnanswerableError):
        live.answer(handle, {"kind": "summary", "column": 7})
    with pytest.raises(ObjectGoneError):
        live.answer("t999", {"kind": "window"})


def test_a_tree_is_opened_by_its_path(live: LiveObjects, namespace: dict[str, Any]) -> None:
    namespace["config"] = {"servers": [{"name": f"server {number}"} for number in range(100)]}
    display = live.show_tree(namespace["config"])
    assert display is not None
    assert display["root"]["children"][0]["value"]["length"] == 100
    answer = live.answer(display["handle"], {"kind": "tree", "path": [0], "start": 98, "count": 50})
    assert [child["key"] for child in answer["children"]] == ["98", "99"]
    assert (answer["more"], answer["changed"]) == (0, False)
    assert live.answer(display["handle"], {"kind": "text", "path": [0, 1, 0]}) == {"text": "'server 1'"}
    with pytest.raises(UnanswerableError, match="no longer there"):
        live.answer(display["handle"], {"kind": "tree", "path": [3]})
    namespace["config"]["more"] = 1
    assert live.answer(display["handle"], {"kind": "tree", "path": []})["changed"] is True
