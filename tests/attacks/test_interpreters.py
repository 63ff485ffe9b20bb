"""Looking runs nothing, and no interpreter that came with the workspace is started before the user allows it.

The interpreter of these tests leaves a mark beside the workspace and then is a real one. The controls are the ways in
which a user allows it: each of them leaves the mark.
"""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rdit.environments.interpreter import Interpreter
from rdit.environments.trust import Trust
from tests.running import COMMAND, running_rdit

if TYPE_CHECKING:
    from tests.conftest import Client, MakeClient


def plant(environment: Path, mark: Path) -> Path:
    """Make an environment whose interpreter leaves *mark* when it is started; return the interpreter."""
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("home = /usr\n")
    python = environment / "bin" / "python"
    python.write_text(f'#!/bin/sh\ntouch "{mark}"\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return python


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """What is there once a planted interpreter was started."""
    return tmp_path / "STARTED"


@pytest.fixture
def trust_file(tmp_path: Path) -> Path:
    """Where the server remembers what was allowed."""
    return tmp_path / "state" / "trusted.jsonl"


async def kernel_of(client: Client, session_id: str = "main") -> dict[str, Any]:
    kernel: dict[str, Any] = (await (await client.get("/api/session", params={"sessionId": session_id})).json())[
        "kernel"
    ]
    return kernel


async def looking_around(client: Client, session_id: str, folder: str) -> list[int]:
    """Do all that is no run and no permission; return the statuses."""
    about = {"sessionId": session_id}
    path = f"{folder}look.py"
    version = (await (await client.get("/api/read-file", params={"path": path})).json())["version"]
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/api/session", {"path": path, "file": True}),
        ("POST", "/api/arguments", {"arguments": "--x", **about}),
        ("POST", "/api/interrupt", about),
        ("POST", "/api/clear-results", about),
        ("POST", "/api/query", {"handle": "x", "request": {}, **about}),
        ("POST", "/api/input", {"text": "x", **about}),
        ("PUT", "/api/write-file", {"path": path, "content": "print(2)", "version": version, **about}),
        ("POST", "/api/rename-file", {"path": path, "to": f"{folder}looked.py"}),
        ("POST", "/api/rename-file", {"path": f"{folder}looked.py", "to": f"{folder}look.py"}),
        ("POST", "/api/execute-script", {"script": "1", **about}),
        ("POST", "/api/execute-script", {"script": "1", "detached": True, **about}),
        ("POST", "/api/reset", about),
        ("POST", "/api/allow-interpreter", {"path": "/usr/bin/python3", **about}),
    ]
    return [(await client.request(method, path, json=body)).status for method, path, body in asked]


PLACES = [".venv", "venv", "../.venv"]


@pytest.mark.parametrize("place", PLACES)
async def test_nothing_but_a_yes_starts_an_interpreter_of_the_workspace(
    make_client: MakeClient, workspace: Path, mark: Path, trust_file: Path, place: str
) -> None:
    folder = workspace / "downloads" / "evil"
    folder.mkdir(parents=True)
    (folder / "look.py").write_text("print(1)\n")
    interpreter = plant((folder / place).resolve(), mark)
    client = await make_client(trust_file=trust_file)
    opened = await (await client.post("/api/session", json={"path": "downloads/evil/look.py"})).json()
    session_id = opened["sessionId"]
    waiting = {"state": "not-started", "unknownInterpreter": str(interpreter)}
    assert opened["kernel"].items() >= waiting.items()

    statuses = await looking_around(client, session_id, "downloads/evil/")

    assert statuses == [200, 200, 200, 200, 404, 409, 200, 200, 200, 403, 403, 403, 409]
    assert (await kernel_of(client, session_id)).items() >= waiting.items()
    refused = await client.post("/api/execute-script", json={"script": "1", "sessionId": session_id})
    assert "--trust" in (await refused.json())["detail"]
    assert not mark.exists()
    assert not trust_file.exists()

    yes = await client.post("/api/allow-interpreter", json={"path": str(interpreter), "sessionId": session_id})
    assert yes.status == 200
    ran = await client.post("/api/execute-script", json={"script": "print(6 * 7)", "sessionId": session_id})
    assert '"text":"42' in await ran.text()
    assert mark.exists()
    assert json.loads(trust_file.read_text()) == str(interpreter)
    assert (trust_file.stat().st_mode & 0o077, trust_file.parent.stat().st_mode & 0o077) == (0, 0)


async def test_one_yes_is_for_every_script_beside_it_and_for_later_servers(
    make_client: MakeClient, workspace: Path, script: Path, mark: Path, trust_file: Path
) -> None:
    interpreter = plant(workspace / ".venv", mark)
    (workspace / "other.py").write_text("x = 1\n")
    client = await make_client(trust_file=trust_file)
    assert (await kernel_of(client))["unknownInterpreter"] == str(interpreter)
    other = (await (await client.post("/api/session", json={"path": "other.py"})).json())["sessionId"]
    assert (await client.post("/api/allow-interpreter", json={"path": str(interpreter)})).status == 200
    # None is said by leaving it out.
    assert (await kernel_of(client, other)).get("unknownInterpreter") is None
    again = await client.post("/api/allow-interpreter", json={"path": str(interpreter), "sessionId": other})
    assert again.status == 200  # two pages that both asked
    assert len(trust_file.read_text().splitlines()) == 1
    later = await make_client(trust_file=trust_file)
    assert (await kernel_of(later))["state"] != "not-started"


async def test_an_interpreter_that_comes_while_rdit_runs_is_asked_about_as_well(
    make_client: MakeClient, workspace: Path, mark: Path
) -> None:
    client = await make_client()
    await (await client.post("/api/execute-script", json={"script": "1"})).read()
    interpreter = plant(workspace / ".venv", mark)
    died = await client.post("/api/execute-script", json={"script": "import os; os.kill(os.getppid(), 9)"})
    await died.read()
    after = await client.post("/api/execute-script", json={"script": "1"})
    assert str(interpreter) in await after.text()
    assert not mark.exists()
    assert (await kernel_of(client))["unknownInterpreter"] == str(interpreter)
    await client.post("/api/allow-interpreter", json={"path": str(interpreter)})
    after = await client.post("/api/execute-script", json={"script": "print(6 * 7)"})
    assert '"text":"42' in await after.text()
    assert mark.exists()


async def test_to_open_a_script_starts_no_process_and_its_first_run_does(client: Client, workspace: Path) -> None:
    (workspace / "other.py").write_text("x = 1\n")
    other = (await (await client.post("/api/session", json={"path": "other.py"})).json())["sessionId"]
    assert (await kernel_of(client, other))["state"] == "not-started"
    ran = await client.post("/api/execute-script", json={"script": "print(6 * 7)", "sessionId": other})
    assert '"text":"42' in await ran.text()
    assert (await kernel_of(client, other))["state"] == "idle"


# ------------------------------------------------------------------------------------------------ what passes for a yes


def test_what_is_no_permission(tmp_path: Path) -> None:
    inside = tmp_path / "work"
    own = inside / ".venv" / "bin" / "python"
    (inside / "borrowed").mkdir(parents=True)
    (inside / "borrowed" / "pyvenv.cfg").touch()
    (inside / "borrowed" / "bin").symlink_to(Path(sys.prefix) / "bin")
    remembered = tmp_path / "remembered"

    def allows(path: Path, *places: str) -> bool:
        return Trust([tmp_path / place for place in places], remembered).allows(Interpreter(path, is_found=True))

    assert not allows(own)
    assert not allows(own, "wor", "work2", "work/.venv2", "work/.venv/bin/python3", "other")
    assert not allows(inside / "borrowed" / "bin" / "python")  # rdit's own programs, with other packages beside them
    for line in ("", "null", "[]", "{}", "12", f"[{json.dumps(str(own))}]", json.dumps(f"{own}x"), str(own), "\xff"):
        remembered.write_text(f"{line}\n", encoding="latin-1")
        assert not allows(own), line


def test_control_what_is_permission(tmp_path: Path) -> None:
    own = tmp_path / "work" / ".venv" / "bin" / "python"
    remembered = tmp_path / "state" / "remembered"
    found = Interpreter(own, is_found=True)
    assert Trust().allows(Interpreter(own, is_found=False))
    for place in (own, own.parent.parent, tmp_path / "work", Path("/")):
        assert Trust([place]).allows(found)
    assert Trust().allows(Interpreter(Path(sys.prefix) / "bin" / "python", is_found=True))
    Trust(file=remembered).allow(own)
    assert Trust(file=remembered).allows(found)
    # Where nothing can be remembered, it is allowed to this server.
    forgetful = Trust(file=remembered / "not a folder" / "x")
    forgetful.allow(own)
    assert forgetful.allows(found)


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path, mark: Path) -> Path:
    """A script with a planted environment beside it."""
    folder = tmp_path.resolve() / "folder"
    plant(folder / ".venv", mark)
    (folder / "script.py").write_text("x = 1\n")
    return folder


@pytest.fixture
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Where the command keeps what it remembers; no environment is activated."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_RUNTIME_DIR": str(tmp_path / "runtime")}


def test_without_a_terminal_the_command_starts_says_what_to_do_and_waits(
    folder: Path, mark: Path, variables: dict[str, str]
) -> None:
    with running_rdit("script.py", folder=folder, **variables) as server:
        assert "has not started" in server.printed
        assert all(words in server.printed for words in ("--trust", "--python", str(folder / ".venv/bin/python")))
        assert server.json("/api/session")["kernel"]["state"] == "not-started"
        assert not mark.exists()


ALLOWED: dict[str, tuple[list[str], dict[str, str]]] = {
    "trust": (["--trust"], {}),
    "python": (["--python", ".venv/bin/python"], {}),
    "activated": ([], {"VIRTUAL_ENV": ".venv"}),
    "setting": ([], {"RDIT_TRUST": "/nowhere:{folder}"}),
}


@pytest.mark.parametrize("way", ALLOWED)
def test_control_the_command_starts_what_it_is_told_to(
    folder: Path, mark: Path, variables: dict[str, str], way: str
) -> None:
    arguments, more = ALLOWED[way]
    more = {name: value.format(folder=folder) for name, value in more.items()}
    with running_rdit("script.py", *arguments, folder=folder, **variables, **more) as server:
        assert f"serves script.py with {folder}/.venv/bin/python" in server.printed or way == "activated"
        assert mark.exists()


class Terminal:
    """`rdit` in a terminal of its own."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.told = ""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(COMMAND[0], [*COMMAND, "script.py", "--port", "0", "--no-browser"], {**os.environ, **variables})

    def until(self, words: str) -> str:
        """Read until it says *words*; return all that it said since the last time."""
        before = len(self.told)
        while words not in self.told[before:]:
            self.told += os.read(self.descriptor, 4096).decode()
        return self.told[before:]

    def press(self, keys: str) -> None:
        os.write(self.descriptor, keys.encode())

    def end(self) -> None:
        self.press("\x03")
        try:
            while os.read(self.descriptor, 4096):
                continue
        except OSError:  # it has closed its end
            pass
        os.waitpid(self.pid, 0)
        os.close(self.descriptor)


@pytest.fixture
def terminal(folder: Path, variables: dict[str, str]) -> Iterator[Callable[[], Terminal]]:
    terminals: list[Terminal] = []

    def start() -> Terminal:
        terminals.append(Terminal(folder, variables))
        return terminals[-1]

    yield start
    for one in terminals:
        one.end()


def test_in_a_terminal_it_asks_once_and_one_key_answers(
    folder: Path, mark: Path, terminal: Callable[[], Terminal]
) -> None:
    first = terminal()
    asked = first.until("[y/n] ")
    assert str(folder / ".venv/bin/python") in asked
    assert not mark.exists()
    first.press("xn")
    said = first.until("Ctrl-C ends it.")
    assert "has not started" in said
    assert not mark.exists()

    second = terminal()
    second.until("[y/n] ")
    second.press("y")
    said = second.until("Ctrl-C ends it.")
    assert f"serves script.py with {folder}/.venv/bin/python" in said
    assert mark.exists()

    assert "[y/n]" not in terminal().until("Ctrl-C ends it.")


def test_in_the_background_of_a_terminal_it_does_not_wait_for_an_answer(
    folder: Path, mark: Path, variables: dict[str, str]
) -> None:
    """There the terminal is another program's: to read it would stop the process."""
    own, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "script.py", "--port", "0", "--no-browser"],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,  # a session without a controlling terminal: nobody is in its foreground
    )
    os.close(theirs)
    told = ""
    try:
        while not re.search(r"token=", told):
            told += os.read(own, 4096).decode()
    finally:
        process.terminate()
        process.wait(60)
        os.close(own)
    assert "has not started" in told
    assert not mark.exists()
