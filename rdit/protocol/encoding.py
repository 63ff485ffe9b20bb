"""Encoding: values as JSON in UTF-8, and back. The one place that knows what JSON and UTF-8 have no place for."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from ..kernel.protocol.json_limits import check_depth, parse_int

_SURROGATES = re.compile("[\ud800-\udfff]")
_encoder = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """Return *value* as JSON. NaN and the infinities become null, and a lone surrogate becomes U+FFFD."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(without_surrogates(msgspec.to_builtins(value, enc_hook=msgspec.json.decode)))


def decode(data: bytes) -> Any:
    """Return the value of the JSON in *data*, without lone surrogates; also Python's NaN and Infinity are read.

    Raises:
        ValueError, RecursionError: it is not JSON.
    """
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        # A value may contain lone surrogates, which Python's json passes on and stricter parsers refuse.
        return without_surrogates(decode_limited(data))


def decode_limited(data: bytes | str) -> Any:
    """Return the value of the JSON in *data*, as Python reads it, if it is within `json_limits`.

    Raises:
        ValueError, RecursionError: it is not JSON, or exceeds a limit.
    """
    value = json.loads(data, parse_int=parse_int)
    check_depth(value)
    return value


def without_surrogates(value: Any) -> Any:
    """Return *value* with each lone surrogate replaced by U+FFFD, as an encoder to UTF-8 would."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_surrogates(part) for part in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(part) for key, part in value.items()}
    return value
