"""Add one to the number in a file, many times, as one of several writers that race; each save may find it changed."""

from __future__ import annotations

import sys
from pathlib import Path

from rdit.errors import FileChanged
from rdit.workspace.atomic_write import read_bytes, save, version_of
from rdit.workspace.paths import Workspace


def main(root: Path, times: int) -> None:
    workspace = Workspace(root)
    conflicts = 0
    while times:
        with workspace.place("count.txt") as place:
            data, _ = read_bytes(place, size_limit=1 << 20)
            number = int(data.split()[0])
            try:
                save(place, b"%d \n" % (number + 1) + b"padding " * 2000, version_of(data))
            except FileChanged:
                conflicts += 1
            else:
                times -= 1
    print(conflicts)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
