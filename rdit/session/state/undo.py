"""Undo: what later statements did to the outputs of earlier ones, so that a fresh run finds these as they were.

A run that goes on from a snapshot keeps the results before it. What statements behind it had made of them (updates of
their displays, output of their threads, figures that went on) has not happened then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ...kernel.protocol.output_item import FIGURE
from ...protocol.events import AnyEvent, ClearEvent, OutputEvent
from ...protocol.values import OutputItem
from ..output.output import Item, View
from .state import SessionState
from .statement import Statement

MAX_CHARS = 1 << 20
"""Of an output that is remembered as a whole; what is larger stays as it became."""
MAX_CHANGES = 10_000
"""That are remembered; the oldest are forgotten first."""
NEVER = 1 << 60
"""Later than every statement of a timeline."""


class Change(NamedTuple):
    """What an output of an ended statement was before it was changed."""

    at: int
    """The statement under way, by its place in the timeline; without one, that which ended last."""
    item: int | None
    """The item that was given a new state; None where there were other items."""
    before: tuple[OutputItem, ...]
    """The item, or all of them."""


class Undo:
    """The changes of outputs of statements that had ended, by statement."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._changes: dict[Statement, list[Change]] = {}
        self._count = 0

    def before_update(self, statement: Statement, item: Item) -> None:
        """An *item* of *statement* is about to have another state."""
        if self._is_over(statement):
            self._remember(statement, item.index, [item])

    def before_more(self, statement: Statement) -> None:
        """The output of *statement* is about to have more of its own, or to be cleared."""
        if self._is_over(statement):
            self._remember(statement, None, statement.items)

    def _is_over(self, statement: Statement) -> bool:
        return statement.state in {"done", "failed"}

    def _remember(self, statement: Statement, index: int | None, items: Sequence[Item]) -> None:
        at = self._place()
        known = self._changes.get(statement)
        if known and any(change.at == at and change.item == index for change in known):
            return
        if sum([item.kept_chars for item in items]) > MAX_CHARS:
            return
        before = tuple([item.value(View(item.text())) for item in items])
        self._changes.setdefault(statement, []).append(Change(at, index, before))
        self._count += 1
        while self._count > MAX_CHANGES:
            self._count -= len(self._changes.pop(next(iter(self._changes))))

    def _place(self) -> int:
        timeline, running = self._state.timeline, self._state.running()
        if timeline.mixed:
            return NEVER
        return running.node_index if running is not None else max(len(timeline.statements()) - 1, 0)

    def back_to(self, kept: Sequence[Statement]) -> Iterator[AnyEvent]:
        """Yield the events that make the outputs of the *kept* statements what they were when the last had ended."""
        changes, self._changes, self._count = self._changes, {}, 0
        for statement in kept:
            own = changes.get(statement, ())
            earlier = [change for change in own if change.at < len(kept)]
            if earlier:
                self._changes[statement] = earlier
                self._count += len(earlier)
            yield from _reverted(statement, [change for change in own if change.at >= len(kept)])


def _reverted(statement: Statement, changes: Sequence[Change]) -> Iterator[AnyEvent]:
    """Yield the events that take *changes* back, the oldest of which tells what there was."""
    whole = next((change for change in changes if change.item is None), None)
    now = dict(enumerate(statement.items))
    items = dict(enumerate(whole.before)) if whole is not None else {}
    for change in reversed(changes):
        if change.item is not None and (whole is None or change.item in items):
            items[change.item] = change.before[0]
    if whole is not None:
        yield ClearEvent(*statement.key)
    for index, item in sorted(items.items()):
        restored = _with_picture(item, now.get(index))
        yield OutputEvent(*statement.key, index, restored, 0 if whole is None else None)


def _with_picture(before: OutputItem, now: Item | None) -> OutputItem:
    """Return what there was *before*, with the picture of the same figure that was drawn since."""
    figure = (before.metadata or {}).get(FIGURE)
    if now is None or figure is None or now.figure_id != figure["id"] or not figure.get("pending") or now.is_pending:
        return before
    metadata = {**(now.metadata or {}), FIGURE: {key: one for key, one in figure.items() if key != "pending"}}
    return replace(before, type=now.type, text=now.text(), data=now.data, metadata=metadata)
