"""The supervisor: forks workers, relays their output, interrupts them, tells how they died.

Single-threaded, never runs user code, never waits for one side alone: every descriptor is non-blocking and one poll
serves them all. When the server is slow to read, the supervisor stops reading the worker, so that memory stays bounded;
requests it goes on reading, so that an interrupt or a reset always works.
"""

from __future__ import annotations

import gc
import os
import sys
from _signal import (  # type: ignore[import-not-found]
    SIG_IGN,
    SIGCHLD,
    SIGHUP,
    SIGINT,
    SIGTERM,
    getsignal,
    set_wakeup_fd,
    signal,
)
from collections import deque
from json import dumps, loads
from os import WNOHANG, read
from select import POLLIN, POLLOUT, poll
from time import monotonic, sleep

from ..execution.tracebacks import plain_error, without_own_lines
from ..protocol.frames import BrokenFrame, FrameDecoder, encode
from ..protocol.records import (
    COMPLETED,
    INPUT_REQUESTED,
    PLANNED,
    REPLIED,
    STATEMENT_FINISHED,
    STATEMENT_STARTED,
    STATEMENTS_FINISHED,
    TOKEN_SIZE,
    Record,
)
from ..worker.signals import reason_of_death, signal_name
from ..worker.streams import WORKER_CUT_OFF
from ..worker.worker import Baseline, Pipes, Worker
from .outbox import Outbox
from .worker_process import EVENT_PATIENCE, READ_SIZE, WorkerProcess, enlarge

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

OUTBOX_LIMIT = 1 << 20
"""Bytes that wait for the server before the worker is read no further."""
QUICK = 0.001
"""Seconds. Output that comes again within them is a stream of small pieces, if it goes on like that."""
QUICK_ROUNDS = 4
NAPS = (0.0002, 0.0004, 0.0008)
"""Seconds of the first rests, in which not even requests are read: poll cannot wait for less than a millisecond."""
REST = 0.002
"""Seconds for which such a stream is left to gather: each reading of a few bytes costs the script a wake-up of ours."""
FEW_BYTES = 1 << 15
"""A round that brought more than this was worth its while."""
ALERT = 0.0005
"""Seconds after a run was handed to the worker in which we do not sleep: to be woken takes longer than a short run."""
GRACE = 1.0
"""Seconds that a worker has to end by itself."""
MOST_EARLY_DEATHS = 3


class Run:
    """A run as the supervisor sees it."""

    __slots__ = ("began", "frame", "interrupt_wanted", "is_planned", "node_index", "run_id", "statement_began")

    def __init__(self, run_id: str, frame: bytes) -> None:
        self.run_id = run_id
        self.frame = frame
        """The request as it came."""
        self.is_planned = False
        self.interrupt_wanted = False
        """An interrupt came before the worker had taken the run up."""
        self.node_index: int | None = None
        """The statement under way."""
        self.statement_began = 0.0


class Supervisor:
    """Owns the protocol with the server on two descriptors, and one worker at a time."""

    def __init__(self, stdin: int, stdout: int, baseline: Baseline) -> None:
        """Serve the frames of *stdin* and *stdout*; workers find the interpreter as *baseline* describes it."""
        self._stdin = stdin
        self._stdout = stdout
        self._baseline = baseline
        self._decoder = FrameDecoder()
        self._outbox = Outbox(stdout)
        self._poll = poll()
        self._watched: dict[int, int] = {}
        self._worker: WorkerProcess | None = None
        self._opening: bytes | None = None
        self._runs: deque[Run] = deque()
        self._run: Run | None = None
        self._queries: deque[str] = deque()
        """Those that wait for their answer, in the order in which the worker gives them."""
        self._is_closing = False
        self._received = 0
        """Bytes that the worker had sent at the end of the last round."""
        self._quick_rounds = 0
        self._alert_until = 0.0
        self._rest_until: float | None = None
        self._early_deaths = 0
        self._wakeup, self._waker = os.pipe()

    def serve(self) -> Worker | None:
        """Work until the server closes its end. Returns twice: None here, and a Worker in each process it forks."""
        for descriptor in (self._stdin, self._stdout, self._wakeup, self._waker):
            os.set_blocking(descriptor, False)
        set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal(SIGCHLD, _wake)
        for number in (SIGTERM, SIGHUP):
            if getsignal(number) != SIG_IGN:  # `nohup` means it
                signal(number, _wake)
        signal(SIGINT, SIG_IGN)  # Ctrl-C in the server's terminal is the server's to hear
        self._send(
            {
                "type": "ready",
                "version": sys.version.split()[0],
                "implementation": sys.implementation.name,
                "executable": sys.executable,
                "prefix": sys.prefix,
                "pid": os.getpid(),
            }
        )
        gc.collect()
        gc.freeze()  # what the worker shares with us stays shared, and out of `gc.get_objects()`
        worker = self._start_worker()
        if worker is not None:
            return worker
        while True:
            self._watch_what_matters()
            asked = monotonic()
            ready = self._wait()
            waited = monotonic() - asked
            for descriptor, _ in ready:
                self._on_readable(descriptor)
            self._enforce_deadline()
            if self._worker is not None:
                self._forward(self._worker)
            self._pace(waited)
            if self._worker is None:
                if self._is_closing:
                    self._flush()
                    return None
                worker = self._start_worker()
                if worker is not None:
                    return worker
            self._flush()

    # ------------------------------------------------------------------------------------------------------- waiting

    def _watch_what_matters(self) -> None:
        wanted = {self._stdin: POLLIN, self._wakeup: POLLIN}
        if self._is_closing:
            del wanted[self._stdin]
        if self._outbox.size:
            wanted[self._stdout] = POLLOUT
        worker = self._worker
        if worker is not None:
            if self._outbox.size < OUTBOX_LIMIT and self._rest_until is None:
                wanted.update(dict.fromkeys(worker.readable(), POLLIN))
            if worker.outbox.size:
                wanted[worker.requests] = POLLOUT
        if wanted != self._watched:
            for descriptor in self._watched.keys() - wanted.keys():
                self._poll.unregister(descriptor)
            for descriptor, events in wanted.items():
                self._poll.register(descriptor, events)
            self._watched = wanted

    def _wait(self) -> list[tuple[int, int]]:
        """Return what is ready: soon after a run began at once, by asking again and again, else when we are woken."""
        while self._alert_until:
            ready = self._poll.poll(0)
            if ready:
                return ready
            if monotonic() >= self._alert_until:
                self._alert_until = 0.0
            else:
                _yield()  # the worker may be waiting for this very processor
        return self._poll.poll(self._timeout())

    def _timeout(self) -> float | None:
        """Return the milliseconds until something has to be done although nothing comes."""
        moments = []
        if self._worker is not None and self._worker.deadline is not None:
            moments.append(self._worker.deadline)
        if self._worker is not None and self._worker.held_since is not None:
            moments.append(self._worker.held_since + EVENT_PATIENCE)
        if self._rest_until is not None:
            moments.append(self._rest_until)
        return max((min(moments) - monotonic()) * 1000, 0) if moments else None

    def _pace(self, waited: float) -> None:
        """Leave the worker's pipes alone for a moment when round after round brings little.

        A script that prints in a loop would otherwise wake us for each of its writes, and wait for a processor while we
        look at it. The first of them are handed on at once, and none is ever later than this rest. What tells such a
        script is for how long we *waited*, rather than how long a round takes, which grows on a busy machine.
        """
        has_rested = self._rest_until is not None
        if self._rest_until is not None and monotonic() >= self._rest_until:
            self._rest_until = None
        total = 0 if self._worker is None else self._worker.received
        received, self._received = total - self._received, total
        if received <= 0:
            return
        self._quick_rounds = self._quick_rounds + 1 if has_rested or waited < QUICK else 0
        more = self._quick_rounds - QUICK_ROUNDS
        if more < 0 or received >= FEW_BYTES:
            return
        if more < len(NAPS):
            sleep(NAPS[more])
        else:
            self._rest_until = monotonic() + REST

    def _on_readable(self, descriptor: int) -> None:
        worker = self._worker
        if descriptor == self._stdin:
            self._read_requests()
        elif descriptor == self._wakeup:
            self._read_signals()
        elif worker is None or descriptor == self._stdout:
            return
        elif descriptor == worker.requests:
            self._flush_to_worker(worker)
        else:
            worker.read(descriptor)

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
            for header, _ in self._decoder.feed(data):
                self._handle(loads(header), header)
        except (BrokenFrame, ValueError, KeyError) as error:
            sys.stderr.write(f"rdit: the kernel was sent something that is no request: {error!r}\n")
            self._close()

    def _handle(self, request: dict[str, Any], header: bytes) -> None:
        kind = request["type"]
        self._quick_rounds, self._rest_until = 0, None  # what answers a request is not kept waiting
        if kind == "run":
            self._runs.append(Run(request["run_id"], encode(header)))
            self._begin_run()
        elif kind == "interrupt":
            self._interrupt()
        elif kind == "reset":
            self._reset()
        elif kind == "answer":
            self._answer(request["text"])
        elif kind == "query":
            self._query(request, header)
        elif kind == "open":
            is_first = self._opening is None
            self._opening = encode(header)
            if self._worker is not None:
                self._to_worker(self._opening)  # to one that stands, it tells where the script is now
            if is_first:
                self._begin_run()

    def _begin_run(self) -> None:
        worker = self._worker
        if self._run is None and self._runs and worker is not None and worker.deadline is None and self._opening:
            self._run = self._runs.popleft()
            self._alert_until = monotonic() + ALERT
            self._to_worker(self._run.frame)
            self._run.frame = b""

    def _interrupt(self) -> None:
        run = self._run
        if self._worker is None:
            return
        if run is None:
            if self._queries:
                self._worker.signal(SIGINT)  # nobody wants to wait for the answer
            return
        if run.is_planned:
            self._worker.signal(SIGINT)
        else:
            run.interrupt_wanted = True

    def _answer(self, text: str | None) -> None:
        worker = self._worker
        if worker is None or worker.question is None:
            return  # the question is no longer open
        question, worker.question = worker.question, None
        self._to_worker(encode(dumps({"type": "answer", "question": question, "text": text}).encode()))

    def _query(self, request: dict[str, Any], header: bytes) -> None:
        self._queries.append(request["query_id"])
        self._to_worker(encode(header))

    def _reset(self) -> None:
        dropped, self._runs = self._runs, deque()
        for run in dropped:
            self._send({"type": "planned", "run_id": run.run_id})
            self._send({"type": "completed", "run_id": run.run_id, "status": "interrupted", "exit_code": None})
        worker = self._worker
        if worker is None:
            return
        if worker.deadline is not None:
            worker.deadline = monotonic()  # asked twice: wait no longer
        else:
            self._tell_to_leave(worker)

    def _close(self) -> None:
        """The server has gone, or wants the kernel to go: end the worker, then this process."""
        if not self._is_closing:
            self._is_closing = True
            self._runs.clear()
            if self._worker is not None and self._worker.deadline is None:
                self._tell_to_leave(self._worker)

    def _tell_to_leave(self, worker: WorkerProcess) -> None:
        worker.deadline = monotonic() + GRACE
        self._to_worker(encode(b'{"type":"leave"}'))
        self._interrupt()

    def _send(self, message: dict[str, Any], body: bytes = b"") -> None:
        self._outbox.add(encode(dumps(message).encode(), body))

    def _flush(self) -> None:
        try:
            self._outbox.flush()
        except OSError:
            self._outbox.clear()  # nobody reads any more
            self._close()

    # ---------------------------------------------------------------------------------------------------- the worker

    def _start_worker(self) -> Worker | None:
        """Fork. Returns None here and a Worker in the new process."""
        token = os.urandom(TOKEN_SIZE)
        requests, events, stdout, stderr, crash, life = (os.pipe() for _ in range(6))
        for reading, _ in (stdout, stderr, events):
            enlarge(reading)
        pid = os.fork()
        if pid == 0:
            ours = (requests[1], events[0], stdout[0], stderr[0], crash[0], life[1])
            for descriptor in (*ours, self._wakeup, self._waker):
                os.close(descriptor)
            return Worker(Pipes(token, requests[0], events[1], stdout[1], stderr[1], crash[1], life[0]), self._baseline)
        for descriptor in (requests[0], events[1], stdout[1], stderr[1], crash[1], life[0]):
            os.close(descriptor)
        worker = WorkerProcess(pid, token, requests[1], events[0], (stdout[0], stderr[0]), crash[0], life[1])
        self._worker = worker
        self._received = 0
        self._send({"type": "worker_started", "pid": pid})
        if self._opening is not None:
            self._to_worker(self._opening)
            self._begin_run()
        return None

    def _to_worker(self, frame: bytes) -> None:
        if self._worker is not None:
            self._worker.outbox.add(frame)
            self._flush_to_worker(self._worker)

    def _flush_to_worker(self, worker: WorkerProcess) -> None:
        try:
            worker.outbox.flush()
        except OSError:
            worker.outbox.clear()  # it is dying; its end is reported when it is known

    def _forward(self, worker: WorkerProcess) -> None:
        """Hand on all output and all events that may go on by now."""
        for record in worker.forward(self._outbox):
            self._track(worker, record)
        if worker.event_is_imminent():
            worker.await_event()
            for record in worker.forward(self._outbox):
                self._track(worker, record)

    def _track(self, worker: WorkerProcess, record: Record) -> None:
        """Keep track of the run, to be able to tell its end should the worker not live to do so."""
        if record.meaning == REPLIED:
            self._queries.popleft()
            return
        run = self._run
        if run is None:
            return
        if not run.is_planned:
            run.is_planned = True
            if run.interrupt_wanted:
                self._interrupt()
        if record.meaning in (STATEMENT_STARTED, STATEMENTS_FINISHED):
            run.node_index = record.node_index
            run.statement_began = monotonic()
            worker.question = None
        elif record.meaning == STATEMENT_FINISHED:
            run.node_index = None
            worker.question = None
        elif record.meaning == INPUT_REQUESTED:
            worker.question = record.mark
        elif record.meaning == COMPLETED:
            self._run = None
            self._alert_until = 0.0
            self._early_deaths = 0
            self._begin_run()

    # --------------------------------------------------------------------------------------------------------- deaths

    def _read_signals(self) -> None:
        try:
            numbers = read(self._wakeup, 512)
        except BlockingIOError:
            return
        if SIGTERM in numbers or SIGHUP in numbers:
            self._close()
        worker = self._worker
        if worker is not None:
            pid, status = os.waitpid(worker.pid, WNOHANG)
            if pid == worker.pid:
                self._reap(worker, status)

    def _enforce_deadline(self) -> None:
        worker = self._worker
        if worker is None:
            return
        if worker.deadline is not None and monotonic() >= worker.deadline:
            worker.kill()
            _, status = os.waitpid(worker.pid, 0)
            self._reap(worker, status)

    def _reap(self, worker: WorkerProcess, status: int) -> None:
        """The process has ended: end what it left behind, hand on its last output, tell how it ended."""
        worker.kill()
        worker.read_all()
        self._forward(worker)
        worker.drain(self._outbox)
        stack = worker.last_words()
        for descriptor in worker.descriptors():
            self._forget(descriptor)
        self._worker = None
        for query_id in self._queries:
            problem = "The process that held this value is gone."
            self._send({"type": "reply", "query_id": query_id, "value": None, "problem": problem, "gone": True})
        self._queries.clear()
        if worker.deadline is not None:
            self._end_run("interrupted")
        else:
            words = without_own_lines(stack.decode("utf-8", "replace"))
            self._report_death(worker, status, words)

    def _forget(self, descriptor: int) -> None:
        if self._watched.pop(descriptor, None) is not None:
            self._poll.unregister(descriptor)
        os.close(descriptor)

    def _report_death(self, worker: WorkerProcess, status: int, stack: str) -> None:
        exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        if exit_code == WORKER_CUT_OFF:
            reason = "it closed its connection to rdit, among file descriptors that are not its own"
        else:
            reason = reason_of_death(exit_code, signal_number)
        run = self._run
        if run is not None:
            if not run.is_planned:
                self._send({"type": "planned", "run_id": run.run_id}, PLANNED.pack(0, 1, 1))
                self._send({"type": "statement_started", "run_id": run.run_id, "node_index": 0})
                run.node_index = 0
                run.statement_began = worker.started
            kind = signal_name(signal_number) if signal_number is not None else "Exit"
            message = f"The Python process is gone: {reason}. The next run starts with fresh variables."
            item = plain_error(kind, message, stack)
            shown = {"type": item.type, "text": item.text, "data": item.data, "metadata": None, "display_id": None}
            self._send({"type": "displayed", "run_id": run.run_id, "node_index": run.node_index, "item": shown})
            self._end_run("died")
        elif monotonic() - worker.started < GRACE:
            self._early_deaths += 1
        self._send(
            {
                "type": "died",
                "run_id": None if run is None else run.run_id,
                "exit_code": exit_code,
                "signal": signal_number,
                "reason": reason,
            }
        )
        if self._early_deaths >= MOST_EARLY_DEATHS:
            sys.stderr.write(f"rdit: Python dies before it can run anything: {reason}\n{stack}")
            self._close()

    def _end_run(self, status: str) -> None:
        """Tell the end of the run that the worker has not told."""
        run, self._run = self._run, None
        if run is None:
            return
        if not run.is_planned:
            self._send({"type": "planned", "run_id": run.run_id})
        if run.node_index is not None:
            duration = monotonic() - run.statement_began
            self._send(
                {"type": "statement_finished", "run_id": run.run_id, "node_index": run.node_index, "duration": duration}
            )
        self._send({"type": "completed", "run_id": run.run_id, "status": status, "exit_code": None})


# ------------------------------------------------------------------------------------------------------- small steps

_yield = getattr(os, "sched_yield", lambda: None)


def _wake(_number: int, _frame: object) -> None:
    """Do nothing: the wake-up descriptor has told already."""
