"""What supervisor and snapshots say to each other: short packets over socket pairs, with descriptors beside them."""

from __future__ import annotations

import _socket
from array import array
from struct import Struct

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

PIPES = ("answers", "crash", "events", "life", "pictures", "requests", "stderr", "stdout")
"""The names of a worker's pipes, in the order in which their descriptors are passed."""
ANNOUNCEMENT = Struct(">IId")
"""Of a worker, before it makes a snapshot: the statement before which it stands, the last line of those before it, and
the seconds that they have run. With it comes the socket for the snapshot; without one, all so far are to be dropped."""
REPLY = Struct(">Bi")
"""Of a snapshot: what it says, and a number."""
PARKED = 0
"""It waits; the number is its process id."""
GOES_ON = 1
"""The number is the process id of the worker that goes on from it."""
DIFFERS = 2
"""It is not of the beginning of the script; the number is the first statement that differs."""
ANSWERS = 3
"""It tells of a value; the number is the size of the frame that follows."""
_MOST = 16
"""Descriptors in one packet."""


def send_with(sock: _socket.socket, data: bytes, descriptors: Sequence[int]) -> int:
    """Send *data* and *descriptors*; return how many bytes went.

    Raises:
        OSError: there is no room now, or nobody at the other end.
    """
    return sock.sendmsg([data], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array("i", descriptors))])


def receive_with(sock: _socket.socket, size: int) -> tuple[bytes, list[int]]:
    """Receive at most *size* bytes, and the descriptors beside them.

    Raises:
        OSError: nothing has come, or the other end is gone.
    """
    data, beside, _, _ = sock.recvmsg(size, _socket.CMSG_LEN(_MOST * array("i").itemsize))
    descriptors = array("i")
    for level, kind, rights in beside:
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
            descriptors.frombytes(rights[: len(rights) - len(rights) % descriptors.itemsize])
    return data, list(descriptors)
