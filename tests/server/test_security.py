"""Nobody without the token, from another page, or under another name gets in."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import hdrs

from rdit.server.routes.table import ENDPOINTS
from rdit.server.security import Hosts
from rdit.settings import Settings
from tests.conftest import TOKEN, Client, MakeClient

ORIGIN = "http://localhost:5173"
NO_TOKEN = {"Authorization": ""}


async def test_every_route_of_the_api_but_health_answers_401_without_the_token(client: Client) -> None:
    checked = 0
    for route in client.app.router.routes():
        path = "" if route.resource is None else route.resource.canonical
        if not path.startswith("/api/") or path == "/api/health":
            continue
        for headers in (NO_TOKEN, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
            response = await client.request(route.method, path, headers=headers)
            assert response.status == 401, (route.method, path)
            assert response.headers[hdrs.WWW_AUTHENTICATE] == "Bearer"
            assert "URL that rdit printed" in (await response.json())["detail"]
            checked += 1
    assert checked >= 3 * (len(ENDPOINTS) - 1)


async def test_an_unknown_address_of_the_api_tells_a_stranger_nothing(client: Client) -> None:
    assert (await client.get("/api/no-such-thing", headers=NO_TOKEN)).status == 401
    response = await client.get("/api/no-such-thing")
    assert response.status == 404
    assert "openapi.json" in (await response.json())["detail"]


async def test_health_is_open(client: Client) -> None:
    response = await client.get("/api/health", headers=NO_TOKEN)
    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_the_token_opens_and_its_scheme_may_be_written_in_any_case(client: Client) -> None:
    assert (await client.get("/api/session", headers={"Authorization": f"bearer {TOKEN}"})).status == 200


@pytest.mark.parametrize("token", ["é", "\udcff", TOKEN + " x", TOKEN[:-1], "", " "])
async def test_no_other_token_opens(client: Client, token: str) -> None:
    header = f"Bearer {token}".encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    assert (await client.get("/api/session", headers={"Authorization": header})).status == 401


async def test_without_a_token_everybody_on_this_machine_gets_in(make_client: MakeClient) -> None:
    client = await make_client(token=None)
    assert (await client.get("/api/session", headers=NO_TOKEN)).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::2]", "a b", "10.0.0.1"]
)
async def test_another_host_name_is_refused_before_anything_else(client: Client, host: str) -> None:
    for path in ("/", "/api/health", "/api/session"):
        response = await client.get(path, headers={"Host": host})
        assert response.status == 403
        assert "Host" in (await response.json())["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8888", "127.0.0.1", "127.0.0.1:1", "[::1]:8888", "localhost.:80"]
)
async def test_the_names_of_loopback_are_answered_to(client: Client, host: str) -> None:
    assert (await client.get("/api/health", headers={"Host": host})).status == 200


def test_a_server_answers_to_what_it_is_bound_to() -> None:
    assert Hosts("box.example").answer_to("box.example:8888")
    assert not Hosts("box.example").answer_to("10.0.0.1")
    for every in ("0.0.0.0", "::"):
        assert Hosts(every).answer_to("10.0.0.1:8888")
        assert Hosts(every).answer_to("[fe80::1]")
        assert not Hosts(every).answer_to("evil.example")
    for broken in (None, "", "[", "a:b", "a/b", "localhost:", "localhost@evil"):
        assert not Hosts("127.0.0.1").answer_to(broken)


async def test_a_page_of_another_origin_changes_nothing(client: Client) -> None:
    for origin in ("http://evil.example", "null", "http://localhost:9999", "https://localhost:5173"):
        response = await client.post("/api/interrupt", headers={"Origin": origin})
        assert response.status == 403, origin
        assert "--allow-origin" in (await response.json())["detail"]


async def test_the_server_s_own_page_may(client: Client) -> None:
    origin = str(client.make_url("/")).rstrip("/")
    assert (await client.post("/api/interrupt", headers={"Origin": origin})).status == 200


async def test_a_development_page_may_and_reads_the_answer_also_when_refused(client: Client) -> None:
    for origin in (ORIGIN, "http://127.0.0.1:5173", "http://localhost:4173", "http://127.0.0.1:4173"):
        response = await client.post("/api/interrupt", headers={"Origin": origin})
        assert response.status == 200
        assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == origin
        assert hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS not in response.headers
    refused = await client.get("/api/session", headers={"Origin": ORIGIN, **NO_TOKEN})
    assert refused.status == 401
    assert refused.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == ORIGIN


async def test_a_preflight_is_answered_without_the_token(client: Client) -> None:
    asking = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type",
        **NO_TOKEN,
    }
    response = await client.options("/api/write-file", headers=asking)
    assert response.status == 200
    assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == ORIGIN
    assert "AUTHORIZATION" in response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS].upper()
    refused = await client.options("/api/write-file", headers={**asking, "Origin": "http://evil.example"})
    assert refused.status == 403
    assert hdrs.ACCESS_CONTROL_ALLOW_ORIGIN not in refused.headers


async def test_another_origin_reads_nothing(client: Client) -> None:
    response = await client.get("/api/session", headers={"Origin": "http://evil.example"})
    assert hdrs.ACCESS_CONTROL_ALLOW_ORIGIN not in response.headers


async def test_an_origin_that_the_command_allowed_may(make_client: MakeClient) -> None:
    client = await make_client(allowed_origins=("https://notebooks.example",))
    response = await client.post("/api/interrupt", headers={"Origin": "https://notebooks.example"})
    assert response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] == "https://notebooks.example"
    assert (await client.post("/api/interrupt", headers={"Origin": ORIGIN})).status == 403


async def test_every_answer_carries_the_headers_that_tie_a_browser_s_hands(client: Client) -> None:
    for path in ("/", "/api/health", "/api/session", "/api/nothing", "/nothing"):
        response = await client.get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert (await client.get("/api/session")).headers["Cache-Control"] == "no-store"


async def test_the_page_s_policy_lets_no_inline_script_run(client: Client) -> None:
    policy = (await client.get("/")).headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert "'unsafe-inline'" not in directives["worker-src"] + directives["frame-src"]


def test_the_settings_do_not_show_the_token(tmp_path: Path) -> None:
    assert TOKEN not in repr(Settings(root=tmp_path, token=TOKEN))
