"""What may be in JSON that comes from a value of the script, or from a request: one limit for all who read it later.

The kernel checks a value where it becomes part of a display, the server a request where it is parsed.
"""

from __future__ import annotations

from json import dumps, loads

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Any

MAX_DEPTH = 100
"""Lists and objects within each other. Readers in C and in browsers refuse a few hundred, language servers 128."""
MAX_CHARS = 64 << 20
"""A longer text would only stall the page."""
MAX_DIGITS = 300
"""Of an integer: no reader makes more of them than a double holds, and Python itself refuses 4,300."""


def json_copy(value: object) -> Any:
    """Return *value* as it is now, made of what JSON has.

    Raises:
        TypeError, ValueError, RecursionError: it is no JSON, or exceeds a limit.
    """
    text = dumps(value, allow_nan=False)
    if len(text) > MAX_CHARS:
        raise ValueError(f"the JSON is too large: {len(text) >> 20} MiB of at most {MAX_CHARS >> 20}")
    copy = loads(text, parse_int=parse_int)
    check_depth(copy)
    return copy


def parse_int(digits: str) -> int:
    """Return the integer of a JSON text.

    Raises:
        ValueError: it is too long.
    """
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"an integer in JSON has {len(digits):,} digits, of at most {MAX_DIGITS}")
    return int(digits)


def check_depth(value: object) -> None:
    """Check *value*, of parsed JSON, level by level: it may be nested deeper than functions can call themselves.

    Raises:
        ValueError: it is nested too deeply.
    """
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        level = [
            part.values() if type(part) is dict else part
            for whole in level
            for part in whole
            if type(part) is list or type(part) is dict
        ]
        if not level:
            return
    raise ValueError(f"the JSON is nested deeper than {MAX_DEPTH} levels")
