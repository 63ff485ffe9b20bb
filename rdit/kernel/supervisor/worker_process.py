"""WorkerProcess: a worker as the supervisor sees it. Merges its output and its events into one order."""

from __future__ import annotations

import os
from _signal import SIGKILL  # type: ignore[import-not-found]
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from json import dumps
from os import readv
from select import POLLIN, poll
from time import monotonic

from ..protocol.frames import OF_WORKER, Body, encode, passed_on, prefix
from ..protocol.pieces import PieceDecoder
from ..protocol.records import (
    COMPLETED,
    INPUT_REQUESTED,
    INPUT_WITHDRAWN,
    LIVE,
    NUMBER,
    STATEMENTS_FINISHED,
    STREAM_SWITCHED,
    Record,
    RecordDecoder,
    origin_of,
)
from .outbox import Outbox
from .relay import StreamRelay

READ_SIZE = 1 << 18
HELD_SECONDS = 0.25
"""How long output is held back behind a marker whose event does not come, because a signal tore it."""
IMMINENT_MILLISECONDS = 1
"""How long to wait for an event whose marker has come: the worker writes the one right after the other."""
MAX_STEPS = 256
"""Statements that one message reports."""

_NO_ORIGIN = origin_of(None, None) + LIVE


class WorkerProcess:
    """A worker's process, the supervisor's ends of its pipes, and what has come through them."""

    def __init__(self, pid: int, token: bytes, pipes: dict[str, int]) -> None:
        """Take over the supervisor's ends of the pipes of a worker that was just forked; see `worker.process`.

        Any others are kept open as long as the worker is to live. Its markers begin with *token*.
        """
        self.descriptors = tuple(pipes.values())
        self.events, self.crash = pipes["events"], pipes["crash"]
        self.pictures = pipes["pictures"]
        self.streams = pipes["stdout"], pipes["stderr"]
        self.outboxes = tuple([Outbox(pipes[name]) for name in ("requests", "answers")])
        """What its pipes had no room for yet: requests, and answers to its questions."""
        ours = (self.events, self.crash, self.pictures, *self.streams)
        for descriptor in (*ours, *[outbox.descriptor for outbox in self.outboxes]):
            os.set_blocking(descriptor, False)
        self.pid = pid
        self.received = 0
        """Bytes of events and output that have come so far."""
        self._question: Record | None = None
        """The one that waits for an answer."""
        self.deadline: float | None = None
        """When it will be killed; set once it was told to leave."""
        self.resumed_at: int | None = None
        """Of one that goes on from a snapshot: before which statement that stood."""
        self.position = 0
        """How many statements it has run as one run of one text; 0 once it has run anything else."""
        self.is_retired = False
        """Whether it was killed because it is of no use any more, and its end is no news."""
        self.started = monotonic()
        self.held_since: float | None = None
        """Since when output waits behind a marker whose event has not come."""
        self._buffer = memoryview(bytearray(READ_SIZE))
        """A fresh one for each read would be a mapping of memory by the system: that costs more than the copy."""
        self._token = token
        self._relays = StreamRelay(token), StreamRelay(token)
        self._decoder = RecordDecoder()
        self._pieces = PieceDecoder()
        """What copies of the worker have drawn."""
        self._records: deque[Record] = deque()
        self._released = 0
        """The highest mark whose event was forwarded."""
        self._steps: list[bytes] = []
        """The `STEP`s of statements that finished, to be reported before anything else."""
        self._origin = _NO_ORIGIN
        self._is_stderr_first = False
        self._is_forged = False
        """Whether an event had no proper frame."""
        self._is_cut_off = False
        """Whether its events have come to an end."""
        self._awaiting_event = poll()
        self._awaiting_event.register(self.events, POLLIN)

    def readable(self) -> Iterator[int]:
        """Yield the descriptors from which something is wanted now."""
        yield self.pictures
        if not self._is_cut_off:
            yield self.events
        for descriptor, relay in zip(self.streams, self._relays, strict=True):
            if not relay.is_finished and relay.reached <= self._released:
                yield descriptor

    @property
    def is_broken(self) -> bool:
        """Whether the script has written into the pipe of its events, and was killed for that."""
        return self._decoder.is_broken or self._is_forged

    # ------------------------------------------------------------------------------------------------------- reading

    def read(self, descriptor: int) -> bool:
        """Read what there is in the pipe of its events or of a stream; say whether there was anything."""
        data = self._take(descriptor)
        if data is None:
            return False
        self.received += len(data)
        if descriptor == self.events:
            # Its events end when it is dying, or has become another program (exec), whose output is still to come.
            self._records += self._decoder.feed(data)
            self._is_cut_off = self.is_broken or not data
            if self.is_broken:
                self.kill()
        elif descriptor == self.pictures:
            self._pieces.feed(data)
        else:
            relay = self._relays[descriptor == self.streams[1]]
            relay.is_finished = not data
            relay.feed(data)
        return bool(data)

    def await_event(self) -> bool:
        """Read the event whose marker has come before it, so that it goes on together with what was written before it.

        Say whether there is such an event.
        """
        is_imminent = self.held_since is not None and not self._is_cut_off
        if is_imminent and self._awaiting_event.poll(IMMINENT_MILLISECONDS):
            self.read(self.events)
        return is_imminent

    def read_all(self) -> None:
        """Read all that a process which has ended left in its pipes."""
        for descriptor in (self.events, self.pictures, *self.streams):
            while self.read(descriptor):
                continue

    def crash_report(self) -> bytes:
        """Return the Python stack that it wrote when it crashed."""
        return b"".join(iter(lambda: self._take(self.crash) or b"", b""))

    def _take(self, descriptor: int) -> bytes | None:
        """Return what there is in a pipe: None when nothing has come, b"" at its end."""
        try:
            return bytes(self._buffer[: readv(descriptor, (self._buffer,))])
        except BlockingIOError:
            return None

    # ---------------------------------------------------------------------------------------------------- forwarding

    def forward(self, outbox: Outbox) -> Iterator[Record]:
        """Put all output and all events that may go on by now into *outbox*; yield each event that has."""
        records = self._records
        steps = self._steps
        while True:
            if not records or not self._drop_markers_of(records[0].mark):
                self._forward_output(outbox)
            if not records:
                break
            record = records.popleft()
            if record.mark > self._released:
                self._bring_streams_to(record.mark, outbox)
                self._released = record.mark
            if record.meaning == STATEMENTS_FINISHED:
                self._origin = record.origin
                self._is_stderr_first = False
                steps.append(record.frames)
                if len(steps) < MAX_STEPS and records and records[0].meaning == STATEMENTS_FINISHED:
                    continue  # only the newest matters to the supervisor
                self._report_steps(outbox)
            else:
                if record.origin:
                    self._origin = record.origin
                # After a switch, what stands in that stream was written before what C code has put into the other one.
                self._is_stderr_first = record.meaning == STREAM_SWITCHED and record.node_index == 2
                if record.meaning == COMPLETED:
                    self._forward_pictures(outbox)  # the worker has waited for them
                if record.frames:
                    self._pass_on(record.frames, outbox)
            yield record
        self._forward_drawn(outbox)
        self._release_what_was_torn(outbox)

    def _forward_pictures(self, outbox: Outbox) -> None:
        """Put all that was drawn so far into *outbox*."""
        while self.read(self.pictures):
            continue
        self._forward_drawn(outbox)

    def _forward_drawn(self, outbox: Outbox) -> None:
        for frame in self._pieces.take(self._released):
            self._pass_on(frame, outbox)

    def _pass_on(self, frame: bytes, outbox: Outbox) -> None:
        """Put a frame of the worker's into *outbox*, marked as that: the script may have written it."""
        pieces = passed_on(frame)
        if pieces is not None:
            outbox.add(*pieces)
        elif not self.is_broken:
            self._is_forged = True
            self.kill()

    def _report_steps(self, outbox: Outbox) -> None:
        """Put what is known of statements that ended into *outbox*, as one message."""
        body = b"".join(self._steps)
        self._steps.clear()
        header = b'%b{"type":"statements_finished",%b}' % (OF_WORKER, self._origin.removesuffix(LIVE))
        outbox.add(prefix(header, len(body)), body)

    def drain(self, outbox: Outbox) -> None:
        """Put whatever is left of the output into *outbox*; nothing more will come."""
        for stream, relay in enumerate(self._relays):
            if rest := relay.take_all():
                self._written(stream, rest, outbox)

    def _drop_markers_of(self, mark: int) -> bool:
        """Go past the marker of *mark* where nothing was written before it, as most statements write nothing."""
        stdout, stderr = self._relays
        marker = self._token + NUMBER.pack(mark)
        if mark <= self._released or not (stdout.is_at(marker) and stderr.is_at(marker)):
            return False
        stdout.drop(marker)
        stderr.drop(marker)
        self._released = mark
        return True

    def _forward_output(self, outbox: Outbox) -> None:
        first, second = (1, 0) if self._is_stderr_first else (0, 1)
        behind = self._relays[second].take(self._released)
        if behind:
            self.read(self.streams[first])  # what was written there before this may not have been read yet
        ahead = self._relays[first].take(self._released)
        if ahead:
            self._written(first, ahead, outbox)
        if behind:
            self._written(second, behind, outbox)

    def _written(self, stream: int, data: bytes, outbox: Outbox) -> None:
        if self._steps:
            self._report_steps(outbox)
        name = b"stderr" if stream else b"stdout"
        header = OF_WORKER + b'{"type":"written","stream":"' + name + b'",' + self._origin + b"}"
        outbox.add(prefix(header, len(data)), data)

    def _bring_streams_to(self, mark: int, outbox: Outbox) -> None:
        """Read both streams up to the marker *mark* and forward what precedes it.

        The worker wrote the markers before the event: when a pipe is empty and the marker was not in it, it never will.
        """
        for descriptor, relay in zip(self.streams, self._relays, strict=True):
            while relay.reached < mark and self.read(descriptor):
                self._forward_output(outbox)

    def _release_what_was_torn(self, outbox: Outbox) -> None:
        """Let output go on that waits behind a marker whose event does not come."""
        held = max(relay.reached for relay in self._relays)
        if held <= self._released:
            self.held_since = None
        elif self.held_since is None:
            self.held_since = monotonic()
        elif monotonic() - self.held_since > HELD_SECONDS and not self.read(self.events):
            self._released = held
            self.held_since = None
            self._forward_output(outbox)

    # ---------------------------------------------------------------------------------------------- to the process

    def send(self, *pieces: Body) -> None:
        """Send the *pieces* of one frame."""
        self.outboxes[0].add(*pieces)
        self.flush()

    def flush(self) -> None:
        """Send as much as the pipes take now."""
        for outbox in self.outboxes:
            try:
                outbox.flush()
            except OSError:  # noqa: PERF203
                outbox.clear()  # it is dying; its end is reported when it is known

    def track_question(self, record: Record) -> None:
        """Learn from *record* what the worker asks."""
        if record.meaning == INPUT_REQUESTED:
            self._question = record
        elif record.meaning == INPUT_WITHDRAWN:
            self._question = None

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return self._question is not None

    def answer(self, text: str | None) -> None:
        """Answer the question that is open; an answer to one that is not is dropped."""
        if self._question is not None:
            header = dumps({"type": "answer", "text": text, "question": self._question.mark})
            self._question = None
            self.outboxes[1].add(encode(header.encode()))
            self.flush()

    def end_question_of_thread(self) -> bool:
        """Answer the question of a thread with the end of the file, if there is one, and say so.

        No interrupt reaches such a thread, and what was interrupted often waits for it.
        """
        is_asked = self._question is not None and self._question.node_index == 1
        if is_asked:
            self.answer(None)
        return is_asked

    def leave_by(self, deadline: float) -> None:
        """Tell the worker to end by itself; it `is_overdue` from *deadline* on."""
        self.deadline = deadline
        for outbox in self.outboxes:
            outbox.add(encode(b'{"type":"leave"}'))
        self.flush()

    def is_overdue(self) -> bool:
        """Whether it was told to leave and has taken too long."""
        return self.deadline is not None and monotonic() >= self.deadline

    def next_deadline(self) -> float | None:
        """Return when something has to be done for this worker although nothing comes from it."""
        held = None if self.held_since is None else self.held_since + HELD_SECONDS
        return self.deadline if held is None or (self.deadline is not None and self.deadline < held) else held

    def signal(self, number: int) -> None:
        """Send a signal to the worker and all it has started."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            with suppress(ProcessLookupError):  # it has not become a group of its own yet, or nothing is left of it
                os.kill(self.pid, number)

    def retire(self) -> None:
        """End the worker as if it had never come here: nothing that the script has left for its end may run."""
        self.is_retired = True
        self.kill()

    def kill(self) -> None:
        """End the worker and all it has started."""
        self.signal(SIGKILL)
