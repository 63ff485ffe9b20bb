"""Charts of the libraries that draw in the browser: each as one HTML document that needs no network.

They are recognised by their class, and only asked when the script has made one, so nothing is imported that the script
has not; parts of a library that it loads late, such as `bokeh.embed`, aside.
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
"""Pixels of a chart that does not say how tall it is."""
TALLEST = 1600
"""Pixels that a chart may ask for."""

_ISOLATED = {"text/html": {"isolated": True}}
"""The page must give the document a frame of its own."""


def chart_of(value: object) -> Bundle | None:
    """Return MIME bundle and metadata of *value* when it is a chart of a library known here."""
    for base in type(value).__mro__:
        found = _CHARTS.get((module_of_type(base), base.__name__))
        if found is not None:
            return found(value)
    return None


def _plotly(figure: Any) -> Bundle:
    html = figure.to_html(include_plotlyjs=True, full_html=False, default_height=HEIGHT, config={"responsive": True})
    return {"text/html": html}, _ISOLATED


def plotly_html(figure: Any) -> Bundle:
    """Return the bundle of a plotly figure given as an object or a dict, as `fig.show()` hands it on."""
    to_html = sys.modules["plotly.io"].to_html
    html = to_html(
        figure,
        include_plotlyjs=True,
        full_html=False,  # a whole document would be as tall as its frame, which is to be as tall as the figure
        default_height=HEIGHT,
        config={"responsive": True},
        validate=False,
    )
    return {"text/html": html}, _ISOLATED


def _altair(chart: Any) -> Bundle | None:
    renderers = sys.modules["altair"].renderers
    if renderers.active not in {"default", "html", "browser"}:
        return None  # the script has chosen one, and the chart's own method follows it
    try:
        return {"text/html": chart.to_html(inline=True)}, _ISOLATED
    except ImportError:
        data = {"application/vnd.vegalite+json": chart.to_dict(), "text/html": _WITHOUT_VEGA}
        return data, {}


_WITHOUT_VEGA = (
    "<p>To draw this chart without a network, altair needs a package that is not installed: "
    "<code>python -m pip install vl-convert-python</code>. Then run the statement again.</p>"
)


def _bokeh(model: Any) -> Bundle:
    return {"text/html": bokeh_html(model)}, _ISOLATED


def bokeh_html(model: Any) -> str:
    """Return a document that holds *model*, or several of them, and all of Bokeh's own scripts it needs."""
    __import__("bokeh.embed")
    __import__("bokeh.resources")
    html: str = sys.modules["bokeh.embed"].file_html(model, sys.modules["bokeh.resources"].INLINE, "Bokeh")
    return _with_rule(html, "html, body { height: auto !important; }")  # not as tall as the frame that follows it


def _folium(element: Any) -> Bundle:
    html = element.get_root().render()
    height, unit = getattr(element, "height", None) or (0, "")
    pixels = height if unit == "px" and 0 < height <= TALLEST else HEIGHT
    html = _with_rule(html, f"html, body {{ height: {pixels}px !important; }} .leaflet-container {{ color: #222; }}")
    return {"text/html": html + _WITHOUT_LEAFLET}, _ISOLATED


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
    ("plotly", "BaseFigure"): _plotly,
    ("altair", "TopLevelMixin"): _altair,
    ("bokeh", "LayoutDOM"): _bokeh,
    ("folium", "Map"): _folium,
    ("branca", "Figure"): _folium,
}
