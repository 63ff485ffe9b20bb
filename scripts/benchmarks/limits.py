"""The limits: what the same work costs when there is nothing but Python, a pipe, or a bare aiohttp handler."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from environments import RDIT
from process_tree import proportional_memory
from processes import free_port, started
from tools import until_it_answers
from work import FIGURES, Delays, Effort, Samples, clock_script

PYTHON = RDIT / "python"
SERVER = Path(__file__).parent / "limit_server.py"


@asynccontextmanager
async def bare_server(folder: Path | None = None) -> AsyncIterator[tuple[aiohttp.ClientSession, int]]:
    """Run the bare aiohttp application; yield a client of it and its process id. *folder* holds files to serve."""
    port = free_port()
    command: list[str | Path] = [PYTHON, SERVER, str(port), *([str(folder)] if folder else [])]
    async with (
        started(command, Path(tempfile.gettempdir())) as process,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        await until_it_answers(session, "/api/health")
        yield session, process.pid


async def bare_trip(session: aiohttp.ClientSession) -> None:
    async with session.post("/api/execute-script", json={"script": "1 + 1"}) as response:
        await response.read()


def python(source: str, *flags: str) -> bytes:
    """Run a script with plain Python and return its stdout, read through a pipe."""
    return subprocess.run([PYTHON, *flags, "-c", source], capture_output=True, check=True).stdout


async def cold(effort: Effort, samples: Samples) -> None:
    """A bare server until its first answer, plus one start of Python."""
    for turn in range(effort.starts + 1):
        began = time.perf_counter()
        async with bare_server() as (session, _):
            await bare_trip(session)
            answered = time.perf_counter()
        python_began = time.perf_counter()
        python("print(1 + 1)")
        if turn:
            samples.add("cold", answered - began + time.perf_counter() - python_began)


async def trip(effort: Effort, samples: Samples) -> None:
    """A handler that answers the same frames."""
    async with bare_server() as (session, _):
        for _ in range(effort.trips):
            began = time.perf_counter()
            await bare_trip(session)
            taken = time.perf_counter() - began
            samples.add("trip-p50", taken)
            samples.add("trip-p99", taken)


async def statements(effort: Effort, samples: Samples) -> None:
    """`exec` of the same statements, compiled before."""
    for count in effort.statements:
        taken = json.loads(
            python(
                "import json, time\n"
                f"codes = [compile(f'x{{i}} = {{i}}', 'script.py', 'exec') for i in range({count})]\n"
                "taken = []\n"
                f"for _ in range({effort.repeats}):\n"
                "    names = {}; began = time.perf_counter()\n"
                "    for code in codes: exec(code, names)\n"
                f"    taken.append((time.perf_counter() - began) / {count})\n"
                "print(json.dumps(taken))"
            )
        )
        for stream in ("default", "live"):
            samples.add(f"statements-{count}-{stream}", *taken)


async def lines(effort: Effort, samples: Samples) -> None:
    """The script with its stdout read through a pipe: in Python's large pieces, and each print at once."""
    source = f"for number in range({effort.lines}):\n    print(number)"
    for _ in range(min(effort.repeats, 3)):
        for row, flags in (("lines", ()), ("lines-at-once", ("-u",))):
            began = time.perf_counter()
            python(source, *flags)
            samples.add(row, time.perf_counter() - began)


async def string(effort: Effort, samples: Samples) -> None:
    """A bare aiohttp stream of as many bytes."""
    async with bare_server() as (session, _):
        for _ in range(min(effort.repeats, 3)):
            began = time.perf_counter()
            async with session.get(f"/stream?size={effort.characters}") as response:
                await response.read()
            samples.add("string", time.perf_counter() - began)


async def delay(effort: Effort, samples: Samples) -> None:
    """A pipe."""
    delays = Delays()
    process = await asyncio.create_subprocess_exec(
        PYTHON, "-c", clock_script(effort.prints), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    while data := await process.stdout.read(1 << 16):
        delays(data.decode())
    await process.wait()
    samples.add("delay-p50", *delays.samples)
    samples.add("delay-max", *delays.samples)


async def reset(effort: Effort, samples: Samples) -> None:
    """A fork whose child writes one byte to a pipe."""
    taken = json.loads(
        python(
            "import json, os, time\n"
            "taken = []\n"
            f"for _ in range({effort.repeats * 4}):\n"
            "    reader, writer = os.pipe(); began = time.perf_counter(); child = os.fork()\n"
            "    if not child: os.write(writer, b'.'); os._exit(0)\n"
            "    os.read(reader, 1); taken.append(time.perf_counter() - began); os.waitpid(child, 0)\n"
            "print(json.dumps(taken))"
        )
    )
    samples.add("reset", *taken)


async def idle(effort: Effort, samples: Samples) -> None:
    """The imports alone, in a bare server, and one Python that waits."""
    async with (
        bare_server() as (session, pid),
        started([PYTHON, "-c", "import time; time.sleep(600)"], Path(tempfile.gettempdir())) as waiting,
    ):
        await bare_trip(session)
        await asyncio.sleep(0.3)  # until it has started
        samples.add("memory", *(proportional_memory([pid, waiting.pid]) for _ in range(min(effort.repeats, 3))))


async def figures(effort: Effort, samples: Samples) -> None:
    """The same analysis by plain Python, which writes its figures to files."""
    with tempfile.TemporaryDirectory() as folder:
        source = FIGURES.replace("import matplotlib\n", "import matplotlib\nmatplotlib.use('agg')\n")
        source = source.replace("SHOW", f"fig.savefig({folder!r} + f'/{{number}}.png')")
        for turn in range(effort.repeats + 1):
            began = time.perf_counter()
            python(source)
            if turn:
                samples.add("figures", time.perf_counter() - began)


LIMITS = {
    "cold": cold,
    "trip": trip,
    "statements": statements,
    "lines": lines,
    "string": string,
    "delay": delay,
    "reset": reset,
    "figures": figures,
    "memory": idle,
}
