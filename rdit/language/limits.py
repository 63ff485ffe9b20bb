"""How long the hub waits, and how much it takes."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True):
    """Times are in seconds."""

    start_seconds: float = 15.0
    """For a server to say what it can."""
    answer_seconds: float = 10.0
    """For a server to answer a request."""
    companion_seconds: float = 2.0
    """For a server to answer once another one, or the script's process, has told what it knows."""
    patience_seconds: float = 5.0
    """For it to take back a request; one that does not hangs, and is ended."""
    idle_seconds: float = 1.0
    """Without a request, after which a server reads ahead."""
    read_ahead_seconds: float = 60.0
    """For it to do so."""
    grace_seconds: float = 0.5
    """For it to end by itself."""
    linger_seconds: float = 10.0
    """That a pair is kept without a page: a reload comes back to servers that have read the libraries."""
    change_seconds: float = 5.0
    """For the changes before one that came early."""
    restart_seconds: float = 0.1
    """Before the first restart; each further one within a minute waits four times as long."""
    rest_seconds: float = 60.0
    """Before the next try once a server has ended `max_ends` times within as long."""
    max_ends: int = 5
    max_clients: int = 32
    """Of one session; the one that asked least recently goes."""
    max_text: int = 4_000_000
    """Characters of a document."""
    max_memory: int = 2 << 30
    """Bytes that a server may take, on Linux; a configuration may lead to a device. With pandas, ty takes 0.2 GB."""
    max_completions: int = 500
    """That are sent at once."""
