"""Represent a value as text and MIME bundle, with IPython's display protocol (`_repr_html_` and so on).

A value's methods may do anything. What they raise becomes an error item, and the run goes on, because
`python script.py` would not have called them. Tables and trees also get a format of rdit's own, which names the live
object, so that the page can query more of it.
"""

from __future__ import annotations

from binascii import b2a_base64

from ..objects.live_objects import TABLE_FORMAT
from ..objects.short_repr import module_of_type
from ..objects.tables.tables import table_of
from ..objects.trees import TREE_FORMAT, members
from ..protocol.json_limits import MAX_CHARS, json_copy
from ..protocol.output_item import OutputItem, printable
from .animations import without_network
from .charts import chart_of

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from typing import Any

    from ..objects.live_objects import LiveObjects

    DescribeError = Callable[[BaseException], OutputItem]

_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_pdf_": "application/pdf",
}
_PLAIN = frozenset({bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, type})
"""Types without any of these methods."""
_MAX_NAME = 255
"""Characters of a MIME type."""
_MAX_TABLE_HTML = 50_000
"""Longer HTML of a table is left out, because the page has a grid."""
_TABLE_LIBRARIES = frozenset({"numpy", "pandas", "polars", "pyarrow"})
_MAX_ONE_LINE = 80
"""A repr up to this length needs no grid or tree."""
_MAX_TREE_TEXT = 1 << 20
_MEDIA = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (4, b"ftypisom", "video/mp4"),
    (4, b"ftypmp4", "video/mp4"),
)
"""Offset and magic bytes of images, sounds and films. `WEBP` and `WAVE` are inside a `RIFF`."""


_mro_of = type.__dict__["__mro__"].__get__
_GetSet = type(type.__dict__["__dict__"])


class Bundle:
    """Collects the representations of one value, and the failures of its methods."""

    def __init__(self, value: object, describe_error: DescribeError) -> None:
        self.value = value
        self.kind = type(value)
        self.data: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.failures: list[OutputItem] = []
        self._describe_error = describe_error

    def attempt(self, what: str, step: Callable[..., Any], *arguments: Any) -> Any:
        """Return the result of *step*; if it raises, add an item that says that *what* failed, and return None.

        Raises:
            KeyboardInterrupt: the user interrupted it.
        """
        try:
            return step(*arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit as well: representing a value ends nothing
            item = self._describe_error(error)
            item.text = f"The value of this expression could not be shown: {what} failed.\n{item.text}"
            self.failures.append(item)
            return None

    def _method(self, name: str) -> Callable[..., Any] | None:
        """Return the function *name* of the value's class, which takes the value, or of the value's own dict.

        Nothing is asked for it: an object, and a class by its metaclass, may return something for any attribute.
        """
        own = _variables(self.value).get(name)
        if callable(own):
            return lambda _value, **options: own(**options)
        if any(name in vars(base) for base in _mro_of(self.kind)):
            found: Callable[..., Any] | None = getattr(self.kind, name, None)
            return found if callable(found) else None
        return None

    def displays_itself(self) -> bool:
        """Call `_ipython_display_` if the value has it; return whether that displayed it."""
        own = self._method("_ipython_display_")
        if own is None:
            return False
        declined = False

        def step() -> None:
            nonlocal declined
            try:
                own(self.value)
            except NotImplementedError:
                declined = True

        self.attempt("_ipython_display_()", step)
        return not declined

    def add_chart(self) -> bool:
        """Add the document of a chart; return whether the value is one."""
        chart = self.attempt("drawing it", lambda: chart_of(self.value))
        if chart is not None:
            self.data, self.metadata = dict(chart[0]), dict(chart[1])
        return chart is not None

    def add_methods(self) -> None:
        """Add the results of the value's `_repr_…_` methods."""
        bundle = self._method("_repr_mimebundle_")
        if bundle is not None:
            arguments = {} if _takes_nothing(bundle) else {"include": None, "exclude": None}
            given = self.attempt("_repr_mimebundle_()", lambda: bundle(self.value, **arguments))
            self.attempt("_repr_mimebundle_()", lambda: add_bundle(given, self.data, self.metadata))
        for name, mime in _METHODS.items():
            if mime in self.data or (mime == "image/jpeg" and "image/png" in self.data):
                continue
            method = self._method(name)
            if method is not None:
                self.attempt(f"{name}()", self._add_from, method, mime)

    def _add_from(self, method: Callable[[object], Any], mime: str) -> None:
        _add(mime, method(self.value), self.data, self.metadata)

    def add_live(self, text: str | None, live_objects: LiveObjects) -> None:
        """Add the grid of a table or the tree of a container, unless the text shows all in one line."""
        is_long = text is None or len(text) > _MAX_ONE_LINE or "\n" in text
        if not is_long and self.kind in _PLAIN:
            return
        table = None
        if self.kind is list or (self.kind not in _PLAIN and not _has_own_html(self.kind)):
            table = self.attempt("reading it as a table", table_of, self.value)
        if table is not None:
            shown = self.attempt("reading it as a table", lambda: live_objects.show_table(table))
            if shown is not None:
                self.data = {TABLE_FORMAT: shown, **self.data}
                if len(self.data.get("text/html", "")) > _MAX_TABLE_HTML:
                    del self.data["text/html"]
        if is_long and members(self.value) is not None:
            shown = self.attempt("reading it as a tree", lambda: live_objects.show_tree(self.value))
            if shown is not None:
                self.data[TREE_FORMAT] = shown


def represent(
    value: object,
    describe_error: DescribeError,
    live_objects: LiveObjects | None = None,
    *,
    include: Container[str] | None = None,
    exclude: Container[str] | None = None,
) -> list[OutputItem]:
    """Return the items that show *value*: `stdout` with its repr, or a display; and an error item for what failed.

    *describe_error* makes the item for an exception, *live_objects* registers what the page may query later, Only
    formats in *include* are kept, and none of *exclude*.

    Raises:
        KeyboardInterrupt: the user interrupted it.
    """
    bundle = Bundle(value, describe_error)
    kind = bundle.kind
    if kind not in _PLAIN and kind is not type and (issubclass(kind, type) or not bundle.add_chart()):
        if bundle.displays_itself():
            return bundle.failures
        bundle.add_methods()
    elif kind is bytes:
        _add_media(value, bundle.data)
    earlier = len(bundle.failures)
    text: str | None = bundle.attempt("repr()", lambda: printable(repr(value)))
    of_repr = bundle.failures[earlier:]
    if live_objects is not None:
        bundle.add_live(text, live_objects)
    data = bundle.data
    if include is not None:
        data = {mime: content for mime, content in data.items() if mime in include}
    if exclude is not None:
        data = {mime: content for mime, content in data.items() if mime not in exclude}
    if not data:
        return [*([] if text is None else [OutputItem("stdout", text + "\n")]), *bundle.failures]
    if text is None:  # nobody misses it: there is a better look
        bundle.failures[:] = [failure for failure in bundle.failures if failure not in of_repr]
        text = f"<{kind.__name__} object at {id(value):#x}>"
    if kind in _PLAIN or TREE_FORMAT in data:
        text = _shortened(text)
    return [OutputItem("display", data.get("text/plain", text), data, bundle.metadata or None), *bundle.failures]


def _variables(value: object) -> dict[str, Any]:
    """Return the dict of an instance, without running any code of its class; empty for a class and where none is."""
    if issubclass(type(value), type):
        return {}
    for base in _mro_of(type(value)):
        found = vars(base).get("__dict__")
        if type(found) is _GetSet:
            own = found.__get__(value)
            return own if type(own) is dict else {}
    return {}


def _shortened(text: str) -> str:
    """Return *text*, cut if it is long; only used where a tree or a picture shows the rest."""
    if len(text) <= _MAX_TREE_TEXT:
        return text
    return f"{text[:_MAX_TREE_TEXT]}…\n[{len(text):,} characters, of which the first {_MAX_TREE_TEXT:,} are here]"


def _add_media(value: Any, data: dict[str, Any]) -> None:
    """Add the image, sound or film that bytes are, by their magic bytes."""
    for place, beginning, mime in _MEDIA:
        if value.startswith(beginning, place) and (place != 8 or value.startswith(b"RIFF")):
            if len(value) <= MAX_CHARS // 2:
                data[mime] = b2a_base64(value, newline=False).decode("ascii")
            return


def markdown(text: str) -> OutputItem:
    """Return the Markdown display of a bare string, without its indentation in the source."""
    text = printable(_without_margin(text))
    return OutputItem("display", text, {"text/markdown": text})


def _has_own_html(kind: type[Any]) -> bool:
    """Whether *kind*, a subclass of a library's table, says itself how it is to be shown."""
    definer = next((base for base in kind.__mro__ if "_repr_html_" in base.__dict__), None)
    return definer is not None and module_of_type(definer) not in _TABLE_LIBRARIES


def _takes_nothing(method: Any) -> bool:
    """Whether a `_repr_mimebundle_` has no parameters but `self`; the protocol calls it with two."""
    code = getattr(method, "__code__", None)
    return code is not None and code.co_argcount + code.co_kwonlyargcount <= 1 and not code.co_flags & 0x0C


def add_bundle(given: Any, data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Add the result of `_repr_mimebundle_`: a dict, or a dict and its metadata; raise what a bad format raised."""
    notes: Any = {}
    if isinstance(given, tuple) and len(given) == 2:
        given, notes = given
    if given is None:
        return
    if not isinstance(given, dict):
        raise TypeError(f"_repr_mimebundle_() gave {type(given).__name__}, not a dict")
    failure: Exception | None = None
    for mime, content in given.items():
        note = notes.get(mime) if isinstance(notes, dict) else None
        try:
            _add(str(mime), content if note is None else (content, note), data, metadata)
        except Exception as error:  # noqa: BLE001 - the other formats are good nonetheless
            failure = failure or error
    if failure is not None:
        raise failure


def _add(mime: str, given: Any, data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Add one representation: its content, or a tuple of content and metadata; None means that there is none."""
    note = None
    if isinstance(given, tuple) and len(given) == 2:
        given, note = given
    if given is None:
        return
    if len(mime) > _MAX_NAME:
        raise ValueError(f"the name of a representation has {len(mime):,} characters, of at most {_MAX_NAME}")
    mime = printable(mime)
    if mime == "application/json" or mime.endswith("+json"):
        content = json_copy(given)
    elif isinstance(given, (bytes, bytearray)) and not mime.startswith("text/") and mime != "image/svg+xml":
        content = b2a_base64(given, newline=False).decode("ascii")
    elif isinstance(given, str):
        content = printable(without_network(given) if mime == "text/html" else given)
    else:
        raise TypeError(f"the representation for {mime} is {type(given).__name__}, not text")
    if isinstance(content, str) and len(content) > MAX_CHARS:
        raise ValueError(
            f"the representation for {mime} is too large: {len(content) >> 20} MiB of at most {MAX_CHARS >> 20}"
        )
    data[mime] = content
    if note is not None:
        metadata[mime] = json_copy(note)


def _without_margin(text: str) -> str:
    """Remove the common indentation of all lines but the first, and empty lines at both ends, as for docstrings."""
    lines = text.split("\n")
    margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    margin = min(margins, default=0)
    lines = [lines[0].lstrip() if len(lines) > 1 else lines[0], *(line[margin:] for line in lines[1:])]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    while len(lines) > 1 and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)
