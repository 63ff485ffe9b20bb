"""Names and messages with control characters reach the user's terminal as escapes, whoever prints them."""

from __future__ import annotations

import io
import json
import logging
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from rdit.cli.terminal import may_start, printable
from rdit.cli.terminal_log import PrintableFormatter
from tests.running import COMMAND, running_rdit

EVIL = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[1;1H",
    "\x9b31m",
    "\x90q\x9c",
    "a\rb",
    "a\bb",
    "\x7f",
    "\x0e",
    "\u202egnp.exe",
    "\u2066x",
    "\u200b",
    "\ufeff",
    "\udcff",
    "\x85",
    "\u2028",
]


def obeyed(text: str) -> list[str]:
    """Return the characters of *text* that a terminal would not just show."""
    return [one for one in text if not one.isprintable() and one != "\n"]


@pytest.mark.parametrize("text", EVIL, ids=ascii)
def test_what_a_terminal_obeys_is_written_as_an_escape(text: str) -> None:
    assert obeyed(text)
    assert obeyed(printable(f"before {text} after")) == []
    assert printable(text).encode("utf-8")
    record = logging.LogRecord("rdit", logging.ERROR, "x.py", 1, "the kernel of %s was lost", (text,), None)
    assert obeyed(PrintableFormatter().format(record)) == []


@pytest.mark.parametrize("text", ["plain text, 3 € – näher", "日本語.py", "two\nlines", "🙂"])
def test_control_what_it_shows_stays(text: str) -> None:
    assert printable(text) == text


class Screen(io.StringIO):
    """What a terminal shows; somebody presses a key once the question is there."""

    def __init__(self, keyboard: int) -> None:
        super().__init__()
        self._keyboard = keyboard

    def flush(self) -> None:
        """Press the key."""
        os.write(self._keyboard, b"n")


def test_a_question_is_safe_to_read_and_no_key_of_before_answers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal:
        screen = Screen(keyboard)
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(sys, "stdout", screen)
        os.write(keyboard, b"y\n")
        assert may_start(Path("/folder\x1b]0;owned\x07/bin/python")) is False
    os.close(keyboard)
    assert r"/folder\x1b]0;owned\x07/bin/python" in screen.getvalue()
    assert obeyed(screen.getvalue()) == []


def environment(tmp_path: Path) -> dict[str, str]:
    return {"XDG_RUNTIME_DIR": str(tmp_path / "runtime"), "XDG_STATE_HOME": str(tmp_path / "state")}


def test_no_command_sends_control_characters(tmp_path: Path) -> None:
    """A script, its folder and an interpreter with such names: opened, listed, refused and stopped."""
    folder = tmp_path / "fold\x1b]0;owned\x07er"
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (folder / ".venv" / "pyvenv.cfg").touch()
    python.touch(mode=0o755)
    name = "a\x1b[2Jb\udcff\u202e.py"
    (folder / name).write_text("x = 1\n")
    variables = environment(tmp_path)
    everything = {**os.environ, **variables, "VIRTUAL_ENV": ""}

    def said(*arguments: str) -> str:
        done = subprocess.run([*COMMAND, *arguments], cwd=folder, env=everything, capture_output=True, check=False)
        return (done.stdout + done.stderr).decode()

    with running_rdit(name, folder=folder, VIRTUAL_ENV="", **variables) as server:
        assert r"a\x1b[2Jb\udcff\u202e.py" in server.printed
        assert r"fold\x1b]0;owned\x07er" in server.printed
        assert obeyed(server.printed) == []
        listed = said("list")
        assert r"a\x1b[2Jb" in listed
        assert obeyed(listed) == []
        assert json.loads(said("list", "--json"))[0]["script"] == str((folder / name).resolve())
        assert obeyed(said("stop", "x\x1b[2J")) == []
    for arguments in ([f"none{name}"], ["--root", "\x1b[2J"], ["--port", "\x1b[2J"], ["--python", "\x1b[2J", name]):
        refused = said(*arguments, "--no-browser")
        assert refused.startswith("rdit: ")
        assert "Traceback" not in refused
        assert obeyed(refused) == []
