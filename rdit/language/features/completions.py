"""One list of completions, of the language server's and the live process's: names alone, the rest when asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...errors import InvalidFields
from ...protocol.values import LiveName, LiveNames
from ..texts.cursor import Cursor, completed_at
from .asking import Asking
from .joining import of_those_there

_NOT_SENT = frozenset({"documentation", "data", "additionalTextEdits", "sortText", "detail", "labelDetails"})
_RESOLVED = ("documentation", "detail", "additionalTextEdits")
_KINDS = {"method": 2, "class": 7, "module": 9, "property": 10, "column": 5, "key": 12}
"""As the protocol numbers them: a column is a field, a key a value."""
MAX_DETAIL = 100
"""Characters of a detail that are sent with a list."""
_IMPORT = re.compile(r"\s*\((import .+)\)")
"""What ty says of a name that would be imported."""


async def complete(asking: Asking) -> Any:
    """Answer `textDocument/completion`."""
    cursor = completed_at(asking.text, asking.params["position"])
    joined = await of_those_there(asking, {asking.ty: None}, _of_kernel(asking, cursor))
    static: Any = joined.get(asking.ty)
    live: LiveNames | None = joined.live
    is_incomplete = joined.lacks(asking.ty) or (isinstance(static, dict) and bool(static.get("isIncomplete")))
    items = (static.get("items") or [] if isinstance(static, dict) else static) or []
    prefix = _prefix(asking) if cursor is None else cursor.prefix
    live_names = [] if live is None else live.names
    is_incomplete = is_incomplete or (live is not None and live.more)
    merged = [item for item in _merged(items, live_names, cursor) if _fits(item, prefix)]
    is_incomplete = is_incomplete or len(merged) > asking.limits.max_completions
    merged = merged[: asking.limits.max_completions]
    ids = asking.completions.keep(merged)
    sent = [_sent(item, resolve_id, number) for number, (item, resolve_id) in enumerate(zip(merged, ids, strict=True))]
    return {"isIncomplete": is_incomplete, "items": sent}


async def resolve(asking: Asking) -> Any:
    """Answer `completionItem/resolve`: what was not sent of a completion."""
    resolve_id = asking.params.get("resolveId")
    if not isinstance(resolve_id, str):
        raise InvalidFields("params.resolveId: name the completion by the id that it came with.")
    item = asking.completions.get(resolve_id)
    return None if item is None else {name: item[name] for name in _RESOLVED if item.get(name) is not None}


async def _of_kernel(asking: Asking, cursor: Cursor | None) -> LiveNames | None:
    if cursor is None or asking.live is None:
        return None
    return await asking.live.live_names(cursor.expression, cursor.kind, asking.view(is_before=True))


def _merged(items: Sequence[dict[str, Any]], live: Sequence[LiveName], cursor: Cursor | None) -> list[dict[str, Any]]:
    """Return all items in the order of their rank: what only the process knows, what ty does, and private names."""
    ranked = sorted(items, key=lambda item: str(item.get("sortText") or item.get("label", "")))
    if cursor is None:
        return ranked
    details = {name.label: name.detail for name in live}
    for item in ranked:
        if not item.get("detail") and (detail := details.get(_name(item))):
            item["detail"] = detail
    known = {_name(item) for item in ranked}
    # The others have its letters somewhere within.
    new = sorted((name for name in live if name.label not in known), key=lambda name: not _begins(name, cursor.prefix))
    public = [_live_item(name, cursor) for name in new if not _is_private(name)]
    private = [_live_item(name, cursor) for name in new if _is_private(name)]
    return [*public, *ranked, *private]


def _begins(name: LiveName, prefix: str) -> bool:
    return name.label.lower().startswith(prefix.lower())


def _is_private(name: LiveName) -> bool:
    return name.label.startswith("_") and name.kind not in {"column", "key"}


def _live_item(name: LiveName, cursor: Cursor) -> dict[str, Any]:
    item: dict[str, Any] = {"label": name.label, "kind": _KINDS[name.kind], "detail": name.detail}
    if cursor.kind == "item":
        end = {**cursor.start, "character": cursor.start["character"] + _units(cursor.prefix)}
        content = name.label.replace("\\", "\\\\").replace(cursor.quote, f"\\{cursor.quote}")
        content = content.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        item |= {"filterText": content, "textEdit": {"range": {"start": cursor.start, "end": end}, "newText": content}}
    return item


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _name(item: dict[str, Any]) -> str:
    return str(item.get("insertText") or item.get("label", "")).strip("\"'")


def _prefix(asking: Asking) -> str:
    """Return the word that is being typed."""
    line = int(asking.params["position"]["line"])
    before = asking.text.line(line)[: asking.text.column(line, int(asking.params["position"]["character"]))]
    match = re.search(r"\w*$", before)
    return match[0] if match else ""


def _fits(item: dict[str, Any], prefix: str) -> bool:
    """Return whether the letters of *prefix* are in the item's name in their order, whatever their case."""
    if not prefix:
        return True
    letters = iter(str(item.get("filterText") or item.get("label", "")).lower())
    return all(letter in letters for letter in prefix.lower())


def _short(detail: str) -> str:
    """Return a detail as a list needs it: of a long signature the beginning, and what it returns."""
    if len(detail) <= MAX_DETAIL:
        return detail
    returned = detail[arrow:] if (arrow := detail.rfind(") -> ")) >= 0 else ""
    returned = returned if len(returned) <= MAX_DETAIL // 2 else ""
    return f"{detail[: MAX_DETAIL - len(returned)]}…{returned}"


def _sent(item: dict[str, Any], resolve_id: str, rank: int) -> dict[str, Any]:
    """Return what of an item is sent at once."""
    sent = {name: value for name, value in item.items() if name not in _NOT_SENT}
    if detail := item.get("detail"):
        sent["detail"] = _short(detail)
    if (imported := _IMPORT.fullmatch((item.get("labelDetails") or {}).get("detail") or "")) is not None:
        sent["labelDetails"] = {"description": imported[1]}
    return {**sent, "sortText": f"{rank:04}", "resolveId": resolve_id}
