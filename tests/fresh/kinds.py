"""Kinds of statements, each a few that belong together, whose output does not depend on time, place or chance.

`{v}` is a name of its own for each use, `{n}` a small number. A statement that goes on with a file or an object names a
variable of the one that has made it: where that was edited away, Python says so, in a fresh run as in any other.
"""

from __future__ import annotations

KINDS: dict[str, tuple[str, ...]] = {
    "assignment": ("{v} = {n}", "print({v} + 1)"),
    "aliasing": ("{v} = [{n}]", "{v}b = {v}", "{v}b.append(2)", "print({v}, {v} is {v}b)"),
    "in place": ("{v} = list(range({n}))", "{v} += [9]", "{v}.sort(reverse=True)", "print({v})"),
    "dict in place": ("{v} = dict(a={n})", "{v}['b'] = len({v})", "{v}.update(c=3)", "print({v})"),
    "set": ("{v} = set([{n}, 2])", "{v} |= set([5])", "print(sorted({v}))"),
    "shared default": ("def {v}(x, seen=[]):\n    seen.append(x)\n    return len(seen)", "{v}({n})", "print({v}(1))"),
    "generator": ("{v} = (i * {n} for i in range(5))", "next({v})", "print(next({v}))", "print(list({v}))"),
    "generator function": (
        "def {v}g():\n    for i in range({n} + 3):\n        yield i",
        "{v} = {v}g()",
        "next({v})",
        "print(list({v}))",
    ),
    "iterator": ("{v} = iter(range({n} + 4))", "next({v})", "next({v})", "print(list({v}))"),
    "class": (
        "class {v}:\n    kind = {n}\n    def tell(self):\n        return self.kind",
        "{v}o = {v}()",
        "{v}.kind += 1",
        "print({v}o.tell())",
    ),
    "subclass": (
        "class {v}:\n    def tell(self):\n        return {n}",
        "class {v}s({v}):\n    def tell(self):\n        return super().tell() + 1",
        "print({v}s().tell(), [one.__name__ for one in {v}.__subclasses__()])",
    ),
    "dataclass": (
        "from dataclasses import dataclass",
        "@dataclass\nclass {v}:\n    x: int = {n}\n    y: str = 'a'",
        "print({v}(y='b'))",
    ),
    "enum": ("import enum", "class {v}(enum.Enum):\n    A = {n}\n    B = 99", "print(list({v}))"),
    "named tuple": ("from collections import namedtuple", "{v} = namedtuple('{v}', 'a b')", "print({v}({n}, 2))"),
    "decorator": (
        "def {v}d(f):\n    def inner(*a):\n        return f(*a) + {n}\n    return inner",
        "@{v}d\ndef {v}(x):\n    return x",
        "print({v}(1))",
    ),
    "closure": (
        "def {v}m():\n    k = {n}\n    def up():\n        nonlocal k\n        k += 1\n        return k\n    return up",
        "{v} = {v}m()",
        "{v}()",
        "print({v}())",
    ),
    "function used late": ("def {v}(x):\n    return x * {n}", "{v}w = 5", "print({v}({v}w))"),
    "function used early": ("def {v}(x):\n    return x + {n}", "{v}r = {v}(1)", "print({v}r, {v}(2))"),
    "recursion": ("def {v}(k):\n    return 1 if k < 2 else k * {v}(k - 1)", "print({v}({n} + 3))"),
    "lambda": ("{v} = [lambda x, k=k: x * k for k in range({n} + 1)]", "print([f(2) for f in {v}])"),
    "cache": (
        "import functools",
        "@functools.lru_cache\ndef {v}(x):\n    print('worked', x)\n    return x * {n}",
        "{v}(1);",
        "_ = {v}(1); print({v}.cache_info().hits)",
    ),
    "partial": ("import functools", "{v} = functools.partial(pow, {n})", "print({v}(3))"),
    "comprehension": ("{v} = [x ** 2 for x in range({n} + 2)]", "print(sum({v}))"),
    "loop": ("for {v} in range({n}):\n    print('loop', {v})", "print({v} if {n} else None)"),
    "while": ("{v} = {n}", "while {v} < 12:\n    {v} += 5", "print({v})"),
    "if": ("{v} = {n}", "if {v} > 4:\n    print('large')\nelse:\n    print('small')"),
    "try": ("try:\n    {v} = 1 // ({n} - {n})\nexcept ZeroDivisionError as error:\n    print(type(error).__name__)",),
    "with": (
        "import contextlib",
        "@contextlib.contextmanager\ndef {v}():\n    print('in')\n    yield {n}\n    print('out')",
        "with {v}() as {v}x:\n    print({v}x)",
    ),
    "match-like": ("{v} = ('a', {n})", "({v}a, {v}b) = {v}", "print({v}b, {v}a)"),
    "walrus": ("if ({v} := {n} * 2) > 3:\n    print('walrus', {v})", "print({v})"),
    "star": ("{v}a, *{v} = range({n} + 2)", "print({v}a, {v})"),
    "global": ("{v} = 0", "def {v}f():\n    global {v}\n    {v} += {n}", "{v}f()", "{v}f(); print({v})"),
    "del": ("{v} = {n}", "del {v}", "print('{v}' in globals())"),
    "names": ("{v} = {n}", "print(sorted(name for name in globals() if name.startswith('{v}')))"),
    "exec": ("exec('{v} = {n}')", "print({v})"),
    "identity": ("{v} = 1000 + {n} - {n}", "{v}b = 1000", "print({v} == {v}b)"),
    "constants": ("{v} = 12345", "{v}b = 12345", "print({v} is {v}b)"),
    "strings": ("{v} = 'text ' * {n}", "print({v}.upper().split())"),
    "f-string": ("{v} = {n}", "print(f'{{{v}:>5}}|{{{v} * 1.5:.2f}}')"),
    "annotations": (
        "{v}: int = {n}",
        "print(__annotations__.get('{v}').__name__ if '{v}' in __annotations__ else None)",
    ),
    "random": (
        "import random",
        "random.seed({n})",
        "random.random();",
        "print(random.random(), random.randint(1, 99))",
    ),
    "random object": ("import random", "{v} = random.Random({n})", "{v}.random();", "print({v}.random())"),
    "shuffle": ("import random", "random.seed(4)", "{v} = list(range({n} + 5))", "random.shuffle({v})", "print({v})"),
    "counter": ("import itertools", "{v} = itertools.count({n})", "next({v});", "print(next({v}))"),
    "file written": (
        "with open('{v}.txt', 'w') as {v}f:\n    {v}f.write('start {n}\\n'); {v} = {v}f.name",
        "with open({v}, 'a') as {v}f:\n    {v}f.write('more\\n');",
        "print(open({v}).read())",
    ),
    "file read halfway": ("{v} = open('data.txt')", "{v}.readline();", "print({v}.readline())", "print({v}.read({n}))"),
    "file removed": (
        "import os, pathlib",
        "{v} = pathlib.Path('{v}.tmp'); {v}.write_text('x' * {n});",
        "print({v}.read_text())",
        "{v}.unlink()",
        "print({v}.exists())",
    ),
    "folder": (
        "import os, tempfile",
        "{v} = tempfile.TemporaryDirectory()",
        "open(os.path.join({v}.name, 'a{n}'), 'w').close()",
        "print(os.listdir({v}.name))",
    ),
    "data": ("print(sum(map(len, open('data.txt'))))",),
    "csv": ("import csv", "{v} = list(csv.reader(open('table.csv')))", "print({v}[{n} % len({v})])"),
    "json": ("import json", "{v} = json.loads('[1, {n}]')", "print(json.dumps({v}))"),
    "module": ("import helper", "print(helper.VALUE, helper.double({n}))"),
    "module state": ("import helper", "helper.calls.append({n})", "print(helper.calls)"),
    "from module": ("from helper import double as {v}", "print({v}({n}))"),
    "fork hook": (
        "import os",
        "os.register_at_fork(before=lambda: print('fork {v}'))",
        "{v} = os.fork() or os._exit({n})",  # in one statement: twice, the first child would run the script as well
        "print(os.waitstatus_to_exitcode(os.waitpid({v}, 0)[1]))",
    ),
    "SIGCHLD": (
        "import signal, subprocess",
        "signal.signal(signal.SIGCHLD, lambda *_: globals().setdefault('{v}', []).append({n}));",
        "subprocess.run(['true']);",
        "print({v})",
    ),
    "signal handler": (
        "import os, signal",
        "def {v}(number, frame):\n    print('signal', {n})",
        "signal.signal(signal.SIGUSR1, {v});",
        "os.kill(os.getpid(), signal.SIGUSR1)",
    ),
    "os.wait": ("import os", "try:\n    os.wait()\nexcept ChildProcessError:\n    print('no child', {n})"),
    "child": ("import subprocess", "print(subprocess.run(['echo', '{n}'], capture_output=True, text=True).stdout)"),
    "child that writes": ("import subprocess", "subprocess.run(['echo', 'child {n}']);"),
    "thread that ended": (
        "import threading",
        "{v} = threading.Thread(target=lambda: print('thread', {n}))",
        # One statement: what a thread writes after its statement's end is not in the frame that tells of that.
        "{v}.start() or {v}.join()",
        "print({v}.is_alive())",
    ),
    "lock": ("import threading", "{v} = threading.RLock()", "{v}.acquire();", "{v}.release(); print({n})"),
    "queue": ("import queue", "{v} = queue.Queue()", "{v}.put({n})", "print({v}.get(), {v}.empty())"),
    "warning": ("import warnings", "warnings.warn('careful {n}')", "print('warned')"),
    "warning in a function": (
        "import warnings",
        "def {v}():\n    warnings.warn('in a function {n}')",
        "{v}()",
        "{v}()",
    ),
    "logging": (
        "import logging",
        "logging.basicConfig(format='%(levelname)s %(message)s %(lineno)d', force=True)",
        "logging.warning('log {n}')",
    ),
    "traceback": (
        "import traceback",
        "def {v}():\n    raise ValueError({n})",
        "try:\n    {v}()\nexcept ValueError:\n    traceback.print_exc()",
    ),
    "source": ("import inspect", "def {v}(x):\n    return x + {n}", "print(inspect.getsource({v}))"),
    "line": ("import sys", "print('line', sys._getframe().f_lineno + {n})"),
    "error": ("{v} = [{n}]", "print({v}[5 if {n} == 3 else 0])"),
    "error in a function": ("def {v}(x):\n    return 1 // x", "print({v}({n} - 4 or 1))"),
    "stderr": ("import sys", "print('to stderr {n}', file=sys.stderr)"),
    "write": ("import os", "os.write(1, b'raw {n}\\n');"),
    "exit hook": ("import atexit", "{v} = atexit.register(len, 'a' * {n})", "atexit.unregister({v});"),
    "environment": ("import os", "os.environ['{v}'] = str({n})", "print(os.environ['{v}'])"),
    "directory": (
        "import os",
        "{v} = os.getcwd()",
        "os.makedirs('sub', exist_ok=True); os.chdir('sub')",
        "os.chdir({v}); print(os.path.basename(os.getcwd()) == os.path.basename({v}), {n})",
    ),
    "weak reference": (
        "import weakref",
        "class {v}c: pass",
        "{v} = {v}c()",
        "{v}w = weakref.ref({v})",
        "print({v}w() is {v}, {n})",
    ),
    "pipe": (
        "import os",
        "{v}r, {v} = os.pipe(); os.set_blocking({v}r, False)",
        "os.write({v}, b'x{n}yz');",
        "print(os.read({v}r, 2))",
        "print(os.read({v}r, 2)); os.close({v}r); os.close({v})",
    ),
    "pipe that ends": (
        "import os",
        "{v}r, {v} = os.pipe(); os.set_blocking({v}r, False)",
        "os.write({v}, b'x{n}');",
        "os.close({v})",
        "print(os.read({v}r, 9), os.read({v}r, 9)); os.close({v}r)",
    ),
    "signal held back": (
        "import os, signal",
        "signal.signal(signal.SIGUSR2, lambda *_: print('at last', {n}));",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]);",
        "os.kill(os.getpid(), signal.SIGUSR2)",
        "signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2]);",
    ),
    "metaclass": (
        (
            "class {v}m(type):\n    def __new__(cls, name, bases, names):\n        print('new', name)\n"
            "        return super().__new__(cls, name, bases, names)"
        ),
        "class {v}(metaclass={v}m):\n    def tell(self):\n        return {n}",
        "print({v}().tell())",
    ),
    "init subclass": (
        (
            "class {v}:\n    known = []\n    def __init_subclass__(cls, **more):\n"
            "        {v}.known.append((cls.__name__, more))"
        ),
        "class {v}s({v}, n={n}):\n    pass",
        "print({v}.known)",
    ),
    "finalizer": (
        "import weakref",
        "class {v}c: pass",
        "{v} = {v}c(); {v}w = weakref.ref({v}, lambda _: print('gone {n}'))",
        "{v} = None",
        "print({v}w())",
    ),
    "context variable": (
        "import contextvars",
        "{v} = contextvars.ContextVar('{v}', default={n})",
        "{v}t = {v}.set(9)",
        "print({v}.get()); {v}.reset({v}t)",
        "print({v}.get())",
    ),
    "async generator": (
        "import asyncio",
        "async def {v}():\n    for k in range(5):\n        yield k * {n}",
        "{v}l = asyncio.new_event_loop(); {v}a = {v}()",
        "print({v}l.run_until_complete({v}a.__anext__()))",
        "print({v}l.run_until_complete({v}a.__anext__())); {v}l.close()",
    ),
    "pool": (
        "from concurrent.futures import ThreadPoolExecutor",
        "{v} = ThreadPoolExecutor(2)",
        "print({v}.submit(pow, {n}, 2).result())",
        "{v}.shutdown()",
    ),
    "pickle": (
        "import pickle",
        "class {v}:\n    kind = {n}",
        "with open('{v}.pkl', 'wb') as {v}f:\n    pickle.dump({v}(), {v}f); {v}p = {v}f.name",
        "print(pickle.load(open({v}p, 'rb')).kind)",
    ),
    "umask": ("import os", "{v} = os.umask(0o077)", "print(oct(os.umask({v})), {n})"),
    "decimal": ("import decimal", "decimal.getcontext().prec = {n} + 4", "print(decimal.Decimal(1) / 3)"),
    "await": (
        "import asyncio",
        "async def {v}():\n    await asyncio.sleep(0)\n    return {n}",
        "print(asyncio.run({v}()))",
    ),
    "numpy": ("import numpy as np", "{v} = np.arange({n} + 3)", "{v} *= 2", "print({v}.sum(), {v})"),
    "numpy random": (
        "import numpy as np",
        "{v} = np.random.default_rng({n})",
        "{v}.random();",
        "print({v}.integers(0, 99, 3))",
    ),
    "pandas": (
        "import pandas as pd",
        "{v} = pd.DataFrame(dict(a=[1, {n}], b=['x', 'y']))",
        "{v}['c'] = {v}.a * 2",
        "print({v}.to_string())",
    ),
    "slow": ("import time", "time.sleep(0.03)", "print('slept', {n})"),
    "comment": ("# a remark {n}\n{v} = {n}  # behind", "print({v})"),
    "docstring": ("'''Some prose {n}.''';", "print('prose')"),
}
"""By name, the statements of each kind."""

HEAD = "import random; random.seed(7)\n"
"""What every script begins with: without a seed, chance is not tracked."""
DATA = "first line\nsecond line\nthird line\nfourth line\n"
TABLE = "a,b\n1,2\n3,4\n5,6\n"
HELPER = "VALUE = {value}\ncalls = []\n\n\ndef double(x):\n    return x * {factor}\n"
