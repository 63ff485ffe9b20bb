"""What a client sends wrong gets an answer that says what to do, and breaks nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import hdrs

from tests.conftest import Client, MakeClient

EXECUTE = "/api/execute-script"


async def refusal(client: Client, status: int, method: str, path: str, **request: Any) -> str:
    response = await client.request(method, path, **request)
    assert response.status == status, await response.text()
    assert response.content_type == "application/json"
    detail = (await response.json())["detail"]
    assert detail
    return str(detail)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"script": "x"',
        b'{"script": "\xff\xfe"}',
        b'{"script": "x"} extra',
        b"[" * 100_000,
        b'{"script": "x", "lineRange": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"script": "\\ud800", "deep": ' + b"[" * 100_000,
        b'{"script": "\\ud800"',
    ],
)
async def test_a_body_that_is_not_json_is_refused(client: Client, body: bytes) -> None:
    assert "JSON" in await refusal(client, 400, "POST", EXECUTE, data=body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "script"),
        ([], "body"),
        ("x", "body"),
        ({"script": 1}, "script"),
        ({"script": None}, "script"),
        ({"script": ["x"]}, "script"),
        ({"script": "x", "lineRange": 3}, "lineRange"),
        ({"script": "x", "lineRange": {"from": 0, "to": 1}}, "lineRange.from"),
        ({"script": "x", "lineRange": {"from": 3, "to": 2}}, "lineRange"),
        ({"script": "x", "lineRange": {"from": 1}}, "lineRange.to"),
        ({"script": "x", "lineRange": {"from": 1, "to": 10**30}}, "lineRange.to"),
        ({"script": "x", "live": "perhaps"}, "live"),
        ({"script": "x", "unknown": 1}, "unknown"),
        ({"script": "x", "line_range": None, "Script": ""}, "Script"),
        ({"script": "x", "sessionId": ""}, "sessionId"),
        ({"script": "x", "sessionId": "x" * 1000}, "sessionId"),
        ({"script": "x", "window": 3}, "window"),
    ],
)
async def test_a_wrong_field_is_refused_by_its_name(client: Client, body: Any, field: str) -> None:
    assert field in await refusal(client, 422, "POST", EXECUTE, json=body)


async def test_a_body_beyond_the_limit_is_refused(make_client: MakeClient) -> None:
    client = await make_client(body_limit=10_000)
    body = json.dumps({"script": "x" * 20_000})
    assert "RDIT_BODY_LIMIT" in await refusal(client, 413, "POST", EXECUTE, data=body)


async def test_a_script_with_nul_is_an_error_of_the_script(client: Client) -> None:
    response = await client.post(EXECUTE, json={"script": "x = 1\0"})
    assert response.status == 200
    body = await response.read()
    assert b"null bytes" in body
    assert body.endswith(b'data: {"type":"complete"}\n\n')


async def test_a_method_that_a_path_does_not_take_is_refused_with_those_it_takes(client: Client) -> None:
    for method, path, allowed in [
        ("GET", EXECUTE, "POST"),
        ("DELETE", "/api/session", "GET, POST"),
        ("POST", "/api/health", "GET"),
    ]:
        response = await client.request(method, path)
        assert response.status == 405
        assert set(allowed.split(", ")) <= set(response.headers[hdrs.ALLOW].split(", "))
        assert method in (await response.json())["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/events?after=x", "after"),
        ("/api/events?after=-1", "after"),
        ("/api/events?after=1&after=2", "twice"),
        ("/api/session?window=1", "window"),
        ("/api/session?unknown=1", "unknown"),
        ("/api/read-file", "path"),
        ("/api/read-file?path=", "path"),
    ],
)
async def test_a_wrong_query_is_refused_by_its_name(client: Client, path: str, name: str) -> None:
    assert name in await refusal(client, 422, "GET", path)


async def test_an_unknown_session_is_not_found(client: Client) -> None:
    body = {"sessionId": "unknown"}
    for method, path, request in [
        ("GET", "/api/session?sessionId=unknown", {}),
        ("GET", "/api/events?sessionId=unknown", {}),
        ("POST", "/api/interrupt", {"json": body}),
        ("POST", "/api/reset", {"json": body}),
        ("POST", "/api/input", {"json": {**body, "text": "x"}}),
        ("POST", "/api/query", {"json": {**body, "handle": "h", "request": {}}}),
        ("PUT", "/api/write-file", {"json": {**body, "path": "a.py", "content": ""}}),
    ]:
        assert "no such session" in await refusal(client, 404, method, path, **request)


async def test_more_sessions_than_the_server_keeps_are_refused(make_client: MakeClient) -> None:
    client = await make_client(session_limit=2)
    assert (await client.post(EXECUTE, json={"script": "1", "sessionId": "second", "detached": True})).status == 202
    assert "2 sessions" in await refusal(client, 429, "POST", EXECUTE, json={"script": "1", "sessionId": "third"})


async def test_a_file_is_read_and_saved_against_its_version(client: Client, script: Path) -> None:
    read = await (await client.get("/api/read-file", params={"path": "script.py"})).json()
    assert read["content"] == "x = 1\nx + 1\n"
    save = {"path": "script.py", "content": "y = 2\r\n", "version": read["version"]}
    saved = await client.put("/api/write-file", json=save)
    assert saved.status == 200
    assert await asyncio.to_thread(script.read_bytes) == b"y = 2\r\n"
    assert "changed on disk" in await refusal(client, 409, "PUT", "/api/write-file", json=save)
    again = await client.put(
        "/api/write-file", json={**save, "content": "z", "version": (await saved.json())["version"]}
    )
    assert again.status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("missing.py", 404),
        ("../outside.py", 403),
        ("/etc/passwd", 403),
        ("binary", 415),
        ("folder", 415),
        ("a\0b", 422),
    ],
)
async def test_a_file_that_is_not_served_says_why(client: Client, workspace: Path, path: str, status: int) -> None:
    (workspace / "binary").write_bytes(b"\0")
    (workspace / "folder").mkdir()
    await refusal(client, status, "GET", "/api/read-file", params={"path": path})
    await refusal(client, status, "POST", "/api/session", json={"path": path})


async def test_a_save_with_a_lone_surrogate_writes_what_a_browser_would(client: Client) -> None:
    body = '{"path":"new.py","content":"x = \'\\ud800\'","version":null}'
    assert (await client.put("/api/write-file", data=body)).status == 200
    assert (await (await client.get("/api/read-file?path=new.py")).json())["content"] == "x = '\ufffd'"


async def test_the_session_of_another_script_is_opened_once(client: Client, workspace: Path) -> None:
    (workspace / "other.py").write_text("print(__file__)")
    first = await (await client.post("/api/session", json={"path": "other.py"})).json()
    second = await (await client.post("/api/session", json={"path": "./other.py"})).json()
    assert first["sessionId"] == second["sessionId"] != "main"
    assert first["scriptPath"] == "other.py"
    run = await client.post(EXECUTE, json={"script": "print(__file__)", "sessionId": first["sessionId"]})
    assert str(workspace / "other.py") in (await run.text())
    main = await (await client.post("/api/session", json={"path": "script.py"})).json()
    assert main["sessionId"] == "main"


async def test_a_buffer_that_is_saved_becomes_the_session_s_script(make_client: MakeClient, workspace: Path) -> None:
    client = await make_client(script=None)
    save = {"path": "named.py", "content": "print(__file__)", "sessionId": "main"}
    assert (await client.put("/api/write-file", json=save)).status == 200
    assert (await (await client.get("/api/session")).json())["scriptPath"] == "named.py"
    await client.post("/api/reset")
    run = await client.post(EXECUTE, json={"script": "print(__file__)"})
    assert str(workspace / "named.py") in (await run.text())


async def test_a_query_of_an_object_that_is_gone_is_not_found(client: Client) -> None:
    body = {"handle": "no-such-handle", "request": {"rows": [0, 10]}}
    assert await refusal(client, 404, "POST", "/api/query", json=body)
