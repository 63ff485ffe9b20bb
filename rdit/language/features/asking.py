"""Asking: one request of a page, with all that is needed to answer it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

from msgspec import Struct

from ...protocol.values import LiveDescription, LiveNames, Viewpoint
from ..limits import Limits
from ..servers.language_server import LanguageServer
from ..texts.text import Text
from ..texts.uris import normalised

MAX_LISTS = 4
"""Lists of completions that are remembered."""
NAMES_FILES = frozenset(
    {
        "codeAction/resolve",
        "textDocument/codeAction",
        "textDocument/declaration",
        "textDocument/definition",
        "textDocument/diagnostic",
        "textDocument/references",
        "textDocument/rename",
        "textDocument/typeDefinition",
        "textDocument/inlayHint",
        "workspace/symbol",
    }
)
"""Methods whose answers hold addresses of files."""


class LiveValues(Protocol):
    """What the process of a script knows; None where it has no time to say."""

    async def live_names(
        self, expression: str, kind: Literal["attribute", "item"], view: Viewpoint
    ) -> LiveNames | None:
        """Return what may stand behind an expression, there."""

    async def live_description(self, expression: str, view: Viewpoint) -> LiveDescription | None:
        """Return what an expression is, there."""


class CompletionMemory:
    """What of the completions was not sent, until one of them is asked about."""

    def __init__(self) -> None:
        self._lists: OrderedDict[int, list[dict[str, Any]]] = OrderedDict()
        self._count = 0

    def keep(self, items: list[dict[str, Any]]) -> list[str]:
        """Remember *items*; return the id of each."""
        self._count += 1
        self._lists[self._count] = items
        while len(self._lists) > MAX_LISTS:
            self._lists.popitem(last=False)
        return [f"{self._count}.{index}" for index in range(len(items))]

    def get(self, resolve_id: str) -> dict[str, Any] | None:
        """Return the item with an id, while it is remembered."""
        number, _, index = resolve_id.partition(".")
        if not (number.isascii() and number.isdigit() and index.isascii() and index.isdigit()) or len(resolve_id) > 30:
            return None
        items = self._lists.get(int(number), [])
        return items[int(index)] if int(index) < len(items) else None


class Asking(Struct):
    """One request."""

    method: str
    params: dict[str, Any]
    uri: str
    root: Path
    """The workspace."""
    text: Text
    """As it was when the request was sent to the servers."""
    ty: LanguageServer
    ruff: LanguageServer
    live: LiveValues | None
    completions: CompletionMemory
    on_file: Callable[[Path], None]
    """Hears of each file that a server names."""
    limits: Limits

    def view(self, *, is_before: bool) -> Viewpoint:
        """Return from where names are looked at: before the statement of the request's position, or after it."""
        return Viewpoint(self.text.content, int(self.params["position"]["line"]) + 1, is_before)

    async def of(self, server: LanguageServer, params: dict[str, Any] | None = None) -> Any:
        """Return what a server answers, to *params* if they are others than the page's."""
        answer = await server.request(self.method, self.params if params is None else params)
        return normalised(answer, self.on_file) if self.method in NAMES_FILES else answer

    async def of_ty(self) -> Any:
        """Return what ty answers."""
        return await self.of(self.ty)

    async def of_ruff(self) -> Any:
        """Return what ruff answers."""
        return await self.of(self.ruff)
