"""Requests that are no proper HTTP: each gets rdit's own refusal with its headers, and no word stands in the log."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from tests.running import COMMAND, URL

HOST = b"Host: localhost\r\n"
MALFORMED = {
    "no method": b"\r\n\r\n/ HTTP/1.1\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "a handshake of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(60) + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a method of no letters": b"G@T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"nothing\r\n\r\n",
    "a header with a control character": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b" folded: x\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length that is none": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a length and pieces": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a header that is too long": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
    "an address that is too long": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "escapes for a terminal": b"\x1b]0;owned\x07 / HTTP/1.1\r\n" + HOST + b"\r\n",
}
BROKEN_PIECES = [b"xyz\r\n", b"-1\r\n\r\n", b"5\r\nabc", b"ffffffffffffffffff\r\n\r\n", b"1\r\naXX"]
"""Bodies in pieces that are none."""


def answered(address: str, request: bytes, *, is_all: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Send bytes; return the status (0 for none), the headers and the body of the answer, until the server closes."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as connection:
        connection.sendall(request)
        if is_all:
            connection.shutdown(socket.SHUT_WR)
        data = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    if not data:
        return 0, {}, b""
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def test_what_is_no_http_gets_a_proper_answer_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "script.py").touch()
    errors = tmp_path / "errors"
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "script.py", "--port", "0", "--no-browser"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=log
        )
    assert process.stdout is not None
    try:
        while not (found := URL.search(process.stdout.readline().decode())):
            assert process.poll() is None, errors.read_text()
        wrong = []
        for name, request in MALFORMED.items():
            status, headers, body = answered(found[1], request)
            ours = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
            if status != 400 or "detail" not in json.loads(body) or not headers.items() >= ours.items():
                wrong.append((name, status, headers, body[:200]))
        assert wrong == []
        # With the token, so that somebody reads the body.
        run = f"POST /api/execute-script HTTP/1.1\r\nAuthorization: Bearer {found[2]}\r\nTransfer-Encoding: chunked\r\n"
        statuses = [answered(found[1], run.encode() + HOST + b"\r\n" + body, is_all=True)[0] for body in BROKEN_PIECES]
        assert set(statuses) <= {0, 400}
        # The control: what is proper HTTP is answered on the same server.
        assert answered(found[1], b"GET /api/health HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")[0] == 200
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert errors.read_text() == ""
