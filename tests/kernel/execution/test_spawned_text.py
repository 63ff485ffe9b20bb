"""Processes that multiprocessing spawns find what runs, whatever the file on the disk says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kernel.driving import Kernel, running_kernel
from tests.pythons import Python

SCRIPT = '''"""A pool."""
from __future__ import annotations
import multiprocessing, sys, traceback
class Point:
    x: int = 3
def work(number):
    return number * 2, __name__, __file__, Point().x, sorted(sys.modules["__main__"].__annotations__)
here: str = "kept"
def fail(number):
    1 / 0
if __name__ == "__main__":
    with multiprocessing.get_context(METHOD).Pool(1) as pool:
        print(pool.map(work, [1, 2]), pool.apply(type, (Point(),)) is Point)
        try:
            pool.apply(fail, (1,))
        except ZeroDivisionError as error:
            print("    1 / 0" in str(error.__cause__), f'File "{__file__}", line 10, in fail' in str(error.__cause__))
'''


def script(method: str) -> str:
    return SCRIPT.replace("METHOD", repr(method))


def expected(path: object) -> str:
    rows = [(number, "__mp_main__", str(path), 3, ["here"]) for number in (2, 4)]
    return f"{rows} True\nTrue True\n"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
@pytest.mark.parametrize("on_disk", ["older text", "a file that is not Python", "nothing", "the same"])
async def test_a_spawned_pool_runs_functions_of_the_text_that_runs(
    every_kernel: Kernel, script_path: Path, method: str, on_disk: str
) -> None:
    texts = {
        "older text": "import multiprocessing\nprint('older')\ndef work(number): return 'older'\n",
        "a file that is not Python": "def (",
        "the same": script(method),
    }
    if on_disk in texts:
        script_path.write_text(texts[on_disk])
    run = await every_kernel.run(script(method))
    assert (run.status, run.text("stderr")) == ("ok", "")
    assert run.text() == expected(script_path)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
async def test_a_buffer_without_a_file_can_start_a_pool(python: Python, tmp_path: Path, method: str) -> None:
    async with running_kernel(python.path, None, tmp_path) as kernel:
        run = await kernel.run(script(method).replace("{__file__}", "<script>"))
        assert (run.status, run.text("stderr")) == ("ok", "")
        assert run.text() == expected("<script>")


async def test_a_script_that_was_named_by_a_detour_can_spawn(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    path = tmp_path / "script.py"
    async with running_kernel(sys.executable, path, tmp_path, name="below/../script.py") as kernel:
        run = await kernel.run(script("spawn").replace("{__file__}", str(path)))
        assert run.text() == expected(path)


async def test_only_the_first_import_of_a_child_is_the_text(kernel: Kernel, script_path: Path) -> None:
    script_path.with_name("other.py").write_text("value = 5\n")
    run = await kernel.run(
        "import multiprocessing, runpy\ndef work(): print(runpy.run_path('other.py')['value'], flush=True)\n"
        "if __name__ == '__main__':\n    process = multiprocessing.get_context('spawn').Process(target=work)\n"
        "    process.start()\n    process.join()"
    )
    assert run.text() == "5\n"
