"""Run: one execute request, and the whole results that wait for its one requester."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from ..kernel.protocol.output_item import FIGURE
from ..protocol.values import LineRange, OutputItem, StatementResult, Status, Stream
from .output.output import Item, Output, View
from .output.writer import OutputWriter


class RunRequest(Struct, frozen=True):
    """What to run, and how."""

    script: str
    line_range: LineRange | None = None
    stop_on_error: bool = True
    interactive: bool = False
    """Whether somebody can answer `input()`."""
    figure_steps: bool = False
    """Whether each state of a figure is shown for good."""
    fresh: bool = False
    """Whether to bring about what one run of the script up to the end of *line_range* would."""
    again: bool = False
    """With *fresh*: whether the statements of *line_range*, or all, run also where they are as they would be."""
    supersede: bool = False
    """With *fresh*: whether fresh runs that this one makes out of date end."""
    focus_line: int | None = None
    """With *fresh*: the line where edits are to be expected."""


class Run:
    """One execute request: what it runs, and the whole results that wait for its requester."""

    def __init__(self, run_id: str, request: RunRequest, *, collect: bool) -> None:
        """Prepare the run; with *collect*, keep each statement's result until `results` takes it."""
        self.id = run_id
        self.request = request
        self.problem: str | None = None
        """Why rdit itself could not do it."""
        self.queued_event = 0
        """The number of the event that told of it first."""
        self.is_abandoned = False
        """Whether its worker was told to end at once."""
        self.finished: asyncio.Future[Status] = asyncio.get_running_loop().create_future()
        self.collector = Collector(run_id) if collect else None
        self._changed = asyncio.Event()

    def finish(self, status: Status, problem: str | None = None) -> None:
        """End the run."""
        self.problem = problem
        if not self.finished.done():
            self.finished.set_result(status)
        self.wake()

    async def results(self) -> list[StatementResult]:
        """Wait for results and return those that are ready; an empty list says that the run is over."""
        collector = self.collector
        if collector is None:
            return []
        while not await self.wait(None):
            continue  # what changed was no result yet
        return collector.take(all_of_them=self.finished.done())

    async def wait(self, timeout: float | None) -> bool:
        """Wait for a result or the end of the run, at most *timeout* seconds; return whether there is either."""
        if (self.collector is not None and self.collector.has_results()) or self.finished.done():
            return True
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except asyncio.TimeoutError:
            return False
        return self.collector is None or self.collector.has_results() or self.finished.done()

    def wake(self) -> None:
        """End the wait of who waits for a result."""
        self._changed.set()

    def abandon(self) -> None:
        """Keep no more results: nobody takes them."""
        self.collector = None


class Collected(Struct, frozen=True):
    """A statement that ended, with its output."""

    node_index: int
    line_start: int
    line_end: int
    items: list[Item]

    def result(self) -> StatementResult:
        """Return the statement's result, without the figures that went on in a later one."""
        shown = [item.value(View(item.text())) for item in self.items if not item.is_step] if self.items else []
        return StatementResult(self.node_index, self.line_start, self.line_end, shown, not shown)


class Collector:
    """Collects the output of a run to the byte, also what a terminal would not show any more, result by result.

    A result with a figure that is not drawn yet waits for it, and so do those after it.
    """

    def __init__(self, run_id: str) -> None:
        self._ended: deque[Collected] = deque()
        self._figures: dict[str, Item] = {}
        """Those of results that are not taken yet."""
        self._next = 0
        """The statement whose result comes next, or one behind it."""
        self._run_id = run_id
        self._writer = OutputWriter(reduces=False)
        self._outputs: dict[bool, Output] = {}
        """That of the statement under way, and by True what came late of those that are over."""

    def write(self, stream: Stream, text: str, limit: int, *, late: bool, is_over: bool) -> None:
        """Add output of the statement under way, or of one that *is_over*; *limit* is in characters."""
        output = self._output(limit, is_over=is_over)
        for event in self._writer.write(self._run_id, 0, output, stream, text, late=late):
            output.apply(event)

    def show(self, item: OutputItem, limit: int) -> None:
        """Add a display or an error."""
        output = self._output(limit, is_over=False)
        for event in self._writer.show(self._run_id, 0, output, item):
            shown = output.apply(event)
            if (figure_id := shown.figure_id) is not None:
                self._figures[figure_id] = shown

    def update(self, shown: OutputItem) -> None:
        """Give the displays with this `display_id` that are not taken yet their new state."""
        for item in self._items(is_over=False):
            if item.display_id == shown.display_id:
                item.replace(shown)

    def draw(self, figure_id: str, shown: OutputItem) -> None:
        """Show what came of a figure that is not taken yet."""
        if figure_id in self._figures:
            self._figures[figure_id].replace(shown)

    def overtake(self, figure_id: str) -> None:
        """Leave out a figure that is not taken yet: a later result has it."""
        if figure_id in self._figures:
            self._figures[figure_id].is_step = True

    def clear(self) -> None:
        """Forget what the statement under way has shown."""
        self._outputs.pop(False, None)

    def end_statement(self, node_index: int, line_start: int, line_end: int) -> None:
        """Make what was collected the result of the statement that ended; late output of others goes with it."""
        items: list[Item] = []
        if self._outputs:  # most statements show nothing
            items = [*self._items(is_over=False), *self._items(is_over=True)]
            self._outputs.clear()
        if node_index >= self._next:  # else a fresh run had to begin anew, and this result was taken already
            self._next = node_index + 1
            self._ended.append(Collected(node_index, line_start, line_end, items))

    def keep(self, node_index: int, line_start: int, line_end: int, items: Sequence[Item]) -> None:
        """Take the result of a statement that a fresh run does not run again, as it stands."""
        if node_index >= self._next:
            self._next = node_index + 1
            self._ended.append(
                Collected(node_index, line_start, line_end, [item for item in items if not _is_step(item)])
            )

    def has_results(self) -> bool:
        """Whether `take` would return any."""
        if not self._ended:
            return False
        items = self._ended[0].items
        return not items or not any(item.is_pending and not item.is_step for item in items)

    def take(self, *, all_of_them: bool = False) -> list[StatementResult]:
        """Return the results that wait for no figure, or *all_of_them*, and keep them no longer."""
        taken = []
        while self.has_results() or (all_of_them and self._ended):
            ended = self._ended.popleft()
            taken.append(ended.result())
            if self._figures:
                self._figures = {name: item for name, item in self._figures.items() if item not in ended.items}
        return taken

    def _output(self, limit: int, *, is_over: bool) -> Output:
        if is_over not in self._outputs:
            self._outputs[is_over] = Output(limit)
        return self._outputs[is_over]

    def _items(self, *, is_over: bool) -> Sequence[Item]:
        return self._outputs[is_over].items if is_over in self._outputs else ()


def _is_step(item: Item) -> bool:
    """Whether it is a figure that a later result shows as it became."""
    return item.metadata is not None and bool(item.metadata.get(FIGURE, {}).get("step"))
