"""A real server for a folder of its own, whose fresh runs are read as an API client reads them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from rdit.server.app import create_app
from rdit.settings import Settings

from .sequences import Shown

TOKEN = "of-the-sequences"


class HttpRunner:
    """Runs scripts through `POST /api/execute-script` with `fresh`."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self._client = client
        self.died = False

    async def run(self, script: str) -> Shown:
        """Return the whole of what the results show, kept ones as they stand."""
        shown = {"stdout": "", "stderr": ""}
        request = {"script": script, "fresh": True}
        async with self._client.post("/api/execute-script", json=request) as response:
            assert response.status == 200, await response.text()
            async for line in response.content:
                if line.startswith(b"data: "):
                    self._add(json.loads(line.removeprefix(b"data: ")), shown)
        return Shown(**shown)

    def _add(self, result: dict[str, Any], shown: dict[str, str]) -> None:
        for item in result.get("output", ()):
            if item["type"] != "display":
                shown["stdout" if item["type"] == "stdout" else "stderr"] += item["text"]


@asynccontextmanager
async def serving(folder: Path, python: str) -> AsyncIterator[HttpRunner]:
    """Keep a server for the script in *folder*, run by *python*, as long as the block lasts."""
    script = folder / "script.py"
    script.touch()
    settings = Settings(
        root=folder, script=script, script_name="script.py", directory=folder, token=TOKEN, python=Path(python)
    )
    server = TestServer(create_app(settings))
    async with TestClient(server, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield HttpRunner(client)
