"""Which statements may have told or kept the numbers of their own lines, and so are not what they were once they move.

Most do so by writing the script's name beside the number, which is seen in their output. This module looks for those
whose source says that they ask where they are: `lineno`, `getsource`, frames, tracebacks, warnings that are shown once
for each line. A function or class that does is no teller itself, but who mentions it is, and who mentions what that
has bound. After a log format with line numbers, or a tracer, all statements are.

Not seen: a module of the user's own that looks at the frames of its callers and writes a number without a name.
"""

from __future__ import annotations

import ast
import re

from .late_definitions import parse_again

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .statements import Statement

_WORDS = (
    *("lineno", "getsource", "findsource", "getframeinfo", "outerframes", "innerframes", "currentframe", "_getframe"),
    *("_current_frames", "stack(", "stack_info", "stacklevel", "inspect.trace", "traceback", "extract_tb", "exc_info"),
    *(".exception(", "warn(", "warn_explicit", "catch_warnings", "co_lines", "co_positions", "lnotab", "linetable"),
    *("__code__", "dis.", "import dis", "faulthandler", "print_exc", "format_exc", "print_stack", "findCaller"),
)
_IMPORTED = re.compile(r"\b(?:warn|stack|trace|dis|profile)\b")
"""What may be imported under another name."""
_FROM_THERE_ON = re.compile(
    r"%\(lineno\)|\{lineno|\{line\b|fileConfig|dictConfig|loguru|structlog|settrace|setprofile|sys\.monitoring|showwarning"
    r"|formatwarning|captureWarnings|icecream|tracemalloc|cProfile|\bprofile\b|profiler|snoop|hunter|makeRecord|LogRecord"
)
_FROM_THERE_ON_WORDS = (
    *("lineno", "{line", "fileConfig", "dictConfig", "loguru", "structlog", "settrace", "setprofile", "sys.monitoring"),
    *("showwarning", "formatwarning", "captureWarnings", "icecream", "tracemalloc", "cProfile", "profile", "snoop"),
    *("hunter", "makeRecord", "LogRecord"),
)
"""One of these stands in each text that the expression finds; to look for a plain string is far quicker."""


def line_tellers(statements: Sequence[Statement]) -> set[int]:
    """Return the indices of the statements, all that have run, which may depend on the lines in which they stand."""
    tellers: set[int] = set()
    names: set[str] = set()
    is_traced = False
    for index, statement in enumerate(statements):
        text = statement.text
        if is_traced and not text.startswith(("def ", "class ", "import ", "from ")):
            tellers.add(index)
        is_import = text.startswith("from ") and _IMPORTED.search(text) is not None
        if not (is_import or _tells(text) or _mentions(text, names)):
            if not is_traced:
                is_traced = _traces(text)
            continue
        is_traced = is_traced or _traces(text)
        tree = parse_again(statement)
        if tree is None or _runs(tree, names):
            tellers.add(index)
        if tree is not None:
            names.update(_touched(tree))
    return tellers


def _tells(text: str) -> bool:
    return any(word in text for word in _WORDS)


def _traces(text: str) -> bool:
    return any(word in text for word in _FROM_THERE_ON_WORDS) and _FROM_THERE_ON.search(text) is not None


def _mentions(text: str, names: Iterable[str]) -> bool:
    return any(name in text and re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def _runs(tree: ast.Module, names: set[str]) -> bool:
    """Whether what asks for lines is executed with the statement, rather than only defined or imported."""
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return True
        try:
            text = ast.unparse(_without_bodies(node))
        except (RecursionError, ValueError):  # too deep, or with a number too long to be written
            return True
        if _tells(text) or _mentions(text, names - {node.name}):
            return True
    return False


def _without_bodies(node: ast.stmt) -> ast.stmt:
    """Return a definition without what its functions do when they are called."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        node.body = [ast.Pass()]
    elif isinstance(node, ast.ClassDef):
        node.body = [_without_bodies(one) for one in node.body]
    return node


def _touched(tree: ast.Module) -> set[str]:
    """Return the names of the script that the statement binds, or whose objects it may change."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            # `import traceback` needs no note: the name says it where it is used.
            found.update(alias.asname for alias in node.names if alias.asname is not None)
        elif isinstance(node, ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names if _tells_by_name(node, alias))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        else:
            found.update(_bound(node))
    return found - {"*", "self", "cls"}


def _tells_by_name(node: ast.ImportFrom, alias: ast.alias) -> bool:
    return _tells(f"{node.module}.{alias.name}(")


def _bound(statement: ast.stmt) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            found.update(_root(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.update(_root(node.func))  # a method may keep what it is given
    return found


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
