"""The command, as its user meets it: real processes, real signals."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from rdit import __version__
from rdit.cli.main import main

URL = re.compile(r"(http://\S+/)(?:\?token=(\S+))?")


class Server:
    """A running `rdit`, from its first line to its end."""

    def __init__(self, process: subprocess.Popen[str], told: list[str], url: str, token: str) -> None:
        self.process = process
        self.told = told
        self.url = url
        self.token = token

    def get(self, path: str) -> Any:
        request = Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urlopen(request, timeout=20) as response:
            return json.load(response)

    def run(self, script: str) -> str:
        request = Request(
            f"{self.url}api/execute-script",
            data=json.dumps({"script": script}).encode(),
            headers={"Authorization": f"Bearer {self.token}"},
        )
        with urlopen(request, timeout=20) as response:
            frames = [json.loads(frame[6:]) for frame in response.read().decode().split("\n\n") if frame]
        return "".join(item["text"] for frame in frames for item in frame.get("output", []))


Start = Callable[..., Server]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The tests' environment, with a runtime folder of its own and no other Python activated."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return {**kept, "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Start `rdit` and wait until it has said its URL; it is ended after the test."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str, browser: bool = False, under: tuple[str, ...] = (), **variables: str) -> Server:
        options = [] if browser else ["--no-browser"]
        process = subprocess.Popen(
            [*under, sys.executable, "-m", "rdit", *options, *arguments],
            cwd=tmp_path,
            env={**environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        told: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if match := URL.search(line):
                return Server(process, told, match[1], match[2] or "")
        raise AssertionError(f"rdit ended: {told}")

    yield start
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "analysis.py"
    path.write_text("import sys\nprint(sys.argv)\n")
    return path


def refused(environment: dict[str, str], folder: Path, *arguments: str) -> str:
    """Run `rdit` with arguments that it refuses and return its one line."""
    done = subprocess.run(
        [sys.executable, "-m", "rdit", "--no-browser", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 2, done
    assert done.stdout == "" or done.stdout.startswith("Port ")
    (line,) = done.stderr.splitlines()
    assert line.startswith("rdit: ")
    return line


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pids: list[int]) -> None:
    """Wait for processes that are not the tests' own children."""
    import select

    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            assert select.select([descriptor], [], [], 20)[0] or not alive(pid), f"process {pid} is still there"
        finally:
            os.close(descriptor)


def test_it_serves_the_script_with_its_arguments(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0", "--", "--fast", "data.csv", "--")
    session = server.get("api/session")
    assert session["scriptPath"] == "analysis.py"
    assert session["root"] == str(script.parent.resolve())
    told = server.run("import sys, os\nprint(sys.argv[1:], os.getcwd())")
    assert told == f"['--fast', 'data.csv', '--'] {script.parent.resolve()}\n"


@pytest.mark.parametrize("name", ["a.py", "./a.py", "sub/b.py", "link.py"])
def test_a_script_sees_its_name_as_python_would_give_it(start: Start, tmp_path: Path, name: str) -> None:
    source = "import sys\nprint(sys.argv, sys.orig_argv[1:], __file__, sys.path[0])"
    (tmp_path / "sub").mkdir()
    for path in (tmp_path / "a.py", tmp_path / "sub" / "b.py"):
        path.write_text(source)
    (tmp_path / "link.py").symlink_to(tmp_path / "sub" / "b.py")
    real = subprocess.run([sys.executable, name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert start(name, "--port", "0").run(source) == real.stdout


def test_it_imports_nothing_from_the_folder_in_which_it_is_started(start: Start, script: Path, tmp_path: Path) -> None:
    """But for what `python -m` itself imports from there, before any line of rdit runs."""
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "empty.py").touch()
    command = [sys.executable, "-X", "importtime", "-m", "empty"]
    told = subprocess.run(command, cwd=clean, capture_output=True, text=True, check=True).stderr
    python_s_own = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.splitlines()}
    libraries = {"aiohttp", "aiohttp_cors", "click", "msgspec", "multidict", "pydantic", "watchfiles", "yarl"}
    planted = {*sys.stdlib_module_names, *libraries} - python_s_own
    assert {"__future__", "queue", "ast", "json"} <= planted
    for name in planted:
        (script.parent / f"{name}.py").write_text("raise SystemExit('imported what is not its own')")
    assert start(script.name, "--port", "0").run("print(6 * 7)") == "42\n"


def test_it_says_what_it_serves_and_with_which_python(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0")
    assert f"rdit {__version__} serves analysis.py with {sys.executable}" in server.told[0]
    assert len(server.token) >= 43


def test_without_a_script_it_serves_an_empty_buffer_in_the_current_folder(start: Start, tmp_path: Path) -> None:
    server = start("--port", "0")
    session = server.get("api/session")
    assert (session["scriptPath"], session["root"]) == (None, str(tmp_path.resolve()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_leaves_no_process_behind(start: Start, script: Path, number: signal.Signals) -> None:
    server = start(script.name, "--port", "0")
    script_of_children = (
        "import os, subprocess\n"
        "child = subprocess.Popen(['sleep', '1000'])\n"
        "print(os.getppid(), os.getpid(), child.pid)"
    )
    pids = [int(pid) for pid in server.run(script_of_children).split()]
    assert len(pids) == 3
    assert all(alive(pid) for pid in pids)
    server.process.send_signal(number)
    assert server.process.wait(20) == 0
    wait_until_gone(pids)
    assert not list(script.parent.glob("runtime/rdit/*"))


def test_what_nohup_has_ignored_stays_so_for_rdit_and_for_its_script(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0", under=("nohup",))
    assert server.run("import signal\nsignal.getsignal(signal.SIGHUP).name") == "'SIG_IGN'\n"
    for pid in (server.process.pid, int(server.run("import os\nos.getppid()"))):
        os.kill(pid, signal.SIGHUP)
    assert server.run("1 + 1") == "2\n"


def test_a_server_that_is_killed_takes_its_kernel_with_it(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0")
    pids = [int(pid) for pid in server.run("import os\nprint(os.getppid(), os.getpid())").split()]
    server.process.kill()
    wait_until_gone(pids)


def test_a_run_under_way_and_an_open_stream_do_not_hold_up_the_end(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0")
    request = Request(
        f"{server.url}api/execute-script",
        data=json.dumps({"script": "import os\nprint(os.getpid())\nwhile True: pass"}).encode(),
        headers={"Authorization": f"Bearer {server.token}"},
    )
    with urlopen(request, timeout=20) as response:
        while b"stdout" not in (frame := response.readline()):
            pass
        pid = int(json.loads(frame[6:])["output"][0]["text"])
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0
    wait_until_gone([pid])


def test_a_busy_default_port_moves_to_the_next_free_one_and_says_so(start: Start, script: Path) -> None:
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            busy.bind(("127.0.0.1", 8888))
            busy.listen()
        except OSError:
            pass  # somebody else keeps it busy, which is as good
        server = start(script.name)
    assert server.told[0].startswith("Port 8888 is in use; rdit takes ")
    assert ":8888/" not in server.url
    assert server.get("api/health") == {"status": "ok"}


def test_the_runtime_file_and_the_page_in_it_are_for_the_user_alone(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0")
    folder = script.parent / "runtime" / "rdit"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = {path.suffix: path for path in folder.iterdir()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    record = json.loads(files[".json"].read_text())
    assert record["url"] == f"{server.url}?token={server.token}"
    assert record["pid"] == server.process.pid
    assert server.token in files[".html"].read_text()


def test_the_browser_is_opened_when_the_server_answers_and_its_command_line_has_no_token(
    start: Start, script: Path, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    os.mkfifo(seen)
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\n"
        "import re, sys, urllib.parse, urllib.request\n"
        "page = open(urllib.parse.unquote(urllib.parse.urlparse(sys.argv[1]).path)).read()\n"
        "url = re.search('url=([^\"]+)', page)[1]\n"
        "health = urllib.request.urlopen(url.split('?')[0] + 'api/health').read().decode()\n"
        f"open({str(seen)!r}, 'w').write(sys.argv[1] + '\\n' + url + '\\n' + health)\n"
    )
    browser.chmod(0o755)
    server = start(script.name, "--port", "0", browser=True, BROWSER=f"{browser} %s")
    argument, url, health = seen.read_text().split("\n")
    assert argument.startswith("file://")
    assert server.token not in argument
    assert url == f"{server.url}?token={server.token}"
    assert json.loads(health) == {"status": "ok"}


def test_the_token_is_said_once_and_is_in_no_environment_nor_command_line(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0", PYTHONASYNCIODEBUG="1", PYTHONDEVMODE="1")
    assert server.token not in server.run("import os\nprint(dict(os.environ))")
    told = server.run(
        "import os\n"
        "for pid in (os.getpid(), os.getppid()):\n"
        "    print(open(f'/proc/{pid}/cmdline').read(), open(f'/proc/{pid}/environ').read())"
    )
    assert server.token not in told
    assert server.token not in Path(f"/proc/{server.process.pid}/cmdline").read_text()
    server.process.send_signal(signal.SIGINT)
    rest, _ = server.process.communicate(timeout=20)
    assert server.token not in rest


def test_no_token_needs_none(start: Start, script: Path) -> None:
    server = start(script.name, "--port", "0", "--no-token")
    assert server.token == ""
    assert server.get("api/session")["scriptPath"] == "analysis.py"


def test_a_missing_file_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    assert "There is no file missing.py" in refused(environment, tmp_path, "missing.py")


def test_a_folder_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    assert "is a folder" in refused(environment, tmp_path, ".")


@pytest.mark.parametrize("data", [b"\0\1", b"\xff\xff"])
def test_a_file_that_is_not_text_is_refused(environment: dict[str, str], tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.bin").write_bytes(data)
    assert "is not text" in refused(environment, tmp_path, "a.bin")


def test_an_interpreter_that_does_not_start_is_refused(environment: dict[str, str], script: Path) -> None:
    broken = script.parent / "python"
    broken.write_text("#!/bin/sh\necho 'no Python here' >&2\nexit 3\n")
    broken.chmod(0o755)
    assert "no interpreter" in refused(environment, script.parent, script.name, "--python", "/no/such/python")
    words = refused(environment, script.parent, script.name, "--python", str(broken))
    assert "did not start" in words
    assert "exit status 3" in words
    assert "no Python here" in words
    words = refused(environment, script.parent, script.name, "--python", "/bin/echo")
    assert "/bin/echo did not start rdit's kernel" in words


def test_a_busy_port_that_was_named_is_refused(environment: dict[str, str], script: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert f"Port {port} is in use" in refused(environment, script.parent, script.name, "--port", str(port))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use every port")
def test_a_privileged_port_is_refused(environment: dict[str, str], script: Path) -> None:
    assert "privileged" in refused(environment, script.parent, script.name, "--port", "80")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "x"], "--port"),
        (["--port", "70000"], "--port"),
        (["--nonsense"], "--nonsense"),
        (["one.py", "two.py"], "two.py"),
        (["--host", "no.such.host.invalid"], "no host named"),
        (["--host", "203.0.113.1"], "not an address of this machine"),
        (["--no-token", "--host", "0.0.0.0"], "--no-token"),
        (["--allow-origin", "*"], "not an origin"),
        (["--allow-origin", "http://a.example/path"], "not an origin"),
        (["--root", "/no/such/folder"], "There is no folder"),
    ],
)
def test_what_cannot_work_is_refused(
    environment: dict[str, str], tmp_path: Path, arguments: list[str], words: str
) -> None:
    assert words in refused(environment, tmp_path, *arguments)


def test_a_script_outside_the_root_is_refused(environment: dict[str, str], script: Path) -> None:
    (script.parent / "elsewhere").mkdir()
    assert "outside the workspace" in refused(environment, script.parent, script.name, "--root", "elsewhere")


def test_a_limit_that_is_no_number_is_refused(environment: dict[str, str], script: Path) -> None:
    assert "RDIT_OUTPUT_LIMIT" in refused({**environment, "RDIT_OUTPUT_LIMIT": "much"}, script.parent, script.name)


@pytest.mark.parametrize(("option", "words"), [("--version", f"rdit {__version__}"), ("--help", "Examples")])
def test_help_and_version_are_printed(option: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert words in capsys.readouterr().out


def test_an_ignored_interrupt_is_restored_for_the_kernel(script: Path, environment: dict[str, str]) -> None:
    """In the background of a shell SIGINT is ignored; interrupts must work there too."""
    command = (
        "import signal, os, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); "
        f"os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command, "-m", "rdit", "--no-browser", "--port", "0", "analysis.py"],
        cwd=script.parent,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        match = next(match for line in process.stdout if (match := URL.search(line)))
        server = Server(process, [], match[1], match[2])
        assert server.run("import signal\nprint(signal.getsignal(signal.SIGINT))").startswith(
            "<built-in function default"
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
