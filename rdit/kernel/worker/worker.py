"""The worker: runs scripts as `__main__` through the executor, until it is told to leave."""

from __future__ import annotations

import atexit
import sys
from contextlib import suppress
from json import dumps
from os import _exit, close, getpid, register_at_fork
from time import perf_counter

from ..display.copies import Copies
from ..display.hidden_fork import FORK_HOOKS
from ..execution.broken_script import BrokenScript
from ..execution.executor import PythonExecutor, throwable
from ..execution.outermost_frame import restore_hook, serve_outermost
from ..execution.results import Outcome
from ..execution.tracebacks import error_item
from ..protocol.frames import encode
from ..protocol.pieces import write_pieces
from ..protocol.records import COPIES_EXPECTED, FORWARD, KEPT, REFUSED
from .channel import Channel
from .inbox import Inbox
from .main_module import MainModule, Names
from .process import become_worker, become_worker_again, peak_memory
from .questions import Questions
from .recursion import hide_own_depth
from .replies import Replies
from .run_reporter import RunReporter
from .snapshots.snapshot_policy import ANYTHING, LITTLE
from .snapshots.snapshots import NO_COPIES, Resumed, Snapshots
from .stdin import InputStream, open_stdin
from .streams import LiveOutput, drawn, open_streams
from .timeline.file_journal import FileJournal
from .timeline.timeline import Timeline, index_at, within

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import Any

    from ..execution.executor import Step
    from ..execution.statements import Statement
    from ..protocol.output_item import OutputItem
    from .inbox import Received
    from .main_module import Baseline

QUERY_SECONDS = 0.02
"""How much of a run passes before the worker looks for queries between two statements."""
CONSOLE = "<console>"
"""The file name of code that looks back, in tracebacks."""
MEASURED_SECONDS = 0.001
"""What a shorter statement adds to the peak of memory is small, and is counted with the next longer one."""


class Worker:
    """One process that runs scripts."""

    def __init__(self, token: bytes, pipes: dict[str, int], baseline: Baseline) -> None:
        """Take over the process, which the supervisor has just forked, and its *pipes*; see `become_worker`."""
        self._pipes = pipes = become_worker(pipes)
        self._channel = Channel(token, pipes["events"], pipes["stdout"], pipes["stderr"])
        self._output = LiveOutput(self._channel)
        self._inbox = Inbox(pipes["requests"], self._output)
        self._questions = Questions(self._channel, self._output, Inbox(pipes["answers"], self._output))
        self._timeline = Timeline()
        self._snapshots = Snapshots(pipes["nursery"], self) if "nursery" in pipes else None
        self._focus: dict[int | None, float] = {}
        """What a snapshot may cost before a statement, in seconds."""
        self._has_run = False
        """Whether a run has begun: from then on `sys.argv` is the script's."""
        self._executor = PythonExecutor({})
        self._replies = Replies(self._executor, self._output)
        self._main = MainModule(self._executor, baseline)
        register_at_fork(after_in_child=FORK_HOOKS.guarded(self._become_ordinary))
        FORK_HOOKS.install()
        self._stdin = InputStream(self._questions.ask, self._questions.can_ask)
        open_stdin(self._stdin)
        self._executor.hint = self._stdin.hint
        open_streams(self._output)
        hide_own_depth()
        baseline.restore_modules()
        self._journal = FileJournal(lambda: self._main.path)
        self._journal.install()
        self._figures = self._executor.hooks.figures
        self._copies = Copies(self._deliver, lambda: self._channel.send(COPIES_EXPECTED, b"", marked=False))
        self._begin_drawing()
        self._executor.hooks.install()

    def excepthook(self) -> Callable[..., None]:
        """Wait until it is known which script this is for; return what serves from there on, see `outermost_frame`."""
        message = self._inbox.wait("open")
        if message is None:
            self._leave(0)
        else:
            self._executor.notice = self._main.open(Names.of(message), message["arguments"], message["directory"])
        executor = self._executor
        return serve_outermost(self._serve(sys.excepthook), self._throwable, executor.filename, executor.namespace)

    def _serve(self, hook: Callable[..., Any]) -> Generator[Step, Any, None]:
        """Handle the supervisor's messages, one after another. Does not return: the process ends.

        Yields the code of each statement and the namespace for it; see `PythonExecutor.steps`.
        """
        restore_hook(hook)
        while (message := self._inbox.wait()) is not None:
            kind = message["type"]
            if kind in ("run", "keep"):
                run = message if kind == "run" else self._keep_as_it_is(message["node_index"])
                while run is not None:
                    try:
                        yield from self._run(run)
                        run = None
                    except Resumed as resumed:  # noqa: PERF203
                        run = resumed.run
            elif kind == "open":
                if not self._has_run:
                    self._main.give(message["arguments"])
                self._timeline.void()
                self._main.move(Names.of(message))
            elif kind == "query":
                self._output.forget_interrupts()
                self._replies.reply(message)
            elif kind == "inspect":
                self._replies.send(self._told(message))
        self._leave(0)

    def _throwable(self, error: BaseException) -> BaseException:
        """Return what a statement has raised in the form in which it is to be thrown into `_serve`."""
        return throwable(self._stdin.of_interrupt(error))

    # ------------------------------------------------------------------------------------------------------- runs

    def _run(self, request: Received) -> Generator[Step, Any, None]:
        """Execute a script, or the part that is asked for, and report all that happens."""
        self._has_run = True
        self._output.forget_interrupts()
        self._questions.begin_run(is_interactive=bool(request.get("interactive")))
        self._stdin.has_refused = self._stdin.has_left_debugger = False
        looks_back = request["type"] == "look_back"
        report = RunReporter(request["query_id" if looks_back else "run_id"], self._channel, self._output)
        self._figures.begin_run(keeps_steps=request.get("figure_steps", False))
        script = str(request["body"][request.get("script_size", 0) :], "utf-8", "surrogatepass")
        if looks_back:
            self._executor.filename = CONSOLE
        outcome: Outcome | None
        if request.get("fresh"):
            outcome = yield from self._run_fresh(script, request, report)
        else:
            first, last = request.get("first_line"), request.get("last_line")
            is_whole = first is None and last is None
            prepared = self._executor.prepare(script, None if is_whole else (first or 1, last or 1 << 40))
            self._timeline.mix()
            if isinstance(prepared, BrokenScript):
                outcome = self._show_broken(prepared, report)
            else:
                report.plan(prepared.statements)
                outcome = yield from self._run_statements(
                    prepared.statements, report, stop_on_error=request.get("stop_on_error", True)
                )
        if not self._channel.is_open:
            self._leave(0 if outcome is None else outcome.exit_code if outcome.exit_code is not None else 1)
        report.complete(outcome)
        if looks_back:
            _exit(0)

    def _show_broken(self, script: BrokenScript, report: RunReporter) -> Outcome:
        """Show why a script does not compile, at its line."""
        report.plan([script])
        report.start(0)
        script.show(self._output)
        report.end(0, 0.0, None)
        return Outcome("error")

    def _run_fresh(self, text: str, request: Received, report: RunReporter) -> Generator[Step, Any, Outcome | None]:
        """Bring about what one run of *text* would, as far as it is asked for; run what is not so already."""
        executor, timeline = self._executor, self._timeline
        script = executor.read(text, request.get("last_line"), timeline.constants)
        if isinstance(script, BrokenScript):
            executor.take_over(script)
            return self._show_broken(script, report)
        judgement = timeline.judge(script, request, self._journal.first_changed())
        if judgement.runs_from is None:
            self._refuse(judgement.first_changed)
        wanted = within(script.statements, request.get("last_line"))
        if len(timeline.ran) > len(wanted):  # more has run than is asked for
            report.plan(wanted, len(wanted), timeline.kept_from(len(wanted)))
            return None
        executor.take_over(script)
        held = timeline.go_on(script, judgement, executor.namespace)
        if held is not None:
            self._refuse(held)
        kept = len(timeline.ran)
        report.plan(wanted, kept, timeline.kept_from(kept))
        if kept == len(wanted) or timeline.ending is not None:
            return timeline.ending
        self._snapshots = self._snapshots if request.get("may_copy") else None
        cursor = index_at(wanted, request.get("focus_line"))
        if cursor is not None and request.get("last_line") is None:
            self._focus = {cursor: LITTLE, cursor + 1: LITTLE}
        else:
            self._focus = {cursor: ANYTHING}
        # Where an edit was, others follow; what was only added at the end, as by a step, is none.
        self._focus[request.get("first_changed")] = ANYTHING
        return (yield from self._run_statements(wanted[kept:], report, timeline=timeline))

    def _refuse(self, first_changed: int) -> None:
        """Tell the supervisor that this process cannot go on for the script, and end."""
        self._channel.send(REFUSED, b"", first_changed, marked=False)
        while self._inbox.wait() is not None:  # it kills this process
            continue
        _exit(0)

    def _run_statements(
        self,
        statements: Sequence[Statement],
        report: RunReporter,
        *,
        stop_on_error: bool = True,
        timeline: Timeline | None = None,
    ) -> Generator[Step, Any, Outcome | None]:
        executor, output, inbox = self._executor, self._output, self._inbox
        failed: Outcome | None = None
        count = len(statements)
        looked = perf_counter()
        if count:
            report.start(statements[0].node_index)
        peak = peak_memory()
        for position, statement in enumerate(statements, 1):
            if timeline is not None:
                self._keep_snapshot(statement.node_index)
                timeline.former.keep(statement, executor.namespace)
            started = perf_counter()
            self._journal.begin()
            outcome = yield from executor.steps(statement, output, statements[position] if position < count else None)
            duration = perf_counter() - started
            told = self._journal.end(statement.compiled_so_far)
            if told is not None:
                report.touched(statement.node_index, told)
            before = peak
            if duration > MEASURED_SECONDS:
                peak = peak_memory()
            if timeline is not None:
                timeline.ended(statement, outcome, report.run_id)
                timeline.former.ran(duration)
                if self._snapshots is not None:
                    self._snapshots.policy.ran(duration)
            if inbox.is_leaving or (outcome is not None and (stop_on_error or outcome.status != "error")):
                return self._end_run(statement, duration, peak - before, report, outcome or Outcome("interrupted"))
            failed = failed or outcome
            if started + duration > looked + QUERY_SECONDS and self._channel.is_open:
                looked = started + duration
                self._answer_queries()
                if inbox.take("yield") is not None and position < count:
                    report.end(statement.node_index, duration, None, peak - before)
                    return Outcome("superseded")
            if position == count:
                return self._end_run(statement, duration, peak - before, report, failed)
            report.end(statement.node_index, duration, statements[position].node_index, peak - before)
        return failed

    def _answer_queries(self) -> None:
        """Answer what was asked since."""
        self._inbox.receive()
        while (query := self._inbox.take("query")) is not None:
            self._replies.reply(query)

    def _end_run(
        self, last: Statement, duration: float, memory: int, report: RunReporter, outcome: Outcome | None
    ) -> Outcome | None:
        """Report the end of the last statement, and wait for the figures that are still being drawn."""
        is_busy = self._figures.drawer.is_busy
        report.end(last.node_index, duration, None, memory, held=not is_busy)
        if is_busy and self._channel.is_open:
            waits = not self._inbox.is_leaving and (outcome is None or outcome.status != "interrupted")
            return self._executor.end_run(self._output, waits=waits) or outcome
        return outcome

    # -------------------------------------------------------------------------------------------------- snapshots

    def _keep_snapshot(self, index: int) -> None:
        """Make a snapshot before the statement *index*, if that pays.

        Raises:
            Resumed: this is the process that goes on from the snapshot.
        """
        if self._snapshots is None and index == 0:
            self.declined(0, NO_COPIES)
        if self._snapshots is None or self._figures.drawer.unfinished or not self._channel.is_open:
            return  # an unfinished figure has a copy that draws it
        if index == 0:  # a fresh process is as good
            self._snapshots.policy.begin()
            return
        run = self._snapshots.keep(index, self._timeline.ran[-1].line_end, may_cost=self._focus.get(index, 0.0))
        if run is not None:
            raise Resumed(run)

    def _keep_as_it_is(self, index: int) -> Received | None:
        """Make a snapshot between runs, if the state is that before the statement *index*; see `Snapshots.keep`."""
        run = None
        if self._snapshots is not None and self._timeline.place == index and not self._figures.drawer.unfinished:
            run = self._snapshots.keep_now(index, self._timeline.ran[-1].line_end)
        if run is None:
            self._channel.send(KEPT, b"", marked=False)
        return run

    def judge(self, request: Received) -> int | None:
        """In a snapshot: return the first statement that differs where it cannot go on for the run; else None."""
        text = str(request["body"][: request.get("script_size")], "utf-8", "surrogatepass")
        if request["type"] == "inspect" and self._timeline.is_begun_by(text):
            return None  # as one typing waits for it
        script = self._executor.read(text, request.get("last_line"), self._timeline.constants)
        looks_back = request["type"] in ("look_back", "inspect")
        if isinstance(script, BrokenScript):
            return 0 if looks_back else None  # any process can say so
        if looks_back:
            return self._timeline.first_unlike(script.statements)
        judgement = self._timeline.judge(script, request, self._journal.first_changed())
        return judgement.first_changed if judgement.runs_from is None else None

    def told(self, request: Received) -> bytes:
        """In a snapshot: return the frame that answers an `Inspect`."""
        return encode(self._told(request).encode())

    def _told(self, request: Received) -> str:
        """Return what is known of a variable; of former states, if the script began as it does in *request*."""
        place, places = self._timeline.place, request["places"]
        if not places or place in places or request["or_present"]:
            return self._replies.told(request, place)
        is_of_script = place is not None and self.judge(request) is None
        return self._replies.remembered(request, self._timeline.former if is_of_script else None)

    def take_over(self, token: bytes, pipes: dict[str, int]) -> None:
        """In the process that goes on from a snapshot: take these *pipes* in the place of the old ones."""
        nursery = self._pipes.pop("nursery")
        self._pipes = become_worker_again(self._pipes, pipes)
        self._pipes["nursery"] = nursery
        self._channel.reconnect(token, self._pipes["events"], self._pipes["stdout"], self._pipes["stderr"])
        self._inbox = Inbox(self._pipes["requests"], self._output)
        self._questions.answers = Inbox(self._pipes["answers"], self._output)
        self._executor.hooks.live_objects.prefix = f"{getpid()}-"
        self._begin_drawing()

    def declined(self, node_index: int, reason: str) -> None:
        """Report why there is no snapshot before this statement and those after it."""
        header = {"type": "declined", "run_id": self._output.run_id, "node_index": node_index, "reason": reason}
        self._channel.send(FORWARD, encode(dumps(header).encode()), marked=False)

    @property
    def journal(self) -> FileJournal:
        """What the script has touched."""
        return self._journal

    def descriptors(self) -> frozenset[int]:
        """Return rdit's own descriptors, those to the copies that draw included."""
        return frozenset({*self._pipes.values(), *self._figures.drawer.descriptors()})

    @property
    def namespace(self) -> dict[str, Any]:
        """The script's variables."""
        return self._executor.namespace

    def _begin_drawing(self) -> None:
        """Have figures drawn by copies of this process, as it is now."""
        self._figures.prefix = f"{getpid()}-"
        self._copies.keep = (self._pipes["pictures"],)
        self._figures.drawer.forget_copies(self._copies)

    # ---------------------------------------------------------------------------------------------------- the end

    def _become_ordinary(self) -> None:
        """In a child that the script has forked: be a plain process that writes to fd 1 and fd 2."""
        if self._channel.is_open:
            self._channel.stop()
            self._figures.is_active = False
            names = ["requests", "answers", "nursery", *([] if self._copies.is_copying else ["pictures"])]
            for name in names:
                if name in self._pipes:
                    with suppress(OSError):  # the script may have closed it already
                        close(self._pipes[name])

    def _deliver(self, figure_id: str, item: OutputItem) -> None:
        """In a copy of this process: send what it has drawn."""
        write_pieces(self._pipes["pictures"], getpid(), self._channel.newest_mark, drawn(figure_id, item))

    def _leave(self, status: int) -> None:
        """End the process as Python ends: threads are waited for, exit handlers run, streams are flushed."""
        self._output.enter()
        try:
            if (threading := sys.modules.get("threading")) is not None:
                threading._shutdown()
        except BaseException as error:  # noqa: BLE001 - as Python does, report it and go on
            self._output.show(error_item(error, self._executor.sources))
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):  # replaced or closed by the script
                stream.flush()
        _exit(status)
