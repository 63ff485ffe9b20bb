"""The kernel's start: `PYTHON rdit/kernel/__main__.py` or `PYTHON kernel.zip`, with frames on stdin and stdout.

An argument is the number of files that it may open: a server may have more than the scripts are to have.

Makes the folder of this file importable under a private name, whatever it is called and also inside a zip file, in an
interpreter where rdit is not installed; then supervises.
"""

import sys

_bare_modules = frozenset(sys.modules)
_bare_names = {name: value for name, value in globals().items() if name not in {"sys", "_bare_modules"}}
_bare_names.update(__spec__=None, __package__=None)  # as for a script, also when this file was found in a zip file

# Only now, after the interpreter was looked at as it was.
import builtins  # noqa: E402
import os  # noqa: E402
from importlib.machinery import PathFinder  # noqa: E402

_builtins = dict(vars(builtins))


class _Loader:
    """Gives a module builtins of its own, so that it works on when the script deletes or replaces the common ones."""

    def __init__(self, loader: object) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)

    def create_module(self, spec: object) -> None:
        """Let Python make it."""

    def exec_module(self, module: object) -> None:
        """Run the module's code."""
        vars(module)["__builtins__"] = _builtins
        self._loader.exec_module(module)  # type: ignore[attr-defined]


class _Finder:
    """Finds what `sys.path` has, for as long as the kernel is imported."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> object:
        """Return where the module lies."""
        spec = PathFinder.find_spec(name, path, target)  # type: ignore[arg-type]
        if spec is not None and str(spec.origin).endswith(".py"):
            spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
        return spec


def _import_kernel() -> object:
    """Import `supervisor.supervisor` under a package name of its own."""
    kernel = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would cost milliseconds
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != kernel]  # noqa: PTH100
    package = type(sys)("_rdit")
    package.__path__ = [kernel]
    sys.modules["_rdit"] = package
    index = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else len(sys.meta_path)
    finder = _Finder()
    sys.meta_path.insert(index, finder)  # type: ignore[arg-type]
    try:
        return __import__("_rdit.supervisor.supervisor", fromlist=["supervisor"])
    finally:
        sys.meta_path.remove(finder)  # type: ignore[arg-type]


def _limit_descriptors(limit: int) -> None:
    """Set the soft limit, within the hard one."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if len(sys.argv) > 1:
    _limit_descriptors(int(sys.argv[1]))
_supervisor = _import_kernel()
_baseline = _supervisor.Baseline(_bare_modules, _bare_names)  # type: ignore[attr-defined]
_worker = _supervisor.Supervisor(0, 1, _baseline).serve()  # type: ignore[attr-defined]
if _worker is not None:
    sys.excepthook = _worker.excepthook()
    raise RuntimeError("the worker goes on in the hook")
