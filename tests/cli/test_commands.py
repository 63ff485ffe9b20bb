"""`rdit list`, `rdit url` and `rdit stop`, with real servers and real deaths."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rdit.runtime_files import running_servers, runtime_files

Rdit = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return {**kept, "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the runtime files of these tests are."""
    return tmp_path / "runtime" / "rdit"


@pytest.fixture
def rdit(tmp_path: Path, environment: dict[str, str]) -> Rdit:
    """Run a command to its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rdit", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=50,
        )

    return run


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Start a server of a script and wait until it has said its URL."""
    processes: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: str) -> subprocess.Popen[str]:
        (tmp_path / script).write_text("")
        process = subprocess.Popen(
            [sys.executable, "-m", "rdit", "--no-browser", "--port", "0", *arguments, script],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if "http" in line:
                return process
        raise AssertionError("rdit ended")

    yield start
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def token_of(url: str) -> str:
    return url.partition("?token=")[2].strip()


def test_servers_are_listed_without_their_tokens(rdit: Rdit, start: Start) -> None:
    assert rdit("list").stdout == "No rdit is running.\n"
    first, second = start("a.py"), start("list.py")  # a script may be named like a command
    listed = rdit("list")
    assert listed.returncode == 0
    lines = listed.stdout.splitlines()
    assert len(lines) == 2
    assert any(f"/a.py  (process {first.pid})" in line for line in lines)
    assert any(f"/list.py  (process {second.pid})" in line for line in lines)
    assert "token" not in listed.stdout
    records = json.loads(rdit("list", "--json").stdout)
    assert {record["pid"] for record in records} == {first.pid, second.pid}


def test_the_url_of_a_server_has_its_token(rdit: Rdit, start: Start) -> None:
    start("a.py")
    alone = rdit("url").stdout
    assert len(token_of(alone)) >= 43
    other = start("b.py")
    assert rdit("url", "a.py").stdout == alone
    assert rdit("url", str(other.pid)).stdout != alone
    port = alone.split(":")[2].partition("/")[0]
    assert rdit("url", port).stdout == alone
    several = rdit("url")
    assert several.returncode == 2
    assert several.stderr.startswith("rdit: Several run. Say which: rdit url ")


def test_a_stopped_server_is_gone(rdit: Rdit, start: Start, folder: Path) -> None:
    first, second = start("a.py"), start("b.py")
    stopped = rdit("stop", "a.py")
    assert stopped.returncode == 0
    assert "a.py" in stopped.stdout
    assert first.wait(20) == 0
    assert second.poll() is None
    assert rdit("stop").returncode == 0  # the only one left
    assert second.wait(20) == 0
    assert list(folder.iterdir()) == []
    assert rdit("stop", "--all").stdout == "No rdit is running.\n"


def test_all_servers_are_stopped_at_once(rdit: Rdit, start: Start) -> None:
    servers = [start("a.py"), start("b.py")]
    assert len(rdit("stop", "--all").stdout.splitlines()) == 2
    assert [server.wait(20) for server in servers] == [0, 0]


def test_what_a_killed_server_left_is_cleaned_up(rdit: Rdit, start: Start, folder: Path) -> None:
    server = start("a.py")
    assert len(list(folder.iterdir())) == 2
    server.send_signal(signal.SIGKILL)
    server.wait()
    assert len(list(folder.iterdir())) == 2
    assert rdit("list").stdout == "No rdit is running.\n"
    assert list(folder.iterdir()) == []


def test_a_process_that_got_a_dead_servers_number_is_not_taken_for_it(rdit: Rdit, tmp_path: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    record = {"pid": os.getpid(), "url": "http://127.0.0.1:1/?token=x", "root": str(tmp_path), "script": None}
    (folder / f"server-{os.getpid()}.json").write_text(json.dumps(record))
    stopped = rdit("stop")  # would end the tests
    assert stopped.returncode == 2
    assert "No rdit is running" in stopped.stderr


@pytest.mark.parametrize("arguments", [["url"], ["stop", "a.py"], ["stop"]])
def test_without_a_server_a_command_says_how_to_start_one(rdit: Rdit, arguments: list[str]) -> None:
    done = rdit(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "rdit: No rdit is running. Start one with: rdit SCRIPT\n"


def test_a_script_named_like_a_command_is_opened_by_its_path(rdit: Rdit, start: Start) -> None:
    server = start("./stop")
    assert f"/stop  (process {server.pid})" in rdit("list").stdout


def test_a_folder_of_somebody_elses_is_neither_written_nor_believed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    link = tmp_path / "rdit"
    link.symlink_to(target)
    with runtime_files(link, "http://127.0.0.1:1/", root=tmp_path, script=None) as page:
        assert page is not None
        assert page.parent.parent == Path(tempfile.gettempdir())
    assert list(target.iterdir()) == []
    assert running_servers(link) == []


def test_a_running_server_is_found_by_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "rdit"
    script = tmp_path.resolve() / "a.py"
    with runtime_files(folder, "http://127.0.0.1:9/x/?token=t", root=tmp_path.resolve(), script=script):
        (server,) = running_servers(folder)
        assert server.address == "http://127.0.0.1:9/x/"
        monkeypatch.chdir(tmp_path)
        for name in ("9", str(os.getpid()), "a.py", "./a.py", str(script), "."):
            assert server.is_named(name), name
        assert not server.is_named("b.py")
    assert running_servers(folder) == []
