"""Looking back over HTTP: code in the state as it was after a statement."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Client

from .events import events

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")

SCRIPT = "import time\nx = [1]\ntime.sleep(0.03)\nx.append(2)\n"


async def run(client: Client, script: str, **fields: Any) -> None:
    async with client.post("/api/execute-script", json={"script": script, "fresh": True, **fields}) as response:
        assert [event async for event in events(response)][-1] == {"type": "complete"}


async def look_back(client: Client, node_index: int, code: str, status: int = 200) -> dict[str, Any]:
    async with client.post("/api/look-back", json={"nodeIndex": node_index, "code": code}) as response:
        assert response.status == status, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer


async def test_code_shows_its_output_and_changes_nothing(client: Client) -> None:
    await run(client, SCRIPT, focusLine=4)
    for _ in range(2):
        seen = await look_back(client, 2, "x.append(3); x\nprint('seen')")
        assert [(item["type"], item["text"]) for item in seen["output"]] == [("stdout", "[1, 3]\nseen\n")]
        assert seen["before"] == {"nodeIndex": 3, "lineStart": 4}
        assert seen.get("problem") is None
    async with client.get("/api/session") as response:
        session = await response.json()
    assert [one["output"] for one in session["statements"]] == [[]] * 4
    assert not session.get("mixed")
    await run(client, SCRIPT + "print(x)")
    async with client.get("/api/session") as response:
        assert (await response.json())["statements"][-1]["output"][0]["text"] == "[1, 2]\n"


async def test_an_error_is_an_item_with_its_traceback(client: Client) -> None:
    await run(client, SCRIPT)
    seen = await look_back(client, 3, "1 / 0")
    assert seen["output"][0]["type"] == "error"
    assert 'File "<console>", line 1' in seen["output"][0]["text"]
    assert seen["before"]["nodeIndex"] == 4
    assert seen["before"].get("lineStart") is None


async def test_a_flood_keeps_within_the_limit_of_output(client: Client) -> None:
    await run(client, SCRIPT)
    seen = await look_back(client, 3, "print('x' * 50_000_000)")
    assert sum(len(item["text"]) for item in seen["output"]) < 5_000_000
    assert "4 MB" in seen["problem"]


async def test_what_is_part_of_no_fresh_run_is_refused(client: Client) -> None:
    await look_back(client, 0, "1", status=409)
    await run(client, SCRIPT)
    await look_back(client, 4, "1", status=409)
    await look_back(client, -1, "1", status=422)
    await look_back(client, 0, "1" * 100_001, status=422)


async def test_a_reset_ends_what_looks_back(client: Client) -> None:
    await run(client, SCRIPT, focusLine=4)
    async with client.post("/api/reset") as response:
        assert response.status == 200
    await look_back(client, 2, "x", status=409)


async def test_an_interrupt_ends_what_looks_back(client: Client, workspace: Path) -> None:
    await run(client, SCRIPT, focusLine=4)
    begun = workspace / "begun"
    os.mkfifo(begun)
    code = f"import time\nopen({str(begun)!r}, 'w').close()\ntime.sleep(60)"
    looking = asyncio.create_task(look_back(client, 2, code))
    await asyncio.to_thread(begun.read_bytes)
    async with client.post("/api/interrupt") as response:
        assert response.status == 200
    assert (await looking)["problem"] == "It was interrupted."
