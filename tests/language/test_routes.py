"""The endpoints: nothing runs or is read that was not asked for, and what is asked is bounded."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rdit.errors import Forbidden, NotFound, NotText, TooLarge
from rdit.language.texts.sources import NamedSources, read_source
from tests.language.pages import Page, help_of, open_page

if TYPE_CHECKING:
    from tests.conftest import Client, MakeClient

ROOT = Path(__file__).parent.parent.parent


def test_a_server_that_starts_imports_nothing_of_it() -> None:
    code = (
        "import sys, rdit.server.serve, rdit.server.app\n"
        "print(*(name for name in sys.modules if name.startswith('rdit.language')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


async def test_a_page_that_asks_nothing_starts_nothing(client: Client) -> None:
    await client.post("/api/execute-script", json={"script": "1"})
    await client.post("/api/language/close", json={"clientId": "x"})
    answer = await client.post("/api/language/request", json={"clientId": "x", "version": 0, "method": "hover"})
    assert answer.status == 409
    assert help_of(client)._hub is None


BAD_OPENS = [
    ({"text": 1}, 422),
    ({"text": "x", "sessionId": "nobody"}, 404),
    ({"text": "x", "path": "../script.py"}, 403),
    ({"text": "x", "path": "/etc/passwd"}, 403),
    ({"text": "x", "path": "notes.txt"}, 422),
    ({"text": "x" * 4_000_001}, 422),
    ({"text": "x", "path": "a\0.py"}, 422),
]


async def test_a_text_that_is_not_ours_is_not_opened(client: Client) -> None:
    for body, status in BAD_OPENS:
        data = io.BytesIO(json.dumps(body).encode())
        answer = await client.post("/api/language/open", data=data)
        assert answer.status == status, (str(body)[:80], await answer.text())
    assert help_of(client)._hub is None


BAD_CHANGES = [
    [{"text": "x", "range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}}}],
    [{"text": "x", "range": {"start": {"line": 0}, "end": {"line": 0, "character": 0}}}],
    [{"text": "x", "range": {"start": {"line": 0, "character": 2**31}, "end": {"line": 0, "character": 0}}}],
    [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}}],
    [{"text": "x"}] * 5001,
]


async def test_a_change_that_is_none_changes_nothing(client: Client) -> None:
    page = await open_page(client, "value = 1\n")
    for changes in BAD_CHANGES:
        await page.post("change", 422, version=1, contentChanges=changes)
    away = {"start": {"line": 99, "character": 99}, "end": {"line": 3, "character": 3}}
    await page.post("change", version=1, contentChanges=[{"text": "other = 1\n", "range": away}])
    page.version = 1
    assert [one["name"] for one in await page.ask("documentSymbol")] == ["value", "other"]


BAD_REQUESTS = [
    ("workspace/executeCommand", {"command": "ty.printDebugInformation"}, 400),
    ("textDocument/didChange", {}, 400),
    ("shutdown", {}, 400),
    ("exit", {}, 400),
    ("initialize", {}, 400),
    ("$/cancelRequest", {"id": 1}, 400),
    ("textDocument/completion", {}, 422),
    ("textDocument/completion", {"position": {"line": "1", "character": 0}}, 422),
    ("textDocument/hover", {"position": {"line": 1}}, 422),
    ("textDocument/codeAction", {"context": {"diagnostics": [1]}}, 422),
    ("textDocument/codeAction", {"context": 1}, 422),
    ("completionItem/resolve", {}, 422),
    ("completionItem/resolve", {"resolveId": 3}, 422),
    ("codeAction/resolve", {"title": "x"}, 422),
    ("codeAction/resolve", {"data": {"server": "sh"}}, 422),
]


async def test_what_servers_are_not_for_is_refused(client: Client) -> None:
    page = await open_page(client, "value = 1\n")
    for method, params, status in BAD_REQUESTS:
        answer = await client.post(
            "/api/language/request",
            json={"clientId": page.opened["clientId"], "version": 0, "method": method, "params": params},
        )
        assert answer.status == status, (method, await answer.text())
    # What a server itself refuses is passed on in its words.
    answer = await page.post("request", version=0, method="textDocument/rename", params={"position": "here"})
    assert answer["error"]["message"]
    assert [one["name"] for one in await page.ask("documentSymbol")] == ["value"]


async def test_another_texts_address_in_a_request_means_nothing(client: Client, workspace: Path) -> None:
    (workspace / "secret.py").write_text("secret = 1\n")
    page = await open_page(client, "value = 1\n")
    other = {"uri": (workspace / "secret.py").as_uri()}
    assert [one["name"] for one in await page.ask("documentSymbol", textDocument=other)] == ["value"]


def test_the_door_opens_for_sources_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link, source, fifo = tmp_path / "link.py", tmp_path / "source.py", tmp_path / "fifo.py"
    link.symlink_to(secret)
    source.write_text("x = 1\n")
    os.mkfifo(fifo)
    named = NamedSources()
    for path in (link, source, fifo, tmp_path / "gone.py"):
        named.add(path)
    assert read_source(named.named(source.as_uri())) == (str(source.resolve()), "x = 1\n")
    for uri in (secret.as_uri(), f"file://host{source}", str(source), "http://x/", "file:///%00", "vendored://x.py"):
        with pytest.raises(Forbidden):
            named.named(uri)
    with pytest.raises(NotText):
        read_source(named.named(link.as_uri()))
    with pytest.raises(NotText):
        read_source(named.named(fifo.as_uri()))
    with pytest.raises(NotFound):
        read_source(named.named((tmp_path / "gone.py").as_uri()))
    source.write_bytes(b"#" * ((4 << 20) + 1))
    with pytest.raises(TooLarge):
        read_source(source)


async def test_a_source_that_was_named_is_asked_about_in_its_turn(client: Client) -> None:
    page = await open_page(client, "import textwrap\ntextwrap.dedent\n")
    [place] = await page.ask("definition", position=page.at("dedent"))
    uri = place.get("targetUri") or place["uri"]
    for source, status in ((uri, 200), (f"{uri}x", 403), ("file:///etc/passwd", 403), ("", 422)):
        body = {"text": "def other():\n    pass\n", "source": source}
        answer = await client.post("/api/language/open", json=body)
        assert answer.status == status, await answer.text()
        if status == 200:
            opened = Page(client, body["text"], await answer.json())
            assert opened.uri == uri
            assert [one["name"] for one in await opened.ask("documentSymbol")] == ["other"]


async def test_nothing_of_the_workspace_runs(make_client: MakeClient, workspace: Path) -> None:
    """Opening a text that came with an interpreter, plugins and modules starts rdit's own two programs alone."""
    mark = workspace / "ran"
    hostile = f"#!/bin/sh\ntouch '{mark}'\n"
    place = workspace / ".venv" / "bin"
    place.mkdir(parents=True)
    (workspace / ".venv" / "pyvenv.cfg").write_text("home = .venv/bin\n")
    for name in ("python", "python3", "ty", "ruff"):
        for path in (place / name, workspace / name):
            path.write_text(hostile)
            path.chmod(0o755)
    (workspace / "sitecustomize.py").write_text(f"open({str(mark)!r}, 'w')\n")
    (workspace / "helper.py").write_text(f"open({str(mark)!r}, 'w')\nx = 1\n")
    client = await make_client(script=None)
    page = await open_page(client, "import helper\n\nprint(helper.y)\n", path="helper.py")
    assert page.opened["servers"]["ruff"]["state"] == "running"
    await page.ask("diagnostic")
    await page.ask("completion", position=page.at("helper.y", after=True))
    assert not mark.exists()
