"""Keeps one server under mixed load and ends with status 1 if something grows, is lost or is late.

Ten sessions are worked in without a pause: short runs, floods of text, large displays, saves, storms of files, resets,
interrupts and kills of their workers. Five pages follow five of the sessions as the client does; two of them never read
what they are sent. Each answer is looked at. Once a minute a line is printed; `Bounds` says what is too much.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from load import Lost, Session, Work
from pages import reading_page, silent_page
from readings import Reading, read

from rdit.settings import Settings
from tests.running import Rdit, running_rdit

SESSIONS = 10
READING_PAGES = 3
SILENT_PAGES = 2
MEBIBYTE = 1 << 20
EVENT_BUDGET = Settings(root=Path()).event_budget


@dataclass(frozen=True)
class Bounds:
    """What is too much."""

    late_seconds: float
    """The longest that a request for the server's health, or a save, may take."""
    memory: float = 1.25
    """The server's resident memory at the end, as a multiple of what it was after the first quarter of the time or of
    what its sessions' logs may hold, whichever is more: it grows until they are full, which takes some ten minutes."""
    descriptors: int = 8
    """More open descriptors of the server than at the beginning, when all is quiet again."""
    processes: int = 0
    """More processes than at the beginning, when all is quiet again."""


@dataclass
class Soak:
    """One soak: what it works on and what it has seen."""

    server: Rdit
    folder: Path
    seed: int
    bounds: Bounds
    work: Work = field(default_factory=Work)
    readings: list[Reading] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def run(self, seconds: float) -> None:
        """Work for that long, and judge."""
        headers = {"Authorization": f"Bearer {self.server.token}"}
        timeout = aiohttp.ClientTimeout(total=None, sock_read=120)
        async with (
            aiohttp.ClientSession(self.server.address, headers=headers, timeout=timeout) as client,
            AsyncExitStack() as stack,
        ):
            sessions = [
                await Session.open(client, self.folder, f"s{index}.py", random.Random(f"{self.seed} {index}"))
                for index in range(SESSIONS)
            ]
            began = await self._take_reading(client, "at rest")
            pages = [
                await stack.enter_async_context((reading_page if index < READING_PAGES else silent_page)(client, one))
                for index, one in enumerate(sessions[: READING_PAGES + SILENT_PAGES])
            ]
            await self._work_on(client, sessions, seconds)
            for session in sessions:
                await session.settle()
            for page in pages:
                self.faults += await page.close()
        async with aiohttp.ClientSession(self.server.address, headers=headers, timeout=timeout) as client:
            self._judge(began, await self._take_reading(client, "at rest"))

    async def _work_on(self, client: aiohttp.ClientSession, sessions: list[Session], seconds: float) -> None:
        ends = time.monotonic() + seconds
        workers = [asyncio.create_task(session.work_until(ends, self.work)) for session in sessions]
        watcher = asyncio.create_task(self._watch(client, ends, seconds))
        for done in await asyncio.gather(*workers, watcher, return_exceptions=True):
            if isinstance(done, Lost):
                self.faults.append(f"lost: {done}")
            elif isinstance(done, BaseException):
                raise done

    async def _watch(self, client: aiohttp.ClientSession, ends: float, seconds: float) -> None:
        """Ask for the server's health all the time; take a reading every minute, or eight times in a short soak."""
        every = min(60.0, seconds / 8)
        next_reading = time.monotonic() + every
        while time.monotonic() < ends:
            with self.work.timed("health"):
                async with client.get("/api/health") as answer:
                    if answer.status != 200:
                        self.faults.append(f"/api/health answered {answer.status}")
            if time.monotonic() >= next_reading:
                next_reading += every
                await self._take_reading(client)
            await asyncio.sleep(0.1)  # a pace rather than a wait: ten questions a second

    async def _take_reading(self, client: aiohttp.ClientSession, note: str = "") -> Reading:
        reading = read(self.server.process.pid, self.work.take())
        self.readings.append(reading)
        print(f"{reading.line()}{note}", flush=True)
        return reading

    def _judge(self, began: Reading, ended: Reading) -> None:
        early = self.readings[max(1, len(self.readings) // 4)]
        full = began.memory + (SESSIONS + 1) * EVENT_BUDGET  # the script of the command has a session too
        most = int(max(early.memory, full) * self.bounds.memory)
        if ended.memory > most:
            self.faults.append(
                f"memory grew from {early.memory // MEBIBYTE} to {ended.memory // MEBIBYTE} MiB; "
                f"{most // MEBIBYTE} are allowed"
            )
        for what, most_of_it in (("descriptors", self.bounds.descriptors), ("processes", self.bounds.processes)):
            before, after = getattr(began, what), getattr(ended, what)
            if after > before + most_of_it:
                self.faults.append(f"{what} grew from {before} to {after}")
        late = max(reading.slowest for reading in self.readings)
        if late > self.bounds.late_seconds:
            self.faults.append(f"an answer took {late:.2f} s; {self.bounds.late_seconds:g} s are allowed")


def main() -> int:
    """Soak; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/soak")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--late", type=float, default=2.0, metavar="SECONDS", help="what counts as late [default: 2]")
    options = parser.parse_args()
    print(f"seed {options.seed}\n{Reading.HEAD}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.py").write_text("")
        with running_rdit("script.py", folder=folder) as server:
            soak = Soak(server, folder, options.seed, Bounds(late_seconds=options.late))
            asyncio.run(soak.run(60 * options.minutes))
            family = soak.readings[-1].pids
        left = [pid for pid in family if Path(f"/proc/{pid}").exists()]
    if left:
        soak.faults.append(f"processes that the server left behind: {left}")
    print("\n".join(["Nothing grew, was lost or was late."] if not soak.faults else soak.faults), flush=True)
    return 1 if soak.faults else 0


if __name__ == "__main__":
    sys.exit(main())
