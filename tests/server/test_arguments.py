"""Arguments that a page gives its script: used by the next process in which nothing has run, and told to every page."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from tests.conftest import Client, MakeClient

from .events import events, texts, until
from .test_live import follow, run_live, session_of

ARGV = "import sys\nprint(sys.argv[1:])"


async def set_arguments(client: Client, line: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    response = await client.post("/api/arguments", json={"arguments": line, **fields})
    return response.status, await response.json()


async def argv(client: Client) -> list[str]:
    """Return what a run sees of `sys.argv[1:]`."""
    told: list[str] = ast.literal_eval(texts(await until(await run_live(client, ARGV), "complete")))
    return told


async def test_arguments_reach_a_process_in_which_nothing_has_run(client: Client) -> None:
    assert "arguments" not in await session_of(client)
    assert await set_arguments(client, "--top 5 'data file.txt'") == (200, {"status": "ok"})
    shown = await session_of(client)
    assert (shown["arguments"], shown.get("argumentsWait", False)) == ("--top 5 'data file.txt'", False)
    assert await argv(client) == ["--top", "5", "data file.txt"]


async def test_where_something_has_run_arguments_wait_for_the_next_fresh_process(client: Client) -> None:
    assert await argv(client) == []
    await set_arguments(client, "a b")
    assert (await session_of(client))["argumentsWait"] is True
    assert await argv(client) == []
    await client.post("/api/reset")
    assert "argumentsWait" not in await session_of(client)
    assert await argv(client) == ["a", "b"]
    await set_arguments(client, "c")
    await set_arguments(client, " a  b")  # what the process has already need not wait
    shown = await session_of(client)
    assert (shown["arguments"], shown.get("argumentsWait", False)) == (" a  b", False)


async def test_arguments_reach_the_process_that_follows_a_death(client: Client) -> None:
    await until(await run_live(client, "1"), "complete")
    await set_arguments(client, "later")
    await until(await run_live(client, "import os; os._exit(3)"), "complete")
    assert await argv(client) == ["later"]
    assert "argumentsWait" not in await session_of(client)


async def test_every_page_is_told_of_new_arguments(client: Client) -> None:
    stream = events(await follow(client))
    await set_arguments(client, "one")
    assert (await until(stream, "arguments"))[-1] == {"type": "arguments", "arguments": "one"}
    await argv(client)
    await set_arguments(client, "two")
    assert (await until(stream, "arguments"))[-1] == {"type": "arguments", "arguments": "two", "waits": True}


async def test_a_line_that_cannot_be_split_changes_nothing(client: Client) -> None:
    await set_arguments(client, "kept")
    status, answer = await set_arguments(client, "--name 'Ann")
    assert status == 422
    assert "not closed" in answer["detail"]
    assert (await set_arguments(client, "x" * 10_001))[0] == 422
    assert (await set_arguments(client, "x", sessionId="nobody's"))[0] == 404
    assert (await session_of(client))["arguments"] == "kept"
    assert await argv(client) == ["kept"]


async def test_the_arguments_of_the_command_are_what_the_script_that_it_named_begins_with(
    make_client: MakeClient, workspace: Path
) -> None:
    (workspace / "other.py").write_text(ARGV)
    client = await make_client(arguments=("--name", "two words"))
    assert (await session_of(client))["arguments"] == "--name 'two words'"
    assert await argv(client) == ["--name", "two words"]
    other = await (await client.post("/api/session", json={"path": "other.py"})).json()
    assert "arguments" not in other
    seen = await until(await run_live(client, ARGV, sessionId=other["sessionId"]), "complete")
    assert texts(seen) == "[]\n"
