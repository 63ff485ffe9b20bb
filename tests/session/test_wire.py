"""The bytes that are built without pydantic are those that the models would give."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import pytest

from rdit.protocol import models
from rdit.session import wire
from rdit.session.output.output import Item, View
from rdit.session.state import KernelState

TEXTS = ["", "2\n", 'quote " and \\', "tab\tand\x00\x1b[31m", "é 😀 \u2028", "x" * 1000 + '"\n', "é" * 1000]


def as_model(event: models.WireModel) -> Any:
    return json.loads(event.model_dump_json(by_alias=True, exclude_none=True))


def whole(node_index: int, line_start: int, line_end: int, items: list[Item]) -> bytes:
    return b"".join(wire.result(node_index, line_start, line_end, items))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_quoted_as_json(text: str) -> None:
    assert json.loads(wire.quote(text)) == text


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ud800" * 1000])
def test_a_lone_surrogate_becomes_an_escape(text: str) -> None:
    assert json.loads(wire.quote(text)) == text
    wire.quote(text).decode("utf-8")


def test_values_that_json_lacks_become_null() -> None:
    assert (
        wire.json_bytes({"a": float("nan"), "b": float("inf"), "c": "\ud800"})
        == b'{"a":null,"b":null,"c":"\xef\xbf\xbd"}'
    )


@pytest.mark.parametrize("text", TEXTS)
def test_an_output_event_is_the_model(text: str) -> None:
    item = Item("stdout", 3, limit=100_000, late=True)
    event = models.OutputEvent(
        run_id="r-1", node_index=7, index=3, item=models.OutputItem(type="stdout", text=text, late=True)
    )
    assert wire.appended_text("r-1", 7, item, text) == event.model_dump_json(by_alias=True, exclude_none=True).encode()


def test_an_output_event_of_a_display_is_the_model() -> None:
    data = {"text/html": "<b>x</b>", "application/json": {"a": [1, None]}}
    item = Item("display", 0, limit=1000, closed=True)
    item.data, item.metadata, item.display_id = data, {"width": 3}, "d"
    event = models.OutputEvent(
        run_id="r-1",
        node_index=7,
        index=0,
        item=models.OutputItem(type="display", text="x", data=data, metadata={"width": 3}, display_id="d"),
        replace_from=2,
        omitted=5,
    )
    payload = wire.output_event("r-1", 7, item, View("x", 2, 5), 2)
    assert payload == event.model_dump_json(by_alias=True, exclude_none=True).encode()


def test_a_result_is_the_model_with_absent_fields_left_out() -> None:
    item = Item("stdout", 0, limit=1000)
    item.grow("2\n")
    result = models.StatementResult(
        node_index=1,
        line_start=2,
        line_end=2,
        output=[models.OutputItem(type="stdout", text="2\n")],
        is_invisible=False,
    )
    assert whole(1, 2, 2, [item]) == result.model_dump_json(by_alias=True, exclude_none=True).encode()
    assert whole(0, 1, 1, []) == b'{"nodeIndex":0,"lineStart":1,"lineEnd":1,"output":[],"isInvisible":true}'


def test_a_long_result_is_the_model_in_parts() -> None:
    item = Item("stderr", 0, limit=10**7, late=True)
    for _ in range(100):
        item.grow('é "quoted"\n' * 1000)
    item.roll("the tail", 100)
    short = Item("stdout", 1, limit=1000)
    short.grow("x")
    result = models.StatementResult(
        node_index=1,
        line_start=2,
        line_end=2,
        output=[
            models.OutputItem(type="stderr", text=item.text(), late=True),
            models.OutputItem(type="stdout", text="x"),
        ],
        is_invisible=False,
    )
    assert whole(1, 2, 2, [item, short]) == result.model_dump_json(by_alias=True, exclude_none=True).encode()
    assert max(map(len, wire.result(1, 2, 2, [item, short]))) < 1_000_000


def test_the_events_of_a_statement_are_the_models() -> None:
    start = models.StartEvent(run_id="r", node_index=1, line_start=2, line_end=3)
    assert json.loads(wire.start_event("r", 1, 2, 3)) == as_model(start)
    result = models.ResultEvent(run_id="r", node_index=1, line_start=2, line_end=3, is_invisible=True, duration_ms=1.25)
    assert json.loads(wire.result_event("r", 1, 2, 3, invisible=True, duration_ms=1.25)) == as_model(result)
    result = result.model_copy(update={"peak_memory_bytes": 1 << 40})
    made = wire.result_event("r", 1, 2, 3, invisible=True, duration_ms=1.25, peak_memory=1 << 40)
    assert json.loads(made) == as_model(result)
    info = models.StatementInfo(node_index=0, line_start=1, line_end=1, source='print("é")')
    plan = models.PlanEvent(run_id="r", statements=[info, info])
    statement = wire.statement_info(0, 1, 1, 'print("é")')
    assert json.loads(wire.plan_event("r", [statement, statement])) == as_model(plan)


def test_what_is_cut_says_where_and_how_much() -> None:
    item = Item("stdout", 0, limit=1000)
    cut = models.OutputItem(type="stdout", text="ab", cut_at=1, omitted=9)
    assert json.loads(wire.output_item(item, View("ab", 1, 9))) == as_model(cut)


def test_the_events_of_a_run_and_of_its_kernel_are_the_models() -> None:
    lines = models.LineRange.model_validate({"from": 2, "to": 5})
    kernel = {"state": "dead", "version": None, "executable": '/a "b" é', "generation": 2, "reason": "so"}
    for payload, event in (
        (wire.queued_event("r-1", None), models.QueuedEvent(run_id="r-1")),
        (wire.queued_event("r-1", (2, 5)), models.QueuedEvent(run_id="r-1", line_range=lines)),
        (wire.kernel_event(kernel), models.KernelEvent(kernel=models.KernelInfo.model_validate(kernel))),
        (wire.complete_event("r-1", "ok", None), models.CompleteEvent(run_id="r-1", status="ok")),
        (wire.complete_event("r-1", "exited", 3), models.CompleteEvent(run_id="r-1", status="exited", exit_code=3)),
    ):
        assert json.loads(payload) == as_model(event)


def test_the_state_of_a_kernel_has_the_fields_of_its_model() -> None:
    given = {name: field.annotation for name, field in models.KernelInfo.model_fields.items()}
    assert get_type_hints(KernelState) == given
    defaults = {name: field.default for name, field in models.KernelInfo.model_fields.items() if name != "state"}
    assert KernelState._field_defaults == {"state": "starting", **defaults}
