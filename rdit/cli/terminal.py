"""The user's terminal: what rdit writes there, and the one question that it asks there."""

from __future__ import annotations

import os
import sys
import termios
import tty
from pathlib import Path
from typing import TextIO

QUESTION = """
This workspace has a Python of its own, which rdit has not started before:

    {interpreter}

Starting it runs what is installed in it. Say yes if it is yours, or if you trust whoever made it; rdit then
starts it without asking from now on.

Start it? [y/n] """
LATER = "It is not started. You can look at everything; the page asks again when you run something."
ANSWERS = {b"y", b"n", b"\r", b"\n", b"\x1b", b"\x04", b""}
"""Keys, of which only the first says yes: with Enter, Escape and Ctrl-D one has not decided."""


def printable(text: str) -> str:
    """Return *text* with what a terminal would obey rather than show written as an escape; lines stay lines.

    Names of files come from anywhere: with control characters they could write over what stands in the terminal, set
    its title, or answer its questions.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def say(text: str, file: TextIO | None = None) -> None:
    """Write a line to the terminal: the way for everything that rdit says there."""
    print(printable(text), file=file or sys.stdout, flush=True)


def refuse(reason: str) -> int:
    """Say in one line why the command does not do what it was asked for; return its exit status."""
    say(f"rdit: {' '.join(reason.split())}", sys.stderr)
    return 2


def can_ask() -> bool:
    """Return whether a person sits at a terminal that this process may read: not in the background, not in a pipe."""
    try:
        return sys.stdin.isatty() and sys.stdout.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):  # closed, or none
        return False


def may_start(interpreter: Path) -> bool:
    """Ask whether *interpreter* may be started; one key answers.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor, termios.TCSAFLUSH)  # what was typed before the question is no answer to it
        sys.stdout.write(printable(QUESTION.format(interpreter=interpreter)))
        sys.stdout.flush()
        key = b"?"
        while key not in ANSWERS:
            key = os.read(descriptor, 1).lower()
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
    say("yes\n" if key == b"y" else f"no\n{LATER}\n")
    return key == b"y"
