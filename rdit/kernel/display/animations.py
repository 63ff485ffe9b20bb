"""matplotlib animations as players: one HTML document with every frame, which needs no network."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

MAX_FRAMES = 400
_NO_LIMIT = 1 << 20
"""Mebibytes, for matplotlib's own writer; the limit is enforced here, where the reader can be told."""

_BUTTONS = {
    "fa-minus": "−",
    "fa-fast-backward": "«",
    "fa-step-backward": "‹",
    "fa-pause": "‖",
    "fa-play": "▶",
    "fa-step-forward": "›",
    "fa-fast-forward": "»",
    "fa-plus": "+",
}
"""Symbols in every font, because the player loads its own from a font on the network."""


def animations_in(namespace: Mapping[str, Any], figure: Any) -> list[Any]:
    """Return the animations of *figure* that the script has bound to names."""
    kind = getattr(sys.modules.get("matplotlib.animation"), "Animation", None)
    if kind is None:
        return []
    found = [value for value in list(namespace.values()) if issubclass(type(value), kind)]
    return [value for value in found if getattr(value, "_fig", None) is figure]


def player_html(animation: Any) -> str:
    """Return a player of *animation*, with as many of its frames as are reasonable in a page."""
    module = sys.modules["matplotlib.animation"]
    parameters = sys.modules["matplotlib"].rcParams
    max_bytes = parameters["animation.embed_limit"] * (1 << 20)
    interval = getattr(animation, "_interval", None) or 200
    writer = module.HTMLWriter(
        fps=1000 / interval,
        embed_frames=True,
        default_mode="loop" if getattr(animation, "_repeat", False) else "once",
        embed_limit=_NO_LIMIT,
    )
    every_frame = animation.new_saved_frame_seq
    left_out = ""

    def frames_within_limits() -> Iterator[Any]:
        nonlocal left_out
        for number, frame in enumerate(every_frame()):
            if number == MAX_FRAMES:
                left_out = f"Only the first {MAX_FRAMES} frames are shown; `save()` writes them all."
                return
            if getattr(writer, "_total_bytes", 0) > max_bytes:
                left_out = (
                    f"Only the first {number} frames are shown, which take more than {max_bytes / (1 << 20):g} MiB. "
                    'A larger rcParams["animation.embed_limit"] shows more; `save()` writes them all.'
                )
                return
            yield frame

    animation.new_saved_frame_seq = frames_within_limits
    try:
        with sys.modules["tempfile"].TemporaryDirectory() as folder:
            path = f"{folder}/player.html"
            animation.save(path, writer=writer)
            with open(path, encoding="utf-8") as file:  # noqa: PTH123  pathlib would cost milliseconds at the start
                html = file.read()
    finally:
        del animation.new_saved_frame_seq
    return _without_network(html) + (f"<p>{left_out}</p>" if left_out else "")


def without_network(html: str) -> str:
    """Return *html* such that the players of matplotlib in it need no network; other HTML as it is."""
    if "matplotlib.animation" not in sys.modules or 'class="anim-buttons"' not in html or _FONT not in html:
        return html
    return _without_network(html)


_FONT = "https://maxcdn.bootstrapcdn.com/font-awesome/"


def _without_network(html: str) -> str:
    start = html.find('<link rel="stylesheet"')
    if start >= 0:
        html = html[:start] + html[html.index(">", start) + 1 :]
    rules = "".join(f'.{name}::before {{ content: "{symbol}"; }} ' for name, symbol in _BUTTONS.items())
    return f'<meta charset="utf-8"><style>{rules}{_LOOK}</style>{html}'


_LOOK = """
.fa { font-style: normal; } .fa-flip-horizontal { display: inline-block; transform: scaleX(-1); }
.animation { font-family: inherit; } .animation img { max-width: 100%; border-radius: 4px; }
.animation .anim-buttons { display: flex; justify-content: center; gap: 4px; margin: 8px 0; }
.animation button {
  min-width: 34px; height: 28px; padding: 0; border: 1px solid rgb(128 128 128 / 40%); border-radius: 6px;
  background: rgb(128 128 128 / 10%); color: inherit; font: inherit; line-height: 1; cursor: pointer;
}
.animation button:hover { background: rgb(128 128 128 / 25%); }
.animation .anim-state { display: flex; justify-content: center; align-items: center; gap: 4px; }
.animation .anim-state label { margin-right: 8px; }
"""
