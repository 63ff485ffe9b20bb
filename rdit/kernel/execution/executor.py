"""PythonExecutor: parse a script, execute its statements one after another, tell what each of them showed.

Standard library only. In a kernel's worker the statements write to the worker's own streams and the worker hands in a
`OutputSink` that sends what is shown as it happens; by itself (`PythonExecutor()` in any program) the executor captures
`sys.stdout` and `sys.stderr` and returns what came as output items.
"""

from __future__ import annotations

import builtins
import codecs
import io
import sys

from ..display.hooks import Showing
from ..display.represent import markdown
from ..protocol.output_item import OutputItem
from .annotations import ARE_LAZY, annotates, join_annotations
from .statements import COROUTINE, Preparation, Statement, prepare
from .tracebacks import error_item, plain_error, traceback_of

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Generator, Iterator
    from types import CodeType
    from typing import Any, Literal, TextIO

    from ..protocol.output_item import OutputSink

    Step = tuple[CodeType, dict[str, Any]]


__all__ = [
    "ExecutionResult",
    "Outcome",
    "OutputItem",
    "PythonExecutor",
    "Statement",
    "get_executor",
    "reset_executor",
]

# The script may replace or delete builtins; rdit keeps its own.
_eval = eval

NAME_OF_A_BUFFER = "<script>"
"""The file name of a script that has no file."""


class ExecutionResult:
    """What one statement showed; lines are counted from 1, both ends included."""

    __slots__ = ("ending", "is_invisible", "line_end", "line_start", "node_index", "output")

    def __init__(
        self, node_index: int, line_start: int, line_end: int, output: list[OutputItem], ending: Outcome | None = None
    ) -> None:
        self.node_index = node_index
        self.line_start = line_start
        self.line_end = line_end
        self.output = output
        self.is_invisible = not output
        """Whether there is no output."""
        self.ending = ending
        """Why the statement did not end well; None when it did."""

    def __repr__(self) -> str:
        return f"ExecutionResult({self.node_index}, lines {self.line_start}-{self.line_end}, {self.output!r})"


class Outcome:
    """How a statement ended that did not end well."""

    __slots__ = ("exit_code", "status")

    def __init__(self, status: Literal["error", "interrupted", "exited"], exit_code: int | None = None) -> None:
        self.status = status
        self.exit_code = exit_code
        """The exit status that `python script.py` would have; set when the status is `exited`."""


class PythonExecutor:
    """Executes scripts statement by statement in one namespace, which stays until `reset`."""

    def __init__(self, namespace: dict[str, Any] | None = None, filename: str = NAME_OF_A_BUFFER) -> None:
        """Start with *namespace*, or that of an empty script; tracebacks name *filename*."""
        self.filename = filename
        self.namespace = _new_namespace() if namespace is None else namespace
        self.sources: dict[str, list[str]] = {}
        """The lines of the newest script, by its file name, for tracebacks."""
        self.showing = Showing(lambda: self.namespace, lambda error: error_item(error, self.sources))
        """What makes values, figures and displays visible, and knows what stands behind them."""
        self._flags = 0
        self._loop: AbstractEventLoop | None = None
        self._unpublished = False

    # -------------------------------------------------------------------------------------- the public interface

    def parse_script(self, script: str) -> list[Statement]:
        """Return the statements of *script*.

        Raises:
            SyntaxError: it is not Python.
        """
        return prepare(script, self.filename, None, self._flags, []).statements

    def execute_statement(
        self, compiled_or_source: CodeType | Statement | str, is_expr: bool = False
    ) -> list[OutputItem]:
        """Execute one statement, or source that holds any number of them, and return what it showed.

        A code object is evaluated and its value shown when *is_expr*; with source that is found out.
        """
        if isinstance(compiled_or_source, str):
            return [item for result in self.execute_script(compiled_or_source) for item in result.output]
        statement = compiled_or_source
        if not isinstance(statement, Statement):
            statement = Statement.of_code(statement, is_expr)
        output = CapturedOutput()
        self.run(statement, output)
        return output.take()

    def execute_script(
        self, script: str, line_range: tuple[int, int] | None = None, *, stop_on_error: bool = True
    ) -> Iterator[ExecutionResult]:
        """Execute *script*, or its statements that overlap *line_range*, and yield a result as each one finishes.

        A script that is not Python gives one result, with an error item on the line of the error. What a statement
        raises ends the execution after its result, unless *stop_on_error* is false; `SystemExit` and
        `KeyboardInterrupt` end it always.
        """
        output = CapturedOutput()
        prepared = self.prepare(script, line_range)
        if isinstance(prepared, BrokenScript):
            output.enter()
            prepared.say_warnings()
            output.leave()
            output.show(prepared.item)
            yield ExecutionResult(0, prepared.line_start, prepared.line_end, output.take(), Outcome("error"))
            return
        for statement in prepared.statements:
            ending = self.run(statement, output)
            yield ExecutionResult(statement.node_index, statement.line_start, statement.line_end, output.take(), ending)
            if ending is not None and (stop_on_error or ending.status != "error"):
                return

    def reset(self) -> None:
        """Forget all names, flags and tasks."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.close()
        self._loop = None
        self._flags = 0
        self.sources.clear()
        self.showing.objects.forget()
        self.namespace = _new_namespace()

    # ------------------------------------------------------------------------------------ what a worker drives, too

    def prepare(self, script: str, line_range: tuple[int, int] | None = None) -> PreparedScript | BrokenScript:
        """Parse and compile *script*; its text is the one that tracebacks show from now on."""
        warnings: list[str] = []
        try:
            prepared = prepare(script, self.filename, line_range, self._flags, warnings)
        except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
            self._take_source(script.split("\n"))
            return BrokenScript(error, self.sources, warnings)
        self._flags = prepared.flags
        self._take_source(prepared.lines)
        return PreparedScript(prepared, warnings)

    def run(self, statement: Statement, output: OutputSink) -> Outcome | None:
        """Execute one statement, showing what it has to show; return how it ended if it did not end well."""
        steps = self.steps(statement, output)
        try:
            code, namespace = next(steps)
            while True:
                try:
                    outcome = _eval(code, namespace)
                except BaseException as error:  # noqa: BLE001, PERF203 - whatever the script raises is its result
                    code, namespace = steps.throw(error)
                else:
                    code, namespace = steps.send(outcome)
        except StopIteration as end:
            ending: Outcome | None = end.value
            return ending

    def steps(self, statement: Statement, output: OutputSink) -> Generator[Step, Any, Outcome | None]:
        """Execute one statement as `run` does, but let the caller evaluate it, so that few frames lie below it.

        Yields a code object and the namespace for it, and wants the value sent, or what was raised thrown in.
        """
        items: list[OutputItem] = []
        showing = self.showing
        showing.output = output
        showing.objects.epoch += 1
        try:
            try:
                output.enter()
                if statement.warnings:
                    sys.stderr.write(statement.warnings)
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
                            items = showing.items_of(value)
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
        except BaseException as error:  # noqa: BLE001 - whatever the script raises is its result
            if not _is(error, KeyboardInterrupt) and showing.has_figures:
                self._show_figures(statement, output)
            return self._failed(error, statement, output)
        if self._unpublished:
            self._publish_source()
        for item in items:
            if item.type == "stdout":
                output.echo(item.text)
            else:
                output.show(item)
        return self._show_figures(statement, output) if showing.has_figures else None

    def _show_figures(self, statement: Statement, output: OutputSink) -> Outcome | None:
        """Show the figures that the statement has drawn on."""
        try:
            try:
                output.enter()
                self.showing.show_figures()
            finally:
                output.leave()
        except BaseException as error:  # noqa: BLE001 - drawing runs code of the script, and may be interrupted
            return self._failed(error, statement, output)
        return None

    # --------------------------------------------------------------------------------------------------- failures

    def _failed(self, error: BaseException, statement: Statement, output: OutputSink) -> Outcome:
        """Show what a statement raised, as Python would at the end of a script."""
        try:
            try:
                output.enter()
                if _is(error, SystemExit):
                    return Outcome("exited", _exit_code(error))
                status: Literal["error", "interrupted"] = "interrupted" if _is(error, KeyboardInterrupt) else "error"
                items, exit_code = self._report(error, statement)
            finally:
                output.leave()
        except BaseException as another:  # noqa: BLE001 - a second interrupt, or hooks and messages that fail
            output.show(plain_error(type(error).__name__, f"(describing it was cut short by {type(another).__name__})"))
            return Outcome("interrupted" if _is(error, KeyboardInterrupt) else "error")
        for item in items:
            output.show(item)
        return Outcome(status) if exit_code is None else Outcome("exited", exit_code)

    def _report(self, error: BaseException, statement: Statement) -> tuple[list[OutputItem], int | None]:
        """Return the items for *error*, and the exit status when the script's `sys.excepthook` exits."""
        code = statement.coroutine
        hook = getattr(sys, "excepthook", None)
        is_own = hook is not None and hook is not sys.__excepthook__
        item = error_item(error, self.sources, code, silent=is_own)
        trace = traceback_of(error)
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        if not is_own:
            return [item], None
        try:
            hook(type(error), error, trace)  # type: ignore[misc]
        except SystemExit as leaving:
            return [item], _exit_code(leaving)
        except Exception as failure:  # noqa: BLE001 - the hook is the script's, and Python reports its failure too
            failed = error_item(failure, self.sources)
            original = error_item(error, self.sources, code)
            failed.text = f"Error in sys.excepthook:\n{failed.text}\nOriginal exception was:\n{original.text}"
            return [failed], None
        return [item], None

    # ------------------------------------------------------------------------------------------------------ await

    def _await(self, coroutine: Any) -> Any:
        """Drive a statement that awaits, on a loop that keeps its tasks from one statement to the next."""
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
                # Its traceback tells which line of the script waited.
                raise KeyboardInterrupt().with_traceback(origin.__traceback__) from None
            raise

    # ----------------------------------------------------------------------------------------------------- source

    def _take_source(self, lines: list[str]) -> None:
        self.sources[self.filename] = lines
        self._unpublished = True
        self._publish_source()

    def _publish_source(self) -> None:
        """Give the text that runs to the script's own `linecache`, once it has one, for `inspect` and `doctest`."""
        cache = getattr(sys.modules.get("linecache"), "cache", None)
        if isinstance(cache, dict):
            lines = self.sources[self.filename]
            lines = [line + "\n" for line in (lines[:-1] if lines and not lines[-1] else lines)]
            cache[self.filename] = (sum(map(len, lines)), None, lines, self.filename)
            self._unpublished = False


class PreparedScript:
    """A script that is ready to run."""

    __slots__ = ("statements",)

    def __init__(self, prepared: Preparation, warnings: list[str]) -> None:
        self.statements = prepared.statements
        if self.statements and warnings:
            self.statements[0].warnings = "".join(warnings)


class BrokenScript:
    """A script that Python cannot compile: the error item that says so, and its line."""

    __slots__ = ("_warnings", "item", "line_end", "line_start", "node_index")

    def __init__(self, error: Exception, sources: dict[str, list[str]], warnings: list[str]) -> None:
        lineno = error.lineno if isinstance(error, SyntaxError) else None
        self.node_index = 0
        self.line_start = self.line_end = max(lineno or 1, 1)
        self.item = error_item(error, sources)
        self._warnings = warnings

    def say_warnings(self) -> None:
        """Write what the compiler warned of before it gave up."""
        if self._warnings:
            sys.stderr.write("".join(self._warnings))


def _new_namespace() -> dict[str, Any]:
    """Return the names that a script starts with."""
    namespace: dict[str, Any] = dict.fromkeys(("__doc__", "__loader__", "__package__", "__spec__"))
    return {"__name__": "__main__", **namespace, "__annotations__": {}, "__builtins__": builtins}


def _is(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether *error* is of that kind; `isinstance` would ask the exception itself, which may do anything."""
    return issubclass(type(error), kind)


def _exit_code(error: BaseException) -> int:
    """Return the exit status of a process that ends so; write the message, if there is one, as Python does."""
    code = getattr(error, "code", 1)
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -(1 << 63) <= code < 1 << 63 else 0xFF
    sys.stderr.write(f"{code}\n")
    return 1


# ------------------------------------------------------------------------------------------------ captured output


class CapturedOutput:
    """A recorder that keeps what is shown, for a program that uses the executor by itself."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, list[str]] | OutputItem] = []
        self._clears_next = False
        self._theirs: tuple[TextIO | None, TextIO | None] = (
            _captured_stream(self, "stdout", "strict"),
            _captured_stream(self, "stderr", "backslashreplace"),
        )
        self._ours: tuple[TextIO | None, TextIO | None] | None = None

    def enter(self) -> None:
        """Put the script's streams in place: the capturing ones, or what the script has made of them."""
        if self._ours is None:
            self._ours = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = self._theirs

    def leave(self) -> None:
        """Put back the program's own streams."""
        if self._ours is not None:
            self._theirs = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = self._ours
            self._ours = None

    def echo(self, text: str) -> None:
        """Add *text* to the captured standard output."""
        self.add("stdout", text)

    def show(self, item: OutputItem, *, update: bool = False) -> None:
        """Keep *item*, or put it in the place of the displays that have its `display_id`."""
        if not update:
            self._clear_if_due()
            self._pieces.append(item)
            return
        for place, piece in enumerate(self._pieces):
            if isinstance(piece, OutputItem) and piece.display_id == item.display_id:
                self._pieces[place] = item

    def clear(self, *, wait: bool) -> None:
        """Forget what was kept; with *wait*, when something else comes."""
        if wait:
            self._clears_next = True
        else:
            self._pieces.clear()

    def add(self, stream: str, text: str) -> None:
        """Keep what was written to *stream*; what adjoins is one item."""
        if not text:
            return
        self._clear_if_due()
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, tuple) and last[0] == stream:
            last[1].append(text)
        else:
            self._pieces.append((stream, [text]))

    def _clear_if_due(self) -> None:
        if self._clears_next:
            self._clears_next = False
            self._pieces.clear()

    def take(self) -> list[OutputItem]:
        """Return what was kept and start anew."""
        self._clears_next = False
        pieces, self._pieces = self._pieces, []
        return [
            OutputItem(piece[0], "".join(piece[1])) if isinstance(piece, tuple) else piece  # type: ignore[arg-type]
            for piece in pieces
        ]


class _CapturedBytes(io.BufferedIOBase):
    """The bytes that a captured stream is given, decoded and kept at once."""

    def __init__(self, output: CapturedOutput, stream: str) -> None:
        self._output = output
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        taken = bytes(data)
        self._output.add(self._stream, self._decode(taken))
        return len(taken)


def _captured_stream(output: CapturedOutput, stream: str, errors: str) -> TextIO:
    buffer: Any = _CapturedBytes(output, stream)
    return io.TextIOWrapper(buffer, encoding="utf-8", errors=errors, newline="\n", write_through=True)


# ------------------------------------------------------------------------------------------- the process-wide one

_executor: PythonExecutor | None = None


def get_executor() -> PythonExecutor:
    """Return the executor that the whole process shares."""
    global _executor  # noqa: PLW0603 - the one piece of state that DESIGN.md asks for
    if _executor is None:
        _executor = PythonExecutor()
    return _executor


def reset_executor() -> PythonExecutor:
    """Replace the process-wide executor by a fresh one and return it."""
    global _executor  # noqa: PLW0603
    if _executor is not None:
        _executor.reset()
    _executor = PythonExecutor()
    return _executor
