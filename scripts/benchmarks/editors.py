"""Pages that help with the language: rdit's, marimo's and JupyterLab's, each with the same script."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
from environments import environment
from process_tree import family
from processes import free_port, started
from tools import Rdit, Tool, until_it_answers

SCRIPT = """\
import pandas as pd

orders = pd.DataFrame(
    {
        "region": ["north", "south", "north", "west"],
        "amount": [12.5, 20.0, 7.25, 31.0],
        "when": pd.date_range("2026-01-01", periods=4),
    }
)
by_region = orders.groupby("region")["amount"].sum()
largest = orders.sort_values("amount").tail(2)
largest
"""
PATIENCE_MS = 60_000.0


class Editor:
    """A tool's page. `async with` starts its server; `visit` makes a page ready to be typed in."""

    name = ""
    names = ".cm-completionLabel"
    """Where the names of a list are."""
    documentation = ""
    """What shows the documentation of a name."""
    problem: str | None = None
    """What marks a problem; None where a page knows none."""
    asks_for_names: str | None = None
    """The key that asks for a list; None where it comes by itself."""
    asks_for_documentation: str | None = None
    """The key that asks for it; None where the pointer does."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self.url = ""
        self.pid = 0

    async def __aenter__(self) -> Editor:
        self.folder = Path(await self._folder())
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _folder(self) -> str:
        from tempfile import TemporaryDirectory

        return self._stack.enter_context(TemporaryDirectory(prefix="rdit-bench-", ignore_cleanup_errors=True))

    async def open(self) -> None:
        """Start the server."""
        raise NotImplementedError

    async def ready(self, page: Any) -> None:
        """Put the cursor of *page* into an empty line below the script, of which the page knows what it can."""
        raise NotImplementedError

    async def clear(self, page: Any) -> None:
        """Empty the line of the cursor."""
        await self.close_list(page)
        await page.keyboard.press("Control+a")
        await page.keyboard.press("Delete")

    async def close_list(self, page: Any) -> None:
        """Close a list that is shown."""
        if await page.locator(self.names).first.is_visible():
            await page.keyboard.press("Escape")

    def language_servers(self) -> list[int]:
        """Return the processes that do nothing else."""
        return []

    async def serve(self, command: list[str | Path], url: str, answers: str, **variables: str) -> None:
        """Run a server until the end; it is up once it *answers*."""
        process = await self._stack.enter_async_context(started(command, self.folder, **variables))
        self.pid, self.url = process.pid, url
        async with aiohttp.ClientSession() as session:
            await until_it_answers(session, answers)


class RditEditor(Editor):
    """rdit; the script is not run, since its language servers read it."""

    name = "rdit"
    documentation = ".rdit-hover"
    problem = ".rdit-problem-error"

    async def open(self) -> None:
        tool: Tool = await self._stack.enter_async_context(Rdit())
        (tool.folder / tool.script).write_text(SCRIPT)
        self.pid, self.url = tool.pid, tool.url()

    async def ready(self, page: Any) -> None:
        await page.locator(".cm-line", has_text="largest").first.wait_for()
        await page.focus(".cm-content")
        await page.keyboard.press("Control+End")

    async def clear(self, page: Any) -> None:
        await page.keyboard.press("Escape")
        await page.keyboard.press("End")
        await page.keyboard.press("Shift+Home")
        await page.keyboard.press("Delete")

    def language_servers(self) -> list[int]:
        return [pid for pid in family(self.pid) if b"server" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]


class MarimoEditor(Editor):
    """marimo as it is installed, whose names come from jedi and the running process."""

    name = "marimo"
    documentation = ".cm-tooltip-hover"

    async def open(self) -> None:
        body = "".join(f"    {line}\n" if line else "\n" for line in SCRIPT.splitlines())
        names = "by_region, largest, orders, pd"
        entries = f"@app.cell\ndef _():\n{body}    return {names}\n\n\n@app.cell\ndef _():\n    return\n"
        (self.folder / "script.py").write_text(
            f"import marimo\n\napp = marimo.App()\n\n\n{entries}\n\nif __name__ == '__main__':\n    app.run()\n"
        )
        base = f"http://127.0.0.1:{(port := free_port())}"
        options = ["--headless", "--no-token", "--skip-update-check", "--port", str(port)]
        command = [environment("marimo") / "marimo", "-q", "edit", "script.py", *options]
        await self.serve(command, f"{base}/?file=script.py", f"{base}/health")

    async def ready(self, page: Any) -> None:
        await page.locator(".cm-content").first.click()
        await page.keyboard.press("Control+Enter")
        await page.locator("marimo-table, table").first.wait_for(state="attached")
        await page.locator(".cm-content").nth(1).click()


class JupyterLab(Editor):
    """JupyterLab, whose names come from the kernel when they are asked for."""

    name = "jupyterlab"
    names = ".jp-Completer:not(.lm-mod-hidden) .jp-Completer-match"
    documentation = ".jp-Tooltip"
    asks_for_names = "Tab"
    asks_for_documentation = "Shift+Tab"

    async def open(self) -> None:
        entries = [
            {"cell_type": "code", "id": name, "source": source, "metadata": {}, "outputs": [], "execution_count": None}
            for name, source in (("first", SCRIPT), ("second", ""))
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": entries}
        (self.folder / "script.ipynb").write_text(json.dumps(notebook))
        # It takes no answer that comes later than a second, unless it is told to; and it asks about news.
        self._set("completer-extension/manager", {"providerTimeout": PATIENCE_MS})
        self._set("apputils-extension/notification", {"fetchNews": "false", "checkForUpdates": False})
        base = f"http://127.0.0.1:{(port := free_port())}"
        options = ["--no-browser", "--allow-root", "--IdentityProvider.token=", f"--port={port}"]
        options.append(f"--LabApp.user_settings_dir={self.folder / 'settings'}")
        places = {f"JUPYTER_{name}_DIR": str(self.folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        command = [environment("jupyterlab") / "jupyter-lab", *options]
        await self.serve(command, f"{base}/lab/tree/script.ipynb", f"{base}/api", **places)

    def _set(self, name: str, settings: dict[str, object]) -> None:
        path = self.folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))

    async def ready(self, page: Any) -> None:
        idle = page.get_by_text("| Idle")  # the indicator of the notebook says so before there is a kernel
        await idle.wait_for()
        await page.locator(".jp-Notebook .cm-content").first.click()
        await page.keyboard.press("Shift+Enter")
        await page.locator(".jp-OutputArea-output table").first.wait_for()
        await idle.wait_for()
        await page.locator(".jp-Notebook .cm-content").nth(1).click()


EDITORS: dict[str, type[Editor]] = {kind.name: kind for kind in (RditEditor, MarimoEditor, JupyterLab)}
