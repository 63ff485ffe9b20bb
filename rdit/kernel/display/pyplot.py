"""pyplot's choice of a backend: where the script leaves it to matplotlib, no window opens and figures go to the page.

Agg draws, and `plt.show()` shows the open figures and closes them, as a user does who closes the windows.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .figures import Figures


def prepare_pyplot(pyplot: Any, figures: Figures) -> None:
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
        _take_over(pyplot._backend_mod, figures, lambda: parameters["backend_fallback"] == may_fall_back)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(switch_backend, name, getattr(switch, name))
    pyplot.switch_backend = switch_backend


def _take_over(backend: Any, figures: Figures, still_automatic: Callable[[], bool]) -> None:
    """Make Agg show figures in the page, if it was not the script's own choice."""
    plain_show = backend.show
    plain_new_manager = backend.new_figure_manager

    def show_all(*args: Any, block: bool | None = None, **kwargs: Any) -> None:
        if not still_automatic():  # `matplotlib.use("Agg")` has made it the script's own choice
            plain_show(*args, block=block, **kwargs)
            return
        if block is None:
            block = not sys.modules["matplotlib"].is_interactive()
        figures.show_open(close=block)

    def new_figure_manager(*args: Any, **kwargs: Any) -> Any:
        manager = plain_new_manager(*args, **kwargs)
        manager.show = lambda: figures.show_one(manager.canvas.figure)
        return manager

    backend.show = show_all
    backend.new_figure_manager = new_figure_manager
