"""What a session makes of messages that no plain script brings about; its kernel is real, the messages are put in."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from msgspec.structs import replace

from rdit.errors import NotFound
from rdit.kernel.protocol.records import PLANNED, STEP
from rdit.protocol import messages
from rdit.protocol.encoding import encode
from rdit.session.event_log import Subscription
from rdit.session.runs import Run, RunRequest
from rdit.session.session import Session
from rdit.settings import Settings


async def a_run_that_waits(session: Session) -> Run:
    """Begin a run whose only statement waits for input, and return it."""
    subscription = session.subscribe()
    run = session.submit(RunRequest("input()", interactive=True))
    while session.state.input is None:
        await subscription.wait(20)
        subscription.read()
    return run


def news(subscription: Subscription) -> list[dict[str, Any]]:
    return [json.loads(frame.split("data: ", 1)[1]) for frame in subscription.read().decode().split("\n\n") if frame]


def shown(session: Session) -> list[dict[str, Any]]:
    return [item for statement in json.loads(encode(session.view(None)))["statements"] for item in statement["output"]]


def figure(run: Run, text: str, **fields: Any) -> messages.Displayed:
    item = messages.Item("display", text, {"text/html": f"<b>{text}</b>"}, {"width": 1}, "the-figure")
    return messages.Displayed(run.id, 0, item, **fields)


async def test_a_statement_whose_start_was_heard_late_has_ended_by_the_time_its_end_is_heard(session: Session) -> None:
    run = await a_run_that_waits(session)
    statement = session.state.statements[run.id, 0]
    session._receive([(messages.StatementFinished(run.id, 0, 3600.0), b"")])
    assert statement.duration_ms == 3_600_000
    assert statement.ended_at is not None
    assert statement.ended_at <= time.time() * 1000


async def test_a_display_is_told_with_its_data_and_updated_in_place(session: Session) -> None:
    run = await a_run_that_waits(session)
    subscription = session.subscribe()
    session._receive([(figure(run, "one"), b""), (figure(run, "two", update=True), b"")])
    first, second = news(subscription)
    assert first["item"]["displayId"] == "the-figure"
    assert (second["index"], second["replaceFrom"]) == (first["index"], 0)
    assert second["item"] == {
        "type": "display",
        "text": "two",
        "data": {"text/html": "<b>two</b>"},
        "metadata": {"width": 1},
        "displayId": "the-figure",
    }
    assert shown(session)[-1] == second["item"]


def announced(run: Run, name: str) -> messages.Displayed:
    """Say that a picture will come."""
    item = messages.Item("display", "<Figure>", {}, {"figure": {"id": name, "pending": True}}, f"figure-{name}")
    return messages.Displayed(run.id, 0, item)


def drawn(name: str) -> messages.Drawn:
    return messages.Drawn(
        name, messages.Item("display", "<Figure>", {"image/png": "iVBO"}, {"image/png": {"width": 1}})
    )


async def test_a_figure_is_drawn_where_it_was_announced(session: Session) -> None:
    run = await a_run_that_waits(session)
    session._receive([(announced(run, "1"), b""), (announced(run, "2"), b""), (drawn("1"), b"")])
    first, second = shown(session)
    assert (first["data"], first["metadata"]["figure"]) == ({"image/png": "iVBO"}, {"id": "1"})
    assert (second["data"], second["metadata"]["figure"]) == ({}, {"id": "2", "pending": True})
    failure = messages.Item("error", "It could not be drawn.")
    session._receive([(messages.Drawn("2", failure), b"")])
    assert [item["type"] for item in shown(session)] == ["display", "error"]


@pytest.mark.parametrize("is_drawn_first", [True, False])
async def test_a_figure_that_went_on_elsewhere_is_a_step_with_its_picture(
    session: Session, is_drawn_first: bool
) -> None:
    run = await a_run_that_waits(session)
    both = [(drawn("1"), b""), (messages.Overtaken("1"), b"")]
    session._receive([(announced(run, "1"), b""), *(both if is_drawn_first else both[::-1])])
    (item,) = shown(session)
    assert item["data"] == {"image/png": "iVBO"}
    assert item["metadata"] == {"image/png": {"width": 1}, "figure": {"id": "1", "step": True}}


async def test_a_picture_does_not_take_the_place_of_what_has_taken_its_own(session: Session) -> None:
    run = await a_run_that_waits(session)
    newer = messages.Displayed(run.id, 0, messages.Item("display", "newer", {}, None, "figure-1"), update=True)
    session._receive([(announced(run, "1"), b""), (newer, b""), (drawn("1"), b""), (drawn("unknown"), b"")])
    assert [item["text"] for item in shown(session)] == ["newer"]


async def test_an_update_of_a_display_that_nobody_shows_is_nothing(session: Session) -> None:
    run = await a_run_that_waits(session)
    subscription = session.subscribe()
    session._receive([(figure(run, "two", update=True), b"")])
    assert news(subscription) == []


async def test_output_is_cleared_at_once_or_when_the_next_comes(session: Session) -> None:
    run = await a_run_that_waits(session)
    session._receive([(figure(run, "one"), b"")])
    subscription = session.subscribe()
    session._receive([(messages.Cleared(run.id, 0, wait=True), b"")])
    assert news(subscription) == []
    session._receive([(figure(run, "two"), b"")])
    assert [event["type"] for event in news(subscription)] == ["clear", "output"]
    assert [item["text"] for item in shown(session)] == ["two"]
    session._receive([(messages.Cleared(run.id, 0), b"")])
    assert [event["type"] for event in news(subscription)] == ["clear"]
    assert shown(session) == []


async def test_output_of_nobody_is_late_output_of_the_newest_statement(session: Session) -> None:
    run = await a_run_that_waits(session)
    subscription = session.subscribe()
    session._receive([(messages.Written("stderr", None, None), b"from somewhere\n")])
    (event,) = news(subscription)
    assert (event["runId"], event["nodeIndex"]) == (run.id, 0)
    assert event["item"] == {"type": "stderr", "text": "from somewhere\n", "late": True}


async def test_messages_of_a_run_that_is_over_start_and_end_nothing(session: Session) -> None:
    run = await a_run_that_waits(session)
    subscription = session.subscribe()
    session._receive(
        [
            (messages.Planned("old"), PLANNED.pack(0, 1, 1)),
            (messages.StatementStarted("old", 0), b""),
            (messages.StatementFinished("old", 0, 1.0), b""),
            (messages.StatementsFinished("old", 1), STEP.pack(0, 1.0, 0)),
            (messages.Completed("old", "ok"), b""),
        ]
    )
    assert news(subscription) == []
    assert session.state.run_id == run.id


async def test_statements_that_passed_together_are_told_one_by_one(session: Session) -> None:
    run = await a_run_that_waits(session)
    plan = b"".join(PLANNED.pack(index, index + 1, index + 1) for index in range(4))
    session._receive([(messages.Planned(run.id), plan), (messages.StatementStarted(run.id, 0), b"")])
    subscription = session.subscribe()
    steps = STEP.pack(0, 0.001, 0) + STEP.pack(1, 0.002, 4096) + STEP.pack(2, 0.003, 0)
    session._receive([(messages.StatementsFinished(run.id, 3), steps)])
    told = [event for event in news(subscription) if event["type"] in {"start", "result"}]
    assert [(event["type"], event["nodeIndex"], event.get("durationMs")) for event in told] == [
        ("result", 0, 1.0),
        ("start", 1, None),
        ("result", 1, 2.0),
        ("start", 2, None),
        ("result", 2, 3.0),
        ("start", 3, None),
    ]
    states = [statement.state for statement in session.state.statements.values()]
    assert states == ["done", "done", "done", "running"]
    assert [statement.peak_memory for statement in session.state.statements.values()] == [None, 4096, None, None]


async def test_data_that_exceed_the_limit_are_left_out_and_said_so(settings: Settings) -> None:
    session = Session("main", replace(settings, output_limit=10_000), settings.script)
    try:
        run = await a_run_that_waits(session)
        item = messages.Item("display", "a chart", {"application/json": ["x" * 20_000]})
        session._receive([(messages.Displayed(run.id, 0, item), b"")])
        (left,) = [item for item in shown(session) if item["type"] == "display"]
        assert "data" not in left
        assert left["text"].startswith("a chart\n[rdit left out this display's data: 20,004 bytes.")
    finally:
        await session.close()


async def test_a_query_is_answered_or_ends_with_the_kernel(session: Session) -> None:
    await a_run_that_waits(session)
    asked = asyncio.create_task(session.query("handle", {}))
    await asyncio.sleep(0)
    (query_id,) = session._queries.pending
    session._receive([(messages.Reply(query_id, {"rows": []}), b"")])
    assert await asked == {"rows": []}
    asked = asyncio.create_task(session.query("handle", {}))
    await asyncio.sleep(0)
    assert session.owner.kernel is not None
    session.owner.kernel.fail("The test wants it so.")
    with pytest.raises(NotFound):
        await asked


THREAD = """\
import threading
def ask():
    answers.append(input("? "))
answers, thread = [], threading.Thread(target=ask)
thread.start()
"""


async def heard(session: Session, subscription: Subscription, *kinds: str) -> list[dict[str, Any]]:
    """Return the events up to the first of *kinds* that comes from now on, all of them in this order."""
    told: list[dict[str, Any]] = []
    missing = list(kinds)
    while missing:
        await subscription.wait(20)
        for event in news(subscription):
            told.append(event)
            if missing and event["type"] == missing[0]:
                missing.pop(0)
    return told


async def test_the_question_of_a_thread_outlives_its_run(session: Session) -> None:
    subscription = session.subscribe()
    run = session.submit(RunRequest(THREAD, interactive=True))
    while session.state.input is None or session.state.last_run is None:
        await subscription.wait(20)
        subscription.read()
    assert session.state.last_run.status == "ok"
    assert (session.state.input.run_id, session.state.input.node_index) == (run.id, 3)
    assert session.state.kernel.state == "idle"
    session.answer("yes")
    assert session.state.input is None
    run = session.submit(RunRequest(THREAD + "thread.join()\nanswers", interactive=True))
    while session.state.input is None:
        await subscription.wait(20)
        subscription.read()
    session.answer("again")
    await heard(session, subscription, "complete")
    assert shown(session)[-1]["text"] == "['again']\n"


async def test_the_question_of_a_thread_whose_statement_is_gone_is_asked_at_what_runs_now(session: Session) -> None:
    subscription = session.subscribe()
    session.submit(RunRequest(THREAD, interactive=True))
    while session.state.input is None or session.state.last_run is None:
        await subscription.wait(20)
        subscription.read()
    number = session.state.input.question
    run = session.submit(RunRequest("print('another script')\nthread.join()\nanswers", interactive=True))
    await heard(session, subscription, "start", "input")
    assert session.state.input is not None
    assert (session.state.input.run_id, session.state.input.node_index) == (run.id, 0)
    session.answer("here", number)
    await heard(session, subscription, "complete")
    assert shown(session)[-1]["text"] == "['here']\n"


async def test_a_reset_ends_the_question_of_a_thread(session: Session) -> None:
    subscription = session.subscribe()
    session.submit(RunRequest(THREAD, interactive=True))
    while session.state.input is None or session.state.last_run is None:
        await subscription.wait(20)
        subscription.read()
    reset = asyncio.create_task(session.reset())
    await asyncio.sleep(0)
    assert session.state.input is None
    session._receive([(messages.InputRequested("old", 0, "of the old worker? "), b"")])
    assert session.state.input is None
    await reset
