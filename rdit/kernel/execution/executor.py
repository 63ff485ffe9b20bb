"""PythonExecutor: parse a script, execute its statements one by one, and return or stream the output of each.

Standard library only. In a kernel's worker the statements write to the worker's own streams, and the worker passes an
`OutputSink` that sends each item as it is shown. By itself (`PythonExecutor()` in any program) the executor captures
`sys.stdout` and `sys.stderr` and returns output items.
"""

from __future__ import annotations

import builtins
import sys

from ..display.hooks import DisplayHooks
from ..display.represent import markdown
from ..protocol.output_item import OutputItem
from .annotations import ARE_LAZY, annotates, join_annotations
from .broken_script import BrokenScript
from .captured_output import CapturedOutput
from .compilation import COROUTINE, forget_shown_warnings
from .error_data import traceback_of
from .hints import hint_of
from .results import ExecutionResult, Outcome
from .spawned_text import send_unsaved_text
from .statements import PreparedScript, Statement, prepare
from .tracebacks import add_hint, error_item, linecache_entry, plain_error

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Generator, Iterator
    from types import CodeType
    from typing import Any

    from ..protocol.output_item import OutputSink

    Step = tuple[CodeType, dict[str, Any]]

# The script may replace or delete builtins; rdit keeps its own.
_eval = eval

UNSAVED_NAME = "<script>"
"""The file name of a script that is not saved."""


class PythonExecutor:
    """Executes scripts statement by statement in one namespace, which persists until `reset`."""

    def __init__(self, namespace: dict[str, Any] | None = None, filename: str = UNSAVED_NAME) -> None:
        """Execute in *namespace*, by default that of an empty script; tracebacks name *filename*."""
        self.filename = filename
        self.namespace = _new_namespace() if namespace is None else namespace
        self.sources: dict[str, list[str]] = {}
        """The lines of the newest script, by its file name, for tracebacks."""
        self.hooks = DisplayHooks(lambda: self.namespace, lambda error: error_item(error, self.sources))
        """Display values, figures and what the script's libraries show."""
        self.hooks.when_imported["multiprocessing.spawn"] = lambda module: send_unsaved_text(
            module, lambda: self.filename, lambda: self.sources.get(self.filename, ())
        )
        self.hint: Callable[[BaseException], str | None] = hint_of
        """Returns what rdit itself has to say of an uncaught exception."""
        self.notice = ""
        """What the next statement writes before anything else."""
        self._flags = 0
        self._loop: AbstractEventLoop | None = None
        self._source_unpublished = False
        self._has_run = False

    # ------------------------------------------------------------------------------------------ the public interface

    def parse_script(self, script: str) -> list[Statement]:
        """Return the statements of *script*.

        Raises:
            SyntaxError: it is not Python.
        """
        return prepare(script, self.filename, None, self._flags, []).statements

    def execute_statement(
        self, compiled_or_source: CodeType | Statement | str, is_expr: bool = False
    ) -> list[OutputItem]:
        """Execute one statement, or source with any number of them, and return its output.

        With *is_expr* a code object is evaluated and its value echoed; for source that is determined by parsing.
        """
        if isinstance(compiled_or_source, str):
            return [item for result in self.execute_script(compiled_or_source) for item in result.output]
        statement = compiled_or_source
        if not isinstance(statement, Statement):
            statement = Statement.of_code(statement, is_expr)
        output = CapturedOutput()
        self.run(statement, output)
        self.end_run(output)
        return output.take()

    def execute_script(
        self, script: str, line_range: tuple[int, int] | None = None, *, stop_on_error: bool = True
    ) -> Iterator[ExecutionResult]:
        """Execute *script*, or its statements that overlap *line_range*, and yield a result as each one finishes.

        A syntax error gives one result, with an error item on its line. An uncaught exception ends the execution after
        its statement's result, unless *stop_on_error* is false; `SystemExit` and `KeyboardInterrupt` always end it.
        The result of a statement that draws on a figure of matplotlib comes when the next one has run, which may go on
        with it: the figure is in the result of the last.
        """
        output = CapturedOutput()
        prepared = self.prepare(script, line_range)
        if isinstance(prepared, BrokenScript):
            prepared.show(output)
            yield ExecutionResult(0, prepared.line_start, prepared.line_end, output.take(), Outcome("error"))
            return
        held: list[ExecutionResult] = []
        for statement, following in zip(prepared.statements, [*prepared.statements[1:], None], strict=True):
            outcome = self.run(statement, output, following)
            start, end = statement.line_start, statement.line_end
            held.append(ExecutionResult(statement.node_index, start, end, output.take(), outcome))
            is_over = outcome is not None and (stop_on_error or outcome.status != "error")
            if following is None or is_over:
                self.end_run(output)
            while held and not output.awaits(held[0].output):
                yield held.pop(0).settled()
            if is_over:
                return

    def reset(self) -> None:
        """Forget all names, flags and tasks."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.close()
        self._loop = None
        self._flags = 0
        self.sources.clear()
        self.hooks.live_objects.clear()
        self.namespace = _new_namespace()

    # ------------------------------------------------------------------------------------------ also used by a worker

    def prepare(self, script: str, line_range: tuple[int, int] | None = None) -> PreparedScript | BrokenScript:
        """Parse and compile *script* for a run of it, and make it the source that tracebacks show."""
        if self._has_run:
            forget_shown_warnings()
        self._has_run = True
        prepared = self._read(script, line_range, self._flags)
        self.take_over(prepared)
        return prepared

    def read(
        self, script: str, last_line: int | None = None, constants: dict[Any, Any] | None = None
    ) -> PreparedScript | BrokenScript:
        """Parse and compile *script* as a fresh process would, without effect on this one.

        If it is broken below *last_line*, what begins above is returned. *constants* are those of the text before this.
        """
        prepared = self._read(script, None, 0, constants)
        if isinstance(prepared, BrokenScript) and last_line is not None:
            return self._read(script, (1, last_line), 0, constants)
        return prepared

    def take_over(self, prepared: PreparedScript | BrokenScript) -> None:
        """Make what was read the source that tracebacks show, and its flags those of what is compiled from here on."""
        self._has_run = True
        if isinstance(prepared, PreparedScript):
            self._flags = prepared.flags
        self._set_source(prepared.lines)

    def _read(
        self, script: str, line_range: tuple[int, int] | None, flags: int, constants: dict[Any, Any] | None = None
    ) -> PreparedScript | BrokenScript:
        warnings: list[str] = []
        try:
            prepared = prepare(script, self.filename, line_range, flags, warnings, constants)
        except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
            return BrokenScript(error, self.filename, script.split("\n"), warnings)
        if prepared.statements:
            prepared.statements[0].warnings = "".join(warnings)
        return prepared

    def run(self, statement: Statement, output: OutputSink, following: Statement | None = None) -> Outcome | None:
        """Execute one statement, with its output to *output*; return how it failed, if it did."""
        steps = self.steps(statement, output, following)
        try:
            code, namespace = next(steps)
            while True:
                try:
                    value = _eval(code, namespace)
                except BaseException as error:  # noqa: BLE001, PERF203 - whatever the script raises is its result
                    code, namespace = steps.throw(throwable(error))
                else:
                    code, namespace = steps.send(value)
        except StopIteration as end:
            outcome: Outcome | None = end.value
            return outcome

    def steps(
        self, statement: Statement, output: OutputSink, following: Statement | None = None
    ) -> Generator[Step, Any, Outcome | None]:
        """Execute one statement as `run` does, but let the caller evaluate it, so that the stack below it is short.

        Yields a code object and its namespace, and expects the value to be sent, or the exception to be thrown in as
        `throwable` makes it. The statement *following* is the one that runs next, and may go on with a figure.
        """
        items: list[OutputItem] = []
        hooks = self.hooks
        hooks.output = output
        hooks.live_objects.epoch += 1
        try:
            try:
                output.enter()
                if self.notice or statement.warnings:
                    sys.stderr.write(self.notice + statement.warnings)
                    self.notice = ""
                code = statement.compiled
                if statement.is_expr:
                    value = yield code, self.namespace
                    if code.co_flags & COROUTINE:
                        value = self._await(value)
                    if statement.docstring is not None:
                        value = statement.docstring
                    if value is not None and not statement.is_quiet:
                        if statement.is_markdown and type(value) is str:
                            items.append(markdown(value))
                        else:
                            items = hooks.echo(value, statement.called)
                elif code.co_flags & COROUTINE:
                    self._await((yield code, self.namespace))
                elif ARE_LAZY and annotates(code):
                    earlier = self.namespace.get("__annotate__")
                    yield code, self.namespace
                    join_annotations(self.namespace, earlier)
                else:
                    yield code, self.namespace
            finally:
                output.leave()
        except BaseException as raised:  # noqa: BLE001 - whatever the script raises is its result
            error = raised.error if type(raised) is _Wrapped else raised
            if not _is_kind(error, KeyboardInterrupt) and hooks.has_figures:
                self._show_figures(statement, output, following)
            return self._show_error(error, statement, output)
        if self._source_unpublished:
            self._publish_source()
        for item in items:
            if item.type == "stdout":
                output.echo(item.text)
            else:
                output.show(item)
        return self._show_figures(statement, output, following) if hooks.has_figures else None

    def _show_figures(self, statement: Statement, output: OutputSink, following: Statement | None) -> Outcome | None:
        """Show the figures that the statement has drawn on."""
        try:
            try:
                output.enter()
                self.hooks.show_figures(None if following is None else following.compiled)
            finally:
                output.leave()
        except BaseException as error:  # noqa: BLE001 - this runs code of the script's figures, and may be interrupted
            return self._show_error(error, statement, output)
        return None

    def end_run(self, output: OutputSink, *, waits: bool = True) -> Outcome | None:
        """Draw the figures that are left and, if it *waits*, return when they are drawn, or that was interrupted."""
        try:
            try:
                output.enter()
                self.hooks.figures.end_run(waits=waits)
            finally:
                output.leave()
        except KeyboardInterrupt as interrupt:
            for figure_id, item in self.hooks.figures.give_up(interrupt):
                output.draw(figure_id, item)
            return Outcome("interrupted")
        return None

    # ------------------------------------------------------------------------------------------ exceptions

    def _show_error(self, error: BaseException, statement: Statement, output: OutputSink) -> Outcome:
        """Show an uncaught exception as Python would at the end of a script."""
        try:
            try:
                output.enter()
                if _is_kind(error, SystemExit):
                    return Outcome("exited", _exit_code(error))
                item, exit_code = self._report(error, statement)
            finally:
                output.leave()
        except BaseException as another:  # noqa: BLE001 - a second interrupt, or hooks and messages that fail
            output.show(plain_error(type(error).__name__, f"(describing it was cut short by {type(another).__name__})"))
        else:
            if hint := self.hint(error):
                add_hint(item, hint)
            output.show(item)
            if exit_code is not None:
                return Outcome("exited", exit_code)
        return Outcome("interrupted" if _is_kind(error, KeyboardInterrupt) else "error")

    def _report(self, error: BaseException, statement: Statement) -> tuple[OutputItem, int | None]:
        """Return the item for *error*, and the exit code if the script's `sys.excepthook` exits."""
        code = statement.coroutine
        hook = getattr(sys, "excepthook", None)
        is_own = hook is not None and hook is not sys.__excepthook__
        item = error_item(error, self.sources, code, silent=is_own)
        trace = traceback_of(error)
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        if not is_own:
            return item, None
        try:
            hook(type(error), error, trace)  # type: ignore[misc]
        except SystemExit as exiting:
            return item, _exit_code(exiting)
        except Exception as failure:  # noqa: BLE001 - the hook is the script's, and Python reports its failure too
            failed = error_item(failure, self.sources)
            original = error_item(error, self.sources, code)
            failed.text = f"Error in sys.excepthook:\n{failed.text}\nOriginal exception was:\n{original.text}"
            return failed, None
        return item, None

    # ------------------------------------------------------------------------------------------ top-level await

    def _await(self, coroutine: Any) -> Any:
        """Run the coroutine of a statement on an event loop that keeps its tasks from statement to statement."""
        import asyncio  # the script's own copy, and only for a script that awaits

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
        task = self._loop.create_task(coroutine)
        try:
            return self._loop.run_until_complete(task)
        except KeyboardInterrupt:
            if task.done():
                raise
            task.cancel()
            try:
                self._loop.run_until_complete(task)
            except asyncio.CancelledError as cancelled:
                origin: BaseException = cancelled
                while isinstance(origin.__context__, asyncio.CancelledError):
                    origin = origin.__context__
                # Its traceback names the line of the script that waited.
                raise KeyboardInterrupt().with_traceback(origin.__traceback__) from None
            raise

    # ------------------------------------------------------------------------------------------ source

    def _set_source(self, lines: list[str]) -> None:
        self.sources[self.filename] = lines
        self._source_unpublished = True
        self._publish_source()

    def _publish_source(self) -> None:
        """Put the source into the script's own `linecache`, once that is imported, for `inspect` and `doctest`."""
        cache = getattr(sys.modules.get("linecache"), "cache", None)
        if isinstance(cache, dict):
            lines = self.sources[self.filename]
            lines = [line + "\n" for line in (lines[:-1] if lines and not lines[-1] else lines)]
            cache[self.filename] = linecache_entry(self.filename, lines)
            self._source_unpublished = False


class _Wrapped(BaseException):
    """Carries an exception that would end the generators which it is thrown through."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def throwable(error: BaseException) -> BaseException:
    """Return *error* in a form that reaches `PythonExecutor.steps` also through `yield from`.

    A GeneratorExit that is thrown there would close what is within instead.
    """
    return _Wrapped(error) if _is_kind(error, GeneratorExit) else error


def _new_namespace() -> dict[str, Any]:
    """Return the names that a script starts with."""
    namespace: dict[str, Any] = dict.fromkeys(("__doc__", "__loader__", "__package__", "__spec__"))
    return {"__name__": "__main__", **namespace, "__annotations__": {}, "__builtins__": builtins}


def _is_kind(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether *error* is of that kind; `isinstance` would run code of the exception's class, which may do anything."""
    return issubclass(type(error), kind)


def _exit_code(error: BaseException) -> int:
    """Return the exit code of a `SystemExit`; write its message, if it has one, as Python does."""
    code = getattr(error, "code", 1)
    if code is None:
        return 0
    if issubclass(type(code), int):
        return code & 0xFF if -(1 << 63) <= code < 1 << 63 else 0xFF
    sys.stderr.write(f"{code}\n")
    return 1
