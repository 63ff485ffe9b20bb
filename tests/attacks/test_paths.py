"""Paths that try to leave the workspace, on every endpoint that takes one: nothing outside is read, made or changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from aiohttp import ClientResponse

    from tests.conftest import Client, MakeClient

SECRET = "the secret outside"


@dataclass(frozen=True)
class Place:
    """A workspace with traps in it, and what lies outside."""

    inside: Path
    outside: Path

    def outside_state(self) -> dict[str, bytes]:
        """Return all that is outside."""
        return {
            str(path.relative_to(self.outside)): path.read_bytes() if path.is_file() else b""
            for path in sorted(self.outside.rglob("*"))
        }


@pytest.fixture
def place(workspace: Path, script: Path) -> Place:
    """The workspace of the tests' server, with links that lead out of it."""
    outside = workspace.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    sibling = workspace.parent / (workspace.name + "-sibling")
    sibling.mkdir()
    (sibling / "secret.txt").write_text(SECRET)
    (workspace / "link.txt").symlink_to(outside / "secret.txt")
    (workspace / "folder").symlink_to(outside, target_is_directory=True)
    (workspace / "relative.txt").symlink_to("../outside/secret.txt")
    (workspace / "chain1.txt").symlink_to("chain2.txt")
    (workspace / "chain2.txt").symlink_to("link.txt")
    (workspace / "loop.txt").symlink_to("loop.txt")
    (workspace / "dangling.txt").symlink_to(outside / "new.txt")
    (workspace / "inner").mkdir()
    (workspace / "inner" / "up").symlink_to("../..")
    (workspace / "device").symlink_to("/dev/zero")
    (workspace / "self").symlink_to("/proc/self/environ")
    os.mkfifo(workspace / "fifo")
    (workspace / "fine.txt").write_text("inside")
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(workspace)  # the name of a socket is limited in length
    try:
        listener.bind("socket")
    finally:
        os.chdir(here)
        listener.close()
    return Place(workspace, outside)


OUTSIDE = [
    "../outside/secret.txt",
    "../../outside/secret.txt",
    "inner/../../outside/secret.txt",
    "./../outside/secret.txt",
    "fine.txt/../../outside/secret.txt",
    "{outside}/secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "/proc/self/environ",
    "{inside}-sibling/secret.txt",
    "../{name}-sibling/secret.txt",
    "{inside}/../outside/secret.txt",
    "link.txt",
    "relative.txt",
    "chain1.txt",
    "folder/secret.txt",
    "folder/new.txt",
    "inner/up/outside/secret.txt",
    "inner/up/outside/new.txt",
    "loop.txt",
    "dangling.txt",
    "device",
    "self",
    "fifo",
    "socket",
    "..",
    "../",
    "a\x00b",
    "fine.txt\x00.png",
    "..\\outside\\secret.txt",
    "%2e%2e/outside/secret.txt",
    "..%2foutside%2fsecret.txt",
    "%252e%252e/outside/secret.txt",
    "．．/outside/secret.txt",
    "file:///etc/passwd",
    "~/.bashrc",
    "~root/.bashrc",
    "x" * 5000,
    "x/" * 3000 + "y",
    "\ud800.txt",
    "",
]
Operation = Callable[["Client", str], Awaitable["ClientResponse"]]
OPERATIONS: dict[str, Operation] = {
    "read": lambda client, path: client.get("/api/read-file", params={"path": path}),
    "download": lambda client, path: client.get("/api/download", params={"path": path}),
    "raw": lambda client, path: client.get("/api/raw", params={"path": path}),
    "list": lambda client, path: client.get("/api/list-files", params={"path": path}),
    "write": lambda client, path: client.put("/api/write-file", json={"path": path, "content": "owned"}),
    "upload": lambda client, path: client.put("/api/upload", params={"path": path, "replace": "true"}, data=b"owned"),
    "create": lambda client, path: client.post("/api/create-folder", json={"path": path + "/made"}),
    "delete": lambda client, path: client.post("/api/delete-file", json={"path": path}),
    "rename_from": lambda client, path: client.post("/api/rename-file", json={"path": path, "to": "taken.txt"}),
    "rename_to": lambda client, path: client.post("/api/rename-file", json={"path": "fine.txt", "to": path}),
    "session": lambda client, path: client.post("/api/session", json={"path": path}),
}
GOOD = {
    "read": "fine.txt",
    "download": "fine.txt",
    "raw": "picture.png",
    "list": "inner",
    "write": "new.txt",
    "upload": "new.txt",
    "create": "inner",
    "delete": "fine.txt",
    "rename_from": "fine.txt",
    "rename_to": "inner/moved.txt",
    "session": "script.py",
}
HARMLESS = {("list", ""), ("delete", "loop.txt"), ("delete", "dangling.txt")}
"""Asking for the workspace itself is no attack."""


@pytest.fixture
async def client(make_client: MakeClient, tmp_path: Path) -> Client:
    """A server with a trash of its own."""
    return await make_client(trash_folder=tmp_path / "trash")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: ascii(path)[1:60])
async def test_nothing_outside_the_workspace_is_reached(
    place: Place, client: Client, operation: str, path: str
) -> None:
    attack = path.format(outside=place.outside, inside=place.inside, name=place.inside.name) if "{" in path else path
    before = place.outside_state()

    answer = await OPERATIONS[operation](client, attack)
    body = await answer.read()

    assert SECRET.encode() not in body
    assert b"root:" not in body
    assert place.outside_state() == before
    assert answer.status < 500 or answer.status == 507, body
    if answer.status < 400:  # let in: then it was a plain name inside, whatever it looks like
        name = attack.replace("\ud800", "\ufffd")
        made_inside = (place.inside / name).resolve().is_relative_to(place.inside)
        assert (operation, path) in HARMLESS or made_inside, body
    else:
        assert (await answer.json())["detail"]


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_the_same_request_for_a_path_inside_is_let_in(place: Place, client: Client, operation: str) -> None:
    """The control of every case above: it is the path that was refused, and nothing else."""
    (place.inside / "picture.png").write_bytes(bytes.fromhex("89504e470d0a1a0a"))
    answer = await OPERATIONS[operation](client, GOOD[operation])
    assert answer.status == 200, await answer.text()
