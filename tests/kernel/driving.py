"""A real kernel, driven frame by frame as the server does it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

import rdit
from rdit.kernel.protocol.frames import Body, FrameDecoder, encode
from rdit.kernel.protocol.records import PLANNED, STEP
from rdit.protocol.encoding import encode as encode_json
from rdit.protocol.messages import (
    Completed,
    Displayed,
    Drawn,
    InputRequested,
    Item,
    Message,
    Open,
    Overtaken,
    Planned,
    Ready,
    Request,
    Run,
    StatementFinished,
    StatementsFinished,
    StatementStarted,
    WorkerStarted,
    Written,
)
from rdit.session.kernel.decoding import decode

KERNEL = Path(rdit.__file__).parent / "kernel" / "__main__.py"
M = TypeVar("M")


@dataclass
class ShownFigure:
    """A figure where it was announced, and what came of it."""

    node_index: int
    item: Item
    is_drawn: bool = False
    is_step: bool = False


class Transcript:
    """What came of one run: its messages, and what each statement showed."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.messages: list[Message] = []
        self.output: dict[int, list[tuple[str, str]]] = {}
        """By statement, pieces of output in order; adjacent ones of one type are joined."""
        self.errors: list[Item] = []
        self.items: list[Item] = []
        self.figures: dict[str, ShownFigure] = {}
        """By id, in the order in which they were announced."""
        self.late: list[tuple[int | None, str]] = []
        self.pieces: list[bytes] = []
        self.plan: list[tuple[int, ...]] = []
        """The index, the first and the last line of each statement."""

    def add(self, message: Message, body: bytes) -> None:
        self.messages.append(message)
        if isinstance(message, Planned):
            self.plan = list(PLANNED.iter_unpack(body))
            self.output.clear()  # a second plan of a run takes the place of the first
        if isinstance(message, Written):
            assert message.node_index is not None
            self.pieces.append(body)
            self._show(message.node_index, message.stream, body.decode("utf-8", "replace"))
            if message.late:
                self.late.append((message.node_index, body.decode("utf-8", "replace")))
        elif isinstance(message, Displayed):
            assert message.node_index is not None
            self.items.append(message.item)
            if message.item.type == "error":
                self.errors.append(message.item)
            self._show(message.node_index, message.item.type, message.item.text)
            if message.item.metadata and "figure" in message.item.metadata:
                self.figures[message.item.metadata["figure"]["id"]] = ShownFigure(message.node_index, message.item)
        elif isinstance(message, (Drawn, Overtaken)) and message.figure_id in self.figures:
            figure = self.figures[message.figure_id]
            if isinstance(message, Overtaken):
                figure.is_step = True
                return
            figure.item, figure.is_drawn = message.item, True
            if message.item.type == "error":
                self.errors.append(message.item)

    def shown_figures(self) -> list[tuple[int, Item]]:
        """Return statement and item of each figure that was drawn and that no later display has taken over."""
        return [(one.node_index, one.item) for one in self.figures.values() if one.is_drawn and not one.is_step]

    def steps(self) -> list[tuple[int, bool]]:
        """Return the statement of each figure that a later display has taken over, and whether it was drawn."""
        return [(one.node_index, one.is_drawn) for one in self.figures.values() if one.is_step]

    def _show(self, index: int, kind: str, text: str) -> None:
        shown = self.output.setdefault(index, [])
        if shown and shown[-1][0] == kind:
            shown[-1] = kind, shown[-1][1] + text
        else:
            shown.append((kind, text))

    def text(self, kind: str = "stdout") -> str:
        return "".join(text for index in sorted(self.output) for one, text in self.output[index] if one == kind)

    def errors_of(self, index: int) -> list[Item]:
        """Return the error items of one statement."""
        return [
            message.item
            for message in self.messages
            if isinstance(message, Displayed) and message.node_index == index and message.item.type == "error"
        ]

    @property
    def last_index(self) -> int | None:
        """The last statement that began."""
        return max(
            (message.node_index for message in self.messages if isinstance(message, StatementStarted)), default=None
        )

    @property
    def bodies(self) -> bytes:
        """All that was written, as bytes."""
        return b"".join(self.pieces)

    @property
    def status(self) -> str:
        return self.completed.status

    @property
    def completed(self) -> Completed:
        return next(message for message in self.messages if isinstance(message, Completed))


class Kernel:
    """A kernel process and the frames to and from it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.ready: Ready | None = None
        self.worker: WorkerStarted | None = None
        self._decoder = FrameDecoder()
        self._received: list[tuple[Message, bytes]] = []
        self._run_ids = count(1)

    async def send(self, *requests: Request, body: bytes = b"") -> None:
        """Send requests, which arrive together; *body* is the last one's."""
        assert self.process.stdin is not None
        headers = [encode_json(request) for request in requests]
        self.process.stdin.writelines([*map(encode, headers[:-1]), encode(headers[-1], body)])
        await self.process.stdin.drain()

    async def open(
        self, script_path: Path | None, directory: Path | None = None, *arguments: str, name: str | None = None
    ) -> None:
        """Wait until the kernel is up and tell it which script it is for."""
        self.ready = await self.until(Ready)
        await self.until(WorkerStarted)
        if directory is None:
            assert script_path is not None
            directory = script_path.parent
        await self.send(Open(None if script_path is None else str(script_path), list(arguments), str(directory), name))

    async def reopen(
        self, script_path: Path, *arguments: str, directory: Path | None = None, name: str | None = None
    ) -> None:
        """Say that the script is another one: its path from the next run on, all else from the next reset on."""
        await self.send(Open(str(script_path), list(arguments), str(directory or script_path.parent), name))

    def pause(self) -> None:
        """Stop reading, as a server does that is busy."""
        self.process._transport.get_pipe_transport(1).pause_reading()  # type: ignore[attr-defined]

    def resume(self) -> None:
        self.process._transport.get_pipe_transport(1).resume_reading()  # type: ignore[attr-defined]

    async def next(self) -> tuple[Message, bytes]:
        assert self.process.stdout is not None
        while not self._received:
            data = await self.process.stdout.read(1 << 16)
            if not data:
                raise EOFError("the kernel has closed its output")
            for header, body in self._decoder.feed(data):
                message = decode(header)
                self._received += (
                    _each_step(message, body) if isinstance(message, StatementsFinished) else [(message, bytes(body))]
                )
        message, body = self._received.pop(0)
        if isinstance(message, WorkerStarted):
            self.worker = message
        return message, body

    async def until(self, kind: type[M]) -> M:
        """Return the next message of this kind; what comes before it is dropped."""
        while True:
            message, _ = await self.next()
            if isinstance(message, kind):
                return message

    async def until_written(self, text: str, transcript: Transcript | None = None) -> None:
        """Wait until the run has written *text*, whole."""
        seen = ""
        while text not in seen:
            message, body = await self.next()
            if transcript is not None:
                transcript.add(message, body)
            assert not isinstance(message, Completed), f"the run ended and had written only {seen!r}"
            if isinstance(message, Written):
                seen += body.decode()

    async def start(self, script: str, lines: tuple[int, int] | None = None, **options: int) -> Transcript:
        """Send a run and wait until its first statement runs."""
        transcript = await self.request(script, lines, **options)
        await self.follow(transcript, StatementStarted)
        return transcript

    async def request(self, script: str, lines: tuple[int, int] | None = None, **options: int) -> Transcript:
        """Send a run and wait for nothing."""
        transcript = Transcript(f"run-{next(self._run_ids)}")
        first, last = lines or (None, None)
        request = Run(transcript.run_id, first, last, **options)
        await self.send(request, body=script.encode("utf-8", "surrogatepass"))
        return transcript

    async def follow(self, transcript: Transcript, kind: type[M] = Completed) -> M:  # type: ignore[assignment]
        """Add to the transcript until a message of this kind has come; return it."""
        while True:
            message, body = await self.next()
            transcript.add(message, body)
            if isinstance(message, kind):
                return message

    async def run(self, script: str, lines: tuple[int, int] | None = None, **options: int) -> Transcript:
        """Run a script to its end."""
        transcript = await self.request(script, lines, **options)
        await self.follow(transcript)
        return transcript

    async def close(self) -> int:
        """Close the kernel's input, as a server that ends does, and return its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            while True:
                await self.next()
        except EOFError:
            return await self.process.wait()


@asynccontextmanager
async def running_kernel(
    python: str,
    script_path: Path | None,
    directory: Path,
    *arguments: str,
    name: str | None = None,
    start: Path = KERNEL,
    **variables: str,
) -> AsyncIterator[Kernel]:
    """Keep a kernel running that has opened a script, for as long as the block lasts; *start* is what Python runs, *name* what `python` would be told."""
    process = await asyncio.create_subprocess_exec(
        python,
        str(start),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **variables},
    )
    kernel = Kernel(process)
    try:
        await kernel.open(script_path, directory, *arguments, name=name)
        yield kernel
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.communicate()


def _each_step(passed: StatementsFinished, body: Body) -> list[tuple[Message, bytes]]:
    """Return what a `StatementsFinished` stands for: the end of each statement, and the start of the one that followed."""
    steps = list(STEP.iter_unpack(body))
    following = [*(index for index, _, _ in steps[1:]), passed.node_index]
    told: list[tuple[Message, bytes]] = []
    for (index, duration, peak_memory), next_index in zip(steps, following, strict=True):
        told.append((StatementFinished(passed.run_id, index, duration, peak_memory or None), b""))
        told.append((StatementStarted(passed.run_id, next_index), b""))
    return told


__all__ = [
    "Completed",
    "Displayed",
    "InputRequested",
    "Kernel",
    "Planned",
    "StatementFinished",
    "StatementStarted",
    "Transcript",
    "Written",
    "running_kernel",
]
