"""Requests, events and results: everything that crosses HTTP, as pydantic models.

OpenAPI (`rdit/server/openapi.py`) and the client's types (`frontend/src/backend/types.ts`) are generated from these
classes. `snake_case` here, `camelCase` on the wire, by one alias generator.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator
from pydantic.alias_generators import to_camel

LARGEST = 2**53
"""The largest whole number that JavaScript keeps exact."""
SessionId = Annotated[str, Field(min_length=1, max_length=200)]
SMALLEST_WINDOW = 1024
Window = Annotated[int, Field(ge=SMALLEST_WINDOW, le=LARGEST)]
SESSION_WINDOW = 1 << 16
"""Characters that the answer with a session has of one output item, unless the request says how many."""


class WireModel(BaseModel):
    """What every model on the wire shares."""

    # Each model is built when it is first used: a server needs few of them before its first answer.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)


class RequestModel(WireModel):
    """A request body. A field that rdit does not know is refused, so that a typing error is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


# --------------------------------------------------------------------------------------------------- requests


class LineRange(RequestModel):
    """Lines of the script, counted from 1, both ends included."""

    from_: Annotated[int, Field(ge=1, le=LARGEST, alias="from")]
    to: Annotated[int, Field(ge=1, le=LARGEST)]

    @model_validator(mode="after")
    def _in_order(self) -> LineRange:
        if self.to < self.from_:
            raise ValueError("'to' must not be less than 'from'")
        return self


class ExecuteRequest(RequestModel):
    """Run a script, or the statements of it that overlap a range of lines."""

    script: str
    line_range: LineRange | None = None
    session_id: SessionId | None = None
    """None means the session of the script that the command named."""
    live: bool = False
    """Stream typed events as they happen, rather than one result per statement."""
    stop_on_error: bool = True
    detached: bool = False
    """Answer 202 with the run's id at once; its events reach the subscribers of `/api/events`."""
    window: Window | None = None
    """With *live*: at most about this many characters of one output item are sent whole; of a longer one the head
    once and then its newest tail, with the number of characters left out between them."""


class SessionRequest(RequestModel):
    """Names a session; None means the session of the script that the command named."""

    session_id: SessionId | None = None


class OpenSessionRequest(RequestModel):
    """Open the session of a script inside the workspace, or find the one that is open already."""

    path: str
    window: Window = SESSION_WINDOW
    """As in `SessionQuery`."""
    file: bool = False
    """As in `SessionQuery`."""


class InputRequest(RequestModel):
    """Answers the `input()` that waits. `text` has no newline; null is end-of-file."""

    text: str | None
    question: int | None = None
    """The number of the question that is answered, of an `input` event: another one is not given this answer."""
    session_id: SessionId | None = None


class QueryRequest(RequestModel):
    """Ask the live object behind a display for more of it, such as a window of a table's cells."""

    handle: str
    """From the display's data."""
    request: dict[str, Any]
    session_id: SessionId | None = None


class WriteFileRequest(RequestModel):
    """Save *content* if the file still is at *version*; null says that the file must not exist yet."""

    path: str
    content: str
    version: str | None = None
    session_id: SessionId | None = None


class SessionQuery(RequestModel):
    """Which session to show, and how much of each output item."""

    session_id: SessionId | None = None
    window: Window = SESSION_WINDOW
    """As in `ExecuteRequest`; an item that is longer has `cutAt` and `omitted`, and `GET /api/output` has all of it.
    Where many are long, less may be sent of each."""
    file: bool = False
    """Whether the answer holds the script's file as well, which saves a page that opens a second question."""


class OutputQuery(RequestModel):
    """One output item, as events and sessions name it."""

    session_id: SessionId | None = None
    run_id: Annotated[str, Field(min_length=1, max_length=200)]
    node_index: Annotated[int, Field(ge=0, le=LARGEST)]
    item: Annotated[int, Field(ge=0, le=LARGEST)]
    """Which item of the statement's output, from 0."""


class EventsQuery(RequestModel):
    """Which events to stream."""

    session_id: SessionId | None = None
    after: Annotated[int, Field(ge=0, le=LARGEST)] | None = None
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


# --------------------------------------------------------------------------------------------------- values


class OutputItem(WireModel):
    """One piece of what a statement shows. `text` is always there, so that a plain client can show it."""

    type: Literal["stdout", "stderr", "error", "display"]
    text: str
    data: dict[str, Any] | None = None
    """A display's MIME bundle: text as it is, binary formats in base64, JSON formats as JSON."""
    metadata: dict[str, Any] | None = None
    display_id: str | None = None
    late: bool | None = None
    """True when a thread or a child process wrote it after its statement had ended."""
    cut_at: int | None = None
    """Where in `text` characters were left out because they exceed the reader's window, in UTF-16 code units."""
    omitted: int | None = None
    """How many characters were left out there."""


class StatementInfo(WireModel):
    """A statement that a run will execute."""

    node_index: int
    line_start: int
    line_end: int
    source: str
    """Its lines as they were when the run began; a page compares them to tell what is stale."""


class StatementResult(WireModel):
    """A finished statement, exactly as the default stream of `/api/execute-script` sends it."""

    node_index: int
    line_start: int
    line_end: int
    output: list[OutputItem]
    is_invisible: bool
    """True when there is no output."""


class KernelInfo(WireModel):
    """The state of a session's kernel and the interpreter it runs."""

    state: Literal["starting", "idle", "busy", "waiting-for-input", "dead"]
    version: str | None = None
    """Of Python, such as `3.12.1`."""
    implementation: str | None = None
    executable: str | None = None
    prefix: str | None = None
    generation: int = 0
    """Counts the workers of this kernel: it grows whenever the variables are gone."""
    reason: str | None = None
    """Why it is dead, or how the previous worker died, in words."""


Status = Literal["ok", "error", "interrupted", "exited", "died"]

# --------------------------------------------------------------------------------------------------- events


class EventModel(WireModel):
    """Something that happened in a session. Its SSE `id` orders it among the session's events."""


class QueuedEvent(EventModel):
    """A run was accepted and waits for its turn."""

    type: Literal["queued"] = "queued"
    run_id: str
    line_range: LineRange | None = None


class PlanEvent(EventModel):
    """A run begins: the statements to come, and the script they belong to."""

    type: Literal["plan"] = "plan"
    run_id: str
    statements: list[StatementInfo]


class StartEvent(EventModel):
    """A statement begins."""

    type: Literal["start"] = "start"
    run_id: str
    node_index: int
    line_start: int
    line_end: int


class OutputEvent(EventModel):
    """A piece of one output item, as it is written.

    The first piece of an item is the item; a later one with the same `index` is appended to its `text`, or replaces
    the text from `replaceFrom` on (in UTF-16 code units, as JavaScript counts).
    """

    type: Literal["output"] = "output"
    run_id: str
    node_index: int
    index: int
    """Which output item of the statement, from 0."""
    item: OutputItem
    replace_from: int | None = None
    omitted: int | None = None
    """Characters left out of the item before `replaceFrom`, because they exceed the subscriber's window."""


class ClearEvent(EventModel):
    """The statement's output so far is forgotten; indices start from 0 again."""

    type: Literal["clear"] = "clear"
    run_id: str
    node_index: int


class InputEvent(EventModel):
    """The script waits in `input()`; answer with `POST /api/input`."""

    type: Literal["input"] = "input"
    run_id: str
    node_index: int
    question: int
    """Counts the questions of the session."""
    prompt: str
    password: bool = False


class InputDoneEvent(EventModel):
    """The `input()` got its answer, or waits no longer."""

    type: Literal["input-done"] = "input-done"
    run_id: str
    node_index: int


class ResultEvent(EventModel):
    """A statement ended; its output came in `output` events before."""

    type: Literal["result"] = "result"
    run_id: str
    node_index: int
    line_start: int
    line_end: int
    is_invisible: bool
    duration_ms: float
    peak_memory_bytes: int | None = None
    """By how much it raised the most memory that the script's process ever held; absent when it did not."""


class CompleteEvent(EventModel):
    """A run is over."""

    type: Literal["complete"] = "complete"
    run_id: str
    status: Status
    exit_code: int | None = None


class KernelEvent(EventModel):
    """The kernel changed its state."""

    type: Literal["kernel"] = "kernel"
    kernel: KernelInfo


class ResetEvent(EventModel):
    """A fresh worker took over on request: the variables and the results are gone."""

    type: Literal["reset"] = "reset"


class ResyncEvent(EventModel):
    """The subscriber fell too far behind: read `GET /api/session` again and go on from its `lastEventId`."""

    type: Literal["resync"] = "resync"


class StatementName(WireModel):
    """Which statement of which run."""

    run_id: str
    node_index: int


class ScriptEvent(EventModel):
    """The session's script is at another path now: it was saved under a name, or renamed by some page."""

    type: Literal["script"] = "script"
    script_path: str | None


class FileEvent(EventModel):
    """Something happened to a file or folder of the workspace; whatever did it."""

    type: Literal["file"] = "file"
    path: str
    """From the workspace root, without symlinks; empty for the root itself. Compare it with `scriptPath`."""
    change: Literal["created", "modified", "deleted"]
    """What is deleted and made anew at once, as editors and git do, is `modified`. A `modified` folder has more
    changes in it than are told one by one: list it again."""
    version: str | None = None
    """What a file that some page has open is at now. A page's own save is told like any other, a little before or after
    its answer came: compare the version."""
    imported_by: list[StatementName] | None = None
    """The statements of this session that imported the file, directly or through others, and so had what it was."""


class ErrorEvent(EventModel):
    """A failure of rdit itself."""

    type: Literal["error"] = "error"
    message: str
    run_id: str | None = None


Event = Annotated[
    QueuedEvent
    | PlanEvent
    | StartEvent
    | OutputEvent
    | ClearEvent
    | InputEvent
    | InputDoneEvent
    | ResultEvent
    | CompleteEvent
    | KernelEvent
    | ResetEvent
    | ResyncEvent
    | ScriptEvent
    | FileEvent
    | ErrorEvent,
    Field(discriminator="type"),
]


class StreamEnd(WireModel):
    """The last frame of the default stream."""

    type: Literal["complete"] = "complete"


class StreamFailure(WireModel):
    """The last frame of the default stream when rdit itself failed."""

    type: Literal["error"] = "error"
    message: str


# A `RootModel` of a type would be built at once; of anything, it waits.


class ResultFrame(RootModel[Any]):
    """What one frame of the default stream holds."""

    model_config = ConfigDict(defer_build=True)
    root: StatementResult | StreamEnd | StreamFailure


class EventFrame(RootModel[Any]):
    """What one frame of a live stream holds."""

    model_config = ConfigDict(defer_build=True)
    root: Event


# --------------------------------------------------------------------------------------------------- answers


class HealthAnswer(WireModel):
    """The server answers."""

    status: Literal["ok"] = "ok"


class StatusAnswer(WireModel):
    """Done."""

    status: Literal["ok"] = "ok"


class DetachedAnswer(WireModel):
    """The run was accepted; its events carry this id."""

    run_id: str


class Problem(WireModel):
    """Why a request was refused, and what to do."""

    detail: str


class FileAnswer(WireModel):
    """A text file and the version that a later save is checked against."""

    content: str
    version: str


class VersionAnswer(WireModel):
    """The file was saved and is at this version now."""

    version: str


class FolderEntry(WireModel):
    """One name in a folder."""

    name: str
    path: str
    """From the workspace root, for further requests."""
    kind: Literal["file", "folder", "other"]
    """`other` cannot be opened: a device, a socket, a symlink that leads nowhere or outside, a name that is no text."""
    size: int
    """In bytes; 0 for what is no file."""
    modified: float
    """In milliseconds since 1970."""
    symlink: bool
    ignored: bool
    """Whether git, or everybody, would leave it out."""


class FolderAnswer(WireModel):
    """What a folder holds: folders first, then by name."""

    path: str
    """Of the folder, from the workspace root and without symlinks; empty for the root itself."""
    entries: list[FolderEntry]
    truncated: bool
    """Whether there is more than what is listed."""


class FindAnswer(WireModel):
    """The files that fit, the best first."""

    paths: list[str]
    truncated: bool
    """Whether the workspace is too large to know all its files, so that others may fit better."""


class PathAnswer(WireModel):
    """Where it is now, from the workspace root and without symlinks."""

    path: str


class DeletedAnswer(WireModel):
    """It is in the trash."""

    trashed: str
    """The absolute path there."""


class UploadAnswer(WireModel):
    """The file is there, whole."""

    path: str
    """From the workspace root and without symlinks."""
    size: int
    version: str


class SessionStatement(WireModel):
    """A statement that ran, runs or waits, with all it has shown; lines are those of the session's `script`."""

    run_id: str
    node_index: int
    line_start: int
    line_end: int
    source: str
    state: Literal["waiting", "running", "done", "failed"]
    output: list[OutputItem]
    is_invisible: bool
    duration_ms: float | None = None
    running_ms: float | None = None
    """How long it has been running, when it runs."""
    stale: bool = False
    """Whether its lines were edited before a later run, so that it belongs to text that is no longer there."""
    peak_memory_bytes: int | None = None
    """By how much it raised the most memory that the script's process ever held; absent when it did not."""
    imports_changed: bool = False
    """Whether a file that it imported, directly or through others, changed since."""
    changed_imports: list[str] | None = None
    """Those files, from the workspace root."""
    earlier: list[SessionStatement] | None = None
    """The results whose place it takes and that are back when its run ends without reaching it."""


class QueuedRun(WireModel):
    """A run that waits for its turn."""

    run_id: str
    line_range: LineRange | None = None


class SessionAnswer(WireModel):
    """All that a page needs to show a session as it stands; later events follow `lastEventId`."""

    session_id: str
    script_path: str | None
    """Relative to the workspace root, with `/`; null for a buffer without a file."""
    root: str
    file: FileAnswer | None = None
    """The script's file as it is now, where `file` asks for it; null where there is none."""
    kernel: KernelInfo
    script: str | None
    """The text of the newest run, to which the lines of `statements` refer; null before the first run."""
    statements: list[SessionStatement]
    queued: list[QueuedRun]
    run_id: str | None
    """The run under way."""
    input: InputEvent | None
    last_event_id: int
    rdit_version: str
