"""Whether two outputs of one statement are the same, but for what is another in every process.

Allowed to differ are:

- in all text: addresses of objects, which are hexadecimal numbers of at least six digits behind `0x`;
- in streams and texts: durations, which are a number before a unit of time (`1.23 s`, `45 ms`, `3 minutes`), and the
  clock and the rate of a progress bar (`[00:12<00:03, 5.2it/s]`);
- in the data of displays: the names by which rdit finds a live object (`handle`) and a figure again, and names that are
  made at random, of 32 hexadecimal digits with or without hyphens, as the pages of plotly have them.

Late output (of threads and child processes) may come in another order and at another place among the rest. All else has
to be equal: text, order, formats, pictures byte by byte. Dates are not allowed for: a script that prints one says
something else each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from ..protocol.values import OutputItem

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_DURATION = re.compile(
    r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?\s?(?:ns|µs|μs|us|ms|s|secs?|seconds?|minutes?)(?![\w/])"
    r"|\[\d+:\d\d(?::\d\d)?(?:<[^\]\n]*)?\]"
)
_RANDOM_NAME = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b")
_OWN_NAMES = frozenset({"handle", "figure"})
"""Keys of data and metadata under which rdit has names of its own."""


def same_outputs(first: Sequence[OutputItem], second: Sequence[OutputItem]) -> bool:
    """Return whether both are the same output of one statement, but for what is said above."""
    return _in_order(first) == _in_order(second) and _late(first) == _late(second)


def masked(text: str) -> str:
    """Return *text* without what is another in every process."""
    return _DURATION.sub("<duration>", _ADDRESS.sub("<address>", text))


def _in_order(items: Sequence[OutputItem]) -> list[tuple[str, str, object, object]]:
    """Return what a statement wrote itself; stream output is one piece up to the next display or the other stream."""
    found: list[tuple[str, str, object, object]] = []
    for item in items:
        if item.late:
            continue
        if found and item.type in {"stdout", "stderr"} and found[-1][0] == item.type:
            kind, text, *rest = found[-1]
            found[-1] = (kind, text + item.text, rest[0], rest[1])
        else:
            found.append((item.type, item.text, _plain(item.data), _plain(item.metadata)))
    return [(kind, masked(text), data, metadata) for kind, text, data, metadata in found]


def _late(items: Sequence[OutputItem]) -> list[tuple[str, str]]:
    lines = [(item.type, line) for item in items if item.late for line in masked(item.text).splitlines()]
    return sorted(lines)


def _plain(value: Any) -> object:
    """Return data as they compare: decoded, without rdit's own names, with random ones masked."""
    if isinstance(value, msgspec.Raw):
        value = json.loads(bytes(value))
    if isinstance(value, dict):
        return {key: part if _is_binary(key) else _plain(part) for key, part in value.items() if key not in _OWN_NAMES}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return _RANDOM_NAME.sub("<name>", _ADDRESS.sub("<address>", value))
    return value


def _is_binary(mime: str) -> bool:
    """Whether data of this format are base64, in which anything may look like an address."""
    return mime.startswith(("image/", "audio/", "video/")) and mime != "image/svg+xml"
