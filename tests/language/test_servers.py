"""Language servers that die, hang, are slow or missing: pages are told, and they come back by themselves."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from rdit.language.limits import Limits
from rdit.language.servers.binaries import find_binary
from rdit.server.app_keys import SESSIONS
from tests.language.pages import Page, help_of, hub_of, open_page

if TYPE_CHECKING:
    from pathlib import Path

    from rdit.language.servers.language_server import LanguageServer, ServerName
    from tests.conftest import Client

QUICK = Limits(restart_seconds=0.01, linger_seconds=0)
HURRIED = replace(QUICK, answer_seconds=0.2, patience_seconds=0.2)
"""For a server that is stopped: one that runs may be slower on a busy machine."""


@pytest.fixture
def quick(client: Client) -> Client:
    """A server that ends and starts language servers at once."""
    hub_of(client)._limits = QUICK
    return client


def servers(client: Client) -> dict[ServerName, LanguageServer]:
    (pair,) = hub_of(client)._pairs.values()
    return {server.name: server for server in pair.servers}


def pid(server: LanguageServer) -> int:
    assert server.child is not None
    return server.child.process.pid


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def stop(process: int) -> None:
    """Stop a language server where it is, until SIGCONT; return when all its threads stand."""
    os.kill(process, signal.SIGSTOP)
    os.waitid(os.P_PID, process, os.WSTOPPED | os.WNOWAIT)


async def states(client: Client) -> Any:
    """Yield what the main session is told of its servers, from now on."""
    session = client.app[SESSIONS].main
    subscription = session.subscribe()
    while await subscription.wait(60):
        for frame in subscription.read().split(b"\n\n"):
            data = frame.partition(b"data: ")[2]
            event = json.loads(data) if data else {}
            if event.get("type") == "language" and not event.get("refresh"):
                yield event["server"], event["state"], event.get("reason")


async def until(events: Any, server: str, state: str) -> Any:
    """Return the reason of the first event with which *server* is in *state*."""
    async for name, now, reason in events:
        if (name, now) == (server, state):
            return reason
    raise AssertionError(f"{server} is never {state}")


def make_own_environment(workspace: Path) -> None:
    (workspace / ".venv" / "bin").mkdir(parents=True)
    (workspace / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (workspace / ".venv" / "bin" / "python").symlink_to(sys.executable)


async def refused(page: Page, status: int, method: str, **params: Any) -> str:
    answer = await page.post("request", status, version=page.version, method=f"textDocument/{method}", params=params)
    return str(answer["detail"])


@pytest.mark.parametrize("name", ["ty", "ruff"])
async def test_a_server_that_is_killed_comes_back_with_the_texts(client: Client, name: ServerName) -> None:
    page = await open_page(client, "import os\n\nnowhere\n")
    whole = await page.codes()
    assert len(whole) == 2
    told = states(client)
    server = servers(client)[name]
    os.kill(pid(server), signal.SIGKILL)
    assert await until(told, name, "away") == "It was killed by SIGKILL."  # and nothing of what it logs all the time
    await until(told, name, "running")
    assert await page.codes() == whole


async def test_a_server_that_is_killed_mid_request_fails_that_request_alone(client: Client) -> None:
    page = await open_page(client, "import os\n\nnowhere\n")
    told = states(client)
    process = pid(servers(client)["ty"])
    stop(process)  # so that it cannot answer before it is killed
    lone = asyncio.ensure_future(refused(page, 503, "documentSymbol"))
    problems = asyncio.ensure_future(page.codes())
    connection = servers(client)["ty"]._connection
    assert connection is not None
    while len(connection._pending) < 2:  # noqa: ASYNC110 - a request on its way has no event of its own
        await asyncio.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    assert "SIGKILL" in await lone
    assert await problems == [("F401", 1), ("F821", 3)]  # of ruff, which is there
    await until(told, "ty", "running")
    assert len(await page.codes()) == 2


async def test_a_server_that_hangs_is_ended_and_another_comes(quick: Client) -> None:
    page = await open_page(quick, "import os\n")
    told = states(quick)
    server = servers(quick)["ty"]
    process = pid(server)
    stop(process)
    server._limits = HURRIED
    assert "did not answer" in await refused(page, 504, "documentSymbol")
    server._limits = QUICK
    assert "It hung" in await until(told, "ty", "away")
    await until(told, "ty", "running")
    assert not is_alive(process)
    await page.change("x = 1\n")
    assert [one["name"] for one in await page.ask("documentSymbol")] == ["x"]


async def test_a_server_that_hangs_is_ended_also_when_the_page_waits_no_longer(quick: Client) -> None:
    page = await open_page(quick, "import os\n")
    told = states(quick)
    server = servers(quick)["ty"]
    connection = server._connection
    assert connection is not None
    stop(pid(server))
    server._limits = HURRIED
    asking = asyncio.ensure_future(hub_of(quick).request(page.opened["clientId"], 0, "textDocument/documentSymbol", {}))
    while not connection._pending:  # noqa: ASYNC110 - a request on its way has no event of its own
        await asyncio.sleep(0)
    asking.cancel()
    server._limits = QUICK
    assert "It hung" in await until(told, "ty", "away")
    await until(told, "ty", "running")


async def test_a_server_that_is_slow_is_told_to_stop_and_kept(quick: Client) -> None:
    page = await open_page(quick, "import os\n")
    server = servers(quick)["ty"]
    process = pid(server)
    stop(process)
    server._limits = replace(HURRIED, patience_seconds=60)
    await refused(page, 504, "documentSymbol")
    server._limits = QUICK
    os.kill(process, signal.SIGCONT)
    assert (await page.ask("hover", position=page.at("os")))["contents"]
    assert pid(servers(quick)["ty"]) == process


async def test_a_missing_server_is_told_and_the_other_helps(client: Client) -> None:
    help_of(client).commands = {"ty": ["/nowhere/ty"]}
    page = await open_page(client, "import os\n\nnowhere\n")
    assert page.opened["servers"]["ty"]["state"] == "away"
    assert "No such file" in page.opened["servers"]["ty"]["reason"]
    assert page.opened["servers"]["ruff"] == {"state": "running", "reason": None}
    assert page.opened["triggerCharacters"]
    assert await page.codes() == [("F401", 1), ("F821", 3)]
    assert "No such file" in await refused(page, 503, "definition", position=page.at("os"))


async def test_without_any_server_pages_are_told(client: Client) -> None:
    help_of(client).commands = {"ty": ["/nowhere/ty"], "ruff": ["/nowhere/ruff"]}
    page = await open_page(client, "import os\n")
    await refused(page, 503, "diagnostic")
    await refused(page, 503, "formatting", options={"tabSize": 4, "insertSpaces": True})
    await page.change("x = 1\n")


async def test_a_server_that_speaks_nonsense_is_given_up_for_a_while(quick: Client) -> None:
    help_of(quick)._hub = None
    help_of(quick).commands = {"ruff": [sys.executable, "-c", "print('x' * 9999, flush=True); input()"]}
    hub_of(quick)._limits = replace(QUICK, max_ends=3, rest_seconds=3600)
    told = states(quick)
    following = asyncio.ensure_future(until(told, "ruff", "away"))
    page = await open_page(quick, "import os\n")
    reasons = [await following]
    while len(reasons) < 3:
        reasons.append(await until(told, "ruff", "away"))
    assert "no message" in reasons[0]
    assert "3 times" in reasons[-1]
    assert await page.ask("foldingRange") is None


def test_the_servers_are_those_that_came_with_rdit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ty", "ruff"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        found = find_binary(name)
        assert found is not None
        assert found.parent != tmp_path
    assert find_binary("no-such-program") is None


async def test_the_last_page_ends_the_servers_and_the_next_one_starts_others(quick: Client) -> None:
    one, two = await open_page(quick, "x = 1\n"), await open_page(quick, "x = 2\n")
    (pair,) = hub_of(quick)._pairs.values()
    processes = [pid(server) for server in pair.servers]
    await one.post("close")
    assert hub_of(quick)._pairs
    await two.post("close")
    while hub_of(quick)._pairs:  # noqa: ASYNC110 - of a timer that is due at once
        await asyncio.sleep(0)
    await asyncio.gather(*hub_of(quick)._closing)
    assert not any(map(is_alive, processes))
    three = await open_page(quick, "x = 3\n")
    assert [item["name"] for item in await three.ask("documentSymbol")] == ["x"]


async def test_packages_are_read_while_nobody_asks_once_for_each_process(quick: Client, workspace: Path) -> None:
    make_own_environment(workspace)  # there is little to read in it
    page = await open_page(quick, "import os\n")
    (pair,) = hub_of(quick)._pairs.values()
    told, reading, process = states(quick), pair.read_ahead, pid(pair.ty)
    reading._limits = replace(QUICK, idle_seconds=0)

    async def read() -> None:
        assert await page.codes() == [("F401", 1)]
        while reading._done_for is not pair.ty.child:  # noqa: ASYNC110 - of a timer that is due at once
            await asyncio.sleep(0.01)

    assert await page.codes() == [("F401", 1)]
    stop(process)
    while reading._task is None and reading._done_for is None:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    if reading._done_for is None:  # it had not been so quick
        await page.change("import os\n")
        assert reading._task is None
        assert reading._done_for is None
    os.kill(process, signal.SIGCONT)
    await read()
    assert await page.codes() == [("F401", 1)]
    assert reading._timer is None
    assert await page.ask("workspace/symbol", query="a") is None  # its text is no part of the workspace
    os.kill(process, signal.SIGKILL)
    await until(told, "ty", "running")
    await read()


async def test_a_page_that_comes_back_soon_finds_its_servers(client: Client) -> None:
    page = await open_page(client, "x = 1\n")
    process = pid(servers(client)["ty"])
    await page.post("close")
    await open_page(client, "x = 1\n")
    assert pid(servers(client)["ty"]) == process


async def test_clients_of_a_session_that_nobody_follows_are_closed(quick: Client) -> None:
    help_of(quick).unfollowed_seconds = 0.05
    log = quick.app[SESSIONS].main.log
    with log.followed():
        page = await open_page(quick, "x = 1\n")
        await asyncio.sleep(0.1)
        assert await page.ask("documentSymbol")
    while hub_of(quick)._clients:  # noqa: ASYNC110 - of a timer that is due soon
        await asyncio.sleep(0.01)
    await page.post("request", 409, version=0, method="textDocument/documentSymbol", params={})


async def test_no_process_is_left_when_the_server_ends(client: Client) -> None:
    await open_page(client, "x = 1\n")
    processes = [pid(server) for server in servers(client).values()]
    stop(processes[0])  # also of one that hangs
    await client.close()
    assert not any(map(is_alive, processes))


async def test_another_interpreter_has_servers_of_its_own(quick: Client, workspace: Path) -> None:
    page = await open_page(quick, "x = 1\n")
    (before,) = hub_of(quick)._pairs
    make_own_environment(workspace)
    assert await page.codes() == []
    assert [item["name"] for item in await page.ask("documentSymbol")] == ["x"]
    while before in hub_of(quick)._pairs:  # noqa: ASYNC110 - of a timer that is due at once
        await asyncio.sleep(0)
    assert [*hub_of(quick)._pairs] == [workspace / ".venv" / "bin" / "python"]


async def test_a_request_that_is_taken_back_holds_up_nobody(client: Client) -> None:
    page, other = await open_page(client, "x = 1\n"), await open_page(client, "y = 1\n")
    hub, server = hub_of(client), servers(client)["ty"]
    stop(pid(server))
    asking = asyncio.ensure_future(hub.request(page.opened["clientId"], 0, "textDocument/documentSymbol", {}))
    waiting = asyncio.ensure_future(other.ask("documentSymbol"))  # for the first to be over: its text is another
    assert server._connection is not None
    while not server._connection._pending:  # noqa: ASYNC110 - a request on its way has no event of its own
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    os.kill(pid(server), signal.SIGCONT)
    assert [item["name"] for item in await waiting] == ["y"]


async def test_a_session_keeps_the_clients_that_asked_last(client: Client) -> None:
    hub_of(client)._limits = replace(Limits(), max_clients=2)
    pages = [await open_page(client, "x = 1\n") for _ in range(2)]
    assert await pages[0].ask("documentSymbol")
    pages.append(await open_page(client, "x = 1\n"))
    await pages[1].post("request", 409, version=0, method="textDocument/documentSymbol", params={})
    assert await pages[0].ask("documentSymbol")
    assert await pages[2].ask("documentSymbol")


async def test_a_session_that_joins_is_told_how_the_servers_are(client: Client, workspace: Path) -> None:
    await open_page(client, "x = 1\n")
    (workspace / "other.py").write_text("x = 1\n")
    opened = await (await client.post("/api/session", json={"path": "other.py"})).json()
    await open_page(client, "x = 1\n", sessionId=opened["sessionId"])
    shown = await (await client.get("/api/session", params={"sessionId": opened["sessionId"]})).json()
    assert [(one["server"], one["state"]) for one in shown["language"]] == [("ty", "running"), ("ruff", "running")]
    assert len(hub_of(client)._pairs) == 1
