"""What is done in a session under load; each answer is compared with what it must be."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from readings import Taken

from tests.running import printed_text
from tests.server.events import events, until

FLOOD_LINES = 20_000
STORM = """
import os, pathlib
for n in range(200):
    pathlib.Path(f'{name}.{{n}}.tmp').write_text('x')
for n in range(200):
    os.unlink(f'{name}.{{n}}.tmp')
print('over')
"""
DISPLAY = """
class Large:
    def _repr_html_(self):
        return '<b>large</b>' * 5000
Large()
"""


class Lost(Exception):
    """An answer is not what it must be."""


@dataclass
class Work:
    """Counts what was done, and keeps how long the short requests took, until it is taken."""

    _counts: Counter[str] = field(default_factory=Counter)
    _latencies: list[float] = field(default_factory=list)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Count one *what*, which should not take long."""
        began = time.perf_counter()
        yield
        self._latencies.append(time.perf_counter() - began)
        self.count(what)

    def count(self, what: str) -> None:
        """Count one *what*."""
        self._counts[what] += 1

    def take(self) -> Taken:
        """Return what was done since the last time."""
        taken = Taken(dict(self._counts), list(self._latencies))
        self._counts.clear()
        self._latencies.clear()
        return taken


@dataclass
class Session:
    """A session of a server, and somebody who works in it."""

    client: aiohttp.ClientSession
    folder: Path
    name: str
    id: str
    choice: random.Random
    version: str
    generation: int = 0

    @classmethod
    async def open(cls, client: aiohttp.ClientSession, folder: Path, name: str, choice: random.Random) -> Session:
        """Open the session of a new script and run something in it."""
        (folder / name).write_text("")
        async with client.post("/api/session", json={"path": name}) as answer:
            session_id = (await answer.json())["sessionId"]
        async with client.get("/api/read-file", params={"path": name}) as answer:
            version = (await answer.json())["version"]
        session = cls(client, folder, name, session_id, choice, version)
        await session.settle()
        return session

    async def work_until(self, ends: float, work: Work) -> None:
        """Do one thing after another, until the clock `time.monotonic` says *ends*."""
        kinds = [self.run, self.flood, self.display, self.storm, self.interrupt, self.reset, self.kill]
        weights = [40, 6, 6, 2, 6, 3, 3]
        while time.monotonic() < ends:
            if self.choice.random() < 0.3:
                await self.save(work)
            kind = self.choice.choices(kinds, weights)[0]
            await kind()
            work.count(kind.__name__)

    async def settle(self) -> None:
        """Run once more; when that is over the session has the processes of one at rest, and no other."""
        await self.run()

    # ------------------------------------------------------------------------------------ one thing after another

    async def run(self) -> None:
        """Run something short."""
        number = self.choice.randrange(10**9)
        self._expect(await self._execute(f"print({number})\n{number} + 1"), f"{number}\n{number + 1}\n")

    async def flood(self) -> None:
        """Print more lines than a page shows."""
        frames = await self._execute(f"for n in range({FLOOD_LINES}):\n    print('line', n)")
        self._expect(frames, "".join(f"line {n}\n" for n in range(FLOOD_LINES)))

    async def display(self) -> None:
        """Show something large."""
        frames = await self._execute(DISPLAY)
        data = [item["data"] for frame in frames for item in frame.get("output", []) if item["type"] == "display"]
        if [len(one["text/html"]) for one in data] != [60_000]:
            raise Lost(f"{self.name}: a display of 60,000 characters came as {frames}")

    async def storm(self) -> None:
        """Make and remove files in the folder that the server watches."""
        self._expect(await self._execute(STORM.format(name=self.name)), "over\n")

    async def interrupt(self) -> None:
        """Interrupt a loop that would never end."""
        body = {"script": "while True: pass", "sessionId": self.id, "live": True}
        async with self.client.post("/api/execute-script", json=body) as answer:
            stream = events(answer)
            await until(stream, "start")
            await self._post("/api/interrupt")
            ended = (await until(stream, "complete"))[-1]
        if ended["status"] != "interrupted":
            raise Lost(f"{self.name}: an interrupted run ended with {ended}")

    async def reset(self) -> None:
        """Begin with a fresh process."""
        await self._execute("kept = 1")
        await self._post("/api/reset")
        self._expect(await self._execute("print('kept' in globals())"), "False\n")

    async def kill(self) -> None:
        """Kill the worker in the middle of a run."""
        frames = await self._execute("print('before')\nimport os\nos.kill(os.getpid(), 9)\nprint('never')")
        told = printed_text(frames, "error")
        if printed_text(frames) != "before\n" or "SIGKILL" not in told:
            raise Lost(f"{self.name}: a killed run gave {frames}")

    async def save(self, work: Work) -> None:
        """Save a new text and read it again."""
        content = f"# {self.choice.randrange(10**9)}\n" * self.choice.randrange(1, 400)
        body = {"path": self.name, "content": content, "version": self.version}
        with work.timed("save"):
            async with self.client.put("/api/write-file", json=body) as answer:
                saved = await answer.json()
        if answer.status != 200:
            raise Lost(f"{self.name}: a save answered {answer.status}: {saved}")
        self.version = saved["version"]
        if (self.folder / self.name).read_text() != content:
            raise Lost(f"{self.name}: another text was saved")

    # ------------------------------------------------------------------------------------------------- requests

    async def state(self) -> dict[str, Any]:
        """Return what there is to see of the session."""
        async with self.client.get("/api/session", params={"sessionId": self.id}) as answer:
            return dict(await answer.json())

    async def _execute(self, script: str) -> list[dict[str, Any]]:
        body = {"script": script, "sessionId": self.id}
        async with self.client.post("/api/execute-script", json=body) as answer:
            frames = [event async for event in events(answer)]
        if not frames or frames[-1].get("type") != "complete":
            raise Lost(f"{self.name}: a stream ended without its end: {frames[-1:]}")
        return frames

    async def _post(self, path: str) -> None:
        async with self.client.post(path, json={"sessionId": self.id}) as answer:
            if answer.status != 200:
                raise Lost(f"{self.name}: {path} answered {answer.status}: {await answer.text()}")

    def _expect(self, frames: list[dict[str, Any]], text: str) -> None:
        printed = printed_text(frames)
        if printed != text:
            raise Lost(
                f"{self.name}: {text[:60]!r}… was printed and {printed[:60]!r}… came ({len(printed)} characters)"
            )
