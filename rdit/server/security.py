"""Who may talk to the server: token, Host, Origin, CORS, and the headers that every answer carries."""

from __future__ import annotations

import hmac
import re
import socket
from collections.abc import Awaitable, Callable, Collection

import aiohttp_cors
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from ..errors import Encoded, Forbidden, NotAuthorized
from ..settings import Settings
from .app_keys import STRANGERS
from .error_responses import ADMITTED, HEADERS
from .listener import ALL_INTERFACES, ip_address

API = "api/"
"""Behind the base URL, where everything but the page and its assets is."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::\d{1,5})?")

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # CodeMirror writes its theme as style elements, and sanitised HTML of outputs may carry style attributes.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        # Outputs that need scripts run in frames made from a text of the page's own, sandboxed without same-origin.
        "frame-src 'self' blob: data:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SANDBOX_POLICY = (
    "sandbox allow-scripts allow-popups allow-downloads; default-src 'none'; "
    "script-src 'unsafe-inline' 'unsafe-eval' https: blob: data:; style-src 'unsafe-inline' https: data:; "
    "img-src https: blob: data:; font-src https: data:; media-src https: blob: data:; connect-src https: blob: data:; "
    "worker-src blob:; frame-src blob: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""For the document in which outputs run their scripts: it has no origin, and reaches neither token nor page."""


class Hosts:
    """The names by which a server is called. Any other name is a rebound DNS name: somebody else's page, calling us.

    The port is not looked at: it may be another one behind a forwarded port, and no attacker owns these names.
    """

    def __init__(self, host: str, origins: Collection[str] = ()) -> None:
        """Answer to what leads to a server that listens on *host*, or is one of *origins* through a proxy."""
        self._every_address = host in ALL_INTERFACES
        self._names = {*LOOPBACK_NAMES, host.lower()} - {""}
        for origin in origins:
            if match := _HOST.fullmatch(origin.partition("://")[2]):
                self._names.add((match["v6"] or match["name"]).lower())
        if self._every_address:
            self._names.add(socket.gethostname().lower())

    def answer_to(self, header: str | None) -> bool:
        """Return whether the Host *header* names this server."""
        match = _HOST.fullmatch(header or "")
        if match is None:
            return False
        name = (match["v6"] or match["name"]).lower().rstrip(".")
        return name in self._names or (self._every_address and ip_address(name) is not None)


def guard(settings: Settings, open_paths: Collection[str]) -> Middleware:
    """Return the middleware that lets a request in, or refuses it before anything reads its body.

    The page and its assets are open, and so are *open_paths*; everything else under `/api/` needs the token.
    """
    hosts = Hosts(settings.host, settings.allowed_origins)
    api = settings.base_url + API
    token = None if settings.token is None else settings.token.encode()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        strangers = request.app[STRANGERS]
        strangers.asked(request.protocol)
        if request.headers.get(hdrs.CONTENT_ENCODING, "identity").strip().lower() != "identity":
            raise Encoded("rdit takes no compressed bodies. Send this one without Content-Encoding.")
        if not hosts.answer_to(request.headers.get(hdrs.HOST)):
            raise Forbidden(
                "rdit does not answer to this Host name. Use the URL that rdit printed, start it with --host NAME, "
                "or behind a proxy with --allow-origin and the proxy's address."
            )
        headers = request.headers
        if request.method == "OPTIONS" and hdrs.ORIGIN in headers and hdrs.ACCESS_CONTROL_REQUEST_METHOD in headers:
            return await handler(request)  # a browser asks without the token whether it may ask with it
        if request.method not in SAFE_METHODS and not _own_origin(request, settings.allowed_origins):
            raise Forbidden(
                "A page of another origin may not change anything here. Start rdit with --allow-origin to let it."
            )
        shown = token is None
        resource = request.match_info.route.resource
        path = request.path if resource is None else resource.canonical  # what answers, however the path is written
        if token is not None and path not in open_paths and path.startswith(api):
            _check_token(request.headers.get(hdrs.AUTHORIZATION), token)
            shown = True
        if shown:
            strangers.left(request.protocol)
            request[ADMITTED] = True
        return await handler(request)

    return check


def _own_origin(request: web.Request, allowed: Collection[str]) -> bool:
    """Return whether the request comes from rdit's page, from an allowed one, or from no page at all."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or origin in allowed:
        return True
    # A proxy may speak TLS in front of a server that does not, so the scheme tells nothing; host and port must match.
    scheme, _, authority = origin.lower().partition("://")
    port = {"http": ":80", "https": ":443"}.get(scheme)
    return port is not None and authority.removesuffix(port) == request.host.lower().removesuffix(port)


def _check_token(authorization: str | None, token: bytes) -> None:
    scheme, _, given = (authorization or "").partition(" ")
    matches = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), token)
    if scheme.lower() != "bearer" or not matches:
        raise NotAuthorized(
            "This needs the server's token, as the header 'Authorization: Bearer TOKEN'. "
            "It is in the URL that rdit printed when it started."
        )


def header_adder(base_url: str) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what adds to every answer the headers that bound what a browser does; for `on_response_prepare`."""

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if request.path.startswith(base_url + API):
            headers.setdefault(hdrs.CACHE_CONTROL, "no-store")

    return add_headers


def allow_origins(app: web.Application, settings: Settings) -> None:
    """Let pages of the allowed origins read what the API answers; call it when all routes are there."""
    options = aiohttp_cors.ResourceOptions(  # type: ignore[no-untyped-call]
        allow_credentials=False,
        allow_headers=("Authorization", "Content-Type", "Last-Event-ID"),
        expose_headers=(),
        max_age=600,
    )
    cors = aiohttp_cors.setup(app, defaults=dict.fromkeys(settings.allowed_origins, options))
    for route in list(app.router.routes()):
        if route.resource is not None and route.resource.canonical.startswith(settings.base_url + API):
            cors.add(route)
