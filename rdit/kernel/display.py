"""Value → text and MIME bundle, through the methods that the ecosystem has agreed upon (`_repr_html_` and so on).

A value may do anything when it is asked how it looks. What fails becomes an error item that says so; the run goes on,
because `python script.py` would not have asked.
"""

from __future__ import annotations

from base64 import b64encode
from json import dumps, loads

from .items import OutputItem, printable
from .tracebacks import error_item

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}
_PLAIN = frozenset({bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, type})
"""Types that are known to have none of these methods."""
_LARGEST = 64 << 20
"""Characters (or bytes) of one representation; a larger one could only stop the page."""


def represent(value: object, sources: Mapping[str, Sequence[str]]) -> list[OutputItem]:
    """Return the items that show *value*: `stdout` with its repr, or a display; and an error item for what failed.

    Raises:
        KeyboardInterrupt: the user did not want to wait for it.
    """
    failures: list[OutputItem] = []
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    kind = type(value)
    if kind not in _PLAIN and not isinstance(value, type):
        _collect(value, kind, data, metadata, failures, sources)
    text: str | None
    try:
        text = printable(repr(value))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit as well: asking how a value looks ends nothing
        failures.append(_failure(error, "repr()", sources))
        text = f"<{kind.__name__} object at {id(value):#x}>" if data else None
    items = []
    if data:
        data.setdefault("text/plain", text)
        items.append(OutputItem("display", str(text), data, metadata or None))
    elif text is not None:
        items.append(OutputItem("stdout", text + "\n"))
    return items + failures


def markdown(text: str) -> OutputItem:
    """Return the display of a bare string: Markdown, without the indentation that its place in the source gave it."""
    text = printable(_without_margin(text))
    return OutputItem("display", text, {"text/markdown": text})


def _collect(
    value: object,
    kind: type,
    data: dict[str, Any],
    metadata: dict[str, Any],
    failures: list[OutputItem],
    sources: Mapping[str, Sequence[str]],
) -> None:
    """Fill *data* and *metadata* with what the methods of *value* give."""
    # The methods are looked for in the class: an object that has every attribute one asks for has none of these.
    bundle = getattr(kind, "_repr_mimebundle_", None)
    if callable(bundle):
        try:
            _add_bundle(bundle(value), data, metadata)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - as above
            failures.append(_failure(error, "_repr_mimebundle_()", sources))
    for name, mime in _METHODS.items():
        method: Callable[[object], Any] | None = getattr(kind, name, None)
        if mime in data or not callable(method):
            continue
        try:
            _add(mime, method(value), data, metadata)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - as above
            failures.append(_failure(error, f"{name}()", sources))


def _add_bundle(given: Any, data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Take what `_repr_mimebundle_` gave: a dict, or a dict and its metadata."""
    notes: Any = {}
    if isinstance(given, tuple) and len(given) == 2:
        given, notes = given
    if given is None:
        return
    if not isinstance(given, dict):
        raise TypeError(f"_repr_mimebundle_() gave {type(given).__name__}, not a dict")
    for mime, content in given.items():
        note = notes.get(mime) if isinstance(notes, dict) else None
        _add(str(mime), content if note is None else (content, note), data, metadata)


def _add(mime: str, given: Any, data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Take one representation: its content, or a tuple of content and metadata; None means that there is none."""
    note = None
    if isinstance(given, tuple) and len(given) == 2:
        given, note = given
    if given is None:
        return
    if mime == "application/json" or mime.endswith("+json"):
        content = loads(dumps(given, allow_nan=False))  # proves that it is JSON, and takes a copy of it as it is now
    elif isinstance(given, (bytes, bytearray)) and not mime.startswith("text/") and mime != "image/svg+xml":
        content = b64encode(given).decode("ascii")
    elif isinstance(given, str):
        content = printable(given)
    else:
        raise TypeError(f"the representation for {mime} is {type(given).__name__}, not text")
    if isinstance(content, str) and len(content) > _LARGEST:
        raise ValueError(
            f"the representation for {mime} is too large: {len(content) >> 20} MiB of at most {_LARGEST >> 20}"
        )
    data[mime] = content
    if note is not None:
        metadata[mime] = loads(dumps(note, allow_nan=False))


def _failure(error: BaseException, what: str, sources: Mapping[str, Sequence[str]]) -> OutputItem:
    item = error_item(error, sources)
    item.text = f"The value of this expression could not be shown: {what} failed.\n{item.text}"
    return item


def _without_margin(text: str) -> str:
    """Remove the indentation that all lines but the first share, and empty lines at both ends, as for docstrings."""
    lines = text.split("\n")
    margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    margin = min(margins, default=0)
    lines = [lines[0].lstrip() if len(lines) > 1 else lines[0], *(line[margin:] for line in lines[1:])]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    while len(lines) > 1 and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)
