"""A link of another site opens no script by itself; what the page then does is in `tests/browser/test_trust.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client, MakeClient

QUERIES = [
    "script=a.py",
    "token=x&script=a.py",
    "script=a.py&script=b.py",
    "script=",
    "%73cript=a.py",
    "x=1;y&script=a%26offered-script%3Db.py",
    "offered-script=c.py&script=a.py",
    "script=a.py%0d%0aX-Injected:%201",
    "script=//evil.example/",
]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("query", QUERIES)
async def test_a_script_that_another_site_names_is_only_offered(client: Client, query: str, site: str) -> None:
    answer = await client.get(f"/?{query}", headers={"Sec-Fetch-Site": site}, allow_redirects=False)
    assert answer.status == 303
    assert "X-Injected" not in answer.headers
    there = urlsplit(answer.headers["Location"])
    assert (there.scheme, there.netloc, there.path) == ("", "", "")  # the page itself, wherever a proxy has put it
    given = dict(parse_qsl(there.query, keep_blank_values=True))
    assert "script" not in given
    assert "offered-script" in given
    follow = await client.get(f"/{answer.headers['Location']}", headers={"Sec-Fetch-Site": site}, allow_redirects=False)
    assert follow.status in {200, 503}  # the page, or that it is not built


@pytest.mark.parametrize("site", ["none", "same-origin", None])
async def test_control_the_user_and_the_page_itself_name_scripts(client: Client, site: str | None) -> None:
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    answer = await client.get("/?script=a.py", headers=headers, allow_redirects=False)
    assert answer.status in {200, 503}


async def test_control_a_link_without_a_script_opens_the_page(client: Client) -> None:
    answer = await client.get("/?token=x", headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False)
    assert answer.status in {200, 503}


async def test_below_a_base_url_as_well(make_client: MakeClient) -> None:
    client = await make_client(base_url="/tools/rdit/")
    for path in ("/tools/rdit/", "/tools/rdit"):
        answer = await client.get(f"{path}?script=a.py", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.url.query == {"offered-script": "a.py"}
