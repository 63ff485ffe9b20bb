"""Which lines of two texts are the same, in time that grows with the texts and is bounded."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MAX_WORK = 300_000
"""Comparisons of lines that are all alike somewhere, with which difflib may be kept busy: its time grows with the cube
of their number."""


class Block(NamedTuple):
    """A range of lines that are the same in both texts."""

    old: int
    new: int
    size: int


def same_lines(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return where *old* and *new* have the same lines, in order.

    Lines that are there once in either text are matched first, as in the patience diff of Bram Cohen; what is left
    between them, which is mostly short, as difflib does.
    """
    blocks: list[Block] = []
    work = MAX_WORK
    before = Block(0, 0, 0)
    for anchor in (*_anchors(old, new), Block(len(old), len(new), 0)):
        gap = _Gap(before.old + before.size, anchor.old, before.new + before.size, anchor.new)
        work -= _match_gap(old, new, gap, work, blocks)
        if anchor.size:
            blocks.append(anchor)
        before = anchor
    return blocks


class _Gap(NamedTuple):
    old_first: int
    old_end: int
    new_first: int
    new_end: int


def _anchors(old: Sequence[str], new: Sequence[str]) -> deque[Block]:
    """Return the lines that are there once in *old* and in *new*: the most of them that are in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    places = {line: index for index, line in enumerate(new) if in_new[line] == 1}
    pairs = [(index, places[line]) for index, line in enumerate(old) if in_old[line] == 1 and line in places]
    # The longest increasing sequence: for each length, the pair that ends one and is the first in *new*.
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        previous.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    chosen: deque[Block] = deque()
    number = last[-1] if last else -1
    while number >= 0:
        chosen.appendleft(Block(*pairs[number], 1))
        number = previous[number]
    return chosen


def _match_gap(old: Sequence[str], new: Sequence[str], gap: _Gap, work: int, blocks: list[Block]) -> int:
    """Add to *blocks* what is the same in *gap*; return how much of *work* that was."""
    old_first, old_end, new_first, new_end = gap
    shortest = min(old_end - old_first, new_end - new_first)
    head = 0
    while head < shortest and old[old_first + head] == new[new_first + head]:
        head += 1
    tail = 0
    while tail < shortest - head and old[old_end - 1 - tail] == new[new_end - 1 - tail]:
        tail += 1
    if head:
        blocks.append(Block(old_first, new_first, head))
    size, other = old_end - old_first - head - tail, new_end - new_first - head - tail
    cost = size * other * min(size, other)
    if 0 < cost <= work:
        at, place = old_first + head, new_first + head
        matcher = SequenceMatcher(None, old[at : at + size], new[place : place + other], autojunk=False)
        blocks += [Block(at + one.a, place + one.b, one.size) for one in matcher.get_matching_blocks() if one.size]
    else:
        cost = 0
    if tail:
        blocks.append(Block(old_end - tail, new_end - tail, tail))
    return cost
