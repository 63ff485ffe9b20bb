"""matplotlib figures: displayed after the statement that drew on them, without a call and without importing matplotlib.

After each statement the open figures of pyplot that are new or have changed become displays. matplotlib reports changes
through a figure's `stale_callback`; because it also does so for a mere `savefig`, a picture is only shown when it
differs from the last one. If the script leaves the choice of a backend to matplotlib, no window opens: Agg draws, and
`plt.show()` shows the open figures and closes them, as a user does who closes the windows.
"""

from __future__ import annotations

import sys
from _weakref import ref
from binascii import b2a_base64
from io import BytesIO

from ..objects.short_repr import is_instance_of, safe_text
from ..protocol.output_item import OutputItem
from .animations import animations_in, player_html
from .charts import ISOLATED

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Result = TypeVar("Result")
    Show = Callable[[OutputItem, bool], None]
    FailureItem = Callable[[BaseException, str], OutputItem]

PIXEL_RATIO = 2
"""Pixels of the picture per CSS pixel, so that it is sharp on high-density screens."""
MAX_PIXELS = 60_000_000
"""A larger picture is drawn at the figure's own resolution."""
MAX_SVG_BYTES = 2_000_000
"""A larger SVG is left out, and the bitmap shown instead."""

PYPLOT_STATE = "matplotlib._pylab_helpers"
"""The module with the list of open figures; it is loaded when the script has imported pyplot."""


class FigureState:
    """What was shown of a figure, and whether it has changed since."""

    __slots__ = ("display_id", "figure", "has_changed", "picture", "statement")

    def __init__(self, figure: Any) -> None:
        self.figure = ref(figure)
        self.has_changed = True
        self.picture: int | None = None
        """The hash of the picture that was shown last."""
        self.statement = -1
        """The number of the statement that showed it last: within one, a figure is one display that is updated."""
        self.display_id = ""


class Figures:
    """Tracks the figures of one script and shows those that changed."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]], failure_item: FailureItem) -> None:
        """Take the open figures as shown; *failure_item* makes the error item for what drawing raises."""
        self._namespace = namespace
        self._failure_item = failure_item
        self._states: dict[int, FigureState] = {}
        self._played: list[Any] = []
        self._statement = 0
        self._number = 0
        self.is_active = True
        """False in a child that the script has forked."""
        for figure in self._open_figures():
            self._track(figure).has_changed = False

    # ---------------------------------------------------------------------------------------------- after statements

    def after_statement(self, show: Show) -> None:
        """Show the open figures that are new or have changed. Costs one lookup in `sys.modules` without matplotlib."""
        if PYPLOT_STATE in sys.modules and self.is_active:
            self._show_changed(show)
        self._statement += 1

    def show_open(self, show: Show, *, close: bool) -> None:
        """Implement `plt.show()`: show what has changed since it was shown, then close all if *close*."""
        if self.is_active:
            self._show_changed(show, play=True)
        if close:
            self._close_all()

    def show_one(self, figure: Any, show: Show) -> None:
        """Implement `fig.show()`."""
        if self.is_active:
            self._show_if_changed(figure, show, play=True)

    def _show_changed(self, show: Show, *, play: bool = False) -> None:
        self._states = {key: one for key, one in self._states.items() if one.figure() is not None}
        for figure in self._open_figures():
            self._show_if_changed(figure, show, play=play)

    def _show_if_changed(self, figure: Any, show: Show, *, play: bool) -> None:
        state = self._state_of(figure)
        animation = self._unplayed(figure) if play else None
        if animation is not None:
            self._play(animation, figure, state, show)
            return
        if not state.has_changed or (_is_blank(figure) if play else _is_empty(figure)):
            return
        drawn = self._attempt(lambda: draw(figure), "{} could not be drawn.", figure, show)
        state.has_changed = False
        if drawn is not None and drawn[1] != state.picture:
            item, state.picture = drawn
            self._show(item, state, show)

    def _attempt(self, step: Callable[[], Result], problem: str, figure: Any, show: Show) -> Result | None:
        """Return the result of *step*; if it raises, show the *problem* with *figure* and return None."""
        try:
            return step()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - what drawing raises is shown where the figure would be
            show(self._failure_item(error, problem.format(safe_text(figure))), False)
            return None

    def _show(self, item: OutputItem, state: FigureState, show: Show) -> None:
        is_update = state.statement == self._statement
        if not is_update:
            self._number += 1
            state.statement = self._statement
            state.display_id = f"figure-{self._number}"
        item.display_id = state.display_id
        show(item, is_update)

    def _state_of(self, figure: Any) -> FigureState:
        state = self._states.get(id(figure))
        return state if state is not None and state.figure() is figure else self._track(figure)

    def _track(self, figure: Any) -> FigureState:
        state = self._states[id(figure)] = FigureState(figure)
        before = getattr(figure, "stale_callback", None)

        def changed(artist: Any, value: Any) -> None:
            state.has_changed = True
            if before is not None:
                before(artist, value)

        figure.stale_callback = changed
        return state

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
        """Return the display of a value that is a figure or an animation; None for other values.

        Raises whatever drawing it raises.
        """
        if is_instance_of(value, "matplotlib.figure", "Figure"):
            item, picture = draw(value)
            state = self._state_of(value)
            state.has_changed = False
            state.picture = picture
            return item
        if is_instance_of(value, "matplotlib.animation", "Animation"):
            self._played.append(ref(value))
            item = OutputItem("display", safe_text(value), {"text/html": player_html(value)}, ISOLATED)
            figure = getattr(value, "_fig", None)
            if figure is not None:
                self._state_of(figure).has_changed = False  # it shows the player's last frame, no more
            return item
        return None

    # ---------------------------------------------------------------------------------------------------- animations

    def _unplayed(self, figure: Any) -> Any:
        self._played = [one for one in self._played if one() is not None]
        found = animations_in(self._namespace(), figure)
        return next((animation for animation in found if all(one() is not animation for one in self._played)), None)

    def _play(self, animation: Any, figure: Any, state: FigureState, show: Show) -> None:
        self._played.append(ref(animation))
        problem = "The animation of {} could not be drawn."
        html = self._attempt(lambda: player_html(animation), problem, figure, show)
        if html is not None:
            state.has_changed = False
            self._show(OutputItem("display", safe_text(figure), {"text/html": html}, ISOLATED), state, show)

    # -------------------------------------------------------------------------------------------------------- pyplot

    def prepare_pyplot(self, pyplot: Any, show: Show) -> None:
        """Replace the automatic choice of a backend by Agg, unless the script chose one before it imported pyplot."""
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
        """Make Agg show figures in the page, if it was not the script's own choice."""
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


def _is_blank(figure: Any) -> bool:
    """Whether nothing was drawn yet: `plt.figure()` alone."""
    return not figure.axes and len(figure.get_children()) <= 1


def _is_empty(figure: Any) -> bool:
    """Whether nothing was drawn into the axes either: `plt.subplots()`, before its first line."""
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
    pixel_ratio = PIXEL_RATIO if width * height * PIXEL_RATIO**2 <= MAX_PIXELS else 1
    if warnings is None:
        png = _rendered(figure, "png", dpi * pixel_ratio)
    else:
        with warnings.catch_warnings():  # a window would draw later, and a script that shows none hears nothing
            warnings.simplefilter("ignore")
            png = _rendered(figure, "png", dpi * pixel_ratio)
    pixels = [int.from_bytes(png[start : start + 4], "big") for start in (16, 20)]
    size = {"width": round(pixels[0] / pixel_ratio), "height": round(pixels[1] / pixel_ratio)}
    data: dict[str, Any] = {"image/png": b2a_base64(png, newline=False).decode("ascii")}
    metadata = {"image/png": size}
    if matplotlib.rcParams["savefig.format"] == "svg":
        svg = _rendered(figure, "svg", dpi)
        if len(svg) <= MAX_SVG_BYTES:
            data["image/svg+xml"] = svg.decode()
            metadata["image/svg+xml"] = size
    return OutputItem("display", safe_text(figure), data, metadata), hash(png)


def _rendered(figure: Any, file_format: str, dpi: float) -> bytes:
    file = BytesIO()
    colours = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
    figure.canvas.print_figure(file, format=file_format, dpi=dpi, **colours)
    return file.getvalue()
