"""StreamRelay: the supervisor's end of fd 1 or fd 2 of a worker. Splits output from the markers in it."""

from __future__ import annotations

from ..protocol.records import MARKER_SIZE, NUMBER, TOKEN_SIZE


class StreamRelay:
    """Forwards what precedes the next marker; holds back what follows it until the marker's event was forwarded."""

    def __init__(self, token: bytes) -> None:
        """Start at the beginning of a stream whose markers begin with *token*."""
        self._token = token
        self._pending = b""
        self._start = 0
        """Where in it the bytes begin that were not forwarded."""
        self.reached = 0
        """The highest mark that the stream has come to."""
        self.is_finished = False
        """Whether nothing more can come."""

    def feed(self, data: bytes) -> None:
        """Add what was read from the pipe."""
        if self._start == len(self._pending):
            self._pending = data
        else:
            self._pending = self._pending[self._start :] + data
        self._start = 0

    def is_at(self, marker: bytes) -> bool:
        """Whether the next bytes are *marker*: there is no output before it."""
        return self._pending.startswith(marker, self._start)

    def drop(self, marker: bytes) -> None:
        """Go past the *marker* that the stream `is_at`."""
        self._start += len(marker)

    def take(self, released: int) -> bytes:
        """Return the bytes that may go on, when the events up to the mark *released* have gone.

        The beginning of a marker, or of a UTF-8 character, is kept until more has come.
        """
        pending = self._pending
        start = self._start
        size = len(pending)
        if start == size:
            return b""
        taken: list[bytes] = []
        while True:
            found = pending.find(self._token, start)
            if found < 0:
                end = size - self._begun_marker(start)
                end -= _begun_character(pending, start, end) if end == size else 0
                taken.append(pending[start:end])
                start = end
                break
            taken.append(pending[start:found])
            start = found
            if size < found + MARKER_SIZE:
                break
            number = NUMBER.unpack_from(pending, found + TOKEN_SIZE)[0]
            if number > released:
                self.reached = max(self.reached, number)
                break
            start = found + MARKER_SIZE
        self._start = start
        return b"".join(taken) if len(taken) > 1 else taken[0]

    def take_all(self) -> bytes:
        """Return whatever is left, without its markers; nothing more will come."""
        released = (1 << 64) - 1
        return self.take(released) + self._pending[self._start :]

    def _begun_marker(self, start: int) -> int:
        """Return how many bytes at the end may be the beginning of a marker."""
        pending = self._pending
        longest = min(TOKEN_SIZE - 1, len(pending) - start)
        first = pending.find(self._token[:1], len(pending) - longest)
        if first >= 0:
            for size in range(len(pending) - first, 0, -1):
                if pending.endswith(self._token[:size]):
                    return size
        return 0


def _begun_character(data: bytes, start: int, end: int) -> int:
    """Return how many bytes before *end* are the beginning of a UTF-8 character whose rest is still to come."""
    for back in range(1, min(3, end - start) + 1):
        byte = data[end - back]
        if byte >= 0xC2:  # a first byte
            size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF5 else 0
            return back if back < size else 0
        if byte < 0x80:
            return 0
    return 0
