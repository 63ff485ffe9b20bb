"""Why no copy of a process can be made, on every Python; what libraries do in one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kernel.parts import run_in
from tests.pythons import Python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")

START = """
import os
from kernel.worker.snapshots.obstacles import Obstacles, read_offsets, restore_offsets

own = frozenset(os.dup(number) for number in (1, 2))
obstacles = Obstacles()
find = lambda **options: obstacles.find(own, **options)
assert find() == "", find()
"""


def find(python: Python, code: str, directory: Path) -> str:
    return run_in(python.path, f"{START}\n{code}\nprint(find())", directory).splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", ""),
        (
            "import threading; e = threading.Event(); threading.Thread(target=e.wait, daemon=True).start()",
            "a thread is running",
        ),
        ("import threading; t = threading.Thread(target=int); t.start(); t.join()", ""),
        ("import subprocess; p = subprocess.Popen(['sleep', '9'])\nprint(find()); p.kill(); p.wait()", ""),
        (
            "import subprocess; p = subprocess.Popen(['true']); os.waitid(os.P_PID, p.pid, os.WEXITED | os.WNOWAIT)",
            "a child process has not been waited for",
        ),
        ("import subprocess; subprocess.run(['true'])", ""),
        ("import signal; signal.setitimer(signal.ITIMER_REAL, 100)", "a timer is set"),
        ("import signal; signal.alarm(100); signal.alarm(0)", ""),
        ("import socket; s = socket.socket()", "a connection is open"),
        ("import socket; socket.socket().close()", ""),
        ("r, w = os.pipe()", ""),
        ("r, w = os.pipe(); os.write(w, b'x')", "a pipe holds what was not read"),
        ("r, w = os.pipe(); os.write(w, b'x'); os.read(r, 1)", ""),
        ("import fcntl; f = open('data.txt', 'a'); fcntl.flock(f, fcntl.LOCK_EX)", "a file is locked"),
        ("import fcntl; f = open('data.txt', 'a'); fcntl.lockf(f, fcntl.LOCK_EX)", "a file is locked"),
        ("import fcntl; f = open('data.txt', 'a'); fcntl.flock(f, 2); fcntl.flock(f, fcntl.LOCK_UN)", ""),
        (
            "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); signal.raise_signal(signal.SIGUSR1)",
            "a signal is pending",
        ),
        ("r, w = os.pipe(); os.close(r)", "a pipe is open"),
        ("os.mkfifo('fifo'); r = os.open('fifo', os.O_RDONLY | os.O_NONBLOCK)", "a pipe is open"),
        ("f = open('data.txt', 'w')", "the file data.txt is open for writing"),
        ("open('data.txt', 'w').close(); f = open('data.txt'); f.read(1)", ""),
        ("f = open('data.txt', 'a')", ""),
        ("import tempfile; f = tempfile.TemporaryFile()", "is open for writing"),
        ("f = open('/dev/null', 'w'), open('/dev/urandom', 'rb')", ""),
        ("saved = os.dup(1)", ""),
        (
            "f = open('out.txt', 'w'); saved = os.dup(1); os.dup2(f.fileno(), 2); f.close()",
            "the file out.txt is open for writing",
        ),
        ("import select; e = select.epoll()", "an event loop is open"),
        ("import asyncio; loop = asyncio.new_event_loop()", "is open"),
        ("import asyncio; asyncio.run(asyncio.sleep(0))", ""),
        ("import sqlite3; c = sqlite3.connect(':memory:'); c.execute('create table t(x)')", ""),
        (
            "import sqlite3; c = sqlite3.connect('t.db'); c.execute('create table t(x)')",
            "the file t.db is open for writing",
        ),
        ("it = os.scandir('.')", ""),
        ("import mmap; m = mmap.mmap(-1, 100)\nfind = lambda: obstacles.find(own, may_share=True)", "memory is shared"),
        (
            "import mmap; m = mmap.mmap(-1, 100, mmap.MAP_PRIVATE)\nfind = lambda: obstacles.find(own, may_share=True)",
            "",
        ),
        ("os.listdir = os.readlink = os.waitid = None", ""),
    ],
)
def test_what_stands_in_the_way_of_a_copy(python: Python, tmp_path: Path, code: str, expected: str) -> None:
    found = find(python, code, tmp_path)
    assert expected in found if expected else found == ""


def test_open_files_are_put_back_to_where_they_stood(python: Python, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("one\ntwo\nthree\n")
    code = """
f = open("data.txt", "rb", buffering=0)
assert f.readline() == b"one\\n"
r, w = os.pipe()
offsets = read_offsets(own)
if os.fork() == 0:
    f.read()  # the process that went on
    os._exit(0)
os.wait()
assert f.read() == b""
restore_offsets(offsets)
assert f.read() == b"two\\nthree\\n"
"""
    run_in(python.path, START + code, tmp_path)


def test_a_lock_that_was_held_when_its_process_was_killed_is_free_in_a_copy(python: Python, tmp_path: Path) -> None:
    code = """
import multiprocessing
from kernel.worker.snapshots.obstacles import read_semaphores, restore_semaphores
assert read_semaphores() == {}
context = multiprocessing.get_context("fork")  # of others, semaphores have a process that looks after them
lock, held = context.RLock(), context.Lock()
held.acquire()
assert obstacles.find(own, may_share=True) == ""
semaphores = read_semaphores()
if os.fork() == 0:
    lock.acquire(); held.release()
    os.kill(os.getpid(), 9)  # the process that went on
os.wait()
assert not lock.acquire(block=False)
restore_semaphores(semaphores)
assert lock.acquire(block=False)
assert not held.acquire(block=False)
"""
    run_in(python.path, START.replace('find() == "", find()', "True") + code, tmp_path)


IN_A_COPY = """
import signal
{use}
reason = find()
if reason:
    print(reason)
else:
    pid = os.fork()
    if pid == 0:
        signal.alarm(30)  # a copy that hangs is killed
        {work}
        os._exit(7)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    {work}
"""


@pytest.mark.parametrize(
    ("use", "work", "expected"),
    [
        ("import numpy as np; a = np.ones((500, 500)); a @ a", "assert (a @ a)[0, 0] == 500", "7"),
        (
            "import numpy as np; a = np.ones((500, 500)); b = np.linalg.inv(a + np.eye(500))",
            "assert np.allclose((a + np.eye(500)) @ b, np.eye(500))",
            "7",
        ),
        (
            "import pandas as pd; d = pd.DataFrame({'a': range(1000)}); d.sum()",
            "assert d.groupby(d.a % 3).sum().a.sum() == 499500",
            "7",
        ),
        (
            "import pyarrow as pa, pyarrow.csv as c, io; t = c.read_csv(io.BytesIO(b'a\\n' + b'1\\n' * 10**6))",
            "assert len(c.read_csv(io.BytesIO(b'a\\n' + b'1\\n' * 10**6))) == 10**6",
            "7",
        ),
        (
            "import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as p; p.plot([1])",
            "p.savefig('figure.png')",
            "7",
        ),
        ("import polars as pl", "assert pl.DataFrame({'a': range(1000)}).group_by('a').len().height == 1000", "7"),
        (
            "import polars as pl; pl.DataFrame({'a': range(100000)}).lazy().group_by('a').len().collect()",
            "",
            "the threads of polars cannot be copied",
        ),
    ],
)
def test_libraries_do_their_work_in_a_copy_or_none_is_made(tmp_path: Path, use: str, work: str, expected: str) -> None:
    code = START + IN_A_COPY.format(use=use, work=work or "pass")
    options = ("-W", "ignore::DeprecationWarning")  # Python warns of forks beside native threads
    assert run_in(sys.executable, code, tmp_path, *options).splitlines()[-1] == expected
