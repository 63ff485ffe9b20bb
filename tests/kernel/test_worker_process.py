"""What a worker wrote and told goes on in the order in which it happened, whichever pipe was read first."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from rdit.kernel.frames import FrameDecoder
from rdit.kernel.outbox import Outbox
from rdit.kernel.records import PASS, SWITCHED, TOKEN_SIZE
from rdit.kernel.streams import Channel
from rdit.kernel.worker_process import WorkerProcess


class Pair:
    """Both ends: the channel into which a worker writes, and the supervisor's view of it."""

    def __init__(self) -> None:
        token = os.urandom(TOKEN_SIZE)
        self._pipes = [os.pipe() for _ in range(6)]
        requests, events, stdout, stderr, crash, life = self._pipes
        self.channel = Channel(token, events[1], stdout[1], stderr[1])
        self.worker = WorkerProcess(
            0, token, requests[1], events[0], (stdout[0], stderr[0]), crash=crash[0], life=life[1]
        )
        self._into, self._out_of = os.pipe()[::-1]

    def handed_on(self) -> list[tuple[str, bytes]]:
        """Return the stream and the bytes of all output that goes on now."""
        outbox = Outbox(self._into)
        for _ in self.worker.hand_on(outbox):
            continue
        if not outbox.size:
            return []
        outbox.flush()
        frames = FrameDecoder().feed(os.read(self._out_of, 1 << 16))
        return [(json.loads(header)["stream"], body) for header, body in frames]

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
    channel.send(SWITCHED, b"", 2)
    for descriptor in (worker.events, *worker.streams):
        worker.read(descriptor)
    assert pair.handed_on() == []
    os.write(channel.stderr, b"by Python\n")
    os.write(channel.stdout, b"by C code\n")
    worker.read(worker.streams[0])  # as when the one pipe was ready a moment before the other
    assert pair.handed_on() == [("stderr", b"by Python\n"), ("stdout", b"by C code\n")]


def test_an_event_that_is_held_goes_with_the_next_and_before_it(pair: Pair) -> None:
    pair.channel.send(PASS, b"first", marked=False, held=True)
    assert not pair.worker.read(pair.worker.events)  # nothing was written yet
    pair.channel.send(PASS, b"second", marked=False)
    pair.worker.read(pair.worker.events)
    outbox = Outbox(pair.worker.requests)
    assert [bytes(record.frames) for record in pair.worker.hand_on(outbox)] == [b"first", b"second"]
