"""The kernel is one folder: zipped, or copied under any name, it starts in any Python and works as it does in place."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kernel.driving import KERNEL, Kernel, running_kernel
from tests.pythons import Python


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder / "sent"), "zip", KERNEL.parent))


def copied(folder: Path) -> Path:
    shutil.copytree(KERNEL.parent, folder / "any name", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "any name" / "__main__.py"


@pytest.fixture(params=[zipped, copied], ids=lambda make: make.__name__)
async def sent(
    python: Python, script_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Kernel]:
    start = request.param(tmp_path_factory.mktemp("elsewhere"))
    async with running_kernel(python.path, script_path, script_path.parent, start=start) as kernel:
        yield kernel


async def test_it_runs_a_script(sent: Kernel) -> None:
    run = await sent.run("import sys\nx = 6\nprint('hello', file=sys.stderr)\nx * 7")
    assert run.status == "ok"
    assert run.output == {2: [("stderr", "hello\n")], 3: [("stdout", "42\n")]}


async def test_an_error_shows_the_users_frames_and_lines_only(sent: Kernel, script_path: Path) -> None:
    run = await sent.run("def f():\n    return 1 / 0\nf()")
    (error,) = run.errors
    assert error.text.startswith(f'Traceback (most recent call last):\n  File "{script_path}", line 3, in <module>\n')
    assert "    return 1 / 0\n" in error.text
    assert error.text.count("File") == 2


async def test_a_crash_shows_the_users_frames_only(sent: Kernel, script_path: Path) -> None:
    run = await sent.run("import os\ndef f():\n    os.abort()\nf()")
    frames = [line for line in run.errors[0].text.splitlines() if line.startswith("  File")]
    assert frames == [f'  File "{script_path}", line 3 in f', f'  File "{script_path}", line 4 in <module>']


OUTERMOST = """import sys
frame = sys._getframe()
while frame.f_back: frame = frame.f_back
print(frame.f_globals is globals(), frame.f_code.co_filename, frame.f_code.co_name, frame.f_lineno)
with open(frame.f_globals["__file__"] + ".out", "w") as file: pass
1 / 0"""


async def test_the_outermost_frame_is_the_scripts(sent: Kernel, script_path: Path) -> None:
    run = await sent.run(OUTERMOST)
    assert run.text() == f"True {script_path} <module> 1\n"


async def test_nothing_is_written_into_rdits_folder_but_byte_code_of_its_modules(
    python: Python, script_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start = copied(tmp_path_factory.mktemp("elsewhere"))
    modules = {path.stem for path in start.parent.rglob("*.py")}
    before = set(start.parent.rglob("*"))
    async with running_kernel(python.path, script_path, script_path.parent, start=start) as kernel:
        await kernel.run(OUTERMOST)
        await kernel.run("import os\nos.abort()")
        await kernel.run("import doctest, pickle, warnings\nwarnings.warn('w')\nopen('here.txt', 'w').close()")
    written = {path for path in start.parent.rglob("*") if path not in before and path.name != "__pycache__"}
    assert {path.name.partition(".")[0] for path in written} <= modules
    assert {(path.parent.name, path.suffix) for path in written} <= {("__pycache__", ".pyc")}
    assert {path.name for path in script_path.parent.iterdir()} == {"here.txt", "script.py.out"}


async def test_the_script_finds_the_interpreter_as_it_was(sent: Kernel) -> None:
    run = await sent.run(
        "import sys\nfound = [*sys.modules, *globals(), *sys.path]\n"
        "[name for name in found if 'rdit' in name or 'sent' in name or 'any name' in name], __spec__, __package__"
    )
    assert run.text() == "([], None, None)\n"


async def test_a_script_that_deletes_all_builtins_hurts_only_itself(sent: Kernel) -> None:
    run = await sent.run(
        "import builtins\ndelete = delattr\nfor name in list(vars(builtins)):\n    if name[0] != '_': delete(builtins, name)\n"
        "6 * 7\n1 / 0"
    )
    assert (run.status, run.text()) == ("error", "42\n")
    assert run.errors[0].text.endswith("ZeroDivisionError: division by zero\n")
