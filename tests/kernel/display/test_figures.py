"""matplotlib figures, drawn by the real library in real kernels."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rdit.protocol.messages import Drawn
from tests.kernel.display.figures import START, TWO_STATEMENTS, items, needs_copies, pictures
from tests.kernel.driving import Kernel, Transcript, running_kernel

pytest.importorskip("matplotlib")


async def as_python(kernel: Kernel, script_path: Path, script: str, **variables: str) -> Transcript:
    """Run *script*, and hold what it wrote against what it writes under plain Python."""
    script_path.write_text(script)
    real = subprocess.run(
        [sys.executable, script_path],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MPLBACKEND": "agg", **variables},
    )
    run = await kernel.run(script)
    assert run.text() == real.stdout
    assert run.text("stderr") == real.stderr
    return run


# --------------------------------------------------------------------------------------------- once, where it is finished


async def test_a_figure_is_shown_once_where_it_is_finished(kernel: Kernel) -> None:
    run = await kernel.run(
        START
        + "fig, ax = plt.subplots()\nax.bar(['a', 'b'], [1, 2])\nax.set_ylabel('y')\nax.set_title('T')\n"
        + "fig.tight_layout()\nplt.show()"
    )
    assert run.status == "ok"
    assert pictures(run) == [5]
    assert [index for index, _ in run.steps()] == [2, 3, 4]
    assert run.text() == run.text("stderr") == ""
    assert [item.text for item in items(run)] == ["<Figure size 640x480 with 1 Axes>"]


@needs_copies
async def test_what_it_was_before_is_drawn_as_a_step(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "ax.plot([1, 2])\nax.set_title('two')")
    assert pictures(run) == [3]
    while not all(drawn for _, drawn in run.steps()):
        await kernel.follow(run, Drawn)
    assert run.steps() == [(1, True), (2, True)]
    drawn = [one.item.data["image/png"] for one in run.figures.values() if one.item.data]
    assert len(set(drawn)) == 3


async def test_it_does_not_move_on_past_a_statement_that_does_not_draw(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "total = 3\nax.axhline(total)\nother = 4\nax.set_title(f'{total}')\nother")
    assert pictures(run) == [1, 3, 5]


async def test_it_does_not_move_on_past_what_is_shown_in_between(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "print('so far')\nax.plot([1, 2])\n'''Then:'''\nax.plot([2, 1])")
    assert pictures(run) == [1, 3, 5]
    assert run.steps() == []


async def test_figures_that_are_drawn_in_turns_are_each_shown_once(kernel: Kernel) -> None:
    run = await kernel.run(
        START
        + "one, left = plt.subplots()\ntwo, right = plt.subplots()\n"
        + "left.plot([1])\nright.plot([2])\nleft.set_title('l')\nright.set_title('r')"
    )
    assert pictures(run) == [5, 6]


async def test_each_step_is_shown_to_those_who_ask(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "ax.plot([1, 2])\nx = 1\nax.set_title('T')\nplt.show()", figure_steps=True)
    assert pictures(run) == [1, 2, 4]
    assert run.steps() == []


async def test_saving_and_looking_are_no_drawing(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS
        + "ax.plot([1, 2])\nfig.savefig('figure.png')\nlimits = ax.get_xlim()\nlabels = ax.get_xticklabels()\n"
        + "box = ax.get_tightbbox()\nfig.canvas.draw()\nplt.show()\nplt.show()"
    )
    assert run.status == "ok"
    assert pictures(run) == [2]
    assert [index for index, _ in run.steps()] == [1]


async def test_statements_that_run_by_themselves_move_it_on_as_well(kernel: Kernel) -> None:
    assert pictures(await kernel.run(TWO_STATEMENTS)) == [1]
    run = await kernel.run(TWO_STATEMENTS + "ax.plot([1, 2])", lines=(3, 3))
    assert pictures(run) == [2]
    assert len([one for one in run.messages if type(one).__name__ == "Overtaken"]) == 1


async def test_a_figure_that_is_closed_is_shown_as_it_was(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS + "ax.plot([1, 2])\nfig.savefig('figure.png')\nplt.close(fig)\ndel fig, ax\nx = 1"
    )
    assert pictures(run) == [2]


async def test_functions_and_loops_that_draw_show_all_their_figures(kernel: Kernel) -> None:
    run = await kernel.run(
        START + "def draw(n):\n    fig, ax = plt.subplots()\n    ax.plot([n])\nfor n in range(3): draw(n)\nx = 1"
    )
    assert pictures(run) == [2, 2, 2]


# ---------------------------------------------------------------------------------------- the script sees none of it


@needs_copies
async def test_drawing_changes_nothing_that_the_script_sees(kernel: Kernel, script_path: Path) -> None:
    run = await as_python(
        kernel,
        script_path,
        "import os, gc, signal\n_ = signal.signal(signal.SIGCHLD, lambda *_: print('a child'))\n"
        "os.register_at_fork(before=lambda: None)\n" + START + "fig, ax = plt.subplots(layout='constrained')\n"
        "ax.bar(['a', 'b'], [1, 2]);\nax.set_xlabel('Year');\n"
        "print(ax.xaxis.label, ax.get_position(), fig.stale)\nx = 1\n"
        "ax.set_title('日本語');\nprint(ax.title, ax.xaxis.label, [text for text in ax.texts])\n"
        "print(plt.get_fignums(), len(gc.get_referrers(fig)) > 0)\n"
        "try:\n    print(os.wait())\nexcept ChildProcessError:\n    print('no child')\n"
        "print(sorted(os.listdir('/proc/self/fd'), key=int)[:3], open(os.devnull).fileno())",
    )
    assert pictures(run) == [6, 9]


async def test_what_functions_that_draw_return_is_not_echoed(kernel: Kernel) -> None:
    pytest.importorskip("seaborn")
    run = await kernel.run(
        START + "import numpy as np, pandas as pd, seaborn as sns\ndf = pd.DataFrame({'a': [1, 2], 'b': [2, 3]})\n"
        "plt.subplots()\nplt.figure()\nplt.hist([1, 2, 2])\nplt.subplots(2, 2)\nplt.pie([1, 2])\nplt.boxplot([1, 2])\n"
        "plt.errorbar([1], [1], [1])\nplt.xticks(rotation=45)\nplt.subplot_mosaic('AB')\ndf.plot()\ndf.hist()\n"
        "df.groupby('a').plot()\nsns.relplot(df, x='a', y='b')\nsns.pairplot(df)\nplt.colorbar(plt.imshow([[1]]))\n"
        "[plt.plot([n]) for n in range(3)]\n{'line': plt.plot([1])}"
    )
    assert run.status == "ok", run.errors
    assert run.text() == ""
    assert all(
        one.item.metadata is None or "figure" in one.item.metadata
        for one in run.messages
        if hasattr(one, "item") and not isinstance(one, Drawn)
    )


async def test_labels_of_ticks_of_which_matplotlib_reports_nothing_are_drawn_as_they_are(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS + "plt.xticks(rotation=45)\nx = 1\nax.plot([1])\nfor one in ax.get_xticklabels():\n"
        "    _ = one.set_rotation(90)\nplt.show()\nfig, ax = plt.subplots()\nax.plot([1])"
    )
    turned, turned_again, plain = [item.data["image/png"] for item in items(run) if item.data]
    assert pictures(run) == [2, 4, 8]
    assert len({turned, turned_again, plain}) == 3


async def test_what_is_only_looked_at_is_echoed(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "ax\nax.texts\nfig.axes[0].title\nax.set_xlim(0, 2)")
    assert run.text() == (
        "<Axes: title={'center': 'begun'}>\n<Axes.ArtistList of 0 texts>\nText(0.5, 1.0, 'begun')\n(0.0, 2.0)\n"
    )


# ------------------------------------------------------------------------------------------------------- the picture


BEYOND = """fig, ax = plt.subplots(figsize=(4, 2), dpi=100)
ax.plot([1, 2])
{}"""


@pytest.mark.parametrize(
    ("drawn", "grows"),
    [
        ("ax.set_xlabel('Year')", (False, True)),
        ("ax.plot([1, 2], label='a long label')\nax.legend(loc='upper left', bbox_to_anchor=(1.02, 1))", (True, False)),
        ("ax.set_title('a title')", (False, False)),
        ("ax.text(1000, 1.5, 'far away')", (False, False)),
        ("fig.text(float('nan'), 0.5, 'nowhere')", (False, False)),
        ("ax.set_xlabel('Year')\nplt.rcParams['savefig.bbox'] = 'standard'", (False, True)),
    ],
)
async def test_what_reaches_beyond_the_figure_is_in_the_picture(
    kernel: Kernel, drawn: str, grows: tuple[bool, bool]
) -> None:
    (item,) = items(await kernel.run(START + BEYOND.format(drawn)))
    assert item.metadata is not None
    size = item.metadata["image/png"]
    assert (size["width"] > 400, size["height"] > 200) == grows
    assert size["width"] >= 400 > 2 * (size["width"] - 400)
    assert size["height"] >= 200 > 2 * (size["height"] - 200)
    # And the figure is what it was.
    assert (
        await kernel.run("print(fig.get_size_inches(), fig.get_tightbbox == type(fig).get_tightbbox.__get__(fig))")
    ).text() == "[4. 2.] True\n"


async def test_a_picture_is_sharp_and_has_its_size_as_metadata(kernel: Kernel) -> None:
    (item,) = items(
        await kernel.run(START + "fig, ax = plt.subplots(figsize=(3, 2), dpi=50, layout='tight')\nax.plot([2]);")
    )
    assert item.data is not None
    png = base64.b64decode(item.data["image/png"])
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (300, 200)
    assert item.metadata == {"image/png": {"width": 150, "height": 100}}
    assert list(item.data) == ["image/png"]
    svg = await kernel.run("plt.rcParams['savefig.format'] = 'svg'\nax.plot([1]);")
    assert items(svg)[0].data["image/svg+xml"].startswith("<?xml")  # type: ignore[index]


async def test_an_empty_figure_waits_until_something_is_drawn(kernel: Kernel) -> None:
    assert pictures(await kernel.run(START + "plt.figure();\nplt.plot([1]);")) == [2]
    run = await kernel.run("plt.close('all')\nfig, (left, right) = plt.subplots(1, 2)\nright.bar([1], [2]);")
    assert pictures(run) == [2]


async def test_empty_axes_are_shown_to_those_who_ask(kernel: Kernel) -> None:
    run = await kernel.run(START + "fig, ax = plt.subplots()\nfig\nplt.subplots();\nplt.show()")
    assert pictures(run) == [2, 4]


async def test_a_figure_on_its_own_is_shown_there(kernel: Kernel) -> None:
    run = await kernel.run(TWO_STATEMENTS + "fig\nax.plot([1]); fig.show()\nfig.show()")
    assert pictures(run) == [2, 3]
    run = await kernel.run("from matplotlib.figure import Figure\nlone = Figure()\nlone.subplots();\nlone")
    assert pictures(run) == [3]


async def test_a_function_that_returns_the_figure_it_drew_shows_it_once(kernel: Kernel) -> None:
    run = await kernel.run(
        START + "def draw():\n    fig, ax = plt.subplots()\n    ax.plot([1])\n    return fig\ndraw()"
    )
    assert pictures(run) == [2]
    assert run.text() == ""


async def test_display_shows_a_figure_as_it_is_at_that_moment(kernel: Kernel) -> None:
    pytest.importorskip("IPython")
    run = await kernel.run(
        TWO_STATEMENTS
        + "from IPython.display import display\n"
        + "for n in range(2):\n    ax.set_title(f'{n}')\n    display(fig)\n    print(n)"
    )
    assert pictures(run) == [1, 3, 3]
    assert len({item.data["image/png"] for item in items(run) if item.data}) == 3


# ------------------------------------------------------------------------------------------------------- plt.show()


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
    assert pictures(run) == [2] * 3
    assert len({item.data["image/png"] for item in items(run) if item.data}) == 3
    assert run.text() == "closed\nclosed\nclosed\n[] agg\n"
    assert run.text("stderr") == ""


async def test_within_one_statement_a_figure_is_one_display_that_moves(kernel: Kernel) -> None:
    run = await kernel.run(
        TWO_STATEMENTS
        + "for step in range(3):\n    ax.plot([step, 1])\n    plt.pause(0.001)\nplt.show(block=False)\nx = ax"
    )
    assert pictures(run) == [2]
    drawn = [message for message in run.messages if isinstance(message, Drawn)]
    moving = [one for one in drawn if run.figures[one.figure_id].node_index == 2]
    assert len(moving) == len({one.item.data["image/png"] for one in moving if one.item.data}) == 3


# ------------------------------------------------------------------------------------------------------- backends


async def test_a_chosen_backend_is_left_alone(kernel: Kernel, script_path: Path) -> None:
    chosen = "import matplotlib\nmatplotlib.use('Agg')\n" + TWO_STATEMENTS + "plt.show()\nprint(plt.get_fignums())"
    run = await as_python(kernel, script_path, chosen)
    assert pictures(run) == [3]
    assert run.text() == "[1]\n"


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
    assert pictures(run) == [1]


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
    assert pictures(run) == [1]
    assert run.text() == "0\n"


def test_without_matplotlib_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, json\nfrom rdit.executor import PythonExecutor\n"
        "print(json.dumps([item.text for item in PythonExecutor().execute_statement('1 + 1')]))\n"
        "assert not any(name.startswith('matplotlib') for name in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["2\n"]
