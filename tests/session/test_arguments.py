"""The line of a script's arguments, parted and joined as a shell does it."""

from __future__ import annotations

import subprocess

import pytest
from msgspec.structs import replace

from rdit.errors import InvalidFields
from rdit.session.arguments import line_of, split_arguments
from rdit.session.session import Session
from rdit.session.sessions import Sessions
from rdit.settings import Settings

LINES = [
    "",
    "  ",
    "--top 5 data.txt",
    "'two words' \"it's\" a\\ b",
    'x"y"z \'\' ""',
    "--a='b c' \"\\\"\" '\\'",
    "é ü#",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_split_as_a_shell_splits_it(line: str) -> None:
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {line}"], capture_output=True, text=True, check=True)
    assert list(split_arguments(line)) == ([] if not line.strip() else done.stdout.split("\0")[:-1])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--name 'Ann", "not closed"),
        ('a "b', "not closed"),
        ("'a\\", "backslash"),
        ("a \\", "backslash"),
        ("\0", "null"),
    ],
)
def test_a_line_that_is_not_finished_says_what_is_missing(line: str, words: str) -> None:
    with pytest.raises(InvalidFields, match=words):
        split_arguments(line)


def test_the_line_of_arguments_is_split_into_them_again() -> None:
    arguments = ("--name", "two words", "", "it's", '"', "\\", "$HOME", "*")
    assert split_arguments(line_of(arguments) or "") == arguments
    assert line_of(()) is None


async def test_arguments_that_are_no_text_stay_what_they_are_until_others_are_given(settings: Settings) -> None:
    given = replace(settings, arguments=("caf\udce9",))
    sessions = Sessions(given)
    try:
        session: Session = sessions.main
        assert session.state.arguments == "'caf\ufffd'"
        session.set_arguments("'caf\ufffd'")
        assert session.owner.arguments == ("caf\udce9",)
    finally:
        await sessions.close()
