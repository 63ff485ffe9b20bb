"""The command `rdit`: what reads its arguments, what a refusal prints, and the exit status."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

from ..errors import RditError
from .terminal import refuse


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: with status 2 and one line when something is refused."""
    gc.disable()  # all that is imported now stays; `open_script` enables it when the server is there
    try:
        sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))
    finally:
        gc.enable()


def _run(arguments: list[str]) -> int:
    # A process started in the background of a shell inherits an ignored SIGINT, and would hand it on to its kernel.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        from .open_script import open_script  # late, as click: without the collector
        from .options import usual_options

        options = None if "_RDIT_COMPLETE" in os.environ else usual_options(arguments)
        if options is not None:
            return open_script(options)
        from .commands import run_command

        return run_command(arguments)
    except RditError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return 130
