"""What somebody without the token can make the server do: nothing that costs time or descriptors.

The servers here accept connections as the command's do (`server/connections.py`), with bounds small enough to reach.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from rdit.server.app import create_app
from rdit.server.app_keys import STRANGERS
from rdit.server.connections import Strangers, accepting
from rdit.settings import Settings
from tests.conftest import TOKEN
from tests.running import printed_text, running_rdit

NEVER = 3600.0
HEALTH = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
SESSION = f"GET /api/session HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()


@dataclass
class Connected:
    """A connection, by its bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> int:
        """Send one request; return the status of the answer, whose body is read."""
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = head.partition("content-length: ")[2].partition("\r\n")[0]
        await self.reader.readexactly(int(length))
        return int(head.split()[1])

    async def ended(self) -> bool:
        """Wait until the server ends it."""
        try:
            return await self.reader.read() == b""
        except ConnectionResetError:
            return True


@dataclass
class Door:
    """A server that accepts connections."""

    port: int
    connections: list[Connected] = field(default_factory=list)

    async def connect(self) -> Connected:
        """Open a connection, which is closed with the server."""
        self.connections.append(Connected(*await asyncio.open_connection("127.0.0.1", self.port)))
        return self.connections[-1]

    async def close(self) -> None:
        """Close all connections."""
        for connection in self.connections:
            connection.writer.close()
            with suppress(ConnectionResetError):
                await connection.writer.wait_closed()


OpenDoor = Callable[[Strangers], AbstractAsyncContextManager[Door]]


@pytest.fixture
def door(settings: Settings) -> OpenDoor:
    """Start a server with other bounds on strangers."""

    @asynccontextmanager
    async def opened(strangers: Strangers) -> AsyncIterator[Door]:
        app = create_app(settings)
        app[STRANGERS] = strangers
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        try:
            assert runner.server is not None
            async with accepting(runner.server, strangers, host="127.0.0.1", port=0) as server:
                door = Door(server.sockets[0].getsockname()[1])
                yield door
                await door.close()
        finally:
            await runner.cleanup()

    return opened


async def test_the_stranger_that_was_silent_for_longest_gives_way(door: OpenDoor) -> None:
    async with door(Strangers(max_connections=3, max_seconds=NEVER)) as server:
        owner = await server.connect()
        assert await owner.ask(SESSION) == 200  # takes no stranger's place any more
        first, second, third = [await server.connect() for _ in range(3)]
        for connection in (first, second, third, first):
            assert await connection.ask(HEALTH) == 200
        fourth = await server.connect()
        assert await fourth.ask(HEALTH) == 200
        assert await second.ended()
        for connection in (owner, first, third, fourth):
            assert await connection.ask(HEALTH) == 200


async def test_a_flood_of_silent_strangers_keeps_nobody_with_the_token_out(door: OpenDoor) -> None:
    async with door(Strangers(max_connections=8, max_seconds=NEVER)) as server:
        owner = await server.connect()
        assert await owner.ask(SESSION) == 200
        flood = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]  # accepted in one go
        newcomer = await server.connect()
        assert await newcomer.ask(SESSION) == 200
        assert await owner.ask(SESSION) == 200
        for number, stranger in enumerate(flood):
            if number < 90:
                connection = Connected(*await asyncio.open_connection(sock=stranger))
                server.connections.append(connection)
                assert await connection.ended()
            else:
                stranger.close()


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET /api/hea", HEALTH[:-2], HEALTH[:-2] + b"X-Slow: a\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "],
    ids=["nothing", "half a line", "no end of the head", "one header more", "half a header"],
)
async def test_a_head_that_does_not_come_ends_the_connection(door: OpenDoor, begun: bytes) -> None:
    async with door(Strangers(max_seconds=0.05)) as server:
        connection = await server.connect()
        connection.writer.write(begun)
        assert await connection.ended()


async def test_control_a_connection_that_has_shown_the_token_may_be_silent(door: OpenDoor) -> None:
    strangers = Strangers(max_seconds=NEVER)
    async with door(strangers) as server:
        owner = await server.connect()
        assert await owner.ask(SESSION) == 200
        strangers.max_seconds = 0.05
        stranger = await server.connect()
        assert await stranger.ended()
        assert await owner.ask(SESSION) == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip", "nonsense"])
async def test_a_compressed_body_is_refused_unread(door: OpenDoor, encoding: str) -> None:
    """The body announces more than ever comes: whoever waited for it would not answer."""
    async with door(Strangers(max_seconds=NEVER)) as server:
        for authorization in (b"", f"Authorization: Bearer {TOKEN}\r\n".encode()):
            connection = await server.connect()
            head = (
                b"POST /api/execute-script HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n" + authorization
            )
            packed = zlib.compress(bytes(1 << 20))[:500]
            status = await connection.ask(head + f"Content-Encoding: {encoding}\r\n\r\n".encode() + packed)
            assert status == 415


async def test_a_body_is_not_unpacked_by_the_parser(door: OpenDoor) -> None:
    """A parser that unpacks fails on a body that is no gzip; the guard refuses it by its header."""
    async with door(Strangers(max_seconds=NEVER)) as server:
        connection = await server.connect()
        head = b"POST /api/execute-script HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
        assert await connection.ask(head + b"Content-Length: 4\r\n\r\nnone") == 415
        assert await connection.ended()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (SESSION.replace(TOKEN.encode(), b"wrong"), 401),
        (HEALTH.replace(b"localhost", b"evil.example"), 403),
        (HEALTH.replace(b"health", b"nothing"), 401),
        (HEALTH.replace(b"/api/health", b"/nothing"), 404),
    ],
    ids=["token", "host", "unknown route", "unknown page"],
)
async def test_a_refusal_closes_the_connection(door: OpenDoor, request_: bytes, status: int) -> None:
    async with door(Strangers(max_seconds=NEVER)) as server:
        connection = await server.connect()
        assert await connection.ask(request_) == status
        assert await connection.ended()
        friendly = await server.connect()
        for _ in range(2):  # the control: what is not refused leaves the connection open
            assert await friendly.ask(HEALTH) == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Host: localhost\r\nAuthorization: Bearer wrong", 401),
        ("Host: localhost", 401),
        (f"Host: evil.example\r\nAuthorization: Bearer {TOKEN}", 403),
        (f"Host: localhost\r\nOrigin: http://evil.example\r\nAuthorization: Bearer {TOKEN}", 403),
    ],
    ids=["token", "no token", "host", "origin"],
)
async def test_a_refusal_waits_for_no_body(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch, headers: str, status: int
) -> None:
    """The body is announced and never comes: whoever read it would not answer, and would keep the connection."""
    monkeypatch.setattr("rdit.server.connections.LINGERING_SECONDS", 0.05)
    async with door(Strangers(max_seconds=NEVER)) as server:
        connection = await server.connect()
        head = f"POST /api/execute-script HTTP/1.1\r\n{headers}\r\nContent-Length: 1000000\r\n\r\n"
        assert await connection.ask(head.encode()) == status
        assert await connection.ended()


def test_descriptors_are_the_server_s_to_use_and_the_script_keeps_its_limit(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("")
    asked = "import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    given, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
    try:
        with running_rdit("script.py", folder=tmp_path) as rdit:
            assert printed_text(rdit.execute(asked)) == "300\n"
            rdit.json("/api/session", {"path": "script.py"})
            (tmp_path / "other.py").write_text("")
            other = rdit.json("/api/session", {"path": "other.py"})["sessionId"]
            assert printed_text(rdit.execute(asked, sessionId=other)) == "300\n"
            limits = Path(f"/proc/{rdit.process.pid}/limits")
            if limits.exists():
                [line] = [line for line in limits.read_text().splitlines() if line.startswith("Max open files")]
                assert line.split()[3] == line.split()[4] != "300"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (given, hard))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux changes the limits of another process")
def test_no_descriptor_left_is_told_in_words_and_loses_nothing(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("x = 1\n")

    def ask(method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        # On one connection, as a new one would need a descriptor.
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    with running_rdit("script.py", folder=tmp_path) as rdit:
        headers = {"Authorization": f"Bearer {rdit.token}"}
        connection = HTTPConnection(rdit.address.removeprefix("http://"))
        _, read = ask("GET", "/api/read-file?path=script.py")
        change = {"path": "script.py", "content": "y = 2\n", "version": read["version"]}
        server, limit = rdit.process.pid, resource.RLIMIT_NOFILE
        given = resource.prlimit(server, limit)
        resource.prlimit(server, limit, (3, given[1]))
        status, refused = ask("PUT", "/api/write-file", change)
        resource.prlimit(server, limit, given)
        assert (status, script.read_text()) == (503, "x = 1\n")
        assert "as many files" in refused["detail"]
        assert ask("PUT", "/api/write-file", change)[0] == 200
        connection.close()
