"""matplotlib figures: each is displayed where it is finished, without a call and without importing matplotlib.

After each statement the open figures of pyplot that are new or have changed are announced. While the statements that
follow draw, and show nothing else, a figure's display moves on to the latest that drew on it; what it was stays with
the earlier ones as a *step*. It is drawn when a statement follows that does not draw, at `plt.show()`, and when the run
is over, or after 250 ms; see `figure_drawer`.
"""

from __future__ import annotations

import sys
from _weakref import ref

from ..objects.short_repr import safe_text
from ..protocol.output_item import FIGURE, OutputItem
from .animations import animations_in
from .drawing import has_artists, is_animation, is_blank, is_empty, is_figure, may_draw
from .figure_drawer import NOT_DRAWN, FigureDrawer, Shown
from .figure_states import PYPLOT_STATE, FigureState, FigureStates

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import CodeType
    from typing import Any, Protocol

    from . import figure_drawer

    class Page(figure_drawer.Page, Protocol):
        """Where figures are announced and shown."""

        def show(self, item: OutputItem, is_update: bool = False) -> None:
            """Show *item* with the statement that runs."""

        def shows_other(self) -> bool:
            """Whether the statement has shown anything but figures."""


UNREPORTED = frozenset({"xticks", "yticks", "thetagrids", "rgrids"})
"""Functions of pyplot that change labels of ticks, of which matplotlib reports nothing."""


class Figures:
    """Shows the figures of one script."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]], page: Page) -> None:
        """Take the open figures as shown."""
        self.drawer = FigureDrawer(page)
        self.prefix = ""
        """What the ids of figures begin with."""
        self.is_active = True
        """False in a child that the script has forked."""
        self._namespace = namespace
        self._page = page
        self._states = FigureStates()
        self._played: list[Any] = []
        self._values: list[Any] = []
        """Figures and animations that are the value of the statement."""
        self._statement = 0
        self._number = 0
        self._keeps_steps = False

    # ------------------------------------------------------------------------------------------------ runs, statements

    def begin_run(self, *, keeps_steps: bool = False) -> None:
        """A run begins; with *keeps_steps*, what each of its statements has made of a figure is shown for good."""
        self._keeps_steps = keeps_steps
        self.drawer.begin_run()

    def after_statement(self, following: CodeType | None) -> None:
        """Announce what the statement drew on; draw what is finished. The *following* statement may go on with it."""
        if not self.is_active:
            return
        changed = [
            (one, state) for one, state in self._states.of_open_figures() if state.has_changed and not is_empty(one)
        ]
        goes_on = self._states.have_been_drawn_on() or bool(self._values)
        if not goes_on or self._page.shows_other():  # where this stands, what is above it is finished
            for state in self._states:
                state.current = None
        new = [self._announce(figure, state) for figure, state in changed]
        new += [self._announce_value(value) for value in self._values]
        self._values.clear()
        self._hold_animated()
        may_go_on = not self._keeps_steps and following is not None and may_draw(following, self._namespace())
        kept = [shown for shown in new if may_go_on and not shown.is_held]
        self.drawer.finish([shown for shown in self.drawer.unfinished if shown not in kept and not shown.is_held])
        self.drawer.keep([shown for shown in kept if shown in self.drawer.unfinished])
        self._statement += 1
        self._states.end_statement()

    def end_run(self, *, waits: bool = True) -> None:
        """Draw what is left and, if it *waits*, return when it is drawn.

        Raises:
            KeyboardInterrupt: the user would not wait: `give_up`.
        """
        for shown in [shown for shown in self.drawer.unfinished if shown.is_held]:
            if any(getattr(one, "_draw_was_started", False) for one in animations_in(self._namespace(), shown.source)):
                self.drawer.overtake(shown)
        self.drawer.end_run(waits=waits)

    def give_up(self, error: BaseException) -> list[tuple[str, OutputItem]]:
        """Draw no more because of *error*; return what is to be said where figures were announced."""
        return [(name, self._page.failure_item(error, NOT_DRAWN)) for name in self.drawer.give_up()]

    # ------------------------------------------------------------------------------------------------- single values

    def take_value(self, value: object, called: str = "") -> bool:
        """Whether the echo of *value*, which the statement gave, is the business of figures.

        A figure is displayed with the statement; parts of a drawing are not echoed by the statement that drew them,
        such as those which the function *called* returns.
        """
        if called in UNREPORTED and has_artists(value):
            self._states.change_current()
        if is_animation(value) or is_figure(value):
            is_shown_anyway = self._states.have_been_drawn_on() and is_figure(value) and self._is_new(value)
            if not is_shown_anyway:
                self._values.append(value)
            return True
        return self._states.have_been_drawn_on() and has_artists(value)

    def _is_new(self, figure: object) -> bool:
        return any(one is figure and state.has_changed for one, state in self._states.of_open_figures())

    def show_value(self, value: object, display_id: str | None, *, is_update: bool) -> bool:
        """Implement `display(value)` of a figure or an animation; say whether it is one."""
        if not (is_figure(value) or is_animation(value)):
            return False
        self.drawer.finish([self._announce_value(value, display_id, is_update=is_update)], now=True)
        return True

    # ------------------------------------------------------------------------------------------------- pyplot's show

    def show_open(self, *, close: bool) -> None:
        """Implement `plt.show()`: show what has changed since it was shown, then close all if *close*."""
        if self.is_active:
            self._show([figure for figure, _ in self._states.of_open_figures()])
        if close:
            self._close_all()

    def show_one(self, figure: Any) -> None:
        """Implement `fig.show()`."""
        if self.is_active:
            self._show([figure])

    def _show(self, figures: Sequence[Any]) -> None:
        for figure in figures:
            state = self._states.of(figure)
            animation = self._unplayed(figure)
            if animation is not None:
                self._announce_value(animation)
            elif state.has_changed and not is_blank(figure):
                self._announce(figure, state)
        self.drawer.finish([shown for shown in self.drawer.unfinished if not shown.is_held], now=True)

    def _close_all(self) -> None:
        known = sys.modules[PYPLOT_STATE].Gcf
        event = getattr(sys.modules.get("matplotlib.backend_bases"), "CloseEvent", None)
        for manager in known.get_all_fig_managers():
            if event is not None:
                manager.canvas.callbacks.process("close_event", event("close_event", manager.canvas))
        known.destroy_all()

    # ----------------------------------------------------------------------------------------------------- announcing

    def _announce(self, figure: Any, state: FigureState) -> Shown:
        """Say that a picture of *figure* will come here; what was announced before is a step of it."""
        state.has_changed = False
        before = state.current
        if before is not None and before.statement == self._statement:
            self.drawer.again(before, figure)
            return before
        if before is not None and not self._keeps_steps:
            self.drawer.overtake(before)
        state.current = self._shown(figure)
        return state.current

    def _announce_value(self, value: Any, display_id: str | None = None, *, is_update: bool = False) -> Shown:
        """Say that a picture of *value* will come here, which the script has asked for: it does not move on."""
        figure = value
        if is_animation(value):
            self._played.append(ref(value))
            value._draw_was_started = True  # as in a window, so that it does not complain when it goes
            figure = getattr(value, "_fig", None)
        if figure is not None:
            state = self._states.of(figure)
            state.has_changed = False
            held = [shown for shown in self.drawer.unfinished if shown.is_held and shown.source is figure]
            before = [*held, *([] if state.current is None or self._keeps_steps else [state.current])]
            for shown in dict.fromkeys(before):
                self.drawer.overtake(shown)
            state.current = None
        return self._shown(value, display_id, is_update=is_update)

    def _shown(self, source: Any, display_id: str | None = None, *, is_update: bool = False) -> Shown:
        self._number += 1
        shown = Shown(f"{self.prefix}{self._number}", source, self._statement)
        self.drawer.unfinished.append(shown)
        metadata = {FIGURE: {"id": shown.figure_id, "pending": True}}
        item = OutputItem("display", safe_text(source), {}, metadata, display_id or f"figure-{shown.figure_id}")
        self._page.show(item, is_update)
        return shown

    # ---------------------------------------------------------------------------------------------------- animations

    def _hold_animated(self) -> None:
        """Draw no figure of an animation, which is to be played or saved, unless that does not happen in this run."""
        if "matplotlib.animation" in sys.modules:
            for shown in self.drawer.unfinished:
                if is_figure(figure := shown.original()) and animations_in(self._namespace(), figure):
                    self.drawer.hold(shown, figure)

    def _unplayed(self, figure: Any) -> Any:
        self._played = [one for one in self._played if one() is not None]
        found = animations_in(self._namespace(), figure)
        return next((animation for animation in found if all(one() is not animation for one in self._played)), None)
