"""A panel of files over HTTP: browse, find, rename, delete, upload, download, on the real application."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from watchfiles import awatch

from rdit.workspace.atomic_write import version_of
from tests.conftest import Client, MakeClient


async def get(client: Client, route: str, status: int = 200, /, **query: Any) -> Any:
    async with client.get(route, params=query) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def post(client: Client, route: str, status: int = 200, /, **body: Any) -> Any:
    async with client.post(route, json=body) as response:
        assert response.status == status, await response.text()
        return await response.json()


def put(root: Path, path: str, content: bytes = b"") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


async def test_a_folder_is_listed(client: Client, workspace: Path) -> None:
    put(workspace, "data/x.csv", b"1,2\n")
    listing = await get(client, "/api/list-files")
    assert listing["path"] == ""
    assert [(entry["name"], entry["kind"]) for entry in listing["entries"]] == [
        ("data", "folder"),
        ("script.py", "file"),
    ]
    (entry,) = (await get(client, "/api/list-files", path="data"))["entries"]
    assert (entry["path"], entry["size"], entry["ignored"], entry["symlink"]) == ("data/x.csv", 4, False, False)
    assert "no" not in await get(client, "/api/list-files", 404, path="missing")
    assert "outside" in (await get(client, "/api/list-files", 403, path=".."))["detail"]


async def test_files_are_found_and_new_ones_too(client: Client, workspace: Path) -> None:
    put(workspace, "data/x.csv")
    put(workspace, "node_modules/x.csv")
    assert (await get(client, "/api/find-files", query="x.csv"))["paths"] == ["data/x.csv"]
    assert (await get(client, "/api/find-files"))["paths"] == ["script.py", "data/x.csv"]
    await post(client, "/api/rename-file", path="data/x.csv", to="data/y.csv")
    assert (await get(client, "/api/find-files", query="csv"))["paths"] == ["data/y.csv"]
    await get(client, "/api/find-files", 422, limit="0")


async def test_a_folder_is_made_where_nothing_is(client: Client, workspace: Path) -> None:
    assert await post(client, "/api/create-folder", path="new/") == {"path": "new"}
    assert (workspace / "new").is_dir()
    assert "exists already" in (await post(client, "/api/create-folder", 409, path="new"))["detail"]
    assert "exists already" in (await post(client, "/api/create-folder", 409, path="script.py"))["detail"]
    await post(client, "/api/create-folder", 404, path="missing/new")
    await post(client, "/api/create-folder", 403, path="../new")
    await post(client, "/api/create-folder", 422, path="a\nb")
    assert left(workspace) == ["new", "script.py"]


async def test_a_file_is_renamed_but_never_over_another(client: Client, workspace: Path) -> None:
    put(workspace, "a.py", b"a")
    put(workspace, "sub/b.py", b"b")
    assert await post(client, "/api/rename-file", path="a.py", to="sub/c.py") == {"path": "sub/c.py"}
    assert (workspace / "sub" / "c.py").read_bytes() == b"a"
    assert "exists already" in (await post(client, "/api/rename-file", 409, path="sub/c.py", to="sub/b.py"))["detail"]
    await post(client, "/api/rename-file", 404, path="missing.py", to="x.py")
    await post(client, "/api/rename-file", 404, path="sub/c.py", to="missing/x.py")
    await post(client, "/api/rename-file", 403, path="sub/c.py", to="../x.py")
    assert "into itself" in (await post(client, "/api/rename-file", 422, path="sub", to="sub/sub"))["detail"]
    assert await post(client, "/api/rename-file", path="sub", to="other") == {"path": "other"}
    assert left(workspace) == ["other", "other/b.py", "other/c.py", "script.py"]


async def test_the_session_of_a_renamed_script_goes_along(client: Client, workspace: Path) -> None:
    put(workspace, "sub/b.py", b"print(__file__)")
    opened = await post(client, "/api/session", path="sub/b.py")
    async with client.post("/api/execute-script", json={"script": "1", "sessionId": opened["sessionId"]}) as response:
        await response.text()
    await post(client, "/api/rename-file", path="sub", to="moved")
    assert (await get(client, "/api/session", sessionId=opened["sessionId"]))["scriptPath"] == "moved/b.py"
    assert (await get(client, "/api/session"))["scriptPath"] == "script.py"
    body = {"script": "import sys\nprint(sys.argv[0], __file__)", "sessionId": opened["sessionId"]}
    async with client.post("/api/execute-script", json=body) as response:
        assert f'"moved/b.py {workspace}/moved/b.py\\n"' in await response.text()


async def test_a_session_comes_with_its_script_s_file_for_a_page_that_asks(client: Client, script: Path) -> None:
    script.write_text("""display({"application/json": {"file": None}}, raw=True)  # "file":null\r\n""")
    async with client.post("/api/execute-script", json={"script": script.read_text()}) as response:
        await response.text()
    read = await get(client, "/api/read-file", path="script.py")
    assert (await get(client, "/api/session"))["file"] is None
    shown = await get(client, "/api/session", file="true")
    assert shown["file"] == read
    assert {**shown, "file": None} == await get(client, "/api/session")
    opened = await post(client, "/api/session", path="script.py", file=True)
    assert (opened["sessionId"], opened["file"]) == (shown["sessionId"], read)
    assert (await post(client, "/api/session", path="script.py"))["file"] is None
    script.unlink()
    assert (await get(client, "/api/session", file="true"))["file"] is None
    script.write_bytes(b"\x00\xff")
    assert "text" in (await get(client, "/api/session", 415, file="true"))["detail"]


async def test_a_session_without_a_file_comes_without_one(make_client: MakeClient) -> None:
    client = await make_client(script=None)
    assert (await get(client, "/api/session", file="true"))["file"] is None


async def test_what_is_deleted_is_in_the_trash(make_client: MakeClient, workspace: Path, tmp_path: Path) -> None:
    client = await make_client(trash_folder=tmp_path / "Trash")
    put(workspace, "sub/b.py", b"b")
    trashed = Path((await post(client, "/api/delete-file", path="sub"))["trashed"])
    assert tmp_path / "Trash" in trashed.parents
    assert (trashed / "b.py").read_bytes() == b"b"
    assert left(workspace) == ["script.py"]
    await post(client, "/api/delete-file", 404, path="sub")
    await post(client, "/api/delete-file", 403, path="../Trash")
    await post(client, "/api/delete-file", 415, path=".")


async def test_without_a_trash_nothing_is_deleted(client: Client, workspace: Path) -> None:
    assert "no trash" in (await post(client, "/api/delete-file", 403, path="script.py"))["detail"]
    assert left(workspace) == ["script.py"]


async def test_an_upload_takes_its_place_whole(client: Client, workspace: Path) -> None:
    data = bytes(range(256)) * 4_000
    async with client.put("/api/upload", params={"path": "up.bin"}, data=data) as response:
        assert response.status == 200
        assert await response.json() == {"path": "up.bin", "size": len(data), "version": version_of(data)}
    assert (workspace / "up.bin").read_bytes() == data
    async with client.put("/api/upload", params={"path": "up.bin"}, data=b"other") as response:
        assert response.status == 409
        assert "exists already" in (await response.json())["detail"]
    assert (workspace / "up.bin").read_bytes() == data
    async with client.put("/api/upload", params={"path": "up.bin", "replace": "true"}, data=b"other") as response:
        assert response.status == 200
    assert left(workspace) == ["script.py", "up.bin"]
    assert (workspace / "up.bin").read_bytes() == b"other"


async def test_whatever_replaces_a_file_tells_how_many_other_names_keep_its_bytes(
    client: Client, workspace: Path
) -> None:
    put(workspace, "a.py", b"old")
    for name in ("b.py", "c.py"):
        (workspace / name).hardlink_to(workspace / "a.py")
    async with client.put("/api/upload", params={"path": "a.py", "replace": "true"}, data=b"new") as response:
        assert (await response.json())["otherNames"] == 2
    async with client.put("/api/upload", params={"path": "a.py", "replace": "true"}, data=b"newer") as response:
        assert "otherNames" not in await response.json()  # none
    change = {"path": "b.py", "content": "saved", "version": version_of(b"old")}
    async with client.put("/api/write-file", json=change) as response:
        assert (await response.json())["otherNames"] == 1
    assert {name: (workspace / name).read_bytes() for name in ("a.py", "b.py", "c.py")} == {
        "a.py": b"newer",
        "b.py": b"saved",
        "c.py": b"old",
    }
    await post(client, "/api/rename-file", 409, path="b.py", to="c.py")  # which replaces nothing
    (workspace / "d.py").hardlink_to(workspace / "c.py")
    await post(client, "/api/rename-file", path="c.py", to="e.py")  # and parts no names
    assert (workspace / "e.py").samefile(workspace / "d.py")


async def test_an_empty_file_can_be_uploaded(client: Client, workspace: Path) -> None:
    async with client.put("/api/upload", params={"path": "empty"}, data=b"") as response:
        assert (await response.json())["size"] == 0
    assert (workspace / "empty").read_bytes() == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [("../x", 403), ("missing/x", 404), ("sub", 409), ("a\nb", 422), ("x" * 300, 422), (".", 415), ("\0", 422)],
)
async def test_an_upload_to_a_wrong_place_is_refused(client: Client, workspace: Path, path: str, status: int) -> None:
    (workspace / "sub").mkdir()
    async with client.put("/api/upload", params={"path": path}, data=b"data") as response:
        assert response.status == status, await response.text()
    assert left(workspace) == ["script.py", "sub"]


async def test_a_large_upload_is_never_whole_in_memory(client: Client, workspace: Path) -> None:
    piece = b"0123456789abcdef" * (1 << 16)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield piece

    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    async with client.put("/api/upload", params={"path": "big.bin"}, data=pieces()) as response:
        assert response.status == 200
        assert (await response.json())["size"] == 160 << 20
    async with client.get("/api/download", params={"path": "big.bin"}) as response:
        received = 0
        async for data in response.content.iter_any():
            received += len(data)
    assert received == (workspace / "big.bin").stat().st_size == 160 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before < 80 << 20
    (workspace / "big.bin").unlink()


async def test_an_upload_beyond_the_limit_is_refused(make_client: MakeClient, workspace: Path) -> None:
    client = await make_client(upload_limit=1000)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 600
        yield b"x" * 600

    for data in (b"x" * 1001, pieces()):
        async with client.put("/api/upload", params={"path": "big.bin"}, data=data) as response:
            assert response.status == 413
            assert "1,000 bytes" in (await response.json())["detail"]
    assert left(workspace) == ["script.py"]


async def test_an_upload_that_has_no_room_is_refused_before_it_comes(make_client: MakeClient, workspace: Path) -> None:
    client = await make_client(upload_limit=1 << 62)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = f"PUT /api/upload?path=x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {1 << 55}\r\n"
    token = client.session.headers["Authorization"]
    writer.write(f"{head}Authorization: {token}\r\n\r\n".encode())
    assert b" 507 " in await reader.readline()
    writer.close()
    assert left(workspace) == ["script.py"]


async def test_an_upload_that_breaks_off_leaves_nothing(client: Client, workspace: Path) -> None:
    begun = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 3_000_000
        begun.set()
        await asyncio.Event().wait()

    async with aclosing(awatch(workspace, watch_filter=None)) as changes:
        change = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)  # the watch is in place
        uploading = asyncio.ensure_future(client.put("/api/upload", params={"path": "half.bin"}, data=pieces()))
        await asyncio.gather(begun.wait(), change)
        assert left(workspace) != ["script.py"]
        uploading.cancel()
        await asyncio.gather(uploading, return_exceptions=True)
        while left(workspace) != ["script.py"]:
            await anext(changes)


async def test_an_upload_that_stops_coming_is_given_up(make_client: MakeClient, workspace: Path) -> None:
    client = await make_client(body_timeout=0.2)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    token = client.session.headers["Authorization"]
    head = "PUT /api/upload?path=x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
    writer.write(f"{head}Authorization: {token}\r\n\r\nhalf".encode())
    assert b" 400 " in await reader.readline()
    assert b"Nothing more came" in await reader.readuntil(b"given up")
    writer.close()
    assert left(workspace) == ["script.py"]


async def test_a_download_is_saved_and_never_shown(client: Client, workspace: Path) -> None:
    put(workspace, 'größe "x".html', b"<script>alert(1)</script>")
    async with client.get("/api/download", params={"path": 'größe "x".html'}) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"] == (
            "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%22x%22.html"
        )
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Length"] == "25"
        assert await response.read() == b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image/png"),
        ("a.SVG", "image/svg+xml"),
        ("a.html", "application/octet-stream"),
        ("a.js", "application/octet-stream"),
        ("png", "application/octet-stream"),
    ],
)
async def test_only_images_are_sent_with_their_type(client: Client, workspace: Path, name: str, kind: str) -> None:
    put(workspace, name, b"bytes")
    async with client.get("/api/raw", params={"path": name}) as response:
        assert response.headers["Content-Type"] == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert await response.read() == b"bytes"


@pytest.mark.parametrize("route", ["/api/download", "/api/raw"])
@pytest.mark.parametrize(("path", "status"), [("..", 403), ("missing", 404), ("sub", 415), ("", 422), ("\0", 422)])
async def test_only_files_of_the_workspace_are_sent(
    client: Client, workspace: Path, route: str, path: str, status: int
) -> None:
    (workspace / "sub").mkdir()
    await get(client, route, status, path=path)


async def test_an_empty_file_is_sent(client: Client, workspace: Path) -> None:
    put(workspace, "empty.bin")
    async with client.get("/api/download", params={"path": "empty.bin"}) as response:
        assert (response.status, await response.read()) == (200, b"")
