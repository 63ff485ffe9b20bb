"""SessionState: what a page would show of a session; `apply` changes it by events, and nothing else does.

`apply` does no I/O and reads no clock: the same events give the same state. It changes the state in place rather than
copying it, because a state may hold ten thousand statements and megabytes of their output, and takes thousands of
events a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal

from ..protocol.events import (
    AnyEvent,
    ArgumentsEvent,
    ClearEvent,
    CompleteEvent,
    FileEvent,
    InputDoneEvent,
    InputEvent,
    KernelEvent,
    OutputEvent,
    PlanEvent,
    QueuedEvent,
    ResetEvent,
    ResultEvent,
    ResultsClearedEvent,
    ResultsRestoredEvent,
    ScriptEvent,
    StartEvent,
)
from ..protocol.values import KernelInfo, QueuedRun, RunEnd, StatementInfo, Status
from .line_map import LineMap, split_lines
from .output.output import Item, Output

MIN_OUTPUT = 1 << 16
"""Characters that a statement may always keep, also when its session has used up its share."""

Key = tuple[str, int]
"""A statement: its run's id, its index in it."""


class Statement:
    """One statement that ran, runs or waits, with its output; lines are those of the state's script."""

    __slots__ = (
        "changed_imports",
        "duration_ms",
        "earlier",
        "ended",
        "ended_at",
        "exit_code",
        "line_end",
        "line_start",
        "node_index",
        "output",
        "peak_memory",
        "run_id",
        "source",
        "stale",
        "started_at",
        "state",
    )

    def __init__(self, run_id: str, info: StatementInfo) -> None:
        """Begin as a statement that waits."""
        self.run_id = run_id
        self.node_index = info.node_index
        self.line_start = info.line_start
        self.line_end = info.line_end
        self.source = info.source
        self.state: Literal["waiting", "running", "done", "failed"] = "waiting"
        self.output: Output | None = None
        """From its start on."""
        self.started_at = 0.0
        """In milliseconds since 1970."""
        self.duration_ms: float | None = None
        self.ended_at: float | None = None
        """By when it had ended, in milliseconds since 1970; None while it has not."""
        self.peak_memory: int | None = None
        self.stale = False
        self.changed_imports: tuple[str, ...] = ()
        """The files that it imported and that changed since, in order."""
        self.earlier: tuple[Statement, ...] = ()
        """The results whose place it takes, until it ended: if the run never reaches it, they are back."""
        self.ended: Status | None = None
        """How its run ended with it, where that was neither well nor by an exception."""
        self.exit_code: int | None = None

    @property
    def key(self) -> Key:
        """The statement's name."""
        return self.run_id, self.node_index

    @property
    def items(self) -> Sequence[Item]:
        """The output items."""
        return () if self.output is None else self.output.items

    def chars(self) -> int:
        """Return how many characters of output are kept for it."""
        own = self.output.chars() if self.output is not None and self.output.items else 0
        return own + sum([earlier.chars() for earlier in self.earlier]) if self.earlier else own


class SessionState:
    """The newest script of a session, the results that belong to its lines, and what goes on."""

    def __init__(
        self,
        *,
        output_limit: int,
        session_output_limit: int,
        script_path: str | None = None,
        arguments: str | None = None,
    ) -> None:
        """Begin with nothing run. Limits are in characters, of one statement and of them all."""
        self._output_limit = output_limit
        self._session_output_limit = session_output_limit
        self.script_path = script_path
        self.arguments = arguments
        """The line of the script's arguments; None when nobody has given any."""
        self.arguments_wait = False
        """Whether the process of now was begun with others."""
        self.kernel = KernelInfo("starting", 0)
        self.script: str | None = None
        self.lines: list[str] = []
        """Those of the script."""
        self.statements: dict[Key, Statement] = {}
        self.queued: list[QueuedRun] = []
        self.run_id: str | None = None
        self.last_run: RunEnd | None = None
        self.input: InputEvent | None = None
        self.newest: Statement | None = None
        """The statement that began last."""
        self.displays: dict[str, list[tuple[Statement, Item]]] = {}
        """Where the displays with an id are shown."""
        self.figures: dict[str, tuple[Statement, Item]] = {}
        """Where figures are shown, by the id in their metadata."""
        self._cleared: dict[Key, Statement] = {}
        """What was put away last, until the next run: it may be brought back."""
        self._cleared_run: RunEnd | None = None
        """How the last run had ended when that was done."""
        self._used = 0

    def running(self) -> Statement | None:
        """Return the statement that runs now."""
        newest = self.newest
        return newest if newest is not None and newest.state == "running" else None

    def find(self, key: Key) -> Statement | None:
        """Return the statement of *key*, also one whose place is taken by another that has nothing to show yet."""
        earlier = (one for kept in self.statements.values() for one in kept.earlier)
        return self.statements.get(key) or next((one for one in earlier if (one.run_id, one.node_index) == key), None)

    # --------------------------------------------------------------------------- what `apply` does, event by event

    def _plan(self, event: PlanEvent) -> None:
        """Take the statements of a run, and move or drop the results of earlier ones.

        The rule is in docs/http-api.md, and tests/session/plan_cases.json holds both sides to it.
        """
        self._dequeue(event.run_id)
        self._cleared, self._cleared_run = {}, None
        self.run_id = event.run_id
        if event.script is not None:
            old_lines, self.lines = self.lines, split_lines(event.script)
            if self.statements:
                self._carry_over(LineMap(old_lines, self.lines))
            self.script = event.script
        statements = [Statement(event.run_id, info) for info in event.statements]
        self._replace_overlapped(statements, whole=event.whole)
        self._used = sum(kept.chars() for kept in (*self.statements.values(), *statements))
        for statement in statements:
            self.statements[statement.key] = statement
        if self.displays or self.figures:
            self._forget_displays()

    def _dequeue(self, run_id: str) -> None:
        self.queued = [queued for queued in self.queued if queued.run_id != run_id]

    def _forget_displays(self) -> None:
        """Forget the displays of statements that are no longer there."""
        present = {id(one) for kept in self.statements.values() for one in (kept, *kept.earlier)}
        self.displays = {
            name: kept
            for name, shown in self.displays.items()
            if (kept := [(statement, item) for statement, item in shown if id(statement) in present])
        }
        self.figures = {name: shown for name, shown in self.figures.items() if id(shown[0]) in present}

    def _carry_over(self, lines: LineMap) -> None:
        kept: dict[Key, Statement] = {}
        for key, statement in self.statements.items():
            move = lines.move(statement.line_start, statement.line_end)
            if move is None:
                continue
            statement.line_start, statement.line_end = move.line_start, move.line_end
            statement.stale = statement.stale or move.changed
            kept[key] = statement
        self.statements = kept

    def _replace_overlapped(self, planned: Sequence[Statement], *, whole: bool) -> None:
        """Give each result to the first planned statement that shares a line with it; a whole run drops the others."""
        in_order = sorted(planned, key=lambda statement: statement.line_start)
        ends = [statement.line_end for statement in in_order]
        kept: dict[Key, Statement] = {}
        for key, statement in self.statements.items():
            index = bisect_left(ends, statement.line_start)
            if index < len(in_order) and in_order[index].line_start <= statement.line_end:
                replaced = statement.earlier if statement.state == "waiting" else (statement,)
                in_order[index].earlier += replaced
                statement.earlier = ()
            elif not whole:
                kept[key] = statement
        self.statements = kept

    def _start(self, event: StartEvent) -> None:
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is not None:
            statement.state = "running"
            statement.started_at = event.started_at
            statement.output = self._new_output()
            self.newest = statement

    def _new_output(self) -> Output:
        limit, left = self._output_limit, self._session_output_limit - self._used
        return Output(limit if left >= limit else min(limit, max(left, MIN_OUTPUT)))

    def _write(self, event: OutputEvent) -> None:
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is None or statement.output is None:
            return
        is_new = event.index == len(statement.output.items)
        item = statement.output.apply(event)
        if is_new and item.display_id is not None:
            self.displays.setdefault(item.display_id, []).append((statement, item))
        if (figure_id := item.figure_id) is not None:
            self.figures[figure_id] = statement, item

    def _clear(self, event: ClearEvent) -> None:
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is not None:
            statement.output = self._new_output()

    def _finish(self, event: ResultEvent) -> None:
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is None:
            return
        statement.duration_ms = event.duration_ms
        statement.ended_at = event.ended_at
        statement.peak_memory = event.peak_memory_bytes
        statement.state = "done"
        self._forget_earlier(statement)
        output = statement.output
        if output is None or not output.items:
            return
        self._used += output.chars()
        for item in output.items:
            item.growing = False
            if item.type == "error" and not item.late:
                statement.state = "failed"

    def _forget_earlier(self, statement: Statement) -> None:
        if statement.earlier:
            self._used -= sum([earlier.chars() for earlier in statement.earlier])
            statement.earlier = ()

    def _complete(self, event: CompleteEvent) -> None:
        """End a run: where it did not come, earlier results are back."""
        never_began = self.run_id is None and event.status != "died"  # of a kernel that does not start, others tell
        if self.run_id == event.run_id or never_began:
            self.run_id = None
            self._end_run(event)
        self._dequeue(event.run_id)
        for key, statement in list(self.statements.items()):
            if statement.run_id != event.run_id:
                continue
            if statement.state == "waiting":
                del self.statements[key]
                for earlier in statement.earlier:
                    earlier.line_start, earlier.line_end = statement.line_start, statement.line_end
                    earlier.stale = earlier.stale or earlier.source != statement.source
                    self.statements[earlier.key] = earlier
            else:
                self._forget_earlier(statement)

    def _end_run(self, event: CompleteEvent) -> None:
        """Keep how the run under way ended, also with the statement that ended it."""
        own = [statement for statement in self.statements.values() if statement.run_id == event.run_id]
        ends = [statement.ended_at for statement in own if statement.ended_at is not None]
        starts = [statement.started_at for statement in own if statement.state != "waiting"]
        duration = max(max(ends) - min(starts), 0) if ends else 0
        self.last_run = RunEnd(
            event.run_id, event.status, len(own), len(ends), round(duration, 3), exit_code=event.exit_code
        )
        newest = self.newest
        if newest is not None and newest.run_id == event.run_id and event.status not in {"ok", "error"}:
            newest.ended, newest.exit_code = event.status, event.exit_code

    def _reset(self) -> None:
        """Forget all results; the script stays."""
        self.statements = {}
        self._cleared, self._cleared_run = {}, None
        self.last_run = None
        self._used = 0
        self.input = None
        self.newest = None
        self.displays = {}
        self.figures = {}

    def _clear_results(self) -> None:
        """Put away the results but those of the run under way, which then has none of before to put back."""
        kept = {key: statement for key, statement in self.statements.items() if statement.run_id == self.run_id}
        if len(kept) < len(self.statements):
            self._cleared = {key: one for key, one in self.statements.items() if key not in kept}
            self._cleared_run = self.last_run if self.run_id is None else None
        self.statements = kept
        for statement in self.statements.values():
            statement.earlier = ()
        self._used = sum(statement.chars() for statement in self.statements.values())
        if self.run_id is None:
            self.last_run = None
        self._forget_displays()

    def _restore_results(self) -> None:
        """Bring back what was put away, where nothing newer stands."""
        taken = [(one.line_start, one.line_end) for one in self.statements.values()]
        for key, statement in self._cleared.items():
            if any(start <= statement.line_end and statement.line_start <= end for start, end in taken):
                continue
            self.statements[key] = statement
            for item in statement.items:
                if item.display_id is not None:
                    self.displays.setdefault(item.display_id, []).append((statement, item))
                if item.figure_id is not None:
                    self.figures.setdefault(item.figure_id, (statement, item))
        self.last_run = self.last_run or self._cleared_run
        self._cleared, self._cleared_run = {}, None
        self._used = sum(statement.chars() for statement in self.statements.values())

    def _mark_importers(self, path: str, keys: Iterable[Key]) -> None:
        for key in keys:
            statement = self.statements.get(key)
            if statement is not None and path not in statement.changed_imports:
                statement.changed_imports += (path,)


def apply(state: SessionState, event: AnyEvent) -> SessionState:  # one case for each event
    """Return *state* after *event*; it is changed in place."""
    match event:
        case StartEvent():  # the first of the cases is the quickest, and these come thousands at a time
            state._start(event)
        case ResultEvent():
            state._finish(event)
        case OutputEvent():
            state._write(event)
        case PlanEvent():
            state._plan(event)
        case QueuedEvent(run_id=run_id, line_range=line_range):
            state.queued = [*state.queued, QueuedRun(run_id, line_range)]
        case CompleteEvent():
            state._complete(event)
        case KernelEvent(kernel=kernel):
            state.arguments_wait = state.arguments_wait and kernel.generation == state.kernel.generation
            state.kernel = kernel
        case ClearEvent():
            state._clear(event)
        case InputEvent():
            state.input = event
        case InputDoneEvent():
            state.input = None
        case ResetEvent():
            state._reset()
        case ResultsClearedEvent():
            state._clear_results()
        case ResultsRestoredEvent():
            state._restore_results()
        case ScriptEvent(script_path=script_path):
            state.script_path = script_path
        case ArgumentsEvent(arguments=arguments, waits=waits):
            state.arguments, state.arguments_wait = arguments, waits
        case FileEvent(path=path, imported_by=names) if names:
            state._mark_importers(path, [(name.run_id, name.node_index) for name in names])
    return state
