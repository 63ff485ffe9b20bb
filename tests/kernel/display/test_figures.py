"""matplotlib figures, drawn by the real library in real kernels."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rdit.kernel.protocol.messages import Displayed, Interrupt, Item
from tests.kernel.driving import Kernel, Transcript, running_kernel

pytest.importorskip("matplotlib")

START = "import matplotlib.pyplot as plt\n"
TWO_STATEMENTS = START + "fig, ax = plt.subplots(subplot_kw={'title': 'begun'})\n"


def figures(run: Transcript) -> list[tuple[int | None, bool]]:
    """Return statement and whether it is an update, of every picture that was shown."""
    return [
        (message.node_index, message.update)
        for message in run.messages
        if isinstance(message, Displayed) and message.item.data and "image/png" in message.item.data
    ]


def pictures(run: Transcript) -> list[Item]:
    return [item for item in run.items if item.data and "image/png" in item.data]


async def test_a_figure_appears_with_each_statement_that_drew_on_it(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS
        + "ax.plot([1, 2]);\nx = 1\nfig.savefig('figure.png')\nax.set_title('T');\nplt.show()\nplt.show()"
    )
    assert run.status == "ok"
    assert run.text("stderr") == ""
    assert figures(run) == [(1, False), (2, False), (5, False)]
    assert {item.text for item in pictures(run)} == {"<Figure size 640x480 with 1 Axes>"}


async def test_a_picture_is_sharp_and_has_its_size_as_metadata(kernel: Kernel) -> None:
    (item,) = pictures(await kernel.run(START + "fig, ax = plt.subplots(figsize=(3, 2), dpi=50)\nax.plot([2]);"))
    assert item.data is not None
    png = base64.b64decode(item.data["image/png"])
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (300, 200)
    assert item.metadata == {"image/png": {"width": 150, "height": 100}}
    assert list(item.data) == ["image/png"]
    svg = await kernel.run("plt.rcParams['savefig.format'] = 'svg'\nax.plot([1]);")
    assert pictures(svg)[0].data["image/svg+xml"].startswith("<?xml")  # type: ignore[index]


async def test_show_shows_what_changed_closes_all_and_returns(kernel: Kernel) -> None:
    run = await kernel.run(
        START
        + "def draw():\n"
        + "    for number in range(3):\n"
        + "        plt.figure()\n"
        + "        plt.plot([number, 1])\n"
        + "        plt.gcf().canvas.mpl_connect('close_event', lambda event: print('closed'))\n"
        + "        plt.show()\n"
        + "    print(plt.get_fignums(), plt.get_backend())\n"
        + "draw()"
    )
    assert figures(run) == [(2, False)] * 3
    assert run.text() == "closed\nclosed\nclosed\n[] agg\n"
    assert run.text("stderr") == ""


async def test_within_one_statement_a_figure_is_one_display_that_moves(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS
        + "for step in range(3):\n    ax.plot([step, 1])\n    plt.pause(0.001)\nplt.show(block=False)\nax"
    )
    assert figures(run) == [(1, False), (2, False), (2, True), (2, True)]
    identities = [message.item.display_id for message in run.messages if isinstance(message, Displayed)]
    assert identities[1:] == [identities[1]] * 3
    assert "<Axes" in run.text()


async def test_a_figure_on_its_own_or_by_its_own_show_is_shown_once(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "fig\nax.plot([1]); fig.show()\nfig.show()")
    assert figures(run) == [(1, False), (2, False), (3, False)]
    run = await kernel.run("from matplotlib.figure import Figure\nlone = Figure()\nlone.subplots();\nlone")
    assert figures(run) == [(3, False)]


async def test_an_empty_figure_waits_until_something_is_drawn(kernel: Kernel) -> None:
    assert figures(await kernel.run(START + "plt.figure();\nplt.plot([1]);")) == [(2, False)]
    run = await kernel.run("plt.close('all')\nfig, (left, right) = plt.subplots(1, 2)\nright.bar([1], [2]);")
    assert figures(run) == [(2, False)]


async def test_empty_axes_are_shown_to_those_who_ask(kernel: Kernel) -> None:
    assert figures(await kernel.run(START + "fig, ax = plt.subplots()\nfig\nplt.subplots();\nplt.show()")) == [
        (2, False),
        (4, False),
    ]


async def test_figures_drawn_before_an_error_are_shown_before_it(kernel: Kernel) -> None:
    run = await kernel.run(START + "if True:\n    plt.plot([1])\n    1 / 0")
    assert [item.type for item in run.items] == ["display", "error"]


async def test_what_drawing_raises_is_an_error_item_and_the_run_goes_on(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "ax.set_title('$\\\\frac{$');\nprint('on')")
    assert run.status == "ok"
    assert run.text() == "on\n"
    (error,) = run.errors
    assert error.text.startswith("<Figure size 640x480 with 1 Axes> could not be drawn.\nValueError: ")


async def test_a_chosen_backend_is_left_alone(kernel: Kernel, script_path: Path) -> None:
    chosen = "import matplotlib\nmatplotlib.use('Agg')\n" + TWO_STATEMENTS + "plt.show()\nprint(plt.get_fignums())"
    run = await kernel.run(chosen)
    script_path.write_text(chosen)
    real = subprocess.run([sys.executable, script_path], capture_output=True, text=True, check=True)
    assert figures(run) == [(3, False)]
    assert run.text() == real.stdout == "[1]\n"
    assert run.text("stderr") == real.stderr


async def test_the_script_may_choose_agg_after_figures_have_made_it_the_automatic_one(kernel: Kernel) -> None:
    run = await kernel.run(
        "import matplotlib\n"
        + TWO_STATEMENTS
        + "print(matplotlib.get_backend())\nmatplotlib.use('Agg')\nplt.show()\nprint(plt.get_fignums())"
    )
    assert run.text() == "agg\n[1]\n"


@pytest.mark.parametrize("where", ["environment", "file"])
async def test_the_environment_or_a_file_may_choose_the_backend(where: str, tmp_path: Path) -> None:
    variables = {"MPLBACKEND": "svg"} if where == "environment" else {"MATPLOTLIBRC": str(tmp_path)}
    (tmp_path / "matplotlibrc").write_text("backend: svg\n")
    async with running_kernel(sys.executable, tmp_path / "script.py", tmp_path, **variables) as kernel:
        run = await kernel.run(TWO_STATEMENTS + "plt.show()\nprint(plt.get_backend(), plt.get_fignums())")
    assert run.text() == "svg [1]\n"
    assert figures(run) == [(1, False)]


async def test_the_script_finds_matplotlib_as_python_gives_it(kernel: Kernel) -> None:
    run = await kernel.run(
        "import sys\nbefore = [type(finder).__name__ for finder in sys.meta_path]\n"
        + START
        + "import inspect\n"
        + "print(type(plt.__loader__).__name__, plt.__spec__.loader is plt.__loader__)\n"
        + "print(plt.switch_backend.__module__, plt.switch_backend.__name__)\n"
        + "print('display' in dir(__builtins__), [name for name in sys.modules if 'rdit' in name])"
    )
    assert run.text() == "SourceFileLoader True\nmatplotlib.pyplot switch_backend\nFalse []\n"


async def test_a_forked_child_shows_no_figures(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS
        + "import os\n"
        + "if os.fork() == 0:\n"
        + "    ax.plot([1, 2])\n"
        + "    plt.show()\n"
        + "    os._exit(0)\n"
        + "os.wait()[1]"
    )
    assert figures(run) == [(1, False)]
    assert run.text() == "0\n"


FILM = (
    START
    + "from matplotlib.animation import FuncAnimation\n"
    + "fig, ax = plt.subplots(figsize=(1, 1), dpi=20)\n"
    + "(line,) = ax.plot([0, 1])\n"
    + "film = FuncAnimation(fig, lambda step: line.set_data([0, step], [0, 1]), frames={frames}, interval=40)\n"
)


async def test_an_animation_becomes_a_player_when_it_is_shown(kernel: Kernel) -> None:
    run = await kernel.run(FILM.format(frames=4) + "plt.show()\nprint(plt.get_fignums())")
    player = run.items[-1]
    assert player.data is not None
    html = player.data["text/html"]
    assert html.count("frames[") >= 4
    assert "https://" not in html
    assert "Only the first" not in html
    assert run.text() == "[]\n"
    assert run.text("stderr") == ""


async def test_a_long_animation_says_where_it_was_cut(kernel: Kernel) -> None:
    run = await kernel.run(FILM.format(frames="range(500)") + "plt.rcParams['animation.embed_limit'] = 0.005\nfilm")
    assert run.items[-1].data is not None
    html = run.items[-1].data["text/html"]
    assert "Only the first" in html
    assert "animation.embed_limit" in html


async def test_drawing_can_be_interrupted(kernel: Kernel) -> None:
    run = await kernel.request(
        TWO_STATEMENTS
        + "from matplotlib.artist import Artist\n"
        + "class Slow(Artist):\n"
        + "    def draw(self, renderer):\n"
        + "        print('drawing')\n"
        + "        import time\n"
        + "        while True: time.sleep(1)\n"
        + "fig.add_artist(Slow());\nprint('never')"
    )
    await kernel.until_written("drawing", run)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"
    assert "never" not in run.text()


def test_without_matplotlib_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, json\nfrom rdit.executor import PythonExecutor\n"
        "print(json.dumps([item.text for item in PythonExecutor().execute_statement('1 + 1')]))\n"
        "assert not any(name.startswith('matplotlib') for name in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["2\n"]
