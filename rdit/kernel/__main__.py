"""The kernel's start: `PYTHON /path/to/rdit/kernel/__main__.py`, with frames on stdin and stdout.

Makes rdit's files importable under a private name in an interpreter where rdit is not installed, then supervises.
"""

import sys

_bare_modules = frozenset(sys.modules)
_bare_names = {name: value for name, value in globals().items() if name not in {"sys", "_bare_modules"}}

import os  # noqa: E402 - only after the interpreter was looked at as it was


def _import_kernel() -> object:
    """Import `rdit.kernel.supervisor` as part of a package that nobody else can meet."""
    kernel = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would cost milliseconds
    sys.path[:] = [folder for folder in sys.path if folder != kernel]
    package = type(sys)("_rdit")
    package.__path__ = [os.path.dirname(kernel)]  # noqa: PTH120
    sys.modules["_rdit"] = package
    return __import__("_rdit.kernel.supervisor", fromlist=["supervisor"])


def _main() -> None:
    supervisor = _import_kernel()
    world = supervisor.World(_bare_modules, _bare_names)  # type: ignore[attr-defined]
    worker = supervisor.Supervisor(0, 1, world).serve()  # type: ignore[attr-defined]
    if worker is not None:
        worker.serve()


__rdit__ = True
_main()
