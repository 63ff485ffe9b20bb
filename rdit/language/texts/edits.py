"""Edits that touch only what differs, so that results, folds and cursors stay at their lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from ...line_diff import Block, same_lines
from .text import Text
from .top_level import parse

Edit = dict[str, Any]
_LOOKS = re.compile(r"""[\s'"();,\\]+""")
"""What formatters change of a line, which is the same line nevertheless."""


def fine_edits(text: Text, edits: Sequence[Mapping[str, Any]]) -> list[Edit]:
    """Return the same as *edits* in smaller pieces."""
    return edits_between(text, text.edited(edits).content)


def quiet_edits(text: Text, edits: Sequence[Mapping[str, Any]]) -> list[Edit]:
    """Return *edits* of a formatter without those that take a trailing `;` away: it says that nothing is shown."""
    formatted = text.edited(edits).content
    return edits_between(text, _with_semicolons(text.content, formatted))


def edits_between(text: Text, content: str) -> list[Edit]:
    """Return the edits that make *content* of *text*, in the order of their places."""
    old, new = text.content.splitlines(keepends=True), content.splitlines(keepends=True)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    offsets = [0, *accumulate(map(len, old))][head:]
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    edits: list[Edit] = []
    for lines, new_lines in _aligned(old, new):
        at = offsets[lines.start]
        edits += _edit(text, at, "".join(old[lines]), "".join(new[new_lines]))
    return edits


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[slice, slice]]:
    """Yield which lines of both belong together: line by line where they say the same."""
    before, after = [_LOOKS.sub("", line) for line in old], [_LOOKS.sub("", line) for line in new]
    last, new_last = 0, 0
    for block in (*same_lines(before, after), Block(len(old), len(new), 0)):
        if block.old > last or block.new > new_last:
            yield slice(last, block.old), slice(new_last, block.new)
        last, new_last = block.old + block.size, block.new + block.size
        for at, place in zip(range(block.old, last), range(block.new, new_last), strict=True):
            yield slice(at, at + 1), slice(place, place + 1)


def _edit(text: Text, at: int, old: str, new: str) -> Iterator[Edit]:
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if old != new:
        end = text.position(at + len(old) - tail)
        yield {"range": {"start": text.position(at + head), "end": end}, "newText": new[head : len(new) - tail]}


def _common(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Return how many elements both begin with."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _with_semicolons(before: str, after: str) -> str:
    """Return *after*, which is *before* formatted, with the `;` that end top-level expressions."""
    if ";" not in before:
        return after
    old, new = parse(before), parse(after)
    if old is None or new is None or len(old.body) != len(new.body):
        return after
    old_text, new_text = Text(before), Text(after)
    for node, formatted in zip(reversed(old.body), reversed(new.body), strict=True):
        if isinstance(node, ast.Expr) and _is_quiet(node, old_text) and not _is_quiet(formatted, new_text):
            end = _end(formatted, new_text)
            after = f"{after[:end]};{after[end:]}"
    return after


def _is_quiet(node: ast.stmt, text: Text) -> bool:
    """Return whether a `;` ends the statement and its line, as the kernel reads it."""
    number = (node.end_lineno or node.lineno) - 1
    rest = text.line(number)[_end(node, text) - text.starts[number] :].strip()
    return rest.startswith(";") and (not rest[1:].strip() or rest[1:].strip().startswith("#"))


def _end(node: ast.stmt, text: Text) -> int:
    """Return where a statement ends."""
    number = (node.end_lineno or node.lineno) - 1
    return text.starts[number] + text.characters(number, node.end_col_offset or 0)
