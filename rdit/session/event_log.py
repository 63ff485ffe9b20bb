"""EventLog: the numbered events of a session, which each subscriber reads at its own pace.

The log holds events; their bytes are made when a subscriber reads, and kept for the others for a while. The budget is
in bytes: the oldest events go when it is used up, and a subscriber that still needed them is told to read the session
again. Nothing here waits for a subscriber, so a slow or dead one never holds up a kernel.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from ..protocol.events import AnyEvent, CompleteEvent, OutputEvent, ResultEvent, ResyncEvent
from .log_entry import Entry, Held, OutputEntry, frame_of
from .output.output import Item, View

MAX_PIECE = 1 << 18
"""Characters that unread pieces of one item are merged to."""
SUPERSEDED_COST = 8
"""Bytes that are left of an event whose text a later one replaced."""
MAX_TRACKED_PIECES = 200
"""Pieces of an item that is drawn over which may still be found superseded."""
READ_SIZE = 1 << 20
"""About how many bytes one read returns: enough for few writes, little enough to take turns."""
MIN_KEPT_FRAME = 512
"""Bytes of a frame from which on it is kept for further subscribers: a shorter one is as quickly made anew."""
MAX_KEPT_FRAMES = 1 << 22
"""Bytes of all frames that are kept."""
SUPERSEDED = Entry(-1, ResyncEvent())
"""What is left of an event whose text a later one replaced: nothing to read."""
SUPERSEDED.size = SUPERSEDED_COST


class EventLog:
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
        self._waiting: dict[asyncio.Future[bool], float] = {}
        """Those that wait for an event, and until when by the clock of the event loop."""
        self._alarm: asyncio.TimerHandle | None = None
        """One for all who wait: in a flood each waits thousands of times, and never for long."""
        self._drawn: Item | None = None
        """The item that was drawn over last."""
        self._pieces: list[tuple[int, int]] = []
        """Its newest events, by number, and the first character of each; both grow."""
        self._tails: WeakKeyDictionary[Item, int] = WeakKeyDictionary()
        """The newest event of each item whose tail changed."""
        self._kept: deque[Entry] = deque()
        self._followers = 0
        self.when_followed: Callable[[bool], None] | None = None
        """Called when the first page begins to read along, and when the last one has gone."""
        """The entries whose bytes are kept."""
        self._kept_size = 0
        self.closed = False

    @property
    def last_id(self) -> int:
        """The number of the newest event."""
        return self._first + len(self._entries) - 1

    def seal(self) -> int:
        """Return the number of the newest event, and let nothing be merged into it any more."""
        self._sealed = self.last_id + 1
        return self.last_id

    def append(self, event: AnyEvent, items: Sequence[Item] = ()) -> None:
        """Add *event*, which the state has taken in; *items* are those of its statement, if it is of one."""
        if items and isinstance(event, OutputEvent):
            item = items[event.index]
            if event.replace_from is None or not item.closed:
                self._append_output(event, item)
                return
        elif items and isinstance(event, ResultEvent):
            for item in [item for item in items if item.tail is not None]:
                # Told once more, because a tail is sent in full only now.
                self._append_tail(OutputEvent(event.run_id, event.node_index, item.index, item.value(View(""))), item)
        self._add(Entry(self._first + len(self._entries), event))

    def _append_output(self, event: OutputEvent, item: Item) -> None:
        if item.tail is not None:
            if self._tails.get(item, 0) < max(self._sealed, self._first):
                self._append_tail(event, item)
            return  # if nobody has read that the tail changed, who does will read its newest state
        if event.replace_from is not None:
            self._supersede(item, item.head.chars - len(event.item.text))
        last = self._entries[-1] if self._entries else None
        if (
            isinstance(last, OutputEntry)
            and last.item is item
            and not last.rolled
            and last.id >= self._sealed
            and last.chars + len(event.item.text) <= MAX_PIECE
        ):
            self._size += last.add(event)
            self._track_piece(last)
            if self._size > self._budget:
                self._trim()
            return
        entry = OutputEntry(self._first + len(self._entries), event, item)
        self._track_piece(entry)
        self._add(entry)

    def _append_tail(self, event: OutputEvent, item: Item) -> None:
        entry = OutputEntry(self._first + len(self._entries), event, item)
        self._tails[item] = entry.id
        self._add(entry)

    def _supersede(self, item: Item, start: int) -> None:
        """Empty the events whose whole text is replaced from *start* on, so that a bar's history is not kept."""
        if item is not self._drawn:
            self._drawn, self._pieces = item, []
        while self._pieces and self._pieces[-1][1] >= start:
            event_id, _ = self._pieces.pop()
            if self._first <= event_id < max(self._sealed, self.last_id):  # the newest, if unread, is merged instead
                place = event_id - self._first
                self._size -= self._entries[place].size - SUPERSEDED_COST
                self._entries[place] = SUPERSEDED

    def _track_piece(self, entry: OutputEntry) -> None:
        if entry.item is not self._drawn:
            return
        while self._pieces and self._pieces[-1][1] >= entry.start:
            self._pieces.pop()
        self._pieces.append((entry.id, entry.start))
        del self._pieces[:-MAX_TRACKED_PIECES]

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._size += entry.size
        if self._size > self._budget:
            self._trim()
        if self._waiting:
            self._wake()

    def frame(self, entry: Entry) -> bytes:
        """Return the event of *entry* as server-sent bytes."""
        if entry.frame:
            return entry.frame
        frame = entry.make_frame()
        if len(frame) >= MIN_KEPT_FRAME:
            entry.frame = frame
            self._kept.append(entry)
            self._kept_size += len(frame)
            while self._kept_size > MAX_KEPT_FRAMES and len(self._kept) > 1:
                oldest = self._kept.popleft()
                self._kept_size -= len(oldest.frame)
                oldest.frame = b""
        return frame

    def _trim(self) -> None:
        goal = self._budget - self._budget // 8  # a little more than needed, so that not every event trims
        gone = 0
        while self._size > goal and gone < len(self._entries) - 1:
            self._size -= self._entries[gone].size
            gone += 1
        del self._entries[:gone]
        self._first += gone

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting:
            if not future.done():
                future.set_result(True)

    def close(self) -> None:
        """End every subscription once it has read what there is."""
        self.closed = True
        self._wake()
        if self._alarm is not None:
            self._alarm.cancel()

    @property
    def is_followed(self) -> bool:
        """Whether some page reads along."""
        return self._followers > 0

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Count a page that reads along for as long as the block lasts."""
        self._followers += 1
        if self._followers == 1 and self.when_followed is not None:
            self.when_followed(True)
        try:
            yield
        finally:
            self._followers -= 1
            if not self._followers and self.when_followed is not None:
                self.when_followed(False)

    async def changed(self, timeout: float) -> bool:
        """Wait until an event comes or the log closes, at most *timeout* seconds; return whether one did."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        self._waiting[future] = deadline = loop.time() + timeout
        if self._alarm is None or deadline < self._alarm.when():
            self._set_alarm(loop, deadline)
        try:
            return await future
        finally:
            self._waiting.pop(future, None)

    def _set_alarm(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = loop.call_at(when, self._give_up, loop, when)

    def _give_up(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        """Tell those whose time is over by *now*, and set the alarm for the others."""
        self._alarm = None
        for future, deadline in self._waiting.items():
            if deadline <= now and not future.done():
                future.set_result(False)
        later = [deadline for deadline in self._waiting.values() if deadline > now]
        if later:
            self._set_alarm(loop, min(later))

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
    """One reader of a log: a position, and how much of a long output item it wants."""

    def __init__(
        self, log: EventLog, *, after: int | None = None, run_id: str | None = None, window: int | None = None
    ) -> None:
        """Read what follows the event *after* (None: what comes from now on), of the run *run_id* or of all."""
        self._log = log
        self._next = (log.seal() if after is None else after) + 1
        self._run_id = run_id
        self._window = window
        self._held: dict[Item, Held] = {}
        self.ended = False
        """Whether there is nothing more to come."""

    async def wait(self, timeout: float) -> bool:
        """Wait at most *timeout* seconds for something to read; return whether there is."""
        if self._log.closed or self._next <= self._log.last_id:
            return True
        return await self._log.changed(timeout)

    def read(self) -> bytes:
        """Return what is new as server-sent bytes, about `READ_SIZE` at most; nothing when nothing is."""
        if not self._log.holds(self._next):
            self.ended = True
            return frame_of(ResyncEvent())
        frames: list[bytes] = []
        places: dict[Item, tuple[int, OutputEntry]] = {}  # an item beyond the window is sent once, as it is in the end
        size = 0
        for event_id, entry in self._log.since(self._next):
            self._next = event_id + 1
            if entry is SUPERSEDED:
                continue
            if self._run_id is not None and getattr(entry.event, "run_id", None) != self._run_id:
                continue
            frame = self._frame(entry, places, len(frames))
            frames.append(frame)
            size += len(frame)
            if self._run_id is not None and type(entry.event) is CompleteEvent:
                self.ended = True
                break
            if size >= READ_SIZE:
                break
        else:
            self.ended = self._log.closed
        for item, (place, entry) in places.items():
            frame, self._held[item] = entry.tail_frame(self._window, self._held.get(item))
            frames[place] += frame
        return b"".join(frames)

    def _frame(self, entry: Entry, places: dict[Item, tuple[int, OutputEntry]], place: int) -> bytes:
        if not isinstance(entry, OutputEntry):
            return self._log.frame(entry)
        item, window = entry.item, self._window
        if not entry.rolled and (window is None or self._fits(entry, window, places)):
            return self._log.frame(entry)
        places[item] = (place, entry)
        if entry.rolled or window is None or item.version or entry.start >= window // 2:
            return b""
        return entry.piece_frame(item.head.first_chars(window // 2)[entry.start :])

    def _fits(self, entry: OutputEntry, window: int, places: dict[Item, tuple[int, OutputEntry]]) -> bool:
        """Return whether *entry* can be sent as it is: it is within the window, as all of its item before it was."""
        item = entry.item
        if not item.version:
            return entry.start + entry.chars <= window
        return item.peak <= window and item not in self._held and item not in places
