"""Exceptions as text and as data: only the user's frames, for every exception."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from rdit.executor import PythonExecutor
from rdit.kernel.execution.tracebacks import ERROR_FORMAT
from rdit.kernel.protocol.output_item import OutputItem


def error_of(script: str) -> OutputItem:
    (item,) = [
        item for result in PythonExecutor().execute_script(script) for item in result.output if item.type == "error"
    ]
    return item


def data_of(script: str) -> dict[str, Any]:
    data = error_of(script).data
    assert data is not None
    return data[ERROR_FORMAT]  # type: ignore[no-any-return]


def test_frames_have_file_line_name_and_source() -> None:
    data = data_of("def f(x):\n    return 1 / x\n\nf(0)")
    assert (data["type"], data["message"]) == ("ZeroDivisionError", "division by zero")
    assert [(f["file"], f["line"], f["name"], f["source"], f["inScript"]) for f in data["frames"]] == [
        ("<script>", 4, "<module>", "f(0)", True),
        ("<script>", 2, "f", "    return 1 / x", True),
    ]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python tells the columns since 3.11")
def test_frames_have_the_columns_of_the_failed_part_in_characters() -> None:
    frame = data_of("x = {'größe': 1}['日本' + 'x']")["frames"][0]
    assert frame["source"][frame["column"] : frame["endColumn"]] == "{'größe': 1}['日本' + 'x']"
    assert frame["endLine"] == 1


def test_a_library_s_frames_are_not_in_the_script() -> None:
    frames = data_of("import json\njson.loads('{')")["frames"]
    assert [frame["inScript"] for frame in frames][:2] == [True, False]
    assert frames[1]["source"].strip()


def test_no_frame_is_ours() -> None:
    item = error_of(
        "def f():\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        raise KeyError(2) from e\nf()"
    )
    assert "executor.py" not in str(item)
    assert "rdit/" not in str(item)


def test_causes_come_with_their_relation() -> None:
    script = "try:\n    try:\n        1 / 0\n    except Exception as e:\n        raise KeyError('k') from e\nexcept Exception:\n    undefined"
    data = data_of(script)
    assert [(one["relation"], one["type"]) for one in data["causes"]] == [
        ("context", "KeyError"),
        ("cause", "ZeroDivisionError"),
    ]


def test_a_suppressed_context_is_left_out() -> None:
    assert "causes" not in data_of("try:\n    1 / 0\nexcept Exception:\n    raise KeyError('k') from None")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups came with 3.11")
def test_groups_hold_their_members_and_notes() -> None:
    script = (
        "inner = ExceptionGroup('inner', [TypeError('t')])\ne = ExceptionGroup('outer', [ValueError('v'), inner])\n"
        "e.add_note('a note')\nraise e"
    )
    data = data_of(script)
    assert [one["type"] for one in data["exceptions"]] == ["ValueError", "ExceptionGroup"]
    assert data["exceptions"][1]["exceptions"][0]["message"] == "t"
    assert data["notes"] == ["a note"]


def test_a_syntax_error_is_a_frame_with_a_place() -> None:
    data = data_of("x = 1\ny = = 2")
    (frame,) = data["frames"]
    assert (data["type"], frame["line"], frame["column"], frame["source"]) == ("SyntaxError", 2, 4, "y = = 2")
    assert frame["inScript"]


HOSTILE = {
    "a message that fails": ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "E: <"),
    "a message that exits": ("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E", "E: <"),
    "a message of the wrong type": ("class E(Exception):\n    def __str__(self): return 3\nraise E", "E: <"),
    "a message that recurses": ("class E(Exception):\n    def __str__(self): return str(self)\nraise E", "E: <"),
    "a message without end": ("raise ValueError('x' * 50_000_000)", "ValueError: xxx"),
    "half a character": ("raise ValueError('\\ud800')", "ValueError: \\ud800"),
    "causes in a circle": ("a, b = KeyError(), ValueError('b')\na.__cause__ = b\nb.__cause__ = a\nraise a", "KeyError"),
    "a long chain": (
        "e = None\nfor i in range(5000):\n    n = ValueError(i)\n    n.__cause__ = e\n    e = n\nraise e",
        "ValueError",
    ),
    "endless recursion": ("def f(): f()\nf()", "RecursionError"),
    "recursion that recovers": ("def f():\n    try: f()\n    finally: f\nf()", "RecursionError"),
    "a low recursion limit": (
        "import sys\nlimit = sys.getrecursionlimit()\ntry:\n    sys.setrecursionlimit(len(__import__('inspect').stack()) + 40)\n"
        "    def f(): f()\n    f()\nfinally:\n    sys.setrecursionlimit(limit)",
        "RecursionError",
    ),
    "a type with a strange name": ("E = type('a b\\n<c>', (Exception,), {})\nraise E('x')", "x"),
    "a hostile metaclass": (
        "class M(type):\n    def __getattribute__(c, n): raise ValueError(n)\n"
        "class E(Exception, metaclass=M): pass\nraise E('x')",
        "",
    ),
    "a hostile attribute": (
        "class E(Exception):\n    def __getattribute__(s, n): raise ValueError(n)\nraise E('x')",
        "",
    ),
    "no memory": ("raise MemoryError", "MemoryError"),
    "source that lies": (
        "exec(compile('1 / 0', __file__ if '__file__' in globals() else 'x', 'exec'))",
        "ZeroDivision",
    ),
    "code of another file": ("exec(compile('\\n\\n1 / 0', '/nowhere/at/all.py', 'exec'))", "ZeroDivision"),
    "a loader that fails": (
        "class L:\n    def get_source(self, name): raise OSError\n"
        "exec(compile('1 / 0', 'nowhere', 'exec'), {'__loader__': L(), '__name__': 'n'})",
        "ZeroDivision",
    ),
    "a string raised": ("raise 'text'", "TypeError: exceptions must derive from BaseException"),
}


@pytest.mark.parametrize(("script", "words"), HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.filterwarnings("ignore")
def test_something_readable_comes_of(script: str, words: str) -> None:
    item = error_of(script)
    assert words in item.text
    assert len(item.text) < 3 << 20
    assert item.data is not None
    item.text.encode()


def test_many_frames_are_cut_in_the_data() -> None:
    data = data_of("def f(n):\n    if n: f(n - 1)\n    else: 1 / 0\nf(500)")
    assert len(data["frames"]) == 200
    assert data["omittedFrames"] == 302


@pytest.mark.parametrize(("name", "meant"), [("lenght", "length"), ("lengt", "length")])
def test_a_misspelt_name_comes_with_a_suggestion(name: str, meant: str) -> None:
    assert error_of(f"length = 3\n{name}").text.endswith(f"Did you mean: '{meant}'?\n")
    assert data_of(f"length = 3\n{name}")["message"].endswith(f"Did you mean: '{meant}'?")


def test_the_scripts_own_hook_reports_instead_of_python() -> None:
    script = "import sys\nhook = sys.excepthook\nsys.excepthook = lambda t, v, tb: print('hook', t.__name__, tb.tb_lineno)\n1 / 0"
    try:
        results = list(PythonExecutor().execute_script(script))
    finally:
        sys.excepthook = sys.__excepthook__
    printed, error = results[-1].output
    assert (printed.text, error.type, error.text) == ("hook ZeroDivisionError 4\n", "error", "")


def test_a_hook_that_fails_is_reported_with_the_error() -> None:
    try:
        item = error_of("import sys\ndef hook(*a): raise KeyError('hook')\nsys.excepthook = hook\n1 / 0")
    finally:
        sys.excepthook = sys.__excepthook__
    assert item.text.startswith("Error in sys.excepthook:\nTraceback")
    assert "Original exception was:\nTraceback" in item.text
