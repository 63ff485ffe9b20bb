"""Starting programs, waiting until they answer, counting their memory and ending them, children included."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from environments import CACHE
from process_tree import family

MEBIBYTE = 1 << 20


def free_port() -> int:
    """Return a TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def started(
    command: Sequence[str | Path], folder: Path, **variables: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program in *folder* for as long as the block lasts; its stderr goes to `.bench/<program>.log`."""
    log = CACHE / f"{Path(command[0]).name}.log"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            cwd=folder,
            env={**os.environ, **variables},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a program to end, and make sure of it and its children."""
    descendants = family(process.pid)
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(drained(process), 5)
        except asyncio.TimeoutError:
            process.kill()
            await drained(process)
    for pid in descendants[1:]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it ended by itself, as it should


async def drained(process: asyncio.subprocess.Process) -> None:
    """Wait for the end of a program, and read what is left of its output so that it never blocks on a full pipe."""
    assert process.stdout is not None
    while await process.stdout.read(1 << 16):
        pass
    await process.wait()


@asynccontextmanager
async def watched_memory(pid: int) -> AsyncIterator[list[int]]:
    """Note the resident bytes of one process, twenty times a second, for as long as the block lasts."""
    noted: list[int] = []
    page = os.sysconf("SC_PAGE_SIZE")

    async def watch() -> None:
        while True:
            try:
                noted.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page)
            except (FileNotFoundError, ProcessLookupError):
                return
            await asyncio.sleep(0.05)

    task = asyncio.create_task(watch())
    try:
        yield noted
    finally:
        task.cancel()
