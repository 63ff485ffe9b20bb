"""Turn an exception into an error item: the traceback that Python would print, with the user's frames only, and data.

The text comes from the interpreter's own `traceback` module, so that it has the marks, notes, groups and suggestions of
the Python version that runs the script.
"""

from __future__ import annotations

import builtins
import io
import linecache
import sys
import tokenize
import traceback
from contextlib import contextmanager

from ..protocol.output_item import OutputItem, printable
from .error_data import (
    MAX_FRAMES,
    MAX_TEXT,
    Limits,
    cause_of,
    context_of,
    exception_data,
    frame_data,
    members_of,
    set_traceback,
    steps_of,
    traceback_of,
    type_name,
)
from .hints import is_on_disk
from .outermost_frame import is_outermost

if sys.version_info >= (3, 11):
    import ast
    import unicodedata

    # `traceback` imports these when it formats; a script may have a file of that name in its folder.
    _LENT = {"ast": ast, "unicodedata": unicodedata, "tokenize": tokenize}
else:
    _LENT = {"tokenize": tokenize}

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import CodeType, FrameType, TracebackType
    from typing import Any

ERROR_FORMAT = "application/vnd.rdit.error+json"
"""The MIME type of an error as data."""

_BUILTINS = dict(vars(builtins))
_get_limit, _set_limit = sys.getrecursionlimit, sys.setrecursionlimit

_KERNEL = __package__.rpartition(".")[0] + "."
_ROOM = 400
"""Frames that describing an exception may need beyond the script's recursion limit."""


def error_item(
    error: BaseException, sources: Mapping[str, Sequence[str]], code: CodeType | None = None, *, silent: bool = False
) -> OutputItem:
    """Return the error item of *error*.

    *sources* has the lines of the scripts by file name, as they were run. *code* is that of a statement that awaits:
    the frames of its event loop are left out. *silent* leaves the text empty, for an error that the script's own
    `sys.excepthook` has reported.
    """
    # The script may have deleted builtins, which the standard library needs to describe an exception.
    current = vars(builtins)
    missing = {name: value for name, value in _BUILTINS.items() if name not in current}
    current.update(missing)
    try:
        return _described(error, sources, code, silent=silent)
    finally:
        for name in missing:
            del current[name]


def _described(
    error: BaseException, sources: Mapping[str, Sequence[str]], code: CodeType | None, *, silent: bool
) -> OutputItem:
    with _room_to_recurse():
        _hide_own_frames(error, code)
        trace = traceback_of(error)
        with _with_entries(sys.modules, _LENT), _with_entries(linecache.cache, _source_entries(error, sources)):
            try:
                described = traceback.TracebackException(type(error), error, trace, compact=True)
                text = "".join(described.format())
                data = exception_data(described, error, Limits(sources))
            except Exception as failure:  # noqa: BLE001 - the exception's own code may fail
                text, data = _minimal(error, failure, sources)
            if sys.version_info < (3, 13):
                text, data["message"] = _as_printed_by_interpreter(error, text, data["message"], sources)
    if len(text) > MAX_TEXT:
        half = MAX_TEXT // 2
        text = f"{text[:half]}\n[… {len(text) - 2 * half:,} characters left out …]\n{text[-half:]}"
    return OutputItem("error", "" if silent else printable(text), {ERROR_FORMAT: data})


def _minimal(
    error: BaseException, failure: Exception, sources: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, Any]]:
    """Return text and data of an exception whose own code fails: its type, and its frames."""
    name = type_name(type(error))
    message = f"<it cannot be described: {type_name(type(failure))}>"
    stack = traceback.extract_tb(traceback_of(error))
    text = "".join(["Traceback (most recent call last):\n", *traceback.format_list(stack), f"{name}: {message}\n"])
    frames = [frame_data(frame, sources) for frame in stack[-MAX_FRAMES:]]
    return text, {"type": printable(name), "message": message, "frames": frames}


def plain_error(kind: str, message: str, detail: str = "") -> OutputItem:
    """Return an error item without an exception, such as for the death of the process."""
    text = f"{kind}: {message}\n{detail}"
    return OutputItem("error", text, {ERROR_FORMAT: {"type": kind, "message": message, "frames": [], "detail": detail}})


def add_hint(item: OutputItem, hint: str) -> None:
    """Add to an error item what rdit itself has to say of it, as a note below."""
    item.text += f"{hint}\n"
    data = (item.data or {}).get(ERROR_FORMAT)
    if isinstance(data, dict):
        data["notes"] = [*data.get("notes", ()), hint]


def _is_own_frame(frame: FrameType) -> bool:
    """Whether *frame* runs code of rdit rather than of the user."""
    package = dict.get(frame.f_globals, "__package__")
    is_kernel = type(package) is str and f"{package}.".startswith(_KERNEL)
    return is_kernel or is_outermost(frame.f_code)


def _user_traceback(error: BaseException, code: CodeType | None) -> TracebackType | None:
    """Relink the traceback of *error* without the frames that are not the user's."""
    steps = steps_of(error)
    if code is not None:
        beginning = next((index for index, step in enumerate(steps) if step.tb_frame.f_code is code), len(steps))
        steps = steps[beginning:]
    steps = [step for step in steps if not _is_own_frame(step.tb_frame)]
    following = None
    for step in reversed(steps):
        step.tb_next = following
        following = step
    return following


def _related(error: BaseException) -> list[BaseException]:
    """Return *error* with all causes, contexts and members of groups."""
    found: dict[int, BaseException] = {}
    pending = [error]
    while pending:
        one = pending.pop()
        if id(one) in found or len(found) > 10_000:
            continue
        found[id(one)] = one
        pending += [other for other in (cause_of(one), context_of(one)) if other is not None]
        pending += members_of(one)
    return list(found.values())


def _hide_own_frames(error: BaseException, code: CodeType | None) -> None:
    for one in _related(error):
        set_traceback(one, _user_traceback(one, code if one is error else None))


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    """Raise the recursion limit for the block, because the script may have set a low one."""
    limit = _get_limit()
    _set_limit(max(limit, 1000) + _ROOM)
    try:
        yield
    finally:
        _set_limit(limit)


@contextmanager
def _with_entries(mapping: dict[str, Any], entries: Mapping[str, Any]) -> Iterator[None]:
    """Put *entries* into *mapping* for the block."""
    before = {name: mapping.get(name) for name in entries}
    mapping.update(entries)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                mapping.pop(name, None)
            else:
                mapping[name] = value


def _source_entries(error: BaseException, sources: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return `linecache` entries for every file in the traceback; of a script, the lines that were run."""
    entries = {}
    for name, variables in _files(error).items():
        lines = [line + "\n" for line in sources[name]] if name in sources else _lines_of(name, variables)
        entries[name] = linecache_entry(name, lines)
    return entries


def linecache_entry(filename: str, lines: list[str]) -> tuple[int, None, list[str], str]:
    """Return the entry of `linecache` for *lines* with their ends; without a modification time it is never stale."""
    return sum(map(len, lines)), None, lines, filename


def _files(error: BaseException) -> dict[str, dict[str, Any]]:
    """Return the file names in the traceback, each with the globals of its code."""
    files: dict[str, dict[str, Any]] = {}
    for one in _related(error):
        for step in steps_of(one):
            files.setdefault(step.tb_frame.f_code.co_filename, step.tb_frame.f_globals)
        if issubclass(type(one), SyntaxError):
            name = SyntaxError.__dict__["filename"].__get__(one)
            if isinstance(name, str):
                files.setdefault(name, {})
    return files


def _lines_of(filename: str, variables: dict[str, Any]) -> list[str]:
    """Return the lines of a file other than the script; none if they cannot be found."""
    theirs = getattr(sys.modules.get("linecache"), "cache", None)
    entry = theirs.get(filename) if isinstance(theirs, dict) else None
    if isinstance(entry, tuple) and len(entry) == 4 and entry[1] is None and isinstance(entry[2], list):
        return entry[2]  # code that was made at run time, as attrs and doctest do
    try:
        with tokenize.open(filename) as file:
            return file.readlines()
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        pass  # not a file, or not a text file; a loader may have the source
    loader = dict.get(variables, "__loader__")
    name = dict.get(variables, "__name__")
    try:
        source = loader.get_source(name) if loader is not None and name != "__main__" else None
    except Exception:  # noqa: BLE001 - a loader may be anybody's code, and a line of source is dispensable
        source = None
    return source.splitlines(keepends=True) if isinstance(source, str) else []


def _as_printed_by_interpreter(
    error: BaseException, text: str, message: str, sources: Mapping[str, Sequence[str]]
) -> tuple[str, str]:
    """Return the text and the message of *error* as the interpreter's own printer formats them.

    Before Python 3.13 that printer is written in C and differs in details: it names `__main__`, marks syntax errors in
    its own way and, before 3.12, alone has `Did you mean: …`. It reads source lines from the disk, so its text is taken
    whole only if the script is saved there as it was run; otherwise only its last line.
    """
    stderr = sys.stderr
    sys.stderr = printed = io.StringIO()
    try:
        sys.__excepthook__(type(error), error, traceback_of(error))
    finally:
        sys.stderr = stderr
    theirs = printed.getvalue()
    if not theirs.endswith("\n"):
        return text, message
    our_last = text.rstrip("\n").rpartition("\n")[2]
    their_last = theirs.rstrip("\n").rpartition("\n")[2]
    if ". Did you mean" in their_last and message and message in their_last:
        message = their_last[their_last.index(message) :]
    if all(is_on_disk(name, sources[name]) for name in _files(error) if name in sources):
        return theirs, message
    if text.count("\n") == theirs.count("\n") or their_last.startswith(our_last):
        text = text[: text.rindex(our_last)] + their_last + "\n"
    return text, message
