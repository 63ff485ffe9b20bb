"""Every way in which a script can harm its own process: the page is told how, nothing hangs, Reset always works."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.events import events, texts, until

if TYPE_CHECKING:
    from tests.conftest import Client

Seen = list[dict[str, Any]]


async def run(client: Client, script: str, **options: object) -> Seen:
    """Run *script* on the live stream and return all its events."""
    answer = await client.post("/api/execute-script", json={"script": dedent(script), "live": True, **options})
    assert answer.status == 200, await answer.text()
    return [event async for event in events(answer)]


def status(seen: Seen) -> str:
    """Return how the run ended."""
    assert seen[-1]["type"] == "complete", seen[-1]
    return str(seen[-1]["status"])


async def assert_usable(client: Client) -> None:
    """Prove that a reset gives a working kernel with no old names."""
    answer = await client.post("/api/reset", json={})
    assert answer.status == 200, await answer.text()
    seen = await run(client, "print('alive', 'leftover' in globals())")
    assert (status(seen), texts(seen)) == ("ok", "alive False\n")


# --------------------------------------------------------------------------------------------- sudden deaths


@dataclass(frozen=True)
class Death:
    """A way to die, and words that the error item must have."""

    name: str
    script: str
    words: tuple[str, ...]


DEATHS = [
    Death("os_exit", "import os\nos._exit(3)", ("3",)),
    Death("os_exit_zero", "import os\nos._exit(0)", ("0",)),
    Death("segfault", "import ctypes\nctypes.string_at(0)", ("SIGSEGV",)),
    Death("abort", "import os\nos.abort()", ("SIGABRT",)),
    Death("kill", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", ("SIGKILL",)),
    Death("terminated", "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", ("SIGTERM",)),
    Death("bus_error", "import os, signal\nos.kill(os.getpid(), signal.SIGBUS)", ("SIGBUS",)),
    Death("illegal_instruction", "import os, signal\nos.kill(os.getpid(), signal.SIGILL)", ("SIGILL",)),
    Death("floating_point", "import os, signal\nos.kill(os.getpid(), signal.SIGFPE)", ("SIGFPE",)),
    Death("alarm", "import signal\n_ = signal.alarm(1)\nsignal.pause()", ("SIGALRM",)),
    Death("user_signal", "import os, signal\nos.kill(os.getpid(), signal.SIGUSR1)", ("SIGUSR1",)),
    Death(
        "cpu_limit", "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", ("SIGXCPU",)
    ),
    Death(
        "from_a_thread",
        "import os, threading\nt = threading.Thread(target=os._exit, args=(9,))\nt.start()\nt.join()",
        ("9",),
    ),
    Death(
        "stack_overflow_in_c",
        "import sys\nsys.setrecursionlimit(10**9)\nimport faulthandler\nfaulthandler._stack_overflow()",
        ("SIGSEGV",),
    ),
    Death("exec_of_another_program", "import os\nos.execv('/bin/false', ['false'])", ("1",)),
    Death("the_whole_group", "import os, signal\nos.killpg(os.getpgrp(), signal.SIGKILL)", ("SIGKILL",)),
]


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: death.name)
async def test_a_death_is_told_in_words_and_the_next_run_starts_afresh(client: Client, death: Death) -> None:
    seen = await run(client, f"leftover = 1\nprint('said before')\n{death.script}\nprint('never')")

    assert status(seen) == "died"
    assert texts(seen) == "said before\n"
    told = texts(seen, "error")
    for word in death.words:
        assert word in told
    dying = [event for event in seen if event["type"] == "output" and event["item"]["type"] == "error"]
    started = [event["nodeIndex"] for event in seen if event["type"] == "start"]
    assert {event["nodeIndex"] for event in dying} == {started[-1]}, "the error stands at the statement that ran"

    again = await run(client, "print('leftover' in globals())")
    assert (status(again), texts(again)) == ("ok", "False\n")
    session = await (await client.get("/api/session")).json()
    assert session["kernel"]["generation"] >= 2


async def test_a_crash_shows_the_python_stack(client: Client) -> None:
    seen = await run(client, "import ctypes\ndef inner():\n    ctypes.string_at(0)\ninner()")
    assert "inner" in texts(seen, "error")


async def test_running_out_of_memory_is_an_error_and_nothing_more(client: Client) -> None:
    seen = await run(
        client,
        """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
        x = bytearray(64 << 30)
        """,
    )
    assert status(seen) == "error"
    assert "MemoryError" in texts(seen, "error")
    await assert_usable(client)


# ---------------------------------------------------------------------------- what a script does to its own process

HARM = {
    "closes_descriptors": "import os\nfor fd in range(256):\n    try: os.close(fd)\n    except OSError: pass",
    "closes_every_descriptor": "import os\nos.closerange(0, 1 << 20)",
    "closes_stdout": "import sys\nsys.stdout.close()",
    "closes_fd_one": "import os\nos.close(1)",
    "removes_stdout": "import sys\ndel sys.stdout, sys.stderr",
    "replaces_stdout_by_a_number": "import sys\nsys.stdout = 42",
    "clears_sys_modules": "import sys\nsys.modules.clear()",
    "patches_json": "import json\njson.dumps = json.loads = json.JSONEncoder = None\njson.encoder.encode_basestring = None",
    "patches_struct": "import struct\nstruct.pack = struct.unpack = struct.Struct = None",
    "patches_os_write": "import os\nos.write = os.read = os.fork = os._exit = os.close = None",
    "patches_select": "import select, selectors\nselect.poll = select.select = None",
    "deletes_builtins": "import builtins\nfor n in list(vars(builtins)):\n    if n not in ('builtins',): delattr(builtins, n)",
    "patches_builtins": "import builtins\nbuiltins.len = builtins.isinstance = builtins.type = builtins.str = lambda *a: 1 / 0",
    "patches_compile_and_exec": "import builtins\nbuiltins.compile = builtins.exec = builtins.eval = None",
    "recursion_limit_low": "import sys\nsys.setrecursionlimit(60)",
    "recursion_limit_high": "import sys\nsys.setrecursionlimit(1 << 30)",
    "ignores_signals": "import signal\nfor n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):\n    _ = signal.signal(n, signal.SIG_IGN)",
    "blocks_signals": "import signal\n_ = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
    "deleted_folder": "import os, tempfile\nd = tempfile.mkdtemp()\nos.chdir(d)\nos.rmdir(d)",
    "exhausts_descriptors": "import os\nfds = []\ntry:\n    while True: fds.append(os.open('/dev/null', 0))\nexcept OSError: pass",
    "descriptor_limit_zero": "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))",
    "file_size_limit_zero": "import resource, signal\n_ = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    "changes_process_group": "import os\ntry: os.setpgid(0, 0)\nexcept OSError: pass",
    "trace_function_that_raises": "import sys\nsys.settrace(lambda *a: 1 / 0)",
    "profile_function_that_raises": "import sys\nsys.setprofile(lambda *a: 1 / 0)",
    "excepthook_that_raises": "import sys\nsys.excepthook = lambda *a: 1 / 0\nraise ValueError",
    "displayhook_that_exits": "import sys\nsys.displayhook = lambda v: sys.exit(1)\n5",
    "atexit_that_hangs": "import atexit, time\n_ = atexit.register(time.sleep, 1000)",
    "atexit_that_raises": "import atexit\n_ = atexit.register(lambda: 1 / 0)",
    "thread_that_never_ends": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
    "child_that_never_ends": "import subprocess\np = subprocess.Popen(['sleep', '1000'])",
    "child_that_ignores_signals": "import subprocess\np = subprocess.Popen(['sh', '-c', 'trap \"\" INT TERM HUP; sleep 1000'])",
    "meta_path_is_cleared": "import sys\nsys.meta_path.clear()\nsys.path.clear()\nsys.path_hooks.clear()",
    "import_is_broken": "import builtins\nbuiltins.__import__ = None",
    "garbage_collector_off_and_cycles": "import gc\ngc.disable()\na = []\na.append(a)",
    "switch_interval_long": "import sys\nsys.setswitchinterval(1000)",
    "stdin_closed": "import sys, os\nsys.stdin.close()\ntry: os.close(0)\nexcept OSError: pass",
    "non_blocking_stdout": "import os\nos.set_blocking(1, False)\nos.set_blocking(2, False)",
    "timer_signals": "import signal\n_ = signal.signal(signal.SIGALRM, lambda *a: None)\n_ = signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)",
    "main_module_is_replaced": "import sys\nsys.modules['__main__'] = None",
    "globals_are_cleared": "globals().clear()",
    "name_is_changed": "__name__ = 'other'\n__builtins__ = {}",
    "warnings_are_errors": "import warnings\nwarnings.simplefilter('error')",
    "linecache_is_broken": "import linecache\nlinecache.cache = None\nlinecache.getlines = None\n1 / 0",
    "traceback_is_broken": "import traceback\ntraceback.TracebackException = None\ntraceback.print_exc = None\n1 / 0",
    "own_handler_swallows_interrupts": "import signal\n_ = signal.signal(signal.SIGINT, lambda *a: print('swallowed'))",
    "vfork_bomb_of_three": "import os\nfor i in range(3):\n    if os.fork() == 0:\n        os.execvp('sleep', ['sleep', '1000'])",
    "nice_and_scheduling": "import os\n_ = os.nice(19)",
}


@pytest.mark.parametrize("name", HARM)
async def test_whatever_a_script_does_to_its_process_reset_gives_a_working_kernel(client: Client, name: str) -> None:
    await run(client, "leftover = 1\n" + HARM[name])
    await assert_usable(client)
    assert (await client.get("/api/health")).status == 200


@pytest.mark.parametrize("name", HARM)
async def test_a_run_after_the_harm_still_ends(client: Client, name: str) -> None:
    """It may fail, as it would in Python, or die and be told; but it comes to an end."""
    await run(client, HARM[name])
    seen = await run(client, "x = 1\nprint('here')")
    assert status(seen) in {"ok", "error", "died"}


# ------------------------------------------------------------------------------------------------------ interrupts

BUSY = {
    "busy_loop": "print('go')\nwhile True: pass",
    "sleep": "import time\nprint('go')\ntime.sleep(600)",
    "blocking_read": "import os\nr, w = os.pipe()\nprint('go')\n_ = os.read(r, 1)",
    "lock": "import threading\nlock = threading.Lock()\n_ = lock.acquire()\nprint('go')\n_ = lock.acquire()",
    "await": "import asyncio\nprint('go')\nawait asyncio.sleep(600)",
    "asyncio_run": "import asyncio\nasync def main():\n    print('go')\n    await asyncio.sleep(600)\nasyncio.run(main())",
    "child_process": "import subprocess\nprint('go')\n_ = subprocess.run(['sleep', '600'])",
    # The child itself says that it runs: while it starts, a shell may lose the signal, as in a terminal.
    "os_system": "import os, sys\ncode = 'print(\\'go\\', flush=True); import time; time.sleep(600)'\nif os.system(f'exec {sys.executable} -c \"{code}\"'): raise KeyboardInterrupt",
    "joined_thread": "import threading, time\nt = threading.Thread(target=time.sleep, args=(600,), daemon=True)\nt.start()\nprint('go')\nt.join()",
    "queue": "import queue\nprint('go')\n_ = queue.Queue().get()",
    "select": "import select\nprint('go')\n_ = select.select([], [], [], 600)",
    "socket_accept": "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\nprint('go')\n_ = s.accept()",
    "process_pool": "import multiprocessing as mp, time\nprint('go')\nwith mp.get_context('fork').Pool(2) as p:\n    _ = p.map(time.sleep, [600, 600])",
    "regular_expression": "import re\nprint('go')\nwhile True:\n    _ = re.match('(a+)+$', 'a' * 18 + 'b')",
    "many_statements": "import time\nprint('go')\n" + "time.sleep(0.05)\n" * 2000,
    "print_flood": "print('go')\nwhile True: print('x' * 100)",
    "stderr_flood": "import sys\nprint('go')\nwhile True: print('y' * 100, file=sys.stderr)",
    "generator": "print('go')\n_ = sum(1 for _ in iter(int, 1))",
    "nested_finally": "import time\nprint('go')\ntry:\n    time.sleep(600)\nfinally:\n    print('cleaned')",
}


@pytest.mark.parametrize("name", BUSY)
async def test_an_interrupt_ends_the_run_and_keeps_the_variables(client: Client, name: str) -> None:
    await run(client, "kept = 17")
    script = BUSY[name]
    answer = await client.post("/api/execute-script", json={"script": script, "live": True, "window": 65536})
    stream = events(answer)
    await until(stream, lambda event: event["type"] == "output" and "go" in event["item"]["text"])
    assert (await client.post("/api/interrupt", json={})).status == 200
    seen = await until(stream, "complete")
    assert status(seen) == "interrupted"

    again = await run(client, "print(kept)")
    assert texts(again) == "17\n"


async def test_an_interrupt_that_is_swallowed_leaves_the_forced_reset(client: Client) -> None:
    script = """
        leftover = 1
        while True:
            try:
                print('go')
                for _ in iter(int, 1): pass
            except KeyboardInterrupt:
                print('swallowed', flush=True)
    """
    answer = await client.post("/api/execute-script", json={"script": dedent(script), "live": True})
    stream = events(answer)
    await until(stream, lambda event: event["type"] == "output" and "go" in event["item"]["text"])
    await client.post("/api/interrupt", json={})
    await until(stream, lambda event: event["type"] == "output" and "swallowed" in event["item"]["text"])
    await assert_usable(client)
    assert status(await until(stream, "complete")) == "interrupted"


async def test_c_code_that_never_returns_is_ended_by_a_reset(client: Client) -> None:
    script = "leftover = 1\nimport ctypes\nprint('go')\nctypes.PyDLL(None).sleep(1000)"
    answer = await client.post("/api/execute-script", json={"script": script, "live": True})
    stream = events(answer)
    await until(stream, lambda event: event["type"] == "output" and "go" in event["item"]["text"])
    await client.post("/api/interrupt", json={})
    await assert_usable(client)


async def test_an_interrupt_while_input_waits(client: Client) -> None:
    answer = await client.post("/api/execute-script", json={"script": "name = input('who? ')", "live": True})
    stream = events(answer)
    asked = (await until(stream, "input"))[-1]
    assert asked["prompt"] == "who? "
    await client.post("/api/interrupt", json={})
    assert status(await until(stream, "complete")) == "interrupted"


async def test_a_run_that_is_stopped_while_the_kernel_starts_was_interrupted(
    make_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_ready = [sys.executable, str(Path(__file__).parent.parent / "kernels" / "never_ready.py")]
    monkeypatch.setattr("rdit.session.kernel.kernel_owner.kernel_command", lambda *_, **__: never_ready)
    client = await make_client()
    answer = await client.post("/api/execute-script", json={"script": "x = 1", "live": True})
    stream = events(answer)
    assert (await client.post("/api/interrupt", json={})).status == 200
    complete = (await until(stream, "complete"))[-1]
    session = await (await client.get("/api/session")).json()
    assert complete["status"] == session["lastRun"]["status"] == "interrupted"
    assert session["lastRun"]["runId"] == complete["runId"]
    assert session["queued"] == []


async def test_an_interrupt_when_nothing_runs_harms_nothing(client: Client) -> None:
    for _ in range(3):
        assert (await client.post("/api/interrupt", json={})).status == 200
    seen = await run(client, "print('fine')")
    assert (status(seen), texts(seen)) == ("ok", "fine\n")


# -------------------------------------------------------------------------------------------------- hostile values

HOSTILE = {
    "repr_raises": "class A:\n    def __repr__(self): raise ValueError('no repr')\nA()",
    "repr_exits": "class A:\n    def __repr__(self): raise SystemExit(3)\nA()",
    "repr_recurses": "class A:\n    def __repr__(self): return repr(self)\nA()",
    "repr_returns_a_number": "class A:\n    def __repr__(self): return 5\nA()",
    "str_raises": "class A(Exception):\n    def __str__(self): raise KeyError('str')\nraise A()",
    "getattr_answers_everything": "class A:\n    def __getattr__(self, n): return lambda *a, **k: n\nA()",
    "getattr_raises": "class A:\n    def __getattribute__(self, n): raise RuntimeError(n)\nA()",
    "html_raises": "class A:\n    def _repr_html_(self): raise OSError('html')\n    def __repr__(self): return 'plain A'\nA()",
    "html_is_bytes": "class A:\n    def _repr_html_(self): return b'x'\n    def __repr__(self): return 'plain A'\nA()",
    "html_exits": "class A:\n    def _repr_html_(self): raise SystemExit\n    def __repr__(self): return 'plain A'\nA()",
    "bundle_is_a_list": "class A:\n    def _repr_mimebundle_(self, **k): return [1]\n    def __repr__(self): return 'plain A'\nA()",
    "class_lies": "class A:\n    @property\n    def __class__(self): raise TypeError('class')\n    def __repr__(self): return 'plain A'\nA()",
    "module_is_a_number": "class A: pass\nA.__module__ = 5\nA.__qualname__ = 'x' * 1000\nA()",
    "cyclic_list": "a = []\na.append(a)\na",
    "cyclic_cause": "a = ValueError('a')\nb = ValueError('b')\na.__cause__, b.__cause__ = b, a\nraise a",
    "deep_chain": "e = None\nfor i in range(3000):\n    n = ValueError(i)\n    n.__context__ = e\n    e = n\nraise e",
    "deep_group": "import sys\ne = ValueError(1)\nfor i in range(300):\n    e = BaseExceptionGroup('g', [e]) if sys.version_info >= (3, 11) else ValueError(e)\nraise e",
    "invalid_utf8": "import os\n_ = os.write(1, b'bad \\xff\\xfe bytes\\n')",
    "lone_surrogate_value": "'\\ud800 half'.strip()",
    "nul_in_output": "print('a\\x00b')",
    "exception_type_lies": "class M(type):\n    def __getattribute__(c, n): raise RuntimeError\nclass E(Exception, metaclass=M): pass\nraise E",
    "exception_with_hostile_notes": "e = ValueError('x')\ne.__notes__ = 5\nraise e",
    "exception_with_hostile_args": "class A:\n    def __repr__(self): raise ValueError\nraise ValueError(A(), A())",
    "traceback_of_generated_code": "exec(compile('def f():\\n  1/0', '/no/such\\n file', 'exec'))\nf()",
    "huge_integer": "10 ** 10000",
    "huge_exception": "raise ValueError('x' * 50_000_000)",
    "huge_repr": "class A:\n    def __repr__(self): return 'r' * 100_000_000\nA()",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_value_yields_something_readable(client: Client, name: str) -> None:
    answer = await client.post("/api/execute-script", json={"script": HOSTILE[name]})
    body = await answer.read()
    results = [json.loads(line[6:]) for line in body.split(b"\n") if line.startswith(b"data: ")]

    assert results[-1] == {"type": "complete"}
    shown = "".join(item["text"] for item in results[-2]["output"])
    assert shown.strip(), "there is something to read"
    seen = await run(client, "print('goes on')")
    assert texts(seen) == "goes on\n"
