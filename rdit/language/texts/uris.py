"""Addresses of files, written in one way: servers and pages may escape other characters than Python does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

_ADDRESSES = frozenset({"uri", "targetUri"})


def path_of(uri: str) -> Path | None:
    """Return the file that *uri* names; None where it names something else."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not path.startswith("/"):
        return None
    return Path(path)


def normalised(value: Any, on_file: Callable[[Path], None]) -> Any:
    """Return what a server answered with its addresses as `Path.as_uri` writes them; *on_file* hears of each file."""

    def address(uri: Any) -> Any:
        path = path_of(uri) if isinstance(uri, str) else None
        if path is None:
            return uri
        on_file(path)
        return path.as_uri()

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        changes = value.get("changes")
        return {
            key: {address(uri): edits for uri, edits in changes.items()}
            if key == "changes" and isinstance(changes, dict)
            else address(item)
            if key in _ADDRESSES
            else walk(item)
            for key, item in value.items()
        }

    return walk(value)
