"""A stream of small pieces is left to gather for a moment; what comes alone, or in large pieces, is not."""

from __future__ import annotations

from select import poll
from time import monotonic

import pytest

from rdit.kernel.supervisor.pacing import FEW_BYTES, NAP_SECONDS, QUICK_ROUNDS, QUICK_SECONDS, SPIN_SECONDS, Pacing

MANY = QUICK_ROUNDS + len(NAP_SECONDS)


class Rounds:
    """Rounds of a poll loop, of which nothing is known but what they brought."""

    def __init__(self) -> None:
        self.pacing = Pacing()
        self._total = 0

    def pass_by(self, count: int, *, size: int = 10, waited: float = 0.0) -> None:
        """Let *size* bytes come in each of so many rounds, after having *waited* for them."""
        for _ in range(count):
            self._total += size
            self.pacing.end_round(self._total, waited)

    @property
    def rest(self) -> bool:
        """Whether the workers' pipes are left alone for now."""
        return self.pacing.rest_until is not None


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


def test_small_pieces_that_keep_coming_are_left_to_gather(rounds: Rounds) -> None:
    rounds.pass_by(MANY - 1)
    assert not rounds.rest
    rounds.pass_by(1)
    assert rounds.rest


def test_after_a_rest_a_stream_goes_on_with_the_next_one(rounds: Rounds) -> None:
    rounds.pass_by(MANY)
    rounds.pacing.rest_until = 0.0  # it is over, after a long wait
    rounds.pass_by(1, waited=10 * QUICK_SECONDS)
    assert rounds.rest


@pytest.mark.parametrize(("size", "waited"), [(10, 2 * QUICK_SECONDS), (FEW_BYTES, 0.0), (0, 0.0)])
def test_what_comes_now_and_then_or_in_large_pieces_goes_on_at_once(rounds: Rounds, size: int, waited: float) -> None:
    rounds.pass_by(3 * MANY, size=size, waited=waited)
    assert not rounds.rest


def test_a_request_ends_the_rest(rounds: Rounds) -> None:
    rounds.pass_by(MANY)
    rounds.pacing.be_prompt()
    assert not rounds.rest


def test_after_a_run_begins_nobody_is_asked_how_long_to_sleep_until_the_spin_is_over(rounds: Rounds) -> None:
    asked: list[float] = []

    def timeout() -> float:
        asked.append(monotonic())
        return 0

    began = monotonic()
    rounds.pacing.spin()
    assert rounds.pacing.wait(poll(), timeout) == []
    assert asked[0] >= began + SPIN_SECONDS
    rounds.pacing.spin()
    rounds.pacing.sleep_again()
    rounds.pacing.wait(poll(), timeout)
    assert len(asked) == 2
