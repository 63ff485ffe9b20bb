"""How a worker tells that a run goes on: its plan, its statements as they begin and end, its completion.

A script may have ten thousand statements of a few microseconds each, so the headers are put together as text, and the
end of one statement and the beginning of the next are one event.
"""

from __future__ import annotations

from json import dumps
from struct import Struct

from .frames import encode
from .records import COMPLETED, ENDED, PASS, STARTED

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from ..executor import Ending
    from .streams import Channel, LiveOutput

    class Planned(Protocol):
        """What is known of a statement before it runs."""

        node_index: int
        line_start: int
        line_end: int


_two_lengths = Struct(">II").pack


class Announcer:
    """Tells the supervisor and the server how one run goes."""

    def __init__(self, run_id: str, channel: Channel, output: LiveOutput) -> None:
        """Prepare the messages of the run *run_id*."""
        self._run_id = run_id
        self._channel = channel
        self._output = output
        quoted = dumps(run_id)
        self._started = f'{{"type":"started","run_id":{quoted},"node_index":'
        self._ended = f'{{"type":"ended","run_id":{quoted},"node_index":'
        self._voice = f'"run_id":{quoted},"node_index":'

    def plan(self, statements: Iterable[Planned]) -> None:
        """Tell which statements the run will execute; `start` or `complete` must follow."""
        shown = ",".join(
            [
                f'{{"node_index":{one.node_index},"line_start":{one.line_start},"line_end":{one.line_end}}}'
                for one in statements
            ]
        )
        header = f'{{"type":"planned","run_id":{dumps(self._run_id)},"statements":[{shown}]}}'
        self._channel.send(PASS, encode(header.encode()), marked=False, held=True)

    def start(self, index: int) -> None:
        """Tell that the statement begins."""
        voice = f'{self._voice}{index},"late":false'.encode()
        self._channel.send(STARTED, encode(f"{self._started}{index}}}".encode()), index, voice)
        self._output.speak_for(self._run_id, index, voice)

    def end(self, index: int, duration: float, following: int | None, peak_memory: int = 0) -> None:
        """Tell that the statement has ended, and that the one *following* it begins.

        *duration* is in seconds, *peak_memory* in bytes by which it raised the worker's peak. When nothing follows,
        `complete` must.
        """
        output = self._output
        memory = f',"peak_memory":{peak_memory}' if peak_memory > 0 else ""
        ended = f'{self._ended}{index},"duration":{duration:.6f}{memory}}}'.encode()
        if following is None:
            late = f'{self._voice}{index},"late":true'.encode()
            output.statement_ended(late)
            self._channel.send(ENDED, encode(ended), index, late, held=True)
            output.speak_for(self._run_id, index, late)
            return
        if output.has_threads():
            output.statement_ended(f'{self._voice}{index},"late":true'.encode())
        started = f"{self._started}{following}}}".encode()
        frames = b"".join((_two_lengths(len(ended), 0), ended, _two_lengths(len(started), 0), started))
        voice = f'{self._voice}{following},"late":false'.encode()
        self._channel.send(STARTED, frames, following, voice)
        output.speak_for(self._run_id, following, voice)

    def complete(self, ending: Ending | None) -> None:
        """Tell that the run is over."""
        header = {
            "type": "completed",
            "run_id": self._run_id,
            "status": "ok" if ending is None else ending.status,
            "exit_code": None if ending is None else ending.exit_code,
        }
        self._channel.send(COMPLETED, encode(dumps(header).encode()), marked=False)
