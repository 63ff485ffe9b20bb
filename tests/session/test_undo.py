"""What later statements did to the outputs of earlier ones is undone when a fresh run keeps only those."""

from __future__ import annotations

from typing import Any

from rdit.kernel.protocol.records import PLANNED
from rdit.protocol import messages
from rdit.protocol.values import LineRange
from rdit.session.runs import Run, RunRequest
from rdit.session.session import Session

from .test_session import shown

SCRIPT = "input('1')\ninput('2')\ninput('3')"


async def a_fresh_run(session: Session, kept: int = 0) -> Run:
    """Put in that a fresh run of three statements has begun, of which some are kept."""
    while session._recorder.run is not None:
        session._receive([(messages.Completed(session._recorder.run.id, "ok"), b"")])
    run = session.submit(RunRequest(SCRIPT, interactive=True, fresh=True), collect=True)
    plan = b"".join(PLANNED.pack(index, index + 1, index + 1) for index in range(3))
    session._receive([(messages.Planned(run.id, kept, True), plan)])
    return run


def begin(session: Session, run: Run, index: int) -> None:
    session._receive([(messages.StatementStarted(run.id, index), b"")])


def end(session: Session, run: Run, index: int) -> None:
    session._receive([(messages.StatementFinished(run.id, index, 0.1), b"")])


def item(text: str, **fields: Any) -> messages.Item:
    return messages.Item("display", text, {"text/html": text}, None, "d", **fields)


def texts(session: Session) -> list[str]:
    return [one["text"] for one in shown(session)]


async def test_an_update_by_a_statement_that_is_not_kept_is_undone(session: Session) -> None:
    run = await a_fresh_run(session)
    begin(session, run, 0)
    session._receive([(messages.Displayed(run.id, 0, item("first")), b"")])
    end(session, run, 0)
    begin(session, run, 1)
    session._receive([(messages.Displayed(run.id, 1, item("second"), update=True), b"")])
    end(session, run, 1)
    begin(session, run, 2)
    session._receive([(messages.Displayed(run.id, 2, item("third"), update=True), b"")])
    end(session, run, 2)
    assert texts(session) == ["third"]
    run = await a_fresh_run(session, kept=2)
    assert texts(session) == ["second"]
    begin(session, run, 2)
    session._receive([(messages.Displayed(run.id, 2, item("other"), update=True), b"")])
    end(session, run, 2)
    await a_fresh_run(session, kept=3)
    assert texts(session) == ["other"]
    await a_fresh_run(session, kept=1)
    assert texts(session) == ["first"]


async def test_late_output_and_clearing_are_undone_and_what_stays_is_not_touched(session: Session) -> None:
    run = await a_fresh_run(session)
    for index in range(2):
        begin(session, run, index)
        session._receive([(messages.Written("stdout", run.id, index), b"own %d\n" % index)])
        end(session, run, index)
    begin(session, run, 2)
    late = messages.Written("stdout", run.id, 0, late=True)
    session._receive([(late, b"late\n"), (messages.Cleared(run.id, 1), b""), (late, b"later\n")])
    end(session, run, 2)
    assert texts(session) == ["own 0\n", "late\nlater\n"]
    await a_fresh_run(session, kept=3)
    assert texts(session) == ["own 0\n", "late\nlater\n"]
    await a_fresh_run(session, kept=2)
    assert texts(session) == ["own 0\n", "own 1\n"]


async def test_what_a_console_run_did_is_undone(session: Session) -> None:
    run = await a_fresh_run(session)
    for index in range(3):
        begin(session, run, index)
        session._receive([(messages.Displayed(run.id, index, item("own")), b"")] if index == 0 else [])
        end(session, run, index)
    session._receive([(messages.Completed(run.id, "ok"), b"")])
    console = session.submit(RunRequest(SCRIPT, LineRange(3, 3), interactive=True))
    session._receive(
        [(messages.Planned(console.id), PLANNED.pack(2, 3, 3)), (messages.StatementStarted(console.id, 2), b"")]
    )
    session._receive([(messages.Displayed(console.id, 2, item("mixed"), update=True), b"")])
    end(session, console, 2)
    assert texts(session) == ["mixed"]
    await a_fresh_run(session, kept=3)
    assert texts(session) == ["own"]


async def test_a_figure_that_went_on_in_a_statement_which_is_gone_stands_for_itself_with_its_picture(
    session: Session,
) -> None:
    run = await a_fresh_run(session)
    begin(session, run, 0)
    announced = messages.Item("display", "<Figure>", {}, {"figure": {"id": "1", "pending": True}})
    session._receive([(messages.Displayed(run.id, 0, announced), b"")])
    end(session, run, 0)
    begin(session, run, 1)
    drawn = messages.Drawn(
        "1", messages.Item("display", "<Figure>", {"image/png": "iVBO"}, {"image/png": {"width": 1}})
    )
    session._receive([(messages.Overtaken("1"), b""), (drawn, b"")])
    end(session, run, 1)
    (figure,) = shown(session)
    assert figure["metadata"]["figure"] == {"id": "1", "step": True}
    await a_fresh_run(session, kept=1)
    (figure,) = shown(session)
    assert (figure["data"], figure["metadata"]["figure"]) == ({"image/png": "iVBO"}, {"id": "1"})


async def test_a_figure_that_will_never_be_drawn_has_its_statement_run_again(session: Session) -> None:
    run = await a_fresh_run(session)
    begin(session, run, 0)
    announced = messages.Item("display", "<Figure>", {}, {"figure": {"id": "1", "pending": True}})
    session._receive([(messages.Displayed(run.id, 0, announced), b"")])
    end(session, run, 0)
    session._receive([(messages.Completed(run.id, "ok"), b""), (messages.WorkerStarted(1, 1), b"")])
    assert session.state.kernel.generation == 1
    sent: list[Any] = []
    assert session.owner.kernel is not None
    session.owner.kernel.send = lambda request, _body=b"": sent.append(request)  # type: ignore[method-assign, assignment]
    session.submit(RunRequest(SCRIPT, fresh=True))
    assert sent[-1].redo == [0]


async def test_a_kept_result_that_names_lines_of_the_script_is_told_to_the_kernel(session: Session) -> None:
    run = await a_fresh_run(session)
    outputs = [b"nothing\n", b'  File "/x/script.py", line 3\n', b"script.py:3: UserWarning\n"]
    for index, output in enumerate(outputs):
        begin(session, run, index)
        session._receive([(messages.Written("stderr", run.id, index), output)])
        end(session, run, index)
    session._receive([(messages.Completed(run.id, "ok"), b"")])
    sent: list[Any] = []
    assert session.owner.kernel is not None
    session.owner.kernel.send = lambda request, _body=b"": sent.append(request)  # type: ignore[method-assign, assignment]
    session.submit(RunRequest(SCRIPT, fresh=True, focus_line=2))
    assert (sent[-1].shows_lines, sent[-1].focus_line, sent[-1].last_line) == ([1, 2], 2, None)
    session._receive([(messages.Replaced(sent[-1].run_id, "It hung."), b""), (messages.WorkerStarted(2), b"")])
    assert session.state.kernel.reason == "It hung."
    assert session.state.kernel.generation == 2
