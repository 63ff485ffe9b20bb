"""`python -m rdit` is the command `rdit`."""

# Until the working directory is out of the path, nothing may be imported that is not imported already: not even
# `__future__`, which is a file like others.
import os
import sys

if __name__ == "__main__":
    # `python -m` puts the working directory first, where a `queue.py` of the user's would be taken for the library's.
    if sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109 - pathlib would be looked for there
        del sys.path[0]
    from .cli.main import main

    main()
