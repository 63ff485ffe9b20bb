"""The output of one statement: its items, capped at both ends, and what a reader with a small window sees of them.

Text is counted in characters for limits and in UTF-16 code units for positions on the wire, as JavaScript counts.
An item's text is a *head*, which only grows, and once the statement's share is used up a *tail*, of which the oldest
part is dropped. So a flood keeps its beginning and its newest end, and its memory is bounded. What a progress bar has
overwritten is not kept, but for a requester who wants each byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from ...kernel.protocol.output_item import FIGURE
from ...protocol.events import OutputEvent
from ...protocol.values import OutputItem, Stream
from .text import SMALL, Text, last_chars
from .text_width import code_units

LIVE_TAIL = 1 << 16
"""Characters that a reader without a window gets of an item that outgrew the limit and still grows: its newest."""
TAIL_SHARE = 8
"""One part in so many of a statement's limit is its tail."""
ITEM_COST = 256
"""Characters that an item counts for, also an empty one: it takes memory too."""


class View(NamedTuple):
    """What a reader sees of an item's text."""

    text: str
    cut_at: int | None = None
    """Where in *text* characters were left out, in UTF-16 code units; None when nothing was."""
    omitted: int | None = None
    """How many characters."""


class Item:
    """One output item as it grows: a head, and once the statement's share is used up a tail."""

    # What few items have is set on the class, so that the thousands that do not are made quickly.
    tail: deque[str] | None = None
    tail_chars = 0
    dropped = 0
    growing = True
    """Whether its statement still runs."""
    is_step = False
    """Whether it is a figure that a later display shows as it became."""
    version = 0
    """Counts how often text was replaced."""
    _longest = 0
    _replacements: list[tuple[int, int]] | None = None

    def __init__(self, item: OutputItem, index: int, *, limit: int) -> None:
        """Begin an item like *item*, without text."""
        self.type = item.type
        self.index = index
        self.late = item.late
        self.limit = limit
        self.data = item.data
        self.metadata = item.metadata
        self.display_id = item.display_id
        self.head = Text()

    @property
    def figure_id(self) -> str | None:
        """The id of the figure that it shows or announces."""
        figure = None if self.metadata is None else self.metadata.get(FIGURE)
        return None if figure is None else str(figure["id"])

    @property
    def is_pending(self) -> bool:
        """Whether it announces a figure that is not drawn yet."""
        return self.metadata is not None and bool(self.metadata.get(FIGURE, {}).get("pending"))

    @property
    def closed(self) -> bool:
        """Whether it takes no further stream output."""
        return self.type in {"display", "error"}

    @property
    def chars(self) -> int:
        """All characters ever written to the item."""
        return self.head.chars + self.dropped + self.tail_chars

    @property
    def kept_chars(self) -> int:
        """The characters that are still there."""
        return self.head.chars + self.tail_chars

    @property
    def unbroken(self) -> int:
        """So many of the newest characters are there without a gap."""
        return self.tail_chars if self.dropped else self.kept_chars

    @property
    def peak(self) -> int:
        """The most characters that the item ever had."""
        return max(self.chars, self._longest)

    def cut_from(self, units: int) -> None:
        """Take off the head what follows its first *units* UTF-16 code units: other text comes in its place."""
        before = self.head.chars
        self.head.cut_from(units)
        start = self.head.chars
        self.version += 1
        self._longest = max(self._longest, before)
        replacements = self._replacements = self._replacements or []
        while replacements and replacements[-1][1] >= start:
            replacements.pop()
        replacements.append((self.version, start))

    def changed_from(self, version: int) -> int | None:
        """Return the first character that may have been replaced after *version*; None when none was."""
        for changed, start in self._replacements or ():
            if changed > version:
                return start
        return None

    def roll(self, text: str, tail_limit: int) -> None:
        """Append *text* to the tail and drop what is older than its newest *tail_limit* characters."""
        tail = self.tail
        if tail is None:
            tail = self.tail = deque()
        if tail and len(tail[-1]) < SMALL:
            tail[-1] += text
        else:
            tail.append(text)
        self.tail_chars += len(text)
        surplus = self.tail_chars - tail_limit
        while surplus > 0:
            oldest = tail[0]
            if len(oldest) <= surplus:
                tail.popleft()
            else:
                tail[0] = oldest[surplus:]
            gone = min(len(oldest), surplus)
            surplus -= gone
            self.tail_chars -= gone
            self.dropped += gone

    def replace(self, item: OutputItem) -> None:
        """Give a display its new state; of a text beyond the limit the beginning."""
        self.type = item.type
        self.head = Text()
        self.head.grow(item.text[: self.limit])
        self.tail, self.tail_chars, self.dropped = None, 0, 0
        self.data = item.data
        self.metadata = item.metadata

    def text(self) -> str:
        """Return the whole text; where it was cut, a sentence says so."""
        head = "".join(self.head.parts)
        return head + self.tail_text() if self.tail else head

    def parts(self, size: int) -> Iterator[str]:
        """Yield `text` as it stands now, in parts of about *size* characters, whatever is written meanwhile."""
        pending: list[str] = []
        waiting = 0
        for part in [*self.head.parts, self.tail_text()]:
            pending.append(part)
            waiting += len(part)
            if waiting >= size:
                yield "".join(pending)
                pending, waiting = [], 0
        yield "".join(pending)

    def tail_text(self) -> str:
        """Return the tail, after the sentence that says what was cut before it."""
        tail = "".join(self.tail or ())
        if not self.dropped:
            return tail
        return (
            f"\n[rdit left out {self.dropped:,} characters ({_megabytes(self.dropped)}) here: a statement keeps "
            f"at most {self.limit:,} of its output; RDIT_OUTPUT_LIMIT changes that.]\n{tail}"
        )

    def newest_chars(self, count: int) -> str:
        """Return the last *count* characters, as far as they are there without a gap."""
        return last_chars(min(count, self.unbroken), self.tail or (), self.head.parts)

    def cut_at(self, window: int) -> int:
        """Return where a reader with this *window* has its text cut, in UTF-16 code units."""
        head = min(window // 2, self.head.chars)
        return head if self.head.units == self.head.chars else code_units(self.head.first_chars(head))

    def newest(self, window: int, count: int) -> View:
        """Return the newest *count* characters of an item beyond *window*, and what is missing before them."""
        head = min(window // 2, self.head.chars)
        text = self.newest_chars(count)
        return View(text, self.cut_at(window), self.chars - head - len(text))

    def view(self, window: int | None) -> View:
        """Return what a reader with this *window* sees; without one, all that is kept."""
        if window is None or self.chars <= window:
            return View(self.text())
        newest = self.newest(window, window - window // 2)
        return View(
            self.head.first_chars(min(window // 2, self.head.chars)) + newest.text, newest.cut_at, newest.omitted
        )

    def data_sizes(self) -> dict[str, int]:
        """Return how many characters each format of its data has."""
        return {mime: len(part) for mime, part in (self.data or {}).items()}

    def value(self, view: View, *, with_data: bool = True) -> OutputItem:
        """Return the item with the text of *view*, and with its data or, in their place, with their sizes."""
        data, sizes = (self.data, None) if with_data else (None, self.data_sizes())
        metadata, display_id = self.metadata, self.display_id
        return OutputItem(self.type, view.text, data, metadata, display_id, self.late, view.cut_at, view.omitted, sizes)


class Output:
    """The items of one statement, in the order in which they began. It changes by `apply` alone."""

    __slots__ = ("after_cut", "items", "limit", "room", "tail_limit")

    def __init__(self, limit: int) -> None:
        """Begin empty; *limit* is in characters."""
        self.limit = limit
        self.tail_limit = max(limit // TAIL_SHARE, 1)
        self.items: list[Item] = []
        self.room = limit - self.tail_limit
        """Characters that may still be added to heads."""
        self.after_cut = 0
        """Displays and errors that came when there was no room left."""

    def apply(self, event: OutputEvent) -> Item:
        """Add the text of *event*, or let it replace what it says; return the item that it belongs to."""
        shown = event.item
        if event.index == len(self.items):
            item = Item(shown, event.index, limit=self.limit)
            self.items.append(item)
            if item.closed and self.room <= 0:
                self.after_cut += 1
                item.head.grow(shown.text)
                return item
            self.room -= ITEM_COST if self.room > 0 else 0
        else:
            item = self.items[event.index]
            if event.replace_from is not None and item.closed:
                item.replace(shown)
                return item
            if event.replace_from is not None:
                before = item.head.chars
                item.cut_from(event.replace_from)
                self.room += before - item.head.chars
        if item.tail is None and len(shown.text) <= max(self.room, 0):
            item.head.grow(shown.text)
            self.room -= len(shown.text)
        else:
            self.room = 0
            item.roll(shown.text, self.tail_limit)
        return item

    def chars(self) -> int:
        """Return how many characters are kept."""
        return sum(item.kept_chars for item in self.items)

    def open_item(self, stream: Stream, late: bool) -> Item | None:
        """Return the item that takes what comes on *stream*; None when that begins one."""
        if self.room <= 0:
            return self._item_with_tail(stream, late)
        item = self.items[-1] if self.items else None
        return item if item is not None and item.type == stream and item.late == late else None

    def _item_with_tail(self, stream: Stream, late: bool) -> Item | None:
        """Return the item that takes the stream's text after the cut: one per stream, however they alternate."""
        for item in reversed(self.items):
            if item.type == stream and item.late == late and (item.tail is not None or item is self.items[-1]):
                return item
        return None


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"
