"""Behind a prefix, behind nginx, and over TLS: everything works there, and the doors are as shut as elsewhere."""

from __future__ import annotations

import asyncio
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from aiohttp import ClientSession, TCPConnector, UnixConnector
from msgspec.structs import replace

from rdit.errors import BadSetting
from rdit.server.listener import is_loopback, tls_context, warning_of
from rdit.settings import Settings
from tests.conftest import TOKEN, Client, MakeClient

from .events import events, said, until

PUBLIC = "https://notebooks.example"
PREFIX = "/tools/rdit/"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A built client that names its assets as Vite does for us: relative to the page."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<script type="module" src="./assets/index-1a2b.js"></script>')
    (folder / "assets" / "index-1a2b.js").write_text("1;")
    (folder / "sandbox.html").write_text("<p>")
    return folder


async def test_everything_is_below_the_base_url_and_nothing_outside(make_client: MakeClient, page: Path) -> None:
    client = await make_client(base_url=PREFIX, static_folder=page)
    for path, status in [
        ("", 200),
        ("assets/index-1a2b.js", 200),
        ("sandbox.html", 200),
        ("api/health", 200),
        ("api/session", 200),
        ("api/list-files", 200),
    ]:
        async with client.get(PREFIX + path) as response:
            assert response.status == status, path
        async with client.get(f"/{path}") as response:
            assert response.status == 404, path
    async with client.get("/tools/rdit", params={"token": "x"}, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (307, "/tools/rdit/?token=x")


async def test_below_a_base_url_every_endpoint_needs_the_token(make_client: MakeClient, page: Path) -> None:
    client = await make_client(base_url=PREFIX, static_folder=page)
    checked = 0
    for route in client.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if not path.startswith(f"{PREFIX}api/") or route.method not in {"GET", "POST", "PUT"}:
            continue
        for written in (path, path.replace("api", "%61pi"), path.replace("/api", "/./api")):
            async with client.request(route.method, written, headers={"Authorization": "Bearer wrong"}) as response:
                expected = 200 if path.endswith("/health") else 401
                assert response.status == expected, (route.method, written)
        checked += 1
    assert checked > 15


async def test_pages_of_other_origins_may_read_only_if_allowed_also_below_a_base_url(make_client: MakeClient) -> None:
    client = await make_client(base_url=PREFIX, allowed_origins=(PUBLIC,))
    for origin, allowed in [(PUBLIC, PUBLIC), ("https://evil.example", None)]:
        async with client.get(f"{PREFIX}api/session", headers={"Origin": origin}) as response:
            assert response.headers.get("Access-Control-Allow-Origin") == allowed


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as a socket's must be."""
    folder = Path(tempfile.mkdtemp(prefix="rdit-"))
    yield folder
    shutil.rmtree(folder)


@asynccontextmanager
async def nginx(folder: Path, location: str) -> AsyncIterator[ClientSession]:
    """Run nginx with one *location*, and give a client of it; it listens on a socket in *folder*."""
    if NGINX is None:
        pytest.skip("there is no nginx")
    paths = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""
        daemon off; master_process off; pid {folder}/pid; error_log stderr notice;
        events {{ }}
        http {{
            access_log off; {paths}
            server {{ listen unix:{folder}/nginx; client_max_body_size 0; {location} }}
        }}
        """
    )
    command = [NGINX, "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        connector = UnixConnector(str(folder / "nginx"))
        async with ClientSession(PUBLIC.replace("https", "http"), connector=connector) as session:
            await listens(process)
            yield session
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def listens(process: asyncio.subprocess.Process) -> None:
    """Wait until nginx has opened its sockets: the first notice that it writes comes after that."""
    assert process.stderr is not None
    said = b""
    while b"[notice]" not in said:
        line = await process.stderr.readline()
        assert line, f"nginx ended: {said.decode()}"
        said += line


KEPT = """
    location /tools/rdit/ {{
        proxy_pass http://127.0.0.1:{port};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_request_buffering off;
    }}
"""
STRIPPED = """
    location /user/me/proxy/8888/ {{
        proxy_pass http://127.0.0.1:{port}/;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
    }}
"""


@pytest.mark.parametrize(
    ("location", "base_url", "place"),
    [(KEPT, PREFIX, PREFIX), (STRIPPED, "/", "/user/me/proxy/8888/")],
    ids=["prefix kept", "prefix stripped, as jupyter-server-proxy does"],
)
async def test_behind_nginx_everything_works(
    make_client: MakeClient, workspace: Path, page: Path, folder: Path, location: str, base_url: str, place: str
) -> None:
    settings: dict[str, Any] = {"base_url": base_url, "static_folder": page, "allowed_origins": (PUBLIC,)}
    client = await make_client(**settings)
    async with nginx(folder, location.format(port=client.port)) as browser:
        async with browser.get(place) as response:
            assert response.status == 200
            (asset,) = re.findall(r'src="([^"]+)"', await response.text())
        async with browser.get(urljoin(place, asset)) as response:
            assert (response.status, await response.text()) == (200, "1;")
        async with browser.get(f"{place}api/session") as response:
            assert response.status == 401

        own = {"Authorization": f"Bearer {TOKEN}", "Origin": PUBLIC}
        script = "print('first')\nimport os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.01)\nprint('last')"
        body = {"script": script, "live": True}
        async with browser.post(f"{place}api/execute-script", json=body, headers=own) as response:
            assert response.status == 200
            stream = events(response)
            await until(stream, said("first"))  # nginx held nothing back
            (workspace / "go").touch()
            await until(stream, said("last"))

        data = b"0123456789" * 300_000

        async def pieces() -> AsyncIterator[bytes]:
            yield data

        async with browser.put(f"{place}api/upload?path=up.bin", data=pieces(), headers=own) as response:
            assert response.status == 200, await response.text()
        async with browser.get(f"{place}api/download?path=up.bin", headers=own) as response:
            assert await response.read() == data

        evil = {**own, "Origin": "https://evil.example"}
        async with browser.post(f"{place}api/interrupt", headers=evil) as response:
            assert response.status == 403
        async with browser.post(f"{place}api/interrupt", headers={**own, "Host": "evil.example"}) as response:
            assert response.status == 403


async def test_a_page_behind_a_proxy_that_speaks_tls_is_of_its_own_origin(make_client: MakeClient) -> None:
    client = await make_client(allowed_origins=())
    own = f"127.0.0.1:{client.port}"
    for origin, status in [
        (f"https://{own}", 200),
        (f"http://{own}", 200),
        (f"https://127.0.0.1:{client.port + 1}", 403),
        ("https://127.0.0.1", 403),
        (f"ftp://{own}", 403),
        ("null", 403),
    ]:
        async with client.post("/api/interrupt", headers={"Origin": origin}) as response:
            assert response.status == status, origin


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=rdit", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


async def test_with_a_certificate_rdit_speaks_tls(
    workspace: Path, script: Path, certificate: tuple[Path, Path], folder: Path
) -> None:
    cert, key = certificate
    arguments = ["--no-browser", "--port", "0", "--certfile", str(cert), "--keyfile", str(key), "--base-url", "x/y"]
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "rdit", *arguments, str(script)], stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        found = None
        while found is None:
            line = await process.stdout.readline()
            assert line, "rdit ended"
            found = re.search(rb"(https://127\.0\.0\.1:\d+/x/y/)\?token=(\S+)", line)
        url, token = found[1].decode(), found[2].decode()
        trusting = TCPConnector(ssl=ssl.create_default_context(cafile=str(cert)))
        own = {"Authorization": f"Bearer {token}", "Origin": url[: url.index("/x/")]}
        async with (
            ClientSession(connector=trusting, headers=own) as session,
            session.post(f"{url}api/execute-script", json={"script": "6 * 7"}) as response,
        ):
            assert '"text":"42\\n"' in await response.text()
    finally:
        process.terminate()
        await process.communicate()


def test_a_certificate_that_cannot_be_used_is_refused(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    settings = Settings(root=tmp_path, certificate=cert, certificate_key=key)
    assert tls_context(settings) is not None
    encrypted = tmp_path / "encrypted.pem"
    command = ["openssl", "pkcs8", "-topk8", "-in", key, "-out", encrypted, "-passout", "pass:secret"]
    subprocess.run(command, check=True, capture_output=True)
    for changes, words in [
        ({"certificate": tmp_path / "none.pem"}, "There is no file"),
        ({"certificate_key": tmp_path / "none.pem"}, "There is no file"),
        ({"certificate": key}, "no certificate with its key"),
        ({"certificate_key": None}, "no certificate with its key"),
        ({"certificate_key": encrypted}, "is encrypted"),
    ]:
        with pytest.raises(BadSetting, match=words):
            tls_context(replace(settings, **changes))


def test_serving_others_is_said_plainly(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    settings = Settings(root=tmp_path)
    assert is_loopback(settings.host)
    assert warning_of(settings, 8888) == []
    told = " ".join(warning_of(replace(settings, host="0.0.0.0"), 8888))
    assert "every address of this machine, port 8888" in told
    assert "runs code as you" in told
    assert "not encrypted" in told
    told = " ".join(warning_of(replace(settings, host="192.0.2.1", certificate=certificate[0]), 8888))
    assert "192.0.2.1" in told
    assert "not encrypted" not in told


async def test_the_page_of_a_client_that_is_built_works_below_any_address(client: Client) -> None:
    """The real client, if it is built: none of its addresses begins at the root of the server."""
    async with client.get("/") as response:
        if response.status == 503:
            pytest.skip("the client is not built")
        addresses = re.findall(r'(?:src|href)="([^"]+)"', await response.text())
    assert addresses
    assert [address for address in addresses if not address.startswith("./")] == []
