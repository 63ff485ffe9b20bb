"""DisplayHooks: display values and figures, and redirect what libraries show to the page.

The hooks join the live objects, the figures and the output sink of the statement that runs. `install` waits for the
script to import matplotlib, IPython, plotly or Bokeh, whose own functions for showing something then lead to the page
rather than to a window, a browser or nowhere.
"""

from __future__ import annotations

import sys
from _thread import get_ident

from ..objects.live_objects import LiveObjects
from ..objects.short_repr import safe_text
from ..protocol.json_limits import json_copy
from ..protocol.output_item import OutputItem, printable
from .charts import ISOLATED, bokeh_html, plotly_html
from .figure_states import PYPLOT_STATE
from .figures import Figures
from .import_hooks import ImportHooks
from .ipython import prepare_ipython
from .pyplot import prepare_pyplot
from .represent import add_bundle, represent

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from types import CodeType
    from typing import Any, TypeVar

    from ..protocol.output_item import OutputSink
    from .represent import DescribeError

    Result = TypeVar("Result")


class DisplayHooks:
    """Everything that a script displays, as opposed to what it writes."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]], describe_error: DescribeError) -> None:
        """*namespace* returns the variables of the script, *describe_error* makes the item for an exception."""
        self.live_objects = LiveObjects(namespace)
        self.figures = Figures(namespace, self)
        self.output: OutputSink | None = None
        """The sink of the statement that runs."""
        self.when_imported: dict[str, Callable[[Any], None]] = {}
        """What else is called with a module once the script has imported it, by its name."""
        self._describe_error = describe_error
        self._thread = get_ident()
        """Only this thread receives signals."""

    @property
    def has_figures(self) -> bool:
        """Whether the script has imported pyplot; costs one lookup in `sys.modules`."""
        return PYPLOT_STATE in sys.modules

    def show_figures(self, following: CodeType | None) -> None:
        """Announce the figures that the statement has drawn on; *following* is the code that may go on with them."""
        try:
            self.figures.after_statement(following)
        except Exception as error:  # noqa: BLE001  an unknown version of matplotlib must not end the run
            self.show(self.failure_item(error, "rdit failed to look for figures."))

    def echo(self, value: object, called: str) -> list[OutputItem]:
        """Return the items that show the *value* of a statement; of a figure there are none, for it comes by itself.

        *called* is the name of the function that gave it, if that was called with arguments.
        """
        if self.has_figures and self.figures.is_active and self.figures.take_value(value, called):
            return []
        return self.represent(value)

    def represent(
        self, value: object, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> list[OutputItem]:
        """Return the items that show *value*."""
        return represent(value, self._describe_error, self.live_objects, include=include, exclude=exclude)

    def show(self, item: OutputItem, is_update: bool = False) -> None:
        """Show *item* at once, while a statement runs."""
        if self.output is not None:
            self._send(self.output.show, item, update=is_update)

    def draw(self, figure_id: str, item: OutputItem) -> None:
        """Show *item* in place of the figure that was announced by that id."""
        if self.output is not None:
            self._send(self.output.draw, figure_id, item)

    def overtake(self, figure_id: str) -> None:
        """Make the display of a figure a step of a later one."""
        if self.output is not None:
            self._send(self.output.overtake, figure_id)

    def shows_other(self) -> bool:
        """Whether the statement has written or shown anything but figures."""
        return self.output is not None and self.output.has_shown

    def apart(self, act: Callable[[], Result]) -> Result:
        """Call *act* such that no signal for the script comes in between."""
        return self._send(act)

    def _send(self, method: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        """Call a method of the output sink outside of the script's code, so that no interrupt tears it."""
        output = self.output
        if output is None or get_ident() != self._thread:
            return method(*arguments, **options)
        output.leave()
        try:
            return method(*arguments, **options)
        finally:
            output.enter()

    def show_value(
        self,
        value: object,
        *,
        include: Container[str] | None = None,
        exclude: Container[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        display_id: str | None = None,
        is_update: bool = False,
        is_raw: bool = False,
    ) -> None:
        """Implement `display(value)`; with *is_raw* the value is itself a MIME bundle."""
        metadata = json_copy(metadata or {})
        if is_raw:
            data: dict[str, Any] = {}
            notes: dict[str, Any] = dict(metadata)
            add_bundle(value, data, notes)
            self._show_as_display(
                OutputItem("display", str(data.get("text/plain", "")), data, notes), display_id, is_update
            )
            return
        if self.figures.is_active and self.figures.show_value(value, display_id, is_update=is_update):
            return
        for item in self.represent(value, include, exclude):
            if item.type == "stdout" and display_id is None and self.output is not None:
                self._send(self.output.echo, item.text)
            elif item.type == "error":
                self.show(item)
            else:
                if metadata:
                    item.metadata = {**(item.metadata or {}), **metadata}
                self._show_as_display(item, display_id, is_update)

    def _show_as_display(self, item: OutputItem, display_id: str | None, is_update: bool) -> None:
        if item.type == "stdout":
            item = OutputItem("display", item.text.removesuffix("\n"))
        item.data = item.data or {"text/plain": item.text}
        item.display_id = None if display_id is None else printable(display_id)
        self.show(item, is_update)

    def clear(self, *, wait: bool) -> None:
        """Implement `clear_output()`."""
        if self.output is not None:
            self._send(self.output.clear, wait=wait)

    def failure_item(self, error: BaseException, what: str) -> OutputItem:
        """Return the error item that says *what* failed."""
        item = self._describe_error(error)
        item.text = f"{what}\n{type(error).__name__}: {safe_text(error, str)}\n"  # the frames are the library's own
        return item

    # ------------------------------------------------------------------------------------------ libraries

    def install(self) -> None:
        """Install a post-import hook for each library."""
        ImportHooks(
            {
                **self.when_imported,
                "matplotlib.pyplot": self._guarded(self._prepare_pyplot),
                "IPython.core.display_functions": self._guarded(
                    lambda module: prepare_ipython(module, self.show_value, self.clear)
                ),
                "plotly.io._renderers": self._guarded(self._prepare_plotly),
                "bokeh.io.showing": self._guarded(self._prepare_bokeh),
            }
        ).install()

    def _guarded(self, prepare: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return *prepare* such that an unknown version of a library can still be imported."""

        def prepared(module: Any) -> None:
            try:
                prepare(module)
            except Exception as error:  # noqa: BLE001  an unknown version may raise anything
                version = getattr(
                    sys.modules.get(module.__name__.partition(".")[0]), "__version__", "of unknown version"
                )
                what = f"rdit does not know how to show what {module.__name__} {version} shows."
                self.show(self.failure_item(error, what))

        return prepared

    def _prepare_pyplot(self, module: Any) -> None:
        self.apart(self.figures.drawer.copies.expect)
        prepare_pyplot(module, self.figures)

    def _prepare_plotly(self, module: Any) -> None:
        """Redirect `fig.show()` from the browser to the page, unless the script has chosen a renderer."""
        renderers = module.renderers
        if renderers.default not in {"", "browser", None} or sys.modules["os"].environ.get("PLOTLY_RENDERER"):
            return
        show_value = self.show_value

        class Renderer(module.ExternalRenderer):  # type: ignore[misc]
            def render(self, fig_dict: Any) -> None:
                data, metadata = plotly_html(fig_dict)
                show_value({**data, "text/plain": "plotly figure"}, metadata=metadata, is_raw=True)

        Renderer.__name__ = Renderer.__qualname__ = "BrowserRenderer"
        Renderer.__module__ = "plotly.io._base_renderers"
        renderers["browser"] = Renderer()
        renderers.default = "browser"

    def _prepare_bokeh(self, module: Any) -> None:
        """Redirect `show(plot)` to the page; the file that it writes is written all the same."""

        def show_file_with_state(obj: Any, state: Any, new: Any, controller: Any) -> None:  # noqa: ARG001
            module.save(obj, state=state)
            self.show_value({"text/html": bokeh_html(obj), "text/plain": repr(obj)}, metadata=ISOLATED, is_raw=True)

        if not hasattr(module, "_show_file_with_state"):
            raise AttributeError("bokeh.io.showing has no _show_file_with_state")
        module._show_file_with_state = show_file_with_state
