"""What waits for a full pipe goes on in order and whole, whatever the pieces."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from rdit.kernel.supervisor.outbox import Outbox


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    yield reader, writer
    os.close(reader)
    os.close(writer)


def test_pieces_of_all_sizes_come_out_as_they_went_in(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    outbox = Outbox(writer)
    source = random.Random(5)
    expected, received = bytearray(), bytearray()
    for _ in range(300):
        pieces = [source.randbytes(source.choice([0, 1, 50, 4096, 4097, 70_000, 200_000])) for _ in range(3)]
        expected += b"".join(pieces)
        waited = outbox.size
        outbox.add(*pieces)
        assert outbox.size == waited + sum(map(len, pieces))
        outbox.flush()
        if outbox.size:  # the pipe is full
            received += os.read(reader, source.choice([1, 1000, 1 << 20]))
    outbox.flush()
    while len(received) < len(expected):
        outbox.flush()
        received += os.read(reader, 1 << 20)
    assert received == expected
    assert outbox.size == 0


def test_a_pipe_that_nobody_reads_any_more_is_an_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    outbox = Outbox(writer)
    outbox.flush()  # nothing waits, nothing fails
    outbox.add(b"x")
    with pytest.raises(BrokenPipeError):
        outbox.flush()
    outbox.clear()
    assert outbox.size == 0
    os.close(writer)
