"""The built client: its page at `/`, and its assets, which never change under their hashed names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from .security import PAGE_POLICY, SANDBOX_POLICY

COMPRESSED = (".br", ".gz")
ASSETS = "assets/"
SANDBOX = "sandbox.html"
"""The document in which outputs run their scripts."""
OTHER_SITES = frozenset({"cross-site", "same-site"})
"""What a browser says of a navigation that another page began; another port of this host is the same site."""
FOREVER = "public, max-age=31536000, immutable"
BUILD_HINT = "The page is not built yet. Run scripts/build in rdit's folder (it needs Node 20 or newer), then reload."

_UNBUILT = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>rdit</title>
<h1>rdit is running</h1>
<p>{BUILD_HINT}</p>
<p>The HTTP API answers without it.</p>
</html>
"""


def add_static(app: web.Application, folder: Path, base_url: str = "/") -> None:
    """Serve the files that *folder* has now below *base_url*; a compressed one beside a file is sent to whom it suits.

    The page names its assets relative to itself, so it works below any address, also one that only a proxy knows.
    """
    page_headers = {"Content-Security-Policy": PAGE_POLICY, hdrs.CACHE_CONTROL: "no-cache"}
    page = folder / "index.html"
    files = _files_in(folder)

    async def index(request: web.Request) -> web.StreamResponse:
        if "script" in request.query and request.headers.get("Sec-Fetch-Site") in OTHER_SITES:
            raise web.HTTPSeeOther(_offering(request))
        if page.is_file():
            return web.FileResponse(page, headers=page_headers)
        return web.Response(text=_UNBUILT, status=503, content_type="text/html", headers=page_headers)

    async def to_index(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(request.rel_url.with_path(base_url).with_query(request.rel_url.query))

    async def asset(request: web.Request) -> web.StreamResponse:
        path = files.get(ASSETS + request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={hdrs.CACHE_CONTROL: FOREVER})

    app.router.add_get(base_url, index)
    if base_url != "/":
        app.router.add_get(base_url.removesuffix("/"), to_index)  # without the slash, relative addresses go wrong
    # One route for all assets: one for each would take as long to make as everything else in the application.
    app.router.add_get(base_url + ASSETS + "{name:.+}", asset)
    for name, path in files.items():
        if path != page and not name.startswith(ASSETS):
            headers: dict[str, str] = {hdrs.CACHE_CONTROL: "no-cache"}
            if name == SANDBOX:
                headers["Content-Security-Policy"] = SANDBOX_POLICY
            app.router.add_get(base_url + name, _sender(path, headers))


def _offering(request: web.Request) -> str:
    """Return the page's address, relative to itself, with the script as one that the page asks about."""
    query = [("offered-script" if name == "script" else name, value) for name, value in request.query.items()]
    return f"?{urlencode(query)}"


def _files_in(folder: Path) -> dict[str, Path]:
    """Return the files in and below *folder* by their names from there, without those that are compressed."""
    return {
        f"{inside[len(str(folder)) + 1 :]}/{name}".lstrip("/"): Path(inside, name)
        for inside, _, names in os.walk(folder)
        for name in names
        if not name.endswith(COMPRESSED)
    }


def _sender(path: Path, headers: Mapping[str, str]) -> Handler:
    async def send(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers=headers)

    return send
