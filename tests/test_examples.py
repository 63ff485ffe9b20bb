"""The examples, and scripts that other people wrote, run from first to last line and print what `python` prints."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.running import printed_text, running_rdit

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
GALLERY = ROOT / "tests" / "scripts" / "gallery"
LIBRARY = Path(sysconfig.get_path("stdlib"))
NEEDS = {
    "numpy_walks": ["numpy"],
    "pandas_rain": ["numpy", "pandas"],
    "matplotlib_curves": ["matplotlib", "numpy"],
    "gallery": ["numpy", "pandas", "matplotlib"],
}
QUIET = {"MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
"""Figures go nowhere when `python` runs a script without a screen, and it says so on stderr."""
AT_ONCE = {"PYTHONUNBUFFERED": "1"}
"""As at a terminal: through a pipe Python would write its own lines after those of a child process that came later."""

SAMPLE = '''"""A module."""

import os


def answer(question: str = "?") -> int:
    """Return it.

    >>> answer()
    42
    """
    return 42 if question else len(os.sep)


class Thing:
    size = 1
'''
OTHERS = [
    ("this.py",),
    ("calendar.py", "2024"),
    ("ast.py", "sample.py"),
    ("dis.py", "sample.py"),
    ("tokenize.py", "sample.py"),
    ("tabnanny.py", "-v", "sample.py"),
    ("symtable.py", "sample.py"),
    ("pyclbr.py", "sample.py"),
    ("doctest.py", "-v", "sample.py"),
    ("shlex.py", "words.txt"),
    ("json/tool.py", "--sort-keys", "data.json"),
    ("base64.py", "-e", "data.json"),
    ("quopri.py", "words.txt"),
    ("pickletools.py", "value.pickle"),
    ("inspect.py", "textwrap"),
    ("mimetypes.py", "page.html", "picture.png"),
    ("filecmp.py", "one", "two"),
    ("heapq.py",),
]
"""Programs of the standard library, with arguments; a version of Python may lack one."""


def silenced(script: str) -> str:
    """Return the script with a semicolon after every bare expression, which rdit then does not echo."""
    lines = script.splitlines(keepends=True)
    for node in reversed(ast.parse(script).body):
        if not isinstance(node, ast.Expr) or node.end_lineno is None:
            continue
        line = lines[node.end_lineno - 1].encode()
        head, tail = line[: node.end_col_offset], line[node.end_col_offset :]
        if not tail.strip() or tail.lstrip().startswith(b"#"):
            lines[node.end_lineno - 1] = (head + b";" + tail).decode()
    return "".join(lines)


def in_python(script: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python script.py ARGS`; its output is text with every newline and carriage return as it was written."""
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder,
        env={**os.environ, **QUIET, **AT_ONCE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=50,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def in_rdit(script: Path, folder: Path, *arguments: str) -> tuple[str, dict[str, object]]:
    """Run the script as its page would; return its stdout, and its last event, which says how it ended."""
    end = ["--", *arguments] if arguments else []
    with running_rdit(str(script), "--python", sys.executable, *end, folder=folder, **QUIET) as rdit:
        text = silenced(rdit.json(f"/api/read-file?path={script.name}")["content"])
        frames = rdit.execute(text)
        assert frames[-1] == {"type": "complete"}
        rdit.json("/api/reset", {})
        return printed_text(frames), rdit.execute(text, live=True)[-1]


def needs(name: str) -> None:
    """Skip where what an example needs is not installed."""
    for package in NEEDS.get(name, []):
        pytest.importorskip(package)


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_prints_what_python_prints(script: Path, tmp_path: Path) -> None:
    if script.stem in {"awaiting", "gallery"}:
        pytest.skip("python has no await at the top level, and the gallery ends with an error; the next tests run them")
    needs(script.stem)
    expected = in_python(script, tmp_path)
    assert expected.returncode == 0, expected.stderr
    printed, end = in_rdit(script, tmp_path)
    assert printed == expected.stdout
    assert end["status"] == "ok"


def test_top_level_await_gives_what_the_example_promises(tmp_path: Path) -> None:
    script = EXAMPLES / "awaiting.py"
    with running_rdit(str(script), "--python", sys.executable, folder=tmp_path) as rdit:
        frames = rdit.execute(script.read_text())
    assert [item["text"] for frame in frames for item in frame.get("output", []) if item["type"] != "display"] == [
        "'foreground'\n",
        "'background'\n",
        "['background 1', 'background 2', 'background 3', 'foreground 1', 'foreground 2']\n",
        "3 …\n2 …\n1 …\n",
        "[3, 2, 1]\n",
    ]


def test_the_gallery_shows_every_kind_of_value_and_ends_with_the_error_it_is_about(tmp_path: Path) -> None:
    needs("matplotlib_curves")
    script = EXAMPLES / "gallery.py"
    with running_rdit(str(script), "--python", sys.executable, folder=tmp_path) as rdit:
        frames = rdit.execute(script.read_text(encoding="utf-8"))
    items = [item for frame in frames for item in frame.get("output", [])]
    errors = [item["text"].splitlines()[-1] for item in items if item["type"] == "error"]
    assert errors == ["ValueError: one of these is no planet"]
    formats = {mime for item in items for mime in item.get("data", {})}
    assert formats >= {
        "text/markdown",
        "text/html",
        "text/latex",
        "image/png",
        "audio/wav",
        "video/webm",
        "application/vnd.rdit.table+json",
        "application/vnd.rdit.tree+json",
    }


def test_the_gallery_goes_on_without_any_library(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", str(EXAMPLES / "gallery.py")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.stderr.splitlines()[-1] == "ValueError: one of these is no planet"


@pytest.mark.parametrize("name", [name for name in NEEDS if name != "gallery"])
def test_an_example_says_kindly_what_it_needs(name: str, tmp_path: Path) -> None:
    script = EXAMPLES / f"{name}.py"
    for package in NEEDS[name]:
        (tmp_path / f"{package}.py").write_text(f"raise ModuleNotFoundError('No module', name={package!r})")
    copy = tmp_path / script.name
    copy.write_text(script.read_text())
    done = in_python(copy, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"This example needs {NEEDS[name][0]}: pip install ")


@pytest.mark.parametrize("script", sorted(GALLERY.glob("*.py")), ids=lambda path: path.stem)
def test_a_script_in_the_manner_of_a_gallery_runs(script: Path, tmp_path: Path) -> None:
    needs("gallery")
    expected = in_python(script, tmp_path)
    assert expected.returncode == 0, expected.stderr
    printed, end = in_rdit(script, tmp_path)
    assert printed == expected.stdout
    assert end["status"] == "ok"


def without_addresses(text: str) -> str:
    """Return the text with where objects lie in memory, which differs from run to run, taken out."""
    return re.sub("0x[0-9a-f]{6,}", "0x…", text)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with something to work on."""
    (tmp_path / "sample.py").write_text(SAMPLE)
    (tmp_path / "words.txt").write_text("some 'quoted words' = caf\u00e9 \\\n and more\n", encoding="utf-8")
    (tmp_path / "data.json").write_text('{"b": [1, 2.5, null], "a": {"nested": true}}')
    (tmp_path / "value.pickle").write_bytes(b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01\x8c\x01a\x94e.")
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text("same")
        (tmp_path / folder / "other.txt").write_text(folder)
    return tmp_path


@pytest.mark.parametrize("command", OTHERS, ids=lambda command: command[0])
def test_a_script_of_other_hands_prints_what_python_prints(command: tuple[str, ...], desk: Path) -> None:
    name, *arguments = command
    script = LIBRARY / name
    if not script.exists():
        pytest.skip(f"this Python has no {name}")
    expected = in_python(script, desk, *arguments)
    printed, end = in_rdit(script, desk, *arguments)
    assert without_addresses(printed) == without_addresses(expected.stdout)
    assert (end.get("exitCode") or 0) == expected.returncode


def test_at_least_ten_scripts_of_other_hands_are_here() -> None:
    assert sum((LIBRARY / command[0]).exists() for command in OTHERS) >= 10


def test_silencing_changes_nothing_but_echoes() -> None:
    assert silenced("x = 1\nx  # why\n'é'; x\nf(\n  x)\nif x:\n  x\n") == (
        "x = 1\nx;  # why\n'é'; x;\nf(\n  x);\nif x:\n  x\n"
    )
