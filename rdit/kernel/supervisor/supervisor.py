"""The supervisor: forks workers, relays their output, delivers interrupts, reports deaths.

Single-threaded, never runs user code, never waits for one side alone: every descriptor is non-blocking and one poll
serves them all. When the server is slow to read, the supervisor stops reading the workers, so that memory stays
bounded; requests it goes on reading, so that an interrupt or a reset always works.
"""

from __future__ import annotations

import gc
import os
import sys
from collections import deque
from json import dumps, loads
from os import read
from select import POLLIN, POLLOUT
from time import monotonic

from ..protocol.frames import Body, BrokenFrame, FrameDecoder, encode, prefix
from ..protocol.records import COMPLETED, COPIES_EXPECTED, KEPT, REFUSED, REPLIED, Record
from ..worker.main_module import Baseline
from ..worker.worker import Worker
from .checks import Checks
from .deadlocks import DeadlockWatch
from .deaths import Death, without_own_frames
from .orphans import Orphans
from .outbox import Outbox
from .pacing import Pacing
from .polling import Polling
from .resuming import Resuming
from .runs import Run, Runs
from .wakeup import Wakeup
from .worker_family import WorkerFamily
from .worker_process import WorkerProcess

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

READ_SIZE = 1 << 16
OUTBOX_LIMIT = 1 << 20
"""Bytes that wait for the server before the workers are read no further."""
GRACE_SECONDS = 1.0
"""What a worker has to end by itself."""
MAX_EARLY_DEATHS = 3


class Supervisor:
    """Owns the protocol with the server on two descriptors, and a family of workers."""

    def __init__(self, stdin: int, stdout: int, baseline: Baseline) -> None:
        """Serve the frames of *stdin* and *stdout*; scripts find the interpreter as *baseline* describes it."""
        self._stdin = stdin
        self._stdout = stdout
        self._baseline = baseline
        self._decoder = FrameDecoder()
        self._outbox = Outbox(stdout)
        self._polling = Polling()
        self._family = WorkerFamily()
        self._runs = Runs(self._send)
        self._resuming = Resuming(
            self._runs, self._on_resumed, self._family, self._send, self._outbox, self._ask_live, self._begin_run
        )
        self._look_backs = self._resuming.look_backs
        self._orphans = Orphans()
        self._checks = Checks(self._send)
        self._pacing = Pacing()
        self._open_frame: bytes | None = None
        self._queries: deque[str] = deque()
        """Those that wait for their reply, in the order in which the worker gives them."""
        self._deadlocks = DeadlockWatch()
        self._is_closing = False
        self._has_children_ended = False
        self._early_deaths = 0
        self._wakeup = Wakeup()

    def serve(self) -> Worker | None:
        """Work until the server closes its end. Returns twice: None here, and a Worker in each process it forks."""
        self._prepare()
        worker = None
        try:
            worker = self._start_worker()
            while worker is None and (self._family or not self._is_closing):
                worker = self._serve_round()
            return worker
        finally:
            if worker is None:
                for left in self._family:  # none, unless the supervisor itself has failed
                    left.kill()

    def _prepare(self) -> None:
        os.set_blocking(self._stdin, False)
        os.set_blocking(self._stdout, False)
        self._wakeup.install()
        about = {"version": sys.version.split()[0], "implementation": sys.implementation.name, "pid": os.getpid()}
        self._send({"type": "ready", **about, "executable": sys.executable, "prefix": sys.prefix})
        gc.collect()
        gc.freeze()  # what the worker shares with us stays shared, and out of `gc.get_objects()`

    def _serve_round(self) -> Worker | None:
        """Wait for what comes, and act on it. Returns None here, and a Worker in a process that it forks."""
        self._watch_what_matters()
        asked = monotonic()
        ready = self._pacing.wait(self._polling.poll, self._timeout)
        waited = monotonic() - asked
        for descriptor, _ in ready:
            self._on_readable(descriptor)
        if not ready:
            self._orphans.adopt_if_due()
            self._resuming.measure()
            if (worker := self._family.live) is not None and self._deadlocks.sees_deadlock(worker):
                worker.retire()
                self._run_from_top(worker, "it waited for a thread that a copy of the process does not have")
        self._reap_ended()
        for worker in self._family:
            self._forward(worker)
        self._resuming.follow_up()
        self._pacing.end_round(self._family.received(), waited)
        is_wanted = self._family.live is None and not self._is_closing and not self._resuming.is_asking
        if is_wanted and (forked := self._start_worker()) is not None:
            return forked
        self._flush()
        return None

    # ------------------------------------------------------------------------------------------------------- waiting

    def _watch_what_matters(self) -> None:
        reads = self._outbox.size < OUTBOX_LIMIT and self._pacing.rest_until is None
        wanted = self._family.watched(reads=reads)
        wanted[self._wakeup.descriptor] = POLLIN
        wanted.update(self._resuming.watched())
        wanted.update(dict.fromkeys(self._checks.descriptors(), POLLIN))
        if not self._is_closing:
            wanted[self._stdin] = POLLIN
        if self._outbox.size:
            wanted[self._stdout] = POLLOUT
        self._polling.want(wanted)

    def _timeout(self) -> float | None:
        """Return the milliseconds until something has to be done although nothing comes."""
        moments = [worker.next_deadline() for worker in self._family]
        others = self._pacing.rest_until, self._deadlocks.next_look, self._orphans.due, *self._resuming.moments()
        due = [moment for moment in (*moments, *others) if moment is not None]
        return max((min(due) - monotonic()) * 1000, 0) if due else None

    def _on_readable(self, descriptor: int) -> None:
        worker = self._family.owner(descriptor)  # none of stdout, which is flushed in each round
        if descriptor == self._stdin:
            self._read_requests()
        elif descriptor == self._wakeup.descriptor:
            self._has_children_ended = True
            if self._wakeup.is_told_to_end():
                self._close()
        elif worker is not None and descriptor in [outbox.descriptor for outbox in worker.outboxes]:
            worker.flush()
        elif worker is not None:
            worker.read(descriptor)
        elif descriptor in self._checks.descriptors():
            self._read_check(descriptor)
        else:
            self._resuming.on_ready(descriptor)

    # ---------------------------------------------------------------------------------------------------- the server

    def _read_requests(self) -> None:
        try:
            data = read(self._stdin, READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close()
            return
        try:
            for header, body in self._decoder.feed(data):
                self._handle(loads(header), header, body)
        except (BrokenFrame, ValueError, KeyError, TypeError, RecursionError) as error:
            sys.stderr.write(f"rdit: the kernel was sent something that is no request: {error!r}\n")
            self._close()

    def _handle(self, request: dict[str, Any], header: bytes, body: Body) -> None:
        kind = request["type"]
        self._pacing.be_prompt()
        worker = self._family.live
        if kind == "run":
            is_fresh = bool(request.get("fresh"))
            self._runs.add(Run(request["run_id"], (header, body), is_fresh=is_fresh))
            self._begin_run()
        elif kind == "interrupt":
            self._interrupt()
        elif kind == "check":
            size = request["first_size"]
            self._checks.begin(request["query_id"], bytes(body[:size]), bytes(body[size:]))
        elif kind == "look_back":
            self._look_backs.begin(request, header, body, is_idle=self._runs.is_idle)
        elif kind in ("yield", "abandon"):
            if self._resuming.supersede(request["run_id"], at_once=kind == "abandon"):
                self._begin_run()
        elif kind == "reset":
            self._reset()
        elif kind == "answer":
            if worker is not None:
                worker.answer(request["text"])
        elif kind == "inspect" and request["places"]:
            self._resuming.inspections.begin(request, header, body)
        elif kind in ("query", "inspect"):
            self._ask_live(request["query_id"], header)
        elif kind == "open":
            is_first, is_news = self._open_frame is None, self._open_frame != encode(header)
            self._open_frame = encode(header)
            if is_news:
                self._resuming.clear()  # they are of a script under its former name, with its former arguments
            if worker is not None:
                worker.send(self._open_frame)  # a worker that has opened a script learns where it is now
            if is_first:
                self._begin_run()

    def _ask_live(self, query_id: str, header: bytes, body: Body = b"") -> None:
        self._queries.append(query_id)
        if self._family.live is not None:
            self._family.live.send(prefix(header, len(body)), body)

    def _begin_run(self) -> None:
        """Give the next run to the live worker, or to a snapshot of which more is left than of that."""
        worker = self._family.ready
        run = None if self._open_frame is None else self._runs.next()
        if run is None:
            return
        run.may_copy = run.is_fresh and self._orphans.adopt()  # else nobody would reap a snapshot
        if self._resuming.ask(run, beyond=0 if worker is None else worker.position):
            self._pacing.spin()
        elif worker is not None:
            self._runs.give(worker)
            worker.send(*run.frame())
            self._pacing.spin()
        else:
            self._runs.wait_again()

    def _interrupt(self) -> None:
        """Interrupt the run under way, or without one the reply to a query; end the question of a thread."""
        worker = self._family.live
        self._look_backs.end_all("It was interrupted.")
        if self._runs.current is not None or self._queries:
            self._runs.interrupt(worker)
        if worker is not None and worker.end_question_of_thread():
            self._send({"type": "input_withdrawn"})

    def _read_check(self, descriptor: int) -> None:
        if (answer := self._checks.take(descriptor)) is not None:
            place = self._resuming.best_place(answer.get("first_changed", 0), self._family.live)
            self._send({**answer, "resumes_at": place})

    def _reset(self) -> None:
        self._runs.drop()
        self._resuming.clear()
        if (worker := self._family.live) is None:
            return
        if worker.deadline is not None:
            worker.deadline = monotonic()  # asked twice: wait no longer
        else:
            self._tell_to_leave(worker)

    def _close(self) -> None:
        """The server has gone, or wants the kernel to go: end the workers, then this process."""
        if not self._is_closing:
            self._is_closing = True
            self._runs.clear()
            self._resuming.clear()
            for worker in self._family:
                if worker.deadline is None:
                    self._tell_to_leave(worker)

    def _tell_to_leave(self, worker: WorkerProcess) -> None:
        worker.leave_by(monotonic() + GRACE_SECONDS)
        self._interrupt()

    def _send(self, message: dict[str, Any], body: bytes = b"") -> None:
        self._outbox.add(encode(dumps(message).encode(), body))

    def _flush(self) -> None:
        try:
            self._outbox.flush()
        except OSError:
            self._outbox.clear()  # the server is gone
            self._close()

    # --------------------------------------------------------------------------------------------------- the workers

    def _start_worker(self) -> Worker | None:
        """Fork the live worker. Returns None here and a Worker in the new process."""
        private = (*self._wakeup.private, *self._resuming.private())
        forked = self._family.fork(self._baseline, private, self._resuming.workers_end)
        worker = self._family.live
        if worker is None:
            return forked
        self._send({"type": "worker_started", "pid": worker.pid})
        if self._open_frame is not None:
            worker.send(self._open_frame)
            self._begin_run()
        return None

    def _on_resumed(self, worker: WorkerProcess, at: int) -> None:
        """Take in a *worker* that goes on from a snapshot with the run under way, in place of the live one."""
        if self._family.live is not None:
            self._family.live.retire()
        self._family.add(worker)
        self._runs.give(worker)
        self._send({"type": "worker_started", "pid": worker.pid, "resumed_at": at})
        self._deadlocks.begin()

    def _run_from_top(self, worker: WorkerProcess, reason: str) -> bool:
        """Have a fresh worker do the run of *worker*, which went on from a snapshot and failed; say whether it will."""
        run = self._runs.current
        if run is None or run.worker is not worker or worker.resumed_at is None:
            return False
        self._deadlocks.end()
        self._send({"type": "replaced", "run_id": run.run_id, "reason": reason})
        self._resuming.forbid(worker.resumed_at)
        run.from_top = True
        self._runs.wait_again()
        return True

    def _forward(self, worker: WorkerProcess) -> None:
        """Forward all output and all events that may go on by now."""
        if self._look_backs.forward(worker):
            return
        for record in worker.forward(self._outbox):
            self._track(worker, record)
        if worker.await_event():
            for record in worker.forward(self._outbox):
                self._track(worker, record)

    def _track(self, worker: WorkerProcess, record: Record) -> None:
        """Keep track of the run, to be able to report its end should the worker not live to do so."""
        if record.meaning == REPLIED:
            if self._queries:  # else the script has forged a reply
                self._queries.popleft()
            return
        if record.meaning == COPIES_EXPECTED:
            self._orphans.adopt()
            return
        if record.meaning == KEPT:
            self._look_backs.kept(worker)
            return
        if record.meaning == REFUSED:
            if self._runs.awaits(worker):  # else the script has forged it
                self._runs.refuse(worker, record.node_index)
                worker.retire()
                self._begin_run()
            return
        worker.track_question(record)
        self._runs.track(record, worker)
        if record.meaning == COMPLETED:
            self._deadlocks.end()
            self._resuming.measure_soon()
            self._pacing.sleep_again()
            self._early_deaths = 0
            self._begin_run()

    def _reap_ended(self) -> None:
        """Reap the workers that have ended since SIGCHLD came, or that are past their deadline."""
        if not self._has_children_ended and not any(worker.is_overdue() for worker in self._family):
            return
        self._has_children_ended = False
        for worker, status in self._family.ended():
            self._reap(worker, status)
        if self._resuming.may_have_forked:
            self._has_children_ended = True  # one that looked back may have ended before it is known to be a worker
        else:
            self._orphans.reap([worker.pid for worker in self._family])

    def _reap(self, worker: WorkerProcess, status: int) -> None:
        """Clean up after a worker that exited: kill its process group, forward its last output, report its death."""
        worker.kill()
        worker.read_all()
        self._forward(worker)
        worker.drain(self._look_backs.outbox(worker) or self._outbox)
        crash = worker.crash_report().decode("utf-8", "replace")
        self._polling.forget(worker.descriptors)
        self._family.remove(worker)
        death = Death(status, without_own_frames(crash), is_broken=worker.is_broken)
        if self._look_backs.end(worker, death):
            return
        for query_id in self._queries:
            problem = "The process that held this value is gone."
            self._send({"type": "reply", "query_id": query_id, "value": None, "problem": problem, "gone": True})
        self._queries.clear()
        if worker.deadline is not None or worker.is_retired:
            self._runs.end("interrupted" if worker.deadline is not None else "superseded", worker)
            return
        if death.signal is not None and self._run_from_top(worker, death.reason):
            return
        run_id = self._runs.die(death, worker)
        self._send(death.died(run_id))
        if run_id is None and monotonic() - worker.started < GRACE_SECONDS:
            self._early_deaths += 1
        if self._early_deaths >= MAX_EARLY_DEATHS:
            sys.stderr.write(f"rdit: Python dies before it can run anything: {death.reason}\n{death.stack}")
            self._close()
