"""Session: one script, the queue of its runs, and its kernel."""

from __future__ import annotations

import asyncio
import logging
import secrets
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from .. import __version__
from ..errors import InterpreterFailed, InvalidFields, NotFound, NotWaiting, RditError, ShuttingDown
from ..interpreter import choose_interpreter
from ..kernel import messages
from ..settings import Settings
from ..spawn import kernel_command, spawn_kernel
from . import models, wire
from .kernel_process import KernelProcess, Received, start_kernel
from .output import Item, Output, Rolled
from .state import SessionState, Statement
from .store import Store, Subscription

log = logging.getLogger(__name__)


Result = tuple[int, int, int, list[Item]]
"""A statement that ended: its number, its first and last line, its output."""


class Run:
    """One execute request: what it runs, and the whole results that wait for its requester."""

    def __init__(self, run_id: str, request: models.ExecuteRequest, *, collect: bool) -> None:
        """Prepare the run; with *collect*, keep each statement's result until `results` takes it."""
        self.id = run_id
        self.request = request
        self.problem: str | None = None
        """Why rdit itself could not do it."""
        self.finished: asyncio.Future[models.Status] = asyncio.get_running_loop().create_future()
        self.late: Output | None = None
        """Late output of the run's ended statements, for a requester who got their results already."""
        self._results: deque[Result] | None = deque() if collect else None
        self._changed = asyncio.Event()

    @property
    def collects(self) -> bool:
        """Whether somebody takes the results."""
        return self._results is not None

    def add_result(self, statement: Statement) -> None:
        """Keep the result of a statement that ended, as it stands now."""
        if self._results is None:
            return
        items = list(statement.items)
        if self.late is not None:
            items += self.late.items
            self.late = None
        self._results.append((statement.node_index, statement.line_start, statement.line_end, items))
        self._changed.set()

    def finish(self, status: models.Status, problem: str | None = None) -> None:
        """The run is over."""
        self.problem = problem
        if not self.finished.done():
            self.finished.set_result(status)
        self._changed.set()

    async def results(self) -> list[Result]:
        """Wait for results and return those that are ready; an empty list says that the run is over."""
        waiting = self._results
        if waiting is None:
            return []
        while not waiting and not self.finished.done():
            self._changed.clear()
            await self._changed.wait()
        taken = list(waiting)
        waiting.clear()
        return taken

    def abandon(self) -> None:
        """Nobody takes the results any more."""
        self._results = None


class Session:
    """One script, its kernel and its results; it outlives every request and every tab."""

    def __init__(
        self,
        session_id: str,
        settings: Settings,
        script: Path | None,
        *,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        """Begin the session and start its kernel, or take over *process*, a kernel that was started already."""
        self.id = session_id
        self.script = script
        self.when_planned: Callable[[Session], None] | None = None
        """Called when a run has a plan, which may import other files than the one before."""
        self._settings = settings
        self._process = process
        self.state = SessionState(
            output_limit=settings.output_limit, session_output_limit=settings.session_output_limit
        )
        self.store = Store(first_id=time.time_ns() // 1_000_000, budget=settings.event_budget)
        self._run_prefix = secrets.token_hex(4)
        self._run_count = 0
        self._queue: deque[Run] = deque()
        self._current: Run | None = None
        self._resets: list[asyncio.Future[None]] = []
        self._queries: dict[str, asyncio.Future[messages.Reply]] = {}
        self._kernel: KernelProcess | None = None
        self._kernel_wanted = asyncio.Event()
        self._worker_stands = False
        self._came_up = False
        """Whether the kernel of now has had a worker."""
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed = False
        self._kernel_wanted.set()
        self._handlers: dict[type[Any], Callable[[Any, bytes], None]] = {
            messages.Ready: self._on_ready,
            messages.WorkerStarted: self._on_worker_started,
            messages.Planned: self._on_planned,
            messages.Started: self._on_started,
            messages.Written: self._on_written,
            messages.Shown: self._on_shown,
            messages.Cleared: self._on_cleared,
            messages.Asked: self._on_asked,
            messages.Ended: self._on_ended,
            messages.Completed: self._on_completed,
            messages.Died: self._on_died,
            messages.Reply: self._on_reply,
        }
        self._owner = asyncio.create_task(self._own_kernel(), name=f"kernel of session {session_id}")

    # ------------------------------------------------------------------------------------------ what others ask

    def submit(self, request: models.ExecuteRequest, *, collect: bool = False) -> Run:
        """Queue a run; with *collect*, its requester takes whole results from it."""
        if self._closed:
            raise ShuttingDown("rdit is shutting down. Start it again to run more.")
        self._run_count += 1
        run = Run(f"{self._run_prefix}-{self._run_count}", request, collect=collect)
        self._queue.append(run)
        self.state.queued.append(models.QueuedRun(run_id=run.id, line_range=request.line_range))
        self._tell(models.QueuedEvent(run_id=run.id, line_range=request.line_range), run.id)
        self._advance()
        return run

    def subscribe(
        self, *, after: int | None = None, run_id: str | None = None, window: int | None = None
    ) -> Subscription:
        """Return a reader of the session's events, or of one run's."""
        return Subscription(self.store, after=after, run_id=run_id, window=window)

    def interrupt(self) -> None:
        """Interrupt the run under way, as Ctrl-C would, or the one that waits for the kernel to start.

        Without a run, what the page has asked of a live object is given up.
        """
        if (self._current is not None or self._queries) and self._kernel is not None:
            self._kernel.send(messages.Interrupt())
        elif self._queue:
            self._end_run(self._queue[0], "interrupted")

    async def reset(self) -> None:
        """Replace the worker by a fresh one, end all runs, and return when it stands ready.

        Raises:
            InterpreterFailed: no kernel can be started any more.
        """
        self._drop_runs("interrupted")
        self._fail_queries()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._resets.append(done)
        kernel = self._kernel
        alarm: asyncio.TimerHandle | None = None
        if kernel is None:
            self._kernel_wanted.set()
        else:
            # Also when no worker stands yet: the one that comes may have been told of another script.
            kernel.send(messages.Reset())
        if kernel is not None and self._came_up:
            self._worker_stands = False
            reason = f"It did not reset within {self._settings.reset_timeout:g} seconds."
            loop = asyncio.get_running_loop()
            alarm = loop.call_later(self._settings.reset_timeout, kernel.fail, reason)
        try:
            await done
        finally:
            if alarm is not None:
                alarm.cancel()

    def answer(self, text: str | None) -> None:
        """Give the waiting `input()` its line; None is end-of-file.

        Raises:
            NotWaiting: nothing waits for input.
        """
        asked = self.state.input
        if asked is None or self._kernel is None:
            raise NotWaiting("Nothing waits for input in this session now.")
        self._kernel.send(messages.Answer(text))
        self._input_done(asked)
        self._tell_kernel(state="busy")

    async def query(self, handle: str, request: dict[str, Any]) -> Any:
        """Ask the live object behind a display; the answer comes between statements.

        Raises:
            NotFound: the object is gone.
            InvalidFields: it cannot answer this.
        """
        if self._kernel is None or not self._worker_stands:
            raise NotFound("The object behind this output is gone: its kernel is not running. Run the statement again.")
        query_id = secrets.token_hex(8)
        future: asyncio.Future[messages.Reply] = asyncio.get_running_loop().create_future()
        self._queries[query_id] = future
        try:
            self._kernel.send(messages.Query(query_id, handle, request))
            reply = await future
        finally:
            self._queries.pop(query_id, None)
        if reply.gone:
            raise NotFound(reply.problem or "The object behind this output is gone. Run the statement again.")
        if reply.problem is not None:
            raise InvalidFields(reply.problem)
        return reply.value

    async def ready(self) -> None:
        """Wait until the session's first kernel is up.

        Raises:
            InterpreterFailed: it does not start.
        """
        await asyncio.shield(self._ready)

    def save_as(self, script: Path) -> None:
        """Give a session without a file the one that its buffer was saved to."""
        if self.script is None:
            self.move(script)

    def move(self, script: Path) -> None:
        """Go on with the script at another place; the worker of now keeps its `__file__` until a reset."""
        self.script = script
        if self._kernel is not None:
            self._kernel.send(self._open_message())
        self._tell(models.ScriptEvent(script_path=self._script_path()))

    def announce(self, event: models.EventModel) -> None:
        """Tell the session's subscribers of something that happened outside its kernel."""
        self._tell(event)

    def snapshot(self, window: int | None) -> bytes:
        """Return all that a page needs to show the session, as the JSON of a `SessionAnswer`."""
        root = self._settings.root
        frame = models.SessionAnswer(
            session_id=self.id,
            script_path=self._script_path(),
            root=str(root),
            kernel=self.state.kernel,
            script=self.state.script,
            statements=[],
            queued=self.state.queued,
            run_id=self.state.run_id,
            input=self.state.input,
            last_event_id=self.store.seal(),
            rdit_version=__version__,
        )
        statements = self.state.statements_json(window, time.monotonic())
        # No string can hold the bytes that are replaced: within one, the quotes would be escaped.
        frame_json = frame.model_dump_json(by_alias=True, exclude={"script"}).encode()
        script = b"null" if self.state.script is None else wire.quote(self.state.script)
        return frame_json.replace(b'"statements":[]', b'"script":%b,"statements":%b' % (script, statements), 1)

    def _script_path(self) -> str | None:
        return None if self.script is None else self.script.relative_to(self._settings.root).as_posix()

    async def close(self) -> None:
        """End the runs, the kernel and every subscription."""
        self._closed = True
        self._drop_runs("interrupted")
        self.store.close()
        self._owner.cancel()
        await asyncio.gather(self._owner, return_exceptions=True)
        self._fail_waiters("rdit is shutting down.")

    # ------------------------------------------------------------------------------------------ the kernel's life

    async def _own_kernel(self) -> None:
        """Keep a kernel while one is wanted: at first, and after its death from the next run or reset on."""
        while not self._closed:
            await self._kernel_wanted.wait()
            self._kernel_wanted.clear()
            try:
                reason = await self._live_with_a_kernel()
            except RditError as error:
                reason = str(error)
            except Exception:
                log.exception("the kernel of session %s was lost", self.id)
                reason = "rdit failed to keep it; its log says more."
            self._kernel_lost(reason)

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a kernel's process, or return the one that was started already; runs in a thread."""
        settings = self._settings
        if self._process is not None:
            process, self._process = self._process, None
            return process
        return spawn_kernel(kernel_command(self._interpreter()), settings.directory)

    def _interpreter(self) -> Path:
        settings = self._settings
        folder = settings.root if self.script is None else self.script.parent
        return choose_interpreter(folder, settings.root, python=settings.python, virtual_env=settings.virtual_env)

    async def _live_with_a_kernel(self) -> str:
        """Serve one kernel until it ends; return why it did."""
        timeout = self._settings.start_timeout
        # Before it starts: one that was started ahead has much to say the moment somebody listens.
        self._came_up = False
        self._tell_kernel(state="starting")
        async with start_kernel(self._start, self._receive, grace=self._settings.grace) as kernel:
            self._kernel = kernel
            kernel.send(self._open_message())
            alarm = asyncio.get_running_loop().call_later(
                timeout, self._fail_unless_up, kernel, f"It was not up within {timeout:g} seconds."
            )
            try:
                return await asyncio.shield(kernel.ended)
            finally:
                alarm.cancel()
                self._kernel = None

    def _fail_unless_up(self, kernel: KernelProcess, reason: str) -> None:
        if not self._came_up:
            kernel.fail(reason)

    def _open_message(self) -> messages.Open:
        return messages.Open(
            script_path=None if self.script is None else str(self.script),
            arguments=list(self._settings.arguments),
            directory=str(self._settings.directory),
        )

    def _kernel_lost(self, reason: str) -> None:
        """The whole kernel is gone: end what it was doing, and say so. The next run or reset starts another."""
        self._worker_stands = False
        self._fail_queries()
        run = self._current
        if run is not None:
            statement = self.state.running()
            if statement is not None and statement.run_id == run.id:
                self._add_error(statement, f"The kernel is gone. {reason} The variables are gone with it.")
                self._end_statement(statement, (time.monotonic() - statement.started) * 1000)
            self._end_run(run, "died")
        self._tell_kernel(state="dead", reason=reason)
        if not self._ready.done():
            self._ready.set_exception(InterpreterFailed(f"{self._interpreter()} did not start rdit's kernel. {reason}"))
            self._ready.exception()  # who does not wait for it learns it from the events
        if not self._came_up:
            self._drop_runs("died", problem=f"The kernel does not start. {reason}")
            self._fail_waiters(reason)
        elif self._queue or self._resets:
            self._kernel_wanted.set()

    def _fail_waiters(self, reason: str) -> None:
        resets, self._resets = self._resets, []
        for future in resets:
            if not future.done():
                future.set_exception(InterpreterFailed(f"No kernel could be started. {reason}"))
        self._fail_queries()

    def _fail_queries(self) -> None:
        """End the queries that wait: the objects they ask are gone."""
        for query in self._queries.values():
            if not query.done():
                query.set_result(messages.Reply("", problem="The kernel is gone. Run the statement again.", gone=True))

    # ------------------------------------------------------------------------------------------ runs

    def _advance(self) -> None:
        """Begin the next run if the worker is free."""
        if self._current is not None or not self._queue or self._resets:
            return
        if self._kernel is None:
            self._kernel_wanted.set()
        if self._kernel is None or not self._worker_stands:
            return
        run = self._current = self._queue.popleft()
        request = run.request
        self.state.begin(run.id)
        self._tell_kernel(state="busy")
        lines = request.line_range
        self._kernel.send(
            messages.Run(
                run_id=run.id,
                script=request.script,
                first_line=None if lines is None else lines.from_,
                last_line=None if lines is None else lines.to,
                stop_on_error=request.stop_on_error,
                interactive=request.live or request.detached,
            )
        )

    def _end_run(
        self, run: Run, status: models.Status, *, exit_code: int | None = None, problem: str | None = None
    ) -> None:
        if self.state.input is not None and self.state.input.run_id == run.id:
            self._input_done(self.state.input)
        self.state.complete(run.id)
        if problem is not None:
            self._tell(models.ErrorEvent(message=problem, run_id=run.id), run.id)
        complete = models.CompleteEvent(run_id=run.id, status=status, exit_code=exit_code)
        self._tell(complete, run.id, ends_run=True)
        run.finish(status, problem)
        if run is self._current:
            self._current = None
        elif run in self._queue:
            self._queue.remove(run)

    def _drop_runs(self, status: models.Status, *, problem: str | None = None) -> None:
        """End the run under way and all that wait."""
        if self._current is not None:
            self._end_run(self._current, status, problem=problem)
        for run in list(self._queue):
            self._end_run(run, status, problem=problem)

    def _input_done(self, asked: models.InputEvent) -> None:
        self.state.input = None
        self._tell(models.InputDoneEvent(run_id=asked.run_id, node_index=asked.node_index), asked.run_id)

    def _tell(self, event: models.EventModel, run_id: str | None = None, *, ends_run: bool = False) -> None:
        payload = event.model_dump_json(by_alias=True, exclude_none=True).encode()
        self.store.append(payload, run_id, ends_run=ends_run)

    def _tell_kernel(
        self,
        *,
        state: Literal["starting", "idle", "busy", "waiting-for-input", "dead"],
        **changes: Any,
    ) -> None:
        kernel = self.state.kernel.model_copy(update={"state": state, **changes})
        if kernel != self.state.kernel:
            self.state.kernel = kernel
            self._tell(models.KernelEvent(kernel=kernel))

    # ------------------------------------------------------------------------------------------ the kernel's messages

    def _receive(self, received: Sequence[Received]) -> None:
        handlers = self._handlers
        for message, body in received:
            handlers[type(message)](message, body)

    def _on_ready(self, ready: messages.Ready, body: bytes) -> None:
        del body
        self._tell_kernel(
            state="starting",
            version=ready.version,
            implementation=ready.implementation,
            executable=ready.executable,
            prefix=ready.prefix,
        )

    def _on_worker_started(self, started: messages.WorkerStarted, body: bytes) -> None:
        del started, body
        self._worker_stands = self._came_up = True
        if not self._ready.done():
            self._ready.set_result(None)
        resets, self._resets = self._resets, []
        if resets:
            self.state.reset()
            self._tell(models.ResetEvent())
        generation = self.state.kernel.generation + 1
        reason = None if resets else self.state.kernel.reason
        self._tell_kernel(state="idle" if self._current is None else "busy", generation=generation, reason=reason)
        for future in resets:
            if not future.done():
                future.set_result(None)
        self._advance()

    def _known(self, run_id: str) -> Run | None:
        """Return the run under way if it is this one; messages of a run that a reset ended are out of date."""
        run = self._current
        return run if run is not None and run.id == run_id else None

    def _on_planned(self, planned: messages.Planned, body: bytes) -> None:
        del body
        run = self._known(planned.run_id)
        if run is None:
            return
        whole = run.request.line_range is None
        statements = self.state.plan(run.id, run.request.script, planned.statements, whole=whole)
        infos = [
            wire.statement_info(statement.node_index, statement.line_start, statement.line_end, statement.source)
            for statement in statements
        ]
        self.store.append(wire.plan_event(run.id, infos), run.id)
        if self.when_planned is not None:
            self.when_planned(self)

    def _on_started(self, started: messages.Started, body: bytes) -> None:
        del body
        if self._known(started.run_id) is None:
            return
        statement = self.state.start(started.run_id, started.node_index, time.monotonic())
        if statement is None:
            log.error("the kernel started a statement that it had not planned: %s", started)
            return
        payload = wire.start_event(started.run_id, statement.node_index, statement.line_start, statement.line_end)
        self.store.append(payload, started.run_id)

    def _on_written(self, written: messages.Written, body: bytes) -> None:
        text = body.decode("utf-8", "replace")
        statement, stray = self.state.owner(written.run_id, written.node_index)
        if statement is None:
            log.info("output before anything ran is not shown: %.200r", text)
            return
        late = written.late or stray
        self._apply_clear(statement)
        for change in self.state.write(statement, written.stream, text, late):
            self.store.append_output(change, statement.run_id, statement.node_index)
        run = self._current
        if late and run is not None and run.collects and statement.state != "running":
            if run.late is None:
                run.late = Output(self._settings.output_limit)
            run.late.write(written.stream, text, True)

    def _on_shown(self, shown: messages.Shown, body: bytes) -> None:
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
        if size <= self._settings.output_limit:
            return item
        text = f"{item.text}\n[rdit left out this display's data: {size:,} bytes. RDIT_OUTPUT_LIMIT allows more.]\n"
        return messages.Item(item.type, text, display_id=item.display_id)

    def _add_error(self, statement: Statement, text: str) -> None:
        self._show(statement, messages.Item("error", text))

    def _on_cleared(self, cleared: messages.Cleared, body: bytes) -> None:
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
            self._tell(models.ClearEvent(run_id=statement.run_id, node_index=statement.node_index), statement.run_id)

    def _on_asked(self, asked: messages.Asked, body: bytes) -> None:
        del body
        if self._known(asked.run_id) is None:
            return
        self.state.input = models.InputEvent(
            run_id=asked.run_id, node_index=asked.node_index, prompt=asked.prompt, password=asked.password
        )
        self._tell(self.state.input, asked.run_id)
        self._tell_kernel(state="waiting-for-input")

    def _on_ended(self, ended: messages.Ended, body: bytes) -> None:
        del body
        statement = self.state.statements.get((ended.run_id, ended.node_index))
        if statement is not None and self._known(ended.run_id) is not None:
            self._end_statement(statement, ended.duration * 1000)

    def _end_statement(self, statement: Statement, duration_ms: float) -> None:
        run_id = statement.run_id
        if self.state.input is not None:
            self._input_done(self.state.input)
            self._tell_kernel(state="busy")
        self.state.finish(run_id, statement.node_index, duration_ms)
        for item in statement.items:
            if item.tail is not None:
                item.tail_event = 0  # told once more, because a tail is sent in full only now
                self.store.append_output(Rolled(item), run_id, statement.node_index)
        payload = wire.result_event(
            run_id,
            statement.node_index,
            statement.line_start,
            statement.line_end,
            invisible=not statement.items,
            duration_ms=duration_ms,
        )
        self.store.append(payload, run_id)
        if self._current is not None:
            self._current.add_result(statement)

    def _on_completed(self, completed: messages.Completed, body: bytes) -> None:
        del body
        run = self._known(completed.run_id)
        if run is None:
            return
        self._end_run(run, completed.status, exit_code=completed.exit_code)
        self._worker_stands = self._worker_stands and completed.status != "died"
        self._tell_kernel(state="idle" if self._worker_stands else "starting")
        self._advance()

    def _on_died(self, died: messages.Died, body: bytes) -> None:
        del body
        self._worker_stands = False
        self._fail_queries()
        if self._current is not None and self._current.id == died.run_id:
            self._end_run(self._current, "died")
        self._tell_kernel(state="starting", reason=died.reason)

    def _on_reply(self, reply: messages.Reply, body: bytes) -> None:
        del body
        future = self._queries.get(reply.query_id)
        if future is not None and not future.done():
            future.set_result(reply)
