"""Exceptions as data: types, messages, frames and their variables, causes and group members, as JSON values."""

from __future__ import annotations

import linecache
import sys
from os import sep

from ..protocol.output_item import printable
from .frame_variables import Budget, variables_of

if sys.version_info >= (3, 11):
    from builtins import BaseExceptionGroup

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    import traceback
    from collections.abc import Mapping, Sequence
    from types import FrameType, TracebackType
    from typing import Any

MAX_TEXT = 1 << 20
MAX_FRAMES = 200
_MAX_EXCEPTIONS = 50
_LIBRARY = linecache.__file__.rpartition(sep)[0] + sep
# The attributes of the base class: an exception's own class may override access to attributes.
_BASE = BaseException.__dict__
traceback_of = _BASE["__traceback__"].__get__
set_traceback = _BASE["__traceback__"].__set__
cause_of = _BASE["__cause__"].__get__
context_of = _BASE["__context__"].__get__


def members_of(error: BaseException) -> Sequence[BaseException]:
    """Return the members of an exception group; none for other exceptions."""
    if sys.version_info >= (3, 11) and issubclass(type(error), BaseExceptionGroup):
        members: Sequence[BaseException] = BaseExceptionGroup.__dict__["exceptions"].__get__(error)
        return members
    return ()


class Limits:
    """How much of an exception with its causes and members may still be described."""

    def __init__(self, sources: Mapping[str, Sequence[str]]) -> None:
        self.sources = sources
        self.exceptions = _MAX_EXCEPTIONS
        self.text = Budget()


def exception_data(described: traceback.TracebackException, error: BaseException, limits: Limits) -> dict[str, Any]:
    """Return an exception, its causes and its members as JSON values."""
    limits.exceptions -= 1
    data = _one_exception(described, error, limits)
    causes = []
    current: traceback.TracebackException | None = described
    raised: BaseException | None = error
    while current is not None and raised is not None and limits.exceptions > 0:
        if current.__cause__ is not None:
            relation, current, raised = "cause", current.__cause__, cause_of(raised)
        elif current.__context__ is not None and not current.__suppress_context__:
            relation, current, raised = "context", current.__context__, context_of(raised)
        else:
            break
        limits.exceptions -= 1
        if raised is not None:
            causes.append({"relation": relation, **_one_exception(current, raised, limits)})
    if causes:
        data["causes"] = causes
    members = getattr(described, "exceptions", None)
    if members:
        data["exceptions"] = [
            exception_data(one, member, limits)
            for one, member in zip(members, members_of(error), strict=False)
            if limits.exceptions > 0
        ]
    return data


def steps_of(error: BaseException) -> list[TracebackType]:
    """Return the traceback of *error* step by step, from the outermost frame inwards."""
    steps = []
    trace = traceback_of(error)
    while trace is not None:
        steps.append(trace)
        trace = trace.tb_next
    return steps


def _add_variables(frames: list[dict[str, Any]], real: list[FrameType], limits: Limits) -> None:
    """Add the variables of the *real* frames to the described *frames*, from the innermost outwards."""
    for data, frame in zip(reversed(frames), reversed(real), strict=True):
        if data["inScript"] or not _is_library(data["file"]):
            found = variables_of(frame, limits.text)
            if found:
                data["variables"] = [{"name": name, "value": value} for name, value in found]


def _is_library(filename: str) -> bool:
    """Whether the file belongs to the standard library or an installed package, whose variables are of no interest."""
    return (
        filename.startswith(("<frozen ", _LIBRARY))
        or f"{sep}site-packages{sep}" in filename
        or f"{sep}dist-packages{sep}" in filename
    )


def _one_exception(described: traceback.TracebackException, error: BaseException, limits: Limits) -> dict[str, Any]:
    sources = limits.sources
    stack = list(described.stack)
    real = [step.tb_frame for step in steps_of(error)]
    # The script may have limited tracebacks with `sys.tracebacklimit`.
    is_complete = len(real) == len(stack)
    omitted = max(len(stack) - MAX_FRAMES, 0)
    if omitted:
        stack = stack[: MAX_FRAMES // 2] + stack[-MAX_FRAMES // 2 :]
        real = real[: MAX_FRAMES // 2] + real[-MAX_FRAMES // 2 :]
    frames = [frame_data(frame, sources) for frame in stack]
    if is_complete:
        _add_variables(frames, real, limits)
    name = getattr(described, "exc_type_str", None)
    if name is None:
        name = type_name(described.exc_type) if described.exc_type is not None else ""
    message = getattr(described, "_str", "") or ""
    if getattr(described, "msg", None) is not None and getattr(described, "lineno", None) is not None:
        message = str(described.msg)
        frames.append(_syntax_frame(described, sources))
    data: dict[str, Any] = {
        "type": printable(name),
        "message": printable(str(message)[:MAX_TEXT]),
        "frames": frames,
    }
    if omitted:
        data["omittedFrames"] = omitted
    notes = getattr(described, "__notes__", None)
    if isinstance(notes, (list, tuple)) and notes:
        data["notes"] = [printable(note) for note in notes if isinstance(note, str)]
    return data


def frame_data(frame: traceback.FrameSummary, sources: Mapping[str, Sequence[str]]) -> dict[str, Any]:
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
    """Return the location of a syntax error in the form of a frame."""
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
    """Return the column in characters for one in UTF-8 bytes."""
    return column if line.isascii() else len(line.encode("utf-8", "replace")[:column].decode("utf-8", "replace"))


def type_name(kind: type[BaseException]) -> str:
    """Return the qualified name as Python prints it before the message."""
    module = type.__dict__["__module__"].__get__(kind)
    name = type.__dict__["__qualname__"].__get__(kind)
    return str(name) if module in ("__main__", "builtins") else f"{module}.{name}"
