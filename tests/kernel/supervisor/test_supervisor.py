"""Never stuck, never silent: interrupts, resets, deaths, floods and the end of the kernel, with real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest

from rdit.kernel.protocol.frames import encode
from rdit.protocol.messages import Completed, Died, Interrupt, Reset, WorkerStarted, Written
from tests.kernel.driving import KERNEL, Kernel

# ------------------------------------------------------------------------------------------------------- interrupts

LONG_SCRIPTS = {
    "a busy loop": "print('go')\nwhile True: pass",
    "a sleep": "import time\nprint('go')\ntime.sleep(60)",
    "a blocking read": "import os\nr, w = os.pipe()\nprint('go')\nos.read(r, 1)",
    "a lock": "import threading\nlock = threading.Lock()\nheld = lock.acquire()\nprint('go')\nlock.acquire()",
    "an await": "import asyncio\nprint('go')\nawait asyncio.sleep(60)",
    "asyncio.run": "import asyncio\nprint('go')\nasyncio.run(asyncio.sleep(60))",
    "a child process": "import subprocess\nprint('go')\nsubprocess.run(['sleep', '60'])",
    "os.system": "import os\nif os.system('echo go; exec sleep 60'): raise KeyboardInterrupt",
    "a join of a thread": "import threading\nt = threading.Thread(target=threading.Event().wait, daemon=True)\n"
    "t.start()\nprint('go')\nt.join()",
    "a flood": "print('go')\nwhile True: print('flood')",
    "a flood of both streams": "import sys\nprint('go')\nwhile True: print('a'); print('b', file=sys.stderr)",
    "many statements": "print('go')\n" + "x = sum(range(3000))\n" * 4_000,
}


@pytest.mark.parametrize("script", LONG_SCRIPTS.values(), ids=LONG_SCRIPTS.keys())
async def test_an_interrupt_ends(script: str, kernel: Kernel) -> None:
    await kernel.run("kept = 'still here'")
    run = await kernel.request(script)
    await kernel.until_written("go", run)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"
    assert run.errors[-1].text.endswith("KeyboardInterrupt\n")
    assert (await kernel.run("kept")).text() == "'still here'\n"


async def test_an_interrupt_right_after_the_request_is_not_lost(kernel: Kernel) -> None:
    run = await kernel.request("while True: pass")
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"


async def test_an_interrupt_between_runs_does_nothing(kernel: Kernel) -> None:
    await kernel.run("1")
    await kernel.send(Interrupt())
    assert (await kernel.run("import time\ntime.sleep(0.01)\n'fine'\n2")).status == "ok"


async def test_an_interrupt_that_the_script_catches_lets_it_go_on(kernel: Kernel) -> None:
    run = await kernel.request(
        "import time\ntry:\n    print('go')\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('caught')\n"
        "print('on')"
    )
    await kernel.until_written("go", run)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "ok"
    assert run.text().endswith("caught\non\n")


async def test_an_interrupt_ends_its_own_run_and_not_the_next(kernel: Kernel) -> None:
    first = await kernel.request("print('go')\nwhile True: pass\nprint('never')")
    second = await kernel.request("print('second')")
    await kernel.until_written("go", first)
    await kernel.send(Interrupt())
    await kernel.follow(first)
    await kernel.follow(second)
    assert (first.status, second.status) == ("interrupted", "ok")
    assert "never" not in first.text()


async def test_a_kernel_that_was_started_in_the_background_can_be_interrupted(script_path: Path) -> None:
    code = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, sys.executable, str(KERNEL),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    kernel = Kernel(process)
    await kernel.open(script_path)
    run = await kernel.request("print('go')\nwhile True: pass")
    await kernel.until_written("go", run)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"
    assert await kernel.close() == 0


# ------------------------------------------------------------------------------------------------------------ resets

HOSTILE_SCRIPTS = {
    "nothing special": "x = 1",
    "closed descriptors": "import os\nos.closerange(0, 256)",
    "all descriptors closed": "import os\nos.closerange(0, 30000)",
    "closed streams": "import sys\nsys.stdout.close()\nsys.stderr.close()",
    "no streams": "import sys\nsys.stdout = sys.stderr = sys.__stdout__ = None",
    "no modules": "import sys\nsys.modules.clear()",
    "patched modules": "import json, struct, os\njson.dumps = json.loads = struct.Struct = os.write = os.read = None",
    "no builtins": "import builtins\ndelete = delattr\nfor name in list(vars(builtins)):\n    if name[0] != '_': delete(builtins, name)",
    "a low recursion limit": "import sys\nsys.setrecursionlimit(15)",
    "ignored signals": "import signal\nfor n in range(1, 32):\n"
    "    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass",
    "a deleted folder": "import os, tempfile\nd = tempfile.mkdtemp()\nos.chdir(d)\nos.rmdir(d)",
    "exhausted descriptors": "import os\nfds = []\ntry:\n    while True: fds.append(os.dup(0))\nexcept OSError: pass",
    "no memory left": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (300_000_000,) * 2)\n"
    "x = []\ntry:\n    while True: x.append('x' * 1_000_000)\nexcept MemoryError: pass",
    "a stopped process": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "a lost loop": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "threads that stay": "import threading, time\nt = threading.Thread(target=time.sleep, args=(60,))\nt.start()",
    "an exit handler that stays": "import atexit, time\natexit.register(time.sleep, 60)",
    "a debugger's trace": "import sys\nsys.settrace(lambda *a: 1 / 0)",
}


@pytest.mark.parametrize("script", HOSTILE_SCRIPTS.values(), ids=HOSTILE_SCRIPTS.keys())
async def test_a_reset_gives_a_working_kernel_after(script: str, kernel: Kernel) -> None:
    await kernel.start(script)
    await kernel.send(Reset())
    before = kernel.worker
    while kernel.worker == before:
        await kernel.next()
    run = await kernel.run("'x' in globals(), 6 * 7")
    assert run.status == "ok"
    assert run.text() == "(False, 42)\n"


async def test_a_reset_ends_the_run_under_way_and_those_that_wait(kernel: Kernel) -> None:
    first = await kernel.start("while True: pass")
    second = await kernel.request("print('never')")
    await kernel.send(Reset())
    statuses = {}
    while len(statuses) < 2:
        message = await kernel.until(Completed)
        statuses[message.run_id] = message.status
    assert statuses == {first.run_id: "interrupted", second.run_id: "interrupted"}


async def test_exit_handlers_run_at_a_reset(kernel: Kernel, tmp_path: Path) -> None:
    await kernel.run("import atexit\natexit.register(open, 'left.txt', 'w');\natexit.register(print, 'bye');")
    await kernel.send(Reset())
    written = b""
    while True:
        message, body = await kernel.next()
        if isinstance(message, Written):
            written += body
        if isinstance(message, WorkerStarted):
            break
    assert written == b"bye\n"
    assert (tmp_path / "left.txt").exists()


async def test_children_of_the_script_end_with_a_reset(kernel: Kernel, held: FileIO) -> None:
    await kernel.run(f"{HOLD}\nimport subprocess\np = subprocess.Popen(['sleep', '60'], stdout=held)")
    await kernel.send(Reset())
    await kernel.until(WorkerStarted)
    await until_gone(held)


# ------------------------------------------------------------------------------------------------------------ deaths

DEATHS = {
    "os._exit": ("import os\nprint('before')\nos._exit(3)", "exit status 3"),
    "a segmentation fault": ("import ctypes\nprint('before')\nctypes.string_at(0)", "SIGSEGV"),
    "abort": ("import os\nprint('before')\nos.abort()", "SIGABRT"),
    "a kill": ("import os\nprint('before')\nos.kill(os.getpid(), 9)", "run out of memory"),
    "a termination": ("import os\nprint('before')\nos.kill(os.getpid(), 15)", "SIGTERM"),
    "its own pipes closed": ("import os\nprint('before')\nos.closerange(3, 30000)", "connection to rdit"),
}


@pytest.mark.parametrize(("script", "reason"), DEATHS.values(), ids=DEATHS.keys())
async def test_the_statement_says_how_the_process_died_of(script: str, reason: str, kernel: Kernel) -> None:
    await kernel.run("x = 1")
    run = await kernel.run(script + "\nprint('never')")
    assert run.status == "died"
    assert run.text() == "before\n"
    (error,) = run.errors
    assert reason in error.text
    assert "fresh variables" in error.text
    assert [type(message).__name__ for message in run.messages[-3:]] == ["Displayed", "StatementFinished", "Completed"]
    died = await kernel.until(Died)
    assert (died.run_id, reason in died.reason) == (run.run_id, True)
    await kernel.until(WorkerStarted)
    assert (await kernel.run("'x' in globals()")).text() == "False\n"


async def test_a_script_that_writes_into_every_descriptor_is_ended_and_told_why(kernel: Kernel) -> None:
    run = await kernel.run(
        "import os\nprint('before')\nfor fd in range(3, 4096):\n    try:\n        os.set_blocking(fd, False)\n"
        "        os.write(fd, b'\\xff' * 64)\n    except OSError: pass\nwhile True: pass"
    )
    assert run.status == "died"
    assert run.text().startswith("before\n")
    assert "wrote into its connection to rdit" in run.errors[0].text
    assert (await kernel.run("6 * 7")).text() == "42\n"


async def test_a_crash_shows_the_python_stack_without_our_frames(every_kernel: Kernel) -> None:
    run = await every_kernel.run("import os\ndef f():\n    os.abort()\nf()")
    (error,) = run.errors
    assert "line 3 in f" in error.text
    assert "line 4 in <module>" in error.text
    assert "rdit/kernel" not in error.text
    assert "executor.py" not in error.text


async def test_a_death_between_runs_is_told(kernel: Kernel) -> None:
    await kernel.run("1")
    assert kernel.worker is not None
    os.kill(kernel.worker.pid, signal.SIGKILL)
    died = await kernel.until(Died)
    assert (died.run_id, died.signal) == (None, signal.SIGKILL)
    assert (await kernel.run("'x' in globals()")).text() == "False\n"


async def test_output_of_a_child_that_outlives_the_dead_worker_does_not_keep_it(kernel: Kernel, held: FileIO) -> None:
    run = await kernel.run(
        f"{HOLD}\nimport os, subprocess\np = subprocess.Popen(['sleep', '60'], pass_fds=[held.fileno()])\nos._exit(1)"
    )
    assert run.status == "died"
    await until_gone(held)


# ------------------------------------------------------------------------------------------------------------ floods


async def test_a_server_that_does_not_read_stops_the_flood_and_can_still_interrupt(kernel: Kernel) -> None:
    run = await kernel.start("import sys\nwhile True: print('x' * 1000); print('y' * 1000, file=sys.stderr)")
    assert kernel.process.stdout is not None
    kernel.pause()
    await kernel.send(Interrupt())
    kernel.resume()
    await kernel.follow(run)
    assert run.status == "interrupted"


async def test_a_reset_works_although_nobody_reads_the_flood(kernel: Kernel, held: FileIO) -> None:
    run = await kernel.request(
        f"{HOLD}\nwhile True:\n    try:\n        while True: print('x' * 1000)\n    except BaseException: pass"
    )
    await kernel.until_written("held", run)
    kernel.pause()
    await kernel.send(Reset())
    worker = kernel.worker
    await until_gone(held)
    kernel.resume()
    while kernel.worker is worker:
        await kernel.next()
    assert (await kernel.run("1 + 1")).text() == "2\n"


HOLD = "held = open('held', 'w'); print('held', file=held, flush=True); print('held')"
CHILD = "import subprocess\np = subprocess.Popen(['sleep', '60'], stdout=held)"


@pytest.fixture
def held(tmp_path: Path) -> Iterator[FileIO]:
    """What reads the pipe that `HOLD` opens: nobody can wait for a process that is not its child, but for its files."""
    os.mkfifo(tmp_path / "held")
    with FileIO(os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)) as pipe:
        yield pipe


async def until_gone(held: FileIO) -> None:
    """Wait until every process is gone that holds the pipe, as some must have done."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), held)
    assert await reader.read() == b"held\n"


async def test_a_large_string_arrives_whole(kernel: Kernel) -> None:
    run = await kernel.run("print('ä' * 10_000_000)")
    assert run.text() == "ä" * 10_000_000 + "\n"


# ----------------------------------------------------------------------------------------------------------- the end


async def test_the_kernel_ends_with_its_input(kernel: Kernel, held: FileIO) -> None:
    run = await kernel.request(f"{HOLD}\n{CHILD}\nprint('go')\nwhile True: pass")
    await kernel.until_written("go", run)
    assert await kernel.close() == 0
    await until_gone(held)  # the whole group


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its supervisor is gone")
@pytest.mark.parametrize("script", ["while True: pass", "import subprocess\nsubprocess.run(['sleep', '60'])"])
async def test_the_worker_ends_when_its_supervisor_is_killed(kernel: Kernel, held: FileIO, script: str) -> None:
    run = await kernel.request(f"{HOLD}\n{script}")
    await kernel.until_written("held", run)
    kernel.process.kill()
    await kernel.process.wait()
    await until_gone(held)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its supervisor is gone")
async def test_a_program_that_the_worker_has_become_ends_when_its_supervisor_is_killed(
    kernel: Kernel, held: FileIO
) -> None:
    become = (
        "import os\nos.set_inheritable(held.fileno(), True)\nos.execvp('sh', ['sh', '-c', 'echo go; exec sleep 60'])"
    )
    run = await kernel.request(f"{HOLD}\n{become}")
    await kernel.until_written("go", run)
    kernel.process.kill()
    await kernel.process.wait()
    await until_gone(held)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_signal_to_the_supervisor_ends_the_worker_and_what_it_has_started(
    kernel: Kernel, held: FileIO, number: signal.Signals
) -> None:
    run = await kernel.request(f"{HOLD}\n{CHILD}\nprint('go')\nwhile True: pass")
    await kernel.until_written("go", run)
    kernel.process.send_signal(number)
    assert await kernel.process.wait() == 0
    await until_gone(held)


FAILING = """
import sys
sys.path.insert(0, sys.argv[1])
from rdit.kernel.supervisor.supervisor import Baseline, Supervisor
class Failing(Supervisor):
    def _interrupt(self): raise RuntimeError("a bug of the supervisor")
worker = Failing(0, 1, Baseline(frozenset(sys.modules), {})).serve()
worker.excepthook()(None, None, None)
"""


async def test_a_supervisor_that_fails_ends_its_workers(script_path: Path, held: FileIO) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FAILING, str(KERNEL.parents[2]),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    kernel = Kernel(process)
    await kernel.open(script_path)
    run = await kernel.request(f"{HOLD}\n{CHILD}\nprint('go')\nwhile True: pass")
    await kernel.until_written("go", run)
    await kernel.send(Interrupt())
    _, complaint = await process.communicate()
    assert complaint.endswith(b"RuntimeError: a bug of the supervisor\n")
    assert process.returncode == 1
    await until_gone(held)


@pytest.mark.parametrize("data", [b"\xff" * 64, encode(b"[]"), encode(b'{"type":"run"}')], ids=["bytes", "list", "run"])
async def test_what_is_no_request_ends_the_kernel(kernel: Kernel, data: bytes) -> None:
    assert kernel.process.stdin is not None
    kernel.process.stdin.write(data)
    assert await kernel.close() == 0
