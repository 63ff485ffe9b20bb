"""What rdit starts to help it does not outlive it, however it ends, and whatever the helping process does meanwhile."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rdit.processes.lifeline import lifeline
from tests.running import COMMAND, URL, Rdit

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the system ends such processes on Linux alone"),
    pytest.mark.timeout(120),
]

SLEEP = [sys.executable, "-c", "import time\nprint('up', flush=True)\ntime.sleep(600)"]


def sleeper(*inherited: int) -> subprocess.Popen[bytes]:
    """Start a process that looks at nothing."""
    process = subprocess.Popen(SLEEP, stdout=subprocess.PIPE, start_new_session=True, pass_fds=inherited)
    assert process.stdout is not None
    assert process.stdout.read(2) == b"up"
    return process


def stop(process: int) -> int:
    """Let a process stand still; return a descriptor that can be read once it is gone."""
    descriptor = os.pidfd_open(process)
    os.kill(process, signal.SIGSTOP)
    return descriptor


def is_gone(descriptor: int, seconds: float) -> bool:
    """Whether a process has ended, for which its descriptor is waited for."""
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def test_a_process_ends_with_its_lifeline_although_it_stands_still() -> None:
    with lifeline() as life:
        process = sleeper(*life.inherited)
        life.hold(process)
        descriptor = stop(process.pid)
        assert not select.select([descriptor], [], [], 0)[0]
    assert is_gone(descriptor, 60)
    assert process.wait() == -signal.SIGKILL
    process.communicate()


def test_control_a_process_that_none_holds_lives_on() -> None:
    with lifeline() as life:
        process = sleeper(*life.inherited)
    assert process.poll() is None
    process.kill()
    process.communicate()


def children(parent: int) -> dict[str, int]:
    """Return the processes of a parent by the names of their programs."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, fields = (folder / "stat").read_text().partition("(")[2].rsplit(")", 1)
        except OSError:  # it has ended
            continue
        if int(fields.split()[1]) == parent:
            found[name] = int(folder.name)
    return found


def test_language_servers_that_stand_still_do_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    """As one does that is busy: it looks at nothing else until it has read all packages."""
    (tmp_path / "script.py").write_text("x = 1\n")
    command = [*COMMAND, "script.py", "--port", "0", "--no-browser"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            found = next(match for line in process.stdout if (match := URL.search(line)))
            server = Rdit(found[1], found[2], "", process)
            opened = server.json("/api/language/open", {"text": "x = 1\n"})
            assert {state["state"] for state in opened["servers"].values()} == {"running"}, json.dumps(opened)
            helping = children(process.pid)
            descriptors = [stop(helping[name]) for name in ("ty", "ruff")]
        finally:
            process.kill()
        try:
            assert [is_gone(descriptor, 60) for descriptor in descriptors] == [True, True]
        finally:
            for name in ("ty", "ruff"):
                if Path(f"/proc/{helping[name]}").exists():
                    os.kill(helping[name], signal.SIGKILL)
