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
MAX_SCANNED = 1 << 20
"""Characters of a text; what stands beyond is not looked at."""
_MAX_BEFORE = 2000
"""Characters of a line that are looked at."""


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

    In a text of a megabyte it is taken for neither.
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
    name = re.escape(re.split(r"[.\[]", expression, maxsplit=1)[0])
    if re.search(rf"\blambda\b[^:\n]*\b{name}\b|[\[({{].*\bfor\b[^:\n]*\b{name}\b.*\bin\b", text.line(line)):
        return True  # of a lambda or a comprehension
    depth = _indentation(text.line(line)) if text.line(line).strip() else len(text.line(line))
    bound = re.compile(rf"\b{name}\b\s*(?:[=:,)]|\+=)|\b(?:for|as|lambda|del|global)\b[^:=\n]*\b{name}\b")
    first = line
    while depth > 0 and first > 0:
        first -= 1
        content = text.line(first)
        if not content.strip() or _indentation(content) >= depth:
            continue
        depth = _indentation(content)
        if re.match(r"\s*(?:async\s+)?def\b|\s*class\b", content):
            return any(bound.search(text.line(number)) for number in range(first, line + 1))
    return False


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
