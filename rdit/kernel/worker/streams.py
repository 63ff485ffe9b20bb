"""Output of a worker: `sys.stdout` and `sys.stderr`, and the order among them.

Every write of the script goes straight to fd 1 or fd 2, where the output of C code and of child processes goes too.
Python's own streams note which of them wrote last: a switch takes a mark (see `records`), so that the order between
stdout and stderr is kept. What a thread writes after the statement that started it has ended stays that statement's.
"""

from __future__ import annotations

import io
import sys
from _signal import (  # type: ignore[import-not-found]
    SIG_BLOCK,
    SIG_SETMASK,
    SIGINT,
    getsignal,
    pthread_sigmask,
    raise_signal,
    signal,
    sigpending,
    sigwait,
)
from _thread import _count as thread_count
from _thread import get_ident
from collections import deque
from json import dumps
from os import write

from ..protocol.frames import encode
from ..protocol.records import FORWARD, STREAM_SWITCHED
from .channel import Channel, write_all
from .process import DEFERRED

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

    from ..protocol.output_item import OutputItem

_current_frames = sys._current_frames
MAX_PROMPT = 1 << 12
"""Bytes of a line that are kept as the prompt of a question."""
MAX_PIECES = 512
"""Writes that are kept for it."""
LONG_ECHO = 1 << 12
"""Bytes. What is longer than this is written by itself."""


class LiveOutput:
    """The `OutputSink` of a worker: sends everything as it happens."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.has_shown = False
        """Whether the statement has written or shown anything but figures."""
        self._newest: deque[bytes] = deque(maxlen=MAX_PIECES)
        """What the main thread wrote last, of long texts the end; to look for a line's end in each would cost more."""
        self._unfinished: dict[int, deque[bytes]] = {}
        """By other thread, what it has written since it last ended a line."""
        self._main_thread = get_ident()
        self.run_id: str | None = None
        self.node_index: int | None = None
        self._origin = b""
        """The origin of what the statement under way writes; see `records.origin_of`."""
        self._told = b""
        """The origin that the supervisor knows."""
        self._last = 0
        """The stream that Python code wrote to last, 1 or 2; 0 when a mark has come since."""
        self._threads: dict[int, bytes] = {}
        """By thread, the origin of the statement that started it and has ended."""
        self._user_mask: Any = ()
        self.in_script = False
        self._handler: Any = None
        """The script's own handler of interrupts, while rdit's stands in for it."""
        self._was_interrupted = False

    # ------------------------------------------------------------------------- the script's code begins and ends

    def enter(self) -> None:
        """Let signals through: what runs from here on is the script's."""
        if self.in_script:
            return
        self.channel.flush()
        self.in_script = True
        handler, self._handler = self._handler, None
        if handler is not None:
            signal(SIGINT, handler)
            if self._was_interrupted:
                self._was_interrupted = False
                raise_signal(SIGINT)
        pthread_sigmask(SIG_SETMASK, self._user_mask)

    def leave(self) -> None:
        """Hold signals back, so that none tears an event."""
        if not self.in_script:
            return
        self._user_mask = pthread_sigmask(SIG_BLOCK, DEFERRED)
        self.in_script = False
        if thread_count():
            # Another thread may take the signal, and Python would let this one raise the exception.
            self._handler = getsignal(SIGINT)
            if self._handler is not None:
                signal(SIGINT, self._note_interrupt)

    def forget_interrupts(self) -> None:
        """A run begins: what was meant for an earlier one is over."""
        self._was_interrupted = False
        if SIGINT in sigpending():
            sigwait((SIGINT,))

    def _note_interrupt(self, _number: int, _frame: object) -> None:
        self._was_interrupted = True

    # ---------------------------------------------------------------------------------------------- what is shown

    def echo(self, text: str) -> None:
        """Write to standard output, wherever the script may have turned `sys.stdout` and fd 1."""
        channel = self.channel
        data = text.encode("utf-8", "backslashreplace")
        if not channel.is_open:
            write_all(1, data)
            return
        self.switch_stream(1)
        if self.in_script or len(data) > LONG_ECHO or not self.is_main_thread():
            channel.flush()
            write_all(channel.stdout, data)
        else:
            channel.echo(data)

    def show(self, item: OutputItem, *, update: bool = False) -> None:
        """Send a display or an error, or the new state of those displays that have its `display_id`."""
        if not self.channel.is_open:  # a forked child: nothing but its text can be shown
            write_all(2 if item.type == "error" else 1, item.text.encode("utf-8", "backslashreplace"))
            return
        self.has_shown = self.has_shown or not item.is_figure
        header = {
            "type": "displayed",
            "run_id": self.run_id,
            "node_index": self.node_index,
            "item": item.fields(),
            "update": update,
        }
        self.channel.send(FORWARD, encode(dumps(header).encode()))
        self._last = 0

    def draw(self, figure_id: str, item: OutputItem) -> None:
        """Send what came of a figure that was announced."""
        self.channel.send(FORWARD, drawn(figure_id, item))
        self._last = 0

    def overtake(self, figure_id: str) -> None:
        """Send that a figure went on in a later display."""
        self.channel.send(FORWARD, encode(dumps({"type": "overtaken", "figure_id": figure_id}).encode()))
        self._last = 0

    def clear(self, *, wait: bool) -> None:
        """Clear what the statement has shown so far; with *wait*, when it shows something else."""
        header = {"type": "cleared", "run_id": self.run_id, "node_index": self.node_index, "wait": wait}
        self.channel.send(FORWARD, encode(dumps(header).encode()))
        self._last = 0

    def write(self, stream: int, data: Any) -> int:
        """Write what the script gave to `sys.stdout` (1) or `sys.stderr` (2)."""
        if type(data) is bytes and (size := len(data)) <= MAX_PROMPT:
            piece = data
        else:
            data = memoryview(data).cast("B")
            size = len(data)
            piece = bytes(data[-MAX_PROMPT:])
        if thread_count() or self._threads:
            with self.channel.lock:  # no statement ends, and no other thread writes, before this is written
                return self._write_among_threads(stream, data, piece)
        if self._last != stream:
            self.switch_stream(stream)
        self._newest.append(piece)
        try:
            written = write(stream, data)  # mostly all of it: a loop of prints consists of this
        except BlockingIOError:
            written = 0
        if written != size:
            write_all(stream, memoryview(data)[written:])
        return size

    def _write_among_threads(self, stream: int, data: Any, piece: bytes) -> int:
        if self._last != stream or self._threads:
            self.switch_stream(stream)
        if self.is_main_thread():
            self._newest.append(piece)
        elif piece[-1:] == b"\n":
            self._unfinished.pop(get_ident(), None)
        else:
            self._unfinished.setdefault(get_ident(), deque(maxlen=MAX_PIECES)).append(piece)
        write_all(stream, data)
        return len(data)

    def unfinished_line(self) -> str:
        """Return the line that this thread has begun and not ended: the prompt, when it waits for an answer."""
        pieces = self._newest if self.is_main_thread() else self._unfinished.get(get_ident(), ())
        return b"".join(pieces)[-MAX_PROMPT:].rpartition(b"\n")[2].decode("utf-8", "replace")

    def end_line(self) -> None:
        """Forget the line that this thread has begun."""
        if self.is_main_thread():
            self._newest.clear()
        else:
            self._unfinished.pop(get_ident(), None)

    def is_main_thread(self) -> bool:
        """Whether the script's main thread calls this: the one that signals reach."""
        return get_ident() == self._main_thread

    # -------------------------------------------------------------------------------------------- whose output it is

    def set_origin(self, run_id: str | None, node_index: int | None, origin: bytes) -> None:
        """Attribute the output from here on to this statement, as the event just sent has announced."""
        self.run_id = run_id
        self.node_index = node_index
        self._origin = self._told = origin
        self._last = 0
        self.has_shown = False

    def has_threads(self) -> bool:
        """Whether any thread may outlive the statement under way, or has outlived one."""
        return bool(thread_count() or self._threads)

    def statement_ended(self, late_origin: bytes) -> None:
        """Remember which threads the statement leaves behind."""
        if thread_count():
            own = get_ident()
            known = self._threads
            self._threads = {ident: known.get(ident, late_origin) for ident in list(_current_frames()) if ident != own}
        elif self._threads:
            self._threads = {}

    def origin(self) -> bytes:
        """Return the origin of what this thread writes; empty before the first statement."""
        return self._threads.get(get_ident(), self._origin) if self._threads else self._origin

    def switch_stream(self, stream: int) -> None:
        """Python code writes to *stream* (1 or 2) now: send a mark when that or the origin has changed."""
        last, self._last = self._last, stream
        self.has_shown = True
        origin = self.origin()
        if origin is not self._told:
            self._told = origin
            self.channel.send(STREAM_SWITCHED, b"", stream, origin)
        elif last not in (0, stream):
            self.channel.send(STREAM_SWITCHED, b"", stream)


def drawn(figure_id: str, item: OutputItem) -> bytes:
    """Return the frame that says what came of a figure that was announced."""
    return encode(dumps({"type": "drawn", "figure_id": figure_id, "item": item.fields()}).encode())


def open_streams(output: LiveOutput) -> None:
    """Make `sys.stdout` and `sys.stderr`, as Python has made them, but such that each write is on its way at once."""
    before = sys.stdout
    errors = "strict" if before is None or before.errors is None else before.errors
    is_raw = isinstance(getattr(before, "buffer", None), io.RawIOBase)  # as with PYTHONUNBUFFERED
    sys.stdout = sys.__stdout__ = _text_stream(output, 1, "<stdout>", errors, is_raw=is_raw)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text_stream(output, 2, "<stderr>", "backslashreplace", is_raw=is_raw)  # type: ignore[misc]


def _text_stream(output: LiveOutput, descriptor: int, name: str, errors: str, *, is_raw: bool) -> io.TextIOWrapper[Any]:
    buffer: Any
    if is_raw:
        buffer = _RawThrough(descriptor, output)
        buffer.name = name
    else:
        raw = io.FileIO(descriptor, "wb", closefd=False)
        raw.name = name
        buffer = _BufferThrough(raw, output, descriptor)
    stream = io.TextIOWrapper(
        buffer, "utf-8", errors, "\n", line_buffering=descriptor == 2 and not is_raw, write_through=True
    )
    stream.mode = "w"  # type: ignore[misc]
    return stream


class _BufferThrough(io.BufferedWriter):
    """What `sys.stdout.buffer` is: a BufferedWriter that keeps nothing back."""

    def __init__(self, raw: io.FileIO, output: LiveOutput, descriptor: int) -> None:
        super().__init__(raw)
        self._write = output.write
        self._descriptor = descriptor

    def write(self, data: Any) -> int:
        if self.closed:
            raise ValueError("write to closed file")
        return self._write(self._descriptor, data)


class _RawThrough(io.FileIO):
    """What `sys.stdout.buffer` is when Python runs unbuffered."""

    def __init__(self, descriptor: int, output: LiveOutput) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._output = output
        self._descriptor = descriptor

    def write(self, data: Any) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file")
        return self._output.write(self._descriptor, data)


# In case somebody looks at them.
for _kind, _name in ((_BufferThrough, "BufferedWriter"), (_RawThrough, "FileIO")):
    _kind.__name__ = _kind.__qualname__ = _name
    _kind.__module__ = "_io"
