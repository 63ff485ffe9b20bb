"""Exception → error item: the text that Python would print, with the user's frames only, and the same as data.

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
from os import sep

from ..protocol.output_item import OutputItem, printable
from .frame_variables import Budget, variables_of

if sys.version_info >= (3, 11):
    import ast
    import unicodedata
    from builtins import BaseExceptionGroup

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
_LIBRARY = linecache.__file__.rpartition(sep)[0] + sep
_LONGEST_TEXT = 1 << 20
_MOST_FRAMES = 200
_MOST_EXCEPTIONS = 50
# The attributes as every exception has them, whatever its class makes of access to attributes.
_BASE = BaseException.__dict__
traceback_of = _BASE["__traceback__"].__get__
_set_traceback = _BASE["__traceback__"].__set__
_cause_of = _BASE["__cause__"].__get__
_context_of = _BASE["__context__"].__get__

_ROOM = 400
"""How many frames deeper than the script rdit may have to go to describe what it raised."""


def error_item(
    error: BaseException, sources: Mapping[str, Sequence[str]], code: CodeType | None = None, *, silent: bool = False
) -> OutputItem:
    """Return what the page shows of *error*.

    *sources* has the lines of the scripts by file name, as they were run. *code* is that of a statement that awaits:
    the frames of the event loop that drives it are left out. *silent* leaves the text empty, for an error that the
    script's own `sys.excepthook` has reported.
    """
    # The script may have deleted builtins; not all that describes an exception is rdit's own.
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
        with _lent_modules(), _source_lines(error, sources):
            try:
                described = traceback.TracebackException(type(error), error, trace, compact=True)
                text = "".join(described.format())
                data = _as_data(described, error, sources)
            except Exception as failure:  # noqa: BLE001 - an exception may be made so that describing it fails
                text, data = _least(error, failure, sources)
            if sys.version_info < (3, 13):
                text, data["message"] = _as_the_interpreter_says(error, text, data["message"], sources)
    if len(text) > _LONGEST_TEXT:
        half = _LONGEST_TEXT // 2
        text = f"{text[:half]}\n[… {len(text) - 2 * half:,} characters left out …]\n{text[-half:]}"
    return OutputItem("error", "" if silent else printable(text), {ERROR_FORMAT: data})


def _least(
    error: BaseException, failure: Exception, sources: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, Any]]:
    """Return what can be said of an exception that cannot be described: its type, and where it comes from."""
    name = _type_name(type(error))
    message = f"<it cannot be described: {_type_name(type(failure))}>"
    stack = traceback.extract_tb(traceback_of(error))
    text = "".join(["Traceback (most recent call last):\n", *traceback.format_list(stack), f"{name}: {message}\n"])
    frames = [_frame_data(frame, sources) for frame in stack[-_MOST_FRAMES:]]
    return text, {"type": printable(name), "message": message, "frames": frames}


def plain_error(kind: str, message: str, detail: str = "") -> OutputItem:
    """Return an error item that no exception stands behind, such as the death of the process."""
    text = f"{kind}: {message}\n{detail}"
    return OutputItem("error", text, {ERROR_FORMAT: {"type": kind, "message": message, "frames": [], "detail": detail}})


def is_own_frame(frame: FrameType) -> bool:
    """Whether *frame* runs code of rdit rather than of the user."""
    package = dict.get(frame.f_globals, "__package__")
    is_kernel = type(package) is str and f"{package}.".startswith(_KERNEL)
    return is_kernel or dict.get(frame.f_globals, "__rdit__") is True


def _user_traceback(trace: TracebackType | None, code: CodeType | None) -> TracebackType | None:
    """Relink *trace* so that it passes over what is not the user's."""
    steps = []
    while trace is not None:
        steps.append(trace)
        trace = trace.tb_next
    if code is not None:
        beginning = next((index for index, step in enumerate(steps) if step.tb_frame.f_code is code), len(steps))
        steps = steps[beginning:]
    steps = [step for step in steps if not is_own_frame(step.tb_frame)]
    following = None
    for step in reversed(steps):
        step.tb_next = following
        following = step
    return following


def _related(error: BaseException) -> list[BaseException]:
    """Return *error* and all that it carries: causes, contexts and members of groups."""
    found: dict[int, BaseException] = {}
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in found or len(found) > 10_000:
            continue
        found[id(one)] = one
        waiting += [other for other in (_cause_of(one), _context_of(one)) if other is not None]
        if sys.version_info >= (3, 11) and issubclass(type(one), BaseExceptionGroup):
            waiting += BaseExceptionGroup.__dict__["exceptions"].__get__(one)
    return list(found.values())


def _hide_own_frames(error: BaseException, code: CodeType | None) -> None:
    for one in _related(error):
        _set_traceback(one, _user_traceback(traceback_of(one), code if one is error else None))


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    """Let rdit work although the script may have left a low recursion limit."""
    limit = _get_limit()
    _set_limit(max(limit, 1000) + _ROOM)
    try:
        yield
    finally:
        _set_limit(limit)


@contextmanager
def _lent_modules() -> Iterator[None]:
    """Put modules that `traceback` imports late where it finds them, for as long as the block lasts."""
    before = {name: sys.modules.get(name) for name in _LENT}
    sys.modules.update(_LENT)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


@contextmanager
def _source_lines(error: BaseException, sources: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Give `linecache` the lines of every file in the traceback; of a script, those that are being run."""
    files = _files(error)
    cache: dict[str, Any] = linecache.cache
    before = {name: cache.get(name) for name in files}
    for name, variables in files.items():
        lines = [line + "\n" for line in sources[name]] if name in sources else _lines_of(name, variables)
        # With no modification time, linecache takes the entry as it is.
        cache[name] = (sum(map(len, lines)), None, lines, name)
    try:
        yield
    finally:
        for name, entry in before.items():
            if entry is None:
                cache.pop(name, None)
            else:
                cache[name] = entry


def _files(error: BaseException) -> dict[str, dict[str, Any]]:
    """Return the names of the files in the traceback, each with the variables of code that came from there."""
    files: dict[str, dict[str, Any]] = {}
    for one in _related(error):
        trace = traceback_of(one)
        while trace is not None:
            files.setdefault(trace.tb_frame.f_code.co_filename, trace.tb_frame.f_globals)
            trace = trace.tb_next
        if issubclass(type(one), SyntaxError):
            name = SyntaxError.__dict__["filename"].__get__(one)
            if isinstance(name, str):
                files.setdefault(name, {})
    return files


def _lines_of(filename: str, variables: dict[str, Any]) -> list[str]:
    """Return the lines of a file that is not the script; none when nobody knows them."""
    theirs = getattr(sys.modules.get("linecache"), "cache", None)
    entry = theirs.get(filename) if isinstance(theirs, dict) else None
    if isinstance(entry, tuple) and len(entry) == 4 and entry[1] is None and isinstance(entry[2], list):
        return entry[2]  # code that was made at run time, as attrs and doctest do
    try:
        with tokenize.open(filename) as file:
            return file.readlines()
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        pass  # not a file, or not one with text; a loader may know more
    loader = dict.get(variables, "__loader__")
    name = dict.get(variables, "__name__")
    try:
        source = loader.get_source(name) if loader is not None and name != "__main__" else None
    except Exception:  # noqa: BLE001 - loaders are anybody's code, and a line of source is a kindness only
        source = None
    return source.splitlines(keepends=True) if isinstance(source, str) else []


def _as_the_interpreter_says(
    error: BaseException, text: str, message: str, sources: Mapping[str, Sequence[str]]
) -> tuple[str, str]:
    """Return the text and the message of *error* as the interpreter's own printer has them.

    Before Python 3.13 that printer is written in C and differs in details: it names `__main__`, marks syntax errors in
    its own way and, before 3.12, alone knows `Did you mean: …`. It reads source lines from the disk, so its text is
    taken whole only when the script lies there as it was run; otherwise its last line is.
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
    if all(_is_on_disk(name, sources[name]) for name in _files(error) if name in sources):
        return theirs, message
    if text.count("\n") == theirs.count("\n") or their_last.startswith(our_last):
        text = text[: text.rindex(our_last)] + their_last + "\n"
    return text, message


def _is_on_disk(filename: str, lines: Sequence[str]) -> bool:
    """Whether the file has just these lines."""
    try:
        with tokenize.open(filename) as file:
            return file.read().removeprefix("\ufeff").split("\n") == list(lines)
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        return False


# ----------------------------------------------------------------------------------------------------------- as data


class _Bounds:
    """What may still be described of an exception and all that it carries."""

    def __init__(self, sources: Mapping[str, Sequence[str]]) -> None:
        self.sources = sources
        self.exceptions = _MOST_EXCEPTIONS
        self.text = Budget()


def _as_data(
    described: traceback.TracebackException, error: BaseException, sources: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return an exception, what it came from and what it holds, as JSON values."""
    return _exception_data(described, error, _Bounds(sources))


def _exception_data(described: traceback.TracebackException, error: BaseException, bounds: _Bounds) -> dict[str, Any]:
    bounds.exceptions -= 1
    data = _one_exception(described, error, bounds)
    causes = []
    current: traceback.TracebackException | None = described
    raised: BaseException | None = error
    while current is not None and raised is not None and bounds.exceptions > 0:
        if current.__cause__ is not None:
            relation, current, raised = "cause", current.__cause__, _cause_of(raised)
        elif current.__context__ is not None and not current.__suppress_context__:
            relation, current, raised = "context", current.__context__, _context_of(raised)
        else:
            break
        bounds.exceptions -= 1
        if raised is not None:
            causes.append({"relation": relation, **_one_exception(current, raised, bounds)})
    if causes:
        data["causes"] = causes
    members = getattr(described, "exceptions", None)
    if members and sys.version_info >= (3, 11):
        raised_members = BaseExceptionGroup.__dict__["exceptions"].__get__(error)
        data["exceptions"] = [
            _exception_data(one, member, bounds)
            for one, member in zip(members, raised_members, strict=False)
            if bounds.exceptions > 0
        ]
    return data


def _frames_of(error: BaseException) -> list[FrameType]:
    frames = []
    trace = traceback_of(error)
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return frames


def _add_variables(frames: list[dict[str, Any]], real: list[FrameType], bounds: _Bounds) -> None:
    """Add to the described *frames* what the variables of the *real* ones hold, from the innermost outwards."""
    for data, frame in zip(reversed(frames), reversed(real), strict=True):
        if data["inScript"] or not _is_library(data["file"]):
            found = variables_of(frame, bounds.text)
            if found:
                data["variables"] = [{"name": name, "value": value} for name, value in found]


def _is_library(filename: str) -> bool:
    """Whether nobody is curious about the variables there: the standard library, or an installed package."""
    return (
        filename.startswith(("<frozen ", _LIBRARY))
        or f"{sep}site-packages{sep}" in filename
        or f"{sep}dist-packages{sep}" in filename
    )


def _one_exception(described: traceback.TracebackException, error: BaseException, bounds: _Bounds) -> dict[str, Any]:
    sources = bounds.sources
    stack = list(described.stack)
    real = _frames_of(error)
    # A script may have set a limit to what tracebacks show.
    are_known = len(real) == len(stack)
    omitted = max(len(stack) - _MOST_FRAMES, 0)
    if omitted:
        stack = stack[: _MOST_FRAMES // 2] + stack[-_MOST_FRAMES // 2 :]
        real = real[: _MOST_FRAMES // 2] + real[-_MOST_FRAMES // 2 :]
    frames = [_frame_data(frame, sources) for frame in stack]
    if are_known:
        _add_variables(frames, real, bounds)
    name = getattr(described, "exc_type_str", None)
    if name is None:
        name = _type_name(described.exc_type) if described.exc_type is not None else ""
    message = getattr(described, "_str", "") or ""
    if getattr(described, "msg", None) is not None and getattr(described, "lineno", None) is not None:
        message = str(described.msg)
        frames.append(_syntax_frame(described, sources))
    data: dict[str, Any] = {
        "type": printable(name),
        "message": printable(str(message)[:_LONGEST_TEXT]),
        "frames": frames,
    }
    if omitted:
        data["omittedFrames"] = omitted
    notes = getattr(described, "__notes__", None)
    if isinstance(notes, (list, tuple)) and notes:
        data["notes"] = [printable(note) for note in notes if isinstance(note, str)]
    return data


def _frame_data(frame: traceback.FrameSummary, sources: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return one frame; columns count characters of `source` from 0."""
    number = frame.lineno or 0
    source = linecache.getline(frame.filename, number).rstrip("\n") if number else ""
    data: dict[str, Any] = {
        "file": printable(frame.filename),
        "line": number,
        "name": printable(frame.name),
        "source": printable(source),
        "inScript": frame.filename in sources,
    }
    end_line = getattr(frame, "end_lineno", None)
    column, end_column = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    if end_line is not None and column is not None and end_column is not None:
        last = source if end_line == number else linecache.getline(frame.filename, end_line).rstrip("\n")
        data["endLine"] = end_line
        data["column"] = _characters(source, column)
        data["endColumn"] = _characters(last, end_column)
    return data


def _syntax_frame(described: traceback.TracebackException, sources: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return where a syntax error lies, as if it were a frame."""
    filename = str(described.filename or "<string>")
    number = int(described.lineno or 0)
    text = described.text if isinstance(described.text, str) else ""
    data: dict[str, Any] = {
        "file": printable(filename),
        "line": number,
        "name": "",
        "source": printable(text.rstrip("\n")),
        "inScript": filename in sources,
    }
    offset, end_offset = getattr(described, "offset", None), getattr(described, "end_offset", None)
    if isinstance(offset, int) and offset > 0:
        end_line = getattr(described, "end_lineno", None)
        data["endLine"] = int(end_line) if end_line else number
        data["column"] = offset - 1
        data["endColumn"] = end_offset - 1 if isinstance(end_offset, int) and end_offset > 0 else offset
    return data


def _characters(line: str, column: int) -> int:
    """Turn a column that counts UTF-8 bytes into one that counts characters."""
    return column if line.isascii() else len(line.encode("utf-8", "replace")[:column].decode("utf-8", "replace"))


def _type_name(kind: type[BaseException]) -> str:
    """Return the name as Python prints it before the message."""
    module = type.__dict__["__module__"].__get__(kind)
    name = type.__dict__["__qualname__"].__get__(kind)
    return str(name) if module in ("__main__", "builtins") else f"{module}.{name}"
