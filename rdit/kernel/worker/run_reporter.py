"""RunReporter: reports a run's plan, its statements as they start and finish, and its completion.

A script may have ten thousand statements of a few microseconds each, so the end of one statement and the beginning of
the next are one event, a few bytes long; the supervisor puts those that come together into one message.
"""

from __future__ import annotations

from json import dumps

from ..protocol.frames import encode
from ..protocol.records import (
    COMPLETED,
    FORWARD,
    LATE,
    LIVE,
    PLANNED,
    STATEMENT_FINISHED,
    STATEMENT_STARTED,
    STATEMENTS_FINISHED,
    STEP,
    origin_of,
)

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from ..execution.results import Outcome
    from .channel import Channel
    from .streams import LiveOutput
    from .timeline.file_events import Told

    class Planned(Protocol):
        """What is known of a statement before it runs."""

        node_index: int
        line_start: int
        line_end: int


_planned = PLANNED.pack
_step = STEP.pack


class RunReporter:
    """Reports one run to the supervisor and the server."""

    def __init__(self, run_id: str, channel: Channel, output: LiveOutput) -> None:
        self.run_id = run_id
        self._channel = channel
        self._output = output
        self._origin = origin_of(run_id, 0).removesuffix(b"0")

    def plan(
        self, statements: Iterable[Planned], kept: int | None = None, kept_from: Sequence[tuple[str, int]] = ()
    ) -> None:
        """Report which statements the run will execute; `start` or `complete` must follow.

        Of a fresh run it is all of the text, and *kept* says how many keep their results, which stem from the runs
        *kept_from*.
        """
        body = b"".join([_planned(one.node_index, one.line_start, one.line_end) for one in statements])
        header = (
            self._header("planned")
            if kept is None
            else self._header("planned", kept=kept, fresh=True, kept_from=kept_from)
        )
        self._channel.send(FORWARD, encode(header, body), marked=False, held=True)

    def start(self, index: int) -> None:
        """Report that the statement starts."""
        origin = b"%b%d%b" % (self._origin, index, LIVE)
        header = self._header("statement_started", node_index=index)
        with self._channel.lock:
            self._channel.send(STATEMENT_STARTED, encode(header), index, origin)
            self._output.set_origin(self.run_id, index, origin)

    def end(
        self, index: int, duration: float, following: int | None, peak_memory: int = 0, *, held: bool = True
    ) -> None:
        """Report that the statement has finished, and that the one *following* it starts.

        *duration* is in seconds, *peak_memory* in bytes by which it raised the worker's peak. When nothing follows,
        `complete` must, at once if it is *held*.
        """
        with self._channel.lock:  # no thread writes between the end and what is known of it
            self._end(index, duration, following, peak_memory, held=held)

    def _end(self, index: int, duration: float, following: int | None, peak_memory: int, *, held: bool) -> None:
        output = self._output
        if following is None:
            late = b"%b%d%b" % (self._origin, index, LATE)
            output.statement_ended(late)
            memory = peak_memory if peak_memory > 0 else None
            header = self._header("statement_finished", node_index=index, duration=duration, peak_memory=memory)
            self._channel.send(STATEMENT_FINISHED, encode(header), index, late, held=held)
            output.set_origin(self.run_id, index, late)
            return
        if output.has_threads():
            output.statement_ended(b"%b%d%b" % (self._origin, index, LATE))
        origin = b"%b%d%b" % (self._origin, following, LIVE)
        self._channel.send(STATEMENTS_FINISHED, _step(index, duration, max(peak_memory, 0)), following, origin)
        output.set_origin(self.run_id, following, origin)

    def touched(self, index: int, told: Told) -> None:
        """Report what the statement had to do with the world outside its process."""
        header = self._header("touched", node_index=index, files=told.files, effects=told.effects)
        self._channel.send(FORWARD, encode(header), marked=False)

    def complete(self, outcome: Outcome | None) -> None:
        """Report that the run is over."""
        status = "ok" if outcome is None else outcome.status
        exit_code = None if outcome is None else outcome.exit_code
        header = self._header("completed", status=status, exit_code=exit_code)
        self._channel.send(COMPLETED, encode(header), marked=False)

    def _header(self, kind: str, **fields: object) -> bytes:
        return dumps({"type": kind, "run_id": self.run_id, **fields}).encode()
