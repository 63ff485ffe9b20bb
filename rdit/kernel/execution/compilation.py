"""Compile a script and its statements: `__future__` flags, warnings, constants."""

from __future__ import annotations
import __future__

import _warnings
import ast
import io
import sys
from contextlib import contextmanager, nullcontext, suppress

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

# The script may replace or delete builtins; rdit keeps its own.
compile_code = compile

FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
del _name

COROUTINE = 0x80
"""The flag of code that awaits at its top level (`inspect.COCOROUTINE`)."""
_MAX_SHARED_TUPLE = 64
"""Longer tuples are not looked up among the constants of earlier statements."""


_FIRST_FILTERS = tuple(_warnings.filters)
"""Those with which every script starts."""


def parse(
    text: str, filename: str, flags: int, warnings: list[str], *, afresh: bool = False
) -> tuple[ast.Module, int, bool]:
    """Return the tree, the flags for its statements, and whether the compiler warned.

    With *afresh* it warns as it would before a script has run, whatever that has done with its filters since.
    """
    options = flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree: ast.Module
    whole: CodeType | None = None
    with warning_filter("error"), suppress(SyntaxError, RecursionError):
        tree = compile_code(text, filename, "exec", options | ast.PyCF_ONLY_AST, True)
        whole = compile_code(tree, filename, "exec", options, True)
    noisy = whole is None
    if whole is None:
        # An error, or a warning that the filter turned into one, or a tree too deep to be compiled whole.
        with _first_filters() if afresh else nullcontext():
            whole = _compile_collecting(text, filename, options, warnings)
        with warning_filter("ignore"):
            tree = compile_code(text, filename, "exec", options | ast.PyCF_ONLY_AST, True)
    flags = whole.co_flags & FUTURE_FLAGS
    if whole.co_flags & COROUTINE:
        flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return tree, flags, noisy


def _compile_collecting(text: str, filename: str, options: int, warnings: list[str]) -> CodeType:
    """Compile *text*, and append what is written to stderr meanwhile to *warnings*."""
    stderr = sys.stderr
    sys.stderr = collected = io.StringIO()
    code: CodeType
    try:
        code = compile_code(text, filename, "exec", options, True)
    finally:
        sys.stderr = stderr
        if collected.tell():
            warnings.append(collected.getvalue())
    return code


@contextmanager
def _first_filters() -> Iterator[None]:
    """Apply the filters with which every script starts, and Python's own way of showing a warning, for the block."""
    module = sys.modules.pop("warnings", None)
    filters = _warnings.filters
    kept = filters[:]
    filters[:] = _FIRST_FILTERS
    try:
        yield
    finally:
        filters[:] = kept
        if module is not None:
            sys.modules["warnings"] = module


@contextmanager
def warning_filter(action: str) -> Iterator[None]:
    """Apply *action* to every warning for the block.

    Changes the interpreter's list of filters directly: `warnings.catch_warnings` would reset which warnings each module
    has shown already.
    """
    filters = getattr(sys.modules.get("warnings"), "filters", None)
    if not isinstance(filters, list):
        filters = _warnings.filters
    entry = (action, None, Warning, None, 0)
    filters.insert(0, entry)
    try:
        yield
    finally:
        filters.remove(entry)


def forget_shown_warnings() -> None:
    """Let Python show again what it shows once for each place, whichever module's registry remembers that it did.

    Says that the filters have changed: a registry that was filled before such a change counts as empty.
    """
    if sys.version_info >= (3, 14):
        _warnings._acquire_lock()
        try:
            _warnings._filters_mutated_lock_held()
        finally:
            _warnings._release_lock()
    else:
        _warnings._filters_mutated()  # type: ignore[attr-defined]


def with_shared_constants(code: CodeType, constants: dict[Any, Any]) -> CodeType:
    """Return *code* with its constants replaced by the same objects as in earlier statements, where they are equal.

    A script that is compiled whole has each constant once: after `a = 1000` and `b = 1000`, `a is b`.
    """
    changed: list[Any] | None = None
    for place, constant in enumerate(code.co_consts):
        kind = type(constant)
        if kind is int or kind is str or kind is bytes:
            key: Any = kind, constant
        elif kind is float or kind is complex or (kind is tuple and len(constant) < _MAX_SHARED_TUPLE):
            key = kind, repr(constant)  # tells 0.0 from -0.0, and 1 from 1.0 in a tuple
        else:
            continue
        known = constants.setdefault(key, constant)
        if known is not constant:
            changed = changed or list(code.co_consts)
            changed[place] = known
    return code if changed is None else code.replace(co_consts=tuple(changed))
