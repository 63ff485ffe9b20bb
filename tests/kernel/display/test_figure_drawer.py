"""Copies of the process draw figures: what waits for them, what ends them, and what is done where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdit.protocol.messages import Completed, Drawn, Interrupt, Reset, StatementFinished, WorkerStarted
from tests.kernel.display.figures import SLOW, START, THREAD, TWO_STATEMENTS, needs_copies, pictures
from tests.kernel.driving import Kernel

pytest.importorskip("matplotlib")


async def test_figures_drawn_before_an_error_are_shown_before_it(kernel: Kernel) -> None:
    run = await kernel.run(START + "if True:\n    plt.plot([1])\n    1 / 0")
    assert [item.type for item in run.items] == ["display", "error"]
    assert pictures(run) == [1]
    assert run.status == "error"


async def test_what_drawing_raises_is_an_error_item_and_the_run_goes_on(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "ax.set_title('$\\\\frac{$');\nprint('on')")
    assert run.status == "ok"
    assert run.text() == "on\n"
    (error,) = run.errors
    assert error.text.startswith("<Figure size 640x480 with 1 Axes> could not be drawn.\nValueError: ")


@needs_copies
async def test_a_statement_does_not_wait_for_a_figure_that_is_being_drawn(kernel: Kernel) -> None:
    run = await kernel.request(START + "fig = plt.figure()\n" + SLOW + "fig.add_artist(Slow())\nprint('on')")
    await kernel.until_written("on", run)
    await kernel.follow(run, StatementFinished)
    await kernel.send(Interrupt())
    assert (await kernel.follow(run)).status == "interrupted"
    assert [item.text.splitlines()[-1] for item in run.errors] == ["KeyboardInterrupt: "]


@needs_copies
async def test_stop_does_not_wait_for_figures_and_loses_none(kernel: Kernel) -> None:
    run = await kernel.request(TWO_STATEMENTS + "ax.plot([1])\nx = 1\nprint('on')\nimport time; time.sleep(600)")
    await kernel.until_written("on", run)
    await kernel.send(Interrupt())
    assert (await kernel.follow(run)).status == "interrupted"
    while 2 not in pictures(run):
        await kernel.follow(run, Drawn)


@needs_copies
async def test_a_picture_comes_while_a_later_statement_runs(kernel: Kernel) -> None:
    run = await kernel.request(TWO_STATEMENTS + "ax.plot([1])\nimport time; time.sleep(600)")
    while pictures(run) != [2]:
        await kernel.follow(run, Drawn)
    await kernel.send(Interrupt())
    await kernel.follow(run)


@needs_copies
async def test_a_picture_comes_also_when_the_statement_that_goes_on_with_it_takes_long(kernel: Kernel) -> None:
    run = await kernel.request(TWO_STATEMENTS + "import time\n_ = [ax.plot([1]), time.sleep(600)]")
    while pictures(run) != [1]:
        await kernel.follow(run, Drawn)
    await kernel.send(Interrupt())
    await kernel.follow(run)


@needs_copies
async def test_a_copy_that_crashes_says_so_and_nothing_else_suffers(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS
        + "from matplotlib.artist import Artist\nimport ctypes\n"
        + "class Crash(Artist):\n    def draw(self, renderer): ctypes.string_at(0)\n"
        + "fig.add_artist(Crash())\nx = 5\nx"
    )
    assert run.status == "ok"
    assert run.text() == "5\n"
    assert [item.text.splitlines()[0] for item in run.errors] == ["The figure could not be drawn."]


@needs_copies
async def test_a_reset_ends_what_draws(kernel: Kernel) -> None:
    run = await kernel.start(TWO_STATEMENTS + SLOW + "fig.add_artist(Slow())\nprint('on')")
    await kernel.until_written("on", run)
    await kernel.send(Reset())
    await kernel.follow(run, Completed)
    await kernel.until(WorkerStarted)
    assert (await kernel.run("1 + 1")).text() == "2\n"


@needs_copies
async def test_nothing_is_left_of_the_processes_that_drew(kernel: Kernel) -> None:
    run = await kernel.run(
        "import os; supervisor = os.getppid()\n" + TWO_STATEMENTS + "ax.plot([1])\nax.plot([2])\nx = supervisor\nx"
    )
    while not all(drawn for _, drawn in run.steps()):
        await kernel.follow(run, Drawn)
    children = Path(f"/proc/{kernel.process.pid}/task/{kernel.process.pid}/children")
    assert run.text() == f"{kernel.process.pid}\n"
    while len(children.read_text().split()) > 1:  # the worker; copies end right after their last picture
        assert (await kernel.run("1 + 1")).text() == "2\n"


# ------------------------------------------------------------------------------------------- where there are no copies


async def test_beside_a_thread_figures_are_drawn_at_the_end(kernel: Kernel) -> None:
    run = await kernel.run(
        THREAD
        + TWO_STATEMENTS
        + "ax.set_xlabel('Year')\nprint(ax.xaxis.label)\nax.plot([1])\nplt.close()\nprint(ax.xaxis.label)"
    )
    assert run.text() == "Text(0.5, 0, 'Year')\n" * 2
    assert pictures(run) == [4, 6]
    kinds = [type(message).__name__ for message in run.messages]
    assert kinds.index("Drawn") > len(kinds) - 1 - kinds[::-1].index("StatementFinished")


async def test_beside_a_thread_show_draws_what_it_closes(kernel: Kernel) -> None:
    run = await kernel.run(THREAD + START + "for n in range(2):\n    plt.plot([n, 1])\n    plt.show()\nprint('on')")
    assert pictures(run) == [3, 3]
