"""The readers of bytes that rdit did not write, each with what must hold for any bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from rdit.errors import InvalidFields, NotText
from rdit.kernel.protocol.frames import BrokenFrame, FrameDecoder
from rdit.kernel.protocol.records import Record, RecordDecoder
from rdit.protocol.events import OutputEvent
from rdit.protocol.values import OutputItem
from rdit.session.kernel.decoding import decode as decode_message
from rdit.session.log_entry import frame_of
from rdit.source_text import decode as decode_source
from rdit.source_text import encode as encode_source
from tests.session.output.writing import Writing

Target = Callable[[bytes], None]
"""Reads bytes; raises when what was promised does not hold."""

MAX_KEPT = 1 << 20


def pieces(data: bytes) -> Iterator[bytes]:
    """Cut *data* into pieces, whose sizes its own bytes give."""
    start = 0
    while start < len(data):
        size = 1 + data[start] % 23
        yield data[start : start + size]
        start += size


def frames(data: bytes) -> None:
    """Frames are the same however they are cut, and so is the failure."""

    def read(parts: Iterator[bytes]) -> tuple[list[tuple[bytes, bytes]], bool]:
        decoder, read = FrameDecoder(), []
        try:
            for part in parts:
                for header, body in decoder.feed(part):
                    read.append((header, bytes(body)))  # one by one: what came before a failure counts
        except BrokenFrame:
            return read, True
        return read, False

    assert read(iter([data])) == read(pieces(data))


def records(data: bytes) -> None:
    """Records are the same however they are cut; what is none is told once."""

    def read(parts: Iterator[bytes]) -> tuple[list[tuple[object, ...]], bool]:
        decoder = RecordDecoder()
        read = [record for part in parts for record in decoder.feed(part)]
        return [tuple(getattr(record, name) for name in Record.__slots__) for record in read], decoder.is_broken

    assert read(iter([data])) == read(pieces(data))


def messages(data: bytes) -> None:
    """A header is a message of the kernel, or refused as a whole."""
    with suppress(BrokenFrame):
        decode_message(data)


def terminal(data: bytes) -> None:
    """Text that overwrites itself is kept as the page is told it, whatever it holds."""
    writing, told = Writing(MAX_KEPT), ""
    for piece in pieces(data):
        for event in writing.write("stdout", piece.decode("utf-8", "replace")):
            if event.replace_from is not None:
                told = told.encode("utf-16-le")[: 2 * event.replace_from].decode("utf-16-le")
            told += event.item.text
    assert told == "".join(item.text() for item in writing.items)


def event_stream(data: bytes) -> None:
    """An event is one frame of a stream, and is read as it was written."""
    text = data.decode("utf-8", "surrogateescape")  # bytes that are no UTF-8 become lone surrogates
    frame = frame_of(OutputEvent("run", 0, 0, OutputItem("stdout", text)), 1)
    first, second, *rest = frame.split(b"\n")
    assert (first, rest) == (b"id: 1", [b"", b""])
    read = json.loads(second.removeprefix(b"data: "))["item"]["text"]
    assert read == re.sub("[\ud800-\udfff]", "\ufffd", text)


def source(data: bytes) -> None:
    """A source file is text that is saved as the same bytes, or refused in words."""
    with suppress(NotText, InvalidFields):
        text = decode_source(data, "script.py")
        again = encode_source(text, keep_mark=data.startswith(b"\xef\xbb\xbf"))
        assert decode_source(again, "script.py") == text


TARGETS: Mapping[str, Target] = {
    target.__name__: target for target in (frames, records, messages, terminal, event_stream, source)
}
