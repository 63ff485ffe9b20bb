"""The socket that the server listens on: bound before anything else, so that a refusal comes at once."""

from __future__ import annotations

import errno
import ipaddress
import socket

from .errors import BadSetting
from .settings import DEFAULT_PORT

PORTS_TRIED = 100
ALL_INTERFACES = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  # recognised here, chosen by the user


def listen(host: str, port: int | None) -> socket.socket:
    """Return a listening socket; without a *port*, on the default one or, if that is busy, on the next free one.

    Raises:
        BadSetting: the port is busy or forbidden, or the host is not one of this machine.
    """
    ports = range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED) if port is None else (port,)
    family, address = _address(host)
    for candidate in ports:
        try:
            return _bound(family, address, candidate)
        except PermissionError as error:  # noqa: PERF203  # at most a hundred times
            raise BadSetting(
                f"Port {candidate} is privileged: only an administrator may use it. Choose one above 1023 with --port."
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            if error.errno == errno.EADDRNOTAVAIL:
                raise BadSetting(f"{host} is not an address of this machine. Check --host.") from error
            raise BadSetting(f"rdit cannot listen on {host} port {candidate}: {error.strerror}.") from error
    if port is None:
        raise BadSetting(f"The ports {ports[0]} to {ports[-1]} are all in use. Choose another with --port.")
    raise BadSetting(f"Port {port} is in use by another program. Choose another with --port, or leave --port out.")


def is_loopback(host: str) -> bool:
    """Return whether *host* can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url_of(listener: socket.socket, host: str, token: str | None) -> str:
    """Return the URL of the page for a browser on this machine."""
    port = listener.getsockname()[1]
    if host in ALL_INTERFACES:
        host = "127.0.0.1"
    query = "" if token is None else f"?token={token}"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/{query}"


def _address(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise BadSetting(f"There is no host named {host}. Check --host.") from error
    # A browser that is sent to "localhost" tries IPv4 as well, and most other programs try nothing else.
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, str(address[0])


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
