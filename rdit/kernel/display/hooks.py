"""What makes the values, figures and displays of one script visible, and how the script's libraries come to use it.

A `Showing` joins the live objects, the figures and the output sink of the statement under way. `hook_imports` lets it
act when the script imports matplotlib, IPython, plotly or Bokeh: their own ways to show something then lead to the
page, rather than to a window, a browser or nowhere.
"""

from __future__ import annotations

import sys
from _thread import get_ident

from ..objects.live_objects import LiveObjects
from ..objects.short_repr import safe_text
from ..protocol.output_item import OutputItem
from .after_import import AfterImport
from .charts import bokeh_html, plotly_html
from .figures import PYPLOT_STATE, Figures
from .ipython import prepare_ipython
from .represent import add_bundle, represent

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from typing import Any

    from ..protocol.output_item import OutputSink
    from .represent import DescribeError


class Showing:
    """Everything about a script that is seen, apart from what it writes."""

    def __init__(self, namespace: Callable[[], Mapping[str, Any]], describe_error: DescribeError) -> None:
        """Serve the script whose variables *namespace* returns; *describe_error* makes the item for an exception."""
        self.objects = LiveObjects(namespace)
        self.figures = Figures(namespace, self._problem)
        self.output: OutputSink | None = None
        """Where the output of the statement under way goes."""
        self._describe_error = describe_error
        self._thread = get_ident()
        """Signals reach this thread alone."""

    def become_ordinary(self) -> None:
        """In a child that the script has forked: show nothing any more."""
        self.figures.is_active = False

    @property
    def has_figures(self) -> bool:
        """Whether the script may have figures at all; costs one look into `sys.modules`."""
        return PYPLOT_STATE in sys.modules

    def show_figures(self) -> None:
        """Show the figures that the statement which just ended has drawn on."""
        try:
            self.figures.after_statement(self.show)
        except Exception as error:  # noqa: BLE001  a figure or a matplotlib unlike any known here ends no run
            self.show(self._problem(error, "rdit failed to look for figures."))

    def items_of(
        self, value: object, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> list[OutputItem]:
        """Return the items that show *value*; see `display.represent`."""
        return represent(value, self._describe_error, self.objects, self.figures, include=include, exclude=exclude)

    def show(self, item: OutputItem, is_update: bool = False) -> None:
        """Show *item* at once, in the midst of a statement; no interrupt tears it."""
        output = self.output
        if output is None:
            return
        if get_ident() != self._thread:
            output.show(item, update=is_update)
            return
        output.leave()
        try:
            output.show(item, update=is_update)
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
        """Do what `display(value)` is for; *is_raw* says that the value is a MIME bundle itself."""
        if is_raw:
            data: dict[str, Any] = {}
            notes: dict[str, Any] = dict(metadata or {})
            add_bundle(value, data, notes)
            self._show_as_display(
                OutputItem("display", str(data.get("text/plain", "")), data, notes), display_id, is_update
            )
            return
        for item in self.items_of(value, include, exclude):
            if item.type == "stdout" and display_id is None and self.output is not None:
                self._echo(item.text)
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
        item.display_id = display_id
        self.show(item, is_update)

    def _echo(self, text: str) -> None:
        if self.output is not None:
            if get_ident() == self._thread:
                self.output.leave()
            try:
                self.output.echo(text)
            finally:
                if get_ident() == self._thread:
                    self.output.enter()

    def clear(self, *, wait: bool) -> None:
        """Do what `clear_output` is for."""
        output = self.output
        if output is None:
            return
        if get_ident() != self._thread:
            output.clear(wait=wait)
            return
        output.leave()
        try:
            output.clear(wait=wait)
        finally:
            output.enter()

    def _problem(self, error: BaseException, what: str) -> OutputItem:
        item = self._describe_error(error)
        item.text = f"{what}\n{type(error).__name__}: {safe_text(error, str)}\n"  # the frames are the library's own
        return item

    # ------------------------------------------------------------------------------------------ the script's libraries

    def hook_imports(self) -> None:
        """Wait for the script to import the libraries that show things."""
        AfterImport(
            {
                "matplotlib.pyplot": self._guarded(lambda module: self.figures.prepare_pyplot(module, self.show)),
                "IPython.core.display_functions": self._guarded(
                    lambda module: prepare_ipython(module, self.show_value, self.clear)
                ),
                "plotly.io._renderers": self._guarded(self._prepare_plotly),
                "bokeh.io.showing": self._guarded(self._prepare_bokeh),
            }
        ).install()

    def _guarded(self, prepare: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return *prepare* such that a library which has changed since rdit was written can still be imported."""

        def prepared(module: Any) -> None:
            try:
                prepare(module)
            except Exception as error:  # noqa: BLE001  an unknown version may raise anything
                version = getattr(
                    sys.modules.get(module.__name__.partition(".")[0]), "__version__", "of unknown version"
                )
                what = f"rdit does not know how to show what {module.__name__} {version} shows."
                self.show(self._problem(error, what))

        return prepared

    def _prepare_plotly(self, module: Any) -> None:
        """Let `fig.show()` lead to the page where it would open a browser; a renderer that was chosen is left alone."""
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
        """Let `show(plot)` lead to the page; the file that it writes is written all the same."""

        def show_file_with_state(obj: Any, state: Any, new: Any, controller: Any) -> None:  # noqa: ARG001
            module.save(obj, state=state)
            self.show_value({"text/html": bokeh_html(obj), "text/plain": repr(obj)}, metadata=_ISOLATED, is_raw=True)

        if not hasattr(module, "_show_file_with_state"):
            raise AttributeError("bokeh.io.showing has no _show_file_with_state")
        module._show_file_with_state = show_file_with_state


_ISOLATED = {"text/html": {"isolated": True}}
