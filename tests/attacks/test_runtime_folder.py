"""The token stays off command lines, and rdit starts, whatever has become of the folder for its runtime files.

The control is the first row of the table: a folder of the user's own, in which the page then is.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

URL = re.compile(r"http://\S+\?token=(\S+)")


def of_the_user(base: Path) -> None:
    base.mkdir(mode=0o700)


def left_open(base: Path) -> None:
    base.mkdir(mode=0o700)
    (base / "rdit").mkdir()
    (base / "rdit").chmod(0o755)


def a_symlink(base: Path) -> None:
    base.mkdir(mode=0o700)
    (base.parent / "theirs").mkdir()
    (base / "rdit").symlink_to(base.parent / "theirs")


def of_somebody_else(base: Path) -> None:
    base.mkdir(mode=0o777)
    (base / "rdit").mkdir(mode=0o777)
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(base / "rdit", 12345, 12345)


def a_file(base: Path) -> None:
    base.mkdir(mode=0o700)
    (base / "rdit").touch()


def not_a_place(base: Path) -> None:
    base.touch()


OURS = (of_the_user, left_open)
PLACES: list[Callable[[Path], None]] = [of_the_user, left_open, a_symlink, of_somebody_else, a_file, not_a_place]


class Command:
    """A running `rdit` that opens a browser: the browser writes its arguments into a pipe."""

    def __init__(self, folder: Path, base: Path, limit: Callable[[], None] | None) -> None:
        self.told = ""
        self.opened = folder / "opened"
        os.mkfifo(self.opened)
        browser = folder / "browser"
        browser.write_text(
            f"#!{sys.executable}\n"
            "import sys, urllib.parse\n"
            "page = open(urllib.parse.unquote(urllib.parse.urlparse(sys.argv[1]).path)).read()\n"
            f"open({str(self.opened)!r}, 'w').write(sys.argv[1] + '\\n' + page)\n"
        )
        browser.chmod(0o755)
        (folder / "script.py").write_text("x = 1\n")
        (folder / "tmp").mkdir(mode=0o700)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rdit", "script.py", "--port", "0"],
            cwd=folder,
            env={
                **os.environ,
                "XDG_RUNTIME_DIR": str(base),
                "TMPDIR": str(folder / "tmp"),
                "BROWSER": f"{browser} %s",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=limit,  # noqa: PLW1509  # the tests have one thread
        )

    def until(self, pattern: str) -> re.Match[str]:
        """Read what it says up to a line that has *pattern*."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"rdit ended and said: {self.told}")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    commands: list[Command] = []

    def start(base: Path, limit: Callable[[], None] | None = None) -> Command:
        commands.append(Command(tmp_path, base, limit))
        return commands[-1]

    yield start
    for command in commands:
        command.process.terminate()
        command.process.communicate(timeout=60)


@pytest.mark.parametrize("make", PLACES, ids=lambda make: make.__name__)
def test_the_browser_gets_a_private_page_and_never_the_token(
    tmp_path: Path, start: Callable[..., Command], make: Callable[[Path], None]
) -> None:
    base = tmp_path / "runtime"
    make(base)
    command = start(base)
    token = command.until(URL.pattern)[1]

    argument, _, page = command.opened.read_text().partition("\n")

    assert argument.startswith("file://")
    assert token not in argument
    assert token in page
    place = Path(unquote(urlparse(argument).path))
    assert place.parent == base / "rdit" if make in OURS else place.parent.parent == tmp_path / "tmp"
    for private in (place, place.parent):
        status = private.stat()
        assert (status.st_uid, status.st_mode & 0o077) == (os.getuid(), 0)
    command.process.terminate()
    command.process.wait(60)
    assert not place.exists()
    assert list((tmp_path / "tmp").iterdir()) == []
    theirs = tmp_path / "theirs"
    assert not theirs.exists() or list(theirs.iterdir()) == []


def test_where_nothing_can_be_written_rdit_starts_opens_nothing_and_says_so(
    tmp_path: Path, start: Callable[..., Command]
) -> None:
    def full_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # every write into a file fails from now on

    base = tmp_path / "runtime"
    of_the_user(base)
    command = start(base, full_disk)
    command.until(URL.pattern)
    command.until("open the URL yourself")
    assert command.process.poll() is None
    for folder in (base / "rdit", tmp_path / "tmp"):
        assert [path.name for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(os.getuid() == 0, reason="root writes everywhere")
def test_a_read_only_runtime_folder_stops_neither_rdit_nor_its_commands(
    tmp_path: Path, start: Callable[..., Command], request: Any
) -> None:
    folder = tmp_path / "runtime" / "rdit"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "server-1.json").write_text("{}")  # of a server that was killed
    folder.parent.chmod(0o500)
    folder.chmod(0o500)
    request.addfinalizer(lambda: (folder.parent.chmod(0o700), folder.chmod(0o700)))
    command = start(folder.parent)
    command.until(URL.pattern)
    assert command.opened.read_text().startswith("file://")
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder.parent)}
    listed = subprocess.run([sys.executable, "-m", "rdit", "list"], env=environment, check=True, capture_output=True)
    assert b"Traceback" not in listed.stderr
