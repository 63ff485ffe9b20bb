"""One list of problems of both servers: without doubles, and without what is right in rdit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

from ...processes.threads import in_thread
from ..package_names import package_of
from ..texts.top_level import TopLevel
from .asking import Asking
from .joining import of_those_there

Diagnostic = dict[str, Any]

MANY = 500
"""Problems that are looked at in a thread."""
SYNTAX = "invalid-syntax"
_AWAIT = re.compile(r"`?(?:await|async (?:for|with))\b.*\b(?:outside|within)\b|asynchronous comprehension outside")
_AWAIT_CODES = frozenset({"F704", "PLE1142", SYNTAX})
"""Of ruff and ty, for what needs an asynchronous function."""
_SHOWN_CODES = frozenset({"B015", "B018", "B021"})
"""A comparison, an expression or an f-string that is there for its value: it is shown."""
_CONSTANTS_COMPARED = "PLR0133"
_NOT_FOUND = "import-not-found"
_MODULE = re.compile(r"imported module `([\w.]+)`")
_SAME = {"F821": "unresolved-reference", "F823": "unresolved-reference"}
"""One fault by the names that the servers have for it."""


async def diagnose(asking: Asking) -> Any:
    """Answer `textDocument/diagnostic`."""
    servers = (asking.ty, asking.ruff)
    joined = await of_those_there(asking, dict.fromkeys(servers))
    found = [item for server in servers for item in (joined.get(server) or {}).get("items", ())]
    top_level = TopLevel(asking.text)
    items = merged(found, top_level) if len(found) < MANY else await in_thread(merged, found, top_level)
    return {"kind": "full", "items": items}


def merged(found: Iterable[Diagnostic], top_level: TopLevel) -> list[Diagnostic]:
    """Return the problems among those *found*, by place; of two that are the same the first."""
    kept: dict[tuple[Any, ...], Diagnostic] = {}
    for diagnostic in found:
        if not _is_right(diagnostic, top_level):
            kept.setdefault(_key(diagnostic), diagnostic)
    return [_with_package(one) for one in sorted(kept.values(), key=lambda one: _place(one)[:2])]


def _with_package(diagnostic: Diagnostic) -> Diagnostic:
    """Return a problem, which has a `package` if it is that a module is not installed: what brings the module."""
    if diagnostic.get("code") != _NOT_FOUND or not (found := _MODULE.search(str(diagnostic.get("message")))):
        return diagnostic
    package = package_of(found[1])
    if package is None:
        return diagnostic
    return {**diagnostic, "package": {"name": package.name, "isKnown": package.is_known}}


def _is_right(diagnostic: Diagnostic, top_level: TopLevel) -> bool:
    """Return whether it is no problem in rdit."""
    code, range_ = str(diagnostic.get("code")), diagnostic["range"]
    if _is_about_await(diagnostic):
        return top_level.allows_await(int(range_["start"]["line"]))
    if code in _SHOWN_CODES:
        return top_level.shown_at(range_) is not None
    if code == _CONSTANTS_COMPARED:
        shown = top_level.shown_at(range_)
        return isinstance(shown, ast.Compare) and top_level.starts_at(shown, range_)
    return False


def _is_about_await(diagnostic: Diagnostic) -> bool:
    return str(diagnostic.get("code")) in _AWAIT_CODES and _AWAIT.search(str(diagnostic.get("message"))) is not None


def _key(diagnostic: Diagnostic) -> tuple[Any, ...]:
    """Return what two reports of one fault have in common."""
    code = str(diagnostic.get("code") or diagnostic.get("message"))
    if _is_about_await(diagnostic):
        return ("await", *_place(diagnostic))
    if code == SYNTAX:
        return (SYNTAX, *_place(diagnostic)[:2])
    return (_SAME.get(code, code), *_place(diagnostic))


def _place(diagnostic: Diagnostic) -> tuple[int, int, int, int]:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    return start["line"], start["character"], end["line"], end["character"]
