"""What is kept of a text that is drawn over shows, in the page's own terminal, what all of it would; and is small."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from .writing import Writing

FRONTEND = Path(__file__).parents[3] / "frontend"
REFEREE = Path(__file__).with_name("terminal_referee.mjs")

Shown = list[list[object]]


def shown(texts: list[str]) -> list[Shown]:
    """Return what the page's terminal shows of each of *texts*."""
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "typescript").exists():
        pytest.skip("node, or the client's dependencies, are not installed")
    done = subprocess.run(
        [node, REFEREE, FRONTEND], input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True
    )
    answer: list[Shown] = json.loads(done.stdout)
    return answer


def reduced(pieces: Iterable[str], limit: int = 1 << 20) -> str:
    """Return the text that is kept of *pieces*, written one by one."""
    output = Writing(limit)
    for piece in pieces:
        output.write("stdout", piece)
    return "".join(item.text() for item in output.items)


def tqdm(updates: int, width: int = 20) -> Iterable[str]:
    """Write as tqdm does."""
    for done in range(updates + 1):
        part = done * width // updates
        yield f"\r{done * 100 // updates:3}%|{'█' * part}{' ' * (width - part)}| {done}/{updates}"
    yield "\n"


def rich(updates: int, rows: int = 5) -> Iterable[str]:
    """Write as rich's live display does: up to the first line, erasing each, and down again."""
    up = "\r\x1b[2K" + "\x1b[1A\x1b[2K" * (rows - 1)
    yield "\x1b[?25l"
    for done in range(updates):
        lines = [f"\x1b[3{row % 8}mtask {row}\x1b[0m {'━' * (done * (row + 1) % 17)}" for row in range(rows)]
        yield (up if done else "") + "\n".join(lines)
        if done % 40 == 7:
            yield up + f"a message at {done}\n" + "\n".join(lines)
    yield "\n\x1b[?25h"


def nested(updates: int) -> Iterable[str]:
    """Write as nested tqdm bars do: down to a line by newlines, and up again."""
    for outer in range(updates):
        yield f"\router {outer}"
        for inner in range(10):
            yield f"\n\rinner {inner}\x1b[A"
    yield "\n\n"


WAYS: dict[str, Callable[[], list[str]]] = {
    "tqdm": lambda: ["before\n", *tqdm(500), "after\n"],
    "rich": lambda: ["before\n", *rich(200), "after\n"],
    "nested": lambda: [*nested(50), "after\n"],
    "spinner": lambda: ["working ", *itertools.islice(itertools.cycle(["|\b", "/\b", "-\b", "\\\b"]), 400), "done\n"],
    "shrinking": lambda: [f"\r{'x' * (300 - done)}" for done in range(300)],
    "messages": lambda: [
        part for done in range(100) for part in (f"\r{' ' * 20}\rmessage {done}\n", f"\rbar {done} of 100")
    ],
    "erased": lambda: [f"\x1b[2K\x1b[1Gstep {done} {'.' * (done % 7)}" for done in range(300)],
    "cleared": lambda: [f"\x1b[H\x1b[2J\x1b[3Jframe {done}\n{'*' * (done % 9)}\n" for done in range(200)],
    "from the top": lambda: ["kept\n", *(f"\x1b[1;1Hrow {done}\nsecond {done}\n" for done in range(100))],
    "saved cursor": lambda: ["a\n\x1b7b\x1b8", "c\x1b[A", "\rd", "\x1b8e"],
    "cut sequences": lambda: [
        "\rone\x1b",
        "[3",
        "1mred\x1b[",
        "0m\r",
        "\x1b]8;;https://a.example\x07li",
        "nk\x1b]8;;",
        "\x07\r",
    ],
    "wide": lambda: ["日本語\r", "x", "\r\x1b[3Cy", "\b\b\bé\u0301", "\t|\r\t-\r", "👍🏽 ok\r", "  z"],
    "windows line ends": lambda: ["a\r\nb\r", "\nc\r\r\nd\re"],
    "tall": lambda: [*(f"row {row}\n" for row in range(700)), "\x1b[650Atop", "\rTOP", "\x1b[3B!"],
    "very tall bars": lambda: [*(f"bar {row}\n\r" for row in range(900)), "\x1b[40A+", "\x1b[40B", "end"],
    "one long line": lambda: ["x" * 70_000, "\rshort", "\b\bT", "\nnext\r", "N"],
}


def test_every_way_to_draw_progress_shows_the_same_when_what_was_drawn_over_is_left_out() -> None:
    texts = {name: list(make()) for name, make in WAYS.items()}
    every = shown([text for pieces in texts.values() for text in ("".join(pieces), reduced(pieces))])
    for name, raw, kept in zip(texts, every[::2], every[1::2], strict=True):
        assert kept == raw, name


@pytest.mark.parametrize("name", ["tqdm", "rich", "nested", "spinner", "messages", "erased", "cleared"])
def test_what_was_drawn_over_is_not_kept(name: str) -> None:
    pieces = list(WAYS[name]())
    assert len(reduced(pieces)) < len("".join(pieces)) / (2 if name == "messages" else 15)


TOKENS = [
    *"abcXYZ .#█━é日👍\u0301",
    *["\r", "\n", "\b", "\t", "\r\n", "\x0b"] * 3,
    *(f"\x1b[{count}{final}" for count in ("", 1, 2, 3, 12) for final in "ABCDEFGHJKPXd"),
    *(
        f"\x1b[{style}m"
        for style in ("", 1, 31, "38;5;9", "1;44", 39, 0, "48;2;1;2;3", 22, "4:3", "4:0", "38:2::1:2:3")
    ),
    *["\x1bM", "\x1b[?25l", "\x1b(B", "\x07", "\x1b]0;title\x07", "\x1b]8;;https://a.example/\x1b\\", "\x1b]8;;\x07"],
    "a longer text of some words ",
    "\x1b[2;5H",
    "\x1b[99A",
    "\x1b[99B",
]


def scribbles(seed: int) -> list[str]:
    """Return random pieces of text and control sequences, cut anywhere."""
    chance = random.Random(seed)
    tokens = TOKENS if seed % 3 else [token for token in TOKENS if not token.endswith(("H", "J", "d"))]
    text = "".join(chance.choice(tokens) for _ in range(chance.randint(1, 120)))
    if seed % 11 == 0:
        text = text + chance.choice(["\x1b7", "\x1b[s"]) + text + chance.choice(["\x1b8", "\x1b[u"]) + text
    cuts = sorted(chance.randint(0, len(text)) for _ in range(chance.randint(0, 40)))
    return [text[start:end] for start, end in itertools.pairwise([0, *cuts, len(text)])]


def test_whatever_is_drawn_and_wherever_it_is_cut_into_pieces_it_shows_the_same() -> None:
    every = [scribbles(seed) for seed in range(1500)]
    pictures = shown([text for pieces in every for text in ("".join(pieces), reduced(pieces))])
    for seed, (raw, kept) in enumerate(zip(pictures[::2], pictures[1::2], strict=True)):
        assert kept == raw, (seed, every[seed], reduced(every[seed]))


def test_a_requester_who_wants_each_byte_gets_each_byte() -> None:
    output = Writing(1 << 20, reduces=False)
    pieces = ["first\n", *tqdm(300), "then\n"]
    for piece in pieces:
        output.write("stderr", piece)
    output.write("stdout", "x\ry")
    assert [item.text() for item in output.items] == ["".join(pieces), "x\ry"]


def test_ten_million_updates_would_cost_no_more_than_a_few() -> None:
    output = Writing(1 << 20)
    for piece in tqdm(20_000):
        output.write("stderr", piece * 5)
    (item,) = output.items
    assert item.chars == len(item.text()) < 100
    assert len(item.head.parts) < 10
