"""OutputWriter: what statements write and show, as output events."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from ...protocol.events import OutputEvent
from ...protocol.values import OutputItem, Stream
from .output import ITEM_COST, LIVE_TAIL, Item, Output
from .overwrites import Overwrites, may_overwrite
from .text import Text

MAX_ITEMS_AFTER_CUT = 1000
"""Displays that a statement may still add once its text was cut."""


class OutputWriter:
    """Finds which item takes the output that comes, and which of its text is replaced.

    It reads the output and never changes it: apply each event before taking the next.
    """

    def __init__(self, *, reduces: bool) -> None:
        """With *reduces*, what a terminal would not show any more is left out."""
        self._reduces = reduces
        self._overwrites: WeakKeyDictionary[Item, Overwrites] = WeakKeyDictionary()

    def write(
        self, run_id: str, node_index: int, output: Output, stream: Stream, text: str, *, late: bool = False
    ) -> Iterator[OutputEvent]:
        """Yield the events for *text* that the statement wrote to *stream*."""
        if not text:
            return
        item = output.open_item(stream, late)
        index = len(output.items) if item is None else item.index
        overwrites = None if item is None else self._overwrites.get(item)
        takes = self._reduces and output.room > 0
        if takes and (may_overwrite(text) if overwrites is None else overwrites.applies_to(text)):
            overwrites = overwrites or Overwrites()
            if len(text) <= output.room:
                change = overwrites.write(Text() if item is None else item.head, text)
                if change is not None or item is None:
                    new, replace_from = change or ("", None)
                    yield OutputEvent(run_id, node_index, index, OutputItem(stream, new, late=late), replace_from)
                self._overwrites[output.items[index]] = overwrites
                return
            overwrites.give_up()
        yield from self._fill(OutputEvent(run_id, node_index, index, OutputItem(stream, text, late=late)), output)

    def show(self, run_id: str, node_index: int, output: Output, item: OutputItem) -> Iterator[OutputEvent]:
        """Yield the events for a display or an error; none when the statement has shown far too much."""
        if output.room > 0:
            yield from self._fill(OutputEvent(run_id, node_index, len(output.items), item), output)
        elif output.after_cut < MAX_ITEMS_AFTER_CUT or item.type == "error":
            if len(item.text) > LIVE_TAIL:
                item = replace(item, text=f"{item.text[: LIVE_TAIL // 2]} … {item.text[-LIVE_TAIL // 2 :]}")
            yield OutputEvent(run_id, node_index, len(output.items), item)

    def _fill(self, event: OutputEvent, output: Output) -> Iterator[OutputEvent]:
        """Yield *event*, in two where it exceeds what is left of the statement's share."""
        room = output.room - (ITEM_COST if event.index == len(output.items) else 0)
        item = event.item
        if 0 < room < len(item.text):
            yield replace(event, item=replace(item, text=item.text[:room]))
            event = replace(event, item=OutputItem(item.type, item.text[room:], late=item.late))
        yield event
