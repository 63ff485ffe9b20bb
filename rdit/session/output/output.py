"""The output of one statement: its items, their limits, and views of them for readers with a small window.

Limits count characters; positions on the wire count UTF-16 code units, as JavaScript does. An item's text is a *head*,
which only grows, and once the statement's limit is reached a *tail*, whose oldest part is dropped. So a flood keeps its
beginning and its newest end, and memory is bounded. What a progress bar has overwritten is not kept, except for a
requester who wants each byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .overwrites import Overwrites, may_overwrite
from .text_width import code_units

ItemType = Literal["stdout", "stderr", "error", "display"]

JOIN_EVERY = 512
"""Small parts that are joined to one, so that a million tiny writes are not a million strings."""
SMALL = 4096
LIVE_TAIL = 1 << 16
"""The newest characters of an item beyond the limit that a reader without a window gets while it grows."""
TAIL_SHARE = 8
"""The tail is one part in this many of a statement's limit."""
ITEMS_AFTER_CUT = 1000
"""Displays and echoes that a statement may add after its text was cut."""


class View(NamedTuple):
    """An item's text for one reader."""

    text: str
    cut_at: int | None = None
    """Where in *text* characters were left out, in UTF-16 code units; None when none were."""
    omitted: int | None = None
    """How many characters."""


class Item:
    """One output item as it grows."""

    # Rare attributes are set on the class, so that thousands of items without them are created quickly.
    small_parts = 0
    tail: deque[str] | None = None
    tail_chars = 0
    dropped = 0
    growing = True
    """Whether its statement still runs."""
    tail_event = 0
    """The number of the newest event that announced this item's tail."""
    data: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    display_id: str | None = None
    overwrites: Overwrites | None = None
    """Its overwritten text, if there ever was any."""

    def __init__(
        self,
        item_type: ItemType,
        index: int,
        *,
        limit: int,
        late: bool = False,
        closed: bool = False,
    ) -> None:
        """Start without text. A *closed* item takes no further stream output."""
        self.type: ItemType = item_type
        self.index = index
        self.late = late
        self.limit = limit
        self.closed = closed
        self.head: list[str] = []
        self.head_chars = 0
        self.head_units = 0

    @property
    def chars(self) -> int:
        """All characters ever written to the item."""
        return self.head_chars + self.dropped + self.tail_chars

    @property
    def kept_chars(self) -> int:
        """The characters that are kept."""
        return self.head_chars + self.tail_chars

    def grow(self, text: str) -> None:
        """Append *text* to the head."""
        head = self.head
        head.append(text)
        self.head_chars += len(text)
        self.head_units += code_units(text)
        if len(text) < SMALL:
            self.small_parts += 1
            if self.small_parts == JOIN_EVERY:
                head[-JOIN_EVERY:] = ["".join(head[-JOIN_EVERY:])]
                self.small_parts = 0
        else:
            self.small_parts = 0

    def cut(self, chars: int) -> str:
        """Cut the last *chars* characters off the head and return them."""
        head, parts = self.head, []
        while chars > 0:
            part = head.pop()
            if len(part) > chars:
                head.append(part[:-chars])
                part = part[-chars:]
            else:
                self.small_parts = max(self.small_parts - 1, 0)
            parts.append(part)
            chars -= len(part)
        text = "".join(reversed(parts))
        self.head_chars -= len(text)
        self.head_units -= code_units(text)
        return text

    def copy(self) -> Item:
        """Return a copy of an item of stream output, which grows independently."""
        item = Item(self.type, self.index, limit=self.limit, late=self.late)
        item.head, item.head_chars, item.head_units = self.head.copy(), self.head_chars, self.head_units
        item.tail, item.tail_chars, item.dropped = self.tail and self.tail.copy(), self.tail_chars, self.dropped
        return item

    @property
    def peak(self) -> int:
        """The most characters that the item ever had."""
        return self.chars if self.overwrites is None else max(self.chars, self.overwrites.peak)

    @property
    def version(self) -> int:
        """Counts how often text was replaced."""
        return 0 if self.overwrites is None else self.overwrites.version

    def roll(self, text: str, tail_limit: int) -> None:
        """Append *text* to the tail and drop all but its newest *tail_limit* characters."""
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

    def replace(self, text: str, data: dict[str, Any] | None, metadata: dict[str, Any] | None, limit: int) -> None:
        """Replace the state of a display; a text beyond *limit* is cut."""
        self.head = [text[:limit]]
        self.head_chars = len(self.head[0])
        self.head_units = code_units(self.head[0])
        self.tail, self.tail_chars, self.dropped = None, 0, 0
        self.data = data
        self.metadata = metadata

    def text(self) -> str:
        """Return the whole text, with a sentence where it was cut."""
        head = "".join(self.head)
        return head + self.tail_text() if self.tail else head

    def parts(self, size: int) -> Iterator[str]:
        """Yield `text` as it is now, in parts of about *size* characters, whatever is written meanwhile."""
        pending: list[str] = []
        waiting = 0
        for part in [*self.head, self.tail_text()]:
            pending.append(part)
            waiting += len(part)
            if waiting >= size:
                yield "".join(pending)
                pending, waiting = [], 0
        yield "".join(pending)

    def tail_text(self) -> str:
        """Return the tail, after a sentence about what was cut before it."""
        tail = "".join(self.tail or ())
        if not self.dropped:
            return tail
        return (
            f"\n[rdit left out {self.dropped:,} characters ({_megabytes(self.dropped)}) here: a statement keeps "
            f"at most {self.limit:,} of its output; RDIT_OUTPUT_LIMIT changes that.]\n{tail}"
        )

    def first_chars(self, count: int) -> str:
        """Return the first *count* characters of the head."""
        parts = []
        for part in self.head:
            if count <= 0:
                break
            parts.append(part[:count])
            count -= len(part)
        return "".join(parts)

    def newest_chars(self, count: int) -> str:
        """Return the last *count* characters that are kept."""
        parts: list[str] = []
        for source in (self.tail or (), self.head):
            for part in reversed(source):
                if count <= 0:
                    break
                parts.append(part[-count:])
                count -= len(part)
        return "".join(reversed(parts))

    def cut_at(self, window: int) -> int:
        """Return where the text is cut for a reader with this *window*, in UTF-16 code units."""
        head = min(window // 2, self.head_chars)
        return head if self.head_units == self.head_chars else code_units(self.first_chars(head))

    def newest(self, window: int, count: int) -> View:
        """Return the newest *count* characters after the first half of *window*, and how many are missing between."""
        head = min(window // 2, self.head_chars)
        text = self.newest_chars(min(count, self.kept_chars - head))
        return View(text, self.cut_at(window), self.chars - head - len(text))

    def view(self, window: int | None) -> View:
        """Return the text for a reader with this *window*; without one, all that is kept."""
        if window is None or self.chars <= window:
            return View(self.text())
        newest = self.newest(window, window - window // 2)
        return View(self.first_chars(min(window // 2, self.head_chars)) + newest.text, newest.cut_at, newest.omitted)


@dataclass(slots=True)
class Piece:
    """Text that was added to the head of *item*, after its first *start_chars* (or *start_units*)."""

    item: Item
    text: str
    start_chars: int
    start_units: int
    replaces: bool = False
    """Whether it replaces all text after that."""


@dataclass(slots=True)
class Rolled:
    """The tail of *item* changed."""

    item: Item


Change = Piece | Rolled


class Output:
    """The items of one statement, in the order in which they began."""

    __slots__ = ("_after_cut", "_raw", "_reduces", "_room", "clear_next", "items", "keeps_raw", "limit", "tail_limit")

    def __init__(self, limit: int, *, reduces: bool = True, keeps_raw: bool = False) -> None:
        """Start empty; *limit* is in characters.

        With *reduces*, what a terminal would not show any more is dropped; with *keeps_raw*, `raw_items` keep it.
        """
        self.limit = limit
        self.tail_limit = max(limit // TAIL_SHARE, 1)
        self.items: list[Item] = []
        self.clear_next = False
        """Whether the next output clears the items: `clear_output(wait=True)`."""
        self._room = limit - self.tail_limit
        self._after_cut = 0
        self._reduces = reduces
        self.keeps_raw = keeps_raw
        self._raw: Output | None = None

    @property
    def raw_items(self) -> list[Item]:
        """The items with each character that was written, within the limit, if *keeps_raw*."""
        return self.items if self._raw is None else self._raw.items

    def forget_raw(self) -> None:
        """Drop what a terminal would not show any more."""
        self.keeps_raw = False
        self._raw = None

    def write(self, stream: Literal["stdout", "stderr"], text: str, late: bool) -> list[Change]:
        """Append stream output and return the changes, in order."""
        if not text:
            return []
        if self._raw is not None:
            self._raw.write(stream, text, late)
        if self._room <= 0:
            return [self._roll(self._tail_of(stream, late), text)]
        item = self.items[-1] if self.items else None
        if item is None or item.type != stream or item.late != late or item.closed:
            item = self._begin(Item(stream, len(self.items), limit=self.limit, late=late))
        if self._reduces and (may_overwrite(text) if item.overwrites is None else item.overwrites.applies_to(text)):
            return self._write_overwriting(item, text)
        return self._fill(item, text)

    def _write_overwriting(self, item: Item, text: str) -> list[Change]:
        """Append *text* to the item as a terminal would."""
        if self.keeps_raw and self._raw is None:
            self._raw = raw = Output(self.limit, reduces=False)
            raw.items = [kept if kept.closed else kept.copy() for kept in self.items]
            raw._room, raw._after_cut = self._room, self._after_cut
            raw.write(item.type, text, item.late)  # type: ignore[arg-type]  # it is one of the streams
        if item.overwrites is None:
            item.overwrites = Overwrites(item)
        if len(text) > self._room:
            item.overwrites.give_up()
            return self._fill(item, text)
        before = item.head_chars
        change = item.overwrites.write(text)
        self._room -= item.head_chars - before
        return [] if change is None else [Piece(item, *change)]

    def show(self, item: Item, text: str) -> list[Change]:
        """Append *item* with *text* and return the changes; none when the statement has shown far too much."""
        changes = self._show(item, text)
        if changes and self._raw is not None:
            self._raw.items.append(item)
        return changes

    def _show(self, item: Item, text: str) -> list[Change]:
        item.index = len(self.items)
        if self._room > 0:
            return self._fill(self._begin(item), text)
        self._after_cut += 1
        if self._after_cut > ITEMS_AFTER_CUT and item.type != "error":
            return []
        if len(text) > LIVE_TAIL:
            text = f"{text[: LIVE_TAIL // 2]} … {text[-LIVE_TAIL // 2 :]}"
        self.items.append(item)
        item.grow(text)
        return [Piece(item, text, 0, 0)]

    def chars(self) -> int:
        """Return how many characters are kept."""
        return sum(item.kept_chars for item in self.items)

    def _begin(self, item: Item) -> Item:
        self.items.append(item)
        self._room -= 256  # an item costs memory too, even an empty one
        return item

    def _fill(self, item: Item, text: str) -> list[Change]:
        if len(text) <= self._room:
            piece = Piece(item, text, item.head_chars, item.head_units)
            item.grow(text)
            self._room -= len(text)
            return [piece]
        fits = text[: max(self._room, 0)]
        changes: list[Change] = []
        if fits or not item.head:
            changes.append(Piece(item, fits, item.head_chars, item.head_units))
            item.grow(fits)
            self._room -= len(fits)
        if len(fits) < len(text):
            self._room = 0
            changes.append(self._roll(item, text[len(fits) :]))
        return changes

    def _roll(self, item: Item, text: str) -> Change:
        item.roll(text, self.tail_limit)
        return Rolled(item)

    def _tail_of(self, stream: Literal["stdout", "stderr"], late: bool) -> Item:
        """Return the item for the stream's text after the cut: one per stream, however they alternate."""
        for item in reversed(self.items):
            if item.type != stream or item.late != late or item.closed:
                continue
            if item.tail is not None or item is self.items[-1]:
                return item
        return self._begin(Item(stream, len(self.items), limit=self.limit, late=late))


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"
