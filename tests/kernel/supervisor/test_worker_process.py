"""What a worker wrote and told goes on in the order in which it happened, whichever pipe was read first."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from rdit.kernel.protocol.frames import FrameDecoder, encode
from rdit.kernel.protocol.pieces import write_pieces
from rdit.kernel.protocol.records import (
    FORWARD,
    LIVE,
    STATEMENTS_FINISHED,
    STEP,
    STREAM_SWITCHED,
    RecordDecoder,
    encode_record,
    new_token,
    origin_of,
)
from rdit.kernel.supervisor.outbox import Outbox
from rdit.kernel.supervisor.worker_process import MAX_STEPS, WorkerProcess
from rdit.kernel.worker.channel import Channel
from rdit.kernel.worker.streams import LiveOutput

NO_PROCESS = 1 << 22
"""No system gives out a process id as high as this."""


class Pair:
    """Both ends: the channel into which a worker writes, and the supervisor's view of it."""

    def __init__(self) -> None:
        token = new_token()
        self._pipes = [os.pipe() for _ in range(6)]
        requests, events, stdout, stderr, crash, pictures = self._pipes
        self.pictures = pictures[1]
        self.channel = Channel(token, events[1], stdout[1], stderr[1])
        ours = {
            "requests": requests[1],
            "answers": requests[1],
            "events": events[0],
            "stdout": stdout[0],
            "stderr": stderr[0],
        }
        ours["crash"], ours["pictures"] = crash[0], pictures[0]
        self.worker = WorkerProcess(NO_PROCESS, token, ours)
        self._into, self._out_of = os.pipe()[::-1]

    def step(self, index: int) -> None:
        """Let the worker tell that a statement has ended after half a second, and that the next one runs."""
        origin = origin_of("run", index + 1) + LIVE
        self.channel.send(STATEMENTS_FINISHED, STEP.pack(index, 0.5, 0), index + 1, origin)

    def read_all(self) -> None:
        self.worker.read_all()

    def told(self) -> list[tuple[dict[str, Any], bytes]]:
        """Return the header and the body of all that goes on now."""
        outbox = Outbox(self._into)
        for _ in self.worker.forward(outbox):
            continue
        if not outbox.size:
            return []
        outbox.flush()
        frames = FrameDecoder().feed(os.read(self._out_of, 1 << 16))
        return [(json.loads(header), body) for header, body in frames]

    def forwarded(self) -> list[tuple[str, bytes]]:
        """Return the stream and the bytes of all output that goes on now."""
        return [(header["stream"], body) for header, body in self.told()]

    def close(self) -> None:
        for descriptor in (self._into, self._out_of, *(end for pipe in self._pipes for end in pipe)):
            os.close(descriptor)


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


def test_what_python_wrote_first_goes_first_though_the_other_stream_was_read_alone(pair: Pair) -> None:
    channel, worker = pair.channel, pair.worker
    channel.send(STREAM_SWITCHED, b"", 2)
    for descriptor in (worker.events, *worker.streams):
        worker.read(descriptor)
    assert pair.forwarded() == []
    os.write(channel.stderr, b"by Python\n")
    os.write(channel.stdout, b"by C code\n")
    worker.read(worker.streams[0])  # as when the one pipe was ready a moment before the other
    assert pair.forwarded() == [("stderr", b"by Python\n"), ("stdout", b"by C code\n")]


def test_an_event_that_is_held_goes_with_the_next_and_before_it(pair: Pair) -> None:
    pair.channel.send(FORWARD, encode(b"first"), marked=False, held=True)
    assert not pair.worker.read(pair.worker.events)  # nothing was written yet
    pair.channel.send(FORWARD, encode(b"second"), marked=False)
    pair.worker.read(pair.worker.events)
    outbox = Outbox(pair.worker.outboxes[0].descriptor)
    assert [bytes(record.frames) for record in pair.worker.forward(outbox)] == [encode(b"first"), encode(b"second")]


def test_statements_that_end_one_after_another_are_told_together(pair: Pair) -> None:
    for index in range(MAX_STEPS + 2):
        pair.step(index)
    pair.read_all()
    told = pair.told()
    assert [header["node_index"] for header, _ in told] == [MAX_STEPS, MAX_STEPS + 2]
    assert {header["type"] for header, _ in told} == {"statements_finished"}
    steps = [step for _, body in told for step in STEP.iter_unpack(body)]
    assert steps == [(index, 0.5, 0) for index in range(MAX_STEPS + 2)]


def test_output_stands_between_the_ends_of_the_statements_around_it(pair: Pair) -> None:
    pair.step(0)
    os.write(pair.channel.stdout, b"of the second")
    pair.step(1)
    pair.step(2)
    pair.channel.send(FORWARD, encode(b'{"type":"displayed"}'))
    pair.step(3)
    pair.read_all()
    told = [(header["type"], header.get("node_index"), body) for header, body in pair.told()]
    assert told == [
        ("statements_finished", 1, STEP.pack(0, 0.5, 0)),
        ("written", 1, b"of the second"),
        ("statements_finished", 3, STEP.pack(1, 0.5, 0) + STEP.pack(2, 0.5, 0)),
        ("displayed", None, b""),
        ("statements_finished", 4, STEP.pack(3, 0.5, 0)),
    ]


def test_a_value_goes_with_the_mark_behind_it_and_before_what_the_script_writes_next(pair: Pair) -> None:
    output = LiveOutput(pair.channel)
    output.echo("1\n")
    assert not pair.worker.read(pair.worker.streams[0])  # nothing was written yet
    pair.step(0)
    pair.read_all()
    assert [body for _, body in pair.told()] == [b"1\n", STEP.pack(0, 0.5, 0)]
    output.echo("2\n")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        output.enter()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    os.write(pair.channel.stdout, b"3\n")
    pair.read_all()
    assert [body for _, body in pair.told()] == [b"2\n3\n"]


def test_a_record_that_comes_in_pieces_is_whole_in_the_end() -> None:
    decoder = RecordDecoder()
    data = encode_record(FORWARD, 7, 1, b"origin", b"x" * 1000) + encode_record(STATEMENTS_FINISHED, 8, 2, b"", b"step")
    records = [record for byte in data for record in decoder.feed(bytes([byte]))]
    assert [(one.meaning, one.mark, one.node_index, one.origin, len(one.frames)) for one in records] == [
        (FORWARD, 7, 1, b"origin", 1000),
        (STATEMENTS_FINISHED, 8, 2, b"", 4),
    ]


def test_what_a_copy_draws_goes_on_after_the_event_that_announced_it(pair: Pair) -> None:
    frames = [encode(b'{"type":"drawn","item":"%d%b"}' % (number, b"." * 9000)) for number in (1, 2)]
    write_pieces(pair.pictures, 71, 1, frames[0])
    write_pieces(pair.pictures, 72, 2, frames[1])
    pair.worker.read(pair.worker.pictures)
    assert pair.told() == []
    pair.step(0)
    pair.read_all()
    assert [header["type"] for header, _ in pair.told()] == ["statements_finished", "drawn"]
    pair.step(1)
    pair.read_all()
    assert [header["item"][0] for header, _ in pair.told() if header["type"] == "drawn"] == ["2"]
