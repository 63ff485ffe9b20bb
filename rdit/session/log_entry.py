"""The entries of an event log: events, and the changes of output text that each reader gets as its window allows."""

from __future__ import annotations

from typing import NamedTuple

from ..protocol.encoding import encode
from ..protocol.events import AnyEvent, OutputEvent, PlanEvent
from ..protocol.values import OutputItem
from .output.output import LIVE_TAIL, Item, View
from .output.text_width import code_units

ENTRY_COST = 300
"""About how many bytes an event costs besides its payload."""
STRING_COST = 50
"""Bytes of a small piece besides its text."""


class Entry:
    """One event and its number."""

    __slots__ = ("event", "frame", "id", "size")

    def __init__(self, event_id: int, event: AnyEvent) -> None:
        self.id = event_id
        self.event = event
        self.frame = b""
        """The event as server-sent bytes, while they are kept."""
        self.size = ENTRY_COST + _text_size(event)

    def make_frame(self) -> bytes:
        """Return the event as server-sent bytes."""
        return frame_of(self.event, self.id)


class Held(NamedTuple):
    """What a reader holds of an item that is cut for it."""

    begin: int
    """The first character behind the cut that it holds."""
    upto: int
    """All characters up to here have been sent, or left out."""
    least: int
    """With fewer characters than these, it would hold too little of the newest."""
    most: int
    """With more, it would hold too much."""
    version: int
    """Of the item's text."""
    at: int
    """Where `begin` is in its text, in UTF-16 code units."""


class OutputEntry(Entry):
    """A change of an output item's text. Until it is read first, its text may still grow."""

    __slots__ = ("chars", "data_size", "item", "parts", "rolled", "start")

    event: OutputEvent

    def __init__(self, event_id: int, event: OutputEvent, item: Item) -> None:
        """Hold *event*, which *item* has taken in."""
        self.id = event_id
        self.event = event
        self.frame = b""
        text = event.item.text
        self.item = item
        self.rolled = item.tail is not None
        """Whether it is the item's tail that changed: a reader gets what that is when it reads."""
        self.parts = [] if self.rolled else [text]
        self.chars = 0 if self.rolled else len(text)
        self.start = item.head.chars - self.chars
        self.data_size = _data_size(event)
        self.size = ENTRY_COST + self.data_size + self.chars + STRING_COST

    def add(self, event: OutputEvent) -> int:
        """Let the text of *event* follow, or replace what it says; return by how many bytes the entry has grown."""
        before = self.size
        text = event.item.text
        if event.replace_from is not None:
            start = self.item.head.chars - len(text)
            self.parts = ["".join(self.parts)[: max(start - self.start, 0)]]
            if start < self.start:
                self.start, self.event = start, event
            self.chars = len(self.parts[0])
        self.parts.append(text)
        self.chars += len(text)
        self.size = ENTRY_COST + self.data_size + self.chars + STRING_COST * len(self.parts)
        return self.size - before

    def make_frame(self) -> bytes:
        """Return the piece as server-sent bytes."""
        self.parts = ["".join(self.parts)]
        return self.piece_frame(self.parts[0])

    def piece_frame(self, text: str) -> bytes:
        """Return the event with *text* as its piece: the whole, or what a window lets through."""
        event, item = self.event, self.item
        value = (
            item.value(View(text)) if item.closed and not self.start else OutputItem(item.type, text, late=item.late)
        )
        run_id, node_index = event.run_id, event.node_index
        return frame_of(OutputEvent(run_id, node_index, item.index, value, event.replace_from), self.id)

    def tail_frame(self, window: int | None, held: Held | None) -> tuple[bytes, Held]:
        """Return an event that brings a reader's text of the item to its newest state, and what the reader holds then.

        What is new is appended to what the reader is known to hold, or replaces what was drawn over. When it would
        hold too much of the newest text then, or too little, and when it is not known, the newest text replaces all but
        the head. An item that was drawn over may fit into the window again: then the reader gets it whole.
        """
        item = self.item
        whole = window is not None and item.chars <= window
        cut_before = whole and item.peak > (window or 0)
        cut_for_it = window is not None and not whole
        if held is not None and (item.growing or cut_for_it) and held.least <= item.chars <= held.most:
            changed = item.changed_from(held.version)
            start = held.upto if changed is None else min(changed, held.upto)
            # What replaces the text from `begin` on would replace the cut as well.
            if held.begin < start and item.chars - start <= item.unbroken:
                now = held._replace(upto=item.chars, version=item.version)
                text = item.newest_chars(item.chars - start)
                if changed is not None:
                    between = item.newest_chars(item.chars - held.begin)[: start - held.begin]
                    return self._frame(View(text), held.at + code_units(between)), now
                return self._frame(View(text), None, whole=False) if text else b"", now
        if cut_before and window is not None:
            held = Held(0, item.chars, 0, window, item.version, 0)
            return self._frame(View(item.text()), 0), held
        return self._cut_frame(None if whole else window, item.chars + 3 * LIVE_TAIL if window is None else window)

    def _cut_frame(self, window: int | None, most: int) -> tuple[bytes, Held]:
        """Return an event whose text replaces all but the head that a reader has, and what the reader holds then."""
        item = self.item
        head, least, at = b"", 0, item.head.units
        if window is not None:
            view, at = item.newest(window, window // 4), item.cut_at(window)
            least, most = item.chars, item.chars + window // 4
            if item.version:  # what the reader has of the head may have been replaced
                head = self._frame(View(item.head.first_chars(window // 2)), 0)
        elif item.growing and item.tail_chars > LIVE_TAIL:
            view = View(item.newest_chars(LIVE_TAIL), omitted=item.chars - item.head.chars - LIVE_TAIL)
        else:
            view = View(item.tail_text())
        held = Held(item.chars - len(view.text), item.chars, least, most, item.version, at)
        return head + self._frame(view, at), held

    def _frame(self, view: View, replace_from: int | None, *, whole: bool = True) -> bytes:
        """Return an event with the text of *view*; of a display with its data where *whole*."""
        event, item = self.event, self.item
        value = OutputItem(item.type, view.text, late=item.late)
        if whole and item.closed:
            value = item.value(View(view.text))
        told = OutputEvent(event.run_id, event.node_index, item.index, value, replace_from, view.omitted)
        return frame_of(told, self.id)


def frame_of(event: AnyEvent, event_id: int | None = None) -> bytes:
    """Return *event* as server-sent bytes."""
    if event_id is None:
        return b"data: %b\n\n" % encode(event)
    return b"id: %d\ndata: %b\n\n" % (event_id, encode(event))


def _text_size(event: AnyEvent) -> int:
    """Return about how many characters of text *event* holds."""
    if type(event) is PlanEvent:
        return len(event.script or "") + sum([ENTRY_COST + len(statement.source) for statement in event.statements])
    if type(event) is OutputEvent:
        return len(event.item.text) + _data_size(event)
    return 0


def _data_size(event: OutputEvent) -> int:
    """Return how many characters of data *event* holds."""
    return sum([len(part) for part in event.item.data.values()]) if event.item.data else 0
