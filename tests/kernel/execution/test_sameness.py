"""What is the same statement, and from which one on a newer text of a script has to run."""

from __future__ import annotations

import contextlib
import io
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdit.kernel.execution.late_definitions import redefine
from rdit.kernel.execution.sameness import first_different, has_moved, is_same
from rdit.kernel.execution.statements import Statement, prepare
from tests.kernel.parts import run_in
from tests.pythons import Python


def statements(script: str, constants: dict[Any, Any] | None = None) -> list[Statement]:
    return prepare(script, "script.py", None, 0, [], constants).statements


def differs(old: str, new: str) -> tuple[int, list[int]]:
    return first_different(statements(old), statements(new))


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("x = 1\n\nx", ["x = 1", "x"]),
        ("a; b = [\n 1]; c  # why", ["a", "b = [\n 1]", "c"]),
        ("@d\n@e(\n  1\n)\ndef f():\n  pass  # end\n", ["@d\n@e(\n  1\n)\ndef f():\n  pass"]),
        ("x = '''\na\n'''; y", ["x = '''\na\n'''", "y"]),
        ("ä = 'ö'; ü = 'ß'", ["ä = 'ö'", "ü = 'ß'"]),
        ("ä = '''ö\n€'''; b", ["ä = '''ö\n€'''", "b"]),
        ("\ufeffx = 1\r\ny = '''a\r\nb'''", ["x = 1", "y = '''a\nb'''"]),
    ],
)
def test_the_text_of_a_statement_is_its_own_source(script: str, texts: list[str]) -> None:
    assert [one.text for one in statements(script)] == texts


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 1", "x = 1  # why"),
        ("x = [1, 2]", "x = [\n    1,\n    2,\n]"),
        ("x = 'a'", 'x = "a"'),
        ("def f():\n    return 1", "def f():\n\n    # why\n    return 1"),
        ("x = 16", "x = 0x10"),
        ("f(1, 2)", "f(1,\n  2)"),
        ("x; y;", "x;  y  ;"),
        ("x = await y", "x = (await  y)"),
        ("x = 1 \\\n + 2", "x = 1 + 2"),
    ],
)
def test_comments_and_layout_make_no_difference(old: str, new: str) -> None:
    size = len(statements(old))
    assert differs(old, new) == (size, [])


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("x = 1\ny", "x = 1\nz", 1),
        ("x = 1", "x = 1.0", 0),
        ("x = 0.0", "x = -0.0", 0),
        ("x = 1", "x = True", 0),
        ("x", "x;", 0),
        ("x = 1\nx;", "x = 1\nx", 1),
        ("'doc'\nx", "x", 0),
        ("'doc'\nx", "'other'\nx", 0),
        ("1\n'doc'\nx", "'doc'\nx", 0),
        ("x = f'{a=}'", "x = f'{a = }'", 0),
        ("import a\nx = 1", "from __future__ import annotations\nimport a\nx = 1", 0),
        ("x = 1\ny = 2", "y = 2", 0),
        ("x = 1\ny = 2", "x = 1", 1),
        ("x = 1", "x = 1\ny = 2", 1),
        ("", "x", 0),
        ("if x:\n  a\n  b", "if x:\n  a\nb", 0),
        ("x = 'a  b'", "x = 'a b'", 0),
        ("x = '''a\nb'''", "x = '''a\n b'''", 0),
    ],
)
def test_the_first_statement_that_says_something_else(old: str, new: str, first: int) -> None:
    assert differs(old, new) == (first, [])


def test_another_future_import_changes_all_statements() -> None:
    old = statements("from __future__ import annotations\nx: y = 1")
    new = statements("from __future__ import annotations, generator_stop\nx: y = 1")
    assert not is_same(old[0], new[0])
    flagless = prepare("x: y = 1", "script.py", None, 0, []).statements
    assert not is_same(old[1], flagless[0])


def test_an_await_further_down_changes_nothing_above_it() -> None:
    assert differs("x = 1\ny = 2", "x = 1\ny = 2\nawait z") == (2, [])


def test_a_warning_of_the_compiler_belongs_to_the_first_statement() -> None:
    old, new = statements("x = 1\ny = 2"), statements("x = 1\ny = 2")
    new[0].warnings = "script.py:1: SyntaxWarning: such and such"
    assert first_different(old, new) == (0, [])


@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "0b" + "1" * 20000])
def test_a_number_that_python_cannot_write_in_digits(number: str) -> None:
    assert differs(f"x = {number}", f"x = {number}") == (1, [])
    assert differs(f"x = {number}", f"x =  {number}")[0] in {0, 1}


def test_an_expression_too_deep_to_be_compared_counts_as_changed() -> None:
    deep = "x = " + "-" * 900 + "1"
    assert differs(deep, deep) == (1, [])
    assert differs(deep, deep.replace("=", "= "))[0] in {0, 1}


def test_whether_a_statement_has_moved() -> None:
    (old,) = statements("f = lambda: 1")
    assert not has_moved(old, statements("f = lambda: 1")[0])
    assert has_moved(old, statements("\nf = lambda: 1")[0])
    assert has_moved(old, statements("f =  lambda: 1")[0])
    assert has_moved(old, statements("0; f = lambda: 1")[1])


def test_two_thousand_statements_are_compared_in_an_instant() -> None:
    script = "".join(f"x{number} = {number}\n" for number in range(2000))
    old, new = statements(script), statements(script)
    began = time.process_time()
    assert first_different(old, new) == (2000, [])
    print(f"{(time.process_time() - began) * 1e3:.1f} ms")


# ------------------------------------------------------------------------------------------------ late definitions

OLD = "def f():\n    return 1\n"
NEW = "def f():\n    return 2\n"


@pytest.mark.parametrize(
    ("before", "between", "late"),
    [
        ("", "x = 1\n", True),
        ("import pandas\n", "x = 1\nimport json, os.path\n", True),
        ("", "def g():\n    return f()\n", True),
        ("def g():\n    return f()\n", "x = 1\n", True),
        ("def h():\n    return g()\ndef g():\n    return f()\n", "x = 1\n", True),
        ("def g():\n    return f()\n", "x = g()\n", False),
        ("def h():\n    return g()\ndef g():\n    return f()\n", "x = h()\n", False),
        ("def h():\n    return g()\ndef g():\n    return f()\ny = h\n", "x = y()\n", False),
        ("class A:\n    def run(self):\n        return f()\na = A()\n", "x = a.run()\n", False),
        ("call = lambda: f()\n", "x = call()\n", False),
        ("", "g = f\n", False),
        ("", "x = 'f'\n", False),
        ("", "x = f'{f()}'\n", False),
        ("", "del f\n", False),
        ("", "f = 3\n", False),
        ("", "def f():\n    return 3\n", False),
        ("", "@f\ndef g(): pass\n", False),
        ("", "def g(x=f): pass\n", False),
        ("", "def g(x: 'f'): pass\n", False),
        ("", "class A:\n    x = f()\n", False),
        ("", "from m import *\n", False),
        ("", "from m import\\\n*\n", False),
        ("", "import f\n", False),
        ("", "import m as f\n", False),
        ("", "x = list(globals())\n", False),
        ("names = globals()\n", "x = list(names)\n", False),
        ("import inspect as i\n", "x = 1\n", False),
        ("import inspect\n", "x = 1\n", True),
        ("import inspect\n", "inspect.stack()\n", False),
        ("def g():\n    return list(globals())\n", "x = 1\n", True),
        ("def g():\n    return list(globals())\n", "x = g()\n", False),
        ("", "import pickle; pickle.loads(data)\n", False),
        ("", "x = ｆ()\n", False),
        ("", "x = 'ä'\n", True),
        ("", "x = retrieval.evaluated + df\n", True),
    ],
)
def test_an_edited_function_matters_from_its_first_use_on(before: str, between: str, late: bool) -> None:
    old, new = before + OLD + between, before + NEW + between
    index = len(statements(before))
    if late:
        assert differs(old, new) == (len(statements(old)), [index])
    else:
        found, functions = differs(old, new)
        assert found < len(statements(old))
        assert functions in ([], [index])


@pytest.mark.parametrize(
    ("old", "new", "late"),
    [
        ("def f(x=1): return x", "def f(x=2): return x", True),
        ("def f(x=[]): return 1", "def f(x=[]): return 2", True),
        ("def f(x=g()): return 1", "def f(x=h()): return 1", False),
        ("def f(x: a.B) -> int: return 1", "def f(x: a.B) -> int: return 2", True),
        ("def f(*, x=g(), y): return 1", "def f(*, x=g(), y): return 2", True),
        ("def f(x=lambda: 1): return 1", "def f(x=lambda: 1): return 2", False),
        ("async def f(): return 1", "async def f(): return 2", True),
        ("async def f(): return 1", "def f(): return 1", True),
        ("def f(): return 1", "def f(): yield 1", True),
        ("@d\ndef f(): return 1", "@d\ndef f(): return 2", False),
        ("def f(): return 1", "def g(): return 1", False),
        ("class f: pass", "class f: x = 1", False),
        ("def f(): return 1", "f = 1", False),
    ],
)
def test_a_definition_that_does_more_than_bind_its_name_runs_again(old: str, new: str, late: bool) -> None:
    assert differs(f"{old}\nx = 1", f"{new}\nx = 1") == ((2, [0]) if late else (0, []))


def test_two_functions_are_edited_and_the_first_use_of_either_counts() -> None:
    old = "def f(): return 1\nx = 1\ndef g(): return 1\ny = 1\nprint(g())\n"
    assert differs(old, old.replace("return 1", "return 2")) == (4, [0, 2])
    assert differs(old.replace("x = 1", "x = g"), old.replace("x = 1", "x = g").replace("return 1", "return 2")) == (
        2,
        [0],
    )


def test_a_function_is_replaced_in_place_when_its_head_is_the_same() -> None:
    (old,) = statements("def f(x=[], *, y: int = 1):\n    'old'\n    return 1")
    (new,) = statements("\ndef f(x=[], *, y: int = 1):\n    'new'\n    return x")
    namespace: dict[str, Any] = {}
    exec(old.compiled, namespace)
    function, default = namespace["f"], namespace["f"].__defaults__[0]
    redefine(old, new, namespace)
    assert namespace["f"] is function
    assert (function(), function.__doc__, function.__code__.co_firstlineno) == (default, "new", 2)
    assert function() is default
    redefine(new, old, namespace)
    assert (function(), function.__doc__) == (1, "old")


NAMES = st.sampled_from("fgh")
SIMPLE = st.one_of(
    st.builds("print({}())".format, NAMES),
    st.builds("{} = {}".format, st.sampled_from("fghabc"), st.sampled_from("fghabc")),
    st.builds("x = {}()".format, st.sampled_from("fghabc")),
    st.builds("print({}())".format, st.sampled_from("abc")),
    st.builds("class {0}:\n    def __new__(cls):\n        return {1}()".format, st.sampled_from("abc"), NAMES),
    st.builds("box = [{}]".format, NAMES),
    st.just("print(box[0]())"),
    st.just("box = lambda: (globals().get('a'), [a for a in [0]])[1]"),
    st.just(
        "print(sorted(len(v.__doc__ or '') for v in list(globals().values()) if callable(v) and hasattr(v, '__code__')))"
    ),
    st.builds("del {}".format, NAMES),
    st.builds("def c():\n    global {0}\n    {0} = lambda: 'g'".format, NAMES),
    st.just("x = 1"),
)


@st.composite
def definitions(draw: st.DrawFn) -> str:
    name, other, value = draw(NAMES), draw(st.sampled_from("fghabc")), draw(st.integers(0, 3))
    body = draw(
        st.sampled_from(
            ["return {v}", "return ({v}, {o}() if callable({o}) else {o})", "'{v}'", "global {o}; {o} = lambda: {v}"]
        )
    )
    head = draw(st.sampled_from(["", "x={v}", "x=[]", "x={o}"])).format(v=value, o=other)
    return f"def {name}({head}):\n    {body.format(v=value, o=other)}"


def outputs(run: list[Statement], namespace: dict[str, Any]) -> list[str]:
    """Execute the statements; return what each writes, until one fails."""
    found = []
    for one in run:
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            try:
                exec(one.compiled, namespace)
            except (Exception, RecursionError) as error:  # noqa: BLE001
                print(type(error).__name__)
                found.append(written.getvalue())
                break
        found.append(written.getvalue())
    return found


@settings(max_examples=400)
@given(st.lists(st.one_of(definitions(), SIMPLE), min_size=2, max_size=9), st.data())
def test_what_is_kept_and_defined_anew_is_as_a_fresh_run(texts: list[str], data: st.DataObject) -> None:
    places = [index for index, text in enumerate(texts) if text.startswith("def")] or [0]
    newer = list(texts)
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=2)):
        edited = data.draw(definitions())
        newer[place] = f"def {texts[place][4]}{edited[5:]}" if texts[place].startswith("def") else edited
    old, new = statements("\n".join(texts)), statements("\n".join(newer))
    namespace: dict[str, Any] = {}
    kept = outputs(old, namespace)
    ran = len(kept)
    index, late = first_different(old[: ran - 1], new)  # as if the last one had been interrupted
    before: dict[str, Any] = {}
    kept = outputs(old[:index], before)
    for one in late:
        if one < index:
            redefine(old[one], new[one], before)
    assert kept + outputs(new[index:], before) == outputs(new, {})


# ------------------------------------------------------------------------------------------------ shared constants


@pytest.mark.parametrize("value", ["1000", "'a b'", "0.5", "(1, 'x y')", "b'a b'"])
def test_a_statement_of_a_later_text_shares_the_constants_of_what_has_run(value: str) -> None:
    constants: dict[Any, Any] = {}
    namespace: dict[str, Any] = {}
    exec(statements(f"a = {value}", constants)[0].compiled, namespace)
    exec(statements(f"a = {value}\nb = {value}", constants)[1].compiled, namespace)
    assert namespace["a"] is namespace["b"]
    exec(statements(f"a = {value}\nb = {value}")[1].compiled, namespace)
    assert namespace["a"] == namespace["b"]


def test_a_prepared_script_tells_its_constants() -> None:
    prepared = prepare("a = 1000", "script.py", None, 0, [])
    _ = prepared.statements[0].compiled
    assert 1000 in prepared.constants.values()


def test_the_compiler_warns_of_a_later_text_as_it_does_before_a_script_runs(python: Python) -> None:
    """Or each text would differ in what its first statement writes, once the script has changed its filters."""
    code = """
from kernel.execution.statements import prepare
text = "x = '\\\\d'"
def warned():
    warnings = []
    prepare(text, "script.py", None, 0, warnings, {})
    return "".join(warnings)
first = warned()
assert "Warning" in first or sys.version_info < (3, 12)
import warnings
for change in (warnings.resetwarnings, lambda: warnings.simplefilter("always"), lambda: warnings.simplefilter("ignore"), lambda: warnings.simplefilter("error"), lambda: setattr(warnings, "showwarning", None)):
    change()
    filters = list(warnings.filters)
    assert warned() == first, warned()
    assert sys.modules["warnings"] is warnings and filters == warnings.filters
"""
    run_in(python.path, code)
