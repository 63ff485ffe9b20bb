"""Store: the numbered events of a session, which each subscriber reads at its own pace.

The events are kept as the bytes that go to a socket, made once for all subscribers. The budget is in bytes: the oldest
events go when it is used up, and a subscriber that still needed them is told to read the session again. Nothing here
waits for a subscriber, so a slow or dead one never holds up a kernel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from . import wire
from .output.output import LIVE_TAIL, Change, Item, Piece, Rolled, View
from .output.text_width import code_units

ENTRY_COST = 300
"""About how many bytes an event costs besides its payload."""
STRING_COST = 50
"""Bytes of a small piece besides its text."""
LARGEST_PIECE = 1 << 18
"""Characters that unread pieces of one item are merged to."""
SUPERSEDED_COST = 8
"""Bytes that are left of an event whose text a later one replaced."""
REMEMBERED_PIECES = 200
"""Pieces of an item that is drawn over which may still be found superseded."""
READ_SIZE = 1 << 20
"""About how many bytes one read returns: enough for few writes, little enough to take turns."""
RESYNC = b'data: {"type":"resync"}\n\n'


class Entry:
    """One event, as the bytes that go to a socket."""

    __slots__ = ("_frame", "ends_run", "id", "run_id", "size")

    def __init__(self, event_id: int, run_id: str | None, payload: bytes, *, ends_run: bool = False) -> None:
        """Hold an event whose JSON is *payload*."""
        self.id = event_id
        self.run_id = run_id
        self.ends_run = ends_run
        self._frame = _frame(event_id, payload)
        self.size = ENTRY_COST + len(payload)

    def frame(self) -> bytes:
        """Return the whole event as server-sent bytes."""
        return self._frame


class Held(NamedTuple):
    """What a reader holds of an item that is cut for it."""

    begin: int
    """The first character behind the cut that it holds."""
    upto: int
    """All characters up to here have been sent, or left out."""
    room: int
    """So many more may be appended before the text is cut anew."""
    version: int
    """Of the item's text."""
    at: int
    """Where `begin` is in its text, in UTF-16 code units."""


class OutputEntry(Entry):
    """A change of an output item. Its bytes are made when it is first read; until then, its piece may still grow."""

    __slots__ = ("chars", "item", "node_index", "parts", "replaces", "run", "start", "start_units")

    def __init__(self, event_id: int, run_id: str, node_index: int, item: Item, piece: Piece | None) -> None:
        """Hold a *piece* of the item's head, or the news that its tail changed."""
        self.id = event_id
        self.run_id = self.run = run_id
        self.ends_run = False
        self.size = ENTRY_COST
        self._frame = b""
        self.node_index = node_index
        self.item = item
        self.parts: list[str] | None = None
        """The piece, until its bytes are made; None when it is the tail that changed."""
        self.start = self.start_units = 0
        self.chars = 0
        self.replaces = False
        if piece is not None:
            self.parts = []
            self.start, self.start_units, self.replaces = piece.start_chars, piece.start_units, piece.replaces
            self.add(piece.text)

    def add(self, text: str) -> int:
        """Add *text* to the piece; return by how many bytes the entry has grown."""
        if self.parts is not None:
            self.parts.append(text)
        self.chars += len(text)
        self.size += len(text) + STRING_COST
        return len(text) + STRING_COST

    def redraw(self, piece: Piece) -> int:
        """Let *piece* replace what it replaces of this one; return by how many bytes the entry has grown."""
        before = self.size
        text = "".join(self.parts or ())[: max(piece.start_chars - self.start, 0)]
        if piece.start_chars < self.start:
            self.start, self.start_units, self.replaces = piece.start_chars, piece.start_units, True
        self.parts = []
        self.chars = 0
        self.size = ENTRY_COST
        self.add(text + piece.text)
        return self.size - before

    @property
    def rolled(self) -> bool:
        """Whether it is the tail that changed."""
        return self.parts is None

    def frame(self) -> bytes:
        """Return the piece as server-sent bytes."""
        if not self._frame and self.parts is not None:
            self._frame = self.piece_frame("".join(self.parts))
            self.parts = []
        return self._frame

    def piece_frame(self, text: str) -> bytes:
        """Return the event with *text* as its piece: the whole, or what a window lets through."""
        item = self.item
        if item.closed and not self.start:
            payload = wire.output_event(self.run, self.node_index, item, View(text))
        elif self.replaces:
            payload = wire.output_event(self.run, self.node_index, item, View(text), self.start_units)
        else:
            payload = wire.appended_text(self.run, self.node_index, item, text)
        return _frame(self.id, payload)

    def tail_frame(self, window: int | None, held: Held | None) -> tuple[bytes, Held]:
        """Return an event that brings a reader's text of the item to its newest state, and what the reader holds then.

        While there is room, what is new is appended to what the reader is known to hold, or replaces what was drawn
        over; then, and when it is not known, the newest text replaces all but the head. An item that was drawn over
        may fit into the window again: then the reader gets it whole.
        """
        item = self.item
        whole = window is not None and item.chars <= window
        cut_before = whole and item.peak > (window or 0)
        cut_for_it = window is not None and not whole
        if held is not None and (item.growing or cut_for_it) and not (cut_before and held.begin):
            changed = None if item.overwrites is None else item.overwrites.changed_from(held.version)
            start = held.upto if changed is None else min(changed, held.upto)
            room = held.room + held.upto - item.chars
            if start >= held.begin and room >= 0:
                now = held._replace(upto=item.chars, room=room, version=item.version)
                text = item.newest_chars(item.chars - start)
                if changed is not None:
                    between = item.newest_chars(item.chars - held.begin)[: start - held.begin]
                    return self._tail_event(View(text), held.at + code_units(between)), now
                if not text:
                    return b"", now
                return _frame(self.id, wire.appended_text(self.run, self.node_index, item, text)), now
        if cut_before and window is not None:
            held = Held(0, item.chars, window - item.chars, item.version, 0)
            return self._tail_event(View(item.text()), 0), held
        head = b""
        if window is None or whole:
            room = 4 * LIVE_TAIL
            if item.growing and item.tail_chars > LIVE_TAIL:
                view = View(item.newest_chars(LIVE_TAIL), omitted=item.chars - item.head_chars - LIVE_TAIL)
            else:
                view = View(item.tail_text())
            at = item.head_units
        else:
            room = window - window // 2
            view, at = item.newest(window, window // 4), item.cut_at(window)
            if item.version:  # what the reader has of the head may have been replaced
                head = self._tail_event(View(item.first_chars(window // 2)), 0)
        begin = item.chars - len(view.text)
        held = Held(begin, item.chars, room - len(view.text), item.version, at)
        return head + self._tail_event(view, at), held

    def _tail_event(self, view: View, replace_from: int) -> bytes:
        return _frame(self.id, wire.output_event(self.run, self.node_index, self.item, view, replace_from))


class Superseded(Entry):
    """What is left of an event whose text a later one replaced: nothing to read."""

    __slots__ = ()

    def __init__(self) -> None:
        """Stand for any such event."""
        self.id = -1
        self.run_id = None
        self.ends_run = False
        self._frame = b""
        self.size = SUPERSEDED_COST


SUPERSEDED = Superseded()

Places = dict[Item, tuple[int, OutputEntry]]
"""Where among the frames of one read the newest state of an item goes, and the entry that tells it."""


class Store:
    """Events in order, each with a number that grows by one."""

    def __init__(self, *, first_id: int, budget: int) -> None:
        """Begin empty, with *first_id* for the first event; *budget* is in bytes.

        A server that starts anew should begin beyond any number that an earlier one gave, so that a page which
        re-attaches is told to read everything again rather than shown a mixture.
        """
        self._entries: list[Entry] = []
        self._first = first_id
        self._budget = budget
        self._size = 0
        self._sealed = first_id
        self._waiting: set[asyncio.Future[bool]] = set()
        self._drawn: Item | None = None
        """The item that was drawn over last."""
        self._pieces: list[tuple[int, int]] = []
        """Its newest events, by number, and the first character of each; both grow."""
        self.closed = False

    @property
    def last_id(self) -> int:
        """The number of the newest event."""
        return self._first + len(self._entries) - 1

    def seal(self) -> int:
        """Return the number of the newest event, and let nothing be merged into it any more."""
        self._sealed = self.last_id + 1
        return self.last_id

    def append(self, payload: bytes, run_id: str | None = None, *, ends_run: bool = False) -> None:
        """Add an event whose JSON is *payload*."""
        self._add(Entry(self._first + len(self._entries), run_id, payload, ends_run=ends_run))

    def append_output(self, change: Change, run_id: str, node_index: int) -> None:
        """Add a change of an output item; merge it with the newest event if that is unread and of the same item."""
        if isinstance(change, Piece):
            self._append_piece(change, run_id, node_index)
        else:
            self._append_tail(change, run_id, node_index)

    def _append_piece(self, piece: Piece, run_id: str, node_index: int) -> None:
        if piece.replaces:
            self._supersede(piece)
        last = self._entries[-1] if self._entries else None
        if (
            isinstance(last, OutputEntry)
            and last.item is piece.item
            and not last.rolled
            and last.id >= self._sealed
            and last.chars + len(piece.text) <= LARGEST_PIECE
        ):
            self._size += last.redraw(piece) if piece.replaces else last.add(piece.text)
            self._note_piece(last)
            if self._size > self._budget:
                self._trim()
            return
        entry = OutputEntry(self._first + len(self._entries), run_id, node_index, piece.item, piece)
        self._note_piece(entry)
        self._add(entry)

    def _supersede(self, piece: Piece) -> None:
        """Empty the events whose whole text *piece* replaces, so that a bar's history is neither kept nor sent."""
        if piece.item is not self._drawn:
            self._drawn, self._pieces = piece.item, []
        while self._pieces and self._pieces[-1][1] >= piece.start_chars:
            event_id, _ = self._pieces.pop()
            if self._first <= event_id < max(self._sealed, self.last_id):  # the newest, if unread, is merged instead
                place = event_id - self._first
                self._size -= self._entries[place].size - SUPERSEDED_COST
                self._entries[place] = SUPERSEDED

    def _note_piece(self, entry: OutputEntry) -> None:
        if entry.item is not self._drawn:
            return
        while self._pieces and self._pieces[-1][1] >= entry.start:
            self._pieces.pop()
        self._pieces.append((entry.id, entry.start))
        del self._pieces[:-REMEMBERED_PIECES]

    def _append_tail(self, rolled: Rolled, run_id: str, node_index: int) -> None:
        item = rolled.item
        if item.tail_event >= self._sealed and item.tail_event >= self._first:
            return  # nobody has read that the tail changed, and who does will read its newest state
        entry = OutputEntry(self._first + len(self._entries), run_id, node_index, item, None)
        item.tail_event = entry.id
        self._add(entry)

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._size += entry.size
        if self._size > self._budget:
            self._trim()
        if self._waiting:
            self._wake()

    def _trim(self) -> None:
        goal = self._budget - self._budget // 8  # a little more than needed, so that not every event trims
        gone = 0
        while self._size > goal and gone < len(self._entries) - 1:
            self._size -= self._entries[gone].size
            gone += 1
        del self._entries[:gone]
        self._first += gone

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(True)

    def close(self) -> None:
        """End every subscription once it has read what there is."""
        self.closed = True
        self._wake()

    async def changed(self, timeout: float) -> bool:
        """Wait until an event comes or the store closes, at most *timeout* seconds; return whether one did."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        alarm = loop.call_later(timeout, _give_up, future)
        self._waiting.add(future)
        try:
            return await future
        finally:
            alarm.cancel()
            self._waiting.discard(future)

    def holds(self, event_id: int) -> bool:
        """Return whether *event_id* is here, or is the next one to come."""
        return self._first <= event_id <= self._first + len(self._entries)

    def since(self, event_id: int) -> Iterator[tuple[int, Entry]]:
        """Yield the events from *event_id* on, with their numbers; what is yielded counts as read."""
        index = event_id - self._first
        while index < len(self._entries):
            event_id = self._first + index
            if event_id >= self._sealed:
                self._sealed = event_id + 1
            yield event_id, self._entries[index]
            index += 1


class Subscription:
    """One reader of a store: a position, and how much of a long output item it wants."""

    def __init__(
        self, store: Store, *, after: int | None = None, run_id: str | None = None, window: int | None = None
    ) -> None:
        """Read what follows the event *after* (None: what comes from now on), of the run *run_id* or of all."""
        self._store = store
        self._next = (store.seal() if after is None else after) + 1
        self._run_id = run_id
        self._window = window
        self._held: dict[Item, Held] = {}
        self.ended = False
        """Whether there is nothing more to come."""

    async def wait(self, timeout: float) -> bool:
        """Wait at most *timeout* seconds for something to read; return whether there is."""
        if self._store.closed or self._next <= self._store.last_id:
            return True
        return await self._store.changed(timeout)

    def read(self) -> bytes:
        """Return what is new as server-sent bytes, about `READ_SIZE` at most; nothing when nothing is."""
        if not self._store.holds(self._next):
            self.ended = True
            return RESYNC
        frames: list[bytes] = []
        places: Places = {}  # an item beyond the window is sent once, as it stands in the end
        size = 0
        for event_id, entry in self._store.since(self._next):
            self._next = event_id + 1
            if entry is SUPERSEDED:
                continue
            if self._run_id is not None and entry.run_id != self._run_id:
                continue
            frame = self._frame(entry, places, len(frames))
            frames.append(frame)
            size += len(frame)
            if entry.ends_run and self._run_id is not None:
                self.ended = True
                break
            if size >= READ_SIZE:
                break
        else:
            self.ended = self._store.closed
        for item, (place, entry) in places.items():
            frame, self._held[item] = entry.tail_frame(self._window, self._held.get(item))
            frames[place] += frame
        return b"".join(frames)

    def _frame(self, entry: Entry, places: Places, place: int) -> bytes:
        if not isinstance(entry, OutputEntry):
            return entry.frame()
        item, window = entry.item, self._window
        if not entry.rolled and (window is None or self._fits(entry, window, places)):
            return entry.frame()
        places[item] = (place, entry)
        if entry.rolled or window is None or item.version or entry.start >= window // 2:
            return b""
        return entry.piece_frame(item.first_chars(window // 2)[entry.start :])

    def _fits(self, entry: OutputEntry, window: int, places: Places) -> bool:
        """Return whether *entry* can be sent as it is: it is within the window, as all of its item before it was."""
        item = entry.item
        if not item.version:
            return entry.start + entry.chars <= window
        return item.peak <= window and item not in self._held and item not in places


def _frame(event_id: int, payload: bytes) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (event_id, payload)


def _give_up(future: asyncio.Future[bool]) -> None:
    if not future.done():
        future.set_result(False)
