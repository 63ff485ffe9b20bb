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
    clocks.set({name: value - (3600 * 10**9 if name.endswith("_ns") else 3600) for name, value in shown.items()}, namespace)
"""


def test_the_stopwatches_go_on_from_where_they_stood(python: Python) -> None:
    code = """
namespace = globals()
import types
module = types.ModuleType("of_the_user")
module.perf_counter = time.perf_counter
sys.modules["of_the_user"] = module
true = [time.perf_counter]
for turn in range(1, 3):
    began = {name: getattr(time, name)() for name in ("perf_counter", "monotonic", "process_time", "thread_time")}
    began_ns = {name: getattr(time, name)() for name in ("perf_counter_ns", "monotonic_ns", "process_time_ns", "thread_time_ns")}
    parked(namespace)
    for name, value in began.items():
        assert value - 3601 < getattr(time, name)() < value - 3000, name
    for name, value in began_ns.items():
        now = getattr(time, name)()
        assert type(now) is int and (value - now) // 10**9 in range(3000, 3601), name
    assert time.perf_counter is perf_counter is timeit.default_timer is module.perf_counter is not true[0]
    assert own is time.monotonic_ns
    assert time.perf_counter.__name__ == "perf_counter" and time.perf_counter.__module__ == "time"
assert true[0]() - perf_counter() > 7199
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
