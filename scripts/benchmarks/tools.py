"""What is measured: one class for rdit and one for each peer, all driven the same way, each over its own interface."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from environments import RDIT
from process_tree import family
from processes import free_port, started

Listener = Callable[[str], None]
"""Called with each piece of output text at the moment the client has it."""
Page = dict[int, str]
"""What each statement shows."""


class Unable(Exception):
    """The tool cannot do this, or failed at it; the text goes into the table's notes."""


@dataclass
class Outcome:
    """How a run ended, and what it wrote, as the client received it."""

    status: str = "ok"
    pieces: list[str] = field(default_factory=list)
    results: int = 0
    """How many statements reported their end."""
    texts: list[str] = field(default_factory=list)
    """What each of these wrote, where the tool says so with their ends."""
    arrived: float = 0.0
    """When the client had the last byte, by `perf_counter`; 0 where its own library decodes as the bytes come."""

    @property
    def text(self) -> str:
        """All of the output."""
        return "".join(self.pieces)


class Tool:
    """A program under test. `async with` starts it on an empty script and stops it."""

    name = ""
    script = "script.py"
    streams: tuple[str, ...] = ("only",)
    """The ways in which a run of many statements can be reported."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self.folder = Path()
        self.pid = 0

    async def __aenter__(self) -> Tool:
        self.folder = Path(tempfile.mkdtemp(prefix="rdit-bench-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / self.script).write_text(self.blank())
        try:
            await self.open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def blank(self) -> str:
        """Return the file that the tool is started with."""
        return ""

    async def open(self) -> None:
        """Start the program and connect to it; `run` must work from then on."""
        raise NotImplementedError

    async def run(self, source: str, listener: Listener | None = None) -> Outcome:
        """Run *source* as one request and return when it is complete."""
        raise NotImplementedError

    async def run_statements(self, statements: list[str], live: bool) -> Outcome:
        """Run the statements in one go, each reporting its end."""
        raise NotImplementedError

    async def show(self, statements: list[str], changed: int, afresh: bool, listener: Listener | None) -> Page:
        """Do what a user does who has edited the statement *changed*; return what the statements that ran show.

        With *afresh* that user starts a new process and runs everything.
        """
        raise NotImplementedError

    async def interrupt(self) -> None:
        """Stop what runs."""
        raise NotImplementedError

    async def reset(self) -> None:
        """Forget all names."""
        raise NotImplementedError

    def processes(self) -> list[int]:
        """Return the ids of all processes of the tool."""
        return family(self.pid)

    def url(self) -> str:
        """Return the address of the page."""
        raise Unable("it has no page")


async def until_it_answers(session: aiohttp.ClientSession, url: str, deadline: float = 60.0) -> None:
    """Ask again and again, a millisecond apart, until a server answers."""
    limit = time.monotonic() + deadline
    while time.monotonic() < limit:
        try:
            async with session.get(url):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.001)
    raise Unable(f"no answer within {deadline:.0f} s")


async def server_sent(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """Yield the JSON of each `data:` frame as it comes."""
    pending = b""
    async for data in response.content.iter_any():
        pending += data
        *frames, pending = pending.split(b"\n\n")
        for frame in frames:
            for event in events_of(frame):
                yield event


def events_of(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the JSON of each `data:` line."""
    for line in data.split(b"\n"):
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


class Rdit(Tool):
    """rdit, over HTTP as its page and curl use it."""

    name = "rdit"
    streams = ("default", "live")
    live = True

    async def open(self) -> None:
        port = free_port()
        process = await self._stack.enter_async_context(
            started([RDIT / "rdit", self.script, "--port", str(port), "--no-browser"], self.folder)
        )
        self.pid = process.pid
        assert process.stdout is not None
        found = None
        while not found:
            line = await process.stdout.readline()
            if not line:
                raise Unable("it ended at the start; see .bench/rdit.log")
            found = re.search(rb"(http://\S+?)/?\?\S*?token=([\w.~-]+)", line)
        base, token = (part.decode() for part in found.groups())
        self._page = found.group(0).decode()
        self.session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                base, headers={"Authorization": f"Bearer {token}"}, timeout=aiohttp.ClientTimeout(None)
            )
        )
        await until_it_answers(self.session, "/api/health")

    def execute(self, source: str, live: bool, **more: Any) -> Any:
        """Return the context manager of one execute request."""
        return self.session.post("/api/execute-script", json={"script": source, "live": live, **more})

    async def run(self, source: str, listener: Listener | None = None, **more: Any) -> Outcome:
        outcome = Outcome(status="")
        live = self.live or listener is not None
        async with self.execute(source, live, **more) as response:
            if response.status != 200:
                raise Unable(f"status {response.status}: {(await response.text())[:200]}")
            if listener is None:
                data = await response.read()
                outcome.arrived = time.perf_counter()
                for event in events_of(data):
                    self._note(event, outcome, listener)
            else:
                async for event in server_sent(response):
                    self._note(event, outcome, listener)
        return outcome

    def _note(self, event: dict[str, Any], outcome: Outcome, listener: Listener | None) -> None:
        kind = event.get("type")
        if kind == "output":
            outcome.pieces.append(event["item"]["text"])
            if listener:
                listener(event["item"]["text"])
        elif kind == "complete":
            outcome.status = event.get("status", "ok")
        elif kind == "result" or kind is None:
            outcome.results += 1
            outcome.pieces += [item["text"] for item in event.get("output", [])]
        elif kind == "error":
            raise Unable(event["message"])

    async def run_statements(self, statements: list[str], live: bool) -> Outcome:
        self.live = live
        try:
            return await self.run("\n".join(statements))
        finally:
            self.live = True

    async def show(self, statements: list[str], changed: int, afresh: bool, listener: Listener | None) -> Page:
        page: Page = {}
        if afresh:
            await self.reset()
        async with self.execute("\n".join(statements), False, fresh=True) as response:
            response.raise_for_status()
            async for event in server_sent(response):
                if "nodeIndex" not in event:
                    continue
                text = "".join(item["text"] for item in event["output"])
                page[event["nodeIndex"]] = text
                if listener:
                    listener(text)
        return page

    async def interrupt(self) -> None:
        async with self.session.post("/api/interrupt", json={}) as response:
            response.raise_for_status()

    async def reset(self) -> None:
        async with self.session.post("/api/reset", json={}) as response:
            response.raise_for_status()

    def url(self) -> str:
        return self._page

    async def follow(self, source: str, subscribers: int, lazy: int) -> None:
        """Run *source* while many follow the session's events; the last *lazy* never read. Wait for the rest."""
        async with self.session.get("/api/session") as response:
            after = (await response.json())["lastEventId"]
        async with AsyncExitStack() as stack:
            streams = [
                await stack.enter_async_context(self.session.get("/api/events", params={"after": after}))
                for _ in range(subscribers)
            ]
            async with self.execute(source, live=True, detached=True) as response:
                run_id = (await response.json())["runId"]
            await asyncio.gather(*(until_complete(stream, run_id) for stream in streams[: subscribers - lazy]))


async def until_complete(stream: aiohttp.ClientResponse, run_id: str) -> None:
    """Read events until the run's last one, without parsing what is large."""
    last = f'"runId":"{run_id}"'.encode()
    pending = b""
    async for data in stream.content.iter_any():
        *frames, pending = (pending + data).split(b"\n\n")
        if any(
            b'"type":"complete"' in frame and last in frame.replace(b" ", b"") for frame in frames if len(frame) < 500
        ):
            return
