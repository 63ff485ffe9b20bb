"""Each thing that a page asks, with the real ty and the real ruff."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.language.pages import make_environment, open_page

if TYPE_CHECKING:
    from tests.conftest import Client, MakeClient

PANDAS = """import pandas as pd

df = pd.DataFrame({"a": [1]})
df.
df.head(
"""


@pytest.fixture
async def bare(make_client: MakeClient, workspace: Path) -> Client:
    """A server for an environment without packages: what could be imported is read sooner."""
    return await make_client(python=make_environment(workspace)[0])


async def test_completions_are_names_and_tell_the_rest_when_asked(client: Client) -> None:
    page = await open_page(client, PANDAS)
    assert page.opened["servers"] == {
        "ty": {"state": "running", "reason": None},
        "ruff": {"state": "running", "reason": None},
    }
    answer = await page.ask("completion", position=page.at("df.\n", 3))
    items = {item["label"]: item for item in answer["items"]}
    assert {"head", "groupby", "columns"} <= items.keys()
    assert len(answer["items"]) <= 500
    assert items["groupby"]["detail"].endswith("…) -> DataFrameGroupBy")
    assert len(items["groupby"]["detail"]) <= 101
    assert "labelDetails" not in items["groupby"]
    assert not [item for item in answer["items"] if {"documentation", "data", "additionalTextEdits"} & item.keys()]
    told = await page.ask("completionItem/resolve", resolveId=items["head"]["resolveId"])
    assert "Return the first" in told["documentation"]["value"]
    assert await page.ask("completionItem/resolve", resolveId="9.9") is None


async def test_a_completion_brings_its_import(bare: Client) -> None:
    page = await open_page(bare, "import os\n\nOrderedD")
    answer = await page.ask("completion", position=page.at("OrderedD", after=True))
    item = next(item for item in answer["items"] if item.get("labelDetails") == {"description": "import collections"})
    assert item["label"] == item["insertText"] == "OrderedDict"
    told = await page.ask("completionItem/resolve", resolveId=item["resolveId"])
    assert page.edited(told["additionalTextEdits"]) == "from collections import OrderedDict\nimport os\n\nOrderedD"


async def test_a_completion_has_the_letters_that_were_typed(client: Client) -> None:
    page = await open_page(client, "import os.path\nos.path.joi")
    answer = await page.ask("completion", position=page.at("joi", after=True))
    assert answer["items"][0]["label"] == "join"


async def test_hover_and_signature_tell_what_a_function_is(client: Client) -> None:
    page = await open_page(client, PANDAS)
    hover = await page.ask("hover", position=page.at("df.head", 4))
    assert "Return the first" in hover["contents"]["value"]
    assert hover["range"]["start"] == page.at("head(")
    signature = await page.ask("signatureHelp", position=page.at("head(", after=True))
    assert signature["signatures"][0]["label"].startswith("(n: int = 5)")


async def test_a_definition_leads_into_the_standard_library_and_its_door_opens(client: Client) -> None:
    page = await open_page(client, "import json\njson.dumps(1)\n")
    refused = await client.get("/api/language/source", params={"uri": Path(__file__).as_uri()})
    assert refused.status == 403
    (place,) = await page.ask("definition", position=page.at("dumps"))
    answer = await client.get("/api/language/source", params={"uri": place["uri"]})
    assert answer.status == 200
    source = await answer.json()
    assert source["content"].splitlines()[place["range"]["start"]["line"]].startswith("def dumps(")
    assert Path(source["path"]).is_file()
    refused = await client.get("/api/language/source", params={"uri": place["uri"].replace("__init__", "decoder")})
    assert refused.status == 403


async def test_references_and_rename_reach_over_two_files(client: Client, workspace: Path) -> None:
    (workspace / "helper.py").write_text("def helped(a):\n    return a\n")
    text = "from helper import helped\n\nhelped(1)\n"
    (workspace / "script.py").write_text(text)
    page = await open_page(client, text)
    found = await page.ask("references", position=page.at("helped(1"), context={"includeDeclaration": True})
    assert sorted((Path(one["uri"]).name, one["range"]["start"]["line"]) for one in found) == [
        ("helper.py", 0),
        ("script.py", 0),
        ("script.py", 2),
    ]
    name = await page.ask("prepareRename", position=page.at("helped(1"))
    assert name["start"] == page.at("helped(1")
    edit = await page.ask("rename", position=page.at("helped(1"), newName="aided")
    assert {Path(uri).name: len(edits) for uri, edits in edit["changes"].items()} == {"helper.py": 1, "script.py": 2}
    assert page.edited(edit["changes"][page.uri]) == text.replace("helped", "aided")
    symbols = await page.ask("workspace/symbol", query="help")
    assert [Path(one["location"]["uri"]).name for one in symbols] == ["helper.py"]


async def test_what_cannot_be_renamed_says_why(client: Client) -> None:
    page = await open_page(client, "import json\n\nprint(json.dumps(1))\nvalue = 1\n")

    async def refusal(place: str, name: Any) -> str:
        params = {"position": page.at(place), "newName": name}
        answer = await page.post("request", version=0, method="textDocument/rename", params=params)
        return str(answer["error"]["message"])

    assert await page.ask("prepareRename", position=page.at("dumps")) is None
    assert "workspace's own" in await refusal("dumps", "other")
    assert "workspace's own" in await refusal("print", "other")
    for name in ("two words", "1", "class", "", 1, None):
        assert "cannot be a name" in await refusal("value", name)
    edit = await page.ask("rename", position=page.at("value"), newName="größe")
    assert page.edited(edit["changes"][page.uri]).endswith("größe = 1\n")


async def actions(page: Any, **where: Any) -> dict[str, Any]:
    """Return the actions at a place by title, each with its edit."""
    context = {"diagnostics": (await page.ask("diagnostic"))["items"], **where.pop("context", {})}
    found = await page.ask("codeAction", context=context, **where)
    return {one["title"]: await page.ask("codeAction/resolve", **one) for one in found}


WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}


async def test_fix_all_and_organise_imports_change_no_other_line(client: Client, workspace: Path) -> None:
    (workspace / "ruff.toml").write_text('[lint]\nselect = ["E", "F", "I"]\n')
    text = "import sys\nimport os\n\nos.getcwd();\nx = 1\nx == None;\n"
    page = await open_page(client, text)
    found = await actions(page, range=WHOLE, context={"only": ["source"]})
    all_fixed = found["Ruff: Fix all auto-fixable problems"]["edit"]["changes"][page.uri]
    assert page.edited(all_fixed) == text.replace("import sys\n", "")
    assert len(all_fixed) == 1  # the `;` stay: they say that nothing is shown
    organised = found["Ruff: Organize imports"]["edit"]["changes"][page.uri]
    assert page.edited(organised) == text.replace("import sys\nimport os\n", "import os\nimport sys\n")


async def test_a_missing_import_and_an_unused_one_have_quick_fixes(bare: Client) -> None:
    page = await open_page(bare, "import sys\n\nprint(Path.cwd())\n")
    place = {"start": page.at("Path"), "end": page.at("Path", after=True)}
    found = await actions(page, range=place)
    title = next(title for title in found if "pathlib" in title)
    assert "from pathlib import Path\n" in page.edited(found[title]["edit"]["changes"][page.uri])
    unused = next(title for title in found if "F401" in title and "Remove" in title)
    assert page.edited(found[unused]["edit"]["changes"][page.uri]) == page.text.replace("import sys\n", "")


async def test_formatting_touches_what_differs_and_keeps_what_silences(client: Client) -> None:
    text = "import os\nx = {  'a':1 }\n\nx['a'];  # quiet\nx ;\ny = 1;\nprint( x )\n"
    page = await open_page(client, text)
    edits = await page.ask("formatting", options={"tabSize": 4, "insertSpaces": True})
    formatted = 'import os\n\nx = {"a": 1}\n\nx["a"];  # quiet\nx;\ny = 1\nprint(x)\n'
    assert page.edited(edits) == formatted
    assert [(edit["range"]["start"]["line"], edit["range"]["end"]["line"]) for edit in edits] == [
        (1, 1),
        (1, 1),
        (3, 3),
        (4, 4),
        (5, 5),
        (6, 6),
    ]
    lines = {"start": page.at("print("), "end": page.at("print( x )", after=True)}
    edits = await page.ask("rangeFormatting", range=lines, options={"tabSize": 4, "insertSpaces": True})
    assert page.edited(edits).startswith("import os\nx = {  'a':1 }")
    assert page.edited(edits).endswith("print(x)\n")


async def test_tokens_symbols_folds_hints_and_highlights_are_told(client: Client) -> None:
    text = "def f(a):\n    return a\n\n\nf(1)\n"
    page = await open_page(client, text)
    legend = page.opened["semanticTokens"]
    data = (await page.ask("textDocument/semanticTokens/full"))["data"]
    assert legend["tokenTypes"][data[3]] == "function"
    assert [one["name"] for one in await page.ask("documentSymbol")] == ["f"]
    assert [one["startLine"] for one in await page.ask("foldingRange")] == [0]
    hints = await page.ask("inlayHint", range={"start": page.at("f(1"), "end": page.at("f(1)", after=True)})
    assert "a" in str(hints)
    assert len(await page.ask("documentHighlight", position=page.at("f(1"))) == 2
    (selection,) = await page.ask("selectionRange", positions=[page.at("a\n")])
    assert selection["parent"]


async def test_packages_are_those_of_the_interpreter(make_client: MakeClient, workspace: Path) -> None:
    python, packages = make_environment(workspace)
    (packages / "only_here.py").write_text("answer = 42\n")
    text = "import only_here\nimport pandas\n"
    page = await open_page(await make_client(python=python), text)
    assert ("import-not-found", 2) in await page.codes()
    assert ("import-not-found", 1) not in await page.codes()
    page = await open_page(await make_client(python=Path(sys.executable)), text)
    assert ("import-not-found", 1) in await page.codes()
    assert ("import-not-found", 2) not in await page.codes()


@pytest.mark.parametrize("name", ["notes.txt", "table.csv"])
async def test_nothing_starts_for_a_file_that_is_not_python(client: Client, workspace: Path, name: str) -> None:
    (workspace / name).write_text("text\n")
    answer = await client.post("/api/language/open", json={"text": "text\n", "path": name})
    assert answer.status == 422
