"""Asking live objects over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Client

from .events import events

TABLE = "application/vnd.rdit.table+json"


async def run(client: Client, script: str) -> list[dict[str, Any]]:
    response = await client.post("/api/execute-script", json={"script": script})
    return [event async for event in events(response)]


async def handle_of(client: Client, script: str) -> str:
    """Run a script whose last statement shows a table; return its handle."""
    pytest.importorskip("pandas")
    results = await run(client, script)
    (item,) = results[-2]["output"]
    return str(item["data"][TABLE]["handle"])


async def ask(client: Client, handle: str, **request: Any) -> tuple[int, Any]:
    response = await client.post("/api/query", json={"handle": handle, "request": request})
    return response.status, await response.json()


SCRIPT = "import pandas\ndf = pandas.DataFrame({'n': range(1000)})\ndf"


async def test_a_window_of_a_table_is_read_while_the_kernel_is_idle(client: Client) -> None:
    handle = await handle_of(client, SCRIPT)
    status, window = await ask(client, handle, kind="window", row=500, rows=1, column=0, columns=1)
    assert (status, window["cells"], window["totalRows"]) == (200, [["500"]], 1000)


async def test_what_is_gone_or_unknown_is_404_and_what_cannot_be_answered_says_why(client: Client) -> None:
    handle = await handle_of(client, SCRIPT)
    filters = [{"column": 0, "operator": "=", "value": "many"}]
    status, answer = await ask(client, handle, kind="window", view={"filters": filters})
    assert (status, answer) == (422, {"detail": "'many' is not a number, and this column holds numbers."})
    await run(client, "del df")
    status, answer = await ask(client, handle, kind="window")
    assert status == 404
    assert "Run the statement again" in answer["detail"]
    assert (await ask(client, "t99", kind="window"))[0] == 404


async def test_a_question_waits_for_the_statement_that_runs(client: Client, workspace: Path) -> None:
    handle = await handle_of(client, SCRIPT)
    go_on = workspace / "go-on"
    waiting = f"import os, time\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.001)\ndf.loc[0, 'n'] = -1"
    response = await client.post("/api/execute-script", json={"script": waiting})
    question = asyncio.create_task(ask(client, handle, kind="window", rows=1))
    assert (await anext(events(response)))["lineStart"] == 1
    assert not question.done()
    await asyncio.to_thread(go_on.touch)
    status, window = await question
    assert (status, window["totalRows"]) == (200, 1000)
    await response.read()
    status, window = await ask(client, handle, kind="window", rows=1)
    assert (status, window["cells"], window["changed"]) == (200, [["-1"]], True)


async def test_a_worker_that_dies_over_a_question_takes_the_object_with_it(client: Client) -> None:
    script = (
        "import os, pandas\n"
        "class Deadly:\n"
        "    def __str__(self): return deadly and os._exit(3) or 'x'\n"
        "deadly = False\n"
        "df = pandas.DataFrame({'n': [Deadly()]}, dtype=object)\n"
        "df"
    )
    handle = await handle_of(client, script)
    await run(client, "deadly = True")
    status, answer = await ask(client, handle, kind="window")
    assert status == 404
    assert "gone" in answer["detail"]
    assert (await run(client, "40 + 2"))[0]["output"] == [{"type": "stdout", "text": "42\n"}]
