"""Replies to what the page asks about live values, between the statements of a script or between its runs."""

from __future__ import annotations

from _signal import SIGINT, raise_signal  # type: ignore[import-not-found]
from json import dumps

from ..execution.tracebacks import error_item
from ..objects.live_names import inspect
from ..objects.live_objects import ObjectGoneError, UnanswerableError
from ..protocol.frames import encode
from ..protocol.records import REPLIED

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from ..execution.executor import PythonExecutor
    from .inbox import Received
    from .streams import LiveOutput
    from .timeline.former_values import FormerValues


class Replies:
    """Answers queries from the live objects of one worker, and sends the answers."""

    def __init__(self, executor: PythonExecutor, output: LiveOutput) -> None:
        self._executor = executor
        self._output = output

    def reply(self, query: Received) -> None:
        """Answer a question about the live object behind a display."""
        reply = {"type": "reply", "query_id": query["query_id"], "value": None, "problem": None, "gone": False}
        was_interrupted = False
        try:
            try:
                self._output.enter()
                reply["value"] = self._executor.hooks.live_objects.answer(query["handle"], query["request"])
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
        self.send(header)
        if was_interrupted:
            raise_signal(SIGINT)  # it was meant for the run under way, whose turn it is again

    def told(self, request: Received, at: int | None) -> str:
        """Return the reply to what completion and hover ask about a variable; none of the script's code runs for it.

        The state is that of a fresh run before the statement *at*, if it is one.
        """
        reply = {"type": "reply", "query_id": request["query_id"], "value": None, "problem": None, "at": at}
        try:
            reply["value"] = inspect(self._executor.namespace, request)
        except Exception as error:  # noqa: BLE001 - another thread changes a container while it is read
            reply["problem"] = f"The value could not be read: {type(error).__name__}"
        return dumps(reply)

    def remembered(self, request: Received, former: FormerValues | None) -> str:
        """Return the reply; it has a value if *former* tells what that was in one of the states that will do."""
        found = None if former is None else former.find(request["name"], request["places"])
        at, value = found or (None, None)
        return dumps({"type": "reply", "query_id": request["query_id"], "value": value, "problem": None, "at": at})

    def send(self, header: str) -> None:
        """Send a reply."""
        self._output.channel.send(REPLIED, encode(header.encode()), marked=False)
