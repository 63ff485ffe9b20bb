"""What a page asks, with the real ty and the real ruff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.language.pages import open_page

if TYPE_CHECKING:
    from tests.conftest import Client


async def test_completions_are_names_and_tell_the_rest_when_asked(client: Client) -> None:
    page = await open_page(client, "import collections\ncollections.Ord")
    assert page.opened["servers"] == {
        "ty": {"state": "running", "reason": None},
        "ruff": {"state": "running", "reason": None},
    }
    answer = await page.ask("completion", position=page.at("collections.Ord", after=True))
    first = answer["items"][0]
    assert first["label"] == "OrderedDict"
    assert "documentation" not in first
    told = await page.ask("completionItem/resolve", resolveId=first["resolveId"])
    assert "insertion order" in told["documentation"]["value"] or "remembers" in told["documentation"]["value"]


async def test_a_change_is_seen_by_what_is_asked_after_it(client: Client) -> None:
    page = await open_page(client, "value = 1\n")
    assert await page.codes() == []
    await page.change("value = missing\n")
    assert await page.codes() == [("unresolved-reference", 1)]
    hover = await page.ask("hover", position=page.at("value"))
    assert hover["contents"]["value"]
