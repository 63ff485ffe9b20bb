"""SessionState: what a page would show of a session, as plain data.

It does no I/O, starts nothing and reads no clock: `Session` tells it what happened, in order, and asks it what to say.
It is changed in place rather than copied, because it may hold ten thousand statements and megabytes of their output,
and takes thousands of changes a second; its methods are the only code that changes it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ..kernel.protocol.messages import Item as ShownItem
from ..kernel.protocol.messages import PlannedStatement
from ..protocol import models
from . import wire
from .line_map import LineMap, split_lines
from .output.output import Change, Item, Output

LEAST_OUTPUT = 1 << 16
"""Characters that a statement may always keep, also when its session has used up its share."""
LARGEST_ANSWER = 1 << 24
"""Characters of output that the answer with a session has, as far as its windows can be made smaller."""


class Statement:
    """One statement that ran, runs or waits, with its output; lines are those of the state's script."""

    __slots__ = (
        "changed_imports",
        "duration_ms",
        "earlier",
        "ended",
        "keeps_raw",
        "line_end",
        "line_start",
        "node_index",
        "output",
        "peak_memory",
        "run_id",
        "source",
        "stale",
        "started",
        "state",
    )

    def __init__(self, run_id: str, planned: PlannedStatement, source: str) -> None:
        """Begin as a statement that waits."""
        self.run_id = run_id
        self.node_index = planned.node_index
        self.line_start = planned.line_start
        self.line_end = planned.line_end
        self.source = source
        self.state: Literal["waiting", "running", "done", "failed"] = "waiting"
        self.output: Output | None = None
        self.duration_ms: float | None = None
        self.peak_memory: int | None = None
        self.started = 0.0
        self.ended: int | None = None
        """When it had ended, in nanoseconds since 1970."""
        self.stale = False
        self.changed_imports: tuple[str, ...] = ()
        """The files that it imported and that changed since, in order."""
        self.earlier: tuple[Statement, ...] = ()
        """The results whose place it takes, until it ended: if the run never reaches it, they are back."""
        self.keeps_raw = False
        """Whether a requester wants its output to the byte, also what a terminal would not show any more."""

    @property
    def items(self) -> Sequence[Item]:
        """The output items."""
        return () if self.output is None else self.output.items

    def chars(self) -> int:
        """Return how many characters of output are kept for it."""
        if self.output is None and not self.earlier:
            return 0
        own = 0 if self.output is None else self.output.chars()
        return own + sum([earlier.chars() for earlier in self.earlier])


class KernelState(NamedTuple):
    """What is known of a session's kernel; its fields are those of `models.KernelInfo`, which describes them."""

    state: Literal["starting", "idle", "busy", "waiting-for-input", "dead"] = "starting"
    version: str | None = None
    implementation: str | None = None
    executable: str | None = None
    prefix: str | None = None
    generation: int = 0
    reason: str | None = None


class Queued(NamedTuple):
    """A run that waits for its turn."""

    run_id: str
    line_range: models.LineRange | None


Key = tuple[str, int]


class SessionState:
    """The newest script of a session, the results that belong to its lines, and what goes on."""

    def __init__(self, *, output_limit: int, session_output_limit: int) -> None:
        """Begin with nothing run. Limits are in characters, of one statement and of them all."""
        self._output_limit = output_limit
        self._session_output_limit = session_output_limit
        self.kernel = KernelState()
        self.script: str | None = None
        self.statements: dict[Key, Statement] = {}
        self.queued: list[Queued] = []
        self.run_id: str | None = None
        self.input: models.InputEvent | None = None
        self._lines: list[str] = []
        self._used = 0
        self._newest: Statement | None = None
        self._displays: dict[str, list[tuple[Statement, Item]]] = {}

    # ------------------------------------------------------------------------------------------ runs

    def begin(self, run_id: str) -> None:
        """The run is under way."""
        self.queued = [queued for queued in self.queued if queued.run_id != run_id]
        self.run_id = run_id

    def plan(self, run_id: str, script: str, planned: Sequence[PlannedStatement], *, whole: bool) -> list[Statement]:
        """Take the statements of a run, and move or drop the results of earlier ones; return the new statements.

        A *whole* run replaces everything; a part of a script replaces what it overlaps. What a statement replaces is
        kept with it until it ended.
        """
        old_lines, self._lines = self._lines, split_lines(script)
        if script != self.script and self.statements:
            self._carry_over(LineMap(old_lines, self._lines))
        self.script = script
        lines = self._lines
        statements = [
            Statement(run_id, plan, "\n".join(lines[plan.line_start - 1 : plan.line_end])) for plan in planned
        ]
        self._replace_overlapped(statements, whole=whole)
        self._used = sum(kept.chars() for kept in (*self.statements.values(), *statements))
        for statement in statements:
            self.statements[run_id, statement.node_index] = statement
        if self._displays:
            self._forget_displays()
        return statements

    def _forget_displays(self) -> None:
        """Forget the displays of statements that are no longer there."""
        present = {id(one) for kept in self.statements.values() for one in (kept, *kept.earlier)}
        self._displays = {
            name: kept
            for name, shown in self._displays.items()
            if (kept := [(statement, item) for statement, item in shown if id(statement) in present])
        }

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

    def start(self, run_id: str, node_index: int, now: float) -> Statement | None:
        """The statement begins, at *now* seconds; None when nobody knows it."""
        statement = self.statements.get((run_id, node_index))
        if statement is not None:
            statement.state = "running"
            statement.started = now
            self._newest = statement
        return statement

    def finish(
        self, statement: Statement, duration_ms: float, peak_memory: int | None = None, ended: int | None = None
    ) -> None:
        """The statement ended, by the time *ended*, in nanoseconds since 1970."""
        statement.duration_ms = duration_ms
        statement.peak_memory = peak_memory
        statement.ended = ended
        statement.state = "done"
        self._forget_earlier(statement)
        output = statement.output
        if output is None:
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

    def complete(self, run_id: str) -> None:
        """The run is over: where it did not come, earlier results are back."""
        if self.run_id == run_id:
            self.run_id = None
        self.queued = [queued for queued in self.queued if queued.run_id != run_id]
        for key, statement in list(self.statements.items()):
            if statement.run_id != run_id:
                continue
            if statement.state == "waiting":
                del self.statements[key]
                for earlier in statement.earlier:
                    earlier.line_start, earlier.line_end = statement.line_start, statement.line_end
                    earlier.stale = earlier.stale or earlier.source != statement.source
                    self.statements[earlier.run_id, earlier.node_index] = earlier
            else:
                self._forget_earlier(statement)

    def running(self) -> Statement | None:
        """Return the statement that runs now."""
        newest = self._newest
        return newest if newest is not None and newest.state == "running" else None

    def reset(self) -> None:
        """Forget all results; the script stays."""
        self.statements = {}
        self._used = 0
        self.input = None
        self._newest = None
        self._displays = {}

    # ------------------------------------------------------------------------------------------ output

    def owner(self, run_id: str | None, node_index: int | None) -> tuple[Statement | None, bool]:
        """Return the statement that output belongs to, and whether it is somebody else's who has gone.

        Output that nobody can place, or whose statement is no longer shown, goes with the newest statement: it is
        never lost.
        """
        if run_id is not None and node_index is not None:
            statement = self.statements.get((run_id, node_index))
            if statement is not None:
                return statement, False
        return self._newest, True

    def write(self, statement: Statement, stream: Literal["stdout", "stderr"], text: str, late: bool) -> list[Change]:
        """Append stream output to the statement's and return what changed."""
        return self._output(statement).write(stream, text, late)

    def show(self, statement: Statement, shown: ShownItem, late: bool) -> list[Change]:
        """Append an item to the statement's output and return what changed."""
        output = self._output(statement)
        item = Item(
            shown.type,
            0,
            limit=output.limit,
            late=late,
            closed=True,
        )
        if shown.type == "display" or shown.data is not None:
            item.data, item.metadata, item.display_id = shown.data, shown.metadata, shown.display_id
        changes = output.show(item, shown.text)
        if shown.display_id is not None and changes:
            self._displays.setdefault(shown.display_id, []).append((statement, item))
        return changes

    def update(self, shown: ShownItem) -> list[tuple[Statement, Item]]:
        """Give every display with this `display_id` its new state; return them."""
        displays = self._displays.get(shown.display_id or "", [])
        for statement, item in displays:
            item.replace(shown.text, shown.data, shown.metadata, self._output(statement).limit)
        return displays

    def clear(self, statement: Statement) -> None:
        """Forget the statement's output."""
        statement.output = None

    def _output(self, statement: Statement) -> Output:
        if statement.output is None:
            left = max(self._session_output_limit - self._used, LEAST_OUTPUT)
            statement.output = Output(min(self._output_limit, left), keeps_raw=statement.keeps_raw)
        return statement.output

    # ------------------------------------------------------------------------------------------ answers

    def statements_json(self, window: int | None, now: float) -> bytes:
        """Return the statements as a JSON list of `SessionStatement`, by line.

        What still grows is cut to *window*, which its later events go by; what is done to less where there is much.
        """
        by_line = sorted(self.statements.values(), key=lambda statement: (statement.line_start, statement.line_end))
        done = self._window_of_all(window)
        return b"[" + b",".join([_statement_json(statement, window, done, now) for statement in by_line]) + b"]"

    def _window_of_all(self, window: int | None) -> int | None:
        """Return the window, *window* at most, with which the answer has about `LARGEST_ANSWER` characters."""
        if window is None:
            return None
        shown = [one for statement in self.statements.values() for one in (statement, *statement.earlier)]
        lengths = [item.chars for statement in shown for item in statement.items]
        while window > models.SMALLEST_WINDOW and sum(min(length, window) for length in lengths) > LARGEST_ANSWER:
            window = max(window // 2, models.SMALLEST_WINDOW)
        return window


def _statement_json(statement: Statement, window: int | None, done_window: int | None, now: float) -> bytes:
    times = b""
    if statement.duration_ms is not None:
        times = b',"durationMs":%.3f' % statement.duration_ms
        if statement.peak_memory is not None:
            times += b',"peakMemoryBytes":%d' % statement.peak_memory
    elif statement.state == "running":
        times = b',"runningMs":%.3f' % ((now - statement.started) * 1000)
    earlier = b""
    if statement.earlier and not statement.items:
        shown = [_statement_json(one, window, done_window, now) for one in statement.earlier]
        earlier = b',"earlier":[%b]' % b",".join(shown)
    return (
        b'{"runId":"%b","nodeIndex":%d,"lineStart":%d,"lineEnd":%d,"source":%b,"state":"%b","output":%b,'
        b'"isInvisible":%b%b,"stale":%b,"importsChanged":%b%b}'
    ) % (
        statement.run_id.encode(),
        statement.node_index,
        statement.line_start,
        statement.line_end,
        wire.quote(statement.source),
        statement.state.encode(),
        wire.output_items(statement.items, window, done_window),
        b"false" if statement.items else b"true",
        times,
        b"true" if statement.stale else b"false",
        b'true,"changedImports":[%b]' % b",".join(map(wire.quote, statement.changed_imports))
        if statement.changed_imports
        else b"false",
        earlier,
    )
