"""What a value was: told by the live worker or by a snapshot, which stays as it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from rdit.protocol.messages import Inspect, Reply, StatementStarted, WorkerStarted
from tests.kernel.driving import Kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")

COUNTING = "count = 1\nnames = ['a']\ncount = 2\nnames.append('b')\ncount = 3\n"
LAST = 5


async def inspect(
    kernel: Kernel, name: str, *places: int, script: str = COUNTING, or_present: bool = False
) -> tuple[str | None, int | None]:
    """Return what *name* is in the best of *places*, and which that was."""
    question = Inspect("look", "value", name, places=[*places], or_present=or_present)
    await kernel.send(question, body=script.encode())
    reply = await kernel.until(Reply)
    return (None if reply.value is None else reply.value["text"]), reply.at


@pytest.fixture
async def counted(kernel: Kernel) -> Kernel:
    assert (await kernel.run(COUNTING, fresh=True, focus_line=3)).status == "ok"
    return kernel


async def test_the_best_state_answers_that_there_is(counted: Kernel) -> None:
    assert await inspect(counted, "count", 2, LAST) == ("int 1", 2)
    assert await inspect(counted, "count", 1, LAST, 2) == ("int 3", LAST)
    assert await inspect(counted, "names", 1, 4) == (None, None)
    assert await inspect(counted, "count", 1, 4, or_present=True) == ("int 3", LAST)
    assert await inspect(counted, "absent", 2) == (None, 2)


async def test_a_snapshot_of_another_text_does_not_answer(counted: Kernel) -> None:
    other = COUNTING.replace("count = 1", "count = 11")
    assert await inspect(counted, "count", 2, script=other) == (None, None)
    assert await inspect(counted, "count", 2, script=other, or_present=True) == ("int 3", LAST)
    same = f"# a comment\n{COUNTING}"
    assert await inspect(counted, "count", 2, script=same) == ("int 1", 2)


async def test_a_block_that_goes_on_is_another_statement(kernel: Kernel) -> None:
    script = "count = 1\nif count > 1:\n    count = 5\nother = 2\n"
    await kernel.run(script, fresh=True, focus_line=4)
    assert await inspect(kernel, "count", 2, script=script) == ("int 1", 2)
    longer = script.replace("other", "# so far\nelse:\n    count = 6\nother")
    assert await inspect(kernel, "count", 2, script=longer) == (None, None)


async def test_a_snapshot_is_as_it_was_afterwards(counted: Kernel) -> None:
    for _ in range(5):
        assert await inspect(counted, "names", 2) == ("list of 1: ['a']", 2)
    run = await counted.run(COUNTING.replace("count = 2", "count = 20") + "print(count, names)\n", fresh=True)
    assert run.text() == "3 ['a', 'b']\n"
    assert await inspect(counted, "names", 2) == ("list of 1: ['a']", 2)


async def test_no_code_of_the_script_runs_for_it(kernel: Kernel, script_path: Path) -> None:
    ran = script_path.with_name("ran")
    script = dedent(f"""\
    class Telling:
        def __getattribute__(self, name):
            open({str(ran)!r}, "w").close()
            return object.__getattribute__(self, name)
        def __repr__(self):
            open({str(ran)!r}, "w").close()
            return "telling"
    telling = Telling()
    later = 1
    """)
    await kernel.run(script, fresh=True, focus_line=9)
    text, at = await inspect(kernel, "telling", 2, script=script)
    assert at == 2
    assert text is not None
    assert "Telling" in text
    assert not ran.exists()


async def test_it_is_answered_while_the_script_runs(kernel: Kernel, script_path: Path) -> None:
    gate = script_path.with_name("gate")
    os.mkfifo(gate)
    script = f"{COUNTING}open({str(gate)!r}).read()\n"
    run = await kernel.request(script, fresh=True, focus_line=3)
    while (await kernel.follow(run, StatementStarted)).node_index != LAST:
        continue
    assert await inspect(kernel, "count", 2, LAST, script=script, or_present=True) == ("int 1", 2)
    assert await inspect(kernel, "count", LAST, script=script, or_present=True) == (None, None)
    gate.write_text("")
    await kernel.follow(run)
    assert run.status == "ok"


async def test_a_long_answer_arrives_whole(kernel: Kernel) -> None:
    script = "wide = {f'a key with a long name {n:04}': n for n in range(2000)}\nlater = 1\n"
    await kernel.run(script, fresh=True, focus_line=2)
    await kernel.send(Inspect("look", "item", "wide", places=[1], or_present=False), body=script.encode())
    reply = await kernel.until(Reply)
    assert len(reply.value["names"]) == 2000
    assert reply.at == 1


async def test_those_that_come_together_are_all_answered_by_one_snapshot(counted: Kernel) -> None:
    for number in range(20):
        await counted.send(
            Inspect(f"look-{number}", "value", "count", places=[2], or_present=False), body=COUNTING.encode()
        )
    answers = [await counted.until(Reply) for _ in range(20)]
    assert [(one.query_id, one.at) for one in answers] == [(f"look-{number}", 2) for number in range(20)]


async def test_a_snapshot_that_is_killed_is_passed_over(kernel: Kernel) -> None:
    script = "import os\ncount = 1\nseen = 2\nlater = 3\n"
    await kernel.run(script, fresh=True, focus_line=4)
    task = Path(f"/proc/{kernel.process.pid}/task/{kernel.process.pid}/children")
    live = int((await kernel.run("os.getpid()")).text())
    parked = [int(pid) for pid in task.read_text().split() if int(pid) != live]
    assert len(parked) == 1
    os.kill(parked[0], 9)
    assert await inspect(kernel, "count", 3, script=script) == (None, None)


# ------------------------------------------------------------------------------------- what no process stands before

BINDING = """\
import math
x = 1
x += 1
y = [x]
x = "a"
y = len(y)
del x
for x in range(3): y += x
def x(): pass
import math as y
"""
BOUND = {
    ("x", 2): "int 1",
    ("x", 4): "int 2",
    ("x", 6): "str 'a'",
    ("x", 8): "int 2",
    ("y", 5): "list of 1: [2]",
    ("y", 7): "int 1",
    ("y", 9): "int 4",
}


async def test_what_is_bound_anew_is_remembered_as_it_was(every_kernel: Kernel) -> None:
    await every_kernel.run(BINDING, fresh=True)
    for (name, place), text in BOUND.items():
        assert await inspect(every_kernel, name, place, script=BINDING) == (text, place)
    assert await inspect(every_kernel, "x", 3, 4, script=BINDING) == ("int 2", 4)
    assert await inspect(every_kernel, "x", 3, 5, script=BINDING) == (None, None)
    assert await inspect(every_kernel, "math", 2, script=BINDING) == (None, None)


async def test_what_another_text_was_is_not_told(kernel: Kernel) -> None:
    await kernel.run(BINDING, fresh=True)
    other = BINDING.replace("x = 1", "x = 11")
    assert await inspect(kernel, "x", 2, script=other) == (None, None)
    assert await inspect(kernel, "x", 2, script=f"# a comment\n{BINDING}") == ("int 1", 2)
    await kernel.run("x = 3", fresh=False)
    assert await inspect(kernel, "x", 2, script=BINDING) == (None, None)


async def test_a_process_that_goes_on_from_a_snapshot_remembers_what_was_before_it(kernel: Kernel) -> None:
    await kernel.run(BINDING, fresh=True, focus_line=9)
    edited = BINDING.replace("def x(): pass", "x = 77\nx = 78")
    run = await kernel.request(edited, fresh=True)
    assert (await kernel.follow(run, WorkerStarted)).resumed_at == 8
    await kernel.follow(run)
    told = [await inspect(kernel, "x", place, script=edited) for place in (2, 6, 8, 9)]
    assert told == [("int 1", 2), ("str 'a'", 6), ("int 2", 8), ("int 77", 9)]


async def test_while_the_script_runs_the_newest_snapshot_remembers(kernel: Kernel, script_path: Path) -> None:
    gate = script_path.with_name("gate")
    os.mkfifo(gate)
    script = f"{BINDING}open({str(gate)!r}).read()\n"
    run = await kernel.request(script, fresh=True, focus_line=7)
    while (await kernel.follow(run, StatementStarted)).node_index != len(BINDING.splitlines()):
        continue
    told = [await inspect(kernel, "x", place, script=script) for place in (2, 4, 8)]
    assert told == [("int 1", 2), ("int 2", 4), (None, None)]
    gate.write_text("")
    await kernel.follow(run)


async def test_every_python_tells(every_kernel: Kernel) -> None:
    await every_kernel.run(COUNTING, fresh=True, focus_line=3)
    assert await inspect(every_kernel, "count", 2) == ("int 1", 2)
    assert await inspect(every_kernel, "count", LAST) == ("int 3", LAST)
