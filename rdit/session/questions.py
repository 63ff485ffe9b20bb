"""Questions: what the script asks in `input()`, and the answers that are kept for fresh runs."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakSet

from ..errors import NotWaiting
from ..protocol import messages
from ..protocol.events import AnyEvent, InputDoneEvent, InputEvent
from ..protocol.values import KeptAnswer
from .answers import Answers, Question
from .kernel.kernel_connection import KernelProcess
from .recorder import Recorder
from .state.state import SessionState
from .state.statement import Statement


class Questions:
    """Asks whoever follows the session, one question at a time; a fresh run gives what was answered before."""

    def __init__(
        self, state: SessionState, recorder: Recorder, publish: Callable[[AnyEvent], None], answers: Answers
    ) -> None:
        self.answers = answers
        self._state = state
        self._recorder = recorder
        self._publish = publish
        self._count = 0
        self._asked: dict[Statement, int] = {}
        """How many questions each statement of the run under way has asked."""
        self._unanswered: WeakSet[Statement] = WeakSet()
        """Those that found the end of the file, as nobody could be asked."""
        self._open: Question | None = None
        """The one that waits for its answer, unless that is a password."""

    def begin_run(self) -> None:
        """Count the questions of each statement anew."""
        self._asked.clear()

    def on_requested(self, request: messages.InputRequested, kernel: KernelProcess) -> None:
        """Answer, if that is known, or ask for a line at the statement that asks or whose thread does."""
        statement, _ = self._recorder.owner(request.run_id, request.node_index)
        if statement is None:
            return
        number = self._asked.get(statement, 0)
        self._asked[statement] = number + 1
        question = None if request.password else Question(statement.source, request.prompt, number)
        run = self._recorder.known(request.run_id)
        if run is not None and run.request.fresh:
            text = None if question is None else self.answers.find(question)
            if text is not None:
                kernel.send(messages.Answer(text))
                self._publish(InputDoneEvent(*statement.key, KeptAnswer(request.prompt, text, number, given=True)))
                return
            if not run.request.interactive:
                kernel.send(messages.Answer(None))
                self._unanswered.add(statement)
                return
        self._count += 1
        self._open = question
        self._publish(InputEvent(*statement.key, self._count, request.prompt, request.password))
        if self._recorder.run is not None:
            self._recorder.set_kernel_state(state="waiting-for-input")

    def on_withdrawn(self, _withdrawn: messages.InputWithdrawn, _body: object) -> None:
        """Take the question back."""
        self.end()

    def answer(self, kernel: KernelProcess | None, text: str | None, number: int | None) -> None:
        """Give the waiting `input()` its line; None is end-of-file. *number* is that of the question that is meant.

        Raises:
            NotWaiting: nothing waits for input, or another question does.
        """
        asked = self._state.input
        if asked is not None and number is not None and asked.question != number:
            raise NotWaiting("That question was answered already, or has gone; the script asks another one now.")
        if asked is None or kernel is None:
            raise NotWaiting("Nothing waits for input in this session now.")
        kernel.send(messages.Answer(text))
        if self._open is not None and text is not None:
            self.answers.keep(self._open, text)
            self.end(KeptAnswer(self._open.prompt, text, self._open.number))
        else:
            self.end()

    def asks_again(self, statement: Statement, *, interactive: bool) -> bool:
        """Whether a fresh run would give *statement* another answer than it had, or could ask where nobody could."""
        if interactive and statement in self._unanswered:
            return True
        given = [(Question(statement.source, one.prompt, one.number), one.text) for one in statement.answers]
        return any(self.answers.find(question) != text for question, text in given)

    def end(self, answer: KeptAnswer | None = None) -> None:
        """Publish that the script waits for input no longer, if it does; it may have got an *answer*."""
        asked, self._open = self._state.input, None
        if asked is not None:
            self._publish(InputDoneEvent(asked.run_id, asked.node_index, answer))
        if self._state.kernel.state == "waiting-for-input":
            self._recorder.set_kernel_state(state="busy")
