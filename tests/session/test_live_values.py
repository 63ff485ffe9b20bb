"""What a session's live values have and are: asked between runs, answered in time or not at all."""

from __future__ import annotations

import asyncio
import sys

import pytest

from rdit.protocol import messages
from rdit.protocol.values import LineRange, LiveDescription, LiveName, Viewpoint
from rdit.session.live import live_values
from rdit.session.live.bindings import binding
from rdit.session.live.live_values import MAX_WAITING, path_of
from rdit.session.runs import RunRequest
from rdit.session.session import Session

copies = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for an answer also on a machine that is busy; what comes late is made late."""
    monkeypatch.setattr(live_values, "ANSWER_SECONDS", 20)


async def ran(
    session: Session, script: str, *, fresh: bool = True, until: int | None = None, focus: int | None = None
) -> None:
    """Run a script, or the part up to a line, to its end; a copy is kept before the statement at *focus*."""
    lines = None if until is None else LineRange(1, until)
    await session.submit(RunRequest(script, lines, fresh=fresh, focus_line=focus)).finished


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
    monkeypatch.setattr(kernel, "send", lambda question, _body: sent.append(question))
    for _ in range(MAX_WAITING + 3):
        assert await session.live_description("x") is None
        await asyncio.sleep(0)
    assert len(sent) == MAX_WAITING
    monkeypatch.undo()
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    session._receive([(messages.Reply(question.query_id, {"text": "late"}), b"") for question in sent])
    await asyncio.wait([task for task in waiting if "_told" in repr(task)])
    await asyncio.sleep(0)
    monkeypatch.setattr(live_values, "ANSWER_SECONDS", 20)
    assert await session.live_description("x") == LiveDescription("int 1", 1)


@pytest.mark.parametrize("forged", [{"names": 3}, [], "text", {"text": ["x"]}])
async def test_a_forged_answer_is_none(session: Session, monkeypatch: pytest.MonkeyPatch, forged: object) -> None:
    await ran(session, "x = 1")
    kernel = session.owner.kernel
    assert kernel is not None

    def send(question: messages.Inspect, _body: bytes) -> None:
        session._receive([(messages.Reply(question.query_id, forged), b"")])

    monkeypatch.setattr(kernel, "send", send)
    assert await session.live_names("x", "attribute") is None
    assert await session.live_description("x") is None


async def test_a_question_ends_with_the_kernel(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    await ran(session, "x = 1")
    kernel = session.owner.kernel
    assert kernel is not None
    monkeypatch.setattr(kernel, "send", lambda *_: kernel.fail("The test wants it so."))
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


# --------------------------------------------------------------------------------------------------------- moments


KEPT = """\
count = 1
df = {"a": 1}
note = "unrelated"
count = 2
df["b"] = 2
total = 9
count = 3
"""


def after(line: int, text: str = KEPT) -> Viewpoint:
    return Viewpoint(text, line, is_before=False)


def before(line: int, text: str = KEPT) -> Viewpoint:
    return Viewpoint(text, line, is_before=True)


async def keys_at(session: Session, view: Viewpoint) -> list[str]:
    names = await session.live_names("df", "item", view)
    return [] if names is None else [one.label for one in names.names]


@copies
async def test_a_name_is_described_as_it_was_after_an_earlier_statement(session: Session) -> None:
    await ran(session, KEPT, focus=4)
    described = {line: await session.live_description("count", after(line)) for line in (1, 3, 4, 6, 7)}
    assert described == {
        1: LiveDescription("int 1", 1, "as it was after line 3"),
        3: LiveDescription("int 1", 1, "as it was after line 3"),
        4: LiveDescription("int 2", 4, "as it was after line 4"),
        6: LiveDescription("int 2", 4, "as it was after line 4"),
        7: LiveDescription("int 3", 7),
    }


@copies
async def test_a_value_that_may_have_been_changed_since_says_of_which_state_it_is(session: Session) -> None:
    await ran(session, KEPT, focus=4)
    described = {line: await session.live_description("df", after(line)) for line in (2, 4, 5, 6)}
    (late,) = {described[5], described[6]}
    assert (described[2], described[4], late) == (
        LiveDescription("dict of 1: {'a': 1}", 2, "as it was after line 3"),
        LiveDescription("dict of 1: {'a': 1}", 2, "as it was after line 4"),
        LiveDescription("dict of 2: {'a': 1, 'b': 2}", 2, "now"),
    )
    assert await session.live_description("note", after(1)) is None  # not bound yet
    assert await session.live_description("len", after(3)) is None  # of functions others tell more


@copies
async def test_completion_offers_what_was_there_before_the_line(session: Session) -> None:
    await ran(session, KEPT, focus=4)
    assert await keys_at(session, before(4)) == ["a"]
    assert await keys_at(session, before(7)) == ["a", "b"]
    assert await keys_at(session, before(1)) == ["a", "b"]  # of no copy: those of now


@copies
async def test_a_text_that_was_edited_since_is_known_up_to_its_edit(session: Session) -> None:
    await ran(session, KEPT, focus=4)
    typed = KEPT.replace("count = 2", 'df["')
    assert await keys_at(session, before(4, typed)) == ["a"]
    inserted = KEPT.replace("count = 2", 'df["\ncount = 2')
    assert await keys_at(session, before(4, inserted)) == ["a"]
    assert await session.live_description("count", after(4, typed)) == LiveDescription(
        "int 1", 1, "as it was after line 3"
    )
    above = f"# a comment\n{KEPT}"
    assert await session.live_description("count", after(2, above)) == LiveDescription(
        "int 1", 2, "as it was before the edit"
    )
    below = f"{KEPT}# a comment\n"
    assert await session.live_description("count", after(1, below)) == LiveDescription(
        "int 1", 1, "as it was after line 3"
    )


@copies
async def test_snapshots_answer_while_a_statement_runs(session: Session) -> None:
    script = f"{KEPT}input()\n"
    subscription = session.subscribe()
    run = session.submit(RunRequest(script, None, fresh=True, interactive=True, focus_line=4))
    while session.state.input is None:
        await subscription.wait(20)
        subscription.read()
    assert await session.live_description("count", after(1, script)) == LiveDescription(
        "int 1", 1, "as it was after line 3"
    )
    assert await session.live_description("total", after(6, script)) is None
    session.answer("")
    await run.finished


async def test_without_a_copy_a_name_is_described_while_it_stands_for_the_same(session: Session) -> None:
    script = "x = 1\ny = [1]\nx = 2\ny.append(2)\nz = 3\n"
    await ran(session, script)
    assert await session.live_description("x", after(1, script)) == LiveDescription(
        "int 1", 1, "as it was after line 2"
    )
    assert await session.live_description("x", after(3, script)) == LiveDescription("int 2", 3, "now")
    assert await session.live_description("y", after(2, script)) == LiveDescription("list of 2: [1, 2]", 2, "now")
    assert await session.live_description("z", after(2, script)) is None
    assert await session.live_description("z", after(5, script)) == LiveDescription("int 3", 5)


async def test_of_a_quick_script_each_line_tells_what_it_has_made(session: Session) -> None:
    lines = [
        "import json, string",
        "text = '  a,b,c  '",
        "text = text.strip()",
        "text = text.split(',')",
        "text = [one.upper() for one in text]",
        "text, count = '-'.join(text), len(text)",
        "for letter in string.ascii_lowercase[:3]:",
        "    count += ord(letter)",
        "with open(__file__ + '.json', 'w') as file:",
        "    json.dump({text: count}, file)",
        "count = json.loads(open(file.name).read())",
        "file = count[text]",
        "print(text, count, file)",
    ]
    script = "\n".join([*lines, ""])
    await ran(session, script)
    told = {}
    for line, name in [
        *((line, "text") for line in range(2, 7)),
        (6, "count"),
        (8, "count"),
        (11, "count"),
        (12, "file"),
    ]:
        described = await session.live_description(name, after(line, script))
        told[line, name] = None if described is None else described.text
    assert told == {
        (2, "text"): "str '  a,b,c  '",
        (3, "text"): "str 'a,b,c'",
        (4, "text"): "list of 3: ['a', 'b', 'c']",
        (5, "text"): "list of 3: ['A', 'B', 'C']",
        (6, "text"): "str 'A-B-C'",
        (6, "count"): "int 3",
        (8, "count"): "int 297",
        (11, "count"): "dict of 1: {'A-B-C': 297}",
        (12, "file"): "int 297",
    }


async def test_after_an_interrupt_a_name_that_nothing_binds_since_is_described(session: Session) -> None:
    script = "import signal\nx = [1]\ny = 2\nx.append(3); signal.raise_signal(signal.SIGINT)\nz = 3\n"
    await ran(session, script)
    assert await session.live_description("x", after(2, script)) == LiveDescription("list of 2: [1, 3]", 2, "now")
    other = script.replace("x.append(3)", "y = 5")
    await ran(session, other)
    described = await session.live_description("y", after(3, other))
    assert described is None or described.text == "int 2"


async def test_in_console_mode_the_present_is_described(session: Session) -> None:
    await ran(session, KEPT, fresh=False)
    assert await session.live_description("count", after(1)) == LiveDescription("int 3", 7)
