"""Every byte in order, and beside the statement that wrote it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from rdit.protocol.messages import Written
from tests.kernel.driving import Kernel, running_kernel
from tests.pythons import Python


async def test_the_order_between_stdout_and_stderr_is_kept(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import sys\nfor i in range(3):\n    print('out', i)\n    print('err', i, file=sys.stderr)"
    )
    assert run.output[1] == [pair for i in range(3) for pair in (("stdout", f"out {i}\n"), ("stderr", f"err {i}\n"))]


IN_ORDER = {
    "os.write": "os.write(1, b'c\\n')",
    "a child process": "subprocess.run(['echo', 'c'])",
    "os.system": "os.system('echo c')",
    "a C library": "(ctypes.CDLL(None).puts(b'c'), ctypes.CDLL(None).fflush(None))",
    "the buffer": "sys.stdout.buffer.write(b'c\\n')",
    "open(1)": "open(1, 'w', closefd=False).write('c\\n')",
    "a forked child": "os.waitpid(os.fork() or (os.write(1, b'c\\n'), os._exit(0)), 0)",
}


@pytest.mark.parametrize("write", IN_ORDER.values(), ids=IN_ORDER.keys())
async def test_output_is_in_order_with_print_from(write: str, kernel: Kernel) -> None:
    run = await kernel.run(
        f"import ctypes, os, subprocess, sys\nfor i in range(20):\n    print('a', i)\n    _ = {write}\n    print('b', i, end='|')"
    )
    assert run.text() == "".join(f"a {i}\nc\nb {i}|" for i in range(20))


@pytest.mark.parametrize("write", IN_ORDER.values(), ids=IN_ORDER.keys())
async def test_output_belongs_to_its_statement_from(write: str, kernel: Kernel) -> None:
    run = await kernel.run("import ctypes, os, subprocess, sys\n" + f"_ = {write}\n" * 10)
    assert run.output == {index: [("stdout", "c\n")] for index in range(1, 11)}


async def test_a_write_is_on_its_way_before_its_statement_ends(kernel: Kernel) -> None:
    run = await kernel.start("import sys\nprint('no newline', end=''); input()", interactive=True)
    await kernel.until_written("no newline", run)


async def test_a_write_arrives_while_a_child_process_is_waited_for(kernel: Kernel) -> None:
    run = await kernel.start("import subprocess\nprint('before', end='')\nsubprocess.run(['sleep', '60'])")
    await kernel.until_written("before", run)


async def test_invalid_utf_8_arrives_as_it_is(kernel: Kernel) -> None:
    run = await kernel.run("import os\n_ = os.write(1, b'a\\xff\\xe2\\x82')\nprint('b')")
    bodies = run.bodies
    assert bodies == b"a\xff\xe2\x82b\n"


async def test_a_character_that_is_written_in_parts_arrives_whole(kernel: Kernel) -> None:
    run = await kernel.run(
        "import os, time\nfor byte in '日本🎉'.encode():\n    _ = os.write(1, bytes([byte]))\n    time.sleep(0.002)"
    )
    assert run.text() == "日本🎉"
    assert all(body.decode() for body in run.pieces)


async def test_what_looks_like_a_beginning_of_a_marker_is_not_kept_for_ever(kernel: Kernel) -> None:
    data = bytes(range(256)) * 300
    run = await kernel.run("import os\n_ = os.write(1, bytes(range(256)) * 300)")
    assert run.bodies == data


async def test_redirected_output_stays_out_of_sight_and_echoes_do_not(kernel: Kernel) -> None:
    run = await kernel.run(
        "import os, sys\nfd = os.open('log.txt', os.O_RDWR | os.O_CREAT)\nsaved = os.dup(1)\n_ = os.dup2(fd, 1)\n"
        "print('hidden')\n6 * 7\n_ = os.dup2(saved, 1)\nprint('back')\nopen('log.txt').read()"
    )
    assert run.text() == "42\nback\n'hidden\\n'\n"


async def test_a_replaced_stdout_gets_what_is_printed(kernel: Kernel) -> None:
    run = await kernel.run("import io, sys\nsys.stdout = io.StringIO()\nprint('in there')\nsys.stdout.getvalue()")
    assert run.text() == "'in there\\n'\n"
    assert (await kernel.run("sys.stdout = sys.__stdout__\nprint('back')")).text() == "back\n"


async def test_a_non_blocking_stdout_loses_nothing(kernel: Kernel) -> None:
    run = await kernel.run(
        "import os\nos.set_blocking(1, False)\nfor i in range(20_000): print('a line that is long enough', i)"
    )
    assert run.status == "ok"
    assert run.text() == "".join(f"a line that is long enough {i}\n" for i in range(20_000))


async def test_a_late_thread_writes_for_the_statement_that_started_it(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import threading\ngo, done = threading.Event(), threading.Event()\n"
        "def work():\n    go.wait()\n    print('from the thread')\n    done.set()\n"
        "threading.Thread(target=work).start()\n"
        "print('in between'); go.set(); _ = done.wait(); print('and after')"
    )
    (started,) = [index for index, first, _ in run.plan if first == 7]
    assert run.output[started] == [("stdout", "from the thread\n")]
    assert {index for index, _ in run.late} == {started}
    rest = [text for index, pieces in run.output.items() if index > started for _, text in pieces]
    assert rest == ["in between\n", "and after\n"]


async def test_output_after_the_run_is_late_output_of_its_last_statement(kernel: Kernel) -> None:
    run = await kernel.run(
        "import threading\nevent = threading.Event()\nthreading.Thread(target=lambda: (event.wait(), print('late'))).start()"
    )
    after = await kernel.run("event.set()\nimport time\nwhile threading.active_count() > 1: time.sleep(0.001)")
    written = {(m.run_id, m.node_index, m.late) for m in after.messages if isinstance(m, Written)}
    assert written == {(run.run_id, 2, True)}
    assert after.bodies == b"late\n"


async def test_a_forked_child_that_goes_on_runs_the_rest_without_a_word_to_the_page(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import os, sys\npid = os.fork()\nif pid: print('status', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
        "print('parent' if pid else 'child')\nif not pid: sys.exit(5)\n'done'\nprint('end')"
    )
    assert run.status == "ok"
    assert run.text() == "child\nstatus 5\nparent\n" + "end\n"


async def test_a_forked_child_that_fails_prints_its_traceback_and_its_status_is_one(kernel: Kernel) -> None:
    run = await kernel.run(
        "import os, atexit\natexit.register(print, 'exit handler');\npid = os.fork()\n"
        "if not pid: 1 / 0\nos.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])"
    )
    assert run.status == "ok"
    assert run.text() == "exit handler\n1\n"
    assert run.text("stderr").endswith("ZeroDivisionError: division by zero\n")


LOOK_AT_STREAMS = """
import sys
for s in (sys.stdin, sys.stdout, sys.stderr):
    print(type(s), s.name, s.mode, s.encoding, s.errors, s.fileno(), s.isatty(), s.readable(), s.writable(), s.newlines)
    print(type(s.buffer), repr(s), s.line_buffering, s.buffer.mode, s.buffer.name)
print(sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__, sys.stdin is sys.__stdin__)
"""


@pytest.mark.parametrize("variables", [{"PYTHONUNBUFFERED": ""}, {"PYTHONUNBUFFERED": "1"}, {"LC_ALL": "C"}], ids=str)
async def test_the_streams_look_like_pythons_own(python: Python, script_path: Path, variables: dict[str, str]) -> None:
    expected = subprocess.run(
        [python.path, "-c", LOOK_AT_STREAMS],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **variables},
    )
    async with running_kernel(python.path, script_path, script_path.parent, **variables) as kernel:
        assert (await kernel.run(LOOK_AT_STREAMS)).text() == expected.stdout
