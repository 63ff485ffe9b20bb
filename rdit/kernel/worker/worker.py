"""The worker: becomes the script's `__main__` and drives the executor, until it is told to leave."""

from __future__ import annotations

import atexit
import faulthandler
import importlib.machinery
import sys
from _signal import (  # type: ignore[import-not-found]
    SIG_BLOCK,
    SIG_DFL,
    SIG_IGN,
    SIG_SETMASK,
    SIGCHLD,
    SIGHUP,
    SIGINT,
    SIGKILL,
    SIGTERM,
    default_int_handler,
    getsignal,
    pthread_sigmask,
    raise_signal,
    set_wakeup_fd,
    signal,
)
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, F_SETFL, F_SETOWN, FASYNC, fcntl
from json import dumps, loads
from os import O_RDONLY, O_RDWR, _exit, chdir, close, devnull, dup2, getpid, read, register_at_fork, setsid
from os import open as open_descriptor
from resource import RUSAGE_SELF, getrusage
from select import POLLIN, poll
from time import perf_counter

from ..execution.executor import UNSAVED_NAME, BrokenScript, Outcome, PythonExecutor
from ..execution.tracebacks import error_item
from ..objects.live_objects import ObjectGoneError, UnanswerableError
from ..protocol.frames import FrameDecoder, encode
from ..protocol.records import ASKED, REPLIED
from .recursion import hide_own_depth
from .run_reporter import Announcer
from .signals import DEFERRED
from .stdin import QuestionStream, open_stdin
from .streams import Channel, LiveOutput, open_streams

if sys.platform == "linux":
    from fcntl import F_SETSIG

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from ..execution.executor import Step
    from ..execution.statements import Statement

QUERY_INTERVAL = 0.02
"""Seconds of a run after which the worker looks between two statements whether something was asked."""
WORTH_MEASURING = 0.001
"""Seconds. What a shorter statement adds to the peak of memory is small, and is counted with the next longer one."""
_HIGH = (1 << 10, 1 << 9, 1 << 8, 64, 20)
"""Where the worker's own descriptors go, if they may: above those that a script closes when it closes all."""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in, in bytes: see getrusage(2) of each system."""


class Pipes:
    """A worker's ends of the pipes between it and its supervisor."""

    __slots__ = ("crash", "events", "life", "requests", "stderr", "stdout", "token")

    def __init__(
        self, token: bytes, requests: int, events: int, stdout: int, stderr: int, crash: int, life: int
    ) -> None:
        self.token = token
        self.requests = requests
        self.events = events
        self.stdout = stdout
        self.stderr = stderr
        self.crash = crash
        """Takes the Python stack when the process crashes."""
        self.life = life
        """Nothing is ever written to it; it ends with the supervisor."""


class Baseline:
    """What the interpreter had at its start, before rdit came: the script is to find the same."""

    __slots__ = ("modules", "names")

    def __init__(self, modules: frozenset[str], names: dict[str, Any]) -> None:
        self.modules = modules
        """The names in `sys.modules`."""
        self.names = names
        """The variables of `__main__`."""


class Worker:
    """One process that runs scripts."""

    def __init__(self, pipes: Pipes, world: Baseline) -> None:
        """Take over the process, which the supervisor has just forked."""
        setsid()  # its own process group, for interrupts, and no terminal that getpass could open
        _reset_signals()
        for descriptor, target in ((pipes.stdout, 1), (pipes.stderr, 2)):
            dup2(descriptor, target)
        nothing = open_descriptor(devnull, O_RDWR)
        dup2(nothing, 0)
        close(nothing)
        self._requests = _raised(pipes.requests)
        _end_with(_raised(pipes.life))
        faulthandler.enable(_raised(pipes.crash))
        self._channel = Channel(pipes.token, _raised(pipes.events), _raised(pipes.stdout), _raised(pipes.stderr))
        self._output = LiveOutput(self._channel)
        self._decoder = FrameDecoder()
        self._inbox: list[dict[str, Any]] = []
        self._is_interactive = False
        self._is_leaving = False
        self._is_open = False
        self._path: str | None = None
        """Where the script is; None for one without a file."""
        self._folder = ""
        """What rdit has put first into `sys.path`."""
        self._notice = ""
        """What the first run has to tell before anything else."""
        self._executor = PythonExecutor({})
        register_at_fork(after_in_child=self._become_ordinary)
        self._stdin = QuestionStream(self._ask, lambda: self._is_interactive and self._channel.is_open)
        open_stdin(self._stdin)
        open_streams(self._output)
        hide_own_depth()
        self._world = world
        _restore_modules(world.modules)
        self._executor.hooks.install()

    def serve(self) -> Generator[Step, Any, None]:
        """Do what the supervisor asks for, one request after another. Does not end.

        Yields the code of each statement and the namespace for it; see `PythonExecutor.steps`.
        """
        while not self._is_leaving:
            request = self._next_request()
            kind = request["type"]
            if kind == "run":
                yield from self._run(request)
            elif kind == "open" and not self._is_open:
                self._open(request)
            elif kind == "open":
                self._move(request["script_path"])
            elif kind == "query":
                self._output.forget_interrupts()
                self._reply(request)
            elif kind == "leave":
                self._is_leaving = True
        self._leave(0)

    # --------------------------------------------------------------------------------------------------- requests

    def _reply(self, request: dict[str, Any]) -> None:
        """Answer a question about the live object behind a display."""
        reply = {"type": "reply", "query_id": request["query_id"], "value": None, "problem": None, "gone": False}
        was_interrupted = False
        try:
            try:
                self._output.enter()
                reply["value"] = self._executor.hooks.live_objects.answer(request["handle"], request["request"])
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

    def _answer_queries(self) -> None:
        """Between two statements of a run: answer what the page has asked meanwhile."""
        waiting = poll()
        waiting.register(self._requests, POLLIN)
        while waiting.poll(0):
            self._receive()
        for request in [request for request in self._inbox if request["type"] == "query"]:
            self._inbox.remove(request)
            self._reply(request)
        self._is_leaving = any(request["type"] == "leave" for request in self._inbox)

    def _next_request(self) -> dict[str, Any]:
        while not self._inbox:
            self._receive()
        return self._inbox.pop(0)

    def _receive(self) -> None:
        """Wait until something has come from the supervisor, and take it in."""
        data = read(self._requests, 1 << 16)
        if not data:
            self._leave(0)  # the supervisor is gone
        self._inbox += [loads(header) for header, _ in self._decoder.feed(data)]

    def _open(self, request: dict[str, Any]) -> None:
        """Become the `__main__` of a script, as `python script.py ARGUMENTS` in *directory* does."""
        path, directory = request["script_path"], request["directory"]
        self._is_open, self._path, self._folder = True, path, _folder_of(path) or directory
        try:
            chdir(directory)
        except OSError as error:
            # The script runs nonetheless, where the server was started, and its first statement says so.
            self._notice = f"rdit: the script's folder cannot be entered: {error}\n"
        module = type(sys)("__main__")
        namespace = module.__dict__
        namespace.clear()
        namespace.update(self._world.names)
        namespace["__doc__"] = None
        if path is None:
            namespace.pop("__file__", None)
        else:
            namespace["__file__"] = path
            namespace["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
        if "__annotations__" in namespace:
            namespace["__annotations__"] = {}
        sys.modules["__main__"] = module
        sys.argv = [path or "", *request["arguments"]]
        sys.orig_argv = [sys.orig_argv[0], *sys.argv]
        if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
            sys.path.insert(0, self._folder)
        self._executor.namespace = namespace
        self._executor.filename = path or UNSAVED_NAME

    def _move(self, path: str | None) -> None:
        """Go on with the script at *path*, as `python path` would name it. What the script has set itself stays."""
        if path is None or path == self._path:
            return
        old, self._path = self._path, path
        folder, self._folder = self._folder, _folder_of(path) or ""
        namespace = self._executor.namespace
        if _is_still(namespace.get("__file__"), old):
            namespace["__file__"] = path
            namespace["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
        for names, place, before, now in (
            (getattr(sys, "argv", None), 0, old or "", path),
            (getattr(sys, "orig_argv", None), 1, old or "", path),
            (getattr(sys, "path", None), 0, folder, self._folder),
        ):
            if type(names) is list and len(names) > place and _is_still(names[place], before):
                names[place] = now
        self._executor.filename = path

    # -------------------------------------------------------------------------------------------------------- runs

    def _run(self, request: dict[str, Any]) -> Generator[Step, Any, None]:
        """Execute a script, or the part that is asked for, and tell all that happens."""
        self._output.forget_interrupts()
        run_id = request["run_id"]
        first, last = request.get("first_line"), request.get("last_line")
        executor, channel = self._executor, self._channel
        prepared = executor.prepare(
            request["script"], None if first is None and last is None else (first or 1, last or 1 << 40)
        )
        self._is_interactive = bool(request.get("interactive"))
        announce = Announcer(run_id, channel, self._output)
        outcome: Outcome | None = None
        if isinstance(prepared, BrokenScript):
            announce.plan([prepared])
            announce.start(0)
            prepared.show(self._output)
            announce.end(0, 0.0, None)
            outcome = Outcome("error")
        else:
            statements = prepared.statements
            announce.plan(statements)
            stop_on_error = request.get("stop_on_error", True)
            outcome = yield from self._run_statements(statements, announce, stop_on_error=stop_on_error)
        self._is_interactive = False
        if not channel.is_open:
            self._leave(0 if outcome is None else outcome.exit_code if outcome.exit_code is not None else 1)
        announce.complete(outcome)

    def _run_statements(
        self, statements: list[Statement], announce: Announcer, *, stop_on_error: bool
    ) -> Generator[Step, Any, Outcome | None]:
        executor, output = self._executor, self._output
        failed: Outcome | None = None
        count = len(statements)
        asked = perf_counter()
        if count:
            announce.start(statements[0].node_index)
            statements[0].warnings = self._notice + statements[0].warnings
            self._notice = ""
        peak = peak_memory()
        for position, statement in enumerate(statements, 1):
            started = perf_counter()
            outcome = yield from executor.steps(statement, output)
            duration = perf_counter() - started
            before = peak
            if duration > WORTH_MEASURING:
                peak = peak_memory()
            if outcome is not None and (stop_on_error or outcome.status != "error" or self._is_leaving):
                announce.end(statement.node_index, duration, None, peak - before)
                return outcome
            failed = failed or outcome
            if self._is_leaving:
                announce.end(statement.node_index, duration, None, peak - before)
                return Outcome("interrupted")
            if started > asked + QUERY_INTERVAL and self._channel.is_open:
                asked = started
                self._answer_queries()
            following = statements[position].node_index if position < count else None
            announce.end(statement.node_index, duration, following, peak - before)
        return failed

    # --------------------------------------------------------------------------------------------------- questions

    def _ask(self, password: bool) -> str | None:
        """Ask the page for a line, and wait for it. Signals get through meanwhile."""
        output = self._output
        if output.run_id is None or output.node_index is None:
            return None
        header = {
            "type": "asked",
            "run_id": output.run_id,
            "node_index": output.node_index,
            "prompt": output.unfinished_line(),
            "password": password,
        }
        question = self._channel.send(ASKED, encode(dumps(header).encode()))
        while True:
            answer = self._answer_to(question)
            if answer is not None:
                break
            waiting = poll()
            waiting.register(self._requests, POLLIN)
            waiting.poll()  # an interrupt ends it
            output.leave()  # and must not tear a frame
            try:
                self._receive()
            finally:
                output.enter()
        text: str | None = answer["text"]
        if text is not None and not password:
            output.echo(text + "\n")  # as a terminal shows what is typed
        return text

    def _answer_to(self, question: int) -> dict[str, Any] | None:
        for request in list(self._inbox):
            if request["type"] == "answer":
                self._inbox.remove(request)
                if request["question"] == question:
                    return request
            elif request["type"] == "leave":
                self._is_leaving = True
                raise KeyboardInterrupt
        return None

    # ---------------------------------------------------------------------------------------------------- the end

    def _become_ordinary(self) -> None:
        """In a child that the script has forked: be a plain process that writes to fd 1 and fd 2."""
        if self._channel.is_open:
            self._channel.stop()
            self._executor.hooks.disable()
            try:
                close(self._requests)
            except OSError:
                return  # the script has closed it already

    def _leave(self, status: int) -> None:
        """End the process as Python ends: threads are waited for, exit handlers run, streams are flushed."""
        self._output.enter()
        try:
            threading = sys.modules.get("threading")
            if threading is not None:
                threading._shutdown()
        except BaseException as error:  # noqa: BLE001 - as Python does, say so and go on
            self._say(error)
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):  # replaced or closed by the script
                stream.flush()
        _exit(status)

    def _say(self, error: BaseException) -> None:
        self._output.show(error_item(error, self._executor.sources))


# ------------------------------------------------------------------------------------------------- the new process


def _folder_of(path: str | None) -> str | None:
    return None if path is None else path.rpartition("/")[0] or "/"


def _is_still(value: object, before: str | None) -> bool:
    """Return whether *value* is what rdit has set; a script may have put anything in its place."""
    return value is None if before is None else type(value) is str and value == before


def peak_memory() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    return int(getrusage(RUSAGE_SELF).ru_maxrss * _RSS_UNIT)


def _reset_signals() -> None:
    """Give the script the handlers that Python starts with; hold back what could tear rdit's own work."""
    set_wakeup_fd(-1)
    signal(SIGCHLD, SIG_DFL)
    for number in (SIGHUP, SIGTERM):
        if getsignal(number) != SIG_IGN:  # as under `nohup`, where Python leaves it so
            signal(number, SIG_DFL)
    signal(SIGINT, default_int_handler)  # a process started in the background inherits that it is ignored
    pthread_sigmask(SIG_SETMASK, ())
    pthread_sigmask(SIG_BLOCK, DEFERRED)


def _raised(descriptor: int) -> int:
    """Move *descriptor* out of the script's way; children that run other programs do not inherit it."""
    for least in _HIGH:
        try:
            moved = fcntl(descriptor, F_DUPFD_CLOEXEC, least)
        except OSError:
            continue  # above the limit on descriptors
        close(descriptor)
        return moved
    return descriptor


def _end_with(life: int) -> None:
    """Let the system kill this process group when the other end of the pipe *life* closes, where it can do that.

    Only the supervisor holds the other end, so nothing outlives it, however it ends.
    """
    if sys.platform == "linux":
        fcntl(life, F_SETOWN, -getpid())
        fcntl(life, F_SETSIG, SIGKILL)
        fcntl(life, F_SETFL, O_RDONLY | FASYNC)


def _restore_modules(bare: frozenset[str]) -> None:
    """Forget the modules that rdit has imported, so that the script imports its own."""
    for name in [name for name in sys.modules if name not in bare]:
        del sys.modules[name]
