"""Requests and answers about the texts of pages: one at each keystroke, so they are structs rather than models.

What a language server is asked and answers passes as it is: the Language Server Protocol describes it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

MAX_TEXT = 4_000_000
"""Characters of a text."""
MAX_CHANGES = 5000
"""Of one text at once; a page with more sends the whole text."""
MAX_PLACE = 2**31 - 1
"""The largest line or character, as in the Language Server Protocol."""
MAX_VERSION = 2**53
"""The largest whole number that JavaScript keeps exact."""

Content = Annotated[str, Meta(max_length=MAX_TEXT)]
ClientId = Annotated[str, Meta(min_length=1, max_length=100)]
Place = Annotated[int, Meta(ge=0, le=MAX_PLACE)]
ServerState = Literal["starting", "running", "away"]


class Request(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is asked. A field that rdit does not know is refused, so that a typing error is not silently ignored."""


class Response(Struct, frozen=True, rename="camel"):
    """What is answered."""


class OpenTextRequest(Request, frozen=True):
    """A page's text of a Python file, for which it wants to ask language servers."""

    text: Content
    path: Annotated[str, Meta(min_length=1)] | None = None
    """Of the file, from the workspace root; null for the session's script."""
    source: Annotated[str, Meta(min_length=1, max_length=10_000)] | None = None
    """The address of a source outside the workspace that a language server has named to the session; for no `path`."""
    session_id: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """None means the session of the script that the command named."""


class LanguageServerState(Response, frozen=True):
    """How a language server is."""

    state: ServerState
    reason: str | None = None
    """Why it is away, or what it complains of although it runs, in words."""


class LanguageServers(Response, frozen=True):
    """Both language servers."""

    ty: LanguageServerState
    ruff: LanguageServerState


class SemanticTokensLegend(Response, frozen=True):
    """What the numbers of semantic tokens mean."""

    token_types: list[str]
    token_modifiers: list[str]


class OpenTextResponse(Response, frozen=True):
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


class TextPosition(Request, frozen=True):
    """A place in a text: lines from 0, characters in UTF-16 code units."""

    line: Place
    character: Place


class TextRange(Request, frozen=True):
    """From one place to another."""

    start: TextPosition
    end: TextPosition


class ContentChange(Request, frozen=True):
    """New text for a part of the text as it was after the change before, or without `range` for all of it."""

    text: Content
    range: TextRange | None = None
    range_length: Place | None = None
    """Not used; in the protocol for those that count otherwise."""


class ChangeTextRequest(Request, frozen=True):
    """What a page's text is changed by."""

    client_id: ClientId
    version: Annotated[int, Meta(ge=1, le=MAX_VERSION)]
    """Of the text afterwards: one more than before. One that comes early waits for those before it."""
    content_changes: Annotated[list[ContentChange], Meta(max_length=MAX_CHANGES)]


class LanguageRequest(Request, frozen=True):
    """A request of the Language Server Protocol 3.17."""

    client_id: ClientId
    version: Annotated[int, Meta(ge=0, le=MAX_VERSION)]
    """Of the text that it is about. It waits until that is there."""
    method: Annotated[str, Meta(min_length=1, max_length=100)]
    params: dict[str, Any] = field(default_factory=dict)
    """As the protocol describes them; `textDocument` may be left out."""


class LanguageError(Response, frozen=True):
    """Why a language server did not do what it was asked."""

    code: int
    """As the protocol numbers it; -32801 says that the text has changed since."""
    message: str


class LanguageResponse(Response, frozen=True, omit_defaults=True):
    """What the language servers answer: the one or the other."""

    result: Any = None
    """As the protocol describes it."""
    error: LanguageError | None = None


class CloseTextRequest(Request, frozen=True):
    """A page's text that it will not ask about any more."""

    client_id: ClientId


class SourceResponse(Response, frozen=True):
    """A source, to be read only."""

    path: str
    """Absolute, without symlinks."""
    content: str
