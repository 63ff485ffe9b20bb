"""The built client is served as it was built, and its absence is explained."""

from __future__ import annotations

import asyncio
import gzip
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest
from yarl import URL

from tests.conftest import Client, MakeClient

SCRIPT = b"console.log('rdit');\n" * 100


@pytest.fixture
async def page(make_client: MakeClient, tmp_path: Path) -> Client:
    """A server with a small built client."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>rdit</title>")
    (folder / "sandbox.html").write_text("<!doctype html><title>output</title>")
    (folder / "assets" / "index-abc123.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-abc123.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (folder / "assets" / "index-abc123.js.br").write_bytes(b"pretend brotli")
    (tmp_path / "secret.txt").write_text("secret")
    return await make_client(static_folder=folder)


async def test_the_page_is_open_and_never_stale(page: Client) -> None:
    response = await page.get("/", headers={"Authorization": ""})
    assert response.status == 200
    assert "<title>rdit</title>" in await response.text()
    assert response.headers["Cache-Control"] == "no-cache"
    again = await page.get("/", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304


async def test_an_asset_is_kept_for_ever_and_sent_compressed_to_whom_it_suits(page: Client) -> None:
    def ask(accepted: str) -> tuple[Message, bytes]:
        # Unlike aiohttp's client, this one leaves bytes as they come.
        connection = HTTPConnection(page.host, page.port or 0)
        connection.request("GET", "/assets/index-abc123.js", headers={"Accept-Encoding": accepted})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.headers, body

    for accepted, encoding in [("identity", None), ("gzip", "gzip"), ("gzip, br", "br")]:
        headers, body = await asyncio.to_thread(ask, accepted)
        assert headers["Content-Encoding"] == encoding
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers.get_content_subtype() == "javascript"
        assert body == {None: SCRIPT, "gzip": gzip.compress(SCRIPT, mtime=0), "br": b"pretend brotli"}[encoding]


async def test_the_sandbox_is_without_an_origin_whoever_opens_it(page: Client) -> None:
    policy = (await page.get("/sandbox.html")).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/",
        "/assets/index-abc123.js.gz",
    ],
)
async def test_nothing_but_the_built_files_is_served(page: Client, path: str) -> None:
    response = await page.get(URL(path, encoded=True))
    assert response.status == 404
    assert "secret" not in (await response.text()).replace("secret.txt", "")


async def test_without_a_built_client_the_page_says_how_to_build_it(make_client: MakeClient, tmp_path: Path) -> None:
    client = await make_client(static_folder=tmp_path / "nothing")
    response = await client.get("/")
    assert response.status == 503
    assert "scripts/build" in await response.text()
    assert (await client.get("/api/health")).status == 200
