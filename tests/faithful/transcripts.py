"""What a run of a script amounts to: told by Python itself, and told from rdit's live stream."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.server.events import events, texts
from tests.session.output.writing import Writing

if TYPE_CHECKING:
    from tests.conftest import Client

_STATUS = {"ok": 0, "error": 1, "interrupted": 130, "died": -1}


@dataclass
class Outcome:
    """What a person would see of a run, and what it leaves behind."""

    stdout: str
    stderr: str
    """The script's own and, after it, the traceback."""
    status: int
    """The exit status."""
    files: dict[str, bytes] = field(default_factory=dict)


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the files in *folder*, byte-code caches apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def outcome_in_python(python: str, script: Path, *arguments: str) -> Outcome:
    """Return what `python script.py ARGUMENTS` does in the script's folder."""
    done = subprocess.run(
        [python, script.name, *arguments],
        cwd=script.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=50,
    )
    stdout, stderr = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return Outcome(as_shown(stdout), as_shown(stderr), done.returncode, files_below(script.parent))


def as_shown(text: str) -> str:
    """Return *text* without what a terminal would no longer show, which the live stream does not have either."""
    output = Writing(1 << 26)
    output.write("stdout", text)
    return "".join(item.text() for item in output.items)


async def outcome_in_rdit(client: Client, script: Path) -> Outcome:
    """Return what running the whole of the server's script does."""
    answer = await client.get("/api/read-file", params={"path": script.name})
    assert answer.status == 200, await answer.text()
    text = (await answer.json())["content"]
    answer = await client.post("/api/execute-script", json={"script": text, "live": True})
    seen = []
    async for event in events(answer):
        seen.append(event)
        if event["type"] == "input":  # Python's standard input is empty too
            await client.post("/api/input", json={"text": None})
    complete = seen[-1]
    assert complete["type"] == "complete", complete
    status = complete["exitCode"] if complete["status"] == "exited" else _STATUS[complete["status"]]
    stdout, stderr = texts(seen, "stdout"), texts(seen, "stderr", "error")
    return Outcome(as_shown(stdout), as_shown(stderr), status, files_below(script.parent))
