"""The usual command lines are read without click, and must mean what click says they mean."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.cli.command_line import read_options
from rdit.cli.options import Options, usual_options
from rdit.errors import BadSetting

WORDS = [
    "--port", "--host", "--no-browser", "--python", "--root", "--allow-origin", "--base-url", "--certfile",
    "--keyfile", "--no-token", "--help", "-h", "--version", "--nonsense", "--port=80", "--no-brow", "-", "--", "",
    "a.py", "b.py", "0", "8888", "65535", "65536", "007", "-1", " 80", "８０", "list", "https://a.example",
]  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.py"],
        ["a.py", "--port", "0", "--no-browser"],
        ["--port", "9000", "a.py", "--port", "9001"],
        ["--host", "0.0.0.0", "--python", ".venv", "--root", ".", "--base-url", "/x/", "./list"],
        ["--allow-origin", "https://a.example", "--allow-origin", "http://b.example:1", "a.py"],
        ["--certfile", "c.pem", "--keyfile", "k.pem", "--no-token", "--no-token"],
    ],
)
def test_a_usual_command_line_is_read_without_click_and_means_the_same(arguments: list[str]) -> None:
    usual = usual_options(arguments)
    assert isinstance(usual, Options)
    assert usual == read_options(arguments)


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_whatever_is_read_without_click_means_the_same_with_it(arguments: list[str]) -> None:
    usual = usual_options(arguments)
    if usual is not None:
        assert usual == read_options(arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "x"], "not a valid"),
        (["--port"], "requires an argument"),
        (["--port", "65536"], "65535"),
        (["--versio"], "Did you mean '--version'"),
        (["a.py", "b.py"], "b.py"),
    ],
)
def test_what_is_wrong_is_left_to_click_and_its_words(arguments: list[str], words: str) -> None:
    assert usual_options(arguments) is None
    with pytest.raises(BadSetting) as refused:
        read_options(arguments)
    assert words in str(refused.value)


def test_a_shell_still_gets_the_completions_that_click_makes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rdit"],
        cwd=tmp_path,
        env={**os.environ, "_RDIT_COMPLETE": "bash_complete", "COMP_WORDS": "rdit --no", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == {"--no-browser", "--no-token"}
