"""Session: one script, the queue of its runs, and its kernel."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..environments.trust import Trust
from ..errors import InterpreterFailed, NotFound, ShuttingDown
from ..kernel.protocol.frames import Body
from ..protocol import events, messages
from ..protocol.answers import SessionResponse
from ..settings import Settings
from .answers import Answers
from .arguments import line_of, split_arguments
from .event_log import EventLog, Subscription
from .fresh_run import message_of
from .kernel.decoding import Refused
from .kernel.dispatch import dispatch
from .kernel.kernel_connection import KernelProcess
from .kernel.kernel_owner import KernelOwner
from .kernel.queries import Checks, Queries
from .kernel.resets import Resets
from .live.live_values import LiveValues
from .look_backs import LookBacks
from .output.output import Item
from .questions import Questions
from .recorder import Recorder
from .run_queue import RunQueue
from .runs import Run, RunRequest
from .state.state import SessionState, apply
from .superseding import Superseding
from .view import session_response


class Session:
    """One script, its kernel and its results; it outlives every request and every tab."""

    def __init__(
        self,
        session_id: str,
        settings: Settings,
        script: Path | None,
        *,
        process: subprocess.Popen[bytes] | None = None,
        trust: Trust | None = None,
        at_once: bool = True,
        answers: Answers | None = None,
    ) -> None:
        """Begin the session, with *process*, a kernel that was started already, or with one of its own *at_once*.

        Else the first run starts it. *trust* says which interpreters may be started; without it *settings* do. With
        *answers*, fresh runs give those.
        """
        self.id = session_id
        self.script = script
        self.when_planned: Callable[[Session], None] | None = None
        """Called when a run has a plan, which may import other files than the one before."""
        self.when_touched: Callable[[Session], None] | None = None
        """Called when a statement has read files, and when a run is over."""
        self.verifier: Session | None = None
        """The session beside this one in which its results are being verified."""
        self.settings = settings
        self.state = SessionState(
            output_limit=settings.output_limit,
            session_output_limit=settings.session_output_limit,
            script_path=self._script_path(),
            arguments=line_of(settings.arguments if script == settings.script else ()),
        )
        self.log = EventLog(first_id=time.time_ns() // 1_000_000, budget=settings.event_budget)
        self._recorder = Recorder(self.state, self.publish, output_limit=settings.output_limit, root=settings.root)
        self.runs = RunQueue(self._recorder, self.publish)
        self.questions = Questions(self.state, self._recorder, self.publish, answers or Answers())
        self.checks = Checks()
        self.look_backs = LookBacks(settings)
        self._superseding = Superseding(self.state, self._recorder, self.checks)
        self._lost_figures: set[str] = set()
        """Those that were not drawn when their worker ended."""
        self._has_lost_worker = False
        """Whether a worker has died since the last one started."""
        self._resets = Resets(settings.reset_timeout)
        self._queries = Queries()
        live = LiveValues(self.state, self._queries, self._standing_kernel)
        self.live_names, self.live_description = live.names, live.description
        self._worker_stands = False
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed = False
        self._handlers: dict[type[Any], Callable[[Any, Body], None]] = {
            messages.Ready: self._recorder.on_ready,
            messages.WorkerStarted: self._on_worker_started,
            messages.Planned: self._on_planned,
            messages.StatementStarted: self._on_statement_started,
            messages.Written: self._recorder.on_written,
            messages.Displayed: self._recorder.on_displayed,
            messages.Drawn: self._recorder.on_drawn,
            messages.Overtaken: self._recorder.on_overtaken,
            messages.Cleared: self._recorder.on_cleared,
            messages.InputRequested: self._on_input_requested,
            messages.InputWithdrawn: self.questions.on_withdrawn,
            messages.StatementFinished: self._recorder.on_finished,
            messages.StatementsFinished: self._on_statements_finished,
            messages.Touched: self._on_touched,
            messages.Declined: self._recorder.on_declined,
            messages.Replaced: self._on_replaced,
            messages.Completed: self._on_completed,
            messages.Died: self._on_died,
            messages.Reply: self._queries.on_reply,
            messages.Checked: self.checks.on_checked,
            messages.LookedBack: self.look_backs.on_looked_back,
            Refused: self._recorder.on_refused,
        }
        self.owner = KernelOwner(
            settings,
            script,
            process,
            trust=trust or Trust(settings.trusted, settings.trust_file),
            at_once=at_once,
            receive=self._receive,
            on_state=self._recorder.set_kernel_state,
            on_loss=self._kernel_lost,
        )

    # ------------------------------------------------------------------------------------------ what others ask

    def publish(self, event: events.AnyEvent) -> None:
        """Take *event* into the session's state and its log: the one way in which either changes."""
        apply(self.state, event)
        if type(event) is events.ResultEvent or type(event) is events.OutputEvent:
            statement = self.state.statements.get((event.run_id, event.node_index))
            self.log.append(event, () if statement is None else statement.items)
        else:
            self.log.append(event)

    def submit(self, request: RunRequest, *, collect: bool = False) -> Run:
        """Queue a run; with *collect*, its requester takes whole results from it."""
        if self._closed:
            raise ShuttingDown("rdit is shutting down. Start it again to run more.")
        self.owner.check()
        if request.supersede:
            self.runs.drop_outdated()
        run = self.runs.add(request, collect=collect)
        run.queued_event = self.log.last_id
        if request.supersede and self.owner.kernel is not None:
            self._superseding.begin(self.owner.kernel, request.script)
        self._advance()
        return run

    def subscribe(
        self, *, after: int | None = None, run_id: str | None = None, window: int | None = None
    ) -> Subscription:
        """Return a reader of the session's events, or of one run's."""
        return Subscription(self.log, after=after, run_id=run_id, window=window)

    def interrupt(self) -> None:
        """Interrupt the run under way, as Ctrl-C would, and end those that wait: nothing more is to come.

        Without a run, what the page has asked of a live object is given up; and in any case, what looks back.
        """
        self.runs.drop_waiting("interrupted")
        if self.verifier is not None:
            self.verifier.interrupt()
        is_asked = self._queries.pending or self.look_backs.pending
        if (
            self._recorder.run is not None or is_asked or self.state.input is not None
        ) and self.owner.kernel is not None:
            self.owner.kernel.send(messages.Interrupt())

    async def reset(self) -> None:
        """Replace the worker by a fresh one, end all runs, and return when it stands ready.

        Raises:
            InterpreterFailed: no kernel can be started any more.
            NotTrusted: the user has to allow its interpreter first.
        """
        self.owner.check()
        self.questions.end()
        self.runs.drop("interrupted")
        self._queries.fail()
        kernel, is_up = self.owner.kernel, self.owner.came_up
        if kernel is None:
            self.owner.want()
        elif is_up:
            self._worker_stands = False
        await self._resets.ask(kernel, is_up=is_up)

    def answer(self, text: str | None, question: int | None = None) -> None:
        """Give the waiting `input()` its line; None is end-of-file. *question* is the number of the one that is meant.

        Raises:
            NotWaiting: nothing waits for input, or another question does.
        """
        self.questions.answer(self.owner.kernel, text, question)

    async def query(self, handle: str, request: dict[str, Any]) -> Any:
        """Ask the live object behind a display; the answer comes between statements.

        Raises:
            NotFound: the object is gone.
            InvalidFields: it cannot answer this.
        """
        kernel = self.owner.kernel
        if kernel is None or not self._worker_stands:
            raise NotFound("The object behind this output is gone: its kernel is not running. Run the statement again.")
        return await self._queries.ask(kernel, handle, request)

    def _standing_kernel(self) -> tuple[KernelProcess | None, bool]:
        is_idle = self._recorder.run is None and not self.runs.waiting
        return self.owner.kernel if self._worker_stands else None, is_idle

    async def ready(self) -> None:
        """Wait until the session's first kernel is up, if one was wanted.

        Raises:
            InterpreterFailed: it does not start.
        """
        if self.owner.was_started:
            await asyncio.shield(self._ready)

    def set_arguments(self, line: str) -> None:
        """Give the script the arguments in *line*; where something has run, from the next fresh worker on.

        Raises:
            InvalidFields: it cannot be split.
        """
        if line != self.state.arguments:
            self.publish(events.ArgumentsEvent(line, waits=self.owner.give(split_arguments(line))))

    def save_as(self, script: Path) -> None:
        """Give a session without a file the one that its buffer was saved to."""
        if self.script is None:
            self.move(script)

    def move(self, script: Path) -> None:
        """Go on with the script at another place, from the next run on under its new name."""
        self.script = script
        self.owner.open_script(script)
        self.publish(events.ScriptEvent(self._script_path()))

    def output_item(self, run_id: str, node_index: int, index: int) -> Item:
        """Return an output item as it stands now.

        Raises:
            NotFound: there is no such item, or it is no longer shown.
        """
        statement = self.state.find((run_id, node_index))
        if statement is None or index >= len(statement.items):
            raise NotFound("This output is no longer there: its statement ran again, or was reset.")
        return statement.items[index]

    def view(self, window: int | None) -> SessionResponse:
        """Return all that a page needs to show the session; later events follow its `last_event_id`."""
        root, last_event_id = str(self.settings.root), self.log.seal()
        follow = self.settings.follow
        return session_response(
            self.state, window, session_id=self.id, root=root, last_event_id=last_event_id, follow=follow
        )

    def _script_path(self) -> str | None:
        return None if self.script is None else self.script.relative_to(self.settings.root).as_posix()

    async def close(self) -> None:
        """End the runs, the kernel and every subscription."""
        self._closed = True
        self._superseding.stop()
        if self.verifier is not None:
            await self.verifier.close()
        self.runs.drop("interrupted")
        self.log.close()
        await self.owner.close()
        self._fail_waiters("rdit is shutting down.")

    # ------------------------------------------------------------------------------------------ the kernel's life

    def _kernel_lost(self, reason: str) -> None:
        """The whole kernel is gone: end what it was doing, and say so. The next run or reset starts another."""
        self._worker_stands = False
        self._has_lost_worker = True
        self.questions.end()
        self._queries.fail()
        self.checks.fail()
        self.look_backs.fail()
        run = self._recorder.run
        if run is not None:
            self._recorder.end_with_kernel(run, reason)
            self.runs.end(run, "died")
        self._recorder.set_kernel_state(state="dead", reason=reason)
        if not self._ready.done():
            self._ready.set_exception(
                InterpreterFailed(f"{self.owner.interpreter().path} did not start rdit's kernel. {reason}")
            )
            self._ready.exception()  # who does not wait for it learns it from the events
        if not self.owner.came_up:
            self.runs.drop("died", problem=f"The kernel does not start. {reason}")
            self._fail_waiters(reason)
        elif self.runs.waiting or self._resets:
            self.owner.want()

    def _fail_waiters(self, reason: str) -> None:
        self._resets.fail(reason)
        self._queries.fail()
        self.checks.fail()
        self.look_backs.fail()

    def _advance(self) -> None:
        """Begin the next run if the worker is free."""
        if self._recorder.run is not None or not self.runs.waiting or self._resets:
            return
        if self.owner.kernel is None:
            self.owner.want()
        if self.owner.kernel is None or not self._worker_stands:
            return
        self.owner.has_run = True
        self._recorder.set_kernel_state(state="busy")
        run = self.runs.next()
        self.questions.begin_run()
        self.owner.kernel.send(
            message_of(run, self.state, self.questions, self._lost_figures),
            run.request.script.encode("utf-8", "surrogatepass"),
        )

    # ------------------------------------------------------------------------------------------ the kernel's messages

    def _receive(self, received: Sequence[tuple[Any, Body]]) -> None:
        dispatch(received, self._handlers, self._recorder.on_failure)

    def _on_worker_started(self, started: messages.WorkerStarted, _body: Body) -> None:
        self._worker_stands = True
        self.questions.end()  # another worker has asked it
        self._lost_figures |= self.state.pending_figures()
        if started.resumed_at is not None:
            return  # its variables are those of before
        self.owner.worker_started()
        if not self._ready.done():
            self._ready.set_result(None)
        if was_reset := bool(self._resets):
            self.publish(events.ResetEvent())
        generation = self.state.kernel.generation + 1
        reason = self.state.kernel.reason if self._has_lost_worker and not was_reset else None
        self._has_lost_worker = False
        self._recorder.set_kernel_state(
            state="idle" if self._recorder.run is None else "busy", generation=generation, reason=reason
        )
        self._resets.finish()
        self._advance()

    def _on_planned(self, planned: messages.Planned, body: Body) -> None:
        self._recorder.on_planned(planned, body)
        if self.when_planned is not None and self._recorder.known(planned.run_id):
            self.when_planned(self)

    def _on_input_requested(self, request: messages.InputRequested, _body: Body) -> None:
        if self._worker_stands and self.owner.kernel is not None:  # else it was asked by one that a reset ends
            self.questions.on_requested(request, self.owner.kernel)

    def _on_statement_started(self, started: messages.StatementStarted, body: Body) -> None:
        self._recorder.on_started(started, body)
        self._superseding.on_started(self.owner.kernel, started.run_id, started.node_index)

    def _on_statements_finished(self, finished: messages.StatementsFinished, body: Body) -> None:
        self._recorder.on_statements_finished(finished, body)
        self._superseding.on_started(self.owner.kernel, finished.run_id, finished.node_index)

    def _on_touched(self, touched: messages.Touched, body: Body) -> None:
        self._recorder.on_touched(touched, body)
        self._on_files_touched()

    def _on_files_touched(self) -> None:
        if self.when_touched is not None:
            self.when_touched(self)

    def _on_replaced(self, replaced: messages.Replaced, _body: Body) -> None:
        """A worker that went on from a snapshot was lost; the run begins anew in a fresh one."""
        self._has_lost_worker = True
        self.questions.end()
        self._recorder.set_kernel_state(reason=replaced.reason)

    def _on_completed(self, completed: messages.Completed, _body: Body) -> None:
        run = self._recorder.known(completed.run_id)
        if run is None:
            return
        if completed.status == "died" or run.is_abandoned:
            self.questions.end()
        self.runs.end(run, completed.status, exit_code=completed.exit_code)
        self._worker_stands = self._worker_stands and completed.status != "died"
        self._recorder.set_kernel_state(state="idle" if self._worker_stands else "starting")
        self._on_files_touched()
        self._advance()

    def _on_died(self, died: messages.Died, _body: Body) -> None:
        self._worker_stands = False
        self._has_lost_worker = True
        self.questions.end()
        self._queries.fail()
        if self._recorder.run is not None and self._recorder.run.id == died.run_id:
            self.runs.end(self._recorder.run, "died")
        self._recorder.set_kernel_state(state="starting", reason=died.reason)
