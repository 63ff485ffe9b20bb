"""Texts of pages: every change in its order, and each page's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.errors import OutOfStep
from rdit.language.limits import Limits
from rdit.language.texts.documents import Document
from rdit.language.texts.edits import edits_between
from rdit.language.texts.text import Text
from tests.language.pages import hub_of, open_page

if TYPE_CHECKING:
    from tests.conftest import Client


async def test_a_change_that_comes_early_waits_for_the_one_before(client: Client) -> None:
    page = await open_page(client, "value = 1\n")
    hub, client_id = hub_of(client), page.opened["clientId"]
    early = [
        asyncio.ensure_future(hub.change(client_id, 3, [insertion(0, "other = ")])),
        asyncio.ensure_future(hub.request(client_id, 3, "textDocument/documentSymbol", {})),
        asyncio.ensure_future(hub.change(client_id, 2, [insertion(0, "third = ")])),
    ]
    await asyncio.sleep(0)  # each of them has begun to wait
    assert not any(task.done() for task in early)
    await page.post("change", version=1, contentChanges=[{"text": "last = 1\n"}])
    _, symbols, _ = await asyncio.gather(*early)
    assert [one["name"] for one in symbols] == ["other", "third", "last"]


def insertion(character: int, text: str) -> dict[str, Any]:
    place = {"line": 0, "character": character}
    return {"range": {"start": place, "end": place}, "text": text}


async def test_a_change_that_never_comes_and_one_that_came_already_are_out_of_step(client: Client) -> None:
    hub = hub_of(client)
    hub._limits = Limits(change_seconds=0.05)
    page = await open_page(client, "value = 1\n")
    await page.post("change", 409, version=2, contentChanges=[{"text": ""}])
    await page.post("request", 409, version=1, method="textDocument/documentSymbol", params={})
    await page.change("other = 1\n")
    await page.post("change", 409, version=1, contentChanges=[{"text": ""}])
    assert [one["name"] for one in await page.ask("documentSymbol")] == ["other"]


async def test_what_is_asked_about_a_text_of_before_is_not_answered(client: Client) -> None:
    page = await open_page(client, "value = 1\n")
    await page.change("other = 1\n")
    answer = await page.post("request", version=0, method="textDocument/documentSymbol", params={})
    assert answer["error"]["code"] == -32801


async def test_a_text_that_is_closed_is_unknown(client: Client) -> None:
    page = await open_page(client, "value = 1\n")
    await page.post("close")
    await page.post("close")
    await page.post("change", 409, version=1, contentChanges=[])
    await page.post("request", 409, version=0, method="textDocument/documentSymbol", params={})


async def test_two_pages_have_texts_of_their_own_under_one_name(client: Client) -> None:
    one, two = await open_page(client, "one = 1\n"), await open_page(client, "two = 2\n")
    assert one.uri == two.uri
    for _ in range(3):
        answers = await asyncio.gather(*(page.ask("documentSymbol") for page in (one, two, one, two)))
        assert [answer[0]["name"] for answer in answers] == ["one", "two", "one", "two"]
    await one.change("changed = 1\n")
    assert [item["name"] for item in await two.ask("documentSymbol")] == ["two"]
    assert [item["name"] for item in await one.ask("documentSymbol")] == ["changed"]
    await one.post("close")
    assert [item["name"] for item in await two.ask("documentSymbol")] == ["two"]


async def test_a_page_sees_what_another_page_types_in_a_module(client: Client, workspace: Any) -> None:
    (workspace / "helper.py").write_text("x = 1\n")
    module = await open_page(client, "x = 1\n", path="helper.py")
    script = await open_page(client, "import helper\n\nprint(helper.y)\n")
    assert await script.codes() == [("missing-attribute", 3)]
    await module.change("y = 1\n")
    assert await script.codes() == []


async def test_a_buffer_without_a_file_is_helped_and_opens_anew_when_it_gets_one(
    client: Client, workspace: Any
) -> None:
    await client.post("/api/execute-script", json={"script": "", "sessionId": "../buffer"})
    (workspace / "beside.py").write_text("x = 1\n")
    text = "import beside\n\nprint(beside.y)\n"
    page = await open_page(client, text, sessionId="../buffer")
    assert await page.codes() == [("missing-attribute", 3)]
    saved = {"path": "saved.py", "content": text, "version": None, "sessionId": "../buffer"}
    assert (await client.put("/api/write-file", json=saved)).status == 200
    await page.post("request", 409, version=0, method="textDocument/documentSymbol", params={})
    assert (await open_page(client, text, sessionId="../buffer")).uri.endswith("/saved.py")


async def test_a_text_that_is_closed_while_somebody_waits_for_it_says_so() -> None:
    document = Document("file:///x.py", "")
    waiting = asyncio.ensure_future(document.reach(1, 60))
    await asyncio.sleep(0)
    document.close()
    with pytest.raises(OutOfStep):
        await waiting


LINES = st.lists(st.sampled_from(["", "x", "x = 1", "  x", "é𝒳", "𝒳 = 2", '"a"', "'a'"]), max_size=8).map("\n".join)


@given(LINES, LINES)
def test_edits_make_of_one_text_the_other(before: str, after: str) -> None:
    text = Text(before)
    assert text.edited(edits_between(text, after)).content == after


@given(
    LINES,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["", "y", "𝒳\n", "\r\n"])), max_size=6),
)
def test_changes_are_applied_one_after_the_other(content: str, changes: list[tuple[int, int, str]]) -> None:
    text, expected, told = Text(content), Text(content), []
    for first, second, new in changes:
        length = len(expected.content)
        start, end = sorted((first % (length + 1), second % (length + 1)))
        place = {"start": expected.position(start), "end": expected.position(end)}
        start, end = expected.offset(place["start"]), expected.offset(place["end"])
        told.append({"range": place, "text": new})
        expected = Text(expected.content[:start] + new + expected.content[end:])
    assert text.changed(told).content == expected.content


def test_places_are_counted_in_code_units() -> None:
    text = Text("𝒳𝒳 = 1\r\nx\n")
    assert text.offset({"line": 0, "character": 4}) == 2
    assert text.offset({"line": 0, "character": 99}) == 6
    assert text.offset({"line": 9, "character": 0}) == len(text.content)
    assert text.position(2) == {"line": 0, "character": 4}
    assert text.position(8) == {"line": 1, "character": 0}
