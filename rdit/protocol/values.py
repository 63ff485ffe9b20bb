"""Values: the data that events and answers consist of, as msgspec structs. `snake_case` here, `camelCase` in JSON."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

Stream = Literal["stdout", "stderr"]
ItemType = Literal["stdout", "stderr", "error", "display"]
Status = Literal["ok", "error", "interrupted", "exited", "died", "superseded"]
"""How a run ended."""


class Value(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """What every value shares. A field that has its default is left out of the JSON."""


class LineRange(Value, frozen=True, gc=False):
    """Lines of the script, counted from 1, both ends included."""

    from_: int = field(name="from")
    to: int


class OutputItem(Value, frozen=True, gc=False):
    """One piece of what a statement shows. `text` is always there, so that a plain client can show it."""

    type: ItemType
    text: str
    data: dict[str, Any] | None = None
    """A display's MIME bundle: text as it is, binary formats in base64, JSON formats as JSON; in Python encoded."""
    metadata: dict[str, Any] | None = None
    display_id: str | None = None
    late: bool = False
    """Whether a thread or a child process wrote it after its statement had ended."""
    cut_at: int | None = None
    """Where in `text` characters were left out because they exceed the reader's window, in UTF-16 code units."""
    omitted: int | None = None
    """How many characters were left out there."""
    data_omitted: dict[str, int] | None = None
    """In place of `data` for which the answer with a session has no room: how many characters each format has."""


class LiveName(Value, frozen=True, gc=False):
    """An attribute, a column or a key of a live value."""

    label: str
    kind: Literal["property", "method", "class", "module", "column", "key"]
    detail: str
    """Its type and size in a few characters; may be empty."""


class LiveNames(Value, frozen=True, gc=False):
    """The first of what may stand behind a live value, its own attributes before those of its class."""

    names: list[LiveName]
    more: bool = False
    """Whether there are others."""


class Viewpoint(Value, frozen=True, gc=False):
    """A line of a text as a page has it, from 1, and the side of its statement from which names are looked at."""

    text: str
    line: int
    is_before: bool
    """Whether as they were before the statement, for one who writes it, rather than after it, for one who reads it."""


class LiveDescription(Value, frozen=True, gc=False):
    """What a live value is, such as `DataFrame 1,095 × 4`."""

    text: str
    line: int | None = None
    """The line of the page's text whose statement last bound the variable, where that is known."""
    when: str | None = None
    """When it was so, in words such as `as it was after line 8`, where that need not be now."""


class StatementInfo(Value, frozen=True, gc=False):
    """A statement that a run will execute."""

    node_index: int
    line_start: int
    line_end: int
    source: str
    """Its lines as they were when the run began; a page compares them to tell what is stale."""


class KeptStatement(Value, frozen=True, gc=False):
    """A statement of a fresh run that is not run again: its result, and where it stands in the text of now."""

    run_id: str
    """The run that it stems from."""
    node_index: int
    line_start: int
    line_end: int
    source: str


class KeptAnswer(Value, frozen=True, gc=False):
    """A line that a statement's `input()` was given; a fresh run gives it again."""

    prompt: str
    text: str
    number: int = 0
    """Which of the statement's questions it answers, from 0."""
    given: bool = False
    """Whether nobody was asked, because it was given before."""


class StatementResult(Value, frozen=True, gc=False):
    """A finished statement, exactly as the default stream of `/api/execute-script` sends it."""

    node_index: int
    line_start: int
    line_end: int
    output: list[OutputItem]
    is_invisible: bool
    """True when there is no output."""


class StatementName(Value, frozen=True, gc=False):
    """Which statement of which run."""

    run_id: str
    node_index: int


class KernelInfo(Value, frozen=True, gc=False):
    """The state of a session's kernel and the interpreter it runs."""

    state: Literal["not-started", "starting", "idle", "busy", "waiting-for-input", "dead"]
    generation: int
    """Counts the workers of this kernel: it grows whenever the variables are gone."""
    version: str | None = None
    """Of Python, such as `3.12.1`."""
    implementation: str | None = None
    executable: str | None = None
    prefix: str | None = None
    reason: str | None = None
    """Why it is dead, or how the previous worker died, in words."""
    unknown_interpreter: str | None = None
    """The interpreter of the workspace that is not started before the user allows it."""


class SnapshotProblem(Value, frozen=True, gc=False):
    """From which statement on no snapshots can be made: what is edited there or below runs again from above."""

    run_id: str
    node_index: int
    reason: str
    """In words for a person."""


class RunEnd(Value, frozen=True, gc=False):
    """How a run ended, and how far it came."""

    run_id: str
    status: Status
    total: int
    """The statements that it was to execute."""
    finished: int
    """Those that ended."""
    duration_ms: float
    """From the start of its first statement to the end of its last."""
    exit_code: int | None = None
    """When the status is `exited`."""


class QueuedRun(Value, frozen=True, gc=False):
    """A run that waits for its turn."""

    run_id: str
    line_range: LineRange | None = None
