"""Requests and answers, as pydantic models: they are validated with errors that say what is wrong.

What streams, and what is as large as a session, are the msgspec structs of `rdit/protocol/`. OpenAPI (`openapi.py`) and
the client's types (`frontend/src/backend/types.ts`) are generated from both. `snake_case` here, `camelCase` in JSON, by
one alias generator.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from ..session.view import MIN_WINDOW

MAX_SAFE_INTEGER = 2**53
"""The largest whole number that JavaScript keeps exact."""
SessionId = Annotated[str, Field(min_length=1, max_length=200)]
Window = Annotated[int, Field(ge=MIN_WINDOW, le=MAX_SAFE_INTEGER)]
MAX_ARGUMENTS = 10_000
"""Characters of a line of arguments."""
MAX_LOOK_BACK_CODE = 100_000
"""Characters of code that looks back."""
SESSION_WINDOW = 1 << 16
"""Characters that the answer with a session has of one output item, unless the request says how many."""


class WireModel(BaseModel):
    """What every model on the wire shares."""

    # Each model is built when it is first used: a server needs few of them before its first answer.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)


class RequestModel(WireModel):
    """A request body. A field that rdit does not know is refused, so that a typing error is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class RequestedLines(RequestModel):
    """Lines of the script, counted from 1, both ends included."""

    from_: Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER, alias="from")]
    to: Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER)]

    @model_validator(mode="after")
    def _in_order(self) -> RequestedLines:
        if self.to < self.from_:
            raise ValueError("'to' must not be less than 'from'")
        return self


class SessionRequest(RequestModel):
    """Names a session; None means the session of the script that the command named."""

    session_id: SessionId | None = None


class ExecuteRequest(SessionRequest):
    """Run a script, or the statements of it that overlap a range of lines."""

    script: str
    line_range: RequestedLines | None = None
    live: bool = False
    """Stream typed events as they happen, rather than one result per statement."""
    stop_on_error: bool = True
    figure_steps: bool = False
    """Show what each statement made of a matplotlib figure, rather than the figure once where it is finished."""
    fresh: bool = False
    """Show what one run of exactly this text would, from its first line to the end of `lineRange`: what is so already
    is kept, the rest runs. An exception ends it. Without it, the statements run in the process as it is."""
    again: bool = False
    """With *fresh*: run the statements of `lineRange` (without one, all) also where they are as they would be."""
    supersede: bool = False
    """With *fresh*: end the fresh runs, under way or waiting, that this one makes out of date."""
    focus_line: Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER)] | None = None
    """With *fresh*: the line of the cursor, where the next edit is to be expected and should cost little."""
    detached: bool = False
    """Answer 202 with the run's id at once; its events reach the subscribers of `/api/events`."""
    window: Window | None = None
    """With *live*: at most about this many characters of one output item are sent whole; of a longer one the head
    once and then its newest tail, with the number of characters left out between them."""

    @model_validator(mode="after")
    def _about_fresh_runs(self) -> ExecuteRequest:
        for name in ("again", "supersede", "focus_line"):
            if getattr(self, name) and not self.fresh:
                raise ValueError(f"'{to_camel(name)}' is of fresh runs: say 'fresh' as well")
        return self


class CheckScriptRequest(SessionRequest):
    """Ask what a fresh run of this text would do."""

    script: str
    line_range: RequestedLines | None = None
    again: bool = False
    """As in `ExecuteRequest`."""


class RepeatedEffect(WireModel):
    """What a statement that would run has done to the world outside its process when it ran last."""

    run_id: str
    node_index: int
    """Of the result that tells of it."""
    line_start: int
    """Where it stands in the text of the request."""
    what: str
    """`wrote PATH`, `removed PATH`, `started PROGRAM` or `connected to HOST`."""


class CheckScriptResponse(WireModel):
    """What a fresh run of the text would do."""

    problem: str | None
    """Why it does not compile, in words; then nothing would run."""
    problem_line: int | None
    statements: int
    """How many it has."""
    kept: int
    """How many results would stay, from the first statement on."""
    resumes_at: int
    """From which statement on it would run: where the process stands, or a snapshot, or 0."""
    seconds: float
    """How long what would run took the last time; what never ran counts nothing."""
    effects: list[RepeatedEffect]


class LookBackRequest(SessionRequest):
    """Evaluate code in the state as it was after a statement of the newest fresh run."""

    node_index: Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
    """Of the statement."""
    code: Annotated[str, Field(max_length=MAX_LOOK_BACK_CODE)]
    """Statements; the value of each that is an expression is shown."""


class ForgetAnswersRequest(SessionRequest):
    """Have statements ask again: those with this source, as the session's answer has it; null means all."""

    source: str | None = None


class OpenSessionRequest(RequestModel):
    """Open the session of a script inside the workspace, or find the one that is open already."""

    path: str
    window: Window = SESSION_WINDOW
    """As in `SessionQuery`."""
    file: bool = False
    """As in `SessionQuery`."""


class InputRequest(SessionRequest):
    """Answers the `input()` that waits. `text` has no newline; null is end-of-file."""

    text: str | None
    question: int | None = None
    """The number of the question that is answered, of an `input` event: another one is not given this answer."""


class ArgumentsRequest(SessionRequest):
    """Gives the script other arguments, as one line that is split as a shell does it."""

    arguments: Annotated[str, Field(max_length=MAX_ARGUMENTS)]


class AllowInterpreterRequest(SessionRequest):
    """Which interpreter may be started, from now on and by every later server."""

    path: str
    """As the session's kernel names it: `unknownInterpreter`."""


class QueryRequest(SessionRequest):
    """Ask the live object behind a display for more of it, such as a window of a table's cells."""

    handle: str
    """From the display's data."""
    request: dict[str, Any]


class WriteFileRequest(SessionRequest):
    """Save *content* if the file still is at *version*; null says that the file must not exist yet."""

    path: str
    content: str
    version: str | None = None


class SessionQuery(SessionRequest):
    """Which session to show, and how much of each output item."""

    window: Window = SESSION_WINDOW
    """As in `ExecuteRequest`; an item that is longer has `cutAt` and `omitted`, and `GET /api/output` has all of it.
    Where many are long, less may be sent of each."""
    file: bool = False
    """Whether the answer holds the script's file as well, which saves a page that opens a second question."""


class OutputQuery(SessionRequest):
    """One output item, as events and sessions name it."""

    run_id: Annotated[str, Field(min_length=1, max_length=200)]
    node_index: Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
    item: Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
    """Which item of the statement's output, from 0."""


class SourceQuery(SessionRequest):
    """A file that a language server has named."""

    uri: Annotated[str, Field(min_length=1, max_length=20_000)]


class EventsQuery(SessionRequest):
    """Which events to stream."""

    after: Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)] | None = None
    """The last event that the subscriber knows; without it, only what happens from now on."""
    window: Window | None = None
    """As in `ExecuteRequest`."""


class PathQuery(RequestModel):
    """A file, by its path from the workspace root."""

    path: Annotated[str, Field(min_length=1)]


class FolderQuery(RequestModel):
    """A folder, by its path from the workspace root; empty for the root itself."""

    path: str = ""


class FindQuery(RequestModel):
    """A few letters of a file's name or path; several words must all fit."""

    query: Annotated[str, Field(max_length=1000)] = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 50


class UploadQuery(RequestModel):
    """Where an uploaded file goes."""

    path: Annotated[str, Field(min_length=1)]
    replace: bool = False
    """Whether a file of that name may be replaced."""


class PathRequest(RequestModel):
    """A file or folder, by its path from the workspace root."""

    path: str


class RenameRequest(RequestModel):
    """Give what is at `path` the name and place `to`; both from the workspace root."""

    path: str
    to: str


class StatusResponse(WireModel):
    """Done."""

    status: Literal["ok"] = "ok"


class DetachedResponse(WireModel):
    """The run was accepted; its events carry its id, and the one that says that it is queued is the event `eventId`."""

    run_id: str
    event_id: int


class Problem(WireModel):
    """Why a request was refused, and what to do."""

    detail: str


class VersionResponse(WireModel):
    """The file was saved and is at this version now."""

    version: str
    other_names: int = 0
    """How many other names (hard links) the file had: they keep the text of before."""


class PathResponse(WireModel):
    """Where it is now, from the workspace root and without symlinks."""

    path: str


class DeletedResponse(WireModel):
    """It is in the trash."""

    trashed: str
    """The absolute path there."""
