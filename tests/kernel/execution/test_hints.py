"""What rdit says of a script's failures where Python's words do not say what to do."""

from __future__ import annotations

from pathlib import Path

from rdit.kernel.execution.hints import NO_LOOP, UNSAVED
from tests.kernel.driving import Kernel

START = "async def start(): return asyncio.create_task(work())\n"


async def test_a_task_made_without_await_says_what_to_write(every_kernel: Kernel) -> None:
    before = "import asyncio\nasync def work(): return 7\n"
    run = await every_kernel.run(f"{before}task = asyncio.create_task(work())")
    assert run.errors[0].text.endswith(f"RuntimeError: no running event loop\n{NO_LOOP}\n")
    # And that works.
    run = await every_kernel.run(f"{before}{START}task = await start()\nawait task")
    assert run.text() == "7\n"
    run = await every_kernel.run("raise RuntimeError('another')")
    assert run.errors[0].text.endswith("RuntimeError: another\n")


SPAWN = """import multiprocessing
def work(): print('worked', flush=True)
if __name__ == '__main__':
    process = multiprocessing.get_context('spawn').Process(target=work)
    process.start()
    process.join()
"""


async def test_a_child_process_that_does_not_find_unsaved_text_is_told_of(
    every_kernel: Kernel, script_path: Path
) -> None:
    script_path.write_text("import multiprocessing\n")
    run = await every_kernel.run(SPAWN)
    assert UNSAVED.format(name="script.py") in run.text("stderr")
    script_path.write_text(SPAWN)
    run = await every_kernel.run(SPAWN)
    assert run.text("stderr") == ""
    assert run.text() == "worked\n"
