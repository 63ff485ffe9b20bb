"""FigureStates: which figures of pyplot are open, and which have changed since they were shown.

matplotlib reports a change through a figure's `stale_callback`.
"""

from __future__ import annotations

import sys
from _weakref import ref

from .drawing import is_seen

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .figure_drawer import Shown

PYPLOT_STATE = "matplotlib._pylab_helpers"
"""The module with the list of open figures; it is loaded when the script has imported pyplot."""


class FigureState:
    """What was shown of a figure, and whether it has changed since."""

    __slots__ = ("current", "figure", "has_changed")

    def __init__(self, figure: Any) -> None:
        self.figure = ref(figure)
        self.has_changed = True
        self.current: Shown | None = None
        """Where it is displayed, as long as that moves on when it changes."""


class FigureStates:
    """The states of the figures of one script."""

    def __init__(self) -> None:
        """Take the open figures as shown."""
        self._states: dict[int, FigureState] = {}
        self._has_drawn = False
        for _, state in self.of_open_figures():
            state.has_changed = False

    def __iter__(self) -> Iterator[FigureState]:
        self._states = {key: one for key, one in self._states.items() if one.figure() is not None}
        return iter(self._states.values())

    def of(self, figure: Any) -> FigureState:
        """Return the state of *figure*, which counts as changed when it was not known before."""
        state = self._states.get(id(figure))
        return state if state is not None and state.figure() is figure else self._track(figure)

    def of_open_figures(self) -> list[tuple[Any, FigureState]]:
        """Return the figures that pyplot knows, each with its state."""
        known = getattr(sys.modules.get(PYPLOT_STATE), "Gcf", None)
        managers = [] if known is None else known.get_all_fig_managers()
        return [(manager.canvas.figure, self.of(manager.canvas.figure)) for manager in managers]

    def have_been_drawn_on(self) -> bool:
        """Whether the statement has made or changed a figure."""
        self.of_open_figures()
        return self._has_drawn

    def change_current(self) -> None:
        """Take the current figure of pyplot as changed."""
        active = sys.modules[PYPLOT_STATE].Gcf.get_active()
        if active is not None:
            self.of(active.canvas.figure).has_changed = self._has_drawn = True

    def end_statement(self) -> None:
        """The next statement has drawn on nothing yet."""
        self._has_drawn = False

    def _track(self, figure: Any) -> FigureState:
        state = self._states[id(figure)] = FigureState(figure)
        self._has_drawn = True
        before = getattr(figure, "stale_callback", None)

        def changed(artist: Any, value: Any) -> None:
            if not (state.has_changed and self._has_drawn) and is_seen(sys._getframe(1)):
                state.has_changed = self._has_drawn = True
            if before is not None:
                before(artist, value)

        figure.stale_callback = changed
        return state
