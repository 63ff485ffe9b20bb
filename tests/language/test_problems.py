"""One list of problems, without what is right in rdit; all else of the user's configuration is obeyed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rdit.server.app_keys import SESSIONS
from tests.language.pages import make_environment, open_page

if TYPE_CHECKING:
    from tests.conftest import Client, MakeClient

EVERYTHING = '[lint]\nselect = ["E", "F", "B", "PL"]\nignore = ["PLR2004", "E702"]\n'

RIGHT = {
    "a top-level await": "import asyncio\n\nawait asyncio.sleep(0)\n",
    "async for and async with": (
        "import asyncio\n\nlock = asyncio.Lock()\n\n\nasync def numbers():\n    yield 1\n\n\n"
        "async for number in numbers():\n    print(number)\nasync with lock:\n    pass\n"
        "print([number async for number in numbers()])\n"
    ),
    "an await in a block": "import asyncio\n\nif True:\n    await asyncio.sleep(0)\n",
    "an await while something else is being typed": "import asyncio\n\nawait asyncio.sleep(0)\n",
    "an expression that is shown": "x = 1\nx\nx + 1\n(x, 2)\n(\n    x\n    + 1\n)\n",
    "an expression after another statement": "x = 1; x\n",
    "a comparison that is shown": "x = 1\nx == 2\n1 == 1\n",
    "a bare string": '"""Doc."""\n\nx = 1\n"Text"\nf"{x}"\n',
    "an f-string that begins the script": 'f"# {1 + 1}"\n',
    "a semicolon that silences": "x = 1\nx;\n",
    "characters beyond the first plane": 'x = "𝒳𝒳"; x\n',
}

WRONG = {
    "an await in a function that is not asynchronous": (
        "import asyncio\n\n\ndef f():\n    await asyncio.sleep(0)\n",
        [("invalid-syntax", 5)],
    ),
    "an await in a class": ("import asyncio\n\n\nclass A:\n    await asyncio.sleep(0)\n", [("invalid-syntax", 5)]),
    "an await in a function while there is another one above it": (
        "import asyncio\n\nawait asyncio.sleep(0)\n\n\ndef f():\n    await asyncio.sleep(0)\n",
        [("invalid-syntax", 7)],
    ),
    "an expression in a function": ("def f(x):\n    x\n    x == 1\n", [("B018", 2), ("B015", 3)]),
    "a name that is nowhere, once": ("print(nowhere)\n", [("unresolved-reference", 1)]),
    "an expression in a loop, which shows nothing": ("for x in [1]:\n    x\n", [("B018", 2)]),
    "a constant compared in a condition": ("if 1 == 1:\n    print()\n", [("PLR0133", 1)]),
    "broken syntax, once": ("x = (1\n", [("invalid-syntax", 2)]),
}


@pytest.fixture
async def configured(client: Client, workspace: Path) -> Client:
    (workspace / "ruff.toml").write_text(EVERYTHING)
    return client


async def test_what_is_right_in_rdit_is_no_problem(configured: Client) -> None:
    page = await open_page(configured, "")
    for name, text in RIGHT.items():
        await page.change(text)
        assert await page.codes() == [], name
        # Somebody types below it.
        await page.change(f"{text}print(\n")
        assert {code for code, _ in await page.codes()} <= {"invalid-syntax"}, name


async def test_what_is_wrong_in_rdit_too_is_a_problem(configured: Client) -> None:
    page = await open_page(configured, "")
    for name, (text, codes) in WRONG.items():
        await page.change(text)
        assert await page.codes() == codes, name


async def test_the_users_configuration_is_obeyed_and_followed(client: Client, workspace: Path) -> None:
    (workspace / "pyproject.toml").write_text(
        '[tool.ruff.lint]\nselect = ["T20"]\n[tool.ty.rules]\nunresolved-reference = "ignore"\n'
    )
    page = await open_page(client, "import os\nprint(nowhere)\n")
    assert await page.codes() == [("T201", 2)]
    (workspace / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["F401"]\n')
    assert await page.codes() == [("F401", 1), ("unresolved-reference", 2)]


async def test_a_problem_has_what_its_quick_fix_needs(client: Client) -> None:
    page = await open_page(client, "import os\nx: int = 'a'\n")
    items = {item["code"]: item for item in (await page.ask("diagnostic"))["items"]}
    unused, wrong = items["F401"], items["invalid-assignment"]
    assert (unused["source"], wrong["source"]) == ("Ruff", "ty")
    assert unused["data"]["edits"]
    assert unused["codeDescription"]["href"].startswith("https://")
    assert wrong["severity"] == 1


async def test_a_module_that_is_not_installed_names_the_package_that_brings_it(client: Client) -> None:
    page = await open_page(client, "import cv2\nimport nowhere_at_all\nfrom . import sibling\n")
    items = [item for item in (await page.ask("diagnostic"))["items"] if item["code"] == "import-not-found"]
    assert [item.get("package") for item in items] == [
        {"name": "opencv-python", "isKnown": True},
        {"name": "nowhere-at-all", "isKnown": False},
        None,  # a module beside the script is no package
    ]


async def test_modules_that_come_change_and_go_are_seen(client: Client, workspace: Path) -> None:
    page = await open_page(client, "import beside\n\nprint(beside.x)\n")
    assert await page.codes() == [("import-not-found", 1)]
    module = workspace / "beside.py"
    module.write_text("x = 1\n")
    assert await page.codes() == []
    module.write_text("other = 1\n")
    assert await page.codes() == [("missing-attribute", 3)]
    module.unlink()
    assert await page.codes() == [("import-not-found", 1)]


async def test_a_package_that_is_installed_is_seen(make_client: MakeClient, workspace: Path) -> None:
    python, packages = make_environment(workspace)
    page = await open_page(await make_client(python=python), "import brought\n\nprint(brought.x)\n")
    assert await page.codes() == [("import-not-found", 1)]
    (packages / "brought").mkdir()
    (packages / "brought" / "__init__.py").write_text("x = 1\n")
    assert await page.codes() == []


async def test_a_configuration_that_cannot_be_read_is_told(client: Client, workspace: Path) -> None:
    page = await open_page(client, "x = 1\n")
    (workspace / "ruff.toml").write_text('[lint]\nselect = ["nonsense"]\n')
    await page.codes()
    state = client.app[SESSIONS].main.state
    await page.codes()
    assert state.language["ruff"].state == "running"
    assert "settings" in str(state.language["ruff"].reason)
    (workspace / "ruff.toml").unlink()
    await page.codes()
    assert state.language["ruff"].reason is None
