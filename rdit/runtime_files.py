"""Files that live as long as a server: how the user finds its URL again, and how the browser gets it.

They are in a folder that only the user may read. The browser opens a page from there that leads on to the URL: a
command line, which every user of the machine can see, would show the token. A server keeps its record locked, and the
lock goes with its process however that ends, so a record that is not locked is a dead server's.
"""

from __future__ import annotations

import fcntl
import html
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct


class Running(Struct, frozen=True):
    """A server of the user's that is running."""

    path: Path
    """Its record."""
    record: dict[str, Any]

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self.record["pid"])

    @property
    def url(self) -> str:
        """Where its page is, with the token."""
        return str(self.record["url"])

    @property
    def address(self) -> str:
        """Where its page is, without the token."""
        return self.url.partition("?")[0]

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 0

    @property
    def title(self) -> str:
        """What it serves."""
        script = self.record.get("script")
        return f"an unsaved buffer in {self.record.get('root')}" if script is None else str(script)

    def is_named(self, name: str) -> bool:
        """Return whether *name* means this server: its port, its process, its script or its folder."""
        script = self.record.get("script")
        paths = {str(self.record.get("root"))} | ({str(script), Path(str(script)).name} if script else set())
        return name in {str(self.port), str(self.pid)} | paths or os.path.realpath(name) in paths

    def gone_before(self, until: float) -> bool:
        """Wait until the server is gone; return whether it was before *until*, a time of `time.monotonic`."""
        while _is_held(self.path):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


@contextmanager
def runtime_files(folder: Path | None, url: str, *, root: Path, script: Path | None) -> Iterator[Path | None]:
    """Keep this server's files for as long as the block lasts; yield the page that leads to *url*.

    They are in *folder*. Where that is not the user's own, read-only or full, the page is in a fresh private folder,
    and None where there is no room for it either: a server works without its files, and the URL has no other way out.
    """
    record = {
        "pid": os.getpid(),
        "url": url,
        "root": str(root),
        "script": None if script is None else str(script),
        "started": time.time(),
    }
    with ExitStack() as files:
        page = None
        if folder is not None and _make_private(folder):
            running_servers(folder)  # tidies up after servers that were killed
            _keep(files, folder / f"server-{os.getpid()}.json", json.dumps(record))
            page = _keep(files, folder / f"server-{os.getpid()}.html", _leading_to(url))
        if page is None and (fresh := _fresh_folder(files)) is not None:
            page = _keep(files, fresh / f"server-{os.getpid()}.html", _leading_to(url))
        yield page


def _keep(files: ExitStack, path: Path, text: str) -> Path | None:
    """Keep a private file for as long as *files* are; return its path, None where it cannot be written."""
    try:
        descriptor = _write_private(path, text)
    except OSError:
        return None  # read-only or full
    files.callback(os.close, descriptor)
    files.callback(_remove, path)
    return path


def _fresh_folder(files: ExitStack) -> Path | None:
    """Make a folder that nobody else has a hand in, for as long as *files* are kept; None where there can be none."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="rdit-"))
    except OSError:
        return None
    files.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _remove(path: Path) -> None:
    """Delete *path*; on a disk that has become read-only it stays, and says nothing that is still true."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def running_servers(folder: Path | None) -> list[Running]:
    """Return the user's servers that are running, by port; the files of others, which were killed, are deleted."""
    found: list[Running] = []
    if folder is None or not _is_private(folder):
        return found
    for path in sorted(folder.glob("server-*.json")):
        if not _is_held(path):
            _remove(path)
            _remove(path.with_suffix(".html"))
        elif (record := _read(path)) is not None:
            found.append(Running(path, record))
    return sorted(found, key=lambda server: server.port)


def _read(path: Path) -> dict[str, Any] | None:
    """Return the record at *path*; None when it is none of ours."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), encoding="utf-8") as file:
            record = json.load(file)
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and {"pid", "url"} <= record.keys() else None


def _is_held(path: Path) -> bool:
    """Return whether the server that wrote the record at *path* still runs."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return _process_runs(path)  # a file system without locks
    finally:
        os.close(descriptor)
    return False


def _process_runs(path: Path) -> bool:
    record = _read(path)
    try:
        os.kill(int(record["pid"]) if record is not None else -1, 0)
    except (OSError, ValueError, OverflowError):
        return False
    return record is not None


def _make_private(folder: Path) -> bool:
    """Return whether *folder* is there and the user's own, and shut it to others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(folder):
            return False  # in a shared temporary folder, somebody else may have been there first
        folder.chmod(0o700)
    except OSError:
        return False  # read-only or full: rdit works without
    return True


def _is_private(folder: Path) -> bool:
    """Return whether *folder* is a folder of the user's own."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()


def _write_private(path: Path, text: str) -> int:
    """Write a file that only the user may read; return its descriptor, locked. It appears whole and locked at once.

    Raises:
        OSError: it cannot be written; nothing of it is left.
    """
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(path)
    except BaseException:
        os.close(descriptor)
        _remove(temporary)
        raise
    return descriptor


def _leading_to(url: str) -> str:
    quoted = html.escape(url, quote=True)
    return (
        '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>rdit</title>'
        f'<meta http-equiv="refresh" content="0; url={quoted}"><p><a href="{quoted}">Open rdit</a></p>\n'
    )
