"""matplotlib figures: shown with the statement that drew on them, without any call and without importing matplotlib.

After each statement the open figures of pyplot that are new or have changed become displays. matplotlib tells of
changes through a figure's `stale_callback`; because it also does so for a mere `savefig`, a picture is only shown when
it differs from the last one. Where the script leaves the choice of a backend to matplotlib, no window opens: Agg draws,
and `plt.show()` shows what is open and closes it, as a user does who closes the windows.
"""

from __future__ import annotations

import sys
from _weakref import ref
from binascii import b2a_base64
from io import BytesIO

from ..objects.short_repr import is_instance_of, safe_text
from ..protocol.output_item import OutputItem
from .animations import animations_in, player_html

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Show = Callable[[OutputItem, bool], None]
    Problem = Callable[[BaseException, str], OutputItem]

SHARPNESS = 2
"""Pixels of the picture for one CSS pixel, so that it is crisp on dense screens."""
MOST_PIXELS = 60_000_000
"""A picture with more than these is drawn at the figure's own resolution."""
LONGEST_SVG = 2_000_000
"""Bytes of an SVG; with more, a picture of pixels is the better one."""

PYPLOT_STATE = "matplotlib._pylab_helpers"
"""The module that knows the open figures; it is there when the script has imported pyplot."""


class ShownFigure:
    """What is remembered of a figure."""

    __slots__ = ("display_id", "figure", "has_changed", "picture", "statement")

    def __init__(self, figure: Any) -> None:
        self.figure = ref(figure)
        self.has_changed = True
        self.picture: int | None = None
        """The hash of the picture that was shown last."""
        self.statement = -1
        """Which statement showed it last: within one, a figure is one display that is updated."""
        self.display_id = ""


class Figures:
    """The figures of one script."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]], problem: Problem) -> None:
        """Start with those that are open now as known; *problem* describes what drawing raised."""
        self._namespace = namespace
        self._problem = problem
        self._known: dict[int, ShownFigure] = {}
        self._played: list[Any] = []
        self._statement = 0
        self._number = 0
        self.is_active = True
        """False in a child that the script has forked."""
        for figure in self._open_figures():
            self._remember(figure).has_changed = False

    # ---------------------------------------------------------------------------------------------- after statements

    def after_statement(self, show: Show) -> None:
        """Show the open figures that are new or have changed. Costs one look into `sys.modules` without matplotlib."""
        if PYPLOT_STATE in sys.modules and self.is_active:
            self._show_changed(show)
        self._statement += 1

    def show_open(self, show: Show, *, close: bool) -> None:
        """Do what `plt.show()` is for: show what has changed since it was shown, then close all when *close*."""
        if self.is_active:
            self._show_changed(show, play=True)
        if close:
            self._close_all()

    def show_one(self, figure: Any, show: Show) -> None:
        """Do what `fig.show()` is for."""
        if self.is_active:
            self._show_if_changed(figure, show, play=True)

    def _show_changed(self, show: Show, *, play: bool = False) -> None:
        self._known = {key: one for key, one in self._known.items() if one.figure() is not None}
        for figure in self._open_figures():
            self._show_if_changed(figure, show, play=play)

    def _show_if_changed(self, figure: Any, show: Show, *, play: bool) -> None:
        known = self._memory_of(figure)
        film = self._unplayed(figure) if play else None
        if film is not None:
            self._play(film, figure, known, show)
            return
        if not known.has_changed or (_is_blank(figure) if play else _is_empty(figure)):
            return
        try:
            item, picture = draw(figure)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - what drawing raises is shown where the figure would be
            known.has_changed = False
            show(self._problem(error, f"{safe_text(figure)} could not be drawn."), False)
            return
        known.has_changed = False
        if picture != known.picture:
            known.picture = picture
            self._show(item, known, show)

    def _show(self, item: OutputItem, known: ShownFigure, show: Show) -> None:
        is_update = known.statement == self._statement
        if not is_update:
            self._number += 1
            known.statement = self._statement
            known.display_id = f"figure-{self._number}"
        item.display_id = known.display_id
        show(item, is_update)

    def _memory_of(self, figure: Any) -> ShownFigure:
        known = self._known.get(id(figure))
        return known if known is not None and known.figure() is figure else self._remember(figure)

    def _remember(self, figure: Any) -> ShownFigure:
        known = self._known[id(figure)] = ShownFigure(figure)
        before = getattr(figure, "stale_callback", None)

        def changed(artist: Any, value: Any) -> None:
            known.has_changed = True
            if before is not None:
                before(artist, value)

        figure.stale_callback = changed
        return known

    def _open_figures(self) -> list[Any]:
        state = getattr(sys.modules.get(PYPLOT_STATE), "Gcf", None)
        return [] if state is None else [manager.canvas.figure for manager in state.get_all_fig_managers()]

    def _close_all(self) -> None:
        state = sys.modules[PYPLOT_STATE].Gcf
        event = getattr(sys.modules.get("matplotlib.backend_bases"), "CloseEvent", None)
        for manager in state.get_all_fig_managers():
            if event is not None:
                manager.canvas.callbacks.process("close_event", event("close_event", manager.canvas))
        state.destroy_all()

    # ------------------------------------------------------------------------------------------------- single values

    def picture_of(self, value: Any) -> OutputItem | None:
        """Return the display of a value that is a figure or an animation, None for all else.

        Raises whatever drawing it raises.
        """
        if is_instance_of(value, "matplotlib.figure", "Figure"):
            item, picture = draw(value)
            known = self._memory_of(value)
            known.has_changed = False
            known.picture = picture
            return item
        if is_instance_of(value, "matplotlib.animation", "Animation"):
            self._played.append(ref(value))
            item = OutputItem("display", safe_text(value), {"text/html": player_html(value)}, _ISOLATED)
            figure = getattr(value, "_fig", None)
            if figure is not None:
                self._memory_of(figure).has_changed = False  # it shows the player's last frame, no more
            return item
        return None

    # ---------------------------------------------------------------------------------------------------- animations

    def _unplayed(self, figure: Any) -> Any:
        self._played = [one for one in self._played if one() is not None]
        found = animations_in(self._namespace(), figure)
        return next((film for film in found if all(one() is not film for one in self._played)), None)

    def _play(self, film: Any, figure: Any, known: ShownFigure, show: Show) -> None:
        self._played.append(ref(film))
        text = safe_text(figure)
        try:
            item = OutputItem("display", text, {"text/html": player_html(film)}, _ISOLATED)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - as for figures
            show(self._problem(error, f"The animation of {text} could not be drawn."), False)
            return
        known.has_changed = False
        self._show(item, known, show)

    # -------------------------------------------------------------------------------------------------------- pyplot

    def prepare_pyplot(self, pyplot: Any, show: Show) -> None:
        """Let no window open when nobody has chosen a backend by the time that the script imports pyplot."""
        matplotlib = sys.modules["matplotlib"]
        parameters = matplotlib.rcParams
        automatic = matplotlib.rcsetup._auto_backend_sentinel
        if dict.__getitem__(parameters, "backend") is not automatic:
            return
        may_fall_back = parameters["backend_fallback"]
        switch = pyplot.switch_backend

        def switch_backend(newbackend: Any) -> None:
            if newbackend is not automatic:
                switch(newbackend)
                return
            switch("agg")
            matplotlib.rcParamsOrig["backend"] = "agg"
            self._take_over(pyplot._backend_mod, show, lambda: parameters["backend_fallback"] == may_fall_back)

        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(switch_backend, name, getattr(switch, name))
        pyplot.switch_backend = switch_backend

    def _take_over(self, backend: Any, show: Show, still_automatic: Callable[[], bool]) -> None:
        """Make an Agg that nobody has asked for show figures in the page."""
        plain_show = backend.show
        plain_new_manager = backend.new_figure_manager

        def show_all(*args: Any, block: bool | None = None, **kwargs: Any) -> None:
            if not still_automatic():  # `matplotlib.use("Agg")` has made it the script's own choice
                plain_show(*args, block=block, **kwargs)
                return
            if block is None:
                block = not sys.modules["matplotlib"].is_interactive()
            self.show_open(show, close=block)

        def new_figure_manager(*args: Any, **kwargs: Any) -> Any:
            manager = plain_new_manager(*args, **kwargs)
            manager.show = lambda: self.show_one(manager.canvas.figure, show)
            return manager

        backend.show = show_all
        backend.new_figure_manager = new_figure_manager


_ISOLATED = {"text/html": {"isolated": True}}


def _is_blank(figure: Any) -> bool:
    """Tell whether nothing was drawn yet: `plt.figure()` alone."""
    return not figure.axes and len(figure.get_children()) <= 1


def _is_empty(figure: Any) -> bool:
    """Tell whether nothing was drawn into the axes either: `plt.subplots()`, before its first line."""
    kept = ("lines", "patches", "collections", "images", "texts", "tables", "artists", "child_axes")
    return len(figure.get_children()) <= 1 + len(figure.axes) and not any(
        any(len(getattr(axes, name, ())) for name in kept)
        or axes.get_legend() is not None
        or any(text() for text in (axes.get_title, axes.get_xlabel, axes.get_ylabel))
        for axes in figure.axes
    )


def draw(figure: Any) -> tuple[OutputItem, int]:
    """Return the display of *figure*, and a hash of its picture."""
    matplotlib = sys.modules["matplotlib"]
    warnings = sys.modules.get("warnings")
    dpi = getattr(figure, "_original_dpi", figure.dpi)
    width, height = figure.get_size_inches() * dpi
    sharpness = SHARPNESS if width * height * SHARPNESS**2 <= MOST_PIXELS else 1
    if warnings is None:
        png = _rendered(figure, "png", dpi * sharpness)
    else:
        with warnings.catch_warnings():  # a window would draw later, and a script that shows none hears nothing
            warnings.simplefilter("ignore")
            png = _rendered(figure, "png", dpi * sharpness)
    pixels = [int.from_bytes(png[start : start + 4], "big") for start in (16, 20)]
    size = {"width": round(pixels[0] / sharpness), "height": round(pixels[1] / sharpness)}
    data: dict[str, Any] = {"image/png": b2a_base64(png, newline=False).decode("ascii")}
    metadata = {"image/png": size}
    if matplotlib.rcParams["savefig.format"] == "svg":
        svg = _rendered(figure, "svg", dpi)
        if len(svg) <= LONGEST_SVG:
            data["image/svg+xml"] = svg.decode()
            metadata["image/svg+xml"] = size
    return OutputItem("display", safe_text(figure), data, metadata), hash(png)


def _rendered(figure: Any, file_format: str, dpi: float) -> bytes:
    file = BytesIO()
    colours = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
    figure.canvas.print_figure(file, format=file_format, dpi=dpi, **colours)
    return file.getvalue()
