"""A stream of small pieces is left to gather for a moment; what comes alone, or in large pieces, is not."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from rdit.kernel.protocol.records import TOKEN_SIZE
from rdit.kernel.supervisor.supervisor import FEW_BYTES, NAPS, QUICK, QUICK_ROUNDS, Supervisor
from rdit.kernel.supervisor.worker_process import WorkerProcess
from rdit.kernel.worker.worker import Baseline

MANY = QUICK_ROUNDS + len(NAPS)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    """A supervisor whose worker is nothing but its pipes."""
    pipes = [os.pipe() for _ in range(8)]
    requests, events, stdout, stderr, crash, life, ours, theirs = pipes
    supervisor = Supervisor(ours[0], theirs[1], Baseline(frozenset(), {}))
    supervisor._worker = WorkerProcess(
        0, os.urandom(TOKEN_SIZE), requests[1], events[0], (stdout[0], stderr[0]), crash=crash[0], life=life[1]
    )
    yield supervisor
    for descriptor in (*(end for pipe in pipes for end in pipe), supervisor._wakeup, supervisor._waker):
        os.close(descriptor)


def rounds(supervisor: Supervisor, count: int, *, size: int = 10, waited: float = 0.0) -> None:
    """Let *size* bytes come in each of so many rounds, after having *waited* for them."""
    assert supervisor._worker is not None
    for _ in range(count):
        supervisor._worker.received += size
        supervisor._pace(waited)


def rests(supervisor: Supervisor) -> bool:
    """Say whether the worker's pipes are left alone for now."""
    supervisor._watch_what_matters()
    assert supervisor._worker is not None
    return supervisor._worker.events not in supervisor._watched


def test_small_pieces_that_keep_coming_are_left_to_gather(supervisor: Supervisor) -> None:
    rounds(supervisor, MANY - 1)
    assert not rests(supervisor)
    rounds(supervisor, 1)
    assert rests(supervisor)


def test_after_a_rest_a_stream_goes_on_with_the_next_one(supervisor: Supervisor) -> None:
    rounds(supervisor, MANY)
    supervisor._rest_until = 0.0  # it is over, after a long wait
    rounds(supervisor, 1, waited=10 * QUICK)
    assert rests(supervisor)


@pytest.mark.parametrize(("size", "waited"), [(10, 2 * QUICK), (FEW_BYTES, 0.0), (0, 0.0)])
def test_what_comes_now_and_then_or_in_large_pieces_goes_on_at_once(
    supervisor: Supervisor, size: int, waited: float
) -> None:
    rounds(supervisor, 3 * MANY, size=size, waited=waited)
    assert not rests(supervisor)


def test_a_request_ends_the_rest(supervisor: Supervisor) -> None:
    rounds(supervisor, MANY)
    supervisor._handle({"type": "interrupt"}, b"{}")
    assert not rests(supervisor)
