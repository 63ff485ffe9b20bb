"""Text that others wrote and rdit parses: each kind of it, in the shape that costs a parser most.

Where the old way took time that grows faster than the text, the text is so long that it would not have ended within
the time of a test; what holds the event loop is counted in steps.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from rdit.kernel.protocol.frames import Body, encode
from rdit.protocol.encoding import encode as encode_json
from rdit.protocol.messages import Written
from rdit.session.kernel.kernel_connection import TURN, TURN_BYTES, KernelProcess, Received
from rdit.session.output.overwrites import Overwrites, may_overwrite
from rdit.session.output.sequences import StringEnds
from rdit.session.output.sgr import PLAIN, Style
from rdit.session.output.terminal import MAX_COLUMNS, MAX_ROWS_UP, Terminal, Unsupported
from rdit.session.output.text import Text
from rdit.workspace import gitignore
from rdit.workspace.atomic_write import read_version, version_of
from rdit.workspace.file_index import FileList, best_matches, scan
from rdit.workspace.paths import Workspace

pytestmark = pytest.mark.timeout(120)

# -------------------------------------------------------------------------------------------------------- finding


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("a" * 200, "a" * 60 + "b"),
        ("ab" * 100, "ab" * 40 + "aa" * 40),
        ("/".join(["a" * 60] * 60), "a/" * 50 + "b"),
        ("a" * 200, "a" * 1_000_000),
        ("a" * 200, " ".join(["a" * 30 + "b"] * 100_000)),
    ],
    ids=["letters", "pairs", "folders", "a long word", "many words"],
)
def test_a_query_that_almost_fits_is_answered(name: str, query: str) -> None:
    index = FileList([name] * 100, [name] * 100, truncated=False)
    assert best_matches(index, query, 10) == []


def test_of_a_query_of_a_million_words_the_first_are_looked_for() -> None:
    index = FileList(["a" * 200] * 2000, ["a" * 200] * 2000, truncated=False)
    assert len(best_matches(index, "a " * 500_000, 10)) == 10
    assert best_matches(index, "a " * 100 + "b", 10) == []  # the control: all of a shorter one


def test_control_letters_are_found_wherever_they_stand_in_order() -> None:
    def stand_in_order(path: str, word: str) -> bool:
        letters = iter(path)
        return all(letter in letters for letter in word)

    rng = random.Random(1)
    paths = ["".join(rng.choices("ab/", k=rng.randrange(1, 9))) for _ in range(2000)]
    for word in ("a", "ab", "aab", "abab", "b/a", "a/b/a"):
        index = FileList(paths, paths, truncated=False)
        assert sorted(best_matches(index, word, 9999)) == sorted(path for path in paths if stand_in_order(path, word))


# ------------------------------------------------------------------------------------------------------ .gitignore

PATTERNS = {
    "stars": "*a" * 60 + "*b",
    "stars in a path": "x/" + "*a" * 60 + "*b",
    "folders": "**/a/" * 60 + "b",
    "folders and stars": "**/*a*a/" * 30 + "b",
    "question marks": "*?" * 80 + "b",
    "sets": "*[ab]" * 80 + "*c",
    "spaces": "a" + " " * 1_000_000 + "b",
    "spaces at the end": "a" + "\\ " * 300_000,
    "a million lines": "*a*a*b\n" * 1_000_000,
    "an open set": "[" * 100_000,
    "open classes": "[" + "[:alpha:" * 100_000,
}


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_of_a_cloned_folder_are_matched(tmp_path: Path, name: str) -> None:
    root = tmp_path.resolve()
    (root / ".gitignore").write_text(PATTERNS[name] + "\n*.log\n")
    folder = root / "x"
    for _ in range(30):
        folder = folder / "a"
    folder.mkdir(parents=True)
    names = {root / ("a" * 200), root / "x" / ("a" * 200), folder / "a"}
    for path in names:
        path.touch()
    assert {root / path for path in scan(Workspace(root)).paths} == names


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_pipe_that_nobody_writes_into(path: Path) -> None:
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.symlink_to(path.parent.parent / "rules")


def a_file_without_an_end(path: Path) -> None:
    path.write_text("*.log\n")
    os.truncate(path, 1 << 40)


NO_LISTS = [a_folder, a_pipe, a_pipe_that_nobody_writes_into, a_link, a_file_without_an_end]


@pytest.mark.parametrize("make", NO_LISTS, ids=lambda make: make.__name__)
def test_what_is_no_list_of_patterns_is_passed_over(tmp_path: Path, make: Callable[[Path], None]) -> None:
    root = tmp_path.resolve() / "root"
    root.mkdir()
    (tmp_path / "rules").write_text("*.py\n")
    (root / "a.py").touch()
    (root / "a.log").touch()
    make(root / ".gitignore")
    writer = os.open(root / ".gitignore", os.O_RDWR) if make is a_pipe else None  # a pipe that somebody may write into
    try:
        found = {"a.py"} if make is a_file_without_an_end else {"a.py", "a.log"}
        assert set(scan(Workspace(root)).paths) == found
    finally:
        if writer is not None:
            os.close(writer)


def test_control_a_star_matches_as_a_regular_expression_does() -> None:
    rng = random.Random(2)
    pieces = ["*", "**", "**/", "/", "a", "b", "?", "[ab]", "/**/", "a"]
    checked = 0
    for number in range(4000):
        glob = "".join(rng.choices(pieces, k=rng.randrange(1, 8)))
        parts, regex = gitignore._parts(glob), gitignore._regex(glob, f"line{number}")
        assert parts is not None
        assert regex is not None
        for _ in range(8):
            path = "/".join("".join(rng.choices("aab", k=rng.randrange(1, 4))) for _ in range(rng.randrange(1, 4)))
            expected = re.fullmatch("".join(parts), path) is not None
            assert (re.fullmatch(regex, path) is not None) is expected, (glob, path)
            checked += expected
    assert checked > 1000


# ----------------------------------------------------------------------------------------------------------- sizes


def test_a_file_too_large_to_be_opened_is_not_read_for_its_version(tmp_path: Path) -> None:
    """The file has a hole of a terabyte: to read it would not end."""
    log = tmp_path / "log.txt"
    with log.open("wb") as file:
        file.truncate(1 << 40)
    with Workspace(tmp_path.resolve()).place("log.txt") as place:
        before = read_version(place)
        with log.open("ab") as file:
            file.write(b"more")
        assert None is not before != read_version(place)
    (tmp_path / "small.txt").write_bytes(b"x" * 100)
    with Workspace(tmp_path.resolve()).place("small.txt") as place:
        assert read_version(place, size_limit=100) == version_of(b"x" * 100)
        assert read_version(place, size_limit=99) != version_of(b"x" * 100)


@pytest.mark.skipif(sys.platform != "linux", reason="there are no files without a size")
def test_a_file_that_has_more_than_it_said_is_not_read_to_its_end() -> None:
    """It grows while it is read, or never said how large it is, as this one: to read it whole takes minutes."""
    with Workspace(Path("/proc/self").resolve()).place("pagemap") as place:
        assert re.fullmatch(r"0-\d+-\d+-\d+", str(read_version(place, size_limit=1 << 20)))


# ------------------------------------------------------------------------------------------------------- terminal


class NothingAbove:
    """No text before the terminal's."""

    def lines_above(self, rows: int) -> tuple[str, Style]:  # noqa: ARG002
        """Return nothing."""
        return "", PLAIN

    def forget_above(self) -> None:
        """Forget nothing."""


def terminal(text: str) -> Terminal:
    """Return a terminal that was fed *text*."""
    fed = Terminal(NothingAbove())
    fed.feed(text)
    return fed


@pytest.mark.parametrize("start", ["]", "P", "_", "^", "X"])
def test_strings_that_never_end_are_read_once(start: str) -> None:
    with pytest.raises(Unsupported):  # rather than after some minutes
        terminal(f"\x1b{start}" * 1_500_000 + "x" * (1 << 17))
    ends = StringEnds(f"\x1b{start}" * 1_500_000)
    assert all(ends.first_after(at) is None for at in range(0, 3_000_000, 2))


def test_the_end_of_a_string_is_found_behind_each() -> None:
    assert terminal("\x1b]0;title\x07a\x1b]8;;https://x.org\x1b\\b\x1b]8;;\x1b\\c").text() == (
        "a\x1b]8;;https://x.org\x1b\\b\x1b]8;;\x1b\\c"
    )


@pytest.mark.parametrize("move", ["\x1b[10000B", "\x1b[10000e", "\x1b[10000E", "\x1b[10000d", "\x1b[10000;10000H"])
def test_the_cursor_goes_down_no_further_than_a_screen_has_rows(move: str) -> None:
    assert terminal(move * 1000 + "x").text().count("\n") == MAX_ROWS_UP - 1
    assert terminal("line\n" * 600 + move * 100 + "x").text().count("\n") == 600


def test_the_cursor_goes_up_no_further_than_a_screen_has_rows() -> None:
    lines = terminal("line\n" * 600 + "\x1b[10000A" + "x").text().split("\n")
    assert [row for row, line in enumerate(lines) if line.startswith("x")] == [601 - MAX_ROWS_UP]


@pytest.mark.parametrize("move", ["\x1b[10000C", "\x1b[10000a", "\x1b[10000G", "\x1b[10000`", "\x1b[1;10000H"])
def test_the_cursor_goes_right_no_further_than_a_screen_has_columns(move: str) -> None:
    assert len(terminal(move * 1000 + "x").text()) <= MAX_COLUMNS + 1
    assert terminal("y" * 5000 + "\x1b[5C" + "x").text() == "y" * 5000 + "x"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 60_000 + "\r\x1b[10000X" * 1_000_000,
        "x" * 60_000 + "\x1b[1Kx" * 1_000_000,
        "x" * 30_000 + "\n" + "y" * 30_000 + "\x1b[Ax\x1b[Bx" * 1_000_000,
        "x\n" * 600 + "\x1b[1J" * 1_000_000,
        "".join(f"\x1b[3{number % 8}mx" for number in range(10_000)),
        "".join(f"\x1b[3{number % 2}mx" for number in range(5_000)),
        ("x" * 1000 + "\n") * 80,
    ],
    ids=["blanks", "erased lines", "up and down", "erased screens", "styles", "fewer styles", "lines"],
)
def test_what_takes_more_work_than_drawing_does_is_kept_as_it_is_written(text: str) -> None:
    with pytest.raises(Unsupported):
        terminal(text).text()


def written(text: str, more: str) -> Overwrites:
    """Return what is left of a terminal after an item's *text* and what is written next."""
    whole, overwrites = Text(), Overwrites()
    whole.grow(text)
    overwrites.write(whole, more)
    return overwrites


def test_the_style_after_a_long_coloured_text_is_that_after_the_last_reset() -> None:
    coloured = "".join(f"\x1b[38;5;{number % 256}mx\x1b[0m" for number in range(50_000)) + "\x1b[31m\n"
    assert written(coloured, "a\rb").is_active
    endless = "".join(f"\x1b[38;2;{number >> 8 & 255};{number & 255};7mx" for number in range(50_000)) + "\n"
    assert not written(endless, "a\rb").is_active


def test_a_line_too_long_to_be_drawn_over_is_not_taken_apart() -> None:
    assert not written("y" * 70_000, "\r\x1b[2Kx").is_active
    assert written("y" * 60_000, "\r\x1b[2Kx").is_active  # the control


class Turns:
    """What a kernel's process gives its session, turn by turn; the pipe is not read meanwhile."""

    def __init__(self) -> None:
        self.turns: list[list[Received]] = []
        self.is_paused = False

    def receive(self, received: Sequence[Received]) -> None:
        """Take a turn's messages."""
        self.turns.append(list(received))

    def pause_output(self, paused: bool) -> None:
        """Take note."""
        self.is_paused = paused


@pytest.mark.parametrize("control", ["\x1b[31m", "\rx", "\bé", "\t", "\x9b日本"], ids=ascii)
async def test_output_with_control_characters_is_handled_in_short_turns(control: str) -> None:
    text = control * 20_000
    size = len(text.encode())
    for pieces in (1, 50):
        kernel_side = Turns()
        process: Any = KernelProcess(kernel_side.receive)
        process.child = kernel_side
        header = encode_json(Written("stdout", "r", 0))
        part = control * (20_000 // pieces)
        process.feed(b"".join(encode(header, part.encode()) for _ in range(pieces)))
        assert len(kernel_side.turns) == 1
        while kernel_side.is_paused:  # noqa: ASYNC110  # a turn of the loop is what it waits for
            await asyncio.sleep(0)
        bodies: list[list[Body]] = [[body for _, body in turn] for turn in kernel_side.turns]
        assert "".join(str(body, "utf-8") for turn in bodies for body in turn) == text
        assert len(bodies) >= size // (2 * TURN_BYTES + 4)


async def test_a_flood_of_coloured_lines_is_divided_between_them_so_that_none_needs_a_terminal() -> None:
    kernel_side = Turns()
    process: Any = KernelProcess(kernel_side.receive)
    process.child = kernel_side
    text = "".join(f"\x1b[31m{number} é\x1b[0m\n" for number in range(20_000))
    process.feed(encode(encode_json(Written("stdout", "r", 0)), text.encode()))
    while kernel_side.is_paused:  # noqa: ASYNC110  # a turn of the loop is what it waits for
        await asyncio.sleep(0)
    pieces = [str(body, "utf-8") for turn in kernel_side.turns for _, body in turn]
    assert "".join(pieces) == text
    assert len(pieces) > 10
    assert [piece for piece in pieces if may_overwrite(piece)] == []
    assert may_overwrite(text[: text.rindex("\x1b") + 3])  # the control: what is cut elsewhere does


async def test_a_flood_of_small_messages_is_handled_in_short_turns() -> None:
    kernel_side = Turns()
    process: Any = KernelProcess(kernel_side.receive)
    process.child = kernel_side
    process.feed(encode(encode_json(Written("stdout", "r", 0)), b"plain") * (3 * TURN))
    while kernel_side.is_paused:  # noqa: ASYNC110  # a turn of the loop is what it waits for
        await asyncio.sleep(0)
    assert [len(turn) for turn in kernel_side.turns if turn] == [TURN] * 3


async def test_control_plain_output_is_not_divided() -> None:
    kernel_side = Turns()
    process: Any = KernelProcess(kernel_side.receive)
    process.child = kernel_side
    process.feed(encode(encode_json(Written("stdout", "r", 0)), "plain é\n".encode() * 20_000))
    assert [len(turn) for turn in kernel_side.turns] == [1]
