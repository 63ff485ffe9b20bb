"""BrokenScript: a script that does not compile, in the place of the statements that it would have."""

from __future__ import annotations

import sys

from .tracebacks import error_item

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from ..protocol.output_item import OutputSink


class BrokenScript:
    """A script that does not compile: the error item, and the line of the error."""

    __slots__ = ("_warnings", "item", "line_end", "line_start", "lines", "node_index")

    def __init__(self, error: Exception, filename: str, lines: list[str], warnings: list[str]) -> None:
        lineno = error.lineno if isinstance(error, SyntaxError) else None
        self.node_index = 0
        self.line_start = self.line_end = max(lineno or 1, 1)
        self.lines = lines
        """All lines of the script, without line ends."""
        self.item = error_item(error, {filename: lines})
        self._warnings = warnings

    def show(self, output: OutputSink) -> None:
        """Show the compiler's warnings and the error."""
        output.enter()
        if self._warnings:
            sys.stderr.write("".join(self._warnings))
        output.leave()
        output.show(self.item)
