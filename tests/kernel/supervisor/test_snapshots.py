"""Which snapshots the supervisor keeps."""

from __future__ import annotations

import _socket
import sys

import pytest

from rdit.kernel.protocol.passing import ANNOUNCEMENT, send_with
from rdit.kernel.supervisor.snapshots import Snapshots

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="snapshots need Linux")


def test_one_that_was_asked_to_go_on_is_not_dropped_for_its_memory() -> None:
    snapshots = Snapshots()
    nursery = _socket.socket(fileno=snapshots.workers_end)
    ends = []
    for at, elapsed in ((1, 0.1), (2, 9.0), (3, 99.0)):
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        send_with(nursery, ANNOUNCEMENT.pack(at, at, elapsed), [theirs.fileno()])
        theirs.close()
        ends.append(ours)
    snapshots.adopt(None)
    first, *_ = snapshots
    first.ask("whoever asks", b"")
    snapshots.drop_cheapest()
    assert [one.at for one in snapshots] == [1, 3]
    snapshots.drop_cheapest()
    snapshots.drop_cheapest()
    assert [one.at for one in snapshots] == [1]
    snapshots.clear()
    for end in ends:
        end.close()
    snapshots._nursery.close()
    nursery.close()
