"""When snapshots are made, by what they cost: a script is simulated, statement by statement."""

from __future__ import annotations

import pytest

from rdit.kernel.worker.snapshots.snapshot_policy import (
    ANYTHING,
    LEAST_SECONDS,
    LITTLE,
    PAGE_SECONDS,
    SHARE,
    SnapshotPolicy,
    read_usage,
)

FORK = 0.001
LARGE = 100_000
"""Pages of 400 MB."""
BARE = 1_500
"""Pages of an interpreter that has imported nothing."""


class Script:
    """Statements that allocate memory and write to it, with a snapshot before each that is worth one."""

    def __init__(self) -> None:
        self.faults = 0
        self.resident = BARE
        self.waited = 0.0
        self.seconds = 0.0
        self.cost = 0.0
        """Seconds that the snapshots have cost: the forks, and the pages that were copied after them."""
        self.snapshots: list[float] = []
        """When they were made."""
        self._copied = BARE
        """Pages that no snapshot has in common with it."""
        self.policy = SnapshotPolicy(lambda: (self.faults, self.resident, self.waited))

    def run(self, seconds: float, *, writes: int = 0, allocates: int = 0, in_large_pages: bool = False) -> None:
        """Run a statement: it *writes* to so many pages and *allocates* others."""
        if self.policy.is_due():
            self.snapshot()
        self.resident += allocates
        self.faults += allocates // 512 if in_large_pages else allocates
        self._copied += allocates
        copies = max(0, min(writes, self.resident) - self._copied)
        self._copied += copies
        self.faults += copies
        self.cost += copies * PAGE_SECONDS
        self.seconds += seconds
        self.policy.ran(seconds + copies * PAGE_SECONDS)

    def snapshot(self) -> None:
        self.snapshots.append(self.seconds)
        self.cost += FORK
        self._copied = 0
        self.policy.made(FORK, FORK)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.mark.parametrize("in_large_pages", [False, True])
def test_a_loop_in_place_costs_at_most_five_percent_more(script: Script, in_large_pages: bool) -> None:
    script.run(0.2, allocates=LARGE, in_large_pages=in_large_pages)
    for _ in range(25):
        script.run(0.05, writes=LARGE)
    assert script.cost <= SHARE * (script.seconds + script.cost)
    for _ in range(2_000):
        script.run(0.05, writes=LARGE)
    assert len(script.snapshots) > 10
    assert script.cost <= SHARE * (script.seconds + script.cost)


def test_small_objects_that_are_walked_cost_at_most_five_percent_more(script: Script) -> None:
    script.run(0.1, allocates=8_000)
    for _ in range(25):
        script.run(0.025, writes=8_000)
    assert script.cost <= SHARE * (script.seconds + script.cost)


def test_large_data_that_is_only_read_has_snapshots_as_often_as_little_once_that_was_seen(script: Script) -> None:
    script.run(0.5, allocates=LARGE)
    for _ in range(300):
        script.run(0.05)
    first = script.snapshots[0]
    assert LARGE * PAGE_SECONDS / SHARE <= first < LARGE * PAGE_SECONDS / SHARE * 1.2
    assert len(script.snapshots) > (script.seconds - first) / 0.05 * 0.9


def test_new_data_is_taken_for_memory_that_will_be_written_to(script: Script) -> None:
    for _ in range(10):
        script.run(0.1)
    made = len(script.snapshots)
    script.run(0.1, allocates=LARGE, in_large_pages=True)
    script.run(0.1)
    assert len(script.snapshots) <= made + 1  # the one before the data
    script.run(LARGE * PAGE_SECONDS / SHARE)
    script.run(0.1)
    assert len(script.snapshots) > made


def test_a_write_that_came_as_a_surprise_is_paid_for_before_the_next_snapshot(script: Script) -> None:
    script.run(10, allocates=LARGE)
    for turn in range(400):
        script.run(0.05, writes=LARGE if turn % 40 == 39 else 0)
    assert script.cost <= 2 * SHARE * (script.seconds + script.cost)


def test_slow_statements_of_a_small_script_each_have_a_snapshot(script: Script) -> None:
    for _ in range(11):
        script.run(0.3)
    assert len(script.snapshots) == 10


def test_memory_that_was_given_back_is_not_waited_for(script: Script) -> None:
    script.run(0.1, allocates=LARGE)
    script.run(0.1)
    script.resident -= LARGE
    for _ in range(10):
        script.run(0.1)
    assert script.snapshots


def test_what_takes_no_time_has_no_snapshot_unless_it_is_wanted(script: Script) -> None:
    assert not script.policy.is_due(may_cost=ANYTHING)
    script.policy.ran(LEAST_SECONDS / 2)
    assert not script.policy.is_due()
    assert script.policy.is_due(may_cost=ANYTHING)
    script.policy.made(FORK, FORK)
    assert not script.policy.is_due(may_cost=ANYTHING)


def test_at_the_cursor_of_a_whole_run_it_may_cost_a_little(script: Script) -> None:
    script.policy.ran(LEAST_SECONDS / 10)
    assert not script.policy.is_due()
    assert script.policy.is_due(may_cost=LITTLE)
    script.run(LEAST_SECONDS / 10, allocates=LARGE)
    assert not script.policy.is_due(may_cost=LITTLE)
    assert script.policy.is_due(may_cost=ANYTHING)
    script.policy.ran(LARGE * PAGE_SECONDS / SHARE * 2)
    assert script.policy.is_due(may_cost=LITTLE)


def test_a_fork_that_waited_for_the_processor_counts_by_its_processor_time(script: Script) -> None:
    script.policy.ran(1.0)
    script.policy.made(wall=10.0, cpu=0.001)
    script.policy.ran(0.1)
    assert script.policy.is_due()


def test_waiting_for_the_processor_is_no_running_time(script: Script) -> None:
    script.run(1.0)
    script.snapshot()
    script.waited += 0.09
    script.policy.ran(0.1)
    assert not script.policy.is_due()
    script.policy.ran(0.1)
    assert script.policy.is_due()


def test_the_memory_of_this_process_is_read() -> None:
    faults, resident, waited = read_usage()
    kept = bytearray(64 << 20)
    more_faults, more_resident, waited_then = read_usage()
    del kept
    assert more_faults > faults
    assert more_resident - resident >= 15_000
    assert waited_then >= waited >= 0
