"""Answers that consist of what other layers know: a session as it stands, files and folders; as msgspec structs."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from .events import InputEvent, LanguageEvent
from .values import KeptAnswer, KernelInfo, OutputItem, QueuedRun, RunEnd, SnapshotProblem, StatementName, Status, Value


class SessionStatement(Value, frozen=True, gc=False):
    """A statement that ran, runs or waits, with all it has shown; lines are those of the session's `script`."""

    run_id: str
    node_index: int
    line_start: int
    line_end: int
    source: str
    state: Literal["waiting", "running", "done", "failed"]
    output: list[OutputItem]
    is_invisible: bool
    stale: bool
    """Whether its lines were edited before a later run, so that it belongs to text that is no longer there."""
    imports_changed: bool
    """Whether a file that it imported, directly or through others, changed since."""
    changed_imports: list[str] | None = None
    """Those files, from the workspace root."""
    files: list[str] | None = None
    """What it read, as in the `touched` event."""
    effects: list[str] | None = None
    """What would happen again if it ran again, as in the `touched` event."""
    changed_files: list[str] | None = None
    """The files that it read and that changed since, but for what the script itself did to them."""
    answers: list[KeptAnswer] | None = None
    """What its `input()` was given, in order; passwords are left out."""
    duration_ms: float | None = None
    started_at: float | None = None
    """When it began, in milliseconds since 1970."""
    running_ms: float | None = None
    """How long it has been running, when it runs."""
    peak_memory_bytes: int | None = None
    """By how much it raised the most memory that the script's process ever held; absent when it did not."""
    ended: Status | None = None
    """`interrupted`, `exited`, `died` or `superseded`, where that is how its run ended within this statement."""
    exit_code: int | None = None
    """Of a run that exited."""
    earlier: list[SessionStatement] | None = None
    """The results whose place it takes and that are back when its run ends without reaching it."""


class FileContent(Value, frozen=True, gc=False):
    """A text file and the version that a later save is checked against."""

    content: str
    version: str


class SessionResponse(Value, frozen=True, gc=False):
    """All that a page needs to show a session as it stands; later events follow `lastEventId`."""

    session_id: str
    script_path: str | None
    """Relative to the workspace root, with `/`; null for a buffer without a file."""
    root: str
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
    file: FileContent | None
    """The script's file as it is now, where `file` asks for it; null where there is none."""
    last_run: RunEnd | None = None
    """The run that ended last; absent before there was one, and after a reset."""
    arguments: str | None = None
    """The line of the script's arguments; absent when nobody has given any."""
    arguments_wait: bool = False
    """Whether the process of now was begun with others, so that these are used from the next fresh one on."""
    timeline: list[StatementName] = field(default_factory=list)
    """What the process of now has run as one run of one text: the statements from the first one on, in order."""
    mixed: bool = False
    """Whether anything else ran in it since, so that its variables may be others than those of that run."""
    declined: SnapshotProblem | None = None
    """From where on no snapshots can be made, and why; absent where they can."""
    follow: bool = False
    """Whether the command asked for `--follow`: a page catches up by itself unless its user says otherwise."""
    language: list[LanguageEvent] = field(default_factory=list)
    """The language servers of the session's pages, as they are now; empty before any was asked."""


class DifferentOutput(Value, frozen=True, gc=False):
    """A statement that shows something else in a fresh process."""

    run_id: str
    node_index: int
    line_start: int
    shown: list[OutputItem]
    """What the session shows."""
    fresh: list[OutputItem] | None = None
    """What it shows there; absent where the run beside did not reach it."""


class VerifyResponse(Value, frozen=True):
    """How the run beside ended, and which outputs are others there."""

    status: Status
    same: bool
    """Whether none is."""
    differences: list[DifferentOutput]


class LookBackPlace(Value, frozen=True):
    """Before which statement a state is."""

    node_index: int
    line_start: int | None = None
    """Where that stands; absent after the last one that ran."""


class LookBackResponse(Value, frozen=True):
    """What code shows in an earlier state."""

    output: list[OutputItem]
    """Of tables and trees the parts that are shown at first: their objects are gone with the process."""
    before: LookBackPlace | None = None
    """The state is that before this statement: the next one, or an earlier one where no nearer copy was kept. Absent
    when there was none at all."""
    problem: str | None = None
    """Why nothing was evaluated, or why that was ended, in words."""


class FolderEntry(Value, frozen=True, gc=False):
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


class FolderResponse(Value, frozen=True, gc=False):
    """What a folder holds: folders first, then by name."""

    path: str
    """Of the folder, from the workspace root and without symlinks; empty for the root itself."""
    entries: list[FolderEntry]
    truncated: bool
    """Whether there is more than what is listed."""


class FindResponse(Value, frozen=True, gc=False):
    """The files that fit, the best first."""

    paths: list[str]
    truncated: bool
    """Whether the workspace is too large to know all its files, so that others may fit better."""


class UploadResponse(Value, frozen=True, gc=False):
    """The file is there, whole."""

    path: str
    """From the workspace root and without symlinks."""
    size: int
    version: str
    other_names: int = 0
    """How many other names (hard links) a file that it replaced had: they keep the bytes of before."""
