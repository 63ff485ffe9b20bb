"""Requests that try to get in: hosts, origins, tokens, bodies and bytes that are no proper HTTP.

Each table has a control: the same request without what makes it an attack is let in, so a check that refused
everything would fail here, as would one that refused nothing.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import TOKEN

if TYPE_CHECKING:
    from tests.conftest import Client

RUN = {"script": "open('owned.txt', 'w').close()"}


def own_file(client: Client) -> Any:
    """Return the path of the file that a successful attack would make."""
    from rdit.server.app_keys import SETTINGS

    return client.app[SETTINGS].directory / "owned.txt"


async def raw(client: Client, request: bytes, *, half_close: bool = False) -> tuple[int, bytes]:
    """Send *request* as it stands and return the status (0 for none) and all bytes of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    try:
        writer.write(request)
        await writer.drain()
        if half_close:
            writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 20)
    except ConnectionResetError:
        answer = b""
    finally:
        writer.close()
    head = answer.split(b"\r\n", 1)[0].split()
    return (int(head[1]) if len(head) > 1 and head[1].isdigit() else 0), answer


def request_bytes(
    client: Client, *extra: str, method: str = "POST", target: str = "/api/execute-script", body: bytes | None = None
) -> bytes:
    """Return a proper request with the headers *extra* put in; a Host of ours unless one is among them."""
    body = json.dumps(RUN).encode() if body is None else body
    names = {line.partition(":")[0].lower() for line in extra}
    lines = [f"{method} {target} HTTP/1.1"]
    if "host" not in names:
        lines.append(f"Host: 127.0.0.1:{client.port}")
    if "authorization" not in names:
        lines.append(f"Authorization: Bearer {TOKEN}")
    if "content-length" not in names and "transfer-encoding" not in names:
        lines.append(f"Content-Length: {len(body)}")
    lines += ["Content-Type: application/json", "Connection: close", *extra]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


# ----------------------------------------------------------------------------------------------------------- hosts

HOSTS = [
    "evil.example",
    "evil.example:8888",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example#127.0.0.1",
    "evil.example@127.0.0.1",
    "127.0.0.1@evil.example",
    "127.0.0.1, evil.example",
    "127.0.0.1 evil.example",
    "[::1]evil.example",
    "[::2]",
    "::1",
    "0.0.0.0",
    "0",
    "127.1",
    "2130706433",
    "0x7f000001",
    "127.0.0.2",
    "192.168.0.1",
    "localhost:abc",
    "localhost:123456",
    "localhost:80:80",
    "localhost/",
    "http://localhost",
    "ｌocalhost",
    "loca\tlhost",
    "\x7flocalhost",
    "local_host",
    "notlocalhost",
    "",
]


@pytest.mark.parametrize("host", HOSTS, ids=ascii)
async def test_a_host_that_is_not_ours_runs_nothing(client: Client, host: str) -> None:
    status, answer = await raw(client, request_bytes(client, f"Host: {host}"))
    assert status in {400, 403}, answer
    assert not own_file(client).exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1234", "[::1]:80", "localhost."])
async def test_control_a_host_of_ours_runs(client: Client, host: str) -> None:
    status, answer = await raw(client, request_bytes(client, f"Host: {host}"))
    assert status == 200, answer
    assert own_file(client).exists()


async def test_no_host_or_two_run_nothing(client: Client) -> None:
    without = request_bytes(client).replace(f"Host: 127.0.0.1:{client.port}\r\n".encode(), b"")
    assert (await raw(client, without))[0] in {400, 403}
    for second in ("evil.example", "localhost"):
        doubled = request_bytes(client).replace(b"\r\nAuth", f"\r\nHost: {second}\r\nAuth".encode(), 1)
        status, answer = await raw(client, doubled)
        assert status in {400, 403}, answer
    assert not own_file(client).exists()


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-Host: localhost", "Forwarded: host=localhost", "X-Host: localhost", "X-Original-URL: /api/health"],
)
async def test_no_other_header_stands_in_for_the_host(client: Client, header: str) -> None:
    status, answer = await raw(client, request_bytes(client, "Host: evil.example", header))
    assert status == 403, answer


# --------------------------------------------------------------------------------------------------------- origins

ORIGINS = [
    "http://evil.example",
    "https://evil.example",
    "null",
    "",
    "http://localhost.evil.example:5173",
    "http://localhost:5173.evil.example",
    "http://localhost:51730",
    "http://localhost:5174",
    "https://localhost:5173",
    "http://LOCALHOST:5173",
    "http://localhost:5173/",
    "http://localhost:5173@evil.example",
    "http://127.0.0.1:1",
    "http://127.0.0.1",
    "file://",
    "chrome-extension://abcdefgh",
    "http://localhost:5173 http://evil.example",
    "http://localhost:5173, http://evil.example",
]


@pytest.mark.parametrize("origin", ORIGINS, ids=ascii)
async def test_a_page_of_another_origin_runs_nothing_and_reads_nothing(client: Client, origin: str) -> None:
    status, answer = await raw(client, request_bytes(client, f"Origin: {origin}"))
    assert status in {400, 403}, answer
    assert not own_file(client).exists()
    status, answer = await raw(
        client, request_bytes(client, f"Origin: {origin}", method="GET", target="/api/session", body=b"")
    )
    assert b"access-control-allow-origin" not in answer.lower()
    preflight = request_bytes(
        client, f"Origin: {origin}", "Access-Control-Request-Method: POST", method="OPTIONS", body=b""
    )
    status, answer = await raw(client, preflight)
    assert b"access-control-allow-origin" not in answer.lower()


async def test_control_our_own_origin_and_the_development_server_s_run(client: Client) -> None:
    for origin in (f"http://127.0.0.1:{client.port}", "http://localhost:5173"):
        status, answer = await raw(client, request_bytes(client, f"Origin: {origin}"))
        assert status == 200, answer
        assert own_file(client).exists()
        own_file(client).unlink()


# ---------------------------------------------------------------------------------------------------------- tokens

TOKENS = [
    "Bearer",
    "Bearer ",
    f"Bearer {TOKEN[:-1]}",
    f"Bearer {TOKEN}x",
    f"Bearer x{TOKEN}",
    f"Bearer {TOKEN.upper()}",
    f"Bearer {TOKEN}, Bearer x",
    f"Bearer {TOKEN} {TOKEN}",
    f'Bearer "{TOKEN}"',
    f"Basic {TOKEN}",
    f"Token {TOKEN}",
    f"Bearer={TOKEN}",
    TOKEN,
    "Bearer null",
    "Bearer None",
    "Bearer undefined",
    "Bearer é",
    "Bearer \udcff\udcfe",
    "Bearer " + "x" * 7000,
    "",
]


@pytest.mark.parametrize("authorization", TOKENS, ids=lambda text: ascii(text)[1:40])
async def test_no_other_token_gets_in(client: Client, authorization: str) -> None:
    status, answer = await raw(client, request_bytes(client, f"Authorization: {authorization}"))
    assert status in {400, 401}, answer
    assert TOKEN.encode() not in answer
    assert not own_file(client).exists()


@pytest.mark.parametrize(
    "carried",
    [
        {"target": f"/api/execute-script?token={TOKEN}"},
        {"target": f"/api/execute-script?access_token={TOKEN}"},
        {"header": f"Cookie: token={TOKEN}"},
        {"header": f"X-Token: {TOKEN}"},
        {"header": f"X-Authorization: Bearer {TOKEN}"},
        {"header": f"Sec-WebSocket-Protocol: {TOKEN}"},
    ],
    ids=str,
)
async def test_a_token_carried_elsewhere_does_not_count(client: Client, carried: dict[str, str]) -> None:
    """A cookie would reach every port of the host, and an address is written into logs."""
    extra = [carried["header"]] if "header" in carried else []
    target = carried.get("target", "/api/execute-script")
    request = request_bytes(client, *extra, target=target).replace(f"\r\nAuthorization: Bearer {TOKEN}".encode(), b"")
    status, answer = await raw(client, request)
    assert status == 401, answer
    assert not own_file(client).exists()


@pytest.mark.parametrize(
    "path",
    [
        "/API/session",
        "/api//session",
        "//api/session",
        "/api/./session",
        "/api/session/",
        "/api/health/../session",
        "/api/%73ession",
        "/assets/../api/session",
        "/api/session;x",
        "/api/session%00",
        "/api/session\\",
    ],
)
async def test_a_route_written_in_another_way_is_no_way_around_the_token(client: Client, path: str) -> None:
    request = request_bytes(client, method="GET", target=path, body=b"").replace(
        f"Authorization: Bearer {TOKEN}\r\n".encode(), b""
    )
    status, answer = await raw(client, request)
    assert b'"scriptPath"' not in answer
    assert status in {400, 401, 404, 405}, answer


async def test_control_the_token_in_its_header_gets_in(client: Client) -> None:
    status, answer = await raw(client, request_bytes(client))
    assert status == 200, answer
    assert own_file(client).exists()


# ---------------------------------------------------------------------------------------------------------- bodies

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not_json": b"hello",
    "a_form": b"script=print(1)",
    "a_string": b'"script"',
    "a_list": b"[]",
    "null": b"null",
    "no_script": b"{}",
    "script_is_a_number": b'{"script": 1}',
    "script_is_null": b'{"script": null}',
    "unknown_field": b'{"script": "1", "sudo": true}',
    "wrong_case": b'{"Script": "1"}',
    "range_backwards": b'{"script": "1", "lineRange": {"from": 3, "to": 1}}',
    "range_zero": b'{"script": "1", "lineRange": {"from": 0, "to": 1}}',
    "range_huge": b'{"script": "1", "lineRange": {"from": 1, "to": 1e400}}',
    "range_text": b'{"script": "1", "lineRange": "1-2"}',
    "deep_list": b'{"script": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep_object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "invalid_utf8": b'{"script": "\xff\xfe"}',
    "utf16": '{"script": "1"}'.encode("utf-16"),
    "truncated": b'{"script": "print(1',
    "trailing": b'{"script": "1"} {"script": "2"}',
    "nan": b'{"script": "1", "window": NaN}',
    "window_negative": b'{"script": "1", "window": -1}',
    "session_is_a_path": b'{"script": 5, "sessionId": "../../x"}',
    "long_session": b'{"script": "1", "sessionId": "' + b"x" * 100_000 + b'"}',
    "prototype": b'{"script": "1", "__proto__": {"live": true}}',
    "comments": b'{"script": "1" /* x */}',
    "single_quotes": b"{'script': '1'}",
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_not_a_request_is_refused_in_words(client: Client, name: str) -> None:
    status, answer = await raw(client, request_bytes(client, body=BODIES[name]))
    assert status in {400, 413, 422}, answer
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["detail"]


async def test_a_body_over_the_limit_is_refused_before_it_is_all_here(make_client: Any) -> None:
    client = await make_client(body_limit=10_000)
    status, answer = await raw(client, request_bytes(client, body=json.dumps({"script": "#" * 20_000}).encode()))
    assert status == 413, answer
    status, answer = await raw(client, request_bytes(client, body=json.dumps({"script": "#" * 5_000}).encode()))
    assert status == 200, answer


# ------------------------------------------------------------------------------------------------- smuggled requests

HEALTH = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
SMUGGLED: dict[str, bytes] = {
    "two_lengths": b"Content-Length: 5\r\nContent-Length: 60",
    "length_and_chunked": b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    "chunked_twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "obscured_chunked": b"Transfer-Encoding: xchunked",
    "chunked_with_space": b"Transfer-Encoding : chunked",
    "negative_length": b"Content-Length: -5",
    "plus_length": b"Content-Length: +5",
    "hexadecimal_length": b"Content-Length: 0x10",
    "underscored_length": b"Content-Length: 1_0",
    "length_with_comma": b"Content-Length: 5, 5",
    "folded_header": b"X-A: b\r\n Authorization: Bearer x\r\nContent-Length: 2, 9",
    "nul_in_header": b"X-A: b\x00c\r\nContent-Length: 2",
    "space_in_name": b"Bad Name: x\r\nContent-Length: 2",
    "line_feed_in_value": b"X-A: b\nEvil: 1 2\r\nContent-Length: zz",
    "huge_header": b"X-A: " + b"a" * 200_000 + b"\r\nContent-Length: 2",
    "many_headers": b"\r\n".join(b"X-%d: y" % i for i in range(40_000)) + b"\r\nContent-Length: 2",
}


@pytest.mark.parametrize("name", SMUGGLED)
async def test_a_request_that_two_parsers_could_read_differently_runs_nothing(client: Client, name: str) -> None:
    head = f"POST /api/execute-script HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    inner = request_bytes(client).replace(TOKEN.encode(), b"wrong")
    status, answer = await raw(client, head + SMUGGLED[name] + b"\r\n\r\n0\r\n\r\n" + inner, half_close=True)
    assert status in {0, 400, 411, 413, 422, 431, 501}, answer
    assert b"HTTP/1.1 200" not in answer
    assert not own_file(client).exists()
    assert (await client.get("/api/health")).status == 200


@pytest.mark.parametrize(
    "line",
    [
        b"GET http://evil.example/api/session HTTP/1.1",
        b"CONNECT evil.example:80 HTTP/1.1",
        b"TRACE /api/session HTTP/1.1",
        b"GET /api/session HTTP/0.9",
        b"GET /api/session HTTP/9.9",
        b"GET /api/session",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0",
        b"get /api/session HTTP/1.1",
        b"GET  /api/session HTTP/1.1 x",
        b"DEBUG /api/session HTTP/1.1",
        b"PROPFIND / HTTP/1.1",
    ],
)
async def test_a_strange_request_line_reads_nothing(client: Client, line: bytes) -> None:
    status, answer = await raw(client, line + b"\r\nHost: 127.0.0.1\r\n\r\n", half_close=True)
    assert b'"scriptPath"' not in answer
    assert status in {0, 400, 401, 403, 404, 405, 501, 505}, answer
    assert (await client.get("/api/health")).status == 200


# ------------------------------------------------------------------------------------------- what outputs could do

FORGED = [
    r'\n\ndata: {"type":"complete"}\n\n',
    r'\r\rdata: {"type":"complete"}\r\r',
    r"\u2028\u2029data: x",
    r"\nid: 99999999999999\nevent: x\n\n",
    r"\nretry: 0\n: comment\n\n",
    r'"}],"isInvisible":false}\n\ndata: {"type":"complete"}',
    r"</script><script>alert(1)</script>",
    r"\x00\x00\x00\x02\x00\x00\x00\x00{}",
    r"\ud83d",
    r"\x1b]0;title\x07",
]


@pytest.mark.parametrize("text", FORGED)
async def test_output_cannot_pass_for_an_event(client: Client, text: str) -> None:
    script = f"import sys\n_ = sys.stdout.buffer.write('''{text}'''.encode('utf-8', 'surrogatepass'))\nprint('after')"
    for live in (False, True):
        answer = await client.post("/api/execute-script", json={"script": script, "live": live})
        frames = [part for part in (await answer.read()).split(b"\n\n") if part]
        data = [json.loads(line[6:]) for part in frames for line in part.split(b"\n") if line.startswith(b"data: ")]
        assert [frame.get("type") for frame in data].count("complete") == 1
        assert all(line.startswith((b"data: {", b"id: ", b": ")) for part in frames for line in part.split(b"\n"))


async def test_a_script_finds_no_token_around_it(client: Client) -> None:
    script = """
import os, pathlib, sys
token = TOKEN_BACKWARDS[::-1]
seen = [repr(sys.argv), repr(dict(os.environ))]
for pid in (os.getpid(), os.getppid()):
    for name in ('environ', 'cmdline'):
        path = pathlib.Path(f'/proc/{pid}/{name}')
        if path.exists():
            seen.append(path.read_bytes().decode('utf-8', 'replace'))
print('found' if any(token in text for text in seen) else 'not found', len(seen) >= 2)
"""
    script = script.replace("TOKEN_BACKWARDS", repr(TOKEN[::-1]))  # the script itself must not hold it
    answer = await client.post("/api/execute-script", json={"script": script})
    assert '"text":"not found True' in await answer.text()


async def test_writing_into_every_descriptor_harms_only_the_worker(client: Client) -> None:
    script = """
import os
for fd in range(3, 4096):
    try:
        os.set_blocking(fd, False)
        os.write(fd, b'\\xff' * 64)
    except OSError:
        pass
"""
    answer = await client.post("/api/execute-script", json={"script": script, "live": True})
    await answer.read()
    assert (await client.post("/api/reset", json={})).status == 200
    answer = await client.post("/api/execute-script", json={"script": "print('alive')"})
    assert "alive" in await answer.text()
