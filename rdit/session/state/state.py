"""SessionState: what a page would show of a session; `apply` changes it by events, and nothing else does.

`apply` does no I/O and reads no clock: the same events give the same state. It changes the state in place rather than
copying it, because a state may hold ten thousand statements and megabytes of their output, and takes thousands of
events a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ...protocol.events import (
    AnyEvent,
    ArgumentsEvent,
    ClearEvent,
    CompleteEvent,
    DeclinedEvent,
    FileEvent,
    InputDoneEvent,
    InputEvent,
    KernelEvent,
    LanguageEvent,
    OutputEvent,
    PlanEvent,
    QueuedEvent,
    ResetEvent,
    ResultEvent,
    ResultsClearedEvent,
    ResultsRestoredEvent,
    ScriptEvent,
    StartEvent,
    TouchedEvent,
)
from ...protocol.values import KernelInfo, QueuedRun, RunEnd, SnapshotProblem, StatementName
from ..output.output import Item, Output
from .line_map import LineMap
from .lines import Lines
from .plan import beside, give_back, moved, not_replaced, stay
from .statement import Key, Statement
from .timeline import Timeline

MIN_OUTPUT = 1 << 16
"""Characters that a statement may always keep, also when its session has used up its share."""


ABRUPT = frozenset({"interrupted", "exited", "died"})
"""How a run may end within a statement, besides by its exception."""


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
        self.lines = Lines("")
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
        self.language: dict[str, LanguageEvent] = {}
        """The language servers of the session's pages, by name, as they are now."""
        self.timeline = Timeline(session_output_limit // 4)
        self.declined: SnapshotProblem | None = None

    def running(self) -> Statement | None:
        """Return the statement that runs now."""
        newest = self.newest
        return newest if newest is not None and newest.state == "running" else None

    def find(self, key: Key) -> Statement | None:
        """Return the statement of *key*, also one whose place is taken by another that has nothing to show yet."""
        earlier = (one for kept in self.statements.values() for one in kept.earlier)
        return self.statements.get(key) or next((one for one in earlier if (one.run_id, one.node_index) == key), None)

    def pending_figures(self) -> set[str]:
        """Return the figures that were announced and are not drawn."""
        shown = {id(one): one for one in (*self.statements.values(), *self.timeline.statements())}
        items = [item for one in shown.values() for item in one.items]
        return {name for item in items if item.is_pending and (name := item.figure_id) is not None}

    # --------------------------------------------------------------------------- what `apply` does, event by event

    def _plan(self, event: PlanEvent) -> None:
        """Take the statements of a run, and move or drop the results of earlier ones."""
        self._dequeue(event.run_id)
        if event.run_id == self.run_id:  # begun anew from the top: its worker, gone on from a snapshot, was lost
            give_back(self.statements, event.run_id)
            self.statements = {key: one for key, one in self.statements.items() if one.run_id != event.run_id}
            self.newest = None
        staying = self._begin(event)
        self._cleared, self._cleared_run = {}, None
        self.run_id = event.run_id
        if event.script is not None:
            old_lines, self.lines = self.lines, Lines(event.script)
            if self.statements:
                self.statements = moved(self.statements, LineMap(old_lines, self.lines))
            self.script = event.script
        statements = [Statement(event.run_id, info) for info in event.statements]
        self.statements = not_replaced(self.statements, statements, whole=event.whole)
        if event.fresh:
            self.statements = {**beside(self.statements, staying), **{one.key: one for one in staying}}
        self._used = sum(kept.chars() for kept in (*self.statements.values(), *statements))
        for statement in statements:
            self.statements[statement.key] = statement
        if self.displays or self.figures:
            self._forget_displays()
        for statement in staying:
            self._find_displays(statement)

    def _begin(self, event: PlanEvent) -> list[Statement]:
        """Begin a fresh run, of which what stays is returned, or another one."""
        if event.broken:
            return []
        if not event.fresh:
            self.timeline.mix()
            return []
        staying = stay(self.statements, event.kept, {**self._cleared, **self.timeline.known()})
        script = self.script if event.script is None else event.script
        self.timeline.plan(event.run_id, script or "", staying, runs_more=bool(event.statements))
        if event.statements and self.declined is not None and self.declined.node_index >= len(event.kept):
            self.declined = None
        return staying

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

    def _find_displays(self, statement: Statement) -> None:
        """Know the displays of a statement that is back."""
        for item in statement.items:
            if item.display_id is not None:
                shown = self.displays.setdefault(item.display_id, [])
                if (statement, item) not in shown:
                    shown.append((statement, item))
            if item.figure_id is not None:
                self.figures.setdefault(item.figure_id, (statement, item))

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
            self.displays = {
                name: [one for one in shown if one[0] is not statement] for name, shown in self.displays.items()
            }
            statement.output = self._new_output()

    def _finish(self, event: ResultEvent) -> None:
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is None:
            return
        statement.duration_ms = event.duration_ms
        statement.ended_at = event.ended_at
        statement.peak_memory = event.peak_memory_bytes
        statement.state = "done"
        self.timeline.finish(statement)
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
        # Of a kernel that does not start, others tell; and what is superseded has another run in its place.
        never_began = self.run_id is None and event.status not in {"died", "superseded"}
        if self.run_id == event.run_id or never_began:
            self.run_id = None
            self._end_run(event)
        self.timeline.complete(event.run_id, cut_off=event.cut_off or event.status in {"interrupted", "died"})
        self._dequeue(event.run_id)
        give_back(self.statements, event.run_id)
        for statement in self.statements.values():
            if statement.run_id == event.run_id:
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
        if newest is not None and newest.run_id == event.run_id and (event.status in ABRUPT or event.cut_off):
            newest.ended, newest.exit_code = event.status, event.exit_code

    def _reset(self) -> None:
        """Forget all results; the script stays."""
        self.statements = {}
        self.timeline.forget()
        self.declined = None
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
            self._find_displays(statement)
        self.last_run = self.last_run or self._cleared_run
        self._cleared, self._cleared_run = {}, None
        self._used = sum(statement.chars() for statement in self.statements.values())

    def _mark_changed(self, event: FileEvent) -> None:
        for statement in self._named(event.imported_by):
            if event.path not in statement.changed_imports:
                statement.changed_imports += (event.path,)
        for statement in self._named(event.read_by):
            if event.path not in statement.changed_files:
                statement.changed_files += (event.path,)

    def _named(self, names: Sequence[StatementName] | None) -> list[Statement]:
        found = [self.statements.get((name.run_id, name.node_index)) for name in names or ()]
        return [statement for statement in found if statement is not None]

    def _touch(self, event: TouchedEvent) -> None:
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is not None:
            statement.files, statement.effects = tuple(event.files), tuple(event.effects)

    def _decline(self, event: DeclinedEvent) -> None:
        self.declined = SnapshotProblem(event.run_id, event.node_index, event.reason) if event.reason else None

    def _end_question(self, event: InputDoneEvent) -> None:
        answer = event.answer
        if answer is None or not answer.given:
            self.input = None
        statement = self.statements.get((event.run_id, event.node_index))
        if statement is not None and answer is not None:
            statement.answers += (answer,)

    def _set_kernel(self, kernel: KernelInfo) -> None:
        if kernel.generation != self.kernel.generation:
            self.arguments_wait = False
            self.declined = None
            self.timeline.begin_anew()
        self.kernel = kernel


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
            state._set_kernel(kernel)
        case ClearEvent():
            state._clear(event)
        case InputEvent():
            state.input = event
        case InputDoneEvent():
            state._end_question(event)
        case TouchedEvent():
            state._touch(event)
        case DeclinedEvent():
            state._decline(event)
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
        case FileEvent():
            state._mark_changed(event)
        case LanguageEvent(server=server):
            state.language[server] = replace(event, refresh=False)
    return state
