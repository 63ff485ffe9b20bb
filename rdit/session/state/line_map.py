"""Where the lines of an older text are in a newer one, so that results stay beside their statements."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from ...line_diff import same_lines
from .lines import Lines

MAX_LINES = 20_000
"""Lines that are compared one by one; beyond, what differs counts as rewritten."""
_COMPARED = 1 << 16
"""Characters that are compared at once."""


class Move(NamedTuple):
    """Where a range of lines went."""

    line_start: int
    line_end: int
    changed: bool
    """Whether the lines are no longer what they were."""


class _Span(NamedTuple):
    """Lines of the old text and what is in their place, by index from 0, each end excluded."""

    old_first: int
    old_end: int
    new_first: int
    new_end: int
    is_same: bool


class LineMap:
    """Maps the lines of one text to those of another; lines are counted from 1."""

    def __init__(self, old: Lines, new: Lines) -> None:
        """Compare the texts."""
        head = _same_at_start(old, new)
        tail = _same_at_end(old, new, head)
        self._size = old.count
        self._spans = [*_spans(old, new, head, tail)]
        """Those that are left in the new text."""
        self._firsts = [span.old_first for span in self._spans]

    def move(self, line_start: int, line_end: int) -> Move | None:
        """Return where the lines went, or None when all of them were deleted."""
        first, end = line_start - 1, min(line_end, self._size)
        begin = max(bisect_right(self._firsts, first) - 1, 0)
        span = self._spans[begin] if self._spans else None
        if span is not None and span.is_same and span.old_first <= first and line_end <= span.old_end:  # as most are
            shift = span.new_first - span.old_first
            return Move(line_start + shift, line_end + shift, False)
        found = self._spans[begin : bisect_right(self._firsts, end - 1)]
        if found and found[0].old_end <= first:
            del found[0]
        if not found:
            return None
        start = _target(found[0], max(found[0].old_first, first))
        stop = _target(found[-1], min(found[-1].old_end, end) - 1)
        kept = sum([min(span.old_end, end) - max(span.old_first, first) for span in found if span.is_same])
        return Move(start, stop, kept < end - first or stop - start != line_end - line_start)


def _target(span: _Span, index: int) -> int:
    return min(span.new_first + index - span.old_first, span.new_end - 1) + 1


def _spans(old: Lines, new: Lines, head: int, tail: int) -> Iterator[_Span]:
    """Yield what became of the lines of *old*, of which the first *head* and the last *tail* are the same in *new*."""
    old_end, new_end = old.count - tail, new.count - tail
    blocks = [(0, 0, head)]
    if old_end - head + new_end - head <= MAX_LINES:
        inner = same_lines(old.split(head, old_end), new.split(head, new_end))
        blocks += [(head + block.old, head + block.new, block.size) for block in inner]
    blocks.append((old_end, new_end, tail))
    at, place = 0, 0
    for old_first, new_first, size in blocks:
        if at < old_first and place < new_first:
            yield _Span(at, old_first, place, new_first, is_same=False)
        at, place = old_first + size, new_first + size
        if size:
            yield _Span(old_first, at, new_first, place, is_same=True)


def _same_at_start(old: Lines, new: Lines) -> int:
    """Return how many lines both texts begin with."""
    one, other = old.text, new.text
    size = _common_size(one, other)
    ends_there = all(size == len(text) or text[size] == "\n" for text in (one, other))
    return one.count("\n", 0, size) + ends_there


def _same_at_end(old: Lines, new: Lines, head: int) -> int:
    """Return how many lines behind the first *head* both texts end with."""
    if head in (old.count, new.count):
        return 0
    starts = old.start(head + 1), new.start(head + 1)
    one, other = old.text, new.text
    size = _common_size_at_end(one, other, min(len(one) - starts[0], len(other) - starts[1]))
    begins_there = all(
        len(text) - size == start or text[len(text) - size - 1] == "\n"
        for text, start in zip((one, other), starts, strict=True)
    )
    return one.count("\n", len(one) - size) + begins_there


def _common_size(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    shortest = min(len(one), len(other))
    low, high = 0, shortest
    while low < shortest and one[low : low + _COMPARED] == other[low : low + _COMPARED]:
        low += _COMPARED
    low, high = min(low, shortest), min(low + _COMPARED, shortest)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _common_size_at_end(one: str, other: str, most: int) -> int:
    """Return how many characters both end with, at most *most*."""

    def same(near: int, far: int) -> bool:
        return one[len(one) - far : len(one) - near] == other[len(other) - far : len(other) - near]

    low = 0
    while low < most and same(low, min(low + _COMPARED, most)):
        low += _COMPARED
    low, high = min(low, most), min(low + _COMPARED, most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(low, middle) else (low, middle - 1)
    return low
