"""The peers: ipykernel as a notebook drives it, marimo and pdit over the interfaces that their own pages use."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import aiohttp
from environments import environment
from processes import free_port, started
from tools import Listener, Outcome, Page, Tool, Unable, until_it_answers


class Ipykernel(Tool):
    """ipykernel through jupyter_client, one execute request for each statement, as notebooks do."""

    name = "ipykernel"

    async def open(self) -> None:
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager

        python = environment("ipykernel") / "python"
        self.manager = AsyncKernelManager(connection_file=str(self.folder / "connection.json"))
        self.manager._kernel_spec = KernelSpec(
            argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python"
        )
        await self.manager.start_kernel(cwd=str(self.folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._stack.push_async_callback(self.manager.shutdown_kernel, now=True)
        self.client = self.manager.client()
        self.client.start_channels()
        self._stack.callback(self.client.stop_channels)
        await self.client.wait_for_ready(timeout=60)
        self.pid = self._kernel_pid()

    def _kernel_pid(self) -> int:
        provisioner: Any = self.manager.provisioner
        return int(provisioner.process.pid)

    async def run(self, source: str, listener: Listener | None = None) -> Outcome:
        outcome = Outcome()
        request = self.client.execute(source)
        await self._collect({request}, outcome, listener)
        return outcome

    async def _collect(self, requests: set[str], outcome: Outcome, listener: Listener | None = None) -> None:
        """Read messages until every request is idle again."""
        waiting = set(requests)
        while waiting:
            message = await self.client.get_iopub_msg(timeout=None)
            if message["parent_header"].get("msg_id") not in requests:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    outcome.pieces.append(content["text"])
                    if listener:
                        listener(content["text"])
                case "execute_result":
                    outcome.pieces.append(content["data"]["text/plain"])
                case "error":
                    outcome.status = "interrupted" if content["ename"] == "KeyboardInterrupt" else "error"
                case "status" if content["execution_state"] == "idle":
                    waiting.discard(message["parent_header"]["msg_id"])
                    outcome.results += 1

    async def run_statements(self, statements: list[str], live: bool) -> Outcome:
        outcome = Outcome()
        requests = {self.client.execute(statement) for statement in statements}
        await self._collect(requests, outcome)
        return outcome

    async def show(self, statements: list[str], changed: int, afresh: bool, listener: Listener | None) -> Page:
        """Run the changed cell and those below it; *afresh*: restart the kernel and run all."""
        if afresh:
            await self.reset()
        first = 0 if afresh else changed
        requests = [self.client.execute(statement) for statement in statements[first:]]
        page: Page = {}
        for index, request in enumerate(requests, first):
            outcome = Outcome()
            await self._collect({request}, outcome, listener)
            page[index] = outcome.text
        return page

    async def interrupt(self) -> None:
        await self.manager.interrupt_kernel()

    async def reset(self) -> None:
        await self.manager.restart_kernel(now=True)
        await self.client.wait_for_ready(timeout=60)
        self.pid = self._kernel_pid()


class Pdit(Tool):
    """pdit over its WebSocket."""

    name = "pdit"

    async def open(self) -> None:
        binaries = environment("pdit")
        port = free_port()
        process = await self._stack.enter_async_context(
            started(
                [binaries / "pdit", self.script, "--port", str(port), "--no-browser", "--no-token-auth"],
                self.folder,
                PATH=f"{binaries}:{os.environ['PATH']}",
            )
        )
        self.pid = process.pid
        self._page = f"http://127.0.0.1:{port}/?script={self.script}"
        session = await self._stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(None)))
        await until_it_answers(session, f"http://127.0.0.1:{port}/")
        self.socket = await session.ws_connect(f"ws://127.0.0.1:{port}/ws/session?sessionId=bench", max_msg_size=0)
        self._stack.push_async_callback(self.socket.close)

    async def run(self, source: str, listener: Listener | None = None) -> Outcome:
        return await self._execute({"script": source}, listener)

    async def _execute(self, request: dict[str, Any], listener: Listener | None) -> Outcome:
        outcome = Outcome()
        await self.socket.send_json({"type": "execute", **request})
        shown = 0  # of the statement under way: a stream message repeats its whole output
        while True:
            message = await self.socket.receive()
            if message.type != aiohttp.WSMsgType.TEXT:
                raise Unable("it closed the connection")
            event = json.loads(message.data)
            match event["type"]:
                case "stream" | "result":
                    text = "".join(str(item["content"]) for item in event["output"])
                    outcome.pieces.append(text[shown:])
                    if listener and text[shown:]:
                        listener(text[shown:])
                    shown = len(text) if event["type"] == "stream" else 0
                    if event["type"] == "result":
                        outcome.results += 1
                        outcome.texts.append(text)
                        if any(item["type"] == "error" for item in event["output"]):
                            outcome.status = "error"
                case "complete":
                    return outcome
                case "error" | "busy":
                    raise Unable(str(event.get("message", "busy")))

    async def run_statements(self, statements: list[str], live: bool) -> Outcome:
        return await self.run("\n".join(statements))

    async def show(self, statements: list[str], changed: int, afresh: bool, listener: Listener | None) -> Page:
        """Run the changed statement and those below it; *afresh*: reset and run all."""
        first = 0 if afresh else changed
        lines = {"from": first + 1, "to": len(statements)}
        request = {"script": "\n".join(statements), "lineRange": lines, "reset": afresh}
        outcome = await self._execute(request, listener)
        return dict(enumerate(outcome.texts, first))

    async def interrupt(self) -> None:
        await self.socket.send_json({"type": "interrupt"})

    async def reset(self) -> None:
        await self.socket.send_json({"type": "reset"})

    def url(self) -> str:
        return self._page


class Marimo(Tool):
    """marimo over its WebSocket and the requests that its page sends; a statement is a notebook entry of its own."""

    name = "marimo"

    def blank(self) -> str:
        return "import marimo\n\napp = marimo.App()\n\n\nif __name__ == '__main__':\n    app.run()\n"

    async def open(self) -> None:
        binaries = environment("marimo")
        port = free_port()
        process = await self._stack.enter_async_context(
            started(
                [
                    binaries / "marimo",
                    "-q",
                    "edit",
                    self.script,
                    "--headless",
                    "--no-token",
                    "--port",
                    str(port),
                    "--skip-update-check",
                ],
                self.folder,
            )
        )
        self.pid = process.pid
        self.base = f"http://127.0.0.1:{port}"
        self.session = await self._stack.enter_async_context(
            aiohttp.ClientSession(headers={"Marimo-Session-Id": "s_bench"}, timeout=aiohttp.ClientTimeout(None))
        )
        await until_it_answers(self.session, f"{self.base}/health")
        await self.connect()

    async def connect(self) -> None:
        """Open the WebSocket as a page does, and instantiate the notebook."""
        async with self.session.get(f"{self.base}/") as page:
            text = await page.text()
        found = text.split('"serverToken": "', 1) if '"serverToken": "' in text else text.split('"serverToken":"', 1)
        self.headers = {"Marimo-Server-Token": found[1].split('"', 1)[0]} if len(found) == 2 else {}
        self.socket = await self.session.ws_connect(
            f"{self.base.replace('http', 'ws')}/ws?session_id=s_bench&file={self.folder / self.script}", max_msg_size=0
        )
        self._stack.push_async_callback(self.socket.close)
        while (await self.receive())["op"] != "kernel-ready":
            pass
        await self.post("instantiate", {"objectIds": [], "values": [], "autoRun": True})
        self.serial = 0

    async def post(self, verb: str, body: dict[str, Any]) -> None:
        """Send one request of the page."""
        async with self.session.post(f"{self.base}/api/kernel/{verb}", json=body, headers=self.headers) as response:
            if response.status != 200:
                raise Unable(f"{verb}: status {response.status}: {(await response.text())[:200]}")

    async def receive(self) -> dict[str, Any]:
        """Return the next message."""
        message = await self.socket.receive()
        if message.type != aiohttp.WSMsgType.TEXT:
            raise Unable(f"it closed the connection ({message.type.name})")
        event: dict[str, Any] = json.loads(message.data)
        return event

    async def run(self, source: str, listener: Listener | None = None) -> Outcome:
        return await self._run([source], listener, fresh=False)

    async def _run(self, sources: list[str], listener: Listener | None, fresh: bool) -> Outcome:
        outcome = Outcome()
        if fresh:
            self.serial += len(sources)
        names = [f"e{self.serial}_{index}" for index in range(len(sources))]
        await self.post("run", {"cellIds": names, "codes": sources})
        waiting = set(names)
        running: set[str] = set()
        while waiting:
            event = await self.receive()
            if event["op"] == "completed-run" and not waiting:
                break
            if event["op"] != "cell-op":
                continue
            data = event["data"]
            name = data["cell_id"]
            console = data.get("console") or []
            for piece in console if isinstance(console, list) else [console]:
                if isinstance(piece.get("data"), str):
                    outcome.pieces.append(piece["data"])
                    if listener:
                        listener(piece["data"])
            output = data.get("output")
            if output and output.get("channel") == "marimo-error":
                outcome.status = "interrupted" if "nterrupt" in json.dumps(output) else "error"
            elif output and isinstance(output.get("data"), str) and output["data"]:
                outcome.pieces.append(output["data"])
            if data.get("status") == "running":
                running.add(name)
            if data.get("status") == "idle" and name in waiting and name in running:
                waiting.discard(name)
                outcome.results += 1
        return outcome

    async def run_statements(self, statements: list[str], live: bool) -> Outcome:
        return await self._run(statements, None, fresh=True)

    async def show(self, statements: list[str], changed: int, afresh: bool, listener: Listener | None) -> Page:
        """Run the changed cell, whereupon marimo runs what uses its names; *afresh*: restart and run all."""
        if afresh:
            await self.reset()
        if afresh or changed == 0:
            self.shown = [""] * len(statements)
        ran = [index for index, statement in enumerate(statements) if statement != self.shown[index]]
        self.shown = list(statements)
        await self.post("run", {"cellIds": [f"edited_{i}" for i in ran], "codes": [statements[i] for i in ran]})
        page: Page = {}
        while (event := await self.receive())[
            "op"
        ] != "completed-run" or not page:  # the first is of the empty notebook
            if event["op"] != "cell-op" or not event["data"]["cell_id"].startswith("edited_"):
                continue
            data = event["data"]
            index, console = int(data["cell_id"].removeprefix("edited_")), data.get("console")
            if data.get("status") == "running":
                page[index] = ""
            for piece in console if isinstance(console, list) else [console] if console else []:
                if isinstance(piece.get("data"), str):
                    page[index] = page.get(index, "") + piece["data"]
                    if listener:
                        listener(piece["data"])
        return page

    async def interrupt(self) -> None:
        await self.post("interrupt", {})

    async def reset(self) -> None:
        await self.post("restart_session", {})
        await self.socket.close()
        await self.connect()

    def url(self) -> str:
        return self.base


PEERS: dict[str, type[Tool]] = {tool.name: tool for tool in (Ipykernel, Marimo, Pdit)}
