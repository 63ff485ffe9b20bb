"""Events: what happens in a session, in order; as msgspec structs that JSON tells apart by `type`.

A session's state is `session.state.apply` of its events, and nothing else. Streams send them as they are here.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct, field

from .values import KeptAnswer, KeptStatement, KernelInfo, LineRange, OutputItem, StatementInfo, StatementName, Status


def _tag(name: str) -> str:
    """Return the `type` of the event class *name*: `InputDoneEvent` is `input-done`."""
    return re.sub(r"(?<=.)([A-Z])", r"-\1", name.removesuffix("Event")).lower()


class Event(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True, tag_field="type", tag=_tag):
    """Something that happened in a session. Its SSE `id` orders it among the session's events."""


class RunEvent(Event, frozen=True, gc=False):
    """An event of one run."""

    run_id: str


class StatementEvent(RunEvent, frozen=True, gc=False):
    """An event of one statement of a run."""

    node_index: int


class QueuedEvent(RunEvent, frozen=True, gc=False):
    """A run was accepted and waits for its turn."""

    line_range: LineRange | None = None


class PlanEvent(RunEvent, frozen=True, gc=False):
    """A run begins: the statements to come. Which earlier results they replace is in docs/http-api.md."""

    statements: list[StatementInfo]
    whole: bool
    """Whether the run is of the whole script rather than of a range of its lines."""
    script: str | None = None
    """The text that the lines refer to; absent when it is that of the run before."""
    fresh: bool = False
    """Whether what is shown then is one run of this text, as far as it goes. Else what it runs is mixed in."""
    kept: list[KeptStatement] = field(default_factory=list)
    """Of a *fresh* plan: the results that stay as they are, those of the first statements, in order."""
    broken: bool = False
    """Whether it is of a fresh run whose text does not compile: one statement says why, and nothing runs."""


class StartEvent(StatementEvent, frozen=True, gc=False):
    """A statement begins."""

    line_start: int
    line_end: int
    started_at: float
    """In milliseconds since 1970."""


class OutputEvent(StatementEvent, frozen=True, gc=False):
    """A piece of one output item, as it is written.

    The first piece of an item is the item; a later one with the same `index` is appended to its `text`, or replaces
    the text from `replaceFrom` on (in UTF-16 code units, as JavaScript counts).
    """

    index: int
    """Which output item of the statement, from 0."""
    item: OutputItem
    replace_from: int | None = None
    omitted: int | None = None
    """Characters left out of the item before `replaceFrom`, because they exceed the subscriber's window."""


class ClearEvent(StatementEvent, frozen=True, gc=False):
    """The statement's output so far is forgotten; indices start from 0 again."""


class InputEvent(StatementEvent, frozen=True, gc=False):
    """The script waits in `input()`; answer with `POST /api/input`."""

    question: int
    """Counts the questions of the session."""
    prompt: str
    password: bool


class InputDoneEvent(StatementEvent, frozen=True, gc=False):
    """The `input()` got its answer, or waits no longer."""

    answer: KeptAnswer | None = None
    """The answer, which is kept for fresh runs, unless it is a password or the end of the file. One that was `given`
    follows no `input` event: nobody was asked."""


class ResultEvent(StatementEvent, frozen=True, gc=False):
    """A statement ended; its output came in `output` events before."""

    line_start: int
    line_end: int
    is_invisible: bool
    duration_ms: float
    ended_at: float
    """In milliseconds since 1970."""
    peak_memory_bytes: int | None = None
    """By how much it raised the most memory that the script's process ever held; absent when it did not."""


class CompleteEvent(RunEvent, frozen=True, gc=False):
    """A run is over."""

    status: Status
    exit_code: int | None = None
    cut_off: bool = False
    """Whether a superseded run was ended within its newest statement, whose result is no whole one."""


class TouchedEvent(StatementEvent, frozen=True, gc=False):
    """What a statement that ended had to do with the world outside its process, as far as that is seen."""

    files: list[str] = field(default_factory=list)
    """What it read, the user's modules included: from the workspace root, or absolute where it is elsewhere."""
    effects: list[str] = field(default_factory=list)
    """What would happen again if it ran again: `wrote PATH`, `removed PATH`, `started PROGRAM`, `connected to HOST`."""


class DeclinedEvent(StatementEvent, frozen=True, gc=False):
    """From this statement on no snapshots can be made, because of `reason`; without one, they can be again."""

    reason: str
    """In words for a person; may be empty."""


class KernelEvent(Event, frozen=True, gc=False):
    """The kernel changed its state."""

    kernel: KernelInfo


class ResetEvent(Event, frozen=True, gc=False):
    """A fresh worker took over on request: the variables and the results are gone."""


class ResultsClearedEvent(Event, frozen=True, gc=False):
    """Somebody put away what the statements have shown; the variables and the run under way stay."""


class ResultsRestoredEvent(Event, frozen=True, gc=False):
    """The results that were cleared last are back: `GET /api/session` has them."""


class ResyncEvent(Event, frozen=True, gc=False):
    """The subscriber fell too far behind: read `GET /api/session` again and go on from its `lastEventId`."""


class ScriptEvent(Event, frozen=True, gc=False):
    """The session's script is at another path now: it was saved under a name, or renamed by some page."""

    script_path: str | None


class ArgumentsEvent(Event, frozen=True, gc=False):
    """The script was given other arguments."""

    arguments: str
    """The line of them, as it was written."""
    waits: bool = False
    """Whether the process of now was begun with others, so that these are used from the next fresh one on."""


class FileEvent(Event, frozen=True, gc=False):
    """Something happened to a file or folder of the workspace; whatever did it."""

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
    read_by: list[StatementName] | None = None
    """Those that read it, as far as that is seen, when the change is not of the script's own making."""


class LanguageEvent(Event, frozen=True, gc=False):
    """A language server of the session's pages changed its state, or has other problems to tell: see *refresh*."""

    server: Literal["ty", "ruff"]
    state: Literal["starting", "running", "away"]
    reason: str | None = None
    """Why it is away, or what it complains of although it runs, in words."""
    refresh: bool = False
    """Whether something beside the texts has changed, so that diagnostics are to be asked for anew."""


class ErrorEvent(Event, frozen=True, gc=False):
    """A failure of rdit itself."""

    message: str
    run_id: str | None = None


AnyEvent = (
    QueuedEvent
    | PlanEvent
    | StartEvent
    | OutputEvent
    | ClearEvent
    | InputEvent
    | InputDoneEvent
    | ResultEvent
    | TouchedEvent
    | DeclinedEvent
    | CompleteEvent
    | KernelEvent
    | ResetEvent
    | ResultsClearedEvent
    | ResultsRestoredEvent
    | ResyncEvent
    | ScriptEvent
    | ArgumentsEvent
    | FileEvent
    | LanguageEvent
    | ErrorEvent
)
"""What one frame of a live stream holds."""


class StreamEnd(Struct, frozen=True, gc=False, tag_field="type", tag="complete"):
    """The last frame of the default stream."""


class StreamFailure(Struct, frozen=True, gc=False, tag_field="type", tag="error"):
    """The last frame of the default stream when rdit itself failed."""

    message: str
