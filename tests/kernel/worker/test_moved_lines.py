"""Functions and classes of statements that have moved have the lines of the newer text, on every Python."""

from __future__ import annotations

import pytest

from tests.kernel.parts import run_in
from tests.pythons import Python

START = """
import gc, inspect, linecache, traceback
from kernel.execution.statements import prepare
from kernel.worker.timeline.moved_lines import Relocation

sys.modules["__main__"].__file__ = "script.py"
namespace = globals()

def publish(text):
    linecache.cache["script.py"] = (len(text), None, text.splitlines(True), "script.py")

def begin(text):
    publish(text)
    found = prepare(text, "script.py", None, 0, []).statements
    for one in found:
        exec(one.compiled, namespace)
    return found

def move(old, text):
    publish(text)
    new = prepare(text, "script.py", None, 0, []).statements
    relocation = Relocation()
    for one, other in zip(old, new):
        relocation.add(one, other)
    return new, relocation.apply(namespace)

def lines(call):
    try:
        call()
    except ZeroDivisionError as error:
        return [(frame.lineno, frame.line) for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "script.py"]
"""


def run(python: Python, code: str) -> str:
    return run_in(python.path, START + code)


def test_tracebacks_and_sources_are_those_of_the_newer_text(python: Python) -> None:
    code = """
text = '''
def outer():
    def inner():
        return (lambda: [1 / 0 for _ in range(1)])()
    return inner
class A:
    x = 5
    def method(self):
        return 1 / 0
    @property
    def value(self): return 1 / 0
    @staticmethod
    def static(): return 1 / 0
    class Nested:
        def deep(self):
            return 1 / 0
kept = outer()
table = {"call": lambda: 1 / 0}
'''
newer = "# above\\n\\n" + text.replace("return inner", "# between\\n    return inner")
old = begin(text)
instance = A()
bound = instance.method
before = {name: lines(call) for name, call in [("kept", kept), ("bound", bound), ("value", lambda: instance.value), ("table", table["call"])]}
new, held = move(old, newer)
assert held is None, held
after = {name: lines(call) for name, call in [("kept", kept), ("bound", bound), ("value", lambda: instance.value), ("table", table["call"])]}
assert lines(A.static) == [(16, "def static(): return 1 / 0")], lines(A.static)
assert lines(A.Nested().deep) == [(19, "return 1 / 0")]
for name in before:
    assert [line for _, line in before[name]] == [line for _, line in after[name]], after
assert [number for number, _ in after["kept"]] == [number + 2 for number, _ in before["kept"]], after
assert [number for number, _ in after["bound"]] == [number + 3 for number, _ in before["bound"]]
assert inspect.getsource(outer).startswith("def outer") and "# between" in inspect.getsource(outer)
assert inspect.getsource(A).startswith("class A:") and inspect.getsource(A).endswith("deep(self):\\n            return 1 / 0\\n")
assert inspect.getsource(A.Nested).strip().startswith("class Nested")
assert inspect.getsourcelines(A.method)[1] == 11
if sys.version_info >= (3, 13):
    assert (A.__firstlineno__, A.Nested.__firstlineno__) == (9, 17)

fresh = {}
exec(compile(newer, "script.py", "exec"), fresh)
assert [*outer.__code__.co_lines()] == [*fresh["outer"].__code__.co_lines()]
if sys.version_info >= (3, 11):
    assert [*A.method.__code__.co_positions()] == [*fresh["A"].method.__code__.co_positions()]

newest, held = move(new, text)
assert held is None
assert {name: lines(call) for name, call in [("kept", kept), ("bound", bound), ("value", lambda: instance.value), ("table", table["call"])]} == before
"""
    run(python, code)


def test_a_class_whose_line_is_a_number_that_it_also_names(python: Python) -> None:
    """From 3.13 on the line of a class is a constant of its body, and may be one with another constant or not."""
    code = """
text = "\\n" * 299 + "class A:\\n    x = 300\\n    def f(self): return 1 / 0\\n"
old = begin(text)
a = A()
_, held = move(old, "\\n" + text)
assert held is None
assert lines(a.f) == [(303, "def f(self): return 1 / 0")]
assert inspect.getsource(A).startswith("class A")
"""
    run(python, code)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\ndef g():\n    yield 1\n    yield 2\ng = g()\nnext(g)\n", 1),
        ("x = 1\nc = (lambda: 0).__code__\n", 1),
        ("x = 1\nf = lambda: 0\nc = [f.__code__]\n", 1),
        ("import functools\nf = functools.partial(lambda: 0)\n", None),
        ("import functools\n@functools.lru_cache\ndef f(): return [lambda: 0]\ny = f()\n", None),
        ("def f():\n    class A:\n        def m(self): return A\n    return A()\na = f().m\ndel f\n", None),
        ("def g():\n    yield 1\ng = list(g())\n", None),
        ("def f(): return 1\nf()\nf()\n", None),
        ("def f(n): return n and f(n - 1)\nf(50)\n", None),
        ("async def f(): return [x async for x in y]\n", None),
        ("import threading\nlocal = threading.local()\nlocal.f = lambda: 0\n", None),
        ("import weakref\nclass A: pass\na = A()\nweakref.finalize(a, lambda: 0).atexit = False\n", None),
        (
            "class M(type):\n    def __setattr__(self, *a): 1/0\n    def __getattribute__(self, n): 1/0\nclass A(metaclass=M):\n    def f(self): pass\n",
            None,
        ),
        ("f = [(lambda: 0), (lambda: 0)]\nx = f[0] == f[1]\n", None),
    ],
)
def test_a_statement_whose_code_is_held_elsewhere_is_named(python: Python, text: str, expected: int | None) -> None:
    run(python, f"old = begin({text!r})\n_, held = move(old, {chr(10) + text!r})\nassert held == {expected!r}, held")


def test_functions_that_the_collector_was_told_to_leave_alone_are_not_missed(python: Python) -> None:
    code = """
import types
old = begin("box = [lambda: 1 / 0]\\nf = lambda: 1 / 0\\n")
gc.freeze()
_, held = move(old, "\\nbox = [lambda: 1 / 0]\\nf = lambda: 1 / 0\\n")
assert held == 0, held
assert lines(f) == [(3, "f = lambda: 1 / 0")]
"""
    run(python, code)


def test_an_equal_function_of_another_file_keeps_its_lines(python: Python) -> None:
    code = """
module = {}
exec(compile("def f(): return 1 / 0", "other.py", "exec"), module)
old = begin("def f(): return 1 / 0")
move(old, "\\ndef f(): return 1 / 0")
assert module["f"].__code__.co_firstlineno == 1 and f.__code__.co_firstlineno == 2
"""
    run(python, code)
