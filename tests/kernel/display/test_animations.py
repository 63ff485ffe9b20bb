"""matplotlib animations, played and saved by the real library in real kernels."""

from __future__ import annotations

import pytest

from tests.kernel.display.figures import START, items, pictures
from tests.kernel.driving import Kernel

pytest.importorskip("matplotlib")

FILM = (
    START
    + "from matplotlib.animation import FuncAnimation\n"
    + "fig, ax = plt.subplots(figsize=(1, 1), dpi=20)\n"
    + "(line,) = ax.plot([0, 1])\n"
    + "film = FuncAnimation(fig, lambda step: line.set_data([0, step], [0, 1]), frames={frames}, interval=40)\n"
)


async def test_an_animation_becomes_a_player_when_it_is_shown(kernel: Kernel) -> None:
    run = await kernel.run(FILM.format(frames=4) + "plt.show()\nprint(plt.get_fignums())\nfilm = None")
    (player,) = items(run)
    assert player.data is not None
    html = player.data["text/html"]
    assert html.count("frames[") >= 4
    assert "https://" not in html
    assert "Only the first" not in html
    assert run.text() == "[]\n"
    assert run.text("stderr") == ""


async def test_a_long_animation_says_where_it_was_cut(kernel: Kernel) -> None:
    run = await kernel.run(FILM.format(frames="range(500)") + "plt.rcParams['animation.embed_limit'] = 0.005\nfilm")
    (player,) = items(run)
    assert player.data is not None
    html = player.data["text/html"]
    assert "Only the first" in html
    assert "animation.embed_limit" in html


@pytest.mark.parametrize("plays", ["HTML(film.to_jshtml())", "film.save('film.gif', writer='pillow')"])
async def test_who_plays_or_saves_an_animation_gets_no_still_picture(kernel: Kernel, plays: str) -> None:
    pytest.importorskip("IPython")
    run = await kernel.run("from IPython.display import HTML\n" + FILM.format(frames=4) + plays + "\nx = 1")
    assert run.status == "ok"
    assert pictures(run) == []
    players = [item.data["text/html"] for item in run.items if item.data]
    assert len(players) == plays.startswith("HTML")
    assert all("frames[" in html and 'href="https://' not in html for html in players)


async def test_the_figure_of_an_animation_that_nobody_plays_is_shown(kernel: Kernel) -> None:
    assert pictures(await kernel.run(FILM.format(frames=4) + "x = 1")) == [3]
