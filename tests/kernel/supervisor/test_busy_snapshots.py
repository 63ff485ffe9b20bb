"""A snapshot that is busy: whoever asks it something waits until it has time. Here the system has stopped it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest

from rdit.protocol.messages import Inspect, Interrupt, LookBack, LookedBack, Reply, Request, WorkerStarted
from tests.kernel.driving import Kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")

COUNTING = "import os\ncount = 1\nsize = 7\ncount = 2\n"
LONG = COUNTING + "#" * (1 << 20)
"""Of more bytes than a socket holds."""


@pytest.fixture
async def stopped(kernel: Kernel) -> int:
    """The process of the only snapshot, which stands before the fourth statement."""
    assert (await kernel.run(COUNTING, fresh=True, focus_line=4)).status == "ok"
    assert kernel.worker is not None
    children = Path(f"/proc/{kernel.process.pid}/task/{kernel.process.pid}/children").read_text().split()
    found = [int(pid) for pid in children if int(pid) != kernel.worker.pid]
    assert len(found) == 1
    os.kill(found[0], SIGSTOP)
    return found[0]


async def ask(kernel: Kernel, request: Request, script: str = LONG, code: str = "") -> None:
    await kernel.send(request, body=f"{script}{code}".encode())


def look_back(number: int) -> LookBack:
    return LookBack(f"look-{number}", 2, len(LONG))


def question(number: int, name: str = "count") -> Inspect:
    return Inspect(f"question-{number}", "value", name, places=[3], or_present=False)


async def test_all_that_is_asked_meanwhile_is_answered(kernel: Kernel, stopped: int) -> None:
    for number in range(2):
        await ask(kernel, look_back(number), code="print(count)")
        await ask(kernel, question(number))
    os.kill(stopped, SIGCONT)
    answered: dict[str, int | None] = {}
    while len(answered) < 4:
        message, _ = await kernel.next()
        if isinstance(message, LookedBack):
            assert message.problem is None
            answered[message.query_id] = message.before
        elif isinstance(message, Reply):
            answered[message.query_id] = message.at
    assert set(answered.values()) == {3}


async def test_a_run_goes_on_from_it_once_it_has_time(kernel: Kernel, stopped: int) -> None:
    await ask(kernel, question(1))
    run = await kernel.request(COUNTING.replace("count = 2", "count += 10\nprint(count)"), fresh=True)
    os.kill(stopped, SIGCONT)
    assert (await kernel.follow(run, WorkerStarted)).resumed_at == 3
    await kernel.follow(run)
    assert run.text() == "11\n"


async def test_what_was_interrupted_before_its_turn_never_runs(kernel: Kernel, stopped: int, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    await ask(kernel, question(1))
    await ask(kernel, look_back(1), code=f"open({str(ran)!r}, 'w').close()")
    await kernel.send(Interrupt())
    assert (await kernel.until(LookedBack)).problem == "It was interrupted."
    os.kill(stopped, SIGCONT)
    assert (await kernel.until(Reply)).at == 3
    await ask(kernel, look_back(2), code="print(count)")
    assert (await kernel.until(LookedBack)).before == 3
    assert not ran.exists()


async def test_if_it_dies_all_who_wait_are_answered(kernel: Kernel, stopped: int) -> None:
    for number in range(2):
        await ask(kernel, look_back(number), code="print(count)")
        await ask(kernel, question(number, "size"))
    os.kill(stopped, SIGKILL)
    answers = 0
    while answers < 4:
        message, _ = await kernel.next()
        if isinstance(message, LookedBack):
            assert "No copy of the process was kept" in (message.problem or "")
            answers += 1
        elif isinstance(message, Reply):
            assert message.value is None
            answers += 1
    edited = await kernel.run(COUNTING.replace("count = 2", "count += 10\nprint(count)"), fresh=True)
    assert edited.text() == "11\n"
