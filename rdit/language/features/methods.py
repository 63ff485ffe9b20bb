"""What a page may ask, and who answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..texts.edits import quiet_edits
from .asking import Asking
from .code_actions import list_actions, resolve_action
from .completions import complete, resolve
from .diagnostics import diagnose
from .hovers import hover
from .renames import rename


async def _of_ty(asking: Asking) -> Any:
    return await asking.of_ty()


async def _format(asking: Asking) -> Any:
    edits = await asking.of_ruff()
    return edits and quiet_edits(asking.text, edits)


_BY_TY = (
    "textDocument/declaration",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/inlayHint",
    "textDocument/prepareRename",
    "textDocument/references",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/signatureHelp",
    "textDocument/typeDefinition",
    "workspace/symbol",
)

METHODS: Mapping[str, Callable[[Asking], Awaitable[Any]]] = {
    **dict.fromkeys(_BY_TY, _of_ty),
    "codeAction/resolve": resolve_action,
    "completionItem/resolve": resolve,
    "textDocument/codeAction": list_actions,
    "textDocument/completion": complete,
    "textDocument/diagnostic": diagnose,
    "textDocument/formatting": _format,
    "textDocument/hover": hover,
    "textDocument/rangeFormatting": _format,
    "textDocument/rename": rename,
}
"""By method, all that can be asked."""
WITHOUT_DOCUMENT = frozenset({"workspace/symbol", "completionItem/resolve", "codeAction/resolve"})
"""Methods whose parameters name no text."""
SEES_FILES = frozenset({"textDocument/diagnostic", "textDocument/formatting", "textDocument/rename"})
"""Those before which it is looked whether files have changed: the page asks the first after every pause."""
BY_PLACE = frozenset(
    {
        "textDocument/codeAction",
        "textDocument/diagnostic",
        "textDocument/documentHighlight",
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/formatting",
        "textDocument/inlayHint",
        "textDocument/rangeFormatting",
        "textDocument/rename",
        "textDocument/semanticTokens/full",
    }
)
"""Those whose answers are places in the text, and so worth nothing for another: it may have changed meanwhile."""
