"""Pages hear what happens to files, on the real application: who writes them, who imported them, who saved them."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from rdit.server.app_keys import SESSIONS
from rdit.workspace.atomic_write import version_of
from rdit.workspace.local_imports import Module, ModuleCache
from rdit.workspace.watcher import Watcher
from tests.conftest import Client, MakeClient

from ..server.events import Event, events, until


@asynccontextmanager
async def listening(client: Client, session_id: str | None = None) -> AsyncIterator[AsyncIterator[Event]]:
    """Listen to a session as a page does: the script was read, and changes in its folder are heard already."""
    params = {} if session_id is None else {"sessionId": session_id}
    async with client.get("/api/events", params=params) as response:
        yield events(response)


def about(path: str, **fields: Any) -> Any:
    wanted = {"type": "file", "path": path, **fields}
    return lambda event: wanted.items() <= event.items()


async def read(client: Client, path: str) -> dict[str, Any]:
    async with client.get("/api/read-file", params={"path": path}) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def run(client: Client, script: str, stream: AsyncIterator[Event]) -> None:
    async with client.post("/api/execute-script", json={"script": script, "detached": True}) as response:
        run_id = (await response.json())["runId"]
    await until(stream, lambda event: event["type"] == "complete" and event["runId"] == run_id)


async def statements(client: Client) -> list[dict[str, Any]]:
    async with client.get("/api/session") as response:
        found: list[dict[str, Any]] = (await response.json())["statements"]
        return found


def write(path: Path, text: str) -> None:
    """Write as another program would that writes at once: emptied files may be told of too."""
    beside = path.parent.with_name("beside")
    beside.write_text(text)
    beside.replace(path)


async def next_tick(workspace: Path) -> None:
    """Wait until the file system's clock shows a time after now, so that what is written then is later in truth.

    Its clock only ever advances, and nothing tells when; the file is outside the workspace, where nobody hears of it.
    """
    now, probe = time.time_ns(), workspace.with_name("tick")
    probe.touch()
    while probe.stat().st_ctime_ns <= now:
        await asyncio.sleep(0)
        probe.write_text("")


async def test_a_script_that_another_program_writes_is_told_with_its_version(client: Client, script: Path) -> None:
    async with listening(client) as stream:
        await read(client, "script.py")
        write(script, "x = 2\n")
        (*_, event) = await until(stream, about("script.py"))
        assert event == {
            "type": "file",
            "path": "script.py",
            "change": "modified",
            "version": version_of(b"x = 2\n"),
        }
        gone = script.with_name("gone.py")
        os.rename(script, gone)  # noqa: PTH104
        await until(stream, about("script.py", change="deleted"))
        os.rename(gone, script)  # noqa: PTH104
        await until(stream, about("script.py", change="created", version=version_of(b"x = 2\n")))


async def test_every_session_hears_of_a_save_once_and_with_the_version_of_its_answer(
    client: Client, workspace: Path
) -> None:
    (workspace / "other.py").write_text("")
    async with client.post("/api/session", json={"path": "other.py"}) as response:
        other = (await response.json())["sessionId"]
    async with listening(client) as first, listening(client, other) as second:
        version = (await read(client, "script.py"))["version"]
        body = {"path": "script.py", "content": "y = 1\n", "version": version}
        async with client.put("/api/write-file", json=body) as response:
            saved = (await response.json())["version"]
        body = {"path": "new.py", "content": "z = 1\n", "version": None}
        async with client.put("/api/write-file", json=body) as response:
            new = (await response.json())["version"]
        for stream in (first, second):
            seen = await until(stream, about("new.py"))
            told = [(event["path"], event["change"], event["version"]) for event in seen if event["type"] == "file"]
            assert told == [("script.py", "modified", saved), ("new.py", "created", new)]


async def test_a_module_that_changes_names_the_statements_that_imported_it(client: Client, workspace: Path) -> None:
    (workspace / "helper.py").write_text("import deeper\nVALUE = 1\n")
    (workspace / "deeper.py").write_text("")
    (workspace / "unrelated.py").write_text("")
    script = "x = 1\nimport helper\nfrom deeper import *\nprint(x)\n"
    async with listening(client) as stream:
        await read(client, "script.py")
        await run(client, script, stream)
        await next_tick(workspace)
        (workspace / "deeper.py").write_text("# changed")
        (*_, event) = await until(stream, about("deeper.py", version=version_of(b"# changed")))
        assert [name["nodeIndex"] for name in event["importedBy"]] == [1, 2]
        (workspace / "unrelated.py").write_text("changed")
        (*_, event) = await until(stream, about("unrelated.py"))
        assert "importedBy" not in event
        assert [statement["importsChanged"] for statement in await statements(client)] == [False, True, True, False]
        (workspace / "helper.py").write_text("VALUE = 2\n")
        (*_, event) = await until(stream, about("helper.py"))
        assert [name["nodeIndex"] for name in event["importedBy"]] == [1]
        named = [statement.get("changedImports") for statement in await statements(client)]
        assert named == [None, ["deeper.py", "helper.py"], ["deeper.py"], None]
        await run(client, script, stream)
        assert [statement["importsChanged"] for statement in await statements(client)] == [False] * 4


async def test_a_module_that_changes_while_imports_are_looked_for_is_told(
    client: Client, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("early", "late"):
        (workspace / f"{name}.py").write_text("")
    looking, go_on = threading.Event(), threading.Event()

    def slow_read(modules: ModuleCache, path: str) -> Module:
        looking.set()
        go_on.wait()
        return original(modules, path)

    original = ModuleCache.read
    monkeypatch.setattr(ModuleCache, "read", slow_read)
    async with listening(client) as stream:
        try:
            await read(client, "script.py")
            await run(client, "import early\nimport late\n", stream)
            await asyncio.to_thread(looking.wait)
            await next_tick(workspace)
            (workspace / "early.py").write_text("# changed")
        finally:
            go_on.set()
        version = version_of(b"# changed")
        (*_, event) = await until(stream, lambda event: about("early.py")(event) and "importedBy" in event)
        assert (event["version"], [name["nodeIndex"] for name in event["importedBy"]]) == (version, [0])
        assert [statement["importsChanged"] for statement in await statements(client)] == [True, False]


async def test_a_module_that_the_script_writes_itself_has_not_changed_since(client: Client, workspace: Path) -> None:
    script = "from pathlib import Path\nPath('made.py').write_text('x = 1')\nimport made\n"
    (workspace / "other.py").write_text("")
    async with listening(client) as stream:
        await run(client, script, stream)
        await run(client, script + "import other", stream)
        await next_tick(workspace)
        (workspace / "other.py").write_text("# changed")
        await until(stream, lambda event: about("other.py")(event) and "importedBy" in event)
        assert [statement["importsChanged"] for statement in await statements(client)] == [False, False, False, True]


async def test_a_listed_folder_tells_what_comes_and_goes(client: Client, workspace: Path) -> None:
    (workspace / "data").mkdir()
    async with listening(client) as stream:
        async with client.get("/api/list-files", params={"path": "data"}) as response:
            assert (await response.json())["entries"] == []
        (workspace / "data" / "x.csv").touch()
        # Either the file itself, or the folder if the file came before the watch.
        await until(stream, lambda event: event["type"] == "file" and event["path"] in {"data", "data/x.csv"})


async def find(client: Client, query: str) -> list[str]:
    async with client.get("/api/find-files", params={"query": query}) as response:
        paths: list[str] = (await response.json())["paths"]
        return paths


async def test_a_new_file_is_found_at_once(client: Client, workspace: Path) -> None:
    async with listening(client) as stream:
        async with client.get("/api/list-files") as response:
            assert response.status == 200
        assert await find(client, "fresh") == []
        (workspace / "fresh.py").touch()
        # Either the file itself, or the folder if the file came before the watch.
        await until(stream, lambda event: event["type"] == "file" and event["path"] in {"", "fresh.py"})
        assert await find(client, "fresh") == ["fresh.py"]


async def test_a_file_that_comes_before_its_folder_is_watched_is_found_once_it_is(
    client: Client, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    original = Watcher._replace_watches

    def late_start(watcher: Watcher, *arguments: Any) -> Any:
        go_on.wait()
        return original(watcher, *arguments)

    monkeypatch.setattr(Watcher, "_replace_watches", late_start)
    async with listening(client) as stream:
        try:
            await read(client, "script.py")
            assert await find(client, "fresh") == []
            script.with_name("fresh.py").touch()
            write(script, "x = 2\n")
        finally:
            go_on.set()
        await until(stream, about("script.py"))
        assert await find(client, "fresh") == ["fresh.py"]


async def test_a_renamed_script_is_told_to_the_pages_of_its_session(client: Client, workspace: Path) -> None:
    async with listening(client) as stream:
        await read(client, "script.py")
        async with client.post("/api/rename-file", json={"path": "script.py", "to": "new name.py"}) as response:
            assert response.status == 200
        (*_, event) = await until(stream, "script")
        assert event == {"type": "script", "scriptPath": "new name.py"}
        (workspace / "new name.py").write_text("x = 3\n")
        await until(stream, about("new name.py", change="modified", version=version_of(b"x = 3\n")))


async def test_a_buffer_that_is_saved_tells_its_name(make_client: MakeClient, workspace: Path) -> None:
    client = await make_client(script=None)
    async with listening(client) as stream:
        body = {"path": "saved.py", "content": "x = 1\n", "version": None, "sessionId": "main"}
        async with client.put("/api/write-file", json=body) as response:
            assert response.status == 200
        (*_, event) = await until(stream, "script")
        assert event["scriptPath"] == "saved.py"
        (workspace / "saved.py").write_text("x = 2\n")
        await until(stream, about("saved.py", version=version_of(b"x = 2\n")))


async def run_fresh(client: Client, script: str, stream: AsyncIterator[Event]) -> list[Event]:
    body = {"script": script, "detached": True, "fresh": True}
    async with client.post("/api/execute-script", json=body) as response:
        run_id = (await response.json())["runId"]
    return await until(stream, lambda event: event["type"] == "complete" and event["runId"] == run_id)


async def test_a_data_file_that_changes_names_the_statements_that_had_read_it(client: Client, workspace: Path) -> None:
    folder = workspace / "data"
    folder.mkdir()
    (folder / "a.csv").write_text("1")
    async with listening(client) as stream:
        await run_fresh(client, "x = 1\nopen('data/a.csv').read()\n", stream)
        await next_tick(workspace)
        write(folder / "a.csv", "2")
        (*_, event) = await until(stream, about("data/a.csv", change="modified"))
        assert [one["nodeIndex"] for one in event["readBy"]] == [1]
        assert [one.get("changedFiles") for one in await statements(client)] == [None, ["data/a.csv"]]
        (folder / "a.csv").unlink()
        (*_, event) = await until(stream, about("data/a.csv", change="deleted"))
        assert [one["nodeIndex"] for one in event["readBy"]] == [1]


async def test_a_file_that_the_script_itself_has_changed_since_is_no_news(client: Client, workspace: Path) -> None:
    (workspace / "a.csv").write_text("1")
    async with listening(client) as stream:
        await read(client, "script.py")
        await run_fresh(client, "open('a.csv').read()\nopen('a.csv', 'w').write('2')\n", stream)
        await next_tick(workspace)
        (workspace / "later").touch()
        await until(stream, about("later"))
        assert [one.get("changedFiles") for one in await statements(client)] == [None, None]
        assert [one.get("effects") for one in await statements(client)] in ([None, ["wrote a.csv"]], [None, None])
        write(workspace / "a.csv", "3")
        (*_, event) = await until(stream, about("a.csv", readBy=[{"runId": event_run(client), "nodeIndex": 0}]))
        assert event["change"] == "modified"


def event_run(client: Client) -> str:
    run_id: str = next(iter(client.server.app[SESSIONS].main.state.statements))[0]  # type: ignore[attr-defined]
    return run_id


async def test_a_file_that_changes_while_the_script_runs_is_judged_when_it_has_ended(
    client: Client, workspace: Path
) -> None:
    (workspace / "a.csv").write_text("1")
    async with listening(client) as stream:
        await read(client, "script.py")
        await run_fresh(client, "open('a.csv').read()\n", stream)
        body = {"script": "open('a.csv').read()\ninput()", "live": True, "fresh": True}
        async with client.post("/api/execute-script", json=body) as response:
            await until(events(response), "input")
            await next_tick(workspace)
            write(workspace / "a.csv", "2")
            async with client.post("/api/input", json={"text": ""}) as answer:
                assert answer.status == 200
            (*before, event) = await until(stream, lambda event: event["type"] == "file" and "readBy" in event)
            assert "complete" in [one["type"] for one in before]
            assert [one["nodeIndex"] for one in event["readBy"]] == [0]
