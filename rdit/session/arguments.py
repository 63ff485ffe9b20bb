"""The arguments of a script as a line, as one writes it behind a command."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ..errors import InvalidFields
from ..protocol.encoding import without_surrogates


def split_arguments(line: str) -> tuple[str, ...]:
    """Return the arguments in *line*, parted and unquoted as a shell does it; nothing is expanded.

    Raises:
        InvalidFields: a quotation mark is not closed, or no program can be given this.
    """
    if "\0" in line:
        raise InvalidFields("An argument cannot hold a null character, because no program can be given one.")
    try:
        return tuple(shlex.split(line))
    except ValueError as error:
        problem = (
            "The arguments end with a backslash. Put a second one behind it if it is meant."
            if line.endswith("\\")
            else "A quotation mark in the arguments is not closed. Close it, or put a backslash before it."
        )
        raise InvalidFields(problem) from error


def line_of(arguments: Sequence[str]) -> str | None:
    """Return the line that has *arguments*, None where there are none. What is no text in UTF-8 becomes U+FFFD."""
    return str(without_surrogates(shlex.join(arguments))) if arguments else None
