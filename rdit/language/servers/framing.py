"""Messages of the Language Server Protocol ⇄ bytes: a header with the length, an empty line, JSON."""

from __future__ import annotations

from typing import Any

import msgspec

MAX_MESSAGE = 1 << 24
"""Bytes of one message; a completion of a large library has about one million."""
MAX_HEADER = 1 << 12


class BadFrame(Exception):
    """What came is no message of the protocol."""


def encode(message: dict[str, Any]) -> bytes:
    """Return *message*, which needs no `jsonrpc`, as it goes over the pipe."""
    body = msgspec.json.encode({"jsonrpc": "2.0", **message})
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Decoder:
    """Takes bytes as they come and gives the messages that are whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        """Of the message whose body is being read."""

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Return the messages that *data* complete.

        Raises:
            BadFrame: they are none.
        """
        self._buffer += data
        found: list[dict[str, Any]] = []
        while True:
            if self._length is None and not self._read_header():
                return found
            length = self._length or 0
            if len(self._buffer) < length:
                return found
            found.append(_message(bytes(self._buffer[:length])))
            del self._buffer[:length]
            self._length = None

    def _read_header(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n", 0, MAX_HEADER)
        if end < 0:
            if len(self._buffer) >= MAX_HEADER:
                raise BadFrame("It wrote something that is no message.")
            return False
        for line in bytes(self._buffer[:end]).split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                self._length = int(value)
        if self._length is None or self._length > MAX_MESSAGE:
            raise BadFrame("It wrote a message without a length, or one that is too long.")
        del self._buffer[: end + 4]
        return True


def _message(body: bytes) -> dict[str, Any]:
    try:
        message = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame("It wrote a message that is no JSON.") from error
    if not isinstance(message, dict):
        raise BadFrame("It wrote a message that is no object.")
    return message
