"""The public door to the executor: run a script statement by statement in any Python program. Standard library only.

The implementation is `rdit/kernel/execution/executor.py`, which also runs inside the kernel's workers.
"""

from __future__ import annotations

from .kernel.execution.executor import (
    ExecutionResult,
    Outcome,
    OutputItem,
    PythonExecutor,
    Statement,
    get_executor,
    reset_executor,
)

__all__ = [
    "ExecutionResult",
    "Outcome",
    "OutputItem",
    "PythonExecutor",
    "Statement",
    "get_executor",
    "reset_executor",
]
