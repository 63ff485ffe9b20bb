"""Frames' headers → messages of the kernel, checked against their classes."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from ..kernel.protocol import messages
from ..kernel.protocol.frames import BrokenFrame
from ..protocol.encoding import decode as decode_json


class _Tagged(msgspec.Struct):
    """What every header has."""

    type: str


_tagged = msgspec.json.Decoder(_Tagged)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    str(kind.__dataclass_fields__["type"].default): msgspec.json.Decoder(kind) for kind in get_args(messages.Message)
}


def decode(header: bytes) -> messages.Message:
    """Return the message in a frame's header.

    Raises:
        BrokenFrame: it is none.
    """
    try:
        try:
            message: messages.Message = _decoders[_tagged.decode(header).type].decode(header)
        except msgspec.DecodeError:
            # A value may hold NaN or lone surrogates, which Python's json writes and stricter parsers refuse.
            value = decode_json(header)
            message = msgspec.convert(value, _decoders[value["type"]].type)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BrokenFrame(f"a header that is no message: {header[:200]!r}") from error
    return message
