"""A newer fresh run ends the one under way no sooner than it must; its kernel is real, the messages are put in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from rdit.kernel.protocol.records import PLANNED
from rdit.protocol import messages
from rdit.session.runs import Run, RunRequest
from rdit.session.session import Session

SCRIPT = "input()\ninput()\ninput()"
Sent = list[Any]


@pytest.fixture
def sent(session: Session, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What the kernel would be sent: it hears of nothing."""
    requests: Sent = []
    assert session.owner.kernel is not None
    monkeypatch.setattr(session.owner.kernel, "send", lambda request, _body=b"": requests.append(request))
    return requests


def begin(session: Session, sent: Sent) -> Run:
    """Begin a fresh run of three statements, the second of which is under way."""
    run = session.submit(RunRequest(SCRIPT, fresh=True))
    plan = b"".join(PLANNED.pack(index, index + 1, index + 1) for index in range(3))
    session._receive(
        [
            (messages.Planned(run.id, 0, True), plan),
            (messages.StatementStarted(run.id, 0), b""),
            (messages.StatementFinished(run.id, 0, 0.1), b""),
            (messages.StatementStarted(run.id, 1), b""),
        ]
    )
    sent.clear()
    return run


async def compared(session: Session, sent: Sent, **answer: Any) -> None:
    """Ask for a run of another text, and put in how that differs."""
    session.submit(RunRequest("another", fresh=True, supersede=True))
    await asyncio.sleep(0)  # the comparison begins with its first turn
    (check,) = sent
    sent.clear()
    session._receive([(messages.Checked(check.query_id, **answer), b"")])
    task = session._superseding._task
    assert task is not None
    await task


async def test_a_change_of_the_statement_under_way_ends_its_worker(session: Session, sent: Sent) -> None:
    run = begin(session, sent)
    await compared(session, sent, count=3, first_changed=1)
    assert sent == [messages.Abandon(run.id)]
    session._receive(
        [(messages.StatementFinished(run.id, 1, 0.1), b""), (messages.Completed(run.id, "superseded"), b"")]
    )
    assert session.state.timeline.names() == [(run.id, 0)]
    assert session.state.statements[run.id, 1].ended == "superseded"


async def test_a_change_below_it_lets_it_end(session: Session, sent: Sent) -> None:
    run = begin(session, sent)
    await compared(session, sent, count=3, first_changed=2)
    assert sent == [messages.Yield(run.id)]
    session._receive(
        [(messages.StatementFinished(run.id, 1, 0.1), b""), (messages.Completed(run.id, "superseded"), b"")]
    )
    assert session.state.timeline.names() == [(run.id, 0), (run.id, 1)]
    assert session.state.statements[run.id, 1].ended is None


async def test_a_changed_statement_that_begins_meanwhile_ends_with_its_worker(session: Session, sent: Sent) -> None:
    run = begin(session, sent)
    await compared(session, sent, count=3, first_changed=2)
    session._receive([(messages.StatementFinished(run.id, 1, 0.1), b""), (messages.StatementStarted(run.id, 2), b"")])
    assert sent == [messages.Yield(run.id), messages.Abandon(run.id)]


async def test_what_runs_nothing_that_has_changed_goes_on(session: Session, sent: Sent) -> None:
    begin(session, sent)
    await compared(session, sent, count=4, first_changed=3)
    assert sent == []
    await compared(session, sent, problem="invalid syntax", problem_line=1)
    assert sent == []


async def test_a_run_that_is_not_fresh_is_waited_for(session: Session, sent: Sent) -> None:
    session.submit(RunRequest(SCRIPT))
    sent.clear()
    session.submit(RunRequest("another", fresh=True, supersede=True))
    assert sent == []
