"""Filters of one column, as the user of a grid types them: an operator and an operand.

The operand is text, and parsed as the type of the column needs it: as a number, a truth value, a time or a duration. A
time may be as coarse as a year: `= 2024-03` means any time within that month.
"""

from __future__ import annotations

import operator
from datetime import datetime, timedelta, timezone

from ..short_repr import missing_text, module_of, safe_text

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

OPERATORS = ("=", "≠", "<", "≤", ">", "≥", "contains", "missing", "present")

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "≠": operator.ne,
    "<": operator.lt,
    "≤": operator.le,
    ">": operator.gt,
    "≥": operator.ge,
}

_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

_NUMBER_CHARACTERS = frozenset("0123456789+-.,:_() enaifjtrulsz")
"""Every character in the text of numbers, truth values and times, in lower case."""

_PRECISIONS = {
    10: timedelta(days=1),
    13: timedelta(hours=1),
    16: timedelta(minutes=1),
    19: timedelta(seconds=1),
}
"""The span of a time by the length of its text: `2024-03-31 18:30` is a minute."""

_LAST_MOMENT = datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001  compared with columns without a zone


class Filter:
    """One filter: *operator* is one of `OPERATORS`, *operand* the text that was typed.

    Raises:
        ValueError: there is no such operator.
    """

    def __init__(self, operator: str, operand: str) -> None:
        if operator not in OPERATORS:
            raise ValueError(f"No filter is called {operator!r}. There are {', '.join(OPERATORS)}.")
        self.operator = operator
        self.operand = operand

    def number(self) -> int | float:
        """Return the operand as a number, an integer exactly."""
        text = self.operand.strip().replace("−", "-")
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{self.operand!r} is not a number, and this column holds numbers.") from None

    def truth(self) -> bool:
        """Return the operand as a truth value."""
        found = _TRUTHS.get(self.operand.strip().lower())
        if found is None:
            raise ValueError(f"{self.operand!r} is neither True nor False, and this column holds nothing else.")
        return found

    def moments(self) -> tuple[datetime, datetime]:
        """Return the first and the last microsecond of the time that the operand means, without a zone."""
        text = self.operand.strip().replace("T", " ", 1)
        try:
            first, last = _span(text)
        except (ValueError, OverflowError):
            example = "2024, 2024-03, 2024-03-31 or 2024-03-31 18:30"
            raise ValueError(f"{self.operand!r} is no time that can be understood. Write it as {example}.") from None
        if first.tzinfo is not None:
            first = last = first.astimezone(timezone.utc).replace(tzinfo=None)
        return first, last

    def duration(self) -> timedelta:
        """Return the operand as a duration: in seconds, or as `[days ]hours:minutes[:seconds]`."""
        text = self.operand.strip()
        try:
            days, _, clock = text.rpartition(" ") if " " in text else ("0", "", text)
            parts = [float(part) for part in clock.split(":")]
            if len(parts) == 1:
                parts = [0.0, 0.0, *parts]
            hours, minutes, seconds = (*parts, 0.0)[:3]
            return timedelta(days=float(days.split(" ")[0]), hours=hours, minutes=minutes, seconds=seconds)
        except ValueError:
            raise ValueError(f"{self.operand!r} is no duration. Write it in seconds, or as 1:30:00.") from None

    def compare(self, values: Any, first: Any, last: Any | None = None) -> Any:
        """Return which of *values* (an array, a series) pass, compared with the span from *first* to *last*."""
        if last is None or first is last or first == last:
            return _COMPARISONS[self.operator](values, first)
        if self.operator == "=":
            return (values >= first) & (values <= last)
        if self.operator == "≠":
            return (values < first) | (values > last)
        return _COMPARISONS[self.operator](values, first if self.operator in "<≥" else last)

    def predicate(self) -> Callable[[Any], bool]:
        """Return the test of one Python value. Numbers compare as numbers, other values by their text."""
        if self.operator == "missing":
            return lambda value: missing_text(value) is not None
        if self.operator == "present":
            return lambda value: missing_text(value) is None
        if self.operator == "contains":
            part = self.operand.casefold()
            return lambda value: missing_text(value) is None and part in safe_text(value, str).casefold()
        compare = _COMPARISONS[self.operator]
        try:
            number: int | float | None = self.number()
        except ValueError:
            number = None

        def passes(value: Any) -> bool:
            if missing_text(value) is not None:
                return False
            if number is not None and is_number(value):
                return bool(compare(value, number))
            return bool(compare(safe_text(value, str), self.operand))

        return passes


def _span(text: str) -> tuple[datetime, datetime]:
    """Return the first and last microsecond of the year, month, day, hour, minute, second or instant *text*."""
    if len(text) == 4 and text.isdecimal():
        first, last = datetime.fromisoformat(f"{text}-01-01"), datetime.fromisoformat(f"{text}-12-31")
    elif len(text) == 7:
        first = datetime.fromisoformat(f"{text}-01")
        later = first + timedelta(days=31)
        last = later - timedelta(days=later.day)
    else:
        first = last = datetime.fromisoformat(text)
    length = max(len(text), 10)
    if length not in _PRECISIONS:
        return first, first
    if _LAST_MOMENT - last < _PRECISIONS[length]:
        return first, _LAST_MOMENT
    return first, last + _PRECISIONS[length] - timedelta(microseconds=1)


def is_number(value: Any) -> bool:
    """Whether *value* can be compared with a number."""
    kind = type(value)
    if issubclass(kind, (int, float)) or kind.__name__ in {"Decimal", "Fraction"}:
        return True
    return module_of(value) == "numpy" and getattr(value, "shape", None) == () and value.dtype.kind in "biuf"


def may_match_numbers(text: str) -> bool:
    """Whether *text* can occur in the text of a number, a truth value or a time."""
    return _NUMBER_CHARACTERS.issuperset(text.casefold())
