"""Save a file again and again, killed before the first system call, the second, and so on, until one save succeeds.

Each save runs in a child process that kills itself with SIGKILL. After each, the file's bytes are checked. Prints one
line for each death, `number call state`, and last `saved`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from rdit.workspace import atomic_write, rename_exclusive
from rdit.workspace import paths as workspaces

OLD, NEW = b"old " * 100_000, b"new " * 120_000


class Deadly:
    """A module whose calls are counted; this process dies before the one numbered *last*."""

    calls = 0

    def __init__(self, module: ModuleType, last: int, log: int) -> None:
        self._module, self._last, self._log = module, last, log

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        if not callable(value) or isinstance(value, type) or name in {"fsencode", "fsdecode"}:
            return value

        def counted(*arguments: Any, **options: Any) -> Any:
            Deadly.calls += 1
            if Deadly.calls == self._last:
                os.write(self._log, name.encode())
                os.kill(os.getpid(), signal.SIGKILL)
            if name == "write":  # as a disk does that is nearly full: a part at a time
                arguments = (arguments[0], arguments[1][: max(1, min(len(arguments[1]), 100_000))])
            return value(*arguments, **options)

        return counted


def save_and_die(root: Path, version: str | None, last: int, log: int) -> None:
    import fcntl

    rename = rename_exclusive._system_call()
    if rename is not None:
        deadly = Deadly(type("calls", (), {"rename": rename}), last, log).rename
        rename_exclusive._system_call = lambda: deadly  # type: ignore[assignment]
    for module in (atomic_write, workspaces, rename_exclusive):
        module.os = Deadly(os, last, log)  # type: ignore[attr-defined]
    atomic_write.fcntl = Deadly(fcntl, last, log)  # type: ignore[attr-defined]
    with workspaces.Workspace(root).place("script.py") as place:
        atomic_write.save(place, NEW, version)


def main(root: Path, existing: bool) -> None:
    script = root / "script.py"
    last = 0
    while True:
        last += 1
        if existing:
            script.write_bytes(OLD)
            script.chmod(0o640)
        else:
            script.unlink(missing_ok=True)
        source, log = os.pipe()
        child = os.fork()
        if child == 0:
            save_and_die(root, atomic_write.version_of(OLD) if existing else None, last, log)
            os._exit(0)
        os.close(log)
        _, status = os.waitpid(child, 0)
        call = os.read(source, 100).decode()
        os.close(source)
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0, "the save failed"
            assert script.read_bytes() == NEW
            print("saved")
            return
        data = script.read_bytes() if script.exists() else None
        state = {OLD: "old", NEW: "new", None: "missing"}.get(data, "TORN")
        if state != "missing":
            assert script.stat().st_mode & 0o777 == (0o640 if existing else 0o644), oct(script.stat().st_mode)
        print(last, call, state)


if __name__ == "__main__":
    os.umask(0o022)
    main(Path(sys.argv[1]).resolve(), sys.argv[2] == "existing")
