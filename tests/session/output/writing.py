"""One statement's output, written as a session writes it."""

from __future__ import annotations

from rdit.protocol.events import OutputEvent
from rdit.protocol.values import OutputItem, Stream
from rdit.session.output.output import Item, Output
from rdit.session.output.writer import OutputWriter


class Writing:
    """An output and what writes to it; each call returns the events that it took."""

    def __init__(self, limit: int, *, reduces: bool = True) -> None:
        self.output = Output(limit)
        self._writer = OutputWriter(reduces=reduces)

    @property
    def items(self) -> list[Item]:
        return self.output.items

    def write(self, stream: Stream, text: str, *, late: bool = False) -> list[OutputEvent]:
        return [self._applied(event) for event in self._writer.write("r", 0, self.output, stream, text, late=late)]

    def show(self, item: OutputItem) -> list[OutputEvent]:
        return [self._applied(event) for event in self._writer.show("r", 0, self.output, item)]

    def _applied(self, event: OutputEvent) -> OutputEvent:
        self.output.apply(event)
        return event
