"""Builds the client and puts it where the server, a wheel and a source distribution find it: `rdit/_static/`.

Hatchling calls `ClientBuildHook` for every wheel and source distribution. A source distribution carries the built
client, so that a wheel made from it needs no Node. As a program (`python hatch_build.py`) this only builds the client
of a checkout, with the packages that `npm ci` has put there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientNotBuilt(SystemExit):
    """The client cannot be built; the text says what to do. Hatchling shows a SystemExit without its own frames."""


def npm(root: Path, *arguments: str) -> None:
    """Run npm in the client's folder.

    Raises:
        ClientNotBuilt: there is no npm, or it failed.
    """
    program = shutil.which("npm")
    if program is None:
        raise ClientNotBuilt(
            "rdit's page is built with Node.js, and there is no `npm` on the PATH. Install Node.js 20.19 or newer "
            "(https://nodejs.org) and build again, or install a finished wheel, which needs no Node."
        )
    done = subprocess.run([program, *arguments], cwd=root / "frontend", stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise ClientNotBuilt(
            f"`npm {' '.join(arguments)}` in frontend/ failed with status {done.returncode}; see above."
        )


def build_client(root: Path) -> None:
    """Build `frontend/` and replace `rdit/_static/` by the result, which a running server sees all at once."""
    npm(root, "run", "build")
    static, fresh, old = (root / "rdit" / name for name in ("_static", "_static.new", "_static.old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(root / "frontend" / "dist", fresh)
    if static.exists():
        static.rename(old)
    fresh.rename(static)
    shutil.rmtree(old, ignore_errors=True)


class ClientBuildHook(BuildHookInterface[Any]):
    """Makes sure that what is packed holds the client of the sources it is packed from."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002, the hook's signature
        """Build the client, unless this is an editable install or an unpacked source distribution."""
        root = Path(self.root)
        if version == "editable":
            return  # a checkout builds its client with scripts/setup
        if (root / "PKG-INFO").exists() and (root / "rdit" / "_static" / "index.html").exists():
            return
        npm(root, "ci")
        build_client(root)


if __name__ == "__main__":
    sys.exit(build_client(Path(__file__).resolve().parent))
