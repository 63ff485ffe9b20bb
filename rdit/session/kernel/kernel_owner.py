"""KernelOwner: keeps a kernel for a session once one is wanted, and starts another after its death."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from ...environments.interpreter import Interpreter, choose_interpreter
from ...environments.launch import kernel_command, spawn_kernel
from ...environments.trust import Trust
from ...errors import NotTrusted, NotWaiting, RditError
from ...protocol import messages
from ...settings import Settings
from .kernel_connection import KernelProcess, Received, start_kernel

log = logging.getLogger(__name__)


class KernelOwner:
    """Owns the kernel of one session: from the next time that `want` is called, at first and after its death.

    It is the one place that starts kernels, and none is started in an interpreter that *trust* does not allow.
    """

    def __init__(
        self,
        settings: Settings,
        script: Path | None,
        process: subprocess.Popen[bytes] | None,
        *,
        trust: Trust,
        at_once: bool,
        receive: Callable[[Sequence[Received]], None],
        on_state: Callable[..., None],
        on_loss: Callable[[str], None],
    ) -> None:
        """Take over *process*, a kernel for *script* that was started already, or start one *at_once* if it may be.

        *receive* is given its messages, *on_state* what changes in its state, *on_loss* the reason of each end.
        """
        self.kernel: KernelProcess | None = None
        """The one that runs."""
        self.came_up = False
        """Whether the kernel of now has had a worker."""
        self.has_run = False
        """Whether a run was sent to the worker of now."""
        # They were meant for the script that the command named, not for what else is opened.
        self.arguments = settings.arguments if script == settings.script else ()
        """With which the next worker begins."""
        self._begun_with = self.arguments
        """Those of the worker of now."""
        self._settings = settings
        self._script = script
        self._process = process
        self.trust = trust
        self._receive = receive
        self._on_state = on_state
        self._on_loss = on_loss
        self._wanted = asyncio.Event()
        self.was_started = at_once and (process is not None or trust.allows(self.interpreter()))
        """Whether a kernel was ever wanted."""
        if self.was_started:
            self._wanted.set()
        self.tell_unstarted()
        self._task = asyncio.create_task(self._keep(), name=f"kernel of {script or 'a buffer'}")

    def want(self) -> None:
        """Start a kernel if none runs."""
        self.was_started = True
        self._wanted.set()

    def check(self) -> None:
        """Refuse what needs a kernel where none runs and none may be started.

        Raises:
            NotTrusted: the user has to allow the interpreter first.
        """
        if self.kernel is None and self._process is None:
            try:
                self._allowed_interpreter()
            except NotTrusted as error:
                self._on_state(unknown_interpreter=error.interpreter)
                raise

    def allow(self, path: str) -> None:
        """Let the interpreter at *path* be started, now and ever after: the user says so.

        Raises:
            NotWaiting: the script has another one by now.
        """
        found = self.interpreter().path
        if str(found) != path:
            raise NotWaiting(f"The script's interpreter is {found} by now. Look at that one before you allow it.")
        self.trust.allow(found)
        self.want()

    def tell_unstarted(self) -> None:
        """Tell what there is to know of a kernel that nobody has wanted yet."""
        if not self.was_started:
            interpreter = self.interpreter()
            asked = None if self.trust.allows(interpreter) else str(interpreter.path)
            self._on_state(state="not-started", unknown_interpreter=asked)

    def open_script(self, script: Path | None) -> None:
        """Go on with the script at another place."""
        self._script = script
        self._tell_kernel()
        self.tell_unstarted()

    def worker_started(self) -> None:
        """A worker stands ready, with the arguments of now."""
        self.came_up, self.has_run, self._begun_with = True, False, self.arguments

    def give(self, arguments: tuple[str, ...]) -> bool:
        """Go on with other arguments; return whether the worker of now keeps its own, as something has run."""
        self.arguments = arguments
        self._tell_kernel()
        if not self.has_run:
            self._begun_with = arguments
        return arguments != self._begun_with

    def _tell_kernel(self) -> None:
        if self.kernel is not None:
            self.kernel.send(self._open_message())

    def interpreter(self) -> Interpreter:
        """Return the Python that the next kernel runs."""
        settings = self._settings
        folder = settings.root if self._script is None else self._script.parent
        return choose_interpreter(folder, settings.root, python=settings.python, virtual_env=settings.virtual_env)

    def _allowed_interpreter(self) -> Path:
        interpreter = self.interpreter()
        if not self.trust.allows(interpreter):
            raise NotTrusted(str(interpreter.path))
        return interpreter.path

    async def close(self) -> None:
        """End the kernel, and start no other."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                reason = await self._serve_one()
            except NotTrusted as error:
                self._on_state(unknown_interpreter=error.interpreter)
                reason = str(error)
            except RditError as error:
                reason = str(error)
            except Exception:
                log.exception("the kernel of %s was lost", self._script)
                reason = "rdit failed to keep it; its log says more."
            self._on_loss(reason)

    async def _serve_one(self) -> str:
        """Serve one kernel until it ends; return why it did."""
        timeout = self._settings.start_timeout
        # Before it starts: one that was started ahead has much to say the moment somebody listens.
        self.came_up = self.has_run = False
        self._on_state(state="starting", unknown_interpreter=None)
        async with start_kernel(self._start, self._receive, grace=self._settings.grace) as kernel:
            self.kernel = kernel
            kernel.send(self._open_message())
            reason = f"It was not up within {timeout:g} seconds."
            alarm = asyncio.get_running_loop().call_later(timeout, self._fail_unless_up, kernel, reason)
            try:
                return await asyncio.shield(kernel.ended)
            finally:
                alarm.cancel()
                self.kernel = None
                self.has_run = False

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a kernel's process, or return the one that was started already; runs in a thread."""
        if self._process is not None:
            process, self._process = self._process, None
            return process
        settings = self._settings
        command = kernel_command(self._allowed_interpreter(), descriptor_limit=settings.descriptor_limit)
        return spawn_kernel(command, settings.directory)

    def _fail_unless_up(self, kernel: KernelProcess, reason: str) -> None:
        if not self.came_up:
            kernel.fail(reason)

    def _open_message(self) -> messages.Open:
        return messages.Open(
            script_path=None if self._script is None else str(self._script),
            arguments=list(self.arguments),
            directory=str(self._settings.directory),
            script_name=None if self._script is None else _name_for_python(self._script, self._settings),
        )


def _name_for_python(script: Path, settings: Settings) -> str:
    """Return *script* as one would write it after `python`, in the directory where the script is to run."""
    if script == settings.script and settings.script_name is not None:
        return settings.script_name
    return str(script.relative_to(settings.directory) if script.is_relative_to(settings.directory) else script)
