"""Session: one script, the queue of its runs, and its kernel."""

from __future__ import annotations

import asyncio
import logging
import secrets
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import __version__
from ..environments.interpreter import choose_interpreter
from ..environments.launch import kernel_command, spawn_kernel
from ..errors import InterpreterFailed, InvalidFields, NotFound, NotWaiting, RditError, ShuttingDown
from ..kernel.protocol import messages
from ..kernel.protocol.frames import Body
from ..protocol import models
from ..settings import Settings
from . import wire
from .event_log import Store, Subscription
from .kernel_connection import KernelProcess, Received, start_kernel
from .recorder import Recorder
from .runs import Run
from .state import Queued, SessionState

log = logging.getLogger(__name__)

TEXT_PART = 1 << 18
"""Characters of a whole text that go out at once."""


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
        self._recorder = Recorder(self.state, self.store, output_limit=settings.output_limit)
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
        self._handlers: dict[type[Any], Callable[[Any, Body], None]] = {
            messages.Ready: self._on_ready,
            messages.WorkerStarted: self._on_worker_started,
            messages.Planned: self._on_planned,
            messages.StatementStarted: self._recorder.on_started,
            messages.Written: self._recorder.on_written,
            messages.Displayed: self._recorder.on_shown,
            messages.Cleared: self._recorder.on_cleared,
            messages.InputRequested: self._recorder.on_asked,
            messages.StatementFinished: self._recorder.on_ended,
            messages.StatementsFinished: self._recorder.on_passed,
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
        lines = request.line_range
        self.state.queued.append(Queued(run.id, lines))
        self.store.append(wire.queued_event(run.id, None if lines is None else (lines.from_, lines.to)), run.id)
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
        if (self._recorder.run is not None or self._queries) and self._kernel is not None:
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

    def answer(self, text: str | None, question: int | None = None) -> None:
        """Give the waiting `input()` its line; None is end-of-file. *question* is the number of the one that is meant.

        Raises:
            NotWaiting: nothing waits for input, or another question does.
        """
        asked = self.state.input
        if asked is not None and question is not None and asked.question != question:
            raise NotWaiting("That question was answered already, or has gone; the script asks another one now.")
        if asked is None or self._kernel is None:
            raise NotWaiting("Nothing waits for input in this session now.")
        self._kernel.send(messages.Answer(text))
        self._recorder.input_done(asked)
        self._recorder.tell_kernel(state="busy")

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
        """Go on with the script at another place, from the next run on under its new name."""
        self.script = script
        if self._kernel is not None:
            self._kernel.send(self._open_message())
        self._recorder.tell(models.ScriptEvent(script_path=self._script_path()))

    def announce(self, event: models.EventModel) -> None:
        """Tell the session's subscribers of something that happened outside its kernel."""
        self._recorder.tell(event)

    def output_text(self, run_id: str, node_index: int, index: int) -> Iterator[str]:
        """Return the parts of an output item's whole text, as it stands now.

        Raises:
            NotFound: there is no such item, or it is no longer shown.
        """
        statement = self.state.statements.get((run_id, node_index))
        if statement is None or index >= len(statement.items):
            raise NotFound("This output is no longer there: its statement ran again, or was reset.")
        return statement.items[index].parts(TEXT_PART)

    def snapshot(self, window: int) -> bytes:
        """Return all that a page needs to show the session, as the JSON of a `SessionAnswer`."""
        root = self._settings.root
        frame = models.SessionAnswer(
            session_id=self.id,
            script_path=self._script_path(),
            root=str(root),
            kernel=models.KernelInfo(**self.state.kernel._asdict()),
            script=self.state.script,
            statements=[],
            queued=[models.QueuedRun(**queued._asdict()) for queued in self.state.queued],
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
        self._recorder.tell_kernel(state="starting")
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
        run = self._recorder.run
        if run is not None:
            statement = self.state.running()
            if statement is not None and statement.run_id == run.id:
                self._recorder.add_error(statement, f"The kernel is gone. {reason} The variables are gone with it.")
                self._recorder.end_statement(statement, (time.monotonic() - statement.started) * 1000)
            self._end_run(run, "died")
        self._recorder.tell_kernel(state="dead", reason=reason)
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
        if self._recorder.run is not None or not self._queue or self._resets:
            return
        if self._kernel is None:
            self._kernel_wanted.set()
        if self._kernel is None or not self._worker_stands:
            return
        run = self._recorder.run = self._queue.popleft()
        request = run.request
        self.state.begin(run.id)
        self._recorder.tell_kernel(state="busy")
        lines = request.line_range
        self._kernel.send(
            messages.Run(
                run_id=run.id,
                first_line=None if lines is None else lines.from_,
                last_line=None if lines is None else lines.to,
                stop_on_error=request.stop_on_error,
                interactive=request.live or request.detached,
            ),
            request.script.encode("utf-8", "surrogatepass"),
        )

    def _end_run(
        self, run: Run, status: models.Status, *, exit_code: int | None = None, problem: str | None = None
    ) -> None:
        if self.state.input is not None and self.state.input.run_id == run.id:
            self._recorder.input_done(self.state.input)
        self.state.complete(run.id)
        if problem is not None:
            self._recorder.tell(models.ErrorEvent(message=problem, run_id=run.id), run.id)
        self.store.append(wire.complete_event(run.id, status, exit_code), run.id, ends_run=True)
        run.finish(status, problem)
        if run is self._recorder.run:
            self._recorder.run = None
        elif run in self._queue:
            self._queue.remove(run)

    def _drop_runs(self, status: models.Status, *, problem: str | None = None) -> None:
        """End the run under way and all that wait."""
        if self._recorder.run is not None:
            self._end_run(self._recorder.run, status, problem=problem)
        for run in list(self._queue):
            self._end_run(run, status, problem=problem)

    # ------------------------------------------------------------------------------------------ the kernel's messages

    def _receive(self, received: Sequence[Received]) -> None:
        handlers = self._handlers
        for message, body in received:
            handlers[type(message)](message, body)

    def _on_ready(self, ready: messages.Ready, body: Body) -> None:
        del body
        self._recorder.tell_kernel(
            state="starting",
            version=ready.version,
            implementation=ready.implementation,
            executable=ready.executable,
            prefix=ready.prefix,
        )

    def _on_worker_started(self, started: messages.WorkerStarted, body: Body) -> None:
        del started, body
        self._worker_stands = self._came_up = True
        if not self._ready.done():
            self._ready.set_result(None)
        resets, self._resets = self._resets, []
        if resets:
            self.state.reset()
            self._recorder.tell(models.ResetEvent())
        generation = self.state.kernel.generation + 1
        reason = None if resets else self.state.kernel.reason
        self._recorder.tell_kernel(
            state="idle" if self._recorder.run is None else "busy", generation=generation, reason=reason
        )
        for future in resets:
            if not future.done():
                future.set_result(None)
        self._advance()

    def _on_planned(self, planned: messages.Planned, body: Body) -> None:
        self._recorder.on_planned(planned, body)
        if self.when_planned is not None and self._recorder.known(planned.run_id):
            self.when_planned(self)

    def _on_completed(self, completed: messages.Completed, body: Body) -> None:
        del body
        run = self._recorder.known(completed.run_id)
        if run is None:
            return
        self._end_run(run, completed.status, exit_code=completed.exit_code)
        self._worker_stands = self._worker_stands and completed.status != "died"
        self._recorder.tell_kernel(state="idle" if self._worker_stands else "starting")
        self._advance()

    def _on_died(self, died: messages.Died, body: Body) -> None:
        del body
        self._worker_stands = False
        self._fail_queries()
        if self._recorder.run is not None and self._recorder.run.id == died.run_id:
            self._end_run(self._recorder.run, "died")
        self._recorder.tell_kernel(state="starting", reason=died.reason)

    def _on_reply(self, reply: messages.Reply, body: Body) -> None:
        del body
        future = self._queries.get(reply.query_id)
        if future is not None and not future.done():
            future.set_result(reply)
