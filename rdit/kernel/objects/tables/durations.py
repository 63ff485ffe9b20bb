"""Durations as text, from a count of a unit; Python's own `timedelta` has neither the range nor the nanoseconds."""

from __future__ import annotations

_UNITS = {
    "W": (604_800, 1, 0),
    "D": (86_400, 1, 0),
    "h": (3600, 1, 0),
    "m": (60, 1, 0),
    "s": (1, 1, 0),
    "ms": (1, 1000, 3),
    "us": (1, 1_000_000, 6),
    "ns": (1, 1_000_000_000, 9),
}
"""By unit: how many seconds it has, how many of it a second has, and the digits of a fraction."""


def is_unit(unit: str) -> bool:
    """Whether *unit* has a fixed length; months and years have none."""
    return unit in _UNITS


def duration_text(count: int, unit: str) -> str:
    """Return *count* of *unit* as `[-][days days, ]h:mm:ss[.fraction]`."""
    seconds_each, per_second, digits = _UNITS[unit]
    seconds, fraction = divmod(abs(count) * seconds_each, per_second)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text = f"{hours}:{minutes:02}:{seconds:02}"
    if fraction:
        text += f".{fraction:0{digits}}".rstrip("0")
    if days:
        text = f"{days} day{'s' * (days != 1)}, {text}"
    return f"-{text}" if count < 0 else text


def without_zeros(text: str) -> str:
    """Return a time's text without trailing zeros in its fraction, which may precede a zone."""
    point = text.find(".")
    if point < 0:
        return text
    end = point + 1
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[:end].rstrip("0").rstrip(".") + text[end:]
