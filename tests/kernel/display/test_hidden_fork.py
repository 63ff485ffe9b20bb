"""Forks that the script does not notice, on every Python."""

from __future__ import annotations

from tests.kernel.parts import run_in
from tests.pythons import Python

START = """
import os
import kernel.display.hidden_fork as module

def descriptors():
    return os.listdir("/dev/fd")
"""


def test_one_that_the_system_refuses_leaves_no_descriptor(python: Python) -> None:
    code = """
def refuse():
    raise BlockingIOError("no process is left")

module.fork = refuse
before = descriptors()
for turn in range(3):
    try:
        module.hidden_fork()
    except BlockingIOError:
        continue
    raise AssertionError("it was not refused")
assert descriptors() == before
"""
    run_in(python.path, START + code)


def test_what_the_new_process_prepares_is_done_before_the_other_goes_on(python: Python) -> None:
    code = """
reading, writing = os.pipe()
if module.hidden_fork(lambda between: os.write(writing, b"done")) == 0:
    os._exit(0)
os.set_blocking(reading, False)
assert os.read(reading, 9) == b"done"

def fail(between):
    raise ValueError

before = descriptors()
try:
    module.hidden_fork(fail)
except OSError:
    assert descriptors() == before
else:
    raise AssertionError("it cannot have been prepared")
"""
    run_in(python.path, START + code)
