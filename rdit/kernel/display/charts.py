"""Charts of plotly, altair, bokeh and folium: each as one HTML document that needs no network.

A chart is recognised by its class, so nothing is imported that the script has not imported; except for parts that a
library loads late, such as `bokeh.embed`.
"""

from __future__ import annotations

import sys

from ..objects.short_repr import module_of_type

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Bundle = tuple[dict[str, Any], dict[str, Any]]

HEIGHT = 450
"""Pixels of a chart without a height of its own."""
MAX_HEIGHT = 1600
"""Pixels that a chart may have."""

ISOLATED = {"text/html": {"isolated": True}}
"""The metadata by which the page gives the document a frame of its own."""

_PLOTLY_OPTIONS = {
    "include_plotlyjs": True,
    "full_html": False,  # a whole document would be as tall as its frame, which is to be as tall as the figure
    "default_height": HEIGHT,
    "config": {"responsive": True},
}


def chart_of(value: object) -> Bundle | None:
    """Return MIME bundle and metadata of *value* if it is a chart of a known library."""
    for base in type(value).__mro__:
        found = _CHARTS.get((module_of_type(base), base.__name__))
        if found is not None:
            return found(value)
    return None


def plotly_html(figure: Any) -> Bundle:
    """Return the bundle of a plotly figure, an object or a dict, as `fig.show()` passes it to a renderer."""
    return {"text/html": sys.modules["plotly.io"].to_html(figure, **_PLOTLY_OPTIONS, validate=False)}, ISOLATED


def _altair(chart: Any) -> Bundle | None:
    renderers = sys.modules["altair"].renderers
    if renderers.active not in {"default", "html", "browser"}:
        return None  # the script has chosen one, which the chart's own method uses
    try:
        return {"text/html": chart.to_html(inline=True)}, ISOLATED
    except ImportError:
        return {"application/vnd.vegalite+json": chart.to_dict(), "text/html": _WITHOUT_VEGA}, {}


_WITHOUT_VEGA = (
    "<p>To draw this chart without a network, altair needs a package that is not installed: "
    "<code>python -m pip install vl-convert-python</code>. Then run the statement again.</p>"
)


def bokeh_html(model: Any) -> str:
    """Return a document with *model*, or several of them, and the scripts of Bokeh that it needs."""
    __import__("bokeh.embed")
    __import__("bokeh.resources")
    html: str = sys.modules["bokeh.embed"].file_html(model, sys.modules["bokeh.resources"].INLINE, "Bokeh")
    return _with_rule(html, "html, body { height: auto !important; }")  # not as tall as its frame, which adapts to it


def _folium(element: Any) -> Bundle:
    html = element.get_root().render()
    height, unit = getattr(element, "height", None) or (0, "")
    pixels = height if unit == "px" and 0 < height <= MAX_HEIGHT else HEIGHT
    html = _with_rule(html, f"html, body {{ height: {pixels}px !important; }} .leaflet-container {{ color: #222; }}")
    return {"text/html": html + _WITHOUT_LEAFLET}, ISOLATED


_WITHOUT_LEAFLET = """<script>
addEventListener("load", () => {
  if (typeof L !== "undefined") return;
  document.documentElement.style.setProperty("height", "auto", "important");
  document.body.style.setProperty("height", "auto", "important");
  document.body.textContent = "This map has its scripts from the network, which cannot be reached.";
});
</script>"""


def _with_rule(html: str, rule: str) -> str:
    return html.replace("</head>", f"<style>{rule}</style></head>", 1)


_CHARTS: dict[tuple[str, str], Callable[[Any], Bundle | None]] = {
    ("plotly", "BaseFigure"): lambda figure: ({"text/html": figure.to_html(**_PLOTLY_OPTIONS)}, ISOLATED),
    ("altair", "TopLevelMixin"): _altair,
    ("bokeh", "LayoutDOM"): lambda model: ({"text/html": bokeh_html(model)}, ISOLATED),
    ("folium", "Map"): _folium,
    ("branca", "Figure"): _folium,
}
