"""Draw a matplotlib figure as a display, and tell what a statement means for figures."""

from __future__ import annotations

import sys
from binascii import b2a_base64
from io import BytesIO
from itertools import islice

from ..objects.short_repr import is_instance_of, module_of_type, safe_text
from ..protocol.output_item import OutputItem

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType, FrameType
    from typing import Any

PIXEL_RATIO = 2
"""Pixels of the picture per CSS pixel, so that it is sharp on high-density screens."""
MAX_PIXELS = 60_000_000
"""A larger picture is drawn at the figure's own resolution."""
LEAST_OVERHANG = 0.02
"""Inches. Half the width of a line at the edge is no label that is cut off."""
PADDING = 0.1
"""Inches between what reaches beyond the figure and the edge of the picture, as matplotlib pads by default."""
MAX_SVG_BYTES = 2_000_000
"""A larger SVG is left out, and the bitmap shown instead."""
MAX_MEMBERS = 20
"""So many members of a container are looked at: one that holds artists has them early."""
MAX_DEPTH = 3
"""Tuples of dicts of lists of artists occur."""


def draw(figure: Any) -> OutputItem:
    """Return the display of *figure*."""
    matplotlib = sys.modules["matplotlib"]
    dpi = getattr(figure, "_original_dpi", figure.dpi)
    width, height = figure.get_size_inches() * dpi
    pixel_ratio = PIXEL_RATIO if width * height * PIXEL_RATIO**2 <= MAX_PIXELS else 1
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
    return OutputItem("display", safe_text(figure), data, metadata)


def _rendered(figure: Any, file_format: str, dpi: float) -> bytes:
    file = BytesIO()
    options = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor(), "dpi": dpi}
    if sys.modules["matplotlib"].rcParams["savefig.bbox"] is not None:
        figure.canvas.print_figure(file, format=file_format, **options)
        return file.getvalue()
    # matplotlib asks for the box when it has worked out the layout, and working that out once more takes time.
    occupied = figure.get_tightbbox
    figure.get_tightbbox = lambda *args, **named: _with_overhang(figure, occupied(*args, **named))
    try:
        figure.canvas.print_figure(file, format=file_format, bbox_inches="tight", pad_inches=0, **options)
    finally:
        del figure.get_tightbbox
    return file.getvalue()


def _with_overhang(figure: Any, occupied: Any) -> Any:
    """Return the box of *figure*, extended to what reaches beyond it of its labels and legends; all in inches.

    Something further away than the figure is large, as a text at a place that the axes do not show, does not count.
    """
    own = figure.bbox_inches
    edges = []
    for edge, (inner, outer) in enumerate(zip(own.extents, occupied.extents, strict=True)):
        sign, size = (-1, 1)[edge // 2], (own.width, own.height)[edge % 2]
        is_cut_off = LEAST_OVERHANG < sign * (outer - inner) < size
        edges.append(outer + sign * PADDING if is_cut_off else inner)
    return type(own).from_extents(*edges)


def is_figure(value: object) -> bool:
    """Whether *value* is a figure of matplotlib."""
    return is_instance_of(value, "matplotlib.figure", "Figure")


def is_animation(value: object) -> bool:
    """Whether *value* is an animation of matplotlib."""
    return is_instance_of(value, "matplotlib.animation", "Animation")


def is_blank(figure: Any) -> bool:
    """Whether nothing was drawn yet: `plt.figure()` alone."""
    return not figure.axes and len(figure.get_children()) <= 1


def is_empty(figure: Any) -> bool:
    """Whether nothing was drawn into the axes either: `plt.subplots()`, before its first line."""
    kept = ("lines", "patches", "collections", "images", "texts", "tables", "artists", "child_axes")
    return len(figure.get_children()) <= 1 + len(figure.axes) and not any(
        any(len(getattr(axes, name, ())) for name in kept)
        or axes.get_legend() is not None
        or any(text() for text in (axes.get_title, axes.get_xlabel, axes.get_ylabel))
        for axes in figure.axes
    )


# ------------------------------------------------------------------------------------------- what a statement means


def has_artists(value: object, depth: int = MAX_DEPTH) -> bool:
    """Whether *value* is part of a drawing, or a container with such parts: what functions that draw return."""
    kind = type(value)
    for base in kind.__mro__:
        package = module_of_type(base)
        if package == "matplotlib" or (package == "seaborn" and base.__name__.endswith("Grid")):
            return True
    return depth > 0 and any(has_artists(member, depth - 1) for member in islice(_members(value, kind), MAX_MEMBERS))


def _members(value: Any, kind: type) -> Iterator[object]:
    """Return the first members of a container of Python, numpy or pandas."""
    if issubclass(kind, (list, tuple)):
        return iter(value)
    if issubclass(kind, dict):
        return iter(value.values())
    if is_instance_of(value, "pandas", "Series") and value.dtype == object:
        return iter(value.array[:MAX_MEMBERS])
    if is_instance_of(value, "numpy", "ndarray") and value.dtype == object:
        return iter(value.flat)
    return iter(())


def may_draw(code: CodeType, namespace: Mapping[str, Any]) -> bool:
    """Whether *code* names something to draw with, such as `ax` or `plt`, and does not merely show, save or close it.

    What a function does that it calls is not seen.
    """
    if any(may_draw(constant, namespace) for constant in code.co_consts if type(constant) is type(code)):
        return True
    names = set(code.co_names)
    attributes = names - namespace.keys()
    ends = bool(attributes) and attributes <= _ENDS
    return not ends and any(_draws(namespace[name]) for name in names if name in namespace)


_ENDS = frozenset({"show", "savefig", "close"})
_DRAWING_MODULES = frozenset({"matplotlib.pyplot", "pylab", "seaborn"})


def _draws(value: object) -> bool:
    if type(value) is type(sys):
        return getattr(value, "__name__", "") in _DRAWING_MODULES
    return not isinstance(value, type) and has_artists(value)


_LOOKS = ("get_", "draw", "print_", "savefig", "_unstale", "_update_ticks", "to_jshtml", "to_html5_video", "save")
"""How functions of matplotlib begin that change nothing which one sees, though they mark artists as changed."""


def is_seen(frame: FrameType | None) -> bool:
    """Whether a change that was made in *frame*, or by what it calls, is one of the drawing.

    Who reads a limit or saves a file lets matplotlib work out what the artists hold, which marks them as changed.
    """
    folder = sys.modules["matplotlib"].__file__.rpartition("/")[0]  # type: ignore[union-attr]
    while frame is not None:
        code = frame.f_code
        if code.co_name.startswith(_LOOKS) and code.co_filename.startswith(folder):
            return False
        frame = frame.f_back
    return True
