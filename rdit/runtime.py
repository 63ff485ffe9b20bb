"""Files that live as long as a server: how the user finds its URL again, and how the browser gets it.

They are in a folder that only the user may read. The browser opens a page from there that leads on to the URL: a
command line, which every user of the machine can see, would show the token.
"""

from __future__ import annotations

import html
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def runtime_files(folder: Path | None, url: str, *, root: Path, script: Path | None) -> Iterator[Path | None]:
    """Keep this server's files in *folder* for as long as the block lasts; yield the page that leads to *url*.

    Yields None where no private folder can be had.
    """
    paths: list[Path] = []
    try:
        if folder is not None and _make_private(folder):
            record = {
                "pid": os.getpid(),
                "url": url,
                "root": str(root),
                "script": None if script is None else str(script),
            }
            page = folder / f"server-{os.getpid()}.html"
            for path, text in ((folder / f"server-{os.getpid()}.json", json.dumps(record)), (page, _leading_to(url))):
                paths.append(path)
                _write_private(path, text)
            yield page
        else:
            yield None
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _make_private(folder: Path) -> bool:
    """Return whether *folder* is there and the user's own, and shut it to others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            return False  # in a shared temporary folder, somebody else may have been there first
        folder.chmod(0o700)
    except OSError:
        return False  # read-only or full: rdit works without
    return True


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _leading_to(url: str) -> str:
    quoted = html.escape(url, quote=True)
    return (
        '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>rdit</title>'
        f'<meta http-equiv="refresh" content="0; url={quoted}"><p><a href="{quoted}">Open rdit</a></p>\n'
    )
