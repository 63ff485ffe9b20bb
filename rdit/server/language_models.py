"""Requests and answers of the language endpoints, as pydantic models; see `models.py`.

What a language server is asked and answers passes as it is: the Language Server Protocol describes it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .models import MAX_SAFE_INTEGER, RequestModel, SessionRequest, WireModel

MAX_TEXT = 4_000_000
"""Characters of a text."""
MAX_CHANGES = 5000
"""Of one text at once; a page with more sends the whole text."""
MAX_PLACE = 2**31 - 1
"""The largest line or character, as in the Language Server Protocol."""
MAX_URI = 20_000
"""Characters of an address."""
ClientId = Annotated[str, Field(min_length=1, max_length=100)]
Place = Annotated[int, Field(ge=0, le=MAX_PLACE)]


class OpenTextRequest(SessionRequest):
    """A page's text of a Python file, for which it wants to ask language servers."""

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    path: Annotated[str, Field(min_length=1)] | None = None
    """Of the file, from the workspace root; null for the session's script."""


class LanguageServerState(WireModel):
    """How a language server is."""

    state: Literal["starting", "running", "away"]
    reason: str | None = None
    """Why it is away, or what it complains of although it runs, in words."""


class LanguageServers(WireModel):
    """Both language servers."""

    ty: LanguageServerState
    ruff: LanguageServerState


class SemanticTokensLegend(WireModel):
    """What the numbers of semantic tokens mean."""

    token_types: list[str]
    token_modifiers: list[str]


class OpenTextResponse(WireModel):
    """The servers have the text, at version 0."""

    client_id: str
    """Names the page's text in what follows."""
    uri: str
    """Of the text, as the servers' answers name it."""
    root_uri: str
    servers: LanguageServers
    trigger_characters: list[str]
    """After which completions are worth asking for, besides letters."""
    signature_triggers: list[str]
    """After which signatures are."""
    semantic_tokens: SemanticTokensLegend


class TextPosition(RequestModel):
    """A place in a text: lines from 0, characters in UTF-16 code units."""

    line: Place
    character: Place


class TextRange(RequestModel):
    """From one place to another."""

    start: TextPosition
    end: TextPosition


class ContentChange(RequestModel):
    """New text for a part of the text as it was after the change before, or without `range` for all of it."""

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    range: TextRange | None = None
    range_length: Place | None = None
    """Not used; in the protocol for those that count otherwise."""


class ChangeTextRequest(RequestModel):
    """What a page's text is changed by."""

    client_id: ClientId
    version: Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER)]
    """Of the text afterwards: one more than before. One that comes early waits for those before it."""
    content_changes: Annotated[list[ContentChange], Field(max_length=MAX_CHANGES)]


class LanguageRequest(RequestModel):
    """A request of the Language Server Protocol 3.17."""

    client_id: ClientId
    version: Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
    """Of the text that it is about. It waits until that is there."""
    method: Annotated[str, Field(min_length=1, max_length=100)]
    params: dict[str, Any] = Field(default_factory=dict)
    """As the protocol describes them; `textDocument` may be left out."""


class LanguageError(WireModel):
    """Why a language server did not do what it was asked."""

    code: int
    """As the protocol numbers it; -32801 says that the text has changed since."""
    message: str


class LanguageResponse(WireModel):
    """What the language servers answer: the one or the other."""

    result: Any = None
    """As the protocol describes it."""
    error: LanguageError | None = None


class CloseTextRequest(RequestModel):
    """A page's text that it will not ask about any more."""

    client_id: ClientId


class SourceQuery(SessionRequest):
    """A file that a language server has named."""

    uri: Annotated[str, Field(min_length=1, max_length=MAX_URI)]


class SourceResponse(WireModel):
    """A source, to be read only."""

    path: str
    """Absolute, without symlinks."""
    content: str
