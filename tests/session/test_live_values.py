"""What a session's live values have and are: asked between runs, answered in time or not at all."""

from __future__ import annotations

import asyncio

import pytest

from rdit.protocol import messages
from rdit.protocol.values import LineRange, LiveDescription, LiveName
from rdit.session.live import live_values
from rdit.session.live.bindings import binding
from rdit.session.live.live_values import MAX_WAITING, path_of
from rdit.session.runs import RunRequest
from rdit.session.session import Session


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for an answer also on a machine that is busy; what comes late is made late."""
    monkeypatch.setattr(live_values, "ANSWER_SECONDS", 20)


async def ran(session: Session, script: str, *, fresh: bool = True, until: int | None = None) -> None:
    """Run a script, or the part up to a line, to its end."""
    lines = None if until is None else LineRange(1, until)
    await session.submit(RunRequest(script, lines, fresh=fresh)).finished


async def test_names_and_descriptions_come_from_the_live_value(session: Session) -> None:
    await ran(session, "d = {'a': [1, 2]}\nclass P:\n    def __init__(self):\n        self.x = 1\np = P()\n")
    keys = await session.live_names("d", "item")
    assert keys is not None
    assert keys.names == [LiveName("a", "key", "list of 2")]
    attributes = await session.live_names("p", "attribute")
    assert attributes is not None
    assert attributes.names[0] == LiveName("x", "property", "int")
    assert await session.live_description('d["a"][-1]') == LiveDescription("int 2")
    assert await session.live_description("p") == LiveDescription("<P x=1>", 5)
    assert await session.live_description("absent") is None


async def test_nothing_is_asked_while_a_statement_runs(session: Session) -> None:
    subscription = session.subscribe()
    session.submit(RunRequest("x = 1\ninput()", interactive=True))
    while session.state.input is None:
        await subscription.wait(20)
        subscription.read()
    assert await session.live_names("x", "attribute") is None
    assert await session.live_description("x") is None
    assert not session._queries.pending


async def test_an_answer_that_comes_late_is_dropped_and_few_are_waited_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ran(session, "x = 1")
    monkeypatch.setattr(live_values, "ANSWER_SECONDS", 0)
    sent: list[messages.Inspect] = []
    kernel = session.owner.kernel
    assert kernel is not None
    monkeypatch.setattr(kernel, "send", sent.append)
    for _ in range(MAX_WAITING + 3):
        assert await session.live_description("x") is None
        await asyncio.sleep(0)
    assert len(sent) == MAX_WAITING
    monkeypatch.undo()
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    session._receive([(messages.Reply(question.query_id, {"text": "late"}), b"") for question in sent])
    await asyncio.wait([task for task in waiting if "answer_to" in repr(task)])
    await asyncio.sleep(0)
    monkeypatch.setattr(live_values, "ANSWER_SECONDS", 20)
    assert await session.live_description("x") == LiveDescription("int 1", 1)


@pytest.mark.parametrize("forged", [{"names": 3}, [], "text", {"text": ["x"]}])
async def test_a_forged_answer_is_none(session: Session, monkeypatch: pytest.MonkeyPatch, forged: object) -> None:
    await ran(session, "x = 1")
    kernel = session.owner.kernel
    assert kernel is not None

    def send(question: messages.Inspect) -> None:
        session._receive([(messages.Reply(question.query_id, forged), b"")])

    monkeypatch.setattr(kernel, "send", send)
    assert await session.live_names("x", "attribute") is None
    assert await session.live_description("x") is None


async def test_a_question_ends_with_the_kernel(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    await ran(session, "x = 1")
    kernel = session.owner.kernel
    assert kernel is not None
    monkeypatch.setattr(kernel, "send", lambda _: kernel.fail("The test wants it so."))
    assert await session.live_description("x") is None


# ------------------------------------------------------------------------------------------------------- expressions


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("df", ("df", [])),
        (" a.b ", ("a", [("attribute", "b")])),
        ("a['x'].b[0][-1]", ("a", [("item", "x"), ("attribute", "b"), ("item", 0), ("item", -1)])),
        *(
            (refused, None)
            for refused in ("f()", "a[b]", "a[1:]", "a[True]", "a[1.5]", "(a, b)", "a +", "", "1", "a\0")
        ),
        ("a" + ".b" * 5000, None),
        ("(" * 900, None),
    ],
)
def test_names_behind_dots_and_constants_in_brackets_are_resolved_and_nothing_else(
    expression: str, path: object
) -> None:
    assert path_of(expression) == path


# ----------------------------------------------------------------------------------------------------------- lines


@pytest.mark.parametrize(
    ("source", "binds"),
    [
        *((source, "surely") for source in ("x = 1", "a, (x, *b) = c", "x: int = 1", "x += 1", "x = y = 1; z = 2")),
        *((source, "surely") for source in ("import x.y", "import a as x", "from a import b as x", "def x(): pass")),
        *(
            (source, "surely")
            for source in ("class x: pass", "with a as x: pass", "with a:\n    x = 1", "x = await f()")
        ),
        *((source, "maybe") for source in ("for x in y: pass", "if a:\n    x = 1", "while (x := f()): pass")),
        *((source, "maybe") for source in ("def f():\n    global x\n    x = 1", "match a:\n    case [x]: pass")),
        *((source, "unseen") for source in ("from a import *", "exec(code)", "globals()['x'] = 1", "x = = 1")),
        *(
            (source, None)
            for source in ("x.a = 1", "x[0] = 1", "print(x)", "def f():\n    x = 1", "a = [x for x in y]")
        ),
        *((source, None) for source in ("def f():\n    global x\n    print(x)", "df.eval('x')", "class A:\n    x = 1")),
    ],
)
def test_whether_a_statement_binds_a_name(source: str, binds: str | None) -> None:
    assert binding(source, "x") == binds


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\ny = 2\nx = 3\ny = 4", 3),
        ("x = 1\nif True:\n    x = 2", None),
        ("for x in [1]: pass", 1),
        ("x = 1\nfrom math import *", None),
        ("from math import *\nx = 1", 2),
        ("x = 1\ndef f():\n    global x\n    x = 2", None),
        ("x = 1\nx = 1 / 0", None),
    ],
)
async def test_a_description_names_the_line_that_surely_bound_it_last(
    session: Session, text: str, line: int | None
) -> None:
    await ran(session, text)
    described = await session.live_description("x")
    assert described is not None
    assert described.line == line


async def test_a_result_that_the_process_of_now_has_not_run_does_not_count(session: Session) -> None:
    await ran(session, "x = 1\ny = 2\nx = 3")
    await ran(session, "x = 1\ny = 20\nx = 3", until=2)
    described = await session.live_description("x")
    assert described == LiveDescription("int 1", 1)


async def test_statements_that_ran_by_themselves_count_by_their_time(session: Session) -> None:
    await ran(session, "x = 1\ny = 2\nx = 3")
    await ran(session, "x = 1\ny = 2\nx = 3", fresh=False, until=1)
    assert await session.live_description("x") == LiveDescription("int 1", 1)
