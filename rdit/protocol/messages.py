"""The messages that server and kernel exchange, one frame each, as msgspec structs that JSON tells apart by `type`.

The header of a frame is the message as a JSON object. A body holds what would be costly as JSON: the script of a `Run`,
the bytes of a `Written`, the ten thousand statements that a `Planned` or a `StatementsFinished` may have. The server
sends these and checks what it receives against them; the kernel, which has the standard library alone, reads and writes
plain dictionaries. Times are in seconds, lines are counted from 1 with both ends included.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from msgspec import Struct

from .values import ItemType, Status, Stream


def _tag(name: str) -> str:
    """Return the `type` of the class *name*: `WorkerStarted` is `worker_started`."""
    return re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower()


class Tagged(Struct, tag_field="type", tag=_tag):
    """What every message shares."""


# ---------------------------------------------------------------------------------------------- server → kernel


class Open(Tagged):
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


class Run(Tagged):
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
    shows_lines: list[int] = []
    """With *fresh*: the kept statements whose output names lines of the script: others, once they have moved."""
    redo: list[int] = []
    """With *fresh*: the statements whose results are not whole, as figures were never drawn; they run again."""


class Check(Tagged):
    """Compare two texts and say what a fresh run of the second would keep of a run of the first.

    The body is the first, of *first_size* bytes, and the second. Answered also while a script runs.
    """

    query_id: str
    first_size: int


class LookBack(Tagged):
    """Evaluate code in the state as it was after a statement, in a process that changes nothing in the run.

    The body is the script of the run, of *script_size* bytes, and the code. Answered also while a script runs.
    """

    query_id: str
    node_index: int
    script_size: int


class Yield(Tagged):
    """End this run, as `superseded`, when the statement under way ends; the variables stay."""

    run_id: str


class Abandon(Tagged):
    """End this run, as `superseded`, and its worker at once; snapshots stay. The next fresh run goes on from one."""

    run_id: str


class Interrupt(Tagged):
    """Send SIGINT to the worker's process group, as Ctrl-C in a terminal does. Keeps the namespace."""


class Reset(Tagged):
    """Kill the worker and its children and fork a fresh one."""


class Answer(Tagged):
    """A line for the `input()` that waits, without its newline; None is end-of-file."""

    text: str | None


class Query(Tagged):
    """Ask the live object behind a display, such as a table, for a window of it. Answered between statements."""

    query_id: str
    handle: str
    request: dict[str, Any]


class Inspect(Tagged):
    """Ask what a value has or is, without running any code of the script. Answered by a `Reply`.

    The value is that of a variable, or what *steps* lead to from it: names of attributes, keys of items. The worker
    answers between runs, a snapshot also while a script runs. With *places* the body is the script of the run.
    """

    query_id: str
    kind: Literal["attribute", "item", "value"]
    """Whether for the names behind its dot, for those in quotes between brackets behind it, or for what it is."""
    name: str
    steps: list[tuple[Literal["attribute", "item"], str | int]] = []
    places: list[int] = []
    """The states that will do, the best first, by their next statements; with *or_present* the worker's besides."""
    or_present: bool = True


Request = Open | Run | Check | LookBack | Yield | Abandon | Interrupt | Reset | Answer | Query | Inspect

# ---------------------------------------------------------------------------------------------- kernel → server


class Ready(Tagged):
    """The supervisor is up. The first message of a kernel."""

    version: str
    """As `platform.python_version()` returns it."""
    implementation: str
    executable: str
    prefix: str
    """`sys.prefix`: the environment."""
    pid: int


class WorkerStarted(Tagged):
    """A worker stands ready; *pid* is also its process group.

    Its namespace is empty, or as a snapshot had it before the statement *resumed_at*.
    """

    pid: int
    resumed_at: int | None = None


class Planned(Tagged):
    """The statements that the run will execute. The first message of a run.

    The body has a `records.PLANNED` for each, in order; indices count from 0 within the whole script. Of a *fresh* run
    it has all statements from the first one on, and the results of the first *kept* ones stay.
    """

    run_id: str
    kept: int = 0
    fresh: bool = False
    kept_from: list[tuple[str, int]] = []
    """The runs that executed those that are kept, in order, each with how many of them it did."""


class StatementStarted(Tagged):
    """A statement begins."""

    run_id: str
    node_index: int


class Written(Tagged):
    """The body holds bytes written to *stream*, in order, never cut within a UTF-8 character of the script's own.

    `run_id` is None for output that belongs to no run (between runs, from a thread or child that cannot be attributed).
    """

    stream: Stream
    run_id: str | None
    node_index: int | None
    late: bool = False
    """Whether the statement had ended already: a thread or a child process that outlived it."""


class Item(Struct):
    """An output item that is not plain stream output: an echoed value, a display or an error.

    *data* is a MIME bundle: strings as they are, binary formats in base64, JSON formats as JSON values.
    """

    type: ItemType
    text: str
    data: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    display_id: str | None = None


class Displayed(Tagged):
    """A new output item; with *update*, the new state of every display whose `display_id` is the item's."""

    run_id: str | None
    node_index: int | None
    item: Item
    update: bool = False
    late: bool = False


class Drawn(Tagged):
    """A figure was drawn, or why it could not be, at any time after a `Displayed` whose item announced it.

    The metadata of that item have `figure`: its `id` and, until now, `pending`.
    """

    figure_id: str
    item: Item


class Overtaken(Tagged):
    """A later display shows what this figure has become. A `Drawn` may still follow, of what it was here."""

    figure_id: str


class Cleared(Tagged):
    """Forget the statement's output so far; with *wait*, only when its next output comes."""

    run_id: str | None
    node_index: int | None
    wait: bool = False


class InputRequested(Tagged):
    """The script waits in `input()` or `getpass()` until an `Answer` or an `Interrupt` comes.

    A thread may ask, also when its statement or the run has ended; there is one question at a time.
    """

    run_id: str
    node_index: int
    prompt: str
    password: bool = False


class InputWithdrawn(Tagged):
    """The script waits no longer for the answer, because it was interrupted."""


class StatementFinished(Tagged):
    """A statement ended; everything it wrote has been sent."""

    run_id: str
    node_index: int
    duration: float
    peak_memory: int | None = None
    """By how many bytes the statement raised the most memory that the worker ever held; None when it did not."""


class StatementsFinished(Tagged):
    """One statement after another has ended and been followed by the next, without any other message in between.

    The body has a `records.STEP` for each that ended: its index, its duration, its growth of the peak of memory, or 0.
    After each of them the next in the body has started; after the last one, `node_index`.
    """

    run_id: str
    node_index: int


class Touched(Tagged):
    """What a statement that ended had to do with the world outside its process, as far as that is seen."""

    run_id: str
    node_index: int
    files: list[str]
    """The absolute paths that it read, modules of the user's included."""
    effects: list[str]
    """What it would do again: `wrote PATH`, `removed PATH`, `started PROGRAM`, `connected to HOST`."""


class Declined(Tagged):
    """No snapshot can be made before this statement and those after it, because of *reason*; "" says that one can."""

    run_id: str
    node_index: int
    reason: str


class Replaced(Tagged):
    """A worker that went on from a snapshot died or hung where it had not before; the run goes on from the top."""

    run_id: str
    reason: str


class Checked(Tagged):
    """The answer to a `Check`. The new text has *count* statements, or a *problem* and none is counted."""

    query_id: str
    count: int = 0
    first_changed: int = 0
    """The first statement that has to run again; *count* when all are kept."""
    late: list[int] = []
    """The functions before it whose definition alone is to run again."""
    resumes_at: int = 0
    """From which statement on a fresh run would run: the place of a snapshot, or 0."""
    problem: str | None = None
    """Why the new text does not compile, in words."""
    problem_line: int | None = None


class LookedBack(Tagged):
    """The answer to a `LookBack`. The body has the frames that tell of the code as of a run with the query's id."""

    query_id: str
    before: int | None = None
    """Before which statement the state is; None when there was none to look at."""
    problem: str | None = None
    """Why nothing was evaluated, or why that has not come to its end, in words."""


class Completed(Tagged):
    """The run is over and the worker is free. *exit_code* is set when the status is `exited`."""

    run_id: str
    status: Status
    exit_code: int | None = None


class Died(Tagged):
    """The worker's process ended without having been asked to. A fresh one follows with `WorkerStarted`.

    When a run was under way, the supervisor has sent its statement an `error` item, its `StatementFinished` and its
    `Completed` with the status `died` before this message.
    """

    run_id: str | None
    exit_code: int | None
    signal: int | None
    reason: str
    """In words, for a person: `killed by SIGKILL; the system may have run out of memory`."""


class Reply(Tagged):
    """The answer to a `Query`: *value*, or why there is none in *problem*; *gone* when the object no longer exists.

    To an `Inspect` the value is None where nothing is known; it is so before the statement *at* of a fresh run.
    """

    query_id: str
    value: Any = None
    problem: str | None = None
    gone: bool = False
    at: int | None = None


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
    | LookedBack
    | Died
    | Reply
)
