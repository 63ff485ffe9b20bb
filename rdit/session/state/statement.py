"""Statement: one statement that ran, runs or waits, with what it has shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...protocol.values import KeptAnswer, KeptStatement, StatementInfo, Status
from ..output.output import Item, Output

Key = tuple[str, int]
"""A statement: its run's id, its index in it."""


class Statement:
    """One statement that ran, runs or waits, with its output; lines are those of the state's script."""

    __slots__ = (
        "__weakref__",
        "answers",
        "changed_files",
        "changed_imports",
        "duration_ms",
        "earlier",
        "effects",
        "ended",
        "ended_at",
        "exit_code",
        "files",
        "line_end",
        "line_start",
        "lines_shown",
        "node_index",
        "output",
        "peak_memory",
        "run_id",
        "source",
        "stale",
        "started_at",
        "state",
    )

    def __init__(self, run_id: str, info: StatementInfo) -> None:
        """Begin as a statement that waits."""
        self.run_id = run_id
        self.node_index = info.node_index
        self.line_start = info.line_start
        self.line_end = info.line_end
        self.source = info.source
        self.state: Literal["waiting", "running", "done", "failed"] = "waiting"
        self.output: Output | None = None
        """From its start on."""
        self.started_at = 0.0
        """In milliseconds since 1970."""
        self.duration_ms: float | None = None
        self.ended_at: float | None = None
        """By when it had ended, in milliseconds since 1970; None while it has not."""
        self.peak_memory: int | None = None
        self.stale = False
        self.changed_imports: tuple[str, ...] = ()
        """The files that it imported and that changed since, in order."""
        self.files: tuple[str, ...] = ()
        """What it read, from the workspace root where it is inside."""
        self.effects: tuple[str, ...] = ()
        """What would happen again if it ran again, in words."""
        self.changed_files: tuple[str, ...] = ()
        """Those of its files that changed since, in order."""
        self.answers: tuple[KeptAnswer, ...] = ()
        """What its `input()` was given, in order."""
        self.lines_shown: tuple[int, bool] | None = None
        """Whether its output names lines of the script, by its size when that was looked up."""
        self.earlier: tuple[Statement, ...] = ()
        """The results whose place it takes, until it ended: if the run never reaches it, they are back."""
        self.ended: Status | None = None
        """How its run ended with it, where that was neither well nor by an exception."""
        self.exit_code: int | None = None

    @property
    def key(self) -> Key:
        """The statement's name."""
        return self.run_id, self.node_index

    def stay(self, kept: KeptStatement) -> None:
        """Be a statement of the text of now, which has the same."""
        self.line_start, self.line_end, self.source = kept.line_start, kept.line_end, kept.source
        self.stale, self.changed_imports, self.changed_files, self.earlier = False, (), (), ()

    @property
    def items(self) -> Sequence[Item]:
        """The output items."""
        return () if self.output is None else self.output.items

    def chars(self) -> int:
        """Return how many characters of output are kept for it."""
        own = self.output.chars() if self.output is not None and self.output.items else 0
        return own + sum([earlier.chars() for earlier in self.earlier]) if self.earlier else own
