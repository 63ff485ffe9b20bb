"""A server that does not answer delays nothing that the other one, or the script's process, knows.

Servers stand still until they are told to go on, and no limit is ever reached: who waits for them waits for ever.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from rdit.language.limits import Limits
from rdit.protocol.values import LineRange
from rdit.server.app_keys import SESSIONS
from rdit.session.runs import RunRequest
from tests.language.pages import Page, help_of, hub_of, open_page
from tests.language.test_servers import pid, servers, stop

if TYPE_CHECKING:
    from rdit.language.servers.language_server import LanguageServer, ServerName
    from tests.conftest import Client

pytestmark = pytest.mark.timeout(120)

PATIENT = Limits(answer_seconds=3600, patience_seconds=3600, start_seconds=3600, idle_seconds=3600)
AT_ONCE = replace(PATIENT, companion_seconds=0)
NEVER = replace(PATIENT, companion_seconds=3600)

TEXT = "import os\n\nd = {'a': 1}\nprint(d)\nnowhere\n"


@pytest.fixture
async def page(client: Client) -> Page:
    """A page with a text that both servers and the process know something of."""
    hub_of(client)._limits = NEVER
    await client.app[SESSIONS].main.submit(RunRequest(TEXT, LineRange(1, 4))).finished
    page = await open_page(client, TEXT)
    assert [code for code, _ in await page.codes()] == ["F401", "unresolved-reference"]
    return page


@asynccontextmanager
async def standing(page: Page, name: ServerName) -> AsyncIterator[LanguageServer]:
    """Let a server do nothing for as long as the block lasts."""
    server = servers(page.client)[name]
    process = pid(server)
    stop(process)
    hub_of(page.client)._limits = AT_ONCE
    try:
        yield server
    finally:
        hub_of(page.client)._limits = NEVER
        os.kill(process, signal.SIGCONT)


async def asked_for_problems(page: Page) -> list[str]:
    return [code for code, _ in await page.codes()]


async def hover(page: Page) -> str:
    answer = await page.ask("hover", position=page.at("print(d", after=True, offset=-1))
    return str(answer["contents"]["value"])


async def completions(page: Page) -> list[str]:
    """Return the keys that may stand in `d['…']` and whether there may be more."""
    await page.change(TEXT + "d['")
    answer = await page.ask("completion", position=page.at("nowhere\nd['", after=True))
    return [item["label"] for item in answer["items"]] + ["…"] * answer["isIncomplete"]


async def fixes(page: Page) -> list[str]:
    everywhere = {"start": page.at("import"), "end": page.at("nowhere", after=True)}
    answer = await page.ask("codeAction", range=everywhere, context={"diagnostics": []})
    return sorted({action["data"]["server"] for action in answer})


KNOWN: dict[str, tuple[ServerName, Callable[[Page], Awaitable[Any]], Any]] = {
    "a hover without ruff": ("ruff", hover, "`d: dict"),
    "a hover without ty": ("ty", hover, "`d: dict"),
    "problems without ruff": ("ruff", asked_for_problems, ["unresolved-reference"]),
    "problems without ty": ("ty", asked_for_problems, ["F401", "F821"]),
    "completions without ty": ("ty", completions, ["a", "…"]),
    "fixes without ty": ("ty", fixes, ["ruff"]),
}


@pytest.mark.parametrize("case", KNOWN)
async def test_what_others_know_is_answered_while_a_server_stands_still(page: Page, case: str) -> None:
    name, ask, known = KNOWN[case]
    async with standing(page, name) as server:
        answer = await ask(page)
        assert answer == known or (isinstance(answer, str) and answer.startswith(known))
        assert server.is_late
    while server.is_late:  # noqa: ASYNC110 - that a request nobody waits for is over has no event
        await asyncio.sleep(0.01)
    await page.change(TEXT)
    assert await asked_for_problems(page) == ["F401", "unresolved-reference"]


async def test_a_server_that_owes_an_answer_is_not_waited_for_again(page: Page) -> None:
    async with standing(page, "ruff"):
        assert await asked_for_problems(page) == ["unresolved-reference"]
        hub_of(page.client)._limits = NEVER
        assert await asked_for_problems(page) == ["unresolved-reference"]
        assert (await hover(page)).startswith("`d: dict")


async def test_pages_hear_of_problems_that_come_late(page: Page) -> None:
    session = page.client.app[SESSIONS].main
    subscription = session.subscribe()
    async with standing(page, "ty"):
        assert await asked_for_problems(page) == ["F401", "F821"]
    told = b""
    while b'"refresh":true' not in told:
        assert await subscription.wait(30)
        told += subscription.read()
    assert await asked_for_problems(page) == ["F401", "unresolved-reference"]


async def test_control_a_server_is_waited_for_where_nobody_knows_anything_yet(page: Page) -> None:
    async with standing(page, "ty") as server:
        position = page.at("print")  # which neither ruff nor the process knows anything of
        asking = asyncio.ensure_future(page.ask("hover", position=position))
        ruff = servers(page.client)["ruff"]
        assert server._connection is not None
        assert ruff._connection is not None
        while not server._connection._pending or ruff._connection._pending:  # noqa: ASYNC110 - they have no event
            await asyncio.sleep(0.01)
        assert not asking.done()
    assert "print" in (await asking)["contents"]["value"]


@pytest.mark.parametrize("name", ["ty", "ruff"])
async def test_a_server_that_never_comes_up_keeps_no_page_from_the_other(client: Client, name: ServerName) -> None:
    help_of(client).commands = {name: [sys.executable, "-c", "import sys; sys.stdin.read()"]}
    help_of(client)._hub = None
    hub_of(client)._limits = AT_ONCE
    page = await open_page(client, "import os\n\nnowhere\n")
    assert page.opened["servers"][name] == {"state": "starting", "reason": None}
    assert await page.codes() == ([("F401", 1), ("F821", 3)] if name == "ty" else [("unresolved-reference", 3)])
