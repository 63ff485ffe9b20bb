"""The built client: its page at `/`, and its assets, which never change under their hashed names."""

from __future__ import annotations

from pathlib import Path

from aiohttp import hdrs, web

from .security import OPENER_POLICY, PAGE_POLICY, SANDBOX_POLICY, Handler

COMPRESSED = frozenset({".br", ".gz"})
SANDBOX = "sandbox.html"
"""The document in which outputs run their scripts."""
FOREVER = "public, max-age=31536000, immutable"
FETCH_SITE = "Sec-Fetch-Site"
"""Says what kind of page leads a browser here; no page can forge it."""
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
    page_headers = {
        "Content-Security-Policy": PAGE_POLICY,
        hdrs.CACHE_CONTROL: "no-cache",
        hdrs.VARY: FETCH_SITE,
    }
    page = folder / "index.html"

    async def index(request: web.Request) -> web.StreamResponse:
        if page.is_file():
            return web.FileResponse(page, headers={**page_headers, **_apart(request)})
        return web.Response(text=_UNBUILT, status=503, content_type="text/html", headers=page_headers)

    async def to_index(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(request.rel_url.with_path(base_url).with_query(request.rel_url.query))

    app.router.add_get(base_url, index)
    if base_url != "/":
        app.router.add_get(base_url.removesuffix("/"), to_index)  # without the slash, relative addresses go wrong
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != page and path.suffix not in COMPRESSED:
            url = path.relative_to(folder).as_posix()
            app.router.add_get(f"{base_url}{url}", _sender(path, lasting=url.startswith("assets/")))


def _apart(request: web.Request) -> dict[str, str]:
    """Return the header that lets go of a page's opener, or forgoes it where there is none.

    Everybody else's page that opens this one loses hold of it: `security` sends that policy with every answer. Whoever
    types the address, or has it opened by a command, comes from no page (`Sec-Fetch-Site: none`, which no page can
    say); there the policy would only make the browser throw away the tab's process and start another one.
    """
    return {OPENER_POLICY: "unsafe-none"} if request.headers.get(FETCH_SITE) == "none" else {}


def _sender(path: Path, *, lasting: bool) -> Handler:
    headers: dict[str, str] = {hdrs.CACHE_CONTROL: FOREVER if lasting else "no-cache"}
    if path.name == SANDBOX:
        headers["Content-Security-Policy"] = SANDBOX_POLICY

    async def send(request: web.Request) -> web.StreamResponse:
        del request
        return web.FileResponse(path, headers=headers)

    return send
