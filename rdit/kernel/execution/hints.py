"""What rdit itself has to say of what a script does, where Python's own words do not say what to do in rdit."""

from __future__ import annotations

import tokenize

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

NO_LOOP = (
    "rdit: at the top level only a statement that awaits runs in the event loop. Start the task in a function, "
    "`async def start(): return asyncio.create_task(…)`, and write `task = await start()`."
)


def hint_of(error: BaseException) -> str | None:
    """Return what to do about an uncaught exception; None where its own words suffice."""
    if type(error) is RuntimeError and error.args == ("no running event loop",):
        return NO_LOOP
    return None


def is_on_disk(filename: str, lines: Sequence[str]) -> bool:
    """Whether the file on the disk has exactly these lines."""
    try:
        with tokenize.open(filename) as file:
            return file.read().removeprefix("\ufeff").split("\n") == list(lines)
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        return False
