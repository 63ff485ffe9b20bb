"""How a worker tells that a run goes on: its plan, its statements as they begin and end, its completion.

A script may have ten thousand statements of a few microseconds each, so the end of one statement and the beginning of
the next are one event, a few bytes long; the supervisor puts those that come together into one message.
"""

from __future__ import annotations

from json import dumps

from ..protocol.frames import encode
from ..protocol.records import COMPLETED, ENDED, LATE, LIVE, PASS, PLANNED, STARTED, STEP, STEPPED, voice_of

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from ..execution.executor import Outcome
    from .streams import Channel, LiveOutput

    class Planned(Protocol):
        """What is known of a statement before it runs."""

        node_index: int
        line_start: int
        line_end: int


_planned = PLANNED.pack
_step = STEP.pack


class Announcer:
    """Tells the supervisor and the server how one run goes."""

    def __init__(self, run_id: str, channel: Channel, output: LiveOutput) -> None:
        """Prepare the messages of the run *run_id*."""
        self._run_id = run_id
        self._channel = channel
        self._output = output
        self._voice = voice_of(run_id, 0).removesuffix(b"0")
        self._run = f'"run_id":{dumps(run_id)}'

    def plan(self, statements: Iterable[Planned]) -> None:
        """Tell which statements the run will execute; `start` or `complete` must follow."""
        body = b"".join([_planned(one.node_index, one.line_start, one.line_end) for one in statements])
        self._channel.send(PASS, encode(f'{{"type":"planned",{self._run}}}'.encode(), body), marked=False, held=True)

    def start(self, index: int) -> None:
        """Tell that the statement begins."""
        voice = b"%b%d%b" % (self._voice, index, LIVE)
        self._send(STARTED, f'{{"type":"started",{self._run},"node_index":{index}}}', index, voice)
        self._output.speak_for(self._run_id, index, voice)

    def end(self, index: int, duration: float, following: int | None, peak_memory: int = 0) -> None:
        """Tell that the statement has ended, and that the one *following* it begins.

        *duration* is in seconds, *peak_memory* in bytes by which it raised the worker's peak. When nothing follows,
        `complete` must.
        """
        output = self._output
        if following is None:
            late = b"%b%d%b" % (self._voice, index, LATE)
            output.statement_ended(late)
            memory = f',"peak_memory":{peak_memory}' if peak_memory > 0 else ""
            header = f'{{"type":"ended",{self._run},"node_index":{index},"duration":{duration:.6f}{memory}}}'
            self._send(ENDED, header, index, late, held=True)
            output.speak_for(self._run_id, index, late)
            return
        if output.has_threads():
            output.statement_ended(b"%b%d%b" % (self._voice, index, LATE))
        voice = b"%b%d%b" % (self._voice, following, LIVE)
        self._channel.send(STEPPED, _step(index, duration, max(peak_memory, 0)), following, voice)
        output.speak_for(self._run_id, following, voice)

    def complete(self, outcome: Outcome | None) -> None:
        """Tell that the run is over."""
        status = "ok" if outcome is None else outcome.status
        exit_code = None if outcome is None else outcome.exit_code
        header = f'{{"type":"completed",{self._run},"status":"{status}","exit_code":{dumps(exit_code)}}}'
        self._send(COMPLETED, header, marked=False)

    def _send(
        self, meaning: int, header: str, index: int = -1, voice: bytes = b"", *, marked: bool = True, held: bool = False
    ) -> None:
        self._channel.send(meaning, encode(header.encode()), index, voice, marked=marked, held=held)
