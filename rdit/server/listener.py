"""The socket that the server listens on: bound before anything else, so that a refusal comes at once."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING

from ..errors import BadSetting
from ..settings import DEFAULT_PORT, Settings

if TYPE_CHECKING:
    import ssl

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
    address = ip_address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return *host* as an IP address; None when it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def url_of(listener: socket.socket, settings: Settings) -> str:
    """Return the URL of the page for a browser on this machine."""
    port = listener.getsockname()[1]
    host = "127.0.0.1" if settings.host in ALL_INTERFACES else settings.host
    scheme = "http" if settings.certificate is None else "https"
    query = "" if settings.token is None else f"?token={settings.token}"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}{settings.base_url}{query}"


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return what the server needs to speak TLS; None when it was given no certificate.

    Raises:
        BadSetting: the certificate or its key cannot be used.
    """
    if settings.certificate is None:
        return None
    import ssl  # late: few servers need it

    def no_password() -> str:
        raise BadSetting(f"The key in {key} is encrypted. Decrypt it: rdit starts without asking for a password.")

    key = settings.certificate_key or settings.certificate
    for path in (settings.certificate, key):
        if not path.is_file():
            raise BadSetting(f"There is no file {path}. Check --certfile and --keyfile.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.certificate, key, no_password)
    except ssl.SSLError as error:
        raise BadSetting(
            f"{settings.certificate} and {key} are no certificate with its key in PEM ({error.reason or error})."
        ) from error
    except OSError as error:
        raise BadSetting(f"{settings.certificate} or {key} cannot be read: {error.strerror}.") from error
    return context


def warning_of(settings: Settings, port: int) -> list[str]:
    """Return what to tell somebody who serves others than this machine; nothing on loopback."""
    if is_loopback(settings.host):
        return []
    where = "every address of this machine" if settings.host in ALL_INTERFACES else settings.host
    lines = [
        f"rdit listens on {where}, port {port}: other machines can reach it.",
        "Whoever gets the token runs code as you, and reads and changes every file that you can.",
    ]
    if settings.certificate is None:
        lines.append(
            "The connection is not encrypted: whoever can listen on the network can read the token. "
            "Use --certfile and --keyfile, or listen on 127.0.0.1 and come through SSH."
        )
    return lines


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
