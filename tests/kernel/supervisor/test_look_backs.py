"""Looking back: code in the state as it was after a statement, without any effect on the run."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from rdit.kernel.protocol.frames import FrameDecoder
from rdit.protocol.messages import Interrupt, LookBack, LookedBack, StatementStarted
from rdit.session.kernel.decoding import decode
from tests.kernel.driving import Kernel, Transcript, running_kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")

COUNTING = """\
import time
count = 1
time.sleep(0.03)
count = 2
time.sleep(0.03)
count = 3
"""
LAST = 5


class Seen(NamedTuple):
    answer: LookedBack
    shown: Transcript

    @property
    def text(self) -> str:
        return self.shown.text()


async def look_back(kernel: Kernel, script: str, node_index: int, code: str) -> Seen:
    texts = script.encode(), code.encode()
    await kernel.send(LookBack("look", node_index, len(texts[0])), body=b"".join(texts))
    while True:
        message, body = await kernel.next()
        if isinstance(message, LookedBack):
            break
    shown = Transcript("look")
    for header, part in FrameDecoder().feed(body):
        told = decode(header)
        shown.add(told, bytes(part))  # type: ignore[arg-type]
    return Seen(message, shown)


@pytest.fixture
async def counted(kernel: Kernel) -> Kernel:
    assert (await kernel.run(COUNTING, fresh=True, focus_line=4)).status == "ok"
    return kernel


async def test_an_earlier_statement_shows_its_state(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "count")
    assert (seen.text, seen.answer.before, seen.answer.problem) == ("1\n", 3, None)


async def test_without_a_snapshot_there_the_nearest_one_before_answers_and_says_so(kernel: Kernel) -> None:
    await kernel.run(COUNTING, (1, LAST + 1), fresh=True, focus_line=4)
    seen = await look_back(kernel, COUNTING, 3, "count")
    assert (seen.text, seen.answer.before) == ("1\n", 3)


async def test_at_the_cursor_the_states_before_and_after_its_statement_are_there(kernel: Kernel) -> None:
    script = "count = 1\ncount = 2\ncount = 3\ncount = 4\n"
    await kernel.run(script, fresh=True, focus_line=3)
    for node_index in (1, 2):
        seen = await look_back(kernel, script, node_index, "count")
        assert (seen.text, seen.answer.before) == (f"{node_index + 1}\n", node_index + 1)


async def test_after_the_last_statement_it_is_the_state_of_the_live_worker(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, LAST, "count")
    assert (seen.text, seen.answer.before) == ("3\n", LAST + 1)
    again = await look_back(counted, COUNTING, LAST, "count")
    assert again.text == "3\n"


async def test_after_an_error_the_state_is_there_to_look_at(kernel: Kernel) -> None:
    script = "x = 5\n1 / 0\n"
    assert (await kernel.run(script, fresh=True)).status == "error"
    assert (await look_back(kernel, script, 1, "x")).text == "5\n"


async def test_where_nothing_was_kept_it_says_so(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 0, "count")
    assert seen.answer.before is None
    assert "No copy of the process was kept" in (seen.answer.problem or "")


async def test_a_snapshot_of_another_text_does_not_answer(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING.replace("count = 1", "count = 11"), 2, "count")
    assert seen.answer.before is None
    seen = await look_back(counted, COUNTING.replace("count = 3", "count = 33"), 2, "count")
    assert seen.text == "1\n"


async def test_an_exception_has_its_traceback_and_the_lines_of_the_code(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "def fail():\n    return count / 0\nfail()")
    assert seen.shown.errors[0].text.splitlines() == [
        "Traceback (most recent call last):",
        '  File "<console>", line 3, in <module>',
        "    fail()",
        *(["    ~~~~^^"] if sys.version_info >= (3, 13) else []),
        '  File "<console>", line 2, in fail',
        "    return count / 0",
        *(["           ~~~~~~^~~"] if sys.version_info >= (3, 11) else []),
        "ZeroDivisionError: division by zero",
    ]


async def test_code_that_does_not_parse_shows_its_error(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "1 +")
    assert "SyntaxError" in seen.shown.errors[0].text


async def test_output_of_every_sort_comes_in_order(counted: Kernel) -> None:
    code = """\
    import os, sys, subprocess
    print("a"); done = os.write(1, b"b\\n"); done = subprocess.run(["echo", "c"]); print("d", file=sys.stderr)
    [count]
    """
    seen = await look_back(counted, COUNTING, 2, dedent(code))
    assert seen.text == "a\nb\nc\n[1]\n"
    assert seen.shown.text("stderr") == "d\n"


async def test_nobody_is_asked(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "input('name? ')")
    assert "EOFError" in seen.shown.errors[0].text
    assert "nobody can be asked" in seen.shown.errors[0].text


async def test_what_takes_too_long_is_ended(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "print('begun')\nwhile True: pass")
    assert seen.text == "begun\n"
    assert seen.answer.problem == "It took longer than 10 s, and was ended."
    assert (await counted.run(COUNTING + "count\n", fresh=True)).text() == "3\n"


@pytest.mark.parametrize("is_begun", [False, True])
async def test_an_interrupt_ends_it(counted: Kernel, tmp_path: Path, *, is_begun: bool) -> None:
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    texts = COUNTING, f"import time\nopen({str(begun)!r}, 'w').close()\ntime.sleep(60)"
    body = "".join(texts).encode()
    await counted.send(LookBack("look", 2, len(COUNTING)), body=body)
    if is_begun:
        await asyncio.to_thread(begun.read_bytes)
    await counted.send(Interrupt())
    assert (await counted.until(LookedBack)).problem == "It was interrupted."
    seen = await look_back(counted, COUNTING, 2, "print(count)")
    assert (seen.text, seen.answer.problem) == ("1\n", None)


async def test_those_that_come_together_are_all_answered_by_one_snapshot(counted: Kernel) -> None:
    requests = [LookBack(f"look-{number}", 2, len(COUNTING)) for number in range(4)]
    for request in requests:
        await counted.send(request, body=f"{COUNTING}count".encode())
    answers = [await counted.until(LookedBack) for _ in requests]
    assert [(one.query_id, one.before, one.problem) for one in sorted(answers, key=lambda one: one.query_id)] == [
        (f"look-{number}", 3, None) for number in range(4)
    ]


async def test_what_shows_too_much_is_ended(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "while True: print('x' * 10000)")
    assert seen.answer.problem == "It showed more than 4 MB, and was ended."


async def test_a_crash_is_told_and_harms_nobody(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert "SIGSEGV" in (seen.answer.problem or "")
    assert (await look_back(counted, COUNTING, 2, "count")).text == "1\n"


async def test_an_exit_ends_the_code_alone(counted: Kernel) -> None:
    seen = await look_back(counted, COUNTING, 2, "print(1)\nexit(3)")
    assert (seen.text, seen.answer.problem) == ("1\n", None)


async def test_it_answers_while_the_script_runs(kernel: Kernel, script_path: Path) -> None:
    gate = script_path.with_name("gate")
    os.mkfifo(gate)
    script = f"{COUNTING}open({str(gate)!r}).read()\n"
    run = await kernel.request(script, fresh=True, focus_line=4)
    while (await kernel.follow(run, StatementStarted)).node_index != LAST + 1:
        continue
    assert (await look_back(kernel, script, 2, "count")).text == "1\n"
    gate.write_text("")
    await kernel.follow(run)
    assert run.status == "ok"


async def test_the_run_is_as_it_was(kernel: Kernel, script_path: Path) -> None:
    """Names, places in files, random numbers, handlers, children and `os.wait`: of the snapshot and of the worker."""
    read, appended = script_path.with_name("read.txt"), script_path.with_name("appended.txt")
    read.write_text("one\ntwo\nthree\nfour\n")
    script = dedent(f"""\
    import multiprocessing, os, random, signal, time
    random.seed(1)
    calls = []
    handler = signal.signal(signal.SIGCHLD, lambda *_: calls.append("child"))
    lock = multiprocessing.get_context("fork").Lock()
    lines = open({str(read)!r})
    lines.readline();
    log = open({str(appended)!r}, "a")
    log.write("first ");
    names = ["a"]
    time.sleep(0.03)
    second = os.read(lines.fileno(), 0)
    time.sleep(0.03)
    """)
    disturbing = dedent("""\
    import os, random, signal
    lines.read(); os.lseek(lines.fileno(), 0, 2)
    log.write("of the look "); log.flush()
    random.random(); names.append("b"); del handler
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    lock.acquire()
    os.fork() or os._exit(0)
    """)
    asking = dedent("""\
    try:
        os.wait()
    except ChildProcessError:
        print("no child")
    log.write("second"); log.close();
    print(lines.read().split(), random.random(), names, calls, "handler" in globals(), lock.acquire(False))
    print(signal.getsignal(signal.SIGCHLD).__name__)
    """)
    last = len(script.splitlines()) - 1
    await kernel.run(script, fresh=True, focus_line=last)
    for node_index in (last, last - 2, last, last - 2):
        seen = await look_back(kernel, script, node_index, disturbing)
        assert (seen.shown.errors, seen.answer.problem, seen.answer.before) == ([], None, node_index + 1)
    here = await kernel.run(script + asking, fresh=True)
    found = here.text()
    assert appended.read_text() == "first second"
    appended.unlink()
    fresh = await kernel.run("1\n" + script + asking, fresh=True)
    assert found == fresh.text().removeprefix("1\n")
    assert "no child" in found
    assert "0.13436424411240122" in found
    assert found.endswith("True\n<lambda>\n")


async def test_every_python_looks_back(every_kernel: Kernel) -> None:
    await every_kernel.run(COUNTING, fresh=True, focus_line=4)
    assert (await look_back(every_kernel, COUNTING, 2, "count")).text == "1\n"
    assert (await look_back(every_kernel, COUNTING, LAST, "count")).text == "3\n"


async def test_no_process_is_left_over(script_path: Path) -> None:
    async with running_kernel(sys.executable, script_path, script_path.parent) as kernel:
        await kernel.run(COUNTING, fresh=True, focus_line=4)
        code = "import os, subprocess\nchild = subprocess.Popen(['sleep', '60'])\nprint(os.getpid(), child.pid)"
        seen = await look_back(kernel, COUNTING, 2, code)
        pids = [int(word) for word in seen.text.split()]
    for pid in pids:
        with suppress(FileNotFoundError):  # nobody has reaped it yet
            assert Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
