"""Stopwatches of a resumed process, on every Python."""

from __future__ import annotations

from tests.kernel.parts import run_in
from tests.pythons import Python

START = """
import os, time, timeit
from time import perf_counter, monotonic_ns as own
from kernel.worker.snapshots.clocks import Clocks

clocks = Clocks()

def parked(namespace):
    # as if the process had been parked for an hour: what the clocks have shown is as long ago
    shown = clocks.read()
    clocks.take_over(namespace)
    clocks.set({name: value - (3600 * 10**9 if name.endswith("_ns") else 3600) for name, value in shown.items()})
"""


def test_the_stopwatches_go_on_from_where_they_stood(python: Python) -> None:
    code = """
namespace = globals()
import types
module = types.ModuleType("of_the_user")
module.perf_counter = time.perf_counter
sys.modules["of_the_user"] = module
from kernel.worker.snapshots.clocks import _TRUE
for turn in range(1, 3):
    began = {name: getattr(time, name)() for name in ("perf_counter", "monotonic", "process_time", "thread_time")}
    began_ns = {name: getattr(time, name)() for name in ("perf_counter_ns", "monotonic_ns", "process_time_ns", "thread_time_ns")}
    parked(namespace)
    for name, value in began.items():
        assert value - 3601 < getattr(time, name)() < value - 3000, name
    for name, value in began_ns.items():
        now = getattr(time, name)()
        assert type(now) is int and (value - now) // 10**9 in range(3000, 3601), name
    assert time.perf_counter is perf_counter is timeit.default_timer is module.perf_counter is not _TRUE["perf_counter"]
    assert own is time.monotonic_ns
    assert time.perf_counter.__name__ == "perf_counter" and time.perf_counter.__module__ == "time"
assert _TRUE["perf_counter"]() - perf_counter() > 7199
import pickle
assert pickle.loads(pickle.dumps(perf_counter)) is perf_counter
"""
    run_in(python.path, START + code)


def test_the_date_and_what_the_script_has_replaced_stay(python: Python) -> None:
    code = """
date = time.time
time.perf_counter = replaced = lambda: 5
parked(globals())
assert time.perf_counter is replaced and time.time is date
assert perf_counter is not replaced
"""
    run_in(python.path, START + code)


def test_they_go_on_wherever_the_script_keeps_one(python: Python) -> None:
    code = """
import functools
from dataclasses import dataclass, field

class Stopwatch:
    clock = time.perf_counter
    def __init__(self, clock=time.monotonic):
        self.own = clock

class Slots:
    __slots__ = ("clock",)
    def __init__(self):
        self.clock = time.monotonic

@dataclass
class Timed:
    at: float = field(default_factory=time.perf_counter)

def of_default(clock=time.perf_counter, *, other=time.monotonic):
    return clock(), other()

def closure():
    clock = time.process_time
    return lambda: clock()

class Listed:
    clocks = [time.thread_time]

class Static:
    clock = staticmethod(time.monotonic)

stopwatch, slots, closed = Stopwatch(), Slots(), closure()
partial, of_partial = functools.partial(time.perf_counter), functools.partial(sorted, [3], key=time.perf_counter_ns)
as_argument = functools.partial(max, (time.monotonic_ns,), time.perf_counter)
kept = {"clock": time.perf_counter, "all": [time.perf_counter, time.monotonic]}
shown = lambda: [
    Stopwatch.clock, Stopwatch().own, stopwatch.own, slots.clock, *of_default.__defaults__, *of_default.__kwdefaults__.values(),
    closed.__closure__[0].cell_contents, *Listed.clocks, Static.clock, partial.func, of_partial.keywords["key"], as_argument.args[1],
    kept["clock"], *kept["all"],
]
for turn in range(2):
    before = Timed().at
    parked(globals())
    for clock in shown():
        assert clock is getattr(time, clock.__name__), clock
    assert before - 3601 < Timed().at < before - 3000
    assert len(shown()) == 15
"""
    run_in(python.path, START + code)


def test_objects_are_looked_through_only_for_the_sake_of_such_a_one(python: Python) -> None:
    code = """
import asyncio, concurrent.futures, multiprocessing, logging, unittest, subprocess
import kernel.worker.snapshots.clocks as module
looked = []
module.replace_everywhere = lambda *args, **options: looked.append(args)
parked(globals())
assert not looked, looked
kept = [time.perf_counter]
parked(globals())
assert not looked and kept[0] is time.perf_counter, "it is one of ours by now"
"""
    run_in(python.path, START.replace(", timeit", "") + code)  # that has one as a default


def test_where_there_is_one_objects_are_looked_through_once(python: Python) -> None:
    code = """
import kernel.worker.snapshots.clocks as module
looked, replace = [], module.replace_everywhere
module.replace_everywhere = lambda *args, **options: looked.append(replace(*args, **options))
kept = [time.perf_counter]
for turn in range(3):
    parked(globals())
    assert kept[0] is time.perf_counter
assert len(looked) == 1
"""
    run_in(python.path, START + code)
