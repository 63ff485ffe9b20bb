"""Documents: what each page has of a text, and what the language servers have of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ...errors import OutOfStep
from .text import Text

OUT_OF_STEP = "The server's copy of this text is out of step with the page's. Open it anew."


class Document:
    """A page's own text: each of its changes has the number that follows the one before."""

    def __init__(self, uri: str, content: str) -> None:
        """Begin at version 0."""
        self.uri = uri
        self.text = Text(content)
        self.version = 0
        self.is_closed = False
        self._news: asyncio.Future[None] | None = None
        """Done at the next change."""

    async def reach(self, version: int, timeout: float) -> None:
        """Wait until the text is at *version*.

        Raises:
            OutOfStep: it is not within *timeout* seconds, because a change was lost.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while self.version < version and not self.is_closed:
            if self._news is None or self._news.done():
                self._news = loop.create_future()
            done, _ = await asyncio.wait([self._news], timeout=deadline - loop.time())
            if not done:
                raise OutOfStep(OUT_OF_STEP)
        if self.is_closed:
            raise OutOfStep(OUT_OF_STEP)

    def apply(self, version: int, text: Text) -> None:
        """Take what the text is at *version*.

        Raises:
            OutOfStep: a change to that version was taken already.
        """
        if version != self.version + 1 or self.is_closed:
            raise OutOfStep(OUT_OF_STEP)
        self.text = text
        self.version = version
        self._wake()

    def close(self) -> None:
        """Tell those that wait that no change will come."""
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


class Slot:
    """One address, for which the servers have one text, while pages may have several.

    A request is answered for the text of the page that asks, so the servers are given that first. Those under way
    for another page's text are waited for: a server may begin one anew when the text changes.
    """

    def __init__(self, uri: str, owner: Document, notify: Callable[[str, Any], None]) -> None:
        """Open the address with the text of *owner*; *notify* tells both servers."""
        self.uri = uri
        self.documents = [owner]
        self.version = 1
        """As the servers count."""
        self._owner = owner
        self._notify = notify
        self._turn = asyncio.Lock()
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        notify("textDocument/didOpen", self.opened())

    def opened(self) -> dict[str, Any]:
        """Return what tells a server of the text as it is."""
        content = self._owner.text.content
        return {"textDocument": {"uri": self.uri, "languageId": "python", "version": self.version, "text": content}}

    def changed(self, document: Document, changes: Sequence[Any]) -> None:
        """Pass on *changes* of a page's text, if it is that which the servers have."""
        if document is self._owner:
            self._tell(changes)

    @asynccontextmanager
    async def use(self, document: Document) -> AsyncIterator[None]:
        """Have the servers' text be that of *document* for as long as the block lasts.

        Raises:
            OutOfStep: the page has closed it.
        """
        async with self._turn:
            if document.is_closed:
                raise OutOfStep(OUT_OF_STEP)
            if document is not self._owner:
                await self._idle.wait()
                if document.is_closed:
                    raise OutOfStep(OUT_OF_STEP)
                self._give(document)
            self._in_flight += 1
            self._idle.clear()
        try:
            yield
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    def leave(self, document: Document) -> None:
        """Forget a page's text; with the last of them the address is closed."""
        self.documents.remove(document)
        if not self.documents:
            self._notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})
        elif document is self._owner:
            self._give(self.documents[-1])

    def _give(self, document: Document) -> None:
        if document.text.content != self._owner.text.content:
            self._owner = document
            self._tell([{"text": document.text.content}])
        self._owner = document

    def _tell(self, changes: Sequence[Any]) -> None:
        self.version += 1
        self._notify(
            "textDocument/didChange",
            {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": list(changes)},
        )
