"""What stands at the cursor, for the kernel to look at: names, attributes and constant subscripts, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from .text import Text

_NAME = r"[^\W\d]\w*"
_CONSTANT = r"""\[(?:'[^'\\\n]*'|"[^"\\\n]*"|-?\d+)\]"""
_EXPRESSION = rf"(?<![\w.)\]}}'\"])(?P<expression>{_NAME}(?:\.{_NAME}|{_CONSTANT})*)"
_ATTRIBUTE = re.compile(rf"{_EXPRESSION}\.(?P<prefix>\w*)$")
_ITEM = re.compile(rf"""{_EXPRESSION}\[\s*(?P<quote>['"])(?P<prefix>[^'"\\\n]*)$""")
_CHAIN = re.compile(rf"{_EXPRESSION}$")
_SCAN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<kind>(?<!\w)[rRbBfFuUtT]{0,2})(?:
            (?P<long>'{3}|\"{3})(?P<long_text>(?:\\.|(?!(?P=long)).)*)(?P<long_end>(?P=long)|\Z)
          | (?P<short>['"])(?P<short_text>(?:\\.|(?!(?P=short))[^\n])*)(?P<short_end>(?P=short)|(?=\n)|\Z)
        )""",
    re.VERBOSE | re.DOTALL,
)
MAX_SCANNED = 1 << 17
"""Characters of a text; what stands beyond is not looked at."""
_MAX_BEFORE = 2000
"""Characters of a line that are searched for an expression."""


class Cursor(NamedTuple):
    """An expression and what of it is being typed."""

    expression: str
    kind: Literal["attribute", "item"]
    prefix: str
    """What stands between the `.` or the quote and the cursor."""
    quote: str
    start: dict[str, int]
    """Where the prefix begins."""


def completed_at(text: Text, position: Mapping[str, Any]) -> Cursor | None:
    """Return whose attribute or item is being typed at a position; None where that is not of the script's own names."""
    line = int(position["line"])
    column = text.column(line, int(position["character"]))
    before = text.line(line)[max(column - _MAX_BEFORE, 0) : column]
    match = _ITEM.search(before) or _ATTRIBUTE.search(before)
    if match is None:
        return None
    groups = match.groupdict()
    code = column - len(before) + match.start("expression")
    if not is_code(text, text.starts[line] + code) or is_local(text, line, groups["expression"]):
        return None
    start = {"line": line, "character": text.units(line, column - len(groups["prefix"]))}
    kind: Literal["attribute", "item"] = "item" if groups.get("quote") else "attribute"
    return Cursor(groups["expression"], kind, groups["prefix"], groups.get("quote") or "", start)


def named_at(text: Text, position: Mapping[str, Any]) -> str | None:
    """Return the expression whose last name is at a position; None where that is not of the script's own names."""
    line = int(position["line"])
    column = text.column(line, int(position["character"]))
    content = text.line(line)
    rest = re.match(r"\w*", content[column:])
    end = column + (rest.end() if rest else 0)
    match = _CHAIN.search(content[max(end - _MAX_BEFORE, 0) : end])
    if match is None or not is_code(text, text.starts[line] + end) or is_local(text, line, match["expression"]):
        return None
    return match["expression"]


def is_code(text: Text, offset: int) -> bool:
    """Return whether an offset is outside strings and comments, or in a replacement field of an f-string.

    Far down in a long text it is taken for neither.
    """
    if offset > MAX_SCANNED:
        return False
    for match in _SCAN.finditer(text.content, 0, offset):
        if match.end() < offset:
            continue
        if match["comment"] is not None:
            return False
        inside = match["long_text"] if match["long"] else match["short_text"]
        if match["long_end"] or match["short_end"]:
            return True
        fields = inside.replace("{{", "").replace("}}", "")
        return "f" in match["kind"].lower() and fields.count("{") > fields.count("}")
    return True


def is_local(text: Text, line: int, expression: str) -> bool:
    """Return whether the expression's name is likely another than the module's: bound around it, within a function."""
    name = _Name(re.split(r"[.\[]", expression, maxsplit=1)[0])
    here = text.line(line)
    if name.is_of_lambda(here) or name.is_of_comprehension(here):
        return True
    depth = _indentation(here) if here.strip() else len(here)
    first = line
    while depth > 0 and first > 0:
        first -= 1
        content = text.line(first)
        if not content.strip() or _indentation(content) >= depth:
            continue
        depth = _indentation(content)
        if _OPENS_SCOPE.match(content):
            return any(name.is_bound(text.line(number)) for number in range(first, line + 1))
    return False


_OPENS_SCOPE = re.compile(r"\s*(?:async\s+)?def\b|\s*class\b")
_LAMBDA = re.compile(r"\blambda\b")
_FOR = re.compile(r"\bfor\b")
_IN = re.compile(r"\bin\b")
_BRACKET = re.compile(r"[\[({]")
_BINDING = re.compile(r"\b(?:for|as|lambda|del|global)\b")
_UP_TO_COLON = re.compile(r"[^:]+")
_UP_TO_VALUE = re.compile(r"[^:=]+")


class _Name:
    """A name, and how lines bind it. A line is searched for one thing behind another, from left to right and once."""

    def __init__(self, name: str) -> None:
        self._word = re.compile(rf"\b{re.escape(name)}\b")
        self._assigned = re.compile(rf"\b{re.escape(name)}\b\s*(?:[=:,)]|\+=)")

    def is_of_lambda(self, line: str) -> bool:
        """Return whether it is a parameter in *line*."""
        return any(self._behind(_LAMBDA, line, *part.span()) is not None for part in _UP_TO_COLON.finditer(line))

    def is_of_comprehension(self, line: str) -> bool:
        """Return whether something between brackets in *line* runs over it."""
        bracket = _BRACKET.search(line)
        for part in _UP_TO_COLON.finditer(line, bracket.end()) if bracket else ():
            end = self._behind(_FOR, line, *part.span())
            if end is not None:
                return _IN.search(line, end) is not None
        return False

    def is_bound(self, line: str) -> bool:
        """Return whether *line* binds it in one of many ways."""
        if self._assigned.search(line):
            return True
        return any(self._behind(_BINDING, line, *part.span()) is not None for part in _UP_TO_VALUE.finditer(line))

    def _behind(self, keyword: re.Pattern[str], line: str, start: int, end: int) -> int | None:
        """Return where it ends behind the first *keyword* between two places in *line*."""
        first = keyword.search(line, start, end)
        found = self._word.search(line, first.end(), end) if first else None
        return found.end() if found else None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
