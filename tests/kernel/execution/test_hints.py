"""What rdit says of a script's failures where Python's words do not say what to do."""

from __future__ import annotations

from rdit.kernel.execution.hints import NO_LOOP
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
