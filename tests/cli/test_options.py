"""How a command line is read: options, the script and its arguments, commands, mistakes, and a shell's completions."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.cli.commands import command
from rdit.cli.main import main
from rdit.cli.options import OPTIONS, Options, settings_from, usual_options
from rdit.errors import BadSetting

DEFAULTS: dict[str, Any] = {
    "script": None,
    "arguments": (),
    "port": None,
    "host": "127.0.0.1",
    "no_browser": False,
    "python": None,
    "trust": False,
    "follow": False,
    "root": None,
    "allow_origin": (),
    "base_url": "/",
    "certfile": None,
    "keyfile": None,
    "no_token": False,
}


def options(*arguments: str) -> Options:
    with command.make_context("rdit", list(arguments)) as context:
        return Options(**context.params)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ("", {}),
        ("a.py", {"script": "a.py"}),
        ("a.py --port 0 --no-browser", {"script": "a.py", "port": 0, "no_browser": True}),
        ("--port 9000 a.py --port 9001", {"script": "a.py", "port": 9001}),
        ("--port=65535 --host=::1", {"port": 65535, "host": "::1"}),
        ("--python .venv --root .. ./list", {"script": "./list", "python": ".venv", "root": ".."}),
        ("--allow-origin https://a --allow-origin http://b:1", {"allow_origin": ("https://a", "http://b:1")}),
        ("a.py --trust", {"script": "a.py", "trust": True}),
        ("a.py --follow", {"script": "a.py", "follow": True}),
        ("--base-url /x/ --no-token", {"base_url": "/x/", "no_token": True}),
        ("--certfile c.pem --keyfile k.pem", {"certfile": "c.pem", "keyfile": "k.pem"}),
        ("list.py", {"script": "list.py"}),
        ("--no-browser list", {"script": "list", "no_browser": True}),
        ("a.py -- --fast data.csv", {"script": "a.py", "arguments": ("--fast", "data.csv")}),
        ("a.py --no-token -- --port x --", {"script": "a.py", "no_token": True, "arguments": ("--port", "x", "--")}),
        ("-- list --json", {"arguments": ("list", "--json")}),
        ("a.py --", {"script": "a.py"}),
    ],
)
def test_a_command_line_that_opens_a_script_means(arguments: str, given: dict[str, Any]) -> None:
    meant = Options(**{**DEFAULTS, **given})
    assert options(*arguments.split()) == meant
    assert usual_options(arguments.split()) in (meant, None)


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "a.py",
        "folder/a.py --port 0 --no-browser",
        "--host ::1 --root .. a.py -- --help x.py",
        "--allow-origin https://a --allow-origin http://b:1 -- --",
    ],
)
def test_a_usual_command_line_is_read_without_click(arguments: str) -> None:
    assert usual_options(arguments.split()) == options(*arguments.split())


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "-h",
        "list",
        "script",
        "a.py b.py",
        "--port",
        "--port=1",
        "--port x",
        "--port 65536",
        "--port -1",
        "--port ٣",
        "--no-brow",
        "--root --trust",
        "-",
        "--nonsense a.py",
    ],
)
def test_any_other_command_line_is_left_to_click(arguments: str) -> None:
    assert usual_options(arguments.split()) is None


WORDS = st.one_of(
    st.sampled_from(
        ["a.py", "list", "list.py", "-", "--", "0", "65535", "65536", "007", "+1", "1_0", " 8", "²", "", "/x"]
    ),
    st.sampled_from([*(row.name for row in OPTIONS), "--version", "-h", "--po", "--port=1", "--no-token=1", "-p"]),
    st.text(max_size=5),
)


@given(st.lists(WORDS, max_size=7))
def test_a_command_line_that_is_read_without_click_means_the_same_to_click(arguments: list[str]) -> None:
    if (read := usual_options(arguments)) is not None:
        assert options(*arguments) == read


def test_every_row_of_the_table_has_a_metavar_or_is_a_flag_and_says_what_it_does() -> None:
    for row in OPTIONS:
        assert row.help
        assert (row.default is False) == (row.metavar is None), row.name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--port x", "'x' is not a valid integer"),
        ("--port", "Option '--port' requires an argument. See rdit --help."),
        ("--port 65536", "65535"),
        ("--versio", "Did you mean '--version'? See rdit --help."),
        ("a.py b.py", "b.py"),
        ("list a.py", "Got unexpected extra argument (a.py). See rdit list --help."),
        ("list --wide", "No such option '--wide'. See rdit list --help."),
        ("url a b", "See rdit url --help."),
        ("stop --port 1", "'--port'"),
    ],
)
def test_a_mistake_is_one_line_that_says_where_help_is(
    arguments: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert told.err.startswith("rdit: ")
    assert words in told.err


@pytest.mark.parametrize("arguments", ["--help", "-h", "a.py -h", "--port 1 --help"])
def test_help_shows_the_options_the_commands_and_examples(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert "Usage: rdit [OPTIONS] [SCRIPT] [-- ARGS…]" in told
    for word in ("─ Options", "--allow-origin", "─ Commands", "stop", "Examples", "rdit ./list"):
        assert word in told, word


@pytest.mark.parametrize("name", ["list", "url", "stop"])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_each_command_has_help(name: str, flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, flag])
    assert ended.value.code == 0
    told = capsys.readouterr()
    assert f"Usage: rdit {name} [OPTIONS]" in told.out
    assert told.err == ""


def test_the_collector_rests_during_the_command_only(monkeypatch: pytest.MonkeyPatch) -> None:
    rested: list[bool] = []

    def opened(_: Options) -> int:
        rested.append(not gc.isenabled())
        return 0

    monkeypatch.setattr("rdit.cli.open_script.open_script", opened)
    with pytest.raises(SystemExit):
        main([])
    assert rested == [True]
    assert gc.isenabled()


def test_giving_up_ends_with_the_status_of_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Options) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("rdit.cli.open_script.open_script", interrupted)
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 130


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["rdit", "--no"], {"plain,--no-browser", "plain,--no-token"}),
        (["rdit", "li"], {"plain,list", "file,li"}),
        (["rdit", ""], {"plain,list", "plain,url", "plain,stop", "file,"}),
        (["rdit", "a.py", "--po"], {"plain,--port"}),
        (["rdit", "list", "--js"], {"plain,--json"}),
    ],
)
def test_a_shell_gets_completions(words: list[str], offered: set[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rdit"],
        cwd=tmp_path,
        env={
            **os.environ,
            "_RDIT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert set(done.stdout.splitlines()) == offered


def test_settings_without_a_token_on_loopback_are_fine_and_elsewhere_not(tmp_path: Path) -> None:
    folder = str(tmp_path)
    settings = settings_from(
        options("--host", "::1", "--no-token", "--root", folder, "--allow-origin", "https://a.example/")
    )
    assert settings.token is None
    assert "https://a.example" in settings.allowed_origins
    with pytest.raises(BadSetting):
        settings_from(options("--host", "10.0.0.1", "--no-token", "--root", folder))


def test_a_command_that_is_added_to_the_tree_is_found_by_its_name() -> None:
    @click.command("extra")
    @click.argument("number", type=int)
    def extra(number: int) -> int:
        return number

    command.add_command(extra)
    try:
        assert command.main(["extra", "7"], standalone_mode=False) == 7
        assert options("extra.py").script == "extra.py"
    finally:
        del command.commands["extra"]
