"""The worker: runs scripts as `__main__` through the executor, until it is told to leave."""

from __future__ import annotations

import atexit
import sys
from _signal import SIGINT, raise_signal  # type: ignore[import-not-found]
from _thread import RLock
from contextlib import suppress
from json import dumps
from os import _exit, close, getpid, register_at_fork
from time import perf_counter

from ..display.copies import Copies
from ..execution.executor import BrokenScript, PythonExecutor, throwable
from ..execution.outermost_frame import restore_hook, serve_outermost
from ..execution.results import Outcome
from ..execution.tracebacks import error_item
from ..objects.live_objects import ObjectGoneError, UnanswerableError
from ..protocol.frames import encode
from ..protocol.pieces import write_pieces
from ..protocol.records import COPIES_EXPECTED, INPUT_REQUESTED, INPUT_WITHDRAWN, REPLIED
from .channel import Channel
from .inbox import Inbox
from .main_module import MainModule, Names
from .process import become_worker, peak_memory
from .recursion import hide_own_depth
from .run_reporter import RunReporter
from .stdin import InputStream, open_stdin
from .streams import LiveOutput, drawn, open_streams

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from ..execution.executor import Step
    from ..execution.statements import Statement
    from ..protocol.output_item import OutputItem
    from .inbox import Received
    from .main_module import Baseline

QUERY_SECONDS = 0.02
"""How much of a run passes before the worker looks for queries between two statements."""
MEASURED_SECONDS = 0.001
"""What a shorter statement adds to the peak of memory is small, and is counted with the next longer one."""


class Worker:
    """One process that runs scripts."""

    def __init__(self, token: bytes, pipes: dict[str, int], baseline: Baseline) -> None:
        """Take over the process, which the supervisor has just forked, and its *pipes*; see `become_worker`."""
        pipes = become_worker(pipes)
        self._channel = Channel(token, pipes["events"], pipes["stdout"], pipes["stderr"])
        self._output = LiveOutput(self._channel)
        self._inbox = Inbox(pipes["requests"], self._output)
        self._answers = Inbox(pipes["answers"], self._output)
        """A pipe of its own: a thread waits for its answer while the main thread runs the script or waits for a run."""
        self._asking = RLock()
        self._is_interactive = False
        """Whether somebody can answer what the run asks."""
        self._was_interactive = False
        """Whether that was so in any run: a thread of it may ask later."""
        self._warning = ""
        """What the first run writes before anything else."""
        self._has_run = False
        """Whether a run has begun: from then on `sys.argv` is the script's."""
        self._executor = PythonExecutor({})
        self._main = MainModule(self._executor, baseline)
        register_at_fork(after_in_child=self._become_ordinary)
        self._stdin = InputStream(self._ask, self._can_ask)
        open_stdin(self._stdin)
        self._executor.hint = self._stdin.hint
        open_streams(self._output)
        hide_own_depth()
        baseline.restore_modules()
        self._pictures = pipes["pictures"]
        self._figures = self._executor.hooks.figures
        self._figures.prefix = f"{getpid()}-"
        self._copies = self._figures.drawer.copies = Copies(self._deliver, (self._pictures,), self._expect_copies)
        self._executor.hooks.install()

    def excepthook(self) -> Callable[..., None]:
        """Wait until it is known which script this is for; return what serves from there on, see `outermost_frame`."""
        message = self._inbox.wait("open")
        if message is None:
            self._leave(0)
        else:
            self._warning = self._main.open(Names.of(message), message["arguments"], message["directory"])
        executor = self._executor
        return serve_outermost(self._serve(sys.excepthook), self._throwable, executor.filename, executor.namespace)

    def _serve(self, hook: Callable[..., Any]) -> Generator[Step, Any, None]:
        """Handle the supervisor's messages, one after another. Does not return: the process ends.

        Yields the code of each statement and the namespace for it; see `PythonExecutor.steps`.
        """
        restore_hook(hook)
        while (message := self._inbox.wait()) is not None:
            kind = message["type"]
            if kind == "run":
                yield from self._run(message)
            elif kind == "open":
                if not self._has_run:
                    self._main.give(message["arguments"])
                self._main.move(Names.of(message))
            elif kind == "query":
                self._output.forget_interrupts()
                self._reply(message)
        self._leave(0)

    def _throwable(self, error: BaseException) -> BaseException:
        """Return what a statement has raised in the form in which it is to be thrown into `_serve`."""
        return throwable(self._stdin.of_interrupt(error))

    # ---------------------------------------------------------------------------------------------------- queries

    def _reply(self, query: Received) -> None:
        """Answer a question about the live object behind a display."""
        reply = {"type": "reply", "query_id": query["query_id"], "value": None, "problem": None, "gone": False}
        was_interrupted = False
        try:
            try:
                self._output.enter()
                reply["value"] = self._executor.hooks.live_objects.answer(query["handle"], query["request"])
                header = dumps(reply, allow_nan=False)
            finally:
                self._output.leave()
        except (ObjectGoneError, UnanswerableError) as refusal:
            header = dumps({**reply, "problem": str(refusal), "gone": isinstance(refusal, ObjectGoneError)})
        except BaseException as error:  # noqa: BLE001 - the object and its library are the script's
            was_interrupted = isinstance(error, KeyboardInterrupt)
            problem = "This was interrupted."
            if not was_interrupted:
                problem = error_item(error, self._executor.sources).text.rstrip("\n").rpartition("\n")[2]
            header = dumps({**reply, "value": None, "problem": problem})
        self._channel.send(REPLIED, encode(header.encode()), marked=False)
        if was_interrupted:
            raise_signal(SIGINT)  # it was meant for the run under way, whose turn it is again

    # ------------------------------------------------------------------------------------------------------- runs

    def _run(self, request: Received) -> Generator[Step, Any, None]:
        """Execute a script, or the part that is asked for, and report all that happens."""
        self._has_run = True
        self._output.forget_interrupts()
        first, last = request.get("first_line"), request.get("last_line")
        executor, channel = self._executor, self._channel
        prepared = executor.prepare(
            str(request["body"], "utf-8", "surrogatepass"),
            None if first is None and last is None else (first or 1, last or 1 << 40),
        )
        self._is_interactive = bool(request.get("interactive"))
        self._was_interactive = self._was_interactive or self._is_interactive
        self._stdin.has_refused = self._stdin.has_left_debugger = False
        report = RunReporter(request["run_id"], channel, self._output)
        self._figures.begin_run(keeps_steps=request.get("figure_steps", False))
        if isinstance(prepared, BrokenScript):
            report.plan([prepared])
            report.start(0)
            prepared.show(self._output)
            report.end(0, 0.0, None)
            outcome: Outcome | None = Outcome("error")
        else:
            report.plan(prepared.statements)
            stop_on_error = request.get("stop_on_error", True)
            outcome = yield from self._run_statements(prepared.statements, report, stop_on_error=stop_on_error)
        if not channel.is_open:
            self._leave(0 if outcome is None else outcome.exit_code if outcome.exit_code is not None else 1)
        report.complete(outcome)

    def _run_statements(
        self, statements: list[Statement], report: RunReporter, *, stop_on_error: bool
    ) -> Generator[Step, Any, Outcome | None]:
        executor, output, inbox = self._executor, self._output, self._inbox
        failed: Outcome | None = None
        count = len(statements)
        looked = perf_counter()
        if count:
            report.start(statements[0].node_index)
            statements[0].warnings = self._warning + statements[0].warnings
            self._warning = ""
        peak = peak_memory()
        for position, statement in enumerate(statements, 1):
            started = perf_counter()
            outcome = yield from executor.steps(statement, output, statements[position] if position < count else None)
            duration = perf_counter() - started
            before = peak
            if duration > MEASURED_SECONDS:
                peak = peak_memory()
            if inbox.is_leaving or (outcome is not None and (stop_on_error or outcome.status != "error")):
                return self._end_run(statement, duration, peak - before, report, outcome or Outcome("interrupted"))
            failed = failed or outcome
            if started > looked + QUERY_SECONDS and self._channel.is_open:
                looked = started
                inbox.receive()
                while (query := inbox.take("query")) is not None:
                    self._reply(query)
            if position == count:
                return self._end_run(statement, duration, peak - before, report, failed)
            report.end(statement.node_index, duration, statements[position].node_index, peak - before)
        return failed

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

    # ------------------------------------------------------------------------------------------------------ stdin

    def _can_ask(self) -> bool:
        is_main = self._output.is_main_thread()
        return self._channel.is_open and (self._is_interactive if is_main else self._was_interactive)

    def _ask(self, password: bool) -> str | None:
        """Ask the page for a line, and wait for it. Signals get through meanwhile."""
        output = self._output
        with self._asking:
            # Of a thread, the one that has started it, or that ran when it asked.
            statement = output.origin().rpartition(b",")[0]
            if not statement or self._answers.is_leaving:
                return None
            about = {"type": "input_requested", "prompt": output.unfinished_line(), "password": password}
            answer = self._await_answer(dumps(about).encode().removesuffix(b"}") + b"," + statement + b"}")
        if answer is None:
            if output.is_main_thread():
                raise KeyboardInterrupt  # the worker is to leave
            return None
        text: str | None = answer["text"]
        if text is not None and not password:
            output.echo(text + "\n")  # as a terminal shows what is typed
        return text

    def _await_answer(self, header: bytes) -> Received | None:
        """Send a question and wait for its answer; None when the worker is to leave."""
        output = self._output
        is_main = output.is_main_thread()
        in_script = is_main and output.in_script
        answer = None
        if in_script:
            output.leave()  # an interrupt comes before the question or after it, and withdraws it then
        question = self._channel.send(INPUT_REQUESTED, encode(header), int(not is_main))
        try:
            if in_script:
                output.enter()
            while (answer := self._answers.wait()) is not None and answer["question"] != question:
                continue
        finally:
            output.end_line()
            if answer is None and is_main:
                output.leave()
                self._channel.send(INPUT_WITHDRAWN, encode(b'{"type":"input_withdrawn"}'))
                if in_script:
                    output.enter()
        return answer

    # ---------------------------------------------------------------------------------------------------- the end

    def _become_ordinary(self) -> None:
        """In a child that the script has forked: be a plain process that writes to fd 1 and fd 2."""
        if self._channel.is_open:
            self._channel.stop()
            self._figures.is_active = False
            descriptors = [self._inbox.descriptor, self._answers.descriptor]
            if not self._copies.is_copying:
                descriptors.append(self._pictures)
            for descriptor in descriptors:
                with suppress(OSError):  # the script may have closed it already
                    close(descriptor)

    def _expect_copies(self) -> None:
        self._channel.send(COPIES_EXPECTED, b"", marked=False)

    def _deliver(self, figure_id: str, item: OutputItem) -> None:
        """In a copy of this process: send what it has drawn."""
        write_pieces(self._pictures, getpid(), self._channel.newest_mark, drawn(figure_id, item))

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
