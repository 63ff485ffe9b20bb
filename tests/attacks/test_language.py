"""A folder, a script and requests that try to stop the language servers, or what rdit does with texts and answers.

Where the old way took time that grows faster than the text, the text is so long that it would not have ended within
the time of a test.
"""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from rdit.errors import Forbidden
from rdit.language.features.diagnostics import MANY, diagnose, merged
from rdit.language.hub import LONG_TEXT
from rdit.language.limits import Limits
from rdit.language.package_names import package_of
from rdit.language.texts.cursor import completed_at, named_at
from rdit.language.texts.edits import edits_between
from rdit.language.texts.sources import MAX_NAMED, NamedSources
from rdit.language.texts.text import Text
from rdit.language.texts.top_level import TopLevel
from tests.language.pages import hub_of, open_page

if TYPE_CHECKING:
    from tests.conftest import Client, MakeClient

pytestmark = pytest.mark.timeout(120)


def place(line: int, start: int = 0, end: int | None = None) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": start if end is None else end},
    }


# ------------------------------------------------------------------------------------------------- what a folder brings


def configure_ruff(folder: Path) -> None:
    (folder / "ruff.toml").write_text('extend = "/dev/zero"\n')


def configure_ty(folder: Path) -> None:
    (folder / "ty.toml").symlink_to("/dev/zero")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux bounds the memory of another process")
@pytest.mark.parametrize("configure", [configure_ruff, configure_ty])
async def test_a_configuration_without_an_end_takes_bounded_memory(
    client: Client, workspace: Path, configure: Callable[[Path], None]
) -> None:
    configure(workspace)
    hub_of(client)._limits = replace(Limits(), max_memory=1 << 28)
    page = await open_page(client, "import os\n")
    assert [one["source"] for one in (await page.ask("diagnostic"))["items"]] == ["Ruff"]
    (pair,) = hub_of(client)._pairs.values()
    for server in pair.servers:  # what could not be read is passed over
        assert server.state == "running"
        assert server.child is not None
        status = Path(f"/proc/{server.child.process.pid}/status").read_text()
        (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        assert int(peak) << 10 < 1 << 29


async def test_a_configuration_runs_nothing_and_writes_nothing(make_client: MakeClient, workspace: Path) -> None:
    outside = workspace.parent
    mark = outside / "ran"
    python = workspace / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    python.chmod(0o755)
    (python.parent.parent / "pyvenv.cfg").write_text("home = .\n")
    (workspace / "ruff.toml").write_text('cache-dir = "../cache"\noutput-format = "json"\n')
    (workspace / "ty.toml").write_text(f'[environment]\npython = "{python}"\nextra-paths = ["{outside}"]\n')
    (workspace / "helper.py").write_text("x = 1\n")
    before = sorted(outside.iterdir())
    client = await make_client(script=None)
    page = await open_page(client, "import os\nimport helper\n", path="helper.py")
    assert {one["source"] for one in (await page.ask("diagnostic"))["items"]} == {"Ruff"}
    await page.ask("formatting", options={"tabSize": 4, "insertSpaces": True})
    assert sorted(outside.iterdir()) == before


# ---------------------------------------------------------------------------------------------------- what a page sends


async def test_parameters_that_are_nested_too_deeply_for_a_server_do_not_reach_it(client: Client) -> None:
    """ty ends over more than 126 levels."""
    page = await open_page(client, "value = 1\n")

    def nested(depth: int) -> Any:
        return [nested(depth - 1)] if depth else 1

    await page.post("request", 400, version=0, method="textDocument/documentSymbol", params={"x": nested(99)})
    await page.post("request", version=0, method="textDocument/documentSymbol", params={"x": nested(98)})
    (pair,) = hub_of(client)._pairs.values()
    assert {server.state for server in pair.servers} == {"running"}


async def test_a_text_does_not_grow_beyond_what_may_be_opened(client: Client) -> None:
    hub_of(client)._limits = replace(Limits(), max_text=100)
    page = await open_page(client, "value = 1\n")
    for _ in range(3):
        await page.post("change", 413, version=1, contentChanges=[{"text": "x = 1\n" * 20, "range": place(1)}])
    await page.post("change", version=1, contentChanges=[{"text": "other = 1\n", "range": place(1)}])
    page.version = 1
    assert [one["name"] for one in await page.ask("documentSymbol")] == ["value", "other"]


async def test_a_body_that_is_too_long_is_read_nowhere(client: Client) -> None:
    for path in ("open", "change", "request"):
        body = io.BytesIO(b'{"text": "' + b"x" * (1 << 25) + b'"}')
        assert (await client.post(f"/api/language/{path}", data=body)).status == 413
    assert (await client.post("/api/language/change", data=io.BytesIO(b'{"text": "x"}'))).status == 422  # the control


def test_changes_that_go_to_and_fro_cost_no_text_each() -> None:
    text = Text("x = 1\n" * 300_000)
    changes = [{"text": "y", "range": place(number % 2 * 200_000 + number)} for number in range(5000)]
    lines = text.changed(changes).content.split("\n")
    assert [line for line in lines if line] == ["yx = 1" if line.startswith("y") else "x = 1" for line in lines if line]
    assert sum(line.startswith("y") for line in lines) == 5000


async def test_a_long_text_is_changed_beside_the_event_loop(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[bool] = []
    changed = Text.changed

    def noted(text: Text, changes: Sequence[Mapping[str, Any]]) -> Text:
        threads.append(threading.current_thread() is threading.main_thread())
        return changed(text, changes)

    monkeypatch.setattr(Text, "changed", noted)
    page = await open_page(client, "x\n")
    await page.change("y\n")
    await page.change("#" * LONG_TEXT)
    await page.change("y\n")
    assert threads == [True, False, False]


# -------------------------------------------------------------------------------------------------- what a script holds

LINES = {
    "brackets, for and names": "[" * 50_000 + "for " * 50_000 + "x " * 50_000 + "x.",
    "for": "for " * 200_000 + "x.",
    "lambda": "lambda " * 100_000 + "x.",
    "colons": "[" + "lambda:for " * 5_000 + "x.",
    "spaces": "[x" + " " * 500_000 + "x.",
    "chains": "x" + ".x" * 200_000 + ".",
    "keys": "x" + "[0]" * 100_000 + ".",
    "strings": "''" * 200_000 + "x.",
}


@pytest.mark.parametrize("name", LINES)
def test_what_stands_at_the_cursor_is_found_in_lines_of_any_form(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("rdit.language.texts.cursor.MAX_SCANNED", 1 << 30)
    line = LINES[name]
    for above in ("", "def f():\n    pass\n    ", f"def f():\n    {line[:-2]}\n    "):
        text = Text(above + line)
        completed_at(text, text.position(len(text.content)))
        named_at(text, text.position(len(text.content) - 2))


def test_far_down_in_a_long_text_nothing_is_asked_of_the_process() -> None:
    for count, is_asked in ((20_000, False), (10, True)):
        text = Text("x = ''\n" * count + "x.")
        assert (completed_at(text, text.position(len(text.content))) is not None) is is_asked


def test_texts_whose_lines_are_much_alike_are_compared() -> None:
    rng = random.Random(1)
    before, after = ("".join(f"x{rng.randrange(150)} = 1\n" for _ in range(30_000)) for _ in range(2))
    text = Text(before)
    assert text.edited(edits_between(text, after)).content == after


def problems(code: str, count: int) -> list[dict[str, Any]]:
    message = "`await` outside of an asynchronous function" if code == "F704" else "Found useless expression"
    return [{"code": code, "message": message, "range": place(line, 4, 5), "source": "Ruff"} for line in range(count)]


def test_problems_by_the_thousand_in_a_text_that_does_not_compile_are_looked_at() -> None:
    text = Text("if True:\n" + "    await x\n" * 9000 + "def (:\n")
    assert merged(problems("F704", 9000), TopLevel(text)) == []


def test_a_piece_of_a_text_that_is_too_long_is_not_compiled() -> None:
    for count, kept in ((12_000, 1), (10, 0)):
        text = Text("if True:\n" + "    await x\n" * count)
        assert len(merged(problems("F704", 1), TopLevel(text))) == kept


def test_problems_at_each_of_many_statements_are_looked_at() -> None:
    text = Text("(  (x))\n" * 16_000)
    assert merged(problems("B018", 16_000) * 5, TopLevel(text)) == []


def test_problems_at_each_of_many_statements_of_a_text_that_does_not_parse_are_looked_at() -> None:
    text = Text("x; " * 10_000 + "\ndef (:\n")
    found = [{**one, "range": place(0, 3 * number)} for number, one in enumerate(problems("B018", 10_000))]
    assert merged(found, TopLevel(text)) == []


async def test_many_problems_are_looked_at_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[bool] = []

    def noted(*_: Any) -> list[Any]:
        threads.append(threading.current_thread() is threading.main_thread())
        return []

    class Answers:
        text, ty, ruff = Text(""), "ty", "ruff"

        def __init__(self, count: int) -> None:
            self._count = count

        async def of(self, server: str, _: None) -> Any:
            return {"items": problems("B018", self._count) if server == "ty" else []}

    monkeypatch.setattr("rdit.language.features.diagnostics.merged", noted)
    for count in (1, MANY):
        asking: Any = Answers(count)
        await diagnose(asking)
    assert threads == [True, False]


def test_a_module_of_a_hundred_thousand_parts_has_a_package() -> None:
    package = package_of("a." * 300_000 + "a")
    assert package is not None
    assert package.name == "a"


# ------------------------------------------------------------------------------------------------ the door for sources


async def test_what_a_server_named_to_one_session_is_not_shown_to_another(client: Client, workspace: Path) -> None:
    (workspace / "other.py").write_text("x = 1\n")
    opened = await (await client.post("/api/session", json={"path": "other.py"})).json()
    other = await open_page(client, "x = 1\n", sessionId=opened["sessionId"])
    page = await open_page(client, "import json\njson.dumps(1)\n")
    (found,) = await page.ask("definition", position=page.at("dumps"))
    assert await other.ask("documentSymbol")

    async def shown(**session: str) -> int:
        return (await client.get("/api/language/source", params={"uri": found["uri"], **session})).status

    assert await shown(sessionId=opened["sessionId"]) == 403
    assert await shown() == 200
    await page.post("close")
    assert await shown() == 403


def test_of_the_files_that_servers_have_named_the_newest_are_shown() -> None:
    named = NamedSources()
    for number in range(MAX_NAMED + 1):
        named.add(Path(f"/x/{number}.py"))
    assert named.named("file:///x/1.py") == Path("/x/1.py")
    with pytest.raises(Forbidden):
        named.named("file:///x/0.py")


ODD_ADDRESSES = [
    "file:///x/../etc/shadow.py",
    "file:///x/%2e%2e/a.py",
    "file:////x/a.py",
    "file:///x//a.py",
    "file:///x/a.py/",
    "file:///x/a.py%00",
    "file:///X/a.py",
    "file:/x/a.py?y",
    "FILE://evil/x/a.py",
    "file://127.0.0.1/x/a.py",
    "file:x/a.py",
    "file://[::1/x/a.py",
    "file:///x%5Ca.py",
    "data:text/plain,/x/a.py",
    "/x/a.py",
    "",
    "file:///" + "x/" * 100_000,
]


@pytest.mark.parametrize("address", ODD_ADDRESSES, ids=lambda address: ascii(address)[:40])
def test_no_odd_address_opens_the_door(address: str) -> None:
    named = NamedSources()
    named.add(Path("/x/a.py"))
    try:
        assert named.named(address) == Path("/x/a.py")
    except Forbidden:
        return
    assert address in {"file:/x/a.py?y", "file:////x/a.py", "file:///x//a.py", "file:///x/a.py/"}, "it is the same file"
