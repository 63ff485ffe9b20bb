"""What rdit itself has to say of what a script does, where Python's own words do not say what to do in rdit."""

from __future__ import annotations

import sys
import tokenize

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Any

NO_LOOP = (
    "rdit: at the top level only a statement that awaits runs in the event loop. Start the task in a function, "
    "`async def start(): return asyncio.create_task(…)`, and write `task = await start()`."
)
UNSAVED = (
    "rdit: {name} on the disk is not the text that runs here. The processes that multiprocessing starts read the file: "
    "save it first if they need what was changed.\n"
)


def hint_of(error: BaseException) -> str | None:
    """Return what to do about an uncaught exception; None where its own words suffice."""
    if type(error) is RuntimeError and error.args == ("no running event loop",):
        return NO_LOOP
    return None


def warn_of_unsaved_text(module: ModuleType, filename: Callable[[], str], lines: Callable[[], Sequence[str]]) -> None:
    """Let *module*, `multiprocessing.spawn`, say that a child process will not find what was not saved.

    The child looks for the functions that it is to run in the file; a pool whose workers find none waits for ever.
    """
    prepare: Callable[..., Any] = module.get_preparation_data

    def get_preparation_data(name: str) -> Any:
        data = prepare(name)
        file = filename()
        if data.get("init_main_from_path") == file and not is_on_disk(file, lines()):
            sys.stderr.write(UNSAVED.format(name=file.rpartition("/")[2]))
        return data

    module.get_preparation_data = get_preparation_data  # type: ignore[attr-defined]


def is_on_disk(filename: str, lines: Sequence[str]) -> bool:
    """Whether the file on the disk has exactly these lines."""
    try:
        with tokenize.open(filename) as file:
            return file.read().removeprefix("\ufeff").split("\n") == list(lines)
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        return False
