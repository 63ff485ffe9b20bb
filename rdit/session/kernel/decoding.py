"""Frames' headers → messages of the kernel, checked against their classes."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ...kernel.protocol.frames import OF_WORKER, BrokenFrame
from ...protocol import messages
from ...protocol.encoding import decode as decode_json

_decoder: msgspec.json.Decoder[messages.Message] = msgspec.json.Decoder(messages.Message)


SUPERVISORS = (
    messages.Ready,
    messages.WorkerStarted,
    messages.Replaced,
    messages.Checked,
    messages.LookedBack,
    messages.Died,
)
"""What no worker may say."""


class Refused(NamedTuple):
    """What came in place of a message from a worker, where the script may have written anything."""

    header: bytes
    reason: str


def decode(header: bytes) -> messages.Message | Refused:
    """Return the message in a frame's header; of what the supervisor passed on for a worker, only what that may say.

    Raises:
        BrokenFrame: the supervisor itself sent what is no message.
    """
    is_of_worker = header.startswith(OF_WORKER)
    try:
        message = _decode(header)
    except BrokenFrame as error:
        if is_of_worker:
            return Refused(header, str(error.__cause__))
        raise
    if is_of_worker and _is_supervisors(message):
        return Refused(header, "only the kernel's supervisor may say this")
    return message


def _is_supervisors(message: messages.Message) -> bool:
    """Whether only the supervisor knows this."""
    return isinstance(message, SUPERVISORS) or (isinstance(message, messages.Completed) and message.status == "died")


def _decode(header: bytes) -> messages.Message:
    try:
        try:
            return _decoder.decode(header)
        except msgspec.DecodeError:
            # A value may hold NaN or lone surrogates, which Python's json writes and stricter parsers refuse.
            message: messages.Message = msgspec.convert(decode_json(header), messages.Message)
            return message
    except (ValueError, RecursionError) as error:
        raise BrokenFrame(f"a header that is no message: {header[:200]!r}") from error
