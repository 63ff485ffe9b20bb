"""However a script is split into runs, together they do what `python` does with the whole of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.running import Rdit, printed_text, running_rdit

NAMES = st.sampled_from(["a", "b", "c", "d"])
NUMBERS = st.integers(-3, 9)
WORDS = st.sampled_from(["''", "'x'", "'ü'", "'日本'", '"it\'s"', "'''two\nlines'''", "r'\\n'", "b'\\x00'", "'a' 'b'"])


def indented(text: str, by: str = "    ") -> str:
    """Return *text* as the body of a block; only its first line may be moved, because strings may span lines."""
    return by + text


SIMPLE = st.one_of(
    st.builds("{} = {}".format, NAMES, NUMBERS),
    st.builds("{} = {}".format, NAMES, WORDS),
    st.builds("{0} = {1!r} if {2} > 3 else [{2}]".format, NAMES, WORDS, NUMBERS),
    st.builds("{}: int = {}".format, NAMES, NUMBERS),
    st.builds("print({}, {})".format, NUMBERS, WORDS),
    st.builds("print(globals().get({0!r}))".format, NAMES),
    st.builds("print({}, end='')".format, WORDS),
    st.builds("{0} = {1} // {2}".format, NAMES, NUMBERS, NUMBERS),
    st.builds("{} += {}".format, NAMES, NUMBERS),
    st.builds("del {}".format, NAMES),
    st.builds("import math; {} = math.floor({} / 2)".format, NAMES, NUMBERS),
    st.builds("assert {}, {}".format, NUMBERS, WORDS),
    st.builds("global {}".format, st.just("z")),
    st.just("pass"),
    st.just("print(__name__, __doc__, sorted(k for k in globals() if len(k) == 1))"),
    st.just("import sys; print('err', file=sys.stderr)"),
    st.builds("raise ValueError({})".format, WORDS),
    st.builds("{} = (\n    {},\n\n    # between\n    {},\n)".format, NAMES, NUMBERS, WORDS),
    st.builds("{} = 1 + \\\n    {}".format, NAMES, NUMBERS),
)
COMPOUND = st.one_of(
    st.builds("for i in range(3):\n    {}\n    print(i)".format, SIMPLE.filter(lambda s: "\n" not in s)),
    st.builds("if {} > 4:\n    {} = 1\nelif {}:\n    print('elif')\nelse:\n    pass".format, NUMBERS, NAMES, NUMBERS),
    st.builds(
        "try:\n    print({} // {})\nexcept ZeroDivisionError as e:\n    print(e)\nfinally:\n    print('f')".format,
        NUMBERS,
        NUMBERS,
    ),
    st.builds("def {}(x={}):\n    return x\n\nprint({}())".format, st.just("f"), WORDS, st.just("f")),
    st.builds("@staticmethod\ndef g():\n    '''Doc.'''\n\n    return {}".format, NUMBERS),
    st.builds("class K:\n    v = {}\n\n    def m(self):\n        return self.v".format, NUMBERS),
    st.builds("while True:\n    {} = 5\n    break".format, NAMES),
    st.builds("with open(__file__) as file:\n    {} = 1".format, NAMES),
    st.builds("{} = 1; print('same line'); {} = 2".format, NAMES, NAMES),
    st.builds("print([{0} for {0} in range({1})])".format, NAMES, NUMBERS),
    st.builds(
        "match {}:\n    case 0:\n        print('zero')\n    case n if n > 3:\n        print('many')\n    case _:\n        print('few')".format,
        NUMBERS,
    ),
)
BETWEEN = st.sampled_from(["\n", "\n\n", "\n# a comment\n", "\n\n\n    \n", "  # behind\n", "\n\x0c\n"])


@dataclass(frozen=True)
class Script:
    """A generated script."""

    text: str
    cuts: tuple[int, ...]
    """Lines after which a run ends and another begins, when it is split."""


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Draw a script and a way to split it."""
    parts = draw(st.lists(st.one_of(SIMPLE, SIMPLE, COMPOUND), min_size=1, max_size=8))
    text = draw(st.sampled_from(["", "'''The docstring.'''\n", "# comment\n", "from __future__ import annotations\n"]))
    for part in parts:
        text += part + draw(BETWEEN)
    lines = text.count("\n") + 1
    return Script(text, tuple(sorted(draw(st.sets(st.integers(1, lines), max_size=4)))))


@pytest.fixture(scope="module")
def rdit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rdit]:
    """One server for all examples."""
    folder = tmp_path_factory.mktemp("property")
    (folder / "script.py").write_text("")
    with running_rdit("script.py", "--python", sys.executable, folder=folder) as server:
        server_folders[server.address] = folder
        yield server


server_folders: dict[str, Path] = {}


def in_python(rdit: Rdit, script: Script) -> str:
    """Return what `python` prints, and leave the script on disk."""
    path = server_folders[rdit.address] / "script.py"
    path.write_text(script.text, newline="")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, cwd=path.parent, check=False, timeout=20)
    return done.stdout.decode()


def in_runs(rdit: Rdit, script: Script, ranges: list[tuple[int, int] | None]) -> str:
    """Return what rdit prints when it runs the ranges one after another, up to the first that fails."""
    rdit.json("/api/reset", {})
    printed = ""
    done: set[tuple[int, int]] = set()
    for lines in ranges:
        options = {} if lines is None else {"lineRange": {"from": lines[0], "to": lines[1]}}
        frames = [frame for frame in rdit.execute(script.text, **options) if "nodeIndex" in frame]
        again = {(frame["nodeIndex"], frame["lineStart"]) for frame in frames} & done
        assert not again, "the ranges of a split do not overlap"
        done |= {(frame["nodeIndex"], frame["lineStart"]) for frame in frames}
        # A docstring is echoed as Markdown; it is not what the script prints.
        printed += printed_text(frames)
        if printed_text(frames, "error"):
            break
    return printed


def statements_of(rdit: Rdit, script: Script) -> list[tuple[int, int]]:
    """Return the lines of the statements, those that share a line together."""
    import ast

    found: list[tuple[int, int]] = []
    for node in ast.parse(script.text).body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        last = node.end_lineno or node.lineno
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(script=scripts())
@pytest.mark.timeout(300)
def test_whole_by_statement_or_split_a_script_prints_what_python_prints(rdit: Rdit, script: Script) -> None:
    expected = in_python(rdit, script)

    assert in_runs(rdit, script, [None]) == expected, "as a whole"
    statements = statements_of(rdit, script)
    assert in_runs(rdit, script, [*statements]) == expected, "statement by statement"

    groups: list[list[tuple[int, int]]] = [[]]
    cuts = list(script.cuts)
    for first, last in statements:
        while cuts and first > cuts[0]:
            cuts.pop(0)
            groups.append([])
        groups[-1].append((first, last))
    ranges = [(group[0][0], group[-1][1]) for group in groups if group]
    assert in_runs(rdit, script, [*ranges]) == expected, "in any split"
