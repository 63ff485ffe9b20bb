"""What a run of a script amounts to: plan, output by statement, endings, the world that the script finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rdit.protocol.messages import (
    Answer,
    Completed,
    InputRequested,
    Inspect,
    Interrupt,
    Query,
    Reply,
    Reset,
    StatementFinished,
    StatementStarted,
    WorkerStarted,
)
from tests.kernel.driving import Kernel, running_kernel
from tests.pythons import PYTHONS, Python


async def test_the_echo_of_an_expression_belongs_to_its_statement(every_kernel: Kernel) -> None:
    run = await every_kernel.run("x = 1\nx + 1")
    assert run.plan == [(0, 1, 1), (1, 2, 2)]
    assert run.output == {1: [("stdout", "2\n")]}
    assert run.status == "ok"


async def test_each_statement_starts_and_ends_once_in_order(kernel: Kernel) -> None:
    run = await kernel.run("a = 1\nb = 2; c = 3\n\nif a:\n    d = 4\n")
    assert run.plan == [(0, 1, 1), (1, 2, 2), (2, 2, 2), (3, 4, 5)]
    told = [(type(m), m.node_index) for m in run.messages if isinstance(m, StatementStarted | StatementFinished)]
    assert told == [pair for index in range(4) for pair in ((StatementStarted, index), (StatementFinished, index))]


async def test_a_duration_is_in_seconds(kernel: Kernel) -> None:
    began = time.monotonic()
    run = await kernel.run("import time\ntime.sleep(0.2)\ntime.sleep(0.2)")
    all_of_it = time.monotonic() - began
    durations = [message.duration for message in run.messages if isinstance(message, StatementFinished)]
    assert min(durations[1:]) >= 0.2
    assert sum(durations) <= all_of_it


async def test_a_statement_tells_by_how_much_it_raised_the_peak_of_memory(kernel: Kernel) -> None:
    size = 64 << 20
    run = await kernel.run(f"pass\nkept = bytearray({size})\nkept[:] = bytes(1) * {size}\ndel kept\nagain = bytes(100)")
    growths = [message.peak_memory or 0 for message in run.messages if isinstance(message, StatementFinished)]
    assert sum(growths[1:3]) >= size
    assert all(growth < size // 10 for growth in (growths[0], *growths[3:]))


async def test_names_stay_from_one_run_to_the_next(kernel: Kernel) -> None:
    await kernel.run("x = 41")
    assert (await kernel.run("x += 1\nx")).text() == "42\n"


async def test_lines_choose_the_statements_that_they_touch(kernel: Kernel) -> None:
    run = await kernel.run("print(1)\nif True:\n    print(2)\n\nprint(3)", (3, 4))
    assert (run.plan, run.text()) == ([(1, 2, 3)], "2\n")


async def test_lines_without_a_statement_complete_at_once(kernel: Kernel) -> None:
    run = await kernel.run("print(1)\n\n# nothing\n", (2, 3))
    assert (run.plan, run.status) == ([], "ok")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
async def test_a_script_arrives_with_the_newlines_that_it_has(every_kernel: Kernel, newline: str) -> None:
    run = await every_kernel.run(newline.join(["x = 'Zoë 日本'", "if x:", "    print(x)", "y = 'a\u2028b\x0cc'", "y"]))
    assert run.plan == [(0, 1, 1), (1, 2, 3), (2, 4, 4), (3, 5, 5)]
    assert run.text() == "Zoë 日本\n'a\\u2028b\\x0cc'\n"


async def test_half_a_character_in_a_script_is_an_error_of_the_script(every_kernel: Kernel) -> None:
    run = await every_kernel.run("x = 1\ny = '\ud800'")
    assert run.status == "error"
    assert "half a character (a lone surrogate, U+D800)" in run.errors[0].text
    assert (await every_kernel.run("6 * 7")).text() == "42\n"


async def test_a_script_of_many_pieces_arrives_whole(kernel: Kernel) -> None:
    run = await kernel.run(f"x = '{'0123456789' * 300_000}'\nlen(x)")
    assert run.text() == "3000000\n"


@pytest.mark.parametrize("script", ["", "\n\n", "# only a comment"])
async def test_a_script_without_statements_completes(kernel: Kernel, script: str) -> None:
    run = await kernel.run(script)
    assert (run.plan, run.status) == ([], "ok")


async def test_an_uncaught_exception_ends_the_run(every_kernel: Kernel) -> None:
    run = await every_kernel.run("1 / 0\nprint('never')")
    assert run.status == "error"
    assert list(run.output) == [0]
    assert run.errors[0].text.startswith("Traceback (most recent call last):\n")
    assert run.errors[0].text.endswith("\nZeroDivisionError: division by zero\n")


@pytest.mark.parametrize("name", ["GeneratorExit", "StopIteration", "type('Own', (GeneratorExit,), {})"])
async def test_what_generators_end_with_ends_the_run_and_not_the_worker(every_kernel: Kernel, name: str) -> None:
    run = await every_kernel.run(f"x = 5\nraise {name}")
    assert (run.status, run.text("stderr")) == ("error", "")
    assert run.errors[0].text.count("File") == 1
    assert (await every_kernel.run("x")).text() == "5\n"


NO_CLASS = """class NoClass:
    @property
    def __class__(self):
        raise OSError('no class')
    def __repr__(self):
        return 'here'
NoClass()
[NoClass()] * 30
import sys
sys.exit(NoClass())
"""


async def test_a_value_without_a_class_of_its_own_is_shown_and_exits_as_in_python(every_kernel: Kernel) -> None:
    run = await every_kernel.run(NO_CLASS)
    assert run.output[1] == [("stdout", "here\n")]
    assert run.output[2] == [("display", f"[{', '.join(['here'] * 30)}]")]
    assert (run.completed.status, run.completed.exit_code) == ("exited", 1)
    assert not run.errors


async def test_a_run_may_go_on_after_an_exception(kernel: Kernel) -> None:
    run = await kernel.run("1 / 0\nprint('on')", stop_on_error=False)
    assert (run.status, run.text()) == ("error", "on\n")


async def test_a_syntax_error_runs_nothing_and_shows_where(every_kernel: Kernel) -> None:
    run = await every_kernel.run("print('never')\nx = = 2")
    assert run.plan == [(0, 2, 2)]
    assert run.status == "error"
    assert [kind for kind, _ in run.output[0]] == ["error"]
    assert "    x = = 2\n        ^\nSyntaxError" in run.errors[0].text


async def test_what_only_the_compiler_finds_stops_the_script_first(every_kernel: Kernel) -> None:
    for script in (
        "return 1",
        "def f():\n    x = 1\n    global x",
        "from __future__ import annotations",
        "await x = 1",
    ):
        run = await every_kernel.run("print('never')\n" + script)
        assert run.status == "error"
        assert run.text() == ""
        assert "SyntaxError" in run.errors[0].text


async def test_a_warning_of_the_compiler_belongs_to_the_first_statement_and_comes_once(every_kernel: Kernel) -> None:
    run = await every_kernel.run("x = 1\nx is 1\nx is 2;")
    assert list(run.output) == [0, 1]
    ((kind, text),) = run.output[0]
    assert kind == "stderr"
    assert text.count("SyntaxWarning") == 2


WARNING = """import warnings, helper
def f():
    warnings.warn("from f", stacklevel=2)
for _ in range(2):
    warnings.warn("at the top")
    f()
    helper.f()
"""


@pytest.mark.parametrize("rule", ["", "warnings.simplefilter('once')\n", "warnings.simplefilter('module')\n"])
async def test_what_python_warns_of_once_it_warns_of_once_in_each_run(
    python: Python, script_path: Path, rule: str
) -> None:
    script = WARNING.replace("def f", f"{rule}def f", 1)
    script_path.write_text(script)
    (script_path.parent / "helper.py").write_text("import warnings\ndef f():\n    warnings.warn('elsewhere')\n")
    told = subprocess.run([python.path, script_path], capture_output=True, text=True, check=True).stderr
    assert told.count("UserWarning") == 3
    async with running_kernel(python.path, script_path, script_path.parent) as kernel:
        assert [(await kernel.run(script)).text("stderr") for _ in range(3)] == [told] * 3


async def test_the_first_run_leaves_the_registry_of_warnings_as_it_is(python: Python, script_path: Path) -> None:
    script = "import warnings\nwarnings.warn('x')\nprint(__warningregistry__)"
    script_path.write_text(script)
    told = subprocess.run([python.path, script_path], capture_output=True, text=True, check=True).stdout
    async with running_kernel(python.path, script_path, script_path.parent) as kernel:
        assert (await kernel.run(script)).text() == told


async def test_an_exit_has_the_status_and_the_message_of_python(every_kernel: Kernel, python: Python) -> None:
    codes = ["", "None", "3", "-1", "256 + 7", "True", "'message'", "2.5", "(1, 2)"]
    for code in codes if python == PYTHONS[-1] else codes[4:7]:
        script = f"import sys\nsys.exit({code})\nprint('never')"
        real = subprocess.run([python.path, "-c", script], capture_output=True, text=True, check=False)
        run = await every_kernel.run(script)
        assert (run.status, run.completed.exit_code, run.errors) == ("exited", real.returncode, [])
        assert run.text("stderr") == real.stderr
    assert (await every_kernel.run("6 * 7")).text() == "42\n"


async def test_a_raised_keyboard_interrupt_counts_as_one(kernel: Kernel) -> None:
    run = await kernel.run("raise KeyboardInterrupt\nprint('never')", stop_on_error=False)
    assert (run.status, run.text()) == ("interrupted", "")


async def test_future_imports_hold_for_later_statements_and_later_runs(every_kernel: Kernel) -> None:
    script = "from __future__ import annotations\ndef f(x: nowhere): pass\n"
    assert (await every_kernel.run(script)).status == "ok"
    assert (
        await every_kernel.run(script + "def g(x: nowhere): pass\ng.__annotations__", (3, 4))
    ).text() == "{'x': 'nowhere'}\n"


async def test_top_level_await_keeps_its_loop_and_its_tasks(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import asyncio\nasync def later(): \n    await asyncio.sleep(0)\n    return 'later'\n"
        "task = asyncio.ensure_future(later()) if False else None\n"
        "async def begin():\n    global task\n    task = asyncio.ensure_future(later())\n"
        "await begin()\nasyncio.run(asyncio.sleep(0, 'run'))\nawait task\n"
        "[x async for x in (i async for i in agen())]\n".replace("agen()", "arange()").replace(
            "await begin()", "async def arange():\n    yield 1\n    yield 2\nawait begin()"
        )
    )
    assert run.status == "ok"
    assert run.text() == "'run'\n'later'\n[1, 2]\n"


async def test_an_error_in_an_await_shows_the_users_frames_only(every_kernel: Kernel) -> None:
    run = await every_kernel.run("async def f():\n    raise ValueError('inside')\nawait f()")
    frames = run.errors[0].data["application/vnd.rdit.error+json"]["frames"]
    assert [(frame["name"], frame["line"]) for frame in frames] == [("<module>", 3), ("f", 2)]


async def test_an_interrupted_await_says_where_it_waited(every_kernel: Kernel) -> None:
    run = await every_kernel.request(
        "import asyncio\nasync def f():\n    print('go')\n    await asyncio.sleep(60)\nawait f()"
    )
    await every_kernel.until_written("go", run)
    await every_kernel.send(Interrupt())
    await every_kernel.follow(run)
    assert run.status == "interrupted"
    frames = run.errors[0].data["application/vnd.rdit.error+json"]["frames"]
    assert [frame["name"] for frame in frames if frame["inScript"]] == ["<module>", "f"]
    assert frames[0]["line"] == 5
    assert (await every_kernel.run("await asyncio.sleep(0, 42)")).text() == "42\n"


WORLD = """
import sys, os, signal, threading
def told():
    return dict(
        names=sorted(globals()), file=__file__, argv=sys.argv, path=sys.path, cwd=os.getcwd(), flags=list(sys.flags),
        modules=sorted(sys.modules), spec=repr(__spec__), loader=type(__loader__).__name__,
        annotations=globals().get('__annotations__'),
        builtins=repr(__builtins__), hooks=[sys.displayhook is sys.__displayhook__, sys.excepthook is sys.__excepthook__],
        interrupt=repr(signal.getsignal(signal.SIGINT)), mask=sorted(signal.pthread_sigmask(0, [])),
        umask=os.umask(0o22), limit=sys.getrecursionlimit(), threads=threading.active_count(), prefix=sys.prefix,
        path_hooks=len(sys.path_hooks), main=repr(sys.modules['__main__']),
        descriptors=sorted(int(n) for n in os.listdir('/proc/self/fd') if int(n) < 200) if os.path.exists('/proc') else 0,
        trace=sys.gettrace(), group=os.getpgrp() == os.getpid(), environment=sorted(os.environ), orig=sys.orig_argv[1:],
    )
import json; print(json.dumps(told(), indent=1))
"""


async def test_the_script_finds_the_world_of_python(python: Python, script_path: Path) -> None:
    script_path.write_text(WORLD)
    arguments = ["one", "--two", "three words"]
    real = subprocess.run(
        [python.path, str(script_path), *arguments],
        cwd=script_path.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        start_new_session=True,
        env=dict(os.environ),
    )
    async with running_kernel(python.path, script_path, script_path.parent, *arguments) as kernel:
        run = await kernel.run(WORLD)
    assert run.status == "ok", run.errors
    assert json.loads(run.text()) == json.loads(real.stdout)


async def test_no_name_of_ours_is_in_sight(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import sys\nseen = {*sys.modules, *globals(), *dir(), *sys.path}\n"
        "[name for name in seen if 'rdit' in str(name).lower()]"
    )
    assert run.text() == "[]\n"


async def test_a_buffer_without_a_file_runs(python: Python, tmp_path: Path) -> None:
    (tmp_path / "neighbour.py").write_text("value = 12")
    async with running_kernel(python.path, None, tmp_path) as kernel:
        run = await kernel.run(
            "import inspect, neighbour\ndef f():\n    return neighbour.value\nprint(inspect.getsource(f))\nf()"
        )
        assert run.text() == "def f():\n    return neighbour.value\n\n12\n"
        assert (await kernel.run("__file__")).status == "error"


async def test_source_is_the_text_that_runs_and_not_the_file(every_kernel: Kernel, script_path: Path) -> None:
    script_path.write_text("# something else\n" * 9)
    run = await every_kernel.run("import inspect\ndef f(x):\n    return x / 0\nprint(inspect.getsource(f))\nf(1)")
    assert run.text() == "def f(x):\n    return x / 0\n\n"
    assert "return x / 0" in run.errors[0].text
    assert "something else" not in run.errors[0].text


async def test_one_frame_lies_below_a_statement(every_kernel: Kernel, script_path: Path) -> None:
    script = """import inspect, sys, traceback
def names():
    return [frame.function for frame in inspect.stack()], len(traceback.extract_stack())
print(names(), sys._getframe().f_back.f_back)
if True:
    print(names())
await __import__('asyncio').sleep(0)
print(names())"""
    expected = "(['names', '<module>', '<module>'], 3)"
    run = await every_kernel.run(script)
    assert run.text() == f"{expected} None\n{expected}\n{expected}\n"
    assert not run.errors


OUTERMOST = """import sys
def outermost():
    frame = sys._getframe()
    while frame.f_back: frame = frame.f_back
    names = frame.f_globals
    return names is globals() is vars(sys.modules['__main__']), frame.f_code.co_name, names['__spec__']
outermost()"""


async def test_the_outermost_frame_says_that_it_is_the_script(every_kernel: Kernel, script_path: Path) -> None:
    assert (await every_kernel.run(OUTERMOST)).text() == "(True, '<module>', None)\n"
    await every_kernel.reopen(script_path.with_name("moved.py"))
    run = await every_kernel.run(f"{OUTERMOST}\n__file__[-8:]")
    assert run.text() == "(True, '<module>', None)\n'moved.py'\n"


async def test_the_outermost_frame_of_a_buffer_without_a_file_names_none(python: Python, tmp_path: Path) -> None:
    async with running_kernel(python.path, None, tmp_path) as kernel:
        assert (await kernel.run(OUTERMOST)).text() == "(True, '<module>', None)\n"


async def test_bokeh_writes_its_page_beside_the_script(kernel: Kernel, script_path: Path) -> None:
    pytest.importorskip("bokeh")
    script = "from bokeh.plotting import figure, save\np = figure()\nr = p.line([1, 2], [3, 4])\nprint(save(p))"
    run = await kernel.run(script)
    assert run.text() == f"{script_path.with_suffix('.html')}\n"
    assert script_path.with_suffix(".html").is_file()


async def test_a_value_is_let_go_before_the_next_statement_begins(kernel: Kernel) -> None:
    script = """class Loud:
    def __repr__(self): return 'shown'
    def __del__(self): print('gone')
Loud()
print('next')"""
    assert (await kernel.run(script)).text() == "shown\ngone\nnext\n"


NAMES = """import inspect, sys
print(__file__, sys.argv[0], sys.path[0], inspect.getsourcefile(lambda: 0), len(sys.argv))
def later():
    return 1 / 0
"""


async def test_a_script_that_moved_runs_under_its_new_name_and_keeps_its_variables(
    every_kernel: Kernel, tmp_path: Path, script_path: Path
) -> None:
    kernel = every_kernel
    names = (script_path, script_path, script_path.parent, script_path, 1)
    assert (await kernel.run(NAMES)).text() == " ".join(map(str, names)) + "\n"
    (tmp_path / "folder").mkdir()
    moved = tmp_path / "folder" / "renamed.py"
    await kernel.reopen(moved)
    names = (moved, moved, moved.parent, moved, 1)
    assert (await kernel.run("\n\n" + NAMES, (1, 4))).text() == " ".join(map(str, names)) + "\n"
    (error,) = (await kernel.run("later()")).errors
    assert f'File "{moved}", line 1, in <module>' in error.text
    assert f'File "{script_path}", line 4, in later\n    return 1 / 0\n' in error.text


@pytest.mark.parametrize(
    "name", ["script.py", "./script.py", "../{folder}/script.py", "link.py", "sub/../script.py", None]
)
async def test_a_script_is_named_as_python_was_told(python: Python, script_path: Path, name: str | None) -> None:
    script = (
        "import sys\nprint(sys.argv, sys.orig_argv[1:], __file__, __loader__.path, sys.path[0], "
        "sys._getframe().f_code.co_filename, (lambda: 0).__code__.co_filename)"
    )
    folder = script_path.parent
    script_path.write_text(script)
    (folder / "link.py").symlink_to(script_path)
    (folder / "sub").mkdir()
    name = None if name is None else name.format(folder=folder.name)
    real = subprocess.run([python.path, name or script_path], cwd=folder, capture_output=True, text=True, check=True)
    async with running_kernel(python.path, script_path, folder, name=name) as kernel:
        assert (await kernel.run(script)).text() == real.stdout


async def test_a_renamed_script_is_named_as_python_would_be_told(every_kernel: Kernel, tmp_path: Path) -> None:
    kernel, moved = every_kernel, tmp_path / "sub" / "b.py"
    await kernel.reopen(moved, directory=tmp_path, name="sub/b.py")
    told = (await kernel.run("import sys\nprint(sys.argv, sys.orig_argv[1:], __file__, sys.path[0])")).text()
    assert told == f"['sub/b.py'] ['sub/b.py'] {moved} {moved.parent}\n"


async def test_what_a_script_has_set_itself_stays_when_it_moves(kernel: Kernel, tmp_path: Path) -> None:
    await kernel.run("import sys\n__file__ = 'mine'\nsys.argv = ['program', 'more']\nsys.path.insert(0, 'first')")
    await kernel.reopen(tmp_path / "renamed.py")
    assert (await kernel.run("__file__, sys.argv, sys.path[0]")).text() == "('mine', ['program', 'more'], 'first')\n"


async def test_arguments_of_a_new_open_hold_from_the_next_reset_on(kernel: Kernel, tmp_path: Path) -> None:
    await kernel.run("1")
    await kernel.reopen(tmp_path / "renamed.py", "argument")
    assert (await kernel.run("import sys\nlen(sys.argv)")).text() == "1\n"
    await kernel.send(Reset())
    await kernel.until(WorkerStarted)
    assert (
        await kernel.run("import sys\n__file__.endswith('renamed.py'), sys.argv[1:]")
    ).text() == "(True, ['argument'])\n"


async def test_arguments_of_a_new_open_hold_at_once_where_nothing_has_run(
    every_kernel: Kernel, script_path: Path
) -> None:
    kernel = every_kernel
    await kernel.reopen(script_path, "one", "two words", directory=script_path.parent)
    run = await kernel.run("import sys\nsys.argv[1:], sys.orig_argv[2:]")
    assert run.text() == "(['one', 'two words'], ['one', 'two words'])\n"


async def test_a_missing_folder_is_told_and_keeps_nothing_from_running(script_path: Path) -> None:
    async with running_kernel(sys.executable, script_path, script_path.parent / "missing") as kernel:
        run = await kernel.run("1 + 1")
        assert run.text() == "2\n"
        assert "missing" in run.text("stderr")


async def test_a_question_about_a_value_that_is_not_kept_says_so(kernel: Kernel) -> None:
    await kernel.run("1")
    await kernel.send(Query("q", "object-7", {}))
    reply = await kernel.until(Reply)
    assert (reply.query_id, reply.gone) == ("q", True)
    assert "Run the statement again" in (reply.problem or "")


async def test_names_are_told_between_runs_and_the_end_of_one_is_waited_for(every_kernel: Kernel) -> None:
    kernel = every_kernel
    await kernel.run("import types\nd = {'a': 1}\np = types.SimpleNamespace(d=d)")
    await kernel.send(Inspect("q", "item", "p", [("attribute", "d")]))
    names = [{"label": "a", "kind": "key", "detail": "int"}]
    assert await kernel.until(Reply) == Reply("q", {"names": names, "more": False})
    run = await kernel.request("input()", interactive=True)
    await kernel.follow(run, InputRequested)
    await kernel.send(Inspect("r", "value", "d"), Answer("x"))
    await kernel.follow(run)
    told = [message for message in run.messages if isinstance(message, Reply)]  # it need not wait for the output
    assert (told or [await kernel.until(Reply)]) == [Reply("r", {"text": "dict of 1: {'a': 1}"})]


async def test_questions_are_answered_between_the_statements_of_a_run(kernel: Kernel) -> None:
    run = await kernel.start("import time\n" + "time.sleep(0.03)\n" * 2000)
    await kernel.send(Query("q", "object-7", {}))
    assert (await kernel.follow(run, Reply)).query_id == "q"
    assert not any(isinstance(message, Completed) for message in run.messages)


async def test_questions_to_a_worker_that_ends_are_answered(kernel: Kernel) -> None:
    await kernel.start("while True: pass")
    await kernel.send(Query("q", "object-7", {}))
    await kernel.send(Reset())
    assert (await kernel.until(Reply)).gone


async def test_equal_constants_of_a_script_are_one_object_as_in_python(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "a = 1000\nb = 1000\nc = 'two words'\nd = 'two words'\ne = (1, 2.5)\nf = (1, 2.5)\ng = 1000.0\nh = (1.0, 2.5)\n"
        "z = 0.0\nn = -0.0\nprint(a is b, c is d, e is f, type(g), h, n)"
    )
    assert run.text() == "True True True <class 'float'> (1.0, 2.5) -0.0\n"


async def test_a_script_that_deletes_all_builtins_hurts_only_itself(every_kernel: Kernel) -> None:
    run = await every_kernel.run(
        "import builtins\ndelete = delattr\nfor name in list(vars(builtins)):\n    if name[0] != '_': delete(builtins, name)\n"
        "6 * 7\n1 / 0\n'never'"
    )
    assert (run.status, run.text()) == ("error", "42\n")
    assert "line 6, in <module>" in run.errors[0].text
    assert run.errors[0].text.endswith("ZeroDivisionError: division by zero\n")


async def test_an_interrupt_is_not_raised_in_our_code_while_threads_run(kernel: Kernel) -> None:
    run = await kernel.request(
        "import threading\nstop = threading.Event()\n"
        "threads = [threading.Thread(target=stop.wait) for _ in range(8)]\n_ = [t.start() for t in threads]\nprint('go')\n"
        + "x = [i for i in range(50)]\n"
        * 4000
    )
    await kernel.until_written("go", run)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"
    assert run.errors[-1].text.endswith("KeyboardInterrupt\n")
    assert (await kernel.run("stop.set()\n[t.join() for t in threads]\n6 * 7")).text().endswith("42\n")
