"""Questions: what the script asks through `sys.stdin`, one question at a time, and the wait for the answer."""

from __future__ import annotations

from _thread import RLock
from json import dumps

from ..protocol.frames import encode
from ..protocol.records import INPUT_REQUESTED, INPUT_WITHDRAWN

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from .channel import Channel
    from .inbox import Inbox, Received
    from .streams import LiveOutput


class Questions:
    """Asks the page for lines, on behalf of the main thread or of another one."""

    def __init__(self, channel: Channel, output: LiveOutput, answers: Inbox) -> None:
        """Take answers from *answers*, a pipe of its own: a thread waits there while the main thread awaits a run."""
        self.answers = answers
        self._channel = channel
        self._output = output
        self._asking = RLock()
        self._is_interactive = False
        """Whether somebody can answer what the run asks."""
        self._was_interactive = False
        """Whether that was so in any run: a thread of it may ask later."""

    def begin_run(self, *, is_interactive: bool) -> None:
        """A run begins, whose questions somebody can answer or nobody."""
        self._is_interactive = is_interactive
        self._was_interactive = self._was_interactive or is_interactive

    def can_ask(self) -> bool:
        """Whether this thread's question would be answered."""
        is_main = self._output.is_main_thread()
        return self._channel.is_open and (self._is_interactive if is_main else self._was_interactive)

    def ask(self, password: bool) -> str | None:
        """Ask the page for a line, and wait for it. Signals get through meanwhile."""
        output = self._output
        with self._asking:
            # Of a thread, the one that has started it, or that ran when it asked.
            statement = output.origin().rpartition(b",")[0]
            if not statement or self.answers.is_leaving:
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
            while (answer := self.answers.wait()) is not None and answer["question"] != question:
                continue
        finally:
            output.end_line()
            if answer is None and is_main:
                output.leave()
                self._channel.send(INPUT_WITHDRAWN, encode(b'{"type":"input_withdrawn"}'))
                if in_script:
                    output.enter()
        return answer
