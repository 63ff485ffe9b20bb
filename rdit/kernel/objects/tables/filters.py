"""What the reader of a grid asks for: filters of one column, and text searched in all of them.

A `Condition` knows its operator and the text that was typed, and reads that text as the column needs it: as a number,
a truth value, or a moment. A moment may be as rough as a year; `= 2024-03` then means any time within that month.
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
"""Every character that the text of a number, a truth value or a moment can hold, in lower case."""

_PRECISIONS = {
    10: timedelta(days=1),
    13: timedelta(hours=1),
    16: timedelta(minutes=1),
    19: timedelta(seconds=1),
}
"""How long a moment lasts whose text has so many characters: `2024-03-31 18:30` is a minute."""

_LAST_MOMENT = datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001  columns without a zone have none either


class Condition:
    """One filter: *operator* is one of `OPERATORS`, *wanted* the text that was typed.

    Raises:
        ValueError: no filter is called so.
    """

    def __init__(self, operator: str, wanted: str) -> None:
        if operator not in OPERATORS:
            raise ValueError(f"No filter is called {operator!r}. There are {', '.join(OPERATORS)}.")
        self.operator = operator
        self.wanted = wanted

    @property
    def part(self) -> str:
        """The text that `contains` looks for, whatever its case."""
        return self.wanted.casefold()

    def number(self) -> int | float:
        """Return the wanted number, a whole one exactly."""
        text = self.wanted.strip().replace("−", "-")
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{self.wanted!r} is not a number, and this column holds numbers.") from None

    def truth(self) -> bool:
        """Return the wanted truth value."""
        found = _TRUTHS.get(self.wanted.strip().lower())
        if found is None:
            raise ValueError(f"{self.wanted!r} is neither True nor False, and this column holds nothing else.")
        return found

    def moments(self, *, aware: bool = False) -> tuple[datetime, datetime]:
        """Return the first and the last microsecond that the wanted text means; in UTC with *aware*."""
        text = self.wanted.strip().replace("T", " ", 1)
        try:
            first, last = _span(text)
        except (ValueError, OverflowError):
            example = "2024, 2024-03, 2024-03-31 or 2024-03-31 18:30"
            raise ValueError(f"{self.wanted!r} is no time that can be understood. Write it as {example}.") from None
        if aware and first.tzinfo is None:
            return first.replace(tzinfo=timezone.utc), last.replace(tzinfo=timezone.utc)
        if not aware and first.tzinfo is not None:
            first = last = first.astimezone(timezone.utc).replace(tzinfo=None)
        return first, last

    def compare(self, values: Any, first: Any, last: Any | None = None) -> Any:
        """Return which of *values* (an array, a series) pass, comparing with the span from *first* to *last*."""
        if last is None or first is last or first == last:
            return _COMPARISONS[self.operator](values, first)
        if self.operator == "=":
            return (values >= first) & (values <= last)
        if self.operator == "≠":
            return (values < first) | (values > last)
        return _COMPARISONS[self.operator](values, first if self.operator in "<≥" else last)

    def predicate(self) -> Callable[[Any], bool]:
        """Return the test of one Python value. Numbers compare as numbers, everything else as its text."""
        if self.operator == "missing":
            return lambda value: missing_text(value) is not None
        if self.operator == "present":
            return lambda value: missing_text(value) is None
        if self.operator == "contains":
            part = self.part
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
            return bool(compare(safe_text(value, str), self.wanted))

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
    """Tell whether *value* can be compared with a number."""
    kind = type(value)
    if issubclass(kind, (int, float)) or kind.__name__ in {"Decimal", "Fraction"}:
        return True
    return module_of(value) == "numpy" and getattr(value, "shape", None) == () and value.dtype.kind in "biuf"


def could_be_number(text: str) -> bool:
    """Tell whether *text* can occur in the text of a number, a truth value or a moment at all."""
    return _NUMBER_CHARACTERS.issuperset(text.casefold())
