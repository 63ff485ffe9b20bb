"""heavy_imports: what a block of large imports does without, so that a server is up earlier."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

CERTIFICATES = "SSL_CERT_FILE"
"""The variable by which OpenSSL is told of another file of certificates (see `ssl.get_default_verify_paths`)."""


@contextmanager
def certificates_unread() -> Iterator[None]:
    """Let TLS contexts that are made in the block find no certificates of authorities.

    aiohttp makes two when it is imported, for connections that a client opens, and reads the system's certificates for
    each: a quarter of the time of the imports. rdit opens no connection, so it needs none. Only for a process that is
    rdit's own; processes that it starts afterwards have the variable as it was.
    """
    before = os.environ.get(CERTIFICATES)
    os.environ[CERTIFICATES] = os.devnull
    try:
        yield
    finally:
        if before is None:
            del os.environ[CERTIFICATES]
        else:
            os.environ[CERTIFICATES] = before
