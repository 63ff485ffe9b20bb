"""What only the running process knows, beside what the language servers do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.language.pages import Page, help_of, open_page

if TYPE_CHECKING:
    from tests.conftest import Client

SCRIPT = """import json

d = json.loads('{"first key": 1, "it\\'s": 2, "second": {"inner": [3]}}')


class Thing:
    def method(self):
        return 1

    @property
    def costly(self):
        open("ran", "w").close()


thing = Thing()
vars(thing)["made_up"] = 1
"""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the kernel's answers however busy the machine is."""
    monkeypatch.setattr("rdit.session.live.live_values.ANSWER_SECONDS", 30)


async def run(client: Client, script: str) -> None:
    answer = await client.post("/api/execute-script", json={"script": script})
    assert '"type":"error"' not in await answer.text()


async def labels(page: Page, text: str) -> list[str]:
    """Return what is offered at the end of the script with *text* below it."""
    await page.change(SCRIPT + text)
    lines = page.text.splitlines()
    answer = await page.ask("completion", position={"line": len(lines) - 1, "character": len(lines[-1])})
    return [item["label"] for item in answer["items"]]


@pytest.fixture
async def page(client: Client) -> Page:
    await run(client, SCRIPT)
    return await open_page(client, SCRIPT)


async def test_keys_are_offered_in_quotes(page: Page) -> None:
    assert await labels(page, 'd["') == ["first key", "it's", "second"]
    assert await labels(page, "d['se") == ["second", "first key"]
    assert await labels(page, 'd["second"]["') == ["inner"]
    assert await labels(page, "f\"{d['fir") == ["first key"]
    await page.change(f"{SCRIPT}d['")
    answer = await page.ask("completion", position=page.at("\nd['", after=True))
    edits = {item["label"]: item["textEdit"]["newText"] for item in answer["items"]}
    assert edits["it's"] == "it\\'s"
    (edit,) = [item["textEdit"] for item in answer["items"] if item["label"] == "second"]
    assert page.edited([edit]) == f"{SCRIPT}d['second"


async def test_attributes_are_offered_first_that_only_the_process_knows(page: Page, workspace: Any) -> None:
    found = await labels(page, "thing.")
    assert found[0] == "made_up"
    assert {"method", "costly"} <= {*found}
    assert len(found) == len({*found})
    assert not (workspace / "ran").exists()


@pytest.mark.parametrize(
    "text",
    [
        '# d["',
        "'d.",
        'print("""\nd["',
        "def f(d):\n    d['",
        "def f():\n    d = 1\n    d['",
        "x.d['",
        "f(1)['",
    ],
)
async def test_nothing_live_is_offered_where_the_name_is_another(page: Page, text: str) -> None:
    assert "first key" not in await labels(page, text)


async def test_a_function_sees_the_names_of_the_module(page: Page) -> None:
    assert "first key" in await labels(page, "def f():\n    return d['")


async def test_a_hover_says_what_a_name_is_now_and_since_when(page: Page) -> None:
    hover = await page.ask("hover", position=page.at("d = json"))
    assert hover["contents"]["value"].startswith("`d: dict")
    assert "from line 3" in hover["contents"]["value"]
    assert await page.ask("hover", position=page.at("first key")) is None
    hover = await page.ask("hover", position=page.at("thing)"))
    assert "Thing" in hover["contents"]["value"]


@pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")
async def test_an_earlier_statement_is_told_of_as_it_was_then(client: Client) -> None:
    text = "total = 12\nd = {'a': 1}\nd['b'] = total\ntotal = 13\n"
    request = {"script": text, "fresh": True, "focusLine": 3}
    await (await client.post("/api/execute-script", json=request)).read()
    page = await open_page(client, text)
    hover = await page.ask("hover", position=page.at("total = 12"))
    assert hover["contents"]["value"].startswith("`total: int 12`, from line 1, as it was after line 2\n")
    hover = await page.ask("hover", position=page.at("total = 13"))
    assert hover["contents"]["value"].startswith("`total: int 13`, from line 4\n")
    typed = text.replace("d['b'] = total", "d['")
    await page.change(typed)
    answer = await page.ask("completion", position=page.at("d['", after=True))
    assert [item["label"] for item in answer["items"]] == ["a"]


async def test_a_type_that_nobody_knows_is_not_told(client: Client) -> None:
    text = "import absent\nlist = absent.things()\nshort = len(list)\n"
    page = await open_page(client, text)
    assert await page.ask("hover", position=page.at("list =")) is None
    text = "rows = [{'a': 1.5, 'b': 'c'}]\nsize = sum(row['a'] for row in rows)\n"
    await (await client.post("/api/execute-script", json={"script": text, "fresh": True})).read()
    await page.change(text)
    hover = await page.ask("hover", position=page.at("size ="))
    assert hover["contents"]["value"] == "`size: float 1.5`, from line 2"


async def test_columns_are_offered_and_a_frame_says_its_shape(client: Client) -> None:
    text = 'import pandas as pd\n\ndf = pd.DataFrame({"unit price": [1], "n": [2]})\n'
    await run(client, text)
    page = await open_page(client, f'{text}df["')
    answer = await page.ask("completion", position=page.at('\ndf["', after=True))
    assert [(item["label"], item["kind"]) for item in answer["items"]] == [("unit price", 5), ("n", 5)]
    hover = await page.ask("hover", position=page.at("df ="))
    assert "DataFrame 1 × 2" in hover["contents"]["value"]


async def test_the_process_alone_answers_while_ty_is_away(client: Client) -> None:
    help_of(client).commands = {"ty": ["/nowhere/ty"]}
    await run(client, SCRIPT)
    page = await open_page(client, SCRIPT)
    assert "first key" in await labels(page, 'd["')
    assert "made_up" in await labels(page, "thing.")


async def test_another_file_than_the_script_knows_nothing_of_its_names(client: Client, workspace: Any) -> None:
    await run(client, SCRIPT)
    (workspace / "other.py").write_text("")
    page = await open_page(client, 'd["', path="other.py")
    answer = await page.ask("completion", position=page.at('d["', after=True))
    assert answer["items"] == []
