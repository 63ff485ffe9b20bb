"""PythonExecutor by itself, in any program: the results of statements, one after another."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

import rdit
from rdit.executor import ExecutionResult, OutputItem, PythonExecutor, Statement, get_executor, reset_executor
from tests.pythons import PYTHONS, Python


@pytest.fixture
def executor() -> PythonExecutor:
    return PythonExecutor()


def shown(results: list[ExecutionResult]) -> list[tuple[int, list[tuple[str, str]]]]:
    return [(result.node_index, [(item.type, item.text) for item in result.output]) for result in results]


def texts(executor: PythonExecutor, script: str, lines: tuple[int, int] | None = None) -> str:
    return "".join(item.text for result in executor.execute_script(script, lines) for item in result.output)


def test_each_statement_gives_one_result(executor: PythonExecutor) -> None:
    first, second = executor.execute_script("x = 1\nx + 1")
    assert (first.node_index, first.line_start, first.line_end, first.output, first.is_invisible) == (0, 1, 1, [], True)
    assert (second.node_index, second.line_start, second.line_end) == (1, 2, 2)
    assert (second.output, second.is_invisible) == ([OutputItem("stdout", "2\n")], False)


def test_results_come_as_statements_finish(executor: PythonExecutor) -> None:
    results = executor.execute_script("seen.append(1)\nseen.append(2)")
    executor.namespace["seen"] = seen = []  # type: ignore[var-annotated]
    next(results)
    assert seen == [1]
    next(results)
    assert seen == [1, 2]


def test_the_callers_streams_are_its_own_between_results(executor: PythonExecutor) -> None:
    with redirect_stdout(io.StringIO()) as ours:
        for _ in executor.execute_script("print('captured')\nprint('too')"):
            print("mine")
    assert ours.getvalue() == "mine\nmine\n"


def test_neighbours_of_one_type_are_one_item_and_the_order_is_kept(executor: PythonExecutor) -> None:
    script = "import sys\nif True:\n    print('a'); print('b')\n    print('c', file=sys.stderr)\n    print('d', end='')"
    assert shown(list(executor.execute_script(script)))[1] == (
        1,
        [("stdout", "a\nb\n"), ("stderr", "c\n"), ("stdout", "d")],
    )


def test_a_value_is_echoed_after_what_it_printed(executor: PythonExecutor) -> None:
    assert shown(list(executor.execute_script("print('p') or 5"))) == [(0, [("stdout", "p\n5\n")])]


@pytest.mark.parametrize("script", ["None", "5;", "x = 5", "5  ;  # quiet", "def f(): return 5"])
def test_nothing_is_echoed_of(executor: PythonExecutor, script: str) -> None:
    (result,) = executor.execute_script(script)
    assert result.is_invisible


def test_bare_strings_are_markdown_and_the_first_is_the_docstring(executor: PythonExecutor) -> None:
    results = list(executor.execute_script("'# Title'\nx = 3\nf'**{x}**'\nb'bytes'\n(__doc__,)"))
    assert [(item.type, item.text, item.data) for result in results for item in result.output] == [
        ("display", "# Title", {"text/markdown": "# Title"}),
        ("display", "**3**", {"text/markdown": "**3**"}),
        ("stdout", "b'bytes'\n", None),
        ("stdout", "('# Title',)\n", None),
    ]


def test_an_exception_ends_the_script_after_its_result(executor: PythonExecutor) -> None:
    (result,) = executor.execute_script("1 / 0\nprint('never')")
    assert [item.type for item in result.output] == ["error"]
    assert 'File "<script>", line 1, in <module>' in result.output[0].text


def test_an_exception_need_not_end_the_script(executor: PythonExecutor) -> None:
    assert len(list(executor.execute_script("1 / 0\n2", stop_on_error=False))) == 2


@pytest.mark.parametrize("name", ["GeneratorExit", "StopIteration", "StopAsyncIteration"])
def test_what_generators_end_with_is_an_exception_like_others(executor: PythonExecutor, name: str) -> None:
    results = list(executor.execute_script(f"1\nraise {name}\n2", stop_on_error=False))
    assert [item.text for result in results for item in result.output if item.type == "stdout"] == ["1\n", "2\n"]
    assert results[1].output[0].text.endswith(f"\n{name}\n")


def test_what_was_printed_before_an_exception_stays(executor: PythonExecutor) -> None:
    (result,) = executor.execute_script("print('before') or 1 / 0")
    assert [item.type for item in result.output] == ["stdout", "error"]


def test_an_exit_ends_the_script_and_not_the_program(executor: PythonExecutor) -> None:
    import_, leaving = executor.execute_script("import sys\nsys.exit('reason')\nprint('never')")
    assert shown([leaving]) == [(1, [("stderr", "reason\n")])]
    assert leaving.outcome is not None
    assert (leaving.outcome.status, leaving.outcome.exit_code) == ("exited", 1)
    assert import_.outcome is None


def test_a_syntax_error_is_one_result_on_its_line_with_the_caret(executor: PythonExecutor) -> None:
    (result,) = executor.execute_script("print('never')\nx = = 2")
    assert (result.node_index, result.line_start, result.line_end) == (0, 2, 2)
    (item,) = result.output
    assert item.type == "error"
    assert "    x = = 2\n        ^\n" in item.text
    assert "Traceback" not in item.text


@pytest.mark.parametrize(
    "script", ["x = '\x00'", "x = '\ud800'", "x = " + "(" * 300 + ")" * 300, "x = " + "-" * 200_000 + "1"]
)
def test_what_python_cannot_read_is_one_result(executor: PythonExecutor, script: str) -> None:
    (result,) = executor.execute_script("print('never')\n" + script)
    assert [item.type for item in result.output] == ["error"]
    assert texts(executor, "1 + 1") == "2\n"


def test_lines_select_every_statement_that_they_touch(executor: PythonExecutor) -> None:
    script = "a = 1\nif a:\n    a += 1\na * 100\na"
    assert [result.node_index for result in executor.execute_script(script, (1, 2))] == [0, 1]
    assert texts(executor, script, (3, 4)) == "300\n"


def test_a_syntax_error_outside_the_lines_stops_nothing(executor: PythonExecutor) -> None:
    assert texts(executor, "x = (\ny = 6\ny * 7\nfor", (2, 3)) == "42\n"


def test_names_stay_until_a_reset(executor: PythonExecutor) -> None:
    list(executor.execute_script("x = 1"))
    assert texts(executor, "x") == "1\n"
    executor.reset()
    assert "NameError" in texts(executor, "x")


def test_the_namespace_is_that_of_a_main_module(executor: PythonExecutor) -> None:
    assert executor.namespace["__name__"] == "__main__"
    list(executor.execute_script("x = 41"))
    executor.namespace["x"] += 1
    assert texts(executor, "x") == "42\n"


def test_a_script_is_parsed_into_statements_with_code(executor: PythonExecutor) -> None:
    assignment, expression = executor.parse_script("x = 1\nx + 1")
    assert isinstance(assignment, Statement)
    assert (assignment.is_expr, expression.is_expr) == (False, True)
    assert (expression.node_index, expression.line_start, expression.line_end) == (1, 2, 2)
    assert executor.execute_statement(assignment.compiled, assignment.is_expr) == []
    assert executor.execute_statement(expression.compiled, expression.is_expr) == [OutputItem("stdout", "2\n")]
    assert executor.execute_statement("x + 2") == [OutputItem("stdout", "3\n")]


def test_parsing_what_is_not_python_raises(executor: PythonExecutor) -> None:
    with pytest.raises(SyntaxError):
        executor.parse_script("x = = 2")


def test_top_level_await_and_asyncio_run_live_side_by_side(executor: PythonExecutor) -> None:
    script = (
        "import asyncio\nasync def soon(x):\n    await asyncio.sleep(0)\n    return x\n"
        "await soon(1)\nasyncio.run(soon(2))\ny = await soon(3)\ny\n[x async for x in (i async for i in agen())]"
    )
    list(executor.execute_script("async def agen():\n    yield 4"))
    assert texts(executor, script) == "1\n2\n3\n[4]\n"
    executor.reset()


def test_the_streams_of_the_script_can_be_replaced_for_later_statements(executor: PythonExecutor) -> None:
    script = "import io, sys\nsys.stdout = io.StringIO()\nprint('hidden')\nx = sys.stdout.getvalue()\nx"
    assert texts(executor, script) == "'hidden\\n'\n"


def test_bytes_may_be_written_in_parts(executor: PythonExecutor) -> None:
    script = (
        "import sys\nfor b in 'ä日'.encode(): _ = sys.stdout.buffer.write(bytes([b]))\n"
        "_ = sys.stderr.buffer.write(b'\\xff')"
    )
    assert texts(executor, script) == "ä日\\xff"


def test_source_can_be_inspected(executor: PythonExecutor) -> None:
    script = "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))"
    assert texts(executor, script) == "def f():\n    return 1\n\n"


def test_the_process_has_one_executor_until_it_is_reset() -> None:
    executor = get_executor()
    assert get_executor() is executor
    assert reset_executor() is get_executor()
    assert get_executor() is not executor


def test_it_needs_nothing_but_the_standard_library(python: Python) -> None:
    code = (
        "import sys, traceback\nbefore = set(sys.modules)\n"  # which brings `inspect` itself, from Python 3.14 on
        "package = type(sys)('rdit'); package.__path__ = [sys.argv[1]]; sys.modules['rdit'] = package\n"
        "from rdit.executor import PythonExecutor\n"
        "print([i.text for r in PythonExecutor().execute_script('x = 1\\nx + 1') for i in r.output])\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before} - {'rdit'}\n"
        "print(sorted(name for name in new if name not in sys.stdlib_module_names))\n"
        "print(sorted({'asyncio', 'ctypes', 'inspect', 'logging', 'multiprocessing'} & new))\n"
    )
    done = subprocess.run(
        [python.path, "-I", "-c", code, str(Path(rdit.__file__).parent)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["['2\\n']", "[]", "[]"]


@pytest.fixture(params=PYTHONS, ids=lambda python: python.version)
def python(request: pytest.FixtureRequest) -> Python:
    return request.param  # type: ignore[no-any-return]


def test_the_recursion_limit_of_the_program_is_left_alone(executor: PythonExecutor) -> None:
    limit = sys.getrecursionlimit()
    texts(executor, "def f(): f()\nf()")
    assert sys.getrecursionlimit() == limit


def test_a_figure_is_in_the_result_of_the_statement_that_finished_it() -> None:
    pytest.importorskip("matplotlib")
    script = (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nax.set_xlabel('Year')\n"
        "ax.xaxis.label\nax.set_title('T')\nplt.close(fig)"
    )
    executor = PythonExecutor()
    results = list(executor.execute_script(script))
    before = len(list(Path("/dev/fd").iterdir()))
    assert [result.line_start for result in results] == list(range(1, 8))
    shown = {result.line_start: [item.type for item in result.output] for result in results if result.output}
    assert shown == {4: ["display"], 5: ["stdout"], 6: ["display"]}
    assert results[3].output[0].metadata == {"image/png": {"width": 640, "height": 480}}
    assert [item.type for item in executor.execute_statement(script)] == ["display", "stdout", "display"]
    assert len(list(Path("/dev/fd").iterdir())) == before
