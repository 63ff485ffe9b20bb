"""The bytes of what streams often, built without pydantic; a test holds them equal to what the models would give.

Ten thousand statements are thirty thousand messages: building and serialising a model for each would cost more than
running the statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from .output.output import Item, View

LONG = 1 << 18
"""Characters from which on an item is streamed in parts."""
_SHORT = 512
_SURROGATES = re.compile("[\ud800-\udfff]")


def quote(text: str) -> bytes:
    """Return *text* as a JSON string in UTF-8. A lone surrogate, which UTF-8 cannot hold, becomes an escape."""
    if len(text) < _SHORT:
        try:
            return encode_basestring(text).encode()
        except UnicodeEncodeError:
            return encode_basestring_ascii(text).encode()
    try:
        return to_json(text)
    except PydanticSerializationError:
        return encode_basestring_ascii(text).encode()


def json_bytes(value: Any) -> bytes:
    """Return any JSON value as compact JSON; NaN and the infinities, which JSON lacks, become null."""
    try:
        return to_json(value, inf_nan_mode="null")
    except PydanticSerializationError:
        return to_json(without_surrogates(value), inf_nan_mode="null")


def without_surrogates(value: Any) -> Any:
    """Return *value* with each lone surrogate replaced by U+FFFD, as an encoder to UTF-8 would."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_surrogates(part) for part in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(part) for key, part in value.items()}
    return value


def output_item(item: Item, view: View) -> bytes:
    """Return an `OutputItem` with the text of *view*."""
    parts = [b'{"type":"%b","text":' % item.type.encode(), quote(view.text)]
    if item.data is not None:
        parts += (b',"data":', json_bytes(item.data))
    if item.metadata is not None:
        parts += (b',"metadata":', json_bytes(item.metadata))
    if item.display_id is not None:
        parts += (b',"displayId":', quote(item.display_id))
    if item.late:
        parts.append(b',"late":true')
    if view.cut_at is not None:
        parts.append(b',"cutAt":%d,"omitted":%d' % (view.cut_at, view.omitted or 0))
    parts.append(b"}")
    return b"".join(parts)


def output_items(items: Sequence[Item], window: int | None = None, done_window: int | None = None) -> bytes:
    """Return the list of the items, each as a reader with *window* sees it; *done_window* is of those that are done."""
    views = [item.view(window if item.growing or item.late else done_window) for item in items]
    return b"[" + b",".join([output_item(item, view) for item, view in zip(items, views, strict=True)]) + b"]"


def result(node_index: int, line_start: int, line_end: int, items: Sequence[Item]) -> Iterator[bytes]:
    """Yield the parts of a `StatementResult`, a frame of the default stream: small ones, however long its output."""
    if not items:
        yield b'{"nodeIndex":%d,"lineStart":%d,"lineEnd":%d,"output":[],"isInvisible":true}' % (
            node_index,
            line_start,
            line_end,
        )
        return
    yield b'{"nodeIndex":%d,"lineStart":%d,"lineEnd":%d,"output":[' % (node_index, line_start, line_end)
    for number, item in enumerate(items):
        if number:
            yield b","
        if item.closed or item.chars < LONG:
            yield output_item(item, item.view(None))
        else:
            yield from _long_stream_item(item)
    yield b'],"isInvisible":false}'


def _long_stream_item(item: Item) -> Iterator[bytes]:
    """Yield an item of stream output without ever holding its text as one."""
    yield b'{"type":"%b","text":"' % item.type.encode()
    for part in item.head:
        yield quote(part)[1:-1]
    yield quote(item.tail_text())[1:-1]
    yield b'","late":true}' if item.late else b'"}'


def queued_event(run_id: str, lines: tuple[int, int] | None) -> bytes:
    """Return a `QueuedEvent`; *lines* are the first and the last, where not all were asked for."""
    event: dict[str, Any] = {"type": "queued", "runId": run_id}
    if lines is not None:
        event["lineRange"] = {"from": lines[0], "to": lines[1]}
    return to_json(event)


def kernel_event(kernel: Mapping[str, Any]) -> bytes:
    """Return a `KernelEvent` with the fields of a `KernelInfo`."""
    known = {name: value for name, value in kernel.items() if value is not None}
    return json_bytes({"type": "kernel", "kernel": known})


def complete_event(run_id: str, status: str, exit_code: int | None) -> bytes:
    """Return a `CompleteEvent`."""
    event: dict[str, Any] = {"type": "complete", "runId": run_id, "status": status}
    if exit_code is not None:
        event["exitCode"] = exit_code
    return to_json(event)


def start_event(run_id: str, node_index: int, line_start: int, line_end: int) -> bytes:
    """Return a `StartEvent`."""
    return (
        f'{{"type":"start","runId":"{run_id}","nodeIndex":{node_index},"lineStart":{line_start},"lineEnd":{line_end}}}'
    ).encode()


def result_event(
    run_id: str,
    node_index: int,
    line_start: int,
    line_end: int,
    *,
    invisible: bool,
    duration_ms: float,
    peak_memory: int | None = None,
) -> bytes:
    """Return a `ResultEvent`."""
    memory = "" if peak_memory is None else f',"peakMemoryBytes":{peak_memory}'
    return (
        f'{{"type":"result","runId":"{run_id}","nodeIndex":{node_index},"lineStart":{line_start},'
        f'"lineEnd":{line_end},"isInvisible":{"true" if invisible else "false"},"durationMs":{duration_ms:.3f}'
        f"{memory}}}"
    ).encode()


def output_event(run_id: str, node_index: int, item: Item, view: View, replace_from: int | None = None) -> bytes:
    """Return an `OutputEvent` with the text of *view*: the first piece, an appended one, or one that replaces."""
    return b'{"type":"output","runId":"%b","nodeIndex":%d,"index":%d,"item":%b%b%b}' % (
        run_id.encode(),
        node_index,
        item.index,
        output_item(item, View(view.text)),
        b"" if replace_from is None else b',"replaceFrom":%d' % replace_from,
        b"" if view.omitted is None else b',"omitted":%d' % view.omitted,
    )


def appended_text(run_id: str, node_index: int, item: Item, text: str) -> bytes:
    """Return an `OutputEvent` that appends *text* to a stream item: the one that floods."""
    return b'{"type":"output","runId":"%b","nodeIndex":%d,"index":%d,"item":{"type":"%b","text":%b%b}}' % (
        run_id.encode(),
        node_index,
        item.index,
        item.type.encode(),
        quote(text),
        b',"late":true' if item.late else b"",
    )


def statement_info(node_index: int, line_start: int, line_end: int, source: str) -> bytes:
    """Return a `StatementInfo`."""
    return b'{"nodeIndex":%d,"lineStart":%d,"lineEnd":%d,"source":%b}' % (
        node_index,
        line_start,
        line_end,
        quote(source),
    )


def plan_event(run_id: str, statements: Iterable[bytes]) -> bytes:
    """Return a `PlanEvent` of `StatementInfo`s."""
    return b'{"type":"plan","runId":"%b","statements":[%b]}' % (run_id.encode(), b",".join(statements))
