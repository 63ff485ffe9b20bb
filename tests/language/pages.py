"""A page, as far as language servers see one: a text, its changes and its questions."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdit.language.hub import Hub
    from rdit.session.language_help import LanguageHelp
    from tests.conftest import Client

POSITIONS = ("position", "range")


@dataclass
class Page:
    """One text of one page, over HTTP."""

    client: Client = field(repr=False)
    text: str
    opened: dict[str, Any]
    version: int = 0

    @property
    def uri(self) -> str:
        return str(self.opened["uri"])

    async def post(self, action: str, expected: int = 200, **fields: Any) -> Any:
        answer = await self.client.post(f"/api/language/{action}", json={"clientId": self.opened["clientId"], **fields})
        assert answer.status == expected, await answer.text()
        return await answer.json()

    async def change(self, text: str) -> None:
        """Send the whole text anew."""
        self.version += 1
        await self.post("change", version=self.version, contentChanges=[{"text": text}])
        self.text = text

    async def ask(self, method: str, **params: Any) -> Any:
        """Return the result of a request of `textDocument/…`, or of *method* if it names another."""
        method = method if "/" in method else f"textDocument/{method}"
        answer = await self.post("request", version=self.version, method=method, params=params)
        assert "error" not in answer, answer
        return answer["result"]

    def at(self, text: str, offset: int = 0, *, after: bool = False) -> dict[str, int]:
        """Return the position of the first *text*, or of its end, and *offset* characters on; all is ASCII here."""
        index = self.text.index(text) + (len(text) if after else 0) + offset
        before = self.text[:index]
        return {"line": before.count("\n"), "character": index - (before.rfind("\n") + 1)}

    async def codes(self) -> list[tuple[str, int]]:
        """Return the code and the line, from 1, of each problem."""
        items = (await self.ask("diagnostic"))["items"]
        return [(item["code"], item["range"]["start"]["line"] + 1) for item in items]

    def edited(self, edits: list[dict[str, Any]]) -> str:
        """Return the text after *edits*."""
        from rdit.language.texts.text import Text

        return Text(self.text).edited(edits).content


async def open_page(client: Client, text: str, **fields: Any) -> Page:
    """Open a text, of the main session's script unless *fields* say otherwise."""
    answer = await client.post("/api/language/open", json={"text": text, **fields})
    assert answer.status == 200, await answer.text()
    return Page(client, text, await answer.json())


def make_environment(folder: Path) -> tuple[Path, Path]:
    """Make an environment in *folder*; return its interpreter and the place of its packages."""
    place = folder / "environment"
    (place / "bin").mkdir(parents=True)
    version = ".".join(map(str, sys.version_info[:3]))
    (place / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\nversion = {version}\n")
    (place / "bin" / "python").symlink_to(sys.executable)
    packages = place / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    return place / "bin" / "python", packages


def help_of(client: Client) -> LanguageHelp:
    """Return the server's own part."""
    from rdit.server.app_keys import LANGUAGE

    return client.app[LANGUAGE]


def hub_of(client: Client) -> Hub:
    """Return the hub."""
    return help_of(client).hub
