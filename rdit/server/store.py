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
from .output import LIVE_TAIL, Change, Item, Piece, Rolled, View

ENTRY_COST = 300
"""About how many bytes an event costs besides its payload."""
STRING_COST = 50
"""Bytes of a small piece besides its text."""
LARGEST_PIECE = 1 << 18
"""Characters that unread pieces of one item are merged to."""
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

    upto: int
    """All characters up to here have been sent, or left out."""
    room: int
    """So many more may be appended before the text is cut anew."""


class OutputEntry(Entry):
    """A change of an output item. Its bytes are made when it is first read; until then, its piece may still grow."""

    __slots__ = ("chars", "item", "node_index", "parts", "run", "start")

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
        self.start = 0
        self.chars = 0
        if piece is not None:
            self.parts = []
            self.start = piece.start_chars
            self.add(piece.text)

    def add(self, text: str) -> int:
        """Add *text* to the piece; return by how many bytes the entry has grown."""
        if self.parts is not None:
            self.parts.append(text)
        self.chars += len(text)
        self.size += len(text) + STRING_COST
        return len(text) + STRING_COST

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
        else:
            payload = wire.appended_text(self.run, self.node_index, item, text)
        return _frame(self.id, payload)

    def tail_frame(self, window: int | None, held: Held | None) -> tuple[bytes, Held]:
        """Return an event that brings a reader's text of the item to its newest state, and what the reader holds then.

        While there is room, what is new is appended to what the reader is known to hold; then, and when it is not
        known, the newest text replaces all but the head.
        """
        item = self.item
        if window is not None and item.chars <= window:
            window = None
        room = 4 * LIVE_TAIL if window is None else window - window // 2
        new = item.chars - (0 if held is None else held.upto)
        if held is not None and new <= held.room and (window is not None or item.growing):
            if not new:
                return b"", held
            payload = wire.appended_text(self.run, self.node_index, item, item.newest_chars(new))
            return _frame(self.id, payload), Held(item.chars, held.room - new)
        if window is not None:
            view, cut_at = item.newest(window, window // 4), item.cut_at(window)
        elif item.growing and item.tail_chars > LIVE_TAIL:
            view = View(item.newest_chars(LIVE_TAIL), omitted=item.chars - item.head_chars - LIVE_TAIL)
            cut_at = item.head_units
        else:
            view, cut_at = View(item.tail_text()), item.head_units
        payload = wire.output_event(self.run, self.node_index, item, view, cut_at)
        return _frame(self.id, payload), Held(item.chars, room - len(view.text))


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
        last = self._entries[-1] if self._entries else None
        if (
            isinstance(last, OutputEntry)
            and last.item is piece.item
            and not last.rolled
            and last.id >= self._sealed
            and last.chars + len(piece.text) <= LARGEST_PIECE
        ):
            self._size += last.add(piece.text)
            if self._size > self._budget:
                self._trim()
            return
        self._add(OutputEntry(self._first + len(self._entries), run_id, node_index, piece.item, piece))

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

    def since(self, event_id: int) -> Iterator[Entry]:
        """Yield the events from *event_id* on; what is yielded counts as read."""
        index = event_id - self._first
        while index < len(self._entries):
            entry = self._entries[index]
            if entry.id >= self._sealed:
                self._sealed = entry.id + 1
            yield entry
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
        places: dict[
            Item, tuple[int, OutputEntry]
        ] = {}  # an item beyond the window is sent once, as it stands in the end
        size = 0
        for entry in self._store.since(self._next):
            self._next = entry.id + 1
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

    def _frame(self, entry: Entry, places: dict[Item, tuple[int, OutputEntry]], place: int) -> bytes:
        if not isinstance(entry, OutputEntry):
            return entry.frame()
        item, window = entry.item, self._window
        if not entry.rolled and (window is None or entry.start + entry.chars <= window):
            return entry.frame()
        places.setdefault(item, (place, entry))
        if entry.rolled or window is None or entry.start >= window // 2:
            return b""
        return entry.piece_frame(item.first_chars(window // 2)[entry.start :])


def _frame(event_id: int, payload: bytes) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (event_id, payload)


def _give_up(future: asyncio.Future[bool]) -> None:
    if not future.done():
        future.set_result(False)
