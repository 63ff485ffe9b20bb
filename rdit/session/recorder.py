"""Recorder: what a kernel says about statements, as the session's state and events."""

from __future__ import annotations

import logging
import time
from typing import Any, Literal

from ..kernel.protocol import messages
from ..kernel.protocol.frames import Body
from ..kernel.protocol.records import PLANNED, STEP
from ..protocol import models
from . import wire
from .event_log import Store
from .output.output import Output, Rolled
from .runs import Run
from .state import SessionState, Statement

log = logging.getLogger(__name__)


class Recorder:
    """Takes the kernel's messages about a run and its statements: changes the state, and tells the store."""

    def __init__(self, state: SessionState, store: Store, *, output_limit: int) -> None:
        """Record into *state* and *store*; *output_limit* is in characters, of one statement."""
        self.state = state
        self.store = store
        self.run: Run | None = None
        """The run under way."""
        self._output_limit = output_limit
        self._questions = 0

    def tell(self, event: models.EventModel, run_id: str | None = None, *, ends_run: bool = False) -> None:
        """Give the session's subscribers *event*."""
        payload = event.model_dump_json(by_alias=True, exclude_none=True).encode()
        self.store.append(payload, run_id, ends_run=ends_run)

    def tell_kernel(
        self,
        *,
        state: Literal["starting", "idle", "busy", "waiting-for-input", "dead"],
        **changes: Any,
    ) -> None:
        """Change what is known of the kernel, and tell it if that is news."""
        kernel = self.state.kernel
        changed = kernel._replace(state=state, **changes)
        if changed != kernel:
            self.state.kernel = changed
            self.store.append(wire.kernel_event(changed._asdict()))

    def known(self, run_id: str) -> Run | None:
        """Return the run under way if it is this one; messages of a run that a reset ended are out of date."""
        run = self.run
        return run if run is not None and run.id == run_id else None

    def on_planned(self, planned: messages.Planned, body: Body) -> None:
        """A run begins: its statements take the place of older results."""
        run = self.known(planned.run_id)
        if run is None:
            return
        plan = [messages.PlannedStatement._make(one) for one in PLANNED.iter_unpack(body)]
        whole = run.request.line_range is None
        statements = self.state.plan(run.id, run.request.script, plan, whole=whole)
        for statement in statements:
            statement.keeps_raw = run.collects
        infos = [
            wire.statement_info(statement.node_index, statement.line_start, statement.line_end, statement.source)
            for statement in statements
        ]
        self.store.append(wire.plan_event(run.id, infos), run.id)

    def on_started(self, started: messages.StatementStarted, body: Body) -> None:
        """A statement begins."""
        del body
        if self.known(started.run_id) is not None:
            self._start_statement(started.run_id, started.node_index, time.monotonic())

    def _start_statement(self, run_id: str, node_index: int, now: float) -> None:
        statement = self.state.start(run_id, node_index, now)
        if statement is None:
            log.error("the kernel started a statement that it had not planned: %d of run %s", node_index, run_id)
            return
        payload = wire.start_event(run_id, node_index, statement.line_start, statement.line_end)
        self.store.append(payload, run_id)

    def on_written(self, written: messages.Written, body: Body) -> None:
        """A piece of stream output came, of a statement or of nobody."""
        text = str(body, "utf-8", "replace")
        statement, stray = self.state.owner(written.run_id, written.node_index)
        if statement is None:
            log.info("output before anything ran is not shown: %.200r", text)
            return
        late = written.late or stray
        self._apply_clear(statement)
        for change in self.state.write(statement, written.stream, text, late):
            self.store.append_output(change, statement.run_id, statement.node_index)
        run = self.run
        if late and run is not None and run.collects and statement.state != "running":
            if run.late is None:
                run.late = Output(self._output_limit, reduces=False)
            run.late.write(written.stream, text, True)

    def on_shown(self, shown: messages.Displayed, body: Body) -> None:
        """An output item came, or a new state of one."""
        del body
        item = self._within_limit(shown.item)
        if shown.update:
            for statement, display in self.state.update(item):
                payload = wire.output_event(statement.run_id, statement.node_index, display, display.view(None), 0)
                self.store.append(payload, statement.run_id)
            return
        statement_or_none, stray = self.state.owner(shown.run_id, shown.node_index)
        if statement_or_none is not None:
            self._apply_clear(statement_or_none)
            self._show(statement_or_none, item, late=shown.late or stray)

    def _show(self, statement: Statement, item: messages.Item, *, late: bool = False) -> None:
        for change in self.state.show(statement, item, late):
            self.store.append_output(change, statement.run_id, statement.node_index)

    def _within_limit(self, item: messages.Item) -> messages.Item:
        """Return *item*, without its data when they are larger than one statement's output may be."""
        if item.data is None:
            return item
        size = sum(len(part) if isinstance(part, str) else len(wire.json_bytes(part)) for part in item.data.values())
        if size <= self._output_limit:
            return item
        text = f"{item.text}\n[rdit left out this display's data: {size:,} bytes. RDIT_OUTPUT_LIMIT allows more.]\n"
        return messages.Item(item.type, text, display_id=item.display_id)

    def add_error(self, statement: Statement, text: str) -> None:
        """Show an error that rdit itself has to tell at the statement."""
        self._show(statement, messages.Item("error", text))

    def on_cleared(self, cleared: messages.Cleared, body: Body) -> None:
        """A statement's output is to be forgotten, now or when its next comes."""
        del body
        statement, stray = self.state.owner(cleared.run_id, cleared.node_index)
        if statement is None or stray or statement.output is None:
            return
        statement.output.clear_next = True
        if not cleared.wait:
            self._apply_clear(statement)

    def _apply_clear(self, statement: Statement) -> None:
        if statement.output is not None and statement.output.clear_next:
            self.state.clear(statement)
            self.tell(models.ClearEvent(run_id=statement.run_id, node_index=statement.node_index), statement.run_id)

    def on_asked(self, asked: messages.InputRequested, body: Body) -> None:
        """The script waits for input."""
        del body
        if self.known(asked.run_id) is None:
            return
        self._questions += 1
        self.state.input = models.InputEvent(
            run_id=asked.run_id,
            node_index=asked.node_index,
            question=self._questions,
            prompt=asked.prompt,
            password=asked.password,
        )
        self.tell(self.state.input, asked.run_id)
        self.tell_kernel(state="waiting-for-input")

    def input_done(self, asked: models.InputEvent) -> None:
        """The script waits for input no longer."""
        self.state.input = None
        self.tell(models.InputDoneEvent(run_id=asked.run_id, node_index=asked.node_index), asked.run_id)

    def on_ended(self, ended: messages.StatementFinished, body: Body) -> None:
        """A statement ended."""
        del body
        statement = self.state.statements.get((ended.run_id, ended.node_index))
        if statement is not None and self.known(ended.run_id) is not None:
            self.end_statement(statement, ended.duration * 1000, ended.peak_memory)

    def on_passed(self, passed: messages.StatementsFinished, body: Body) -> None:
        """Statements ended, each followed by the next."""
        run_id = passed.run_id
        if self.known(run_id) is None:
            return
        statements = self.state.statements
        now = time.monotonic()
        steps = list(STEP.iter_unpack(body))
        for node_index, duration, peak_memory in steps:
            statement = statements.get((run_id, node_index))
            if statement is not None:
                if statement.state == "waiting":  # it began with the end of the one before
                    self._start_statement(run_id, node_index, now)
                self.end_statement(statement, duration * 1000, peak_memory or None)
        self._start_statement(run_id, passed.node_index, now)

    def end_statement(self, statement: Statement, duration_ms: float, peak_memory: int | None = None) -> None:
        """End a statement: tell its result, and keep it for the run's requester."""
        run_id = statement.run_id
        if self.state.input is not None:
            self.input_done(self.state.input)
            self.tell_kernel(state="busy")
        self.state.finish(statement, duration_ms, peak_memory, time.time_ns())
        items = statement.items
        for item in items:
            if item.tail is not None:
                item.tail_event = 0  # told once more, because a tail is sent in full only now
                self.store.append_output(Rolled(item), run_id, statement.node_index)
        payload = wire.result_event(
            run_id,
            statement.node_index,
            statement.line_start,
            statement.line_end,
            invisible=not items,
            duration_ms=duration_ms,
            peak_memory=peak_memory,
        )
        self.store.append(payload, run_id)
        if self.run is not None:
            self.run.add_result(statement)
