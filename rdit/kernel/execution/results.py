"""What came of statements: the output of one, and how it failed."""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from typing import Literal

    from ..protocol.output_item import OutputItem


class ExecutionResult:
    """The output of one statement; lines are counted from 1, both ends included."""

    __slots__ = ("is_invisible", "line_end", "line_start", "node_index", "outcome", "output")

    def __init__(
        self, node_index: int, line_start: int, line_end: int, output: list[OutputItem], outcome: Outcome | None = None
    ) -> None:
        self.node_index = node_index
        self.line_start = line_start
        self.line_end = line_end
        self.output = output
        self.is_invisible = not output
        """Whether there is no output."""
        self.outcome = outcome
        """How the statement failed; None when it did not."""

    def settled(self) -> ExecutionResult:
        """Return it without the figures that went on in a later result."""
        self.output = [item for item in self.output if not item.is_figure]
        self.is_invisible = not self.output
        return self

    def __repr__(self) -> str:
        return f"ExecutionResult({self.node_index}, lines {self.line_start}-{self.line_end}, {self.output!r})"


class Outcome:
    """How a statement failed: it raised, was interrupted, or exited."""

    __slots__ = ("exit_code", "status")

    def __init__(
        self, status: Literal["error", "interrupted", "exited", "superseded"], exit_code: int | None = None
    ) -> None:
        self.status = status
        self.exit_code = exit_code
        """The exit code that `python script.py` would have; set when the status is `exited`."""
