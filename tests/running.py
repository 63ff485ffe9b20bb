"""A real `rdit` command in a process of its own, and the plain HTTP that a script or `curl` would use to drive it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

COMMAND = (str(Path(sys.executable).with_name("rdit")),)
URL = re.compile(r"(http://\S+?)/\?\S*?token=([\w-]+)")


@dataclass(frozen=True)
class Rdit:
    """A server that answers; *printed* is what the command wrote until it did."""

    address: str
    token: str
    printed: str
    process: subprocess.Popen[str] = field(repr=False)

    def request(self, path: str, body: object = None, method: str | None = None) -> Any:
        """Return the open answer of one request with the token; urllib raises HTTPError from status 400 on."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return urlopen(Request(self.address + path, data, headers, method=method), timeout=60)

    def json(self, path: str, body: object = None, method: str | None = None) -> Any:
        """Return the JSON of one answer."""
        with self.request(path, body, method) as answer:
            return json.load(answer)

    def execute(self, script: str, **options: object) -> list[dict[str, Any]]:
        """Run a script; return every frame of the stream."""
        with self.request("/api/execute-script", {"script": script, **options}) as answer:
            return [json.loads(line[6:]) for line in answer if line.startswith(b"data: ")]


@contextmanager
def running_rdit(
    *arguments: str, folder: Path, command: Sequence[str] = COMMAND, port: int = 0, **variables: str
) -> Iterator[Rdit]:
    """Keep `rdit ARGUMENTS` running in *folder*, on a free port (or on *port*) and without a browser."""
    own, rest = list(arguments), []
    if "--" in own:
        own, rest = own[: own.index("--")], own[own.index("--") :]
    process = subprocess.Popen(
        [*command, *own, "--port", str(port), "--no-browser", *rest],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    try:
        while not (found := URL.search(printed)):
            line = process.stdout.readline()
            assert line, f"rdit ended with status {process.wait()} and said:\n{printed}"
            printed += line
        yield Rdit(found[1], found[2], printed, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        rest_of_it = process.communicate(timeout=120)[0]
    assert process.returncode in {0, 130}, f"rdit ended with status {process.returncode}: {printed}{rest_of_it}"


def printed_text(frames: Sequence[dict[str, Any]], kind: str = "stdout") -> str:
    """Return all that the frames of a default stream hold of one type."""
    return "".join(item["text"] for frame in frames for item in frame.get("output", []) if item["type"] == kind)
