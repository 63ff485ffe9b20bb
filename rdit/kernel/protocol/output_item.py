"""Output items: what a statement shows, one piece after another."""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any, Literal, Protocol

    ItemType = Literal["stdout", "stderr", "error", "display"]

    class OutputSink(Protocol):
        """Where the output of statements goes."""

        def enter(self) -> None:
            """The script's code runs from here on."""

        def leave(self) -> None:
            """Until here. May be called again without harm."""

        def echo(self, text: str) -> None:
            """Write *text* to the script's standard output on rdit's own account."""

        def show(self, item: OutputItem, *, update: bool = False) -> None:
            """Show a display or an error; with *update*, the new state of every display with its `display_id`."""

        def clear(self, *, wait: bool) -> None:
            """Forget what the statement has shown so far; with *wait*, only when it shows something else."""

        def draw(self, figure_id: str, item: OutputItem) -> None:
            """Show *item*, a picture or why there is none, in place of the figure that was announced by that id."""

        def overtake(self, figure_id: str) -> None:
            """A later display shows what this figure has become: it is a step of that."""

        @property
        def has_shown(self) -> bool:
            """Whether the statement has written or shown anything but figures."""


FIGURE = "figure"
"""The metadata of a figure's display: its `id`, `pending` until it is drawn, `step` once a later display took over."""


class OutputItem:
    """One piece of what a statement shows.

    A plain class rather than a dataclass: `dataclasses` imports `inspect`, and a kernel starts in less time than that.
    """

    __slots__ = ("data", "display_id", "metadata", "text", "type")

    def __init__(
        self,
        type: ItemType,  # noqa: A002 - the name that the wire format has
        text: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        display_id: str | None = None,
    ) -> None:
        self.type = type
        self.text = text
        """Always there, so that a plain client can show the item."""
        self.data = data
        """A MIME bundle: strings as they are, binary formats in base64, JSON formats as JSON values."""
        self.metadata = metadata
        self.display_id = display_id

    def fields(self) -> dict[str, Any]:
        """Return the item as a message has it."""
        return {name: getattr(self, name) for name in ("type", "text", "data", "metadata", "display_id")}

    @property
    def is_figure(self) -> bool:
        """Whether it is the display of a figure."""
        return self.metadata is not None and FIGURE in self.metadata

    def __eq__(self, other: object) -> bool:
        return self.fields() == other.fields() if isinstance(other, OutputItem) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.fields().items() if value is not None)
        return f"OutputItem({shown})"


def printable(text: str) -> str:
    """Return *text* with lone surrogates as backslash escapes: JSON and UTF-8 have no place for half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
