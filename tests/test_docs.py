"""What the pages say is so: their commands run and print what they promise, their links lead somewhere."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import rdit
from tests.running import COMMAND, Rdit, running_rdit

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = ROOT / "docs" / "http-api.md"


@dataclass(frozen=True)
class Example:
    """A command, and what it prints; `…` stands for anything."""

    command: str
    expected: str


def examples(page: Path) -> list[Example]:
    """Return each block of shell that has a block of text right after it."""
    blocks = list(FENCE.finditer(page.read_text()))
    return [
        Example(command[2], output[2])
        for command, output in itertools.pairwise(blocks)
        if command[1] == "sh" and output[1] == "text" and page.read_text()[command.end() : output.start()].isspace()
    ]


def promised(expected: str) -> re.Pattern[str]:
    """Return what the output must match as a whole, space at both ends aside."""
    return re.compile(".*?".join(map(re.escape, expected.strip().split("…"))), re.DOTALL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rdit]:
    """A server as the page describes it."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "script.py").write_text("x = 1\nx + 1\n")
    (folder / "other.py").write_text("'another script'\n")
    home = tmp_path_factory.mktemp("home")
    with running_rdit("script.py", folder=folder, HOME=str(home), XDG_DATA_HOME=str(home / "data")) as rdit:
        yield rdit


@pytest.mark.parametrize("example", examples(EXAMPLES), ids=lambda example: example.command.splitlines()[0][:60])
def test_an_example_of_the_api_prints_what_the_page_says(example: Example, server: Rdit, tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-euc", example.command],
        cwd=tmp_path,
        env={**os.environ, "RDIT": server.address, "TOKEN": server.token},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert promised(example.expected).fullmatch(done.stdout.strip()), done.stdout


def test_every_endpoint_has_an_example(server: Rdit) -> None:
    commands = "\n".join(example.command for example in examples(EXAMPLES))
    described = set(server.json("/api/openapi.json")["paths"])
    assert {path for path in described if not re.search(re.escape(path) + r"\b", commands)} == set()


def links(page: Path) -> list[str]:
    """Return what a page links to and shows, without the web."""
    text = FENCE.sub("", page.read_text())
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)
    return [target for target in found if not target.startswith(("http:", "https:"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    missing = [target for target in links(page) if not (page.parent / target.partition("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_are_there(page: Path) -> None:
    roots = ("scripts/", "tests/", "docs/", "examples/", "rdit/", "frontend/", ".ci/")
    named = [name for name in re.findall(r"`([\w./-]+)(?: [^`]*)?`", page.read_text()) if name.startswith(roots)]
    built = {"rdit/_static/", "frontend/dist"}
    assert [name for name in named if name not in built and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_name_scripts_that_can_be_run(page: Path) -> None:
    commands = [block[2] for block in FENCE.finditer(page.read_text()) if block[1] == "sh"]
    for line in "\n".join(commands).splitlines():
        if line.startswith("scripts/"):
            program, *arguments = line.split()
            assert os.access(ROOT / program, os.X_OK), line
            for argument in arguments:
                assert argument.startswith("-") or (ROOT / argument).exists(), line


def test_every_script_of_the_folder_is_described() -> None:
    described = set(re.findall(r"^\| `scripts/([\w-]+)", (ROOT / "docs" / "contributing.md").read_text(), re.MULTILINE))
    there = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert described == there


def test_the_options_of_the_usage_page_are_those_of_the_command() -> None:
    told = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    offered = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", told.partition("Options")[2].partition("Examples")[0]))
    table = re.findall(r"^\| `(--[^`]+)`", (ROOT / "docs" / "usage.md").read_text(), re.MULTILINE)
    assert {row.split()[0].rstrip("`,") for row in table} == offered


def shortcut(key: str) -> str:
    """Return a key as a person reads it."""
    *held, last = key.split("-") if not key.endswith("--") else [*key[:-2].split("-"), "-"]
    words = sorted({{"Mod": "Ctrl"}.get(part, part) for part in held}, key=lambda word: (word != "Ctrl", word))
    return "+".join([*words, last.upper() if len(last) == 1 else last])


def test_the_shortcuts_of_the_readme_are_those_of_the_page() -> None:
    client = ROOT / "frontend" / "src"
    modules = ["panes/script-commands.ts", "panes/save-command.ts", "files/commands.ts"]
    modules += ["app/drawer/details.ts", "app/commands.ts", "language/commands.ts"]
    source = "".join((client / name).read_text() for name in modules)
    words = (
        r'title: "([^"]+)",\s*(?:detail: "([^"]+)",\s*)?'
        r'(?:aliases: "[^"]+",\s*)?(?:inMenu: true,\s*)?key: "([^"]+)"'
    )
    commands = [(key, detail or title) for title, detail, key in re.findall(words, source)]
    assert len(commands) >= 6
    table = re.findall(r"^\| ((?:Ctrl|Shift|Alt|F\d)\S*) \| (.+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert table == [(shortcut(key), title) for key, title in commands]


def test_the_packages_version_is_in_the_changes() -> None:
    assert f"## {rdit.__version__}" in (ROOT / "CHANGELOG.md").read_text()
