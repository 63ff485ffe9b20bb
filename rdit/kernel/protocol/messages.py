"""The messages that server and kernel exchange, one frame each.

The header of a frame is the message as a JSON object, tagged by `type`. A body holds what would be costly as JSON: the
script of a `Run`, the bytes of a `Written`, the ten thousand statements that a `Planned` or a `StatementsFinished` may
have. The server checks what it receives against these same classes, which the kernel itself does not import. Times are
in seconds, lines are counted from 1 with both ends included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Stream = Literal["stdout", "stderr"]
ItemType = Literal["stdout", "stderr", "error", "display"]
Status = Literal["ok", "error", "interrupted", "exited", "died", "superseded"]

# ---------------------------------------------------------------------------------------------- server → kernel


@dataclass(slots=True)
class Open:
    """Which script the kernel is for. The first message, before any run.

    A later one gives the script another path, from the next run on. All else in it holds from the next reset on.
    """

    script_path: str | None
    """Absolute, or None for a buffer that has no file yet."""
    arguments: list[str]
    """`sys.argv[1:]`."""
    directory: str
    """The working directory of the script."""
    script_name: str | None = None
    """What `python` would be given there: `sys.argv[0]`. None is *script_path*."""
    type: Literal["open"] = "open"


@dataclass(slots=True)
class Run:
    """Execute the script in the body, or the statements of it that overlap the lines *first_line* to *last_line*.

    The body is the text in UTF-8, with `surrogatepass`: the script reaches the worker as it was, whatever is in it.
    """

    run_id: str
    first_line: int | None = None
    last_line: int | None = None
    stop_on_error: bool = True
    interactive: bool = False
    """Whether somebody can answer `input()`; otherwise it raises EOFError."""
    figure_steps: bool = False
    """Whether each state of a figure is shown for good, rather than the last of statements that follow each other."""
    fresh: bool = False
    """Whether the result is to be that of one run of this text, from its first line to *last_line*. What is so already
    is kept; *first_line* is None, and an exception ends the run."""
    again_line: int | None = None
    """With *fresh*: statements that end on this line or below run also if they are as they would be."""
    focus_line: int | None = None
    """With *fresh*: where edits are to be expected. A snapshot is kept of the statement there."""
    shows_lines: list[int] = field(default_factory=list)
    """With *fresh*: the kept statements whose output names lines of the script: others, once they have moved."""
    redo: list[int] = field(default_factory=list)
    """With *fresh*: the statements whose results are not whole, as figures were never drawn; they run again."""
    type: Literal["run"] = "run"


@dataclass(slots=True)
class Check:
    """Compare two texts and say what a fresh run of the second would keep of a run of the first.

    The body is the first, of *first_size* bytes, and the second. Answered also while a script runs.
    """

    query_id: str
    first_size: int
    type: Literal["check"] = "check"


@dataclass(slots=True)
class Yield:
    """End this run, as `superseded`, when the statement under way ends; the variables stay."""

    run_id: str
    type: Literal["yield"] = "yield"


@dataclass(slots=True)
class Abandon:
    """End this run, as `superseded`, and its worker at once; snapshots stay. The next fresh run goes on from one."""

    run_id: str
    type: Literal["abandon"] = "abandon"


@dataclass(slots=True)
class Interrupt:
    """Send SIGINT to the worker's process group, as Ctrl-C in a terminal does. Keeps the namespace."""

    type: Literal["interrupt"] = "interrupt"


@dataclass(slots=True)
class Reset:
    """Kill the worker and its children and fork a fresh one."""

    type: Literal["reset"] = "reset"


@dataclass(slots=True)
class Answer:
    """A line for the `input()` that waits, without its newline; None is end-of-file."""

    text: str | None
    type: Literal["answer"] = "answer"


@dataclass(slots=True)
class Query:
    """Ask the live object behind a display, such as a table, for a window of it. Answered between statements."""

    query_id: str
    handle: str
    request: dict[str, Any]
    type: Literal["query"] = "query"


Request = Open | Run | Check | Yield | Abandon | Interrupt | Reset | Answer | Query

# ---------------------------------------------------------------------------------------------- kernel → server


@dataclass(slots=True)
class Ready:
    """The supervisor is up. The first message of a kernel."""

    version: str
    """As `platform.python_version()` returns it."""
    implementation: str
    executable: str
    prefix: str
    """`sys.prefix`: the environment."""
    pid: int
    type: Literal["ready"] = "ready"


@dataclass(slots=True)
class WorkerStarted:
    """A worker stands ready; *pid* is also its process group.

    Its namespace is empty, or as a snapshot had it before the statement *resumed_at*.
    """

    pid: int
    resumed_at: int | None = None
    type: Literal["worker_started"] = "worker_started"


@dataclass(slots=True)
class Planned:
    """The statements that the run will execute. The first message of a run.

    The body has a `records.PLANNED` for each, in order; indices count from 0 within the whole script. Of a *fresh* run
    it has all statements from the first one on, and the results of the first *kept* ones stay.
    """

    run_id: str
    kept: int = 0
    fresh: bool = False
    kept_from: list[tuple[str, int]] = field(default_factory=list)
    """The runs that executed those that are kept, in order, each with how many of them it did."""
    type: Literal["planned"] = "planned"


@dataclass(slots=True)
class StatementStarted:
    """A statement begins."""

    run_id: str
    node_index: int
    type: Literal["statement_started"] = "statement_started"


@dataclass(slots=True)
class Written:
    """The body holds bytes written to *stream*, in order, never cut within a UTF-8 character of the script's own.

    `run_id` is None for output that belongs to no run (between runs, from a thread or child that cannot be attributed).
    """

    stream: Stream
    run_id: str | None
    node_index: int | None
    late: bool = False
    """Whether the statement had ended already: a thread or a child process that outlived it."""
    type: Literal["written"] = "written"


@dataclass(slots=True)
class Item:
    """An output item that is not plain stream output: an echoed value, a display or an error.

    *data* is a MIME bundle: strings as they are, binary formats in base64, JSON formats as JSON values.
    """

    type: ItemType
    text: str
    data: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    display_id: str | None = None


@dataclass(slots=True)
class Displayed:
    """A new output item; with *update*, the new state of every display whose `display_id` is the item's."""

    run_id: str | None
    node_index: int | None
    item: Item
    update: bool = False
    late: bool = False
    type: Literal["displayed"] = "displayed"


@dataclass(slots=True)
class Drawn:
    """A figure was drawn, or why it could not be, at any time after a `Displayed` whose item announced it.

    The metadata of that item have `figure`: its `id` and, until now, `pending`.
    """

    figure_id: str
    item: Item
    type: Literal["drawn"] = "drawn"


@dataclass(slots=True)
class Overtaken:
    """A later display shows what this figure has become. A `Drawn` may still follow, of what it was here."""

    figure_id: str
    type: Literal["overtaken"] = "overtaken"


@dataclass(slots=True)
class Cleared:
    """Forget the statement's output so far; with *wait*, only when its next output comes."""

    run_id: str | None
    node_index: int | None
    wait: bool = False
    type: Literal["cleared"] = "cleared"


@dataclass(slots=True)
class InputRequested:
    """The script waits in `input()` or `getpass()` until an `Answer` or an `Interrupt` comes.

    A thread may ask, also when its statement or the run has ended; there is one question at a time.
    """

    run_id: str
    node_index: int
    prompt: str
    password: bool = False
    type: Literal["input_requested"] = "input_requested"


@dataclass(slots=True)
class InputWithdrawn:
    """The script waits no longer for the answer, because it was interrupted."""

    type: Literal["input_withdrawn"] = "input_withdrawn"


@dataclass(slots=True)
class StatementFinished:
    """A statement ended; everything it wrote has been sent."""

    run_id: str
    node_index: int
    duration: float
    peak_memory: int | None = None
    """By how many bytes the statement raised the most memory that the worker ever held; None when it did not."""
    type: Literal["statement_finished"] = "statement_finished"


@dataclass(slots=True)
class StatementsFinished:
    """One statement after another has ended and been followed by the next, without any other message in between.

    The body has a `records.STEP` for each that ended: its index, its duration, its growth of the peak of memory, or 0.
    After each of them the next in the body has started; after the last one, `node_index`.
    """

    run_id: str
    node_index: int
    type: Literal["statements_finished"] = "statements_finished"


@dataclass(slots=True)
class Touched:
    """What a statement that ended had to do with the world outside its process, as far as that is seen."""

    run_id: str
    node_index: int
    files: list[str]
    """The absolute paths that it read, modules of the user's included."""
    effects: list[str]
    """What it would do again: `wrote PATH`, `removed PATH`, `started PROGRAM`, `connected to HOST`."""
    type: Literal["touched"] = "touched"


@dataclass(slots=True)
class Declined:
    """No snapshot can be made before this statement and those after it, because of *reason*; "" says that one can."""

    run_id: str
    node_index: int
    reason: str
    type: Literal["declined"] = "declined"


@dataclass(slots=True)
class Replaced:
    """A worker that went on from a snapshot died or hung where it had not before; the run goes on from the top."""

    run_id: str
    reason: str
    type: Literal["replaced"] = "replaced"


@dataclass(slots=True)
class Checked:
    """The answer to a `Check`. The new text has *count* statements, or a *problem* and none is counted."""

    query_id: str
    count: int = 0
    first_changed: int = 0
    """The first statement that has to run again; *count* when all are kept."""
    late: list[int] = field(default_factory=list)
    """The functions before it whose definition alone is to run again."""
    resumes_at: int = 0
    """From which statement on a fresh run would run: the place of a snapshot, or 0."""
    problem: str | None = None
    """Why the new text does not compile, in words."""
    problem_line: int | None = None
    type: Literal["checked"] = "checked"


@dataclass(slots=True)
class Completed:
    """The run is over and the worker is free. *exit_code* is set when the status is `exited`."""

    run_id: str
    status: Status
    exit_code: int | None = None
    type: Literal["completed"] = "completed"


@dataclass(slots=True)
class Died:
    """The worker's process ended without having been asked to. A fresh one follows with `WorkerStarted`.

    When a run was under way, the supervisor has sent its statement an `error` item, its `StatementFinished` and its
    `Completed` with the status `died` before this message.
    """

    run_id: str | None
    exit_code: int | None
    signal: int | None
    reason: str
    """In words, for a person: `killed by SIGKILL; the system may have run out of memory`."""
    type: Literal["died"] = "died"


@dataclass(slots=True)
class Reply:
    """The answer to a `Query`: *value*, or why there is none in *problem*; *gone* when the object no longer exists."""

    query_id: str
    value: Any = None
    problem: str | None = None
    gone: bool = False
    type: Literal["reply"] = "reply"


Message = (
    Ready
    | WorkerStarted
    | Planned
    | StatementStarted
    | Written
    | Displayed
    | Drawn
    | Overtaken
    | Cleared
    | InputRequested
    | InputWithdrawn
    | StatementFinished
    | StatementsFinished
    | Completed
    | Touched
    | Declined
    | Replaced
    | Checked
    | Died
    | Reply
)
