"""The table of the faithful suite: scripts whose every byte of behaviour must be that of `python script.py`.

Each case is a whole script. `test_faithful.py` runs it through `python` and through rdit and compares stdout, stderr
(with the traceback), exit status and the files that it leaves. A statement that is a bare expression would be echoed
by rdit, so the scripts here print what they want to show.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One script, how it is started, and which Pythons can run it."""

    name: str
    source: bytes
    arguments: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    """Other files that lie beside the script."""
    since: tuple[int, int] = (3, 10)
    """The first version of Python that has what the script uses."""
    environment: dict[str, str] = field(default_factory=dict)


CASES: list[Case] = []


def case(
    name: str,
    source: str | bytes,
    *arguments: str,
    files: dict[str, str] | None = None,
    since: tuple[int, int] = (3, 10),
) -> None:
    """Add a case; *source* as text is dedented and written in UTF-8, as bytes it is written as it is."""
    written = textwrap.dedent(source).lstrip("\n").encode() if isinstance(source, str) else source
    beside = {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in (files or {}).items()}
    CASES.append(Case(name, written, arguments, beside, since))


# ------------------------------------------------------------------------------------------ the module __main__

case("name_is_main", "print(__name__)")
case("file_is_the_path_it_was_started_with", "import os\nprint(os.path.basename(__file__), os.path.exists(__file__))")
case("docstring_becomes_doc", '"""What this is."""\nprint(__doc__)')
case("no_docstring_means_none", "print(__doc__)")
case("docstring_after_comment", "# a comment\n\n'doc'\nprint(repr(__doc__))")
case("bytes_are_no_docstring", "x = b'bytes'\nprint(__doc__)")
case("spec_is_none", "print(__spec__)")
case("loader_has_the_usual_type", "print(type(__loader__).__name__)")
case("package_is_none", "print(__package__)")
case("builtins_is_the_module", "import builtins\nprint(__builtins__ is builtins)")
case("globals_hold_only_what_python_puts_there", "print(sorted(k for k in globals()))")
case("dir_shows_the_same_names", "print(dir())")
case("annotations_start_empty_and_grow", "x: int = 1\ny: 'str'\nprint(__annotations__)")
case("main_module_is_the_namespace", "import sys\nprint(sys.modules['__main__'].__dict__ is globals())")
case("import_main_sees_the_names", "a = 41\nimport __main__\n__main__.b = a + 1\nprint(b)")
case("argv_with_arguments", "import sys\nprint(len(sys.argv), sys.argv[1:])", "one", "--two=2", "three words", "")
case("argv_zero_is_as_it_was_started_and_file_is_absolute", "import sys\nprint(sys.argv, sys.orig_argv[1:], __file__)")
case(
    "loader_and_code_have_the_path_of_the_file",
    "import sys\nprint(__loader__.path, sys._getframe().f_code.co_filename)",
)
case(
    "path_zero_is_the_script_folder",
    "import sys, os\nprint(os.path.samefile(sys.path[0], os.path.dirname(os.path.abspath(__file__))))",
)
case("sys_path_is_the_same_length", "import sys\nprint(sys.path[1:])")
case("flags_are_untouched", "import sys\nprint(sys.flags)")
case("warn_options_are_untouched", "import sys\nprint(sys.warnoptions, sys._xoptions)")
case("executable_and_prefix", "import sys\nprint(sys.executable, sys.prefix, sys.base_prefix)")
case("orig_argv_has_the_same_length", "import sys\nprint(len(sys.orig_argv))", "a")
case("working_directory", "import os\nprint(os.getcwd() == os.path.dirname(os.path.abspath(__file__)))")
case(
    "encodings_of_the_streams",
    "import sys\nprint(sys.stdout.encoding, sys.stderr.encoding, sys.stdout.errors, sys.stderr.errors)",
)
case(
    "stream_names_and_numbers",
    "import sys\nprint(sys.stdout.name, sys.stdout.fileno(), sys.stderr.name, sys.stderr.fileno(), sys.stdin.fileno())",
)
case(
    "stream_types",
    "import sys\nprint(type(sys.stdout), type(sys.stderr), isinstance(sys.stdout.buffer, __import__('io').BufferedIOBase))",
)
case(
    "original_streams_are_the_same_objects",
    "import sys\nprint(sys.__stdout__ is sys.stdout, sys.__stderr__ is sys.stderr, sys.__stdin__ is sys.stdin)",
)
case(
    "display_hook_is_untouched",
    "import sys\nprint(sys.displayhook is sys.__displayhook__, sys.excepthook is sys.__excepthook__)",
)
case("stdout_is_not_a_terminal", "import sys, os\nprint(sys.stdout.isatty(), os.isatty(1), sys.stderr.isatty())")
case("no_trace_or_profile", "import sys\nprint(sys.gettrace(), sys.getprofile())")
case("recursion_limit", "import sys\nprint(sys.getrecursionlimit())")
case("no_module_of_rdit_in_sight", "import sys\nprint(sorted(m for m in sys.modules if 'rdit' in m.lower()))")
case(
    "no_early_imports_to_be_seen",
    "import sys\nprint([m for m in ('json', 'ast', 'traceback', 'selectors', 'threading', 'asyncio', 'logging', 'struct', 'tokenize', 'linecache', 'dataclasses', 'subprocess') if m in sys.modules])",
)
case(
    "main_thread_and_thread_count",
    "import threading\nprint(threading.current_thread() is threading.main_thread(), threading.active_count(), threading.main_thread().name)",
)
case(
    "int_handler_is_the_default", "import signal\nprint(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
)
case(
    "other_handlers_are_the_default",
    "import signal\nprint([signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGALRM, signal.SIGUSR1)])",
)
case("no_signal_is_blocked", "import signal\nprint(signal.pthread_sigmask(signal.SIG_BLOCK, []))")
case("no_wakeup_fd", "import signal\nprint(signal.set_wakeup_fd(-1))")
case(
    "no_running_loop",
    """
    import asyncio
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        print(error)
""",
)
case("umask_is_inherited", "import os\nm = os.umask(0)\n_ = os.umask(m)\nprint(oct(m))")
case(
    "environment_is_inherited",
    "import os\nprint('PATH' in os.environ, sorted(k for k in os.environ if 'RDIT' in k.upper() or 'TOKEN' in k.upper()))",
)
case(
    "frame_depth_at_top_level",
    "import sys\nprint(sys._getframe().f_code.co_name, sys._getframe().f_code.co_filename == __file__)",
)
case(
    "code_name_is_module", "import sys\nprint(sys._getframe().f_lineno)\nprint(sys._getframe().f_globals is globals())"
)
case(
    "the_outermost_frame_is_the_module",
    """
    import os, sys
    def outermost():
        frame = sys._getframe()
        while frame.f_back:
            frame = frame.f_back
        return frame
    def show():
        frame = outermost()
        code, names = frame.f_code, frame.f_globals
        print(code.co_filename, code.co_name, getattr(code, "co_qualname", "<module>"), code.co_firstlineno)
        print(names is globals() is vars(sys.modules["__main__"]), names["__name__"], names["__file__"])
        with open(os.path.splitext(names["__file__"])[0] + ".out", "w") as file:  # as Bokeh names its page
            file.write(names["__name__"])
    show()
    try:
        show()
    finally:
        print([name for name in vars(sys) if name.startswith("last_")], sys.excepthook is sys.__excepthook__)
""",
)
case("locals_are_globals", "print(locals() is globals())")
case("vars_without_argument", "x = 5\nprint(vars()['x'])")

# ------------------------------------------------------------------------------------------------- pickle and kin

case(
    "pickle_a_class_of_main",
    """
    import pickle
    class Point:
        def __init__(self, x): self.x = x
    p = pickle.loads(pickle.dumps(Point(3)))
    print(type(p) is Point, p.x, Point.__module__, Point.__qualname__)
""",
)
case("pickle_a_function_by_name", "import pickle\ndef f(): return 7\nprint(pickle.loads(pickle.dumps(f))())")
case(
    "pickle_a_lambda_fails_alike",
    """
    import pickle
    f = lambda: 1
    try:
        pickle.dumps(f)
    except Exception as error:
        print(type(error).__name__)
""",
)
case(
    "pickle_to_a_file_and_back",
    """
    import pickle
    from dataclasses import dataclass
    @dataclass
    class Row:
        a: int
    with open('rows.pickle', 'wb') as f:
        pickle.dump([Row(1), Row(2)], f, protocol=4)
    with open('rows.pickle', 'rb') as f:
        print(pickle.load(f))
""",
)
case(
    "deepcopy_of_own_class",
    "import copy\nclass A: pass\na = A()\na.b = [1]\nb = copy.deepcopy(a)\nprint(b.b, b.b is a.b)",
)
case(
    "dataclass_with_defaults_and_order",
    """
    from dataclasses import dataclass, field, asdict
    @dataclass(order=True, slots=True)
    class P:
        x: int
        y: list = field(default_factory=list)
    print(P(1) < P(2), asdict(P(1, [2])), P(3))
""",
)
case(
    "dataclass_with_string_annotations",
    """
    from __future__ import annotations
    from dataclasses import dataclass, fields
    from typing import ClassVar
    @dataclass
    class A:
        x: int
        k: ClassVar[int] = 3
    print([f.name for f in fields(A)], A(1))
""",
)
case(
    "get_type_hints_of_a_function",
    """
    from __future__ import annotations
    import typing
    class Node: ...
    def f(n: Node, k: "int | None" = None) -> list[Node]: ...
    print(typing.get_type_hints(f))
""",
)
case("enum_members", "import enum\nclass C(enum.Enum):\n    A = 1\n    B = 2\nprint(list(C), C.A, C(2), C['A'].value)")
case(
    "flag_enum_pickles",
    "import enum, pickle\nclass F(enum.Flag):\n    A = enum.auto()\n    B = enum.auto()\nprint(pickle.loads(pickle.dumps(F.A | F.B)) == F.A | F.B)",
)
case(
    "namedtuple_module", "from collections import namedtuple\nP = namedtuple('P', 'x y')\nprint(P(1, 2), P.__module__)"
)
case(
    "typed_namedtuple",
    "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int = 2\nprint(P(1), P.__module__)",
)
case(
    "abstract_class",
    """
    from abc import ABC, abstractmethod
    class A(ABC):
        @abstractmethod
        def f(self): ...
    try:
        A()
    except TypeError as error:
        print(error)
""",
)
case(
    "weak_references",
    "import weakref, gc\nclass A: pass\na = A()\nr = weakref.ref(a)\nprint(r() is a)\ndel a\nprint(gc.collect() >= 0, r())",
)
case("object_is_freed_at_once", "class A:\n    def __del__(self): print('freed')\na = A()\ndel a\nprint('after')")
case(
    "shelve_and_sqlite",
    """
    import sqlite3
    db = sqlite3.connect('data.db')
    with db:
        _ = db.execute('create table t (a)')
        _ = db.executemany('insert into t values (?)', [(1,), (2,)])
    print(db.execute('select sum(a) from t').fetchone())
    db.close()
    import os
    os.remove('data.db')
""",
)

# -------------------------------------------------------------------------------------------------------- inspect

case(
    "getsource_of_a_function", "import inspect\n\ndef f(a):\n    # inside\n    return a\n\nprint(inspect.getsource(f))"
)
case("getsource_of_a_class", "import inspect\n\nclass A:\n    '''Doc.'''\n    x = 1\n\nprint(inspect.getsource(A))")
case(
    "getsource_of_a_decorated_function",
    "import inspect, functools\n\n@functools.lru_cache\n\ndef f():\n    return 1\n\nprint(inspect.getsource(f))",
)
case("getsource_of_a_lambda", "import inspect\nf = lambda x: x + 1\nprint(inspect.getsource(f))")
case("getsourcelines_start", "import inspect\n\n\ndef f():\n    pass\nprint(inspect.getsourcelines(f))")
case(
    "getfile_and_getmodule",
    "import inspect, os\ndef f(): pass\nprint(os.path.basename(inspect.getfile(f)), inspect.getmodule(f).__name__)",
)
case("line_number_of_the_current_frame", "import inspect\n\n\nprint(inspect.currentframe().f_lineno)")
case(
    "stack_depth",
    "import inspect\ndef f():\n    return [(i.function, i.lineno) for i in inspect.stack()][:2]\nprint(f())",
)
case("linecache_has_the_line", "import linecache\nprint(repr(linecache.getline(__file__, 1)))")
case(
    "doctest_passes",
    '''
    def square(x):
        """Square it.

        >>> square(3)
        9
        """
        return x * x

    import doctest
    print(doctest.testmod())
''',
)
case(
    "doctest_failure_report",
    '''
    def square(x):
        """
        >>> square(3)
        10
        """
        return x * x

    if __name__ == "__main__":
        import doctest
        result = doctest.testmod()
        print(result)
''',
)
case(
    "unittest_main_exits",
    """
    import unittest, sys
    class T(unittest.TestCase):
        def test_a(self):
            self.assertEqual(1, 1)
        def test_b(self):
            print('in a test')
    runner = unittest.TextTestRunner(stream=open('report.txt', 'w'), verbosity=0)
    program = unittest.main(testRunner=runner, exit=False)
    print(program.result.wasSuccessful(), program.result.testsRun)
    runner.stream.stream.close()
    import os
    os.remove('report.txt')
""",
)
case(
    "unittest_main_ends_with_its_status",
    """
    import os, unittest
    class T(unittest.TestCase):
        def test_fails(self):
            self.fail('on purpose')
    with open(os.devnull, 'w') as nowhere:
        unittest.main(testRunner=unittest.TextTestRunner(stream=nowhere))
    print('never reached')
""",
)
case("warning_has_file_and_line", "import warnings\n\nwarnings.warn('careful')\nprint('after')")
case(
    "warning_from_a_function_with_stacklevel",
    "import warnings\ndef f():\n    warnings.warn('old', DeprecationWarning, stacklevel=2)\nf()\nprint('after')",
)
case("deprecation_warnings_of_main_show", "import warnings\nwarnings.warn('gone soon', DeprecationWarning)")
case("warning_shown_once_per_line", "import warnings\nfor i in range(3):\n    warnings.warn('again')")
case("warnings_as_errors", "import warnings\nwarnings.simplefilter('error')\nwarnings.warn('now an error')")
case("syntax_warning", "x = 1\nprint(x is 1)")
case("invalid_escape_warning", "print('\\d')")
case(
    "logging_default_goes_to_stderr",
    "import logging\nlogging.warning('watch %s', 'out')\nlogging.info('hidden')\nprint('x')",
)
case(
    "logging_with_line_numbers",
    "import logging, sys\nlogging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format='%(filename)s:%(lineno)d %(funcName)s %(name)s %(message)s')\n\ndef f():\n    logging.debug('here')\nf()\nlogging.info('top')",
)
case("logging_exception", "import logging\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception('failed')")
case(
    "argparse_help_exits_zero",
    "import argparse\np = argparse.ArgumentParser(prog='tool')\np.add_argument('--n', type=int, help='a number');\np.parse_args()\nprint('never')",
    "--help",
)
case(
    "argparse_values",
    "import argparse\np = argparse.ArgumentParser()\n_ = p.add_argument('--n', type=int)\n_ = p.add_argument('rest', nargs='*')\nprint(p.parse_args())",
    "--n",
    "3",
    "a",
    "b",
)
case(
    "argparse_error_exits_two",
    "import argparse\np = argparse.ArgumentParser(prog='tool')\n_ = p.add_argument('--n', type=int)\n_ = p.parse_args()\nprint('never')",
    "--n",
    "x",
)
case("main_guard", "def main():\n    print('main ran')\n\n\nif __name__ == '__main__':\n    main()")
case(
    "main_guard_with_sys_exit",
    "import sys\ndef main():\n    print('ran')\n    return 3\nif __name__ == '__main__':\n    sys.exit(main())",
)

# ---------------------------------------------------------------------------------------------------- processes

case(
    "multiprocessing_fork",
    """
    import multiprocessing as mp
    def work(x):
        return x * x
    if __name__ == '__main__':
        with mp.get_context('fork').Pool(2) as pool:
            print(pool.map(work, range(5)))
""",
)
case(
    "multiprocessing_spawn",
    """
    import multiprocessing as mp
    def work(x):
        return x + 1
    if __name__ == '__main__':
        with mp.get_context('spawn').Pool(2) as pool:
            print(pool.map(work, range(5)))
""",
)
case(
    "multiprocessing_forkserver",
    """
    import multiprocessing as mp
    def work(q):
        q.put(__name__)
    if __name__ == '__main__':
        context = mp.get_context('forkserver')
        q = context.Queue()
        p = context.Process(target=work, args=(q,))
        p.start()
        print(q.get())
        p.join()
        print(p.exitcode)
""",
)
case(
    "multiprocessing_child_prints",
    """
    import multiprocessing as mp
    def work():
        print('from the child', flush=True)
    if __name__ == '__main__':
        p = mp.get_context('fork').Process(target=work)
        p.start()
        p.join()
        print('parent', p.exitcode)
""",
)
case(
    "multiprocessing_child_exits_with_code",
    """
    import multiprocessing as mp, sys
    def work():
        sys.exit(4)
    if __name__ == '__main__':
        p = mp.get_context('fork').Process(target=work)
        p.start()
        p.join()
        print(p.exitcode)
""",
)
case(
    "process_pool_executor_spawn",
    """
    import concurrent.futures as cf, multiprocessing as mp
    def work(x):
        return -x
    if __name__ == '__main__':
        with cf.ProcessPoolExecutor(1, mp_context=mp.get_context('spawn')) as pool:
            print(list(pool.map(work, [1, 2])))
""",
)
case(
    "process_pool_executor_default",
    """
    import warnings
    warnings.simplefilter('ignore')
    import concurrent.futures as cf
    def work(x):
        return x ** 2
    if __name__ == '__main__':
        with cf.ProcessPoolExecutor(2) as pool:
            print(sorted(f.result() for f in [pool.submit(work, i) for i in range(4)]))
""",
)
case("process_name_and_parent", "import multiprocessing as mp\nprint(mp.current_process().name, mp.parent_process())")
case(
    "shared_memory_and_manager",
    """
    import multiprocessing as mp
    def work(d):
        d['x'] = 1
    if __name__ == '__main__':
        with mp.get_context('fork').Manager() as manager:
            d = manager.dict()
            p = mp.get_context('fork').Process(target=work, args=(d,))
            p.start(); p.join()
            print(dict(d))
""",
)
case(
    "thread_output_when_joined",
    "import threading\nt = threading.Thread(target=print, args=('in a thread',))\nt.start()\nt.join()\nprint('joined')",
)
case(
    "thread_pool",
    "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n    print(list(pool.map(lambda x: x * 2, range(6))))",
)
case(
    "exception_in_a_thread",
    """
    import threading
    def bad():
        raise ValueError('in the thread')
    threading.excepthook = lambda args: print(args.exc_type.__name__, args.exc_value)
    t = threading.Thread(target=bad)
    t.start(); t.join()
    print('main goes on')
""",
)
case(
    "thread_locals_and_names",
    "import threading\nl = threading.local()\nl.x = 1\ndef f(): print(hasattr(l, 'x'), threading.current_thread().name)\nt = threading.Thread(target=f, name='T')\nt.start(); t.join()",
)
case(
    "timer_thread",
    "import threading\ndone = threading.Event()\nt = threading.Timer(0.01, done.set)\nt.start()\nprint(done.wait(5))\nt.join()",
)
case(
    "queue_between_threads",
    "import queue, threading\nq = queue.Queue()\nt = threading.Thread(target=lambda: [q.put(i) for i in range(3)])\nt.start(); t.join()\nprint([q.get() for _ in range(3)])",
)
case(
    "asyncio_run",
    "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 'done'\nprint(asyncio.run(main()))",
)
case(
    "asyncio_run_twice",
    "import asyncio\nasync def f(x):\n    return x\nprint(asyncio.run(f(1)))\nprint(asyncio.run(f(2)))",
)
case(
    "asyncio_gather_order",
    "import asyncio\nasync def f(i):\n    await asyncio.sleep(0.01 * (3 - i))\n    print('end', i)\n    return i\nasync def main():\n    print(await asyncio.gather(*(f(i) for i in range(3))))\nasyncio.run(main())",
)
case(
    "asyncio_subprocess",
    "import asyncio, sys\nasync def main():\n    p = await asyncio.create_subprocess_exec(sys.executable, '-c', 'print(5)', stdout=asyncio.subprocess.PIPE)\n    print((await p.communicate())[0])\nasyncio.run(main())",
)
case("asyncio_error_in_main", "import asyncio\nasync def main():\n    raise KeyError('inside')\nasyncio.run(main())")
case(
    "asyncio_new_event_loop",
    "import asyncio\nloop = asyncio.new_event_loop()\nprint(loop.run_until_complete(asyncio.sleep(0, 'x')))\nloop.close()",
)
case(
    "async_generator",
    "import asyncio\nasync def g():\n    for i in range(3):\n        yield i\nasync def main():\n    print([i async for i in g()])\nasyncio.run(main())",
)
case(
    "signal_alarm_handler",
    "import signal\nhit = []\nold = signal.signal(signal.SIGALRM, lambda s, f: hit.append(s))\nlast = signal.setitimer(signal.ITIMER_REAL, 0.01)\nsignal.pause()\nprint(len(hit))",
)
case(
    "signal_to_oneself",
    "import os, signal\nold = signal.signal(signal.SIGUSR1, lambda s, f: print('got', s))\nos.kill(os.getpid(), signal.SIGUSR1)\nprint('after')",
)
case(
    "keyboard_interrupt_can_be_caught",
    "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    signal.pause()\nexcept KeyboardInterrupt:\n    print('caught')\nprint('goes on')",
)
case(
    "os_fork_child_exits",
    """
    import os
    pid = os.fork()
    if pid == 0:
        print('child', flush=True)
        os._exit(5)
    print('parent', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
""",
)
case(
    "os_fork_no_doubled_output",
    """
    import os, sys
    print('before', flush=True)
    pid = os.fork()
    if pid == 0:
        sys.exit(0)
    status = os.waitpid(pid, 0)[1]
    print('after', status)
""",
)
case(
    "os_fork_child_runs_on",
    """
    import os, sys
    pid = os.fork()
    if pid:
        done = os.waitpid(pid, 0)
    print('parent' if pid else 'child', flush=True)
""",
)
case(
    "os_fork_child_raises",
    """
    import os, sys
    pid = os.fork()
    if pid == 0:
        raise SystemExit(9)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
""",
)
case(
    "subprocess_in_order",
    "import subprocess, sys\nprint('one', flush=True)\n_ = subprocess.run(['echo', 'two'], check=True)\nprint('three', flush=True)",
)
case(
    "os_system_in_order",
    "import os\nprint('a', flush=True)\n_ = os.system('echo b; echo c >&2')\nprint('d', flush=True)",
)
case(
    "os_write_in_order",
    "import os\nfor i in range(5):\n    print(i, flush=True)\n    _ = os.write(1, b'raw %d\\n' % i)",
)
case(
    "c_level_output",
    "import ctypes, sys\nlibc = ctypes.CDLL(None)\nprint('python', flush=True)\n_ = libc.puts(b'from C')\n_ = libc.fflush(None)\nprint('python again', flush=True)",
)
case(
    "subprocess_captured",
    "import subprocess\nprint(subprocess.run('echo out; echo err >&2; exit 3', shell=True, capture_output=True))",
)
case(
    "subprocess_with_input",
    "import subprocess\nprint(subprocess.run(['cat'], input=b'fed', stdout=subprocess.PIPE).stdout)",
)
case(
    "subprocess_of_python_itself",
    "import subprocess, sys\nprint(subprocess.check_output([sys.executable, '-c', 'import sys; print(sys.argv, sys.flags.isolated)', 'x']))",
)
case(
    "popen_pipe_chain",
    "import subprocess as s\na = s.Popen(['printf', 'b\\\\na\\\\n'], stdout=s.PIPE)\nb = s.run(['sort'], stdin=a.stdout, stdout=s.PIPE)\na.stdout.close()\nprint(a.wait(), b.stdout)",
)
case(
    "only_the_standard_descriptors_are_inherited",
    'import subprocess, sys\nprint(subprocess.check_output([sys.executable, \'-c\', \'import os; print([f for f in range(3, 64) if os.path.exists(f"/proc/self/fd/{f}") and os.path.realpath(f"/proc/self/fd/{f}").startswith("pipe")])\'], close_fds=False))',
)

# ------------------------------------------------------------------------------------------------------- exiting

case("exit_zero", "import sys\nprint('a')\nsys.exit(0)\nprint('never')")
case("exit_number", "import sys\nsys.exit(7)")
case("exit_none", "import sys\nsys.exit()")
case("exit_text", "import sys\nsys.exit('a reason')")
case("exit_true", "import sys\nsys.exit(True)")
case("exit_list", "import sys\nsys.exit([1, 2])")
case("exit_large_number", "import sys\nsys.exit(256 + 3)")
case("exit_negative", "import sys\nsys.exit(-1)")
case("raise_system_exit", "raise SystemExit(4)")
case("raise_generator_exit", "print('before')\nraise GeneratorExit('at the top')")
case("generator_exit_from_a_function", "def f():\n    raise GeneratorExit\nf()\nprint('never')")
case("raise_stop_iteration", "raise StopIteration(3)")
case(
    "exit_with_a_code_whose_class_raises",
    "class A:\n    @property\n    def __class__(self): raise OSError\n    def __str__(self): return 'bye'\nraise SystemExit(A())",
)
case("raise_system_exit_class", "raise SystemExit")
case("exit_builtin", "exit(6)")
case("quit_builtin", "quit()")
case("system_exit_subclass", "class Bye(SystemExit): pass\nraise Bye(8)")
case(
    "exit_in_a_function",
    "import sys\ndef f():\n    try:\n        sys.exit(2)\n    finally:\n        print('finally')\nf()",
)
case(
    "exit_can_be_caught",
    "import sys\ntry:\n    sys.exit(2)\nexcept SystemExit as error:\n    print(error.code)\nprint('goes on')",
)
case(
    "exit_from_an_import",
    "import leaver\nprint('never')",
    files={"leaver.py": "import sys\nprint('leaving')\nsys.exit(5)\n"},
)
case("exit_unprintable", "class A:\n    def __str__(self): return 'custom'\nraise SystemExit(A())")

# ---------------------------------------------------------------------------------------------------- exceptions

case("zero_division", "print('before')\n1 / 0\nprint('never')")
case("name_error_with_hint", "value = 1\nprint(valeu)")
case("attribute_error_with_hint", "import math\nprint(math.sqr(2))")
case("import_error", "import a_module_that_is_not_there")
case("import_from_error", "from os import nothing_like_that")
case("key_error_in_function", "def f(d):\n    return d['b']\n\n\nprint(f({'a': 1}))")
case("nested_calls", "def a(): return b()\ndef b(): return c()\ndef c(): raise ValueError('deep')\na()")
case("error_in_multi_line_call", "print(\n    1,\n    2 /\n    0,\n)")
case("error_carets", "d = {'a': {'b': None}}\nprint(d['a']['b']['c'])")
case("exception_with_cause", "try:\n    {}['x']\nexcept KeyError as error:\n    raise ValueError('no x') from error")
case("exception_with_context", "try:\n    1 / 0\nexcept ZeroDivisionError:\n    [][1]")
case(
    "exception_with_suppressed_context",
    "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError('clean') from None",
)
case("exception_group", "raise ExceptionGroup('several', [ValueError(1), TypeError('two')])", since=(3, 11))
case(
    "nested_exception_group",
    "def f():\n    try:\n        raise KeyError('k')\n    except KeyError as e:\n        raise ExceptionGroup('g', [e, ExceptionGroup('h', [OSError(2, 'no')])])\nf()",
    since=(3, 11),
)
case(
    "exception_with_notes",
    "e = ValueError('x')\ne.add_note('a note')\ne.add_note('and another')\nraise e",
    since=(3, 11),
)
case(
    "custom_exception",
    "class MyError(Exception):\n    def __str__(self): return 'mine: ' + repr(self.args)\nraise MyError(1, 2)",
)
case("exception_without_message", "raise RuntimeError")
case("exception_with_many_lines", "raise ValueError('one\\ntwo\\nthree')")
case("exception_whose_str_raises", "class E(Exception):\n    def __str__(self): raise KeyError('in str')\nraise E()")
case(
    "exception_whose_repr_raises",
    "class E(Exception):\n    def __repr__(self): raise KeyError('in repr')\nraise E('text')",
)
case(
    "recursion_error",
    "def f(n):\n    return f(n + 1)\nimport sys\nsys.setrecursionlimit(200)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print('caught', str(e)[:32])",
)
case("recursion_error_uncaught", "import sys\nsys.setrecursionlimit(150)\ndef f():\n    f()\nf()")
case("assertion_with_message", "assert 1 == 2, 'not equal'")
case("assertion_plain", "x = 3\nassert x > 4")
case("stop_iteration", "next(iter([]))")
case("unicode_decode_error", "b'\\xff'.decode('utf-8')")
case("os_error", "open('does-not-exist.txt')")
case("error_in_comprehension", "print([1 / x for x in (1, 0)])")
case("error_in_lambda", "f = lambda x: x.nothing\nf(1)")
case("error_in_class_body", "class A:\n    x = 1\n    y = undefined")
case("error_in_decorator", "def bad(f):\n    raise TypeError('decorator')\n\n@bad\ndef g():\n    pass")
case(
    "error_in_with_exit",
    "class C:\n    def __enter__(self): return self\n    def __exit__(self, *a): raise OSError('exit')\nwith C():\n    pass",
)
case("error_in_an_imported_module", "import broken", files={"broken.py": "x = 1\n\ny = x / 0\n"})
case("syntax_error_in_an_imported_module", "import broken", files={"broken.py": "x = 1\nif x\n    pass\n"})
case("error_in_exec", "exec('a = 1\\nb = a / 0')")
case("error_in_eval", "eval('1 +')")
case("error_in_generator", "def g():\n    yield 1\n    raise ValueError('after one')\nfor x in g():\n    print(x)")
case(
    "traceback_print_exc",
    "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()\nprint('on')",
)
case(
    "traceback_format_stack",
    "import traceback\ndef f():\n    return traceback.format_stack()[-2:]\nprint(''.join(f()))",
)
case(
    "sys_exc_info_is_clear_at_top_level",
    "import sys\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\nprint(sys.exc_info())",
)
case(
    "custom_excepthook",
    "import sys\nsys.excepthook = lambda t, v, tb: print('hook', t.__name__, v, tb.tb_lineno)\nraise ValueError('x')",
)
case("error_to_stderr_and_stdout", "import sys\nprint('out')\nprint('err', file=sys.stderr)\nraise SystemError('both')")
case(
    "keyboard_interrupt_raised",
    "try:\n    raise KeyboardInterrupt\nexcept BaseException as e:\n    print(type(e).__name__)",
)
case(
    "unraisable_in_del",
    "import sys\nsys.unraisablehook = lambda a: print('unraisable', a.exc_type.__name__)\nclass A:\n    def __del__(self): raise ValueError\na = A()\ndel a\nprint('on')",
)
case("cyclic_cause", "a = ValueError('a')\nb = KeyError('b')\na.__cause__ = b\nb.__cause__ = a\nraise a")
case("error_on_a_line_with_tabs_and_wide_characters", "def f(x):\n\treturn {'größe': x}['日本語']\nf(1)")
case("base_exception", "class Stop(BaseException): pass\nraise Stop('base')")

# ------------------------------------------------------------------------------------------------ syntax errors

case("syntax_error_stops_everything", "print('not printed')\nx = = 2")
case("syntax_error_unclosed_bracket", "print('a')\nx = (1,\n     2")
case("syntax_error_unterminated_string", "x = 'abc\nprint(1)")
case("syntax_error_unterminated_triple", "x = '''abc\nprint(1)")
case("indentation_error", "if True:\nprint(1)")
case("unexpected_indent", "x = 1\n  y = 2")
case("unindent_mismatch", "if 1:\n        a = 1\n    b = 2")
case("tab_error", "if 1:\n\tx = 1\n        y = 2\n")
case("return_outside_function", "print('no')\nreturn 1")
case("break_outside_loop", "print('no')\nbreak")
case("yield_outside_function", "print('no')\nyield 1")
case("nonlocal_at_module_level", "print('no')\nnonlocal x")
case("duplicate_argument", "print('no')\ndef f(a, a): pass")
case("global_after_use", "print('no')\ndef f():\n    x = 1\n    global x")
case("assign_to_literal", "print('no')\n1 = x")
case("late_future_import", "print('no')\nfrom __future__ import annotations")
case("unknown_future_import", "from __future__ import braces")
case("keyword_as_name", "class = 3")
case("invalid_character", "x = 1 \u2013 2")
case("f_string_error", "x = f'{a b}'")
case("missing_colon", "def f()\n    pass")
case("print_statement", "print 'hello'")
case("await_in_plain_function", "def f():\n    await g()")
case("star_expression_error", "*a = 1")
case("too_deep_nesting", "x = " + "(" * 250 + ")" * 250)

# ------------------------------------------------------------------------------------- source as files really are

case("no_final_newline", b"print('a')\nprint('b')")
case("only_comments", "# nothing\n# at all")
case("empty_file", b"")
case("only_white_space", b"\n\n   \n\t\n")
case("utf8_bom", b"\xef\xbb\xbfprint('bom')\n")
case("latin_1_cookie", "# -*- coding: latin-1 -*-\nprint(len('äöü'), ascii('äöü'))\n".encode("latin-1"))
case(
    "cp1252_cookie_on_line_two",
    "#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nprint(ascii('€'))\n".encode("cp1252"),
)
case("utf8_without_cookie", "print('naïve – 日本 🎉')\n".encode())
case("crlf_line_ends", b"x = 1\r\nif x:\r\n    print('crlf')\r\ns = '''a\r\nb'''\r\nprint(repr(s))\r\n")
case("mixed_line_ends", b"print(1)\r\nprint(2)\nprint(3)\n")
case("form_feed", b"x = 1\n\x0c\nprint(x)\n\x0cprint('after a form feed')\n")
case("tabs_for_indentation", "if 1:\n\tfor i in range(2):\n\t\tprint(i)\n")
case("very_long_line", "x = '" + "a" * 200_000 + "'\nprint(len(x))")
case("very_long_expression", "print(" + "+".join(["1"] * 3000) + ")")
case("many_statements", "\n".join(f"x{i} = {i}" for i in range(3000)) + "\nprint(x2999)")
case("semicolons", "a = 1; b = 2; print(a + b); print('same line')")
case("trailing_semicolon", "a = 1;\nprint(a);")
case("line_continuation", "x = 1 + \\\n    2\nprint(x)")
case("implicit_continuation", "x = [\n  1,\n\n  # inside\n  2,\n]\nprint(x)")
case("multi_line_string", "x = '''\n    a\n  b\n'''\nprint(repr(x))")
case("backslash_in_string", "x = 'a\\\nb'\nprint(x)")
case(
    "decorators",
    "def twice(f):\n    return lambda *a: f(*a) * 2\n\n@twice\n@twice\ndef f(x):\n    return x\n\nprint(f(1))",
)
case(
    "decorated_class",
    "def name(n):\n    def inner(c):\n        c.n = n\n        return c\n    return inner\n@name(\n    'x'\n)\nclass A:\n    pass\nprint(A.n)",
)
case(
    "match_statement",
    "match {'a': [1, 2, 3]}:\n    case {'a': [1, *rest]}:\n        print(rest)\n    case _:\n        print('no')",
)
case("soft_keywords_as_names", "match = 1\ncase = 2\ntype = 3\n_ = 4\nprint(match, case, type, _)")
case("type_statement", "type A[T] = list[T]\nprint(A, A.__value__)", since=(3, 12))
case("generic_function", "def f[T](x: T) -> T:\n    return x\nprint(f(1), f.__type_params__)", since=(3, 12))
case("nested_f_strings", "a = {'k': 3}\nprint(f'{a[\"k\"]:>{1 + 2}} {f\"{a}\"!r} {a=}')")
case("f_string_with_same_quotes", "a = {'k': 3}\nprint(f'{a['k']}')", since=(3, 12))
case("walrus_at_top_level", "if (n := 10) > 5:\n    print(n)\nprint([y := 1, y ** 2], y)")
case("global_at_top_level", "global g\ng = 1\nprint(g)")
case("del_of_names", "x = 1\ndel x\ntry:\n    x\nexcept NameError as e:\n    print(e)")
case(
    "star_assignment",
    "a, *b = range(5)\n*c, d = 'xyz'\nprint(a, b, c, d)\nprint(*[1, 2], sep='-')\nx = *a_ , = [1],\nprint(x)",
)
case(
    "blocks_bind_names",
    "if True:\n    a = 1\nfor i in range(3):\n    b = i\nwhile True:\n    c = 9\n    break\nwith open(__file__) as f:\n    d = 2\ntry:\n    e = 3\nfinally:\n    g = 4\nprint(a, b, c, d, e, g, i, f.closed)",
)
case(
    "try_star",
    "try:\n    raise ExceptionGroup('g', [ValueError(1), KeyError(2)])\nexcept* ValueError as e:\n    print('v', e.exceptions)\nexcept* KeyError as e:\n    print('k', e.exceptions)",
    since=(3, 11),
)
case(
    "future_annotations",
    "from __future__ import annotations\ndef f(x: undefined_name): pass\nprint(f.__annotations__)\nclass A:\n    y: also_undefined\nprint(A.__annotations__)",
)
case(
    "future_after_docstring",
    "'''doc'''\nfrom __future__ import annotations\nx: nope = 1\nprint(__doc__, __annotations__)",
)
case("future_division_and_others", "from __future__ import division, print_function, generator_stop\nprint(3 / 2)")
case("import_star", "from math import *\nprint(floor(pi))")
case(
    "import_star_with_all",
    "from shapes import *\nprint(square, 'hidden' in globals())",
    files={"shapes.py": "__all__ = ['square']\nsquare = 4\nhidden = 5\n"},
)
case(
    "import_a_neighbour",
    "import neighbour\nprint(neighbour.value, neighbour.__name__, neighbour.__file__ is not None)",
    files={"neighbour.py": "value = 12\n"},
)
case(
    "import_a_package",
    "from pack.inner import value\nimport pack\nprint(value, pack.__path__ is not None)",
    files={
        "pack/__init__.py": "",
        "pack/inner.py": "from . import other\nvalue = other.value + 1\n",
        "pack/other.py": "value = 1\n",
    },
)
case("relative_import_fails_alike", "from . import nothing")
case(
    "import_shadows_the_standard_library",
    "import textwrap\nprint(textwrap.mine)",
    files={"textwrap.py": "mine = True\n"},
)
case(
    "import_shadows_what_rdit_uses",
    "import json, struct, selectors\nprint(json.mine, struct.mine, selectors.mine)",
    files={"json.py": "mine = 1\n", "struct.py": "mine = 2\n", "selectors.py": "mine = 3\n"},
)
case(
    "circular_import_through_main",
    "import other\nvalue = 3\nprint(other.get())",
    files={"other.py": "def get():\n    import __main__\n    return __main__.value\n"},
)
case(
    "importlib_reload",
    "import importlib, neighbour\nneighbour.value = 1\nprint(importlib.reload(neighbour).value)",
    files={"neighbour.py": "value = 12\n"},
)
case(
    "runpy_of_a_neighbour",
    "import runpy\nprint(runpy.run_path('neighbour.py', run_name='x')['n'])",
    files={"neighbour.py": "n = __name__\n"},
)
case("redefined_class", "class A: v = 1\na = A()\nclass A: v = 2\nprint(a.v, A().v, isinstance(a, A))")
case(
    "private_names_in_class",
    "class A:\n    __x = 1\n    def f(self): return self.__x\nprint(A().f(), [n for n in vars(A) if 'x' in n])",
)
case(
    "metaclass_and_init_subclass",
    "class M(type):\n    def __new__(m, n, b, d, **k):\n        print('new', n, k)\n        return super().__new__(m, n, b, d)\n    def __init__(c, n, b, d, **k): pass\nclass A(metaclass=M, key=1): pass",
)
case(
    "closures_and_nonlocal",
    "def counter():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n        return n\n    return step\nc = counter()\nprint(c(), c())",
)
case(
    "comprehension_scopes",
    "x = 'outer'\nprint([x for x in range(3)], x)\nclass A:\n    y = 2\n    z = [y for _ in range(1)] if False else y\nprint(A.z)",
)
case("lambda_default_capture", "fs = [lambda i=i: i for i in range(3)]\nprint([f() for f in fs])")
case("conditional_expression_and_chains", "print(1 < 2 < 3, 5 if [] else 6, not None, 1 and 0 or 'x')")
case("complex_numbers_and_underscores", "print(1_000, 0xff, 0b11, 0o17, 1e3, 3j * 3j, 10 ** 30)")
case("ellipsis_and_slices", "class A:\n    def __getitem__(self, k): return k\nprint(A()[1:2, ..., ::3])")
case(
    "async_comprehension_inside_function",
    "import asyncio\nasync def f():\n    return [x async for x in g()]\nasync def g():\n    yield 1\nprint(asyncio.run(f()))",
)
case("string_prefixes", "print(r'\\n', b'\\x41', rb'\\n', u'u', '\\N{BULLET}')")
case(
    "print_variants",
    "import sys\nprint()\nprint('a', 'b', sep='')\nprint('no newline', end='')\nprint('!', end='\\n\\n')\nprint('to stderr', file=sys.stderr)\nprint(1, None, [1], flush=True)",
)
case("unicode_output", "print('é', '日本', '🎉', '\\u0301', '\\x1b[31mred\\x1b[0m', '\\t|', '\\x00|')")
case("lone_surrogate_fails_alike", "print('ok')\nprint('\\ud800')")
case("surrogate_on_stderr", "import sys\nprint('\\ud800', file=sys.stderr)")
case(
    "bytes_to_the_buffer", "import sys\n_ = sys.stdout.buffer.write(b'raw bytes\\n')\nsys.stdout.flush()\nprint('text')"
)
case("large_output", "for i in range(20000):\n    print('line', i)")
case("one_large_string", "print('x' * 3_000_000)")
case("writelines", "import sys\nsys.stdout.writelines(['a\\n', 'b\\n'])\nsys.stderr.writelines(['c\\n'])")
case(
    "redirect_stdout",
    "import contextlib, io\nf = io.StringIO()\nwith contextlib.redirect_stdout(f):\n    print('hidden')\nprint(repr(f.getvalue()))",
)
case(
    "replaced_stdout",
    "import sys\nclass W:\n    def write(self, s): sys.__stdout__.write(s.upper())\n    def flush(self): pass\nsys.stdout = W()\nprint('shout')\nsys.stdout = sys.__stdout__\nprint('quiet')",
)
case(
    "reconfigured_stdout", "import sys\nsys.stdout.reconfigure(encoding='ascii', errors='backslashreplace')\nprint('é')"
)
case(
    "stdout_through_open_one",
    "with open(1, 'w', closefd=False) as f:\n    _ = f.write('via open(1)\\n')\nprint('after')",
)
case(
    "dup2_redirects",
    "import os, sys\nsaved = os.dup(1)\nfd = os.open('log.txt', os.O_WRONLY | os.O_CREAT)\n_ = os.dup2(fd, 1)\nprint('into the file', flush=True)\n_ = os.dup2(saved, 1)\nprint('back', flush=True)\nprint(open('log.txt').read(), end='')",
)
case("stdout_none", "import sys\no = sys.stdout\nsys.stdout = None\nprint('nowhere')\nsys.stdout = o\nprint('back')")
case(
    "closed_stdout_prints_an_error",
    "import sys\nold = sys.stdout\nsys.stdout = open('x.txt', 'w')\nsys.stdout.close()\ntry:\n    print('x')\nexcept ValueError as e:\n    sys.stdout = old\n    print(e)",
)
case("input_at_end_of_file", "try:\n    x = input('name? ')\nexcept EOFError:\n    print('EOF')")
case("stdin_read_at_end_of_file", "import sys\nprint(repr(sys.stdin.read()), sys.stdin.encoding)")
case("stdin_lines_at_end_of_file", "import sys\nprint([line for line in sys.stdin])")
case(
    "writes_files",
    "from pathlib import Path\n_ = Path('out').mkdir()\n_ = Path('out/a.txt').write_text('hello')\nprint(sorted(p.name for p in Path('.').rglob('*.txt')))",
)
case(
    "temporary_files",
    "import tempfile, os\nwith tempfile.NamedTemporaryFile() as f:\n    _ = f.write(b'x')\n    name = f.name\nprint(os.path.exists(name))",
)
case(
    "csv_and_json",
    "import csv, json, io\nf = io.StringIO('a,b\\n1,2\\n')\nprint(json.dumps(list(csv.DictReader(f)), indent=1))",
)
case(
    "chdir_stays",
    "import os\nos.mkdir('sub')\nos.chdir('sub')\nprint(os.path.basename(os.getcwd()))\nwith open('here.txt', 'w') as f:\n    _ = f.write('x')",
)
case("random_with_a_seed", "import random\nrandom.seed(4)\nprint(random.random(), random.choice('abc'))")
case("hash_of_ints_and_id_of_main", "print(hash(1), hash((1, 2)), hash(2.5))")
case(
    "decimal_and_fractions",
    "from decimal import Decimal, getcontext\nfrom fractions import Fraction\ngetcontext().prec = 5\nprint(Decimal(1) / 3, Fraction(1, 3) + 1)",
)
case(
    "contextvars_keep_their_value", "import contextvars\nv = contextvars.ContextVar('v')\nt = v.set(1)\nprint(v.get())"
)
case("locale_and_time", "import locale, time\nprint(locale.setlocale(locale.LC_NUMERIC), time.gmtime(0).tm_year)")
case(
    "functools_and_singledispatch",
    "import functools\n@functools.singledispatch\ndef f(x): return 'any'\n@f.register\ndef _(x: int): return 'int'\nprint(f(1), f('a'))",
)
case(
    "garbage_of_generators",
    "def g():\n    try:\n        yield 1\n    finally:\n        print('closed')\nx = g()\nprint(next(x))\ndel x\nprint('after')",
)
case("timeit_in_main", "import timeit\nn = 3\nprint(timeit.timeit('n + 1', globals=globals(), number=10) >= 0)")
case("code_module_and_compile", "code = compile('y = 1 + 1', 'x', 'exec')\nexec(code)\nprint(y)")
case(
    "settrace_sees_functions",
    "import sys\nseen = []\ndef f(): return 1\nsys.settrace(lambda fr, ev, arg: seen.append((ev, fr.f_code.co_name)))\n_ = f()\nsys.settrace(None)\nprint([s for s in seen if s[1] == 'f'])",
)
