"""Recorder: what a kernel says of a run, as events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Raw
from msgspec.structs import replace

from ..kernel.protocol.frames import Body
from ..kernel.protocol.json_limits import check_depth
from ..kernel.protocol.output_item import FIGURE
from ..kernel.protocol.records import PLANNED, STEP
from ..protocol import messages
from ..protocol.encoding import encode
from ..protocol.events import (
    AnyEvent,
    ClearEvent,
    DeclinedEvent,
    KernelEvent,
    OutputEvent,
    PlanEvent,
    ResultEvent,
    StartEvent,
    TouchedEvent,
)
from ..protocol.values import KeptStatement, OutputItem, StatementInfo
from .kernel.decoding import Refused
from .output.output import Item
from .output.writer import OutputWriter
from .runs import Run
from .state.lines import Lines
from .state.state import SessionState
from .state.statement import Key, Statement
from .state.undo import Undo

log = logging.getLogger(__name__)

MAX_LOGGED = 1 << 16
"""Bytes of a header that are logged."""


class Recorder:
    """Takes the kernel's messages about a run and its statements, and publishes what they mean.

    It reads the session's state, and leaves every change of it to the events.
    """

    def __init__(
        self, state: SessionState, publish: Callable[[AnyEvent], None], *, output_limit: int, root: Path
    ) -> None:
        """Read *state* and *publish* events; *output_limit* is in characters, of one statement.

        Files below *root* are told by their paths from there.
        """
        self.run: Run | None = None
        """The run under way."""
        self._state = state
        self._publish = publish
        self._output_limit = output_limit
        self._writer = OutputWriter(reduces=True)
        self._undo = Undo(state)
        self._root = root
        self._clear_next: set[Key] = set()
        """The statements whose output is to be forgotten when more of it comes: `clear_output(wait=True)`."""

    def set_kernel_state(self, **changes: Any) -> None:
        """Publish what is known of the kernel now, if that is news."""
        kernel = self._state.kernel
        changed = replace(kernel, **changes)
        if changed != kernel:
            self._publish(KernelEvent(changed))

    def known(self, run_id: str) -> Run | None:
        """Return the run under way if it is this one; messages of a run that a reset ended are out of date."""
        run = self.run
        return run if run is not None and run.id == run_id else None

    def on_ready(self, ready: messages.Ready, _body: Body) -> None:
        """Take which Python the kernel is."""
        self.set_kernel_state(
            state="starting",
            version=ready.version,
            implementation=ready.implementation,
            executable=ready.executable,
            prefix=ready.prefix,
        )

    # ------------------------------------------------------------------------------------------ statements

    def on_planned(self, planned: messages.Planned, body: Body) -> None:
        """Begin a run: its statements take the place of older results."""
        run = self.known(planned.run_id)
        if run is None:
            return
        request, script = run.request, run.request.script
        lines = Lines(script)
        statements = [
            StatementInfo(node_index, line_start, line_end, lines.between(line_start, line_end))
            for node_index, line_start, line_end in PLANNED.iter_unpack(body)
        ]
        names = self._names_of_kept(planned) if planned.fresh else []
        kept = [
            KeptStatement(*name, info.line_start, info.line_end, info.source)
            for name, info in zip(names, statements, strict=False)
        ]
        broken = request.fresh and not planned.fresh
        self._clear_next.clear()
        self._publish(
            PlanEvent(
                run.id,
                statements[len(kept) :],
                request.line_range is None and not broken,
                script if script != self._state.script else None,
                planned.fresh,
                kept,
                broken,
            )
        )
        staying = [one for name in names if (one := self._state.statements.get(name)) is not None]
        for event in self._undo.back_to(staying):
            self._publish(event)
        if run.collector is not None:
            for statement in staying:
                run.collector.keep(statement.node_index, statement.line_start, statement.line_end, statement.items)
            run.wake()

    def _names_of_kept(self, planned: messages.Planned) -> list[Key]:
        """Return the results that stay in a fresh run, in order: what the worker has run before."""
        if not planned.kept_from:
            return self._state.timeline.first(planned.kept)
        runs = [run_id for run_id, count in planned.kept_from for _ in range(count)]
        return [(run_id, node_index) for node_index, run_id in enumerate(runs[: planned.kept])]

    def on_started(self, started: messages.StatementStarted, _body: Body) -> None:
        """Begin a statement."""
        if self.known(started.run_id) is not None:
            self._start_statement(started.run_id, started.node_index, _now())

    def _start_statement(self, run_id: str, node_index: int, now: float) -> None:
        statement = self._state.statements.get((run_id, node_index))
        if statement is None:
            log.error("the kernel started a statement that it had not planned: %d of run %s", node_index, run_id)
            return
        self._publish(StartEvent(run_id, node_index, statement.line_start, statement.line_end, now))
        asked = self._state.input
        if asked is not None and (asked.run_id, asked.node_index) not in self._state.statements:
            # A thread's, whose statement is gone.
            self._publish(replace(asked, run_id=run_id, node_index=node_index))

    def on_finished(self, finished: messages.StatementFinished, _body: Body) -> None:
        """End a statement."""
        statement = self._state.statements.get((finished.run_id, finished.node_index))
        if statement is not None and self.known(finished.run_id) is not None:
            self.end_statement(statement, finished.duration * 1000, finished.peak_memory)

    def on_statements_finished(self, finished: messages.StatementsFinished, body: Body) -> None:
        """End statements that were each followed by the next."""
        run_id = finished.run_id
        if self.known(run_id) is None:
            return
        statements = self._state.statements
        now = _now()
        for node_index, duration, peak_memory in STEP.iter_unpack(body):
            statement = statements.get((run_id, node_index))
            if statement is not None:
                if statement.state == "waiting":  # it began with the end of the one before
                    self._start_statement(run_id, node_index, now)
                self.end_statement(statement, duration * 1000, peak_memory or None)
        self._start_statement(run_id, finished.node_index, now)

    def end_statement(self, statement: Statement, duration_ms: float, peak_memory: int | None = None) -> None:
        """Publish the end of a statement, and keep its result for the run's requester."""
        run_id, node_index = statement.run_id, statement.node_index
        start, end = statement.line_start, statement.line_end
        # A start is heard late where much goes on; the end is no later than what the server hears of it.
        ended_at = _now()
        run = self.run
        if run is None or not run.request.fresh:  # before a statement of a fresh run a snapshot may be made
            ended_at = min(statement.started_at + duration_ms, ended_at)
        duration_ms = round(duration_ms * 1000) / 1000  # faster than to three digits
        is_invisible = statement.output is None or not statement.output.items
        self._publish(ResultEvent(run_id, node_index, start, end, is_invisible, duration_ms, ended_at, peak_memory))
        if run is not None and run.collector is not None:
            run.collector.end_statement(node_index, start, end)
            run.wake()

    def on_touched(self, touched: messages.Touched, _body: Body) -> None:
        """Take what a statement had to do with files and other programs."""
        if (touched.run_id, touched.node_index) in self._state.statements:
            files = [path.removeprefix(f"{self._root}/") for path in touched.files]
            effects = [effect.replace(f" {self._root}/", " ", 1) for effect in touched.effects]
            self._publish(TouchedEvent(touched.run_id, touched.node_index, files, effects))

    def on_declined(self, declined: messages.Declined, _body: Body) -> None:
        """Take from which statement on there are no snapshots."""
        if self.known(declined.run_id) is not None:
            self._publish(DeclinedEvent(declined.run_id, declined.node_index, declined.reason))

    def end_with_kernel(self, run: Run, reason: str) -> None:
        """End the statement of *run* that was under way when the whole kernel was lost, for *reason*."""
        statement = self._state.running()
        if statement is not None and statement.run_id == run.id:
            self.show_error(
                statement, f"The kernel is gone. {reason} The variables are gone with it; the next run starts another."
            )
            self.end_statement(statement, max(_now() - statement.started_at, 0))

    # ------------------------------------------------------------------------------------------ output

    def on_written(self, written: messages.Written, body: Body) -> None:
        """Add a piece of stream output to a statement's, or to that of the newest when it is nobody's."""
        text = str(body, "utf-8", "replace")
        statement, stray = self.owner(written.run_id, written.node_index)
        if statement is None or statement.output is None:
            log.info("output before anything ran is not shown: %.200r", text)
            return
        late = written.late or stray
        self._apply_clear(statement)
        self._undo.before_more(statement)
        output = statement.output
        for event in self._writer.write(*statement.key, output, written.stream, text, late=late):
            self._publish(event)
        run = self.run
        if run is not None and run.collector is not None:
            is_over = late and statement.state != "running"
            run.collector.write(written.stream, text, output.limit, late=late, is_over=is_over)

    def on_displayed(self, displayed: messages.Displayed, _body: Body) -> None:
        """Add an output item, or give one a new state."""
        item = self._within_limit(displayed.item)
        if displayed.update:
            for statement, shown in self._state.displays.get(item.display_id or "", ()):
                self._undo.before_update(statement, shown)
                self._publish(OutputEvent(*statement.key, shown.index, item, 0))
            if self.run is not None and self.run.collector is not None:
                self.run.collector.update(item)
            return
        owner, stray = self.owner(displayed.run_id, displayed.node_index)
        if owner is not None:
            self._apply_clear(owner)
            self._show(owner, replace(item, late=displayed.late or stray))

    def on_drawn(self, drawn: messages.Drawn, _body: Body) -> None:
        """Show what came of a figure in the place where it was announced."""
        figure: dict[str, Any] = {"id": drawn.figure_id}
        item = self._within_limit(drawn.item)
        if self.run is not None and self.run.collector is not None:
            self.run.collector.draw(drawn.figure_id, item)
            self.run.wake()
        if (shown := self._figure(drawn.figure_id)) is not None:
            if shown[1].metadata is not None and shown[1].metadata[FIGURE].get("step"):
                figure["step"] = True
            self._update(shown, replace(item, metadata={**(item.metadata or {}), FIGURE: figure}))

    def on_overtaken(self, overtaken: messages.Overtaken, _body: Body) -> None:
        """Make a figure's display a step of what a later one shows."""
        if self.run is not None and self.run.collector is not None:
            self.run.collector.overtake(overtaken.figure_id)
            self.run.wake()
        if (shown := self._figure(overtaken.figure_id)) is not None:
            item = shown[1].value(shown[1].view(None))
            figure = {**(item.metadata or {})[FIGURE], "step": True}
            self._undo.before_update(*shown)
            self._update(shown, replace(item, metadata={**(item.metadata or {}), FIGURE: figure}))

    def _figure(self, figure_id: str) -> tuple[Statement, Item] | None:
        """Return where a figure is shown; None where something else has taken its place."""
        shown = self._state.figures.get(figure_id)
        return shown if shown is not None and shown[1].figure_id == figure_id else None

    def _update(self, shown: tuple[Statement, Item], item: OutputItem) -> None:
        statement, present = shown
        if statement.output is not None and present in statement.output.items:
            item = replace(item, display_id=present.display_id, late=present.late)
            self._publish(OutputEvent(*statement.key, present.index, item, 0))

    def _show(self, statement: Statement, item: OutputItem) -> None:
        output = statement.output
        if output is None:
            return
        self._undo.before_more(statement)
        for event in self._writer.show(*statement.key, output, item):
            self._publish(event)
        if self.run is not None and self.run.collector is not None:
            self.run.collector.show(item, output.limit)

    def show_error(self, statement: Statement, text: str) -> None:
        """Show an error that rdit itself has to tell at the statement."""
        self._show(statement, OutputItem("error", text))

    def on_refused(self, refused: Refused, _body: Body) -> None:
        """Log what the kernel's worker sent and nobody can take, and say so where it happened."""
        log.error("a worker sent what is no message of its own, %s: %r", refused.reason, refused.header[:MAX_LOGGED])
        self._tell_of_loss(self._state.newest, f"What came from this process could not be read: {refused.reason}")

    def on_failure(self, message: object) -> None:
        """Say at its statement that rdit failed to take *message*."""
        run_id, node_index = getattr(message, "run_id", None), getattr(message, "node_index", None)
        owner, _ = self.owner(run_id, node_index)
        self._tell_of_loss(owner, "something that came from this statement is lost, and that is a bug in rdit")

    def _tell_of_loss(self, statement: Statement | None, what: str) -> None:
        if statement is not None:
            self.show_error(statement, f"rdit: {what}. Its log has the details.\n")

    def _within_limit(self, item: messages.Item) -> OutputItem:
        """Return *item*, without its data when they are larger than one statement's output may be."""
        data, metadata, text = item.data, item.metadata, item.text
        try:
            for part in (*(data or {}).values(), *(metadata or {}).values()):
                check_depth(part)
        except ValueError as error:  # a kernel checks this itself, but a script may write what it likes
            return OutputItem(item.type, f"{text}\n[rdit left out this display's data: {error}.]\n")
        if data is not None:  # JSON is encoded once, for its size and for all who read it
            data = {mime: part if isinstance(part, str) else Raw(encode(part)) for mime, part in data.items()}
            size = sum([len(part) for part in data.values()])
            if size > self._output_limit:
                text += f"\n[rdit left out this display's data: {size:,} bytes. RDIT_OUTPUT_LIMIT allows more.]\n"
                data = metadata = None
        return OutputItem(item.type, text, data, metadata, item.display_id)

    def on_cleared(self, cleared: messages.Cleared, _body: Body) -> None:
        """Forget a statement's output, now or when more of it comes."""
        statement, stray = self.owner(cleared.run_id, cleared.node_index)
        if statement is None or stray or not statement.items:
            return
        self._clear_next.add(statement.key)
        if not cleared.wait:
            self._apply_clear(statement)

    def _apply_clear(self, statement: Statement) -> None:
        if not self._clear_next or statement.key not in self._clear_next:
            return
        self._clear_next.discard(statement.key)
        self._undo.before_more(statement)
        self._publish(ClearEvent(*statement.key))
        if self.run is not None and self.run.collector is not None:
            self.run.collector.clear()

    def owner(self, run_id: str | None, node_index: int | None) -> tuple[Statement | None, bool]:
        """Return the statement that output belongs to, and whether it is somebody else's who has gone.

        Output that nobody can place, or whose statement is no longer shown, goes with the newest statement: it is
        never lost.
        """
        if run_id is not None and node_index is not None:
            statement = self._state.statements.get((run_id, node_index))
            if statement is not None and statement.output is not None:
                return statement, False
        return self._state.newest, True


def _now() -> float:
    """Return the time in milliseconds since 1970, as events tell it."""
    return time.time() * 1000
