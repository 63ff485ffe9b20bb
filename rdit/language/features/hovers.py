"""What is shown of a name: its type and documentation, its value of now, and what a rule in a comment means."""

from __future__ import annotations

import re
from typing import Any

from ...protocol.values import LiveDescription
from ..texts.cursor import named_at
from .asking import Asking
from .joining import of_those_there

_UNKNOWN = re.compile(r"```\w*\s+Unknown\s+```\s*|\s*Unknown\s*")
"""All that ty says of a name whose type it does not know."""
_BACKTICKS = re.compile("`+")


async def hover(asking: Asking) -> Any:
    """Answer `textDocument/hover`."""
    joined = await of_those_there(asking, dict.fromkeys((asking.ty, asking.ruff)), _of_kernel(asking))
    ty, ruff = joined.get(asking.ty), joined.get(asking.ruff)
    parts = []
    if joined.live is not None and (ty or joined.lacks(asking.ty)):  # where ty has nothing to say, there is no name
        parts.append(joined.live)
    if ty and not _UNKNOWN.fullmatch(told := _markdown(ty["contents"])):
        parts.append(told)
    if ruff:
        parts.append(_markdown(ruff["contents"]))
    if not parts:
        return None
    answer: dict[str, Any] = {"contents": {"kind": "markdown", "value": "\n\n---\n\n".join(parts)}}
    range_ = (ty or ruff or {}).get("range")
    return answer if range_ is None else {**answer, "range": range_}


async def _of_kernel(asking: Asking) -> str | None:
    expression = named_at(asking.text, asking.params["position"])
    if expression is None or asking.live is None:
        return None
    description = await asking.live.live_description(expression, asking.view(is_before=False))
    return None if description is None else _line(expression, description)


def _line(expression: str, description: LiveDescription) -> str:
    where = "" if description.line is None else f", from line {description.line}"
    when = "" if description.when is None else f", {description.when}"
    return f"{_code(f'{expression}: {description.text}')}{where}{when}"


def _code(text: str) -> str:
    """Return *text* as Markdown that shows just that, whatever is in it; an escaped bracket would begin a formula."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"


def _markdown(contents: Any) -> str:
    if isinstance(contents, list):
        return "\n\n".join(map(_markdown, contents))
    return str(contents["value"] if isinstance(contents, dict) else contents)
