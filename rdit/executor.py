"""The public door to the executor: run a script statement by statement in any Python program. Standard library only.

The implementation is `rdit/kernel/execution/executor.py`, which also runs inside the kernel's workers.
"""

from __future__ import annotations

from .kernel.execution.executor import PythonExecutor
from .kernel.execution.results import ExecutionResult, Outcome
from .kernel.execution.statements import Statement
from .kernel.protocol.output_item import OutputItem

__all__ = [
    "ExecutionResult",
    "Outcome",
    "OutputItem",
    "PythonExecutor",
    "Statement",
    "get_executor",
    "reset_executor",
]

_executor: PythonExecutor | None = None


def get_executor() -> PythonExecutor:
    """Return the executor that the whole process shares."""
    return reset_executor() if _executor is None else _executor


def reset_executor() -> PythonExecutor:
    """Replace the process-wide executor by a new one and return it."""
    global _executor  # noqa: PLW0603 - the one executor of the process
    if _executor is not None:
        _executor.reset()
    _executor = PythonExecutor()
    return _executor
