"""Which snapshots the supervisor keeps, and how each is asked one thing after another."""

from __future__ import annotations

import _socket
import os
import select
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rdit.kernel.protocol.frames import FrameDecoder, encode
from rdit.kernel.protocol.passing import ANNOUNCEMENT, ANSWERS, DIFFERS, GOES_ON, PIPES, REPLY, receive_with, send_with
from rdit.kernel.supervisor.snapshots.snapshot import Request, Snapshot
from rdit.kernel.supervisor.snapshots.snapshots import Snapshots
from rdit.kernel.supervisor.worker_family import WorkerFamily

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="snapshots need Linux")


def descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def fill(sock: _socket.socket) -> int:
    """Write into a socket until it takes no more; return how many bytes that were."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            count += sock.send(bytes(1 << 12))
    return count


class Asking:
    """Makes requests, and notes what comes of each."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def on_done(self, request: Named, found: bytes) -> None:
        self.told.append((request.name, found))

    def on_refused(self, request: Named, _: Snapshot, first_changed: int | None) -> None:
        self.told.append((request.name, first_changed))


class Named(Request):
    def __init__(self, asker: Asking, name: str, *, is_question: bool = True, size: int = 1) -> None:
        super().__init__(asker)
        self.name = name
        self.is_question = is_question
        self._size = size

    def pieces(self) -> list[bytes]:
        return [encode(self.name.encode().ljust(self._size, b"."))]


class Parked:
    """The end of a socket where a snapshot would wait, and what it was asked so far."""

    def __init__(self, sock: _socket.socket) -> None:
        self.socket = sock
        self.descriptors: list[int] = []
        self._decoder = FrameDecoder()

    def read(self) -> list[str]:
        """Return the requests that have come whole, without the frames that go before each."""
        names: list[str] = []
        while select.select([self.socket], [], [], 0)[0]:
            data, beside = receive_with(self.socket, 1 << 16)
            if not data:
                break
            self.descriptors += beside
            names += [bytes(header).rstrip(b".").decode() for header, _ in self._decoder.feed(data)]
        return [name for name in names if not name.startswith("{")]

    def say(self, kind: int, number: int, data: bytes = b"") -> None:
        self.socket.sendall(REPLY.pack(kind, number) + data)


class Rig:
    """Snapshots whose far ends are held by the test."""

    def __init__(self) -> None:
        self.snapshots = Snapshots()
        self.family = WorkerFamily()
        self.asking = Asking()
        self.parked: list[Parked] = []
        self.nursery = _socket.socket(fileno=self.snapshots.workers_end)

    def park(self, *places: tuple[int, float]) -> None:
        for at, elapsed in places:
            ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
            send_with(self.nursery, ANNOUNCEMENT.pack(at, at, elapsed), [theirs.fileno()])
            theirs.close()
            self.parked.append(Parked(ours))
        self.snapshots.adopt(None)

    def ask(self, name: str, **about: int) -> Named:
        request = Named(self.asking, name, **about)  # type: ignore[arg-type]
        self.snapshots.ask(next(iter(self.snapshots)), request)
        return request

    def turn(self) -> None:
        """Do what the supervisor does in one round."""
        poll = select.poll()
        for descriptor, events in self.snapshots.watched().items():
            poll.register(descriptor, events)
        for descriptor, _ in poll.poll(0):
            if descriptor != self.snapshots.nursery:
                self.snapshots.on_ready(descriptor, self.family)
        self.snapshots.follow_up(self.family)

    def close(self) -> None:
        self.snapshots.clear()
        self.snapshots._nursery.close()
        self.nursery.close()
        for parked in self.parked:
            parked.socket.close()
            for descriptor in parked.descriptors:
                os.close(descriptor)


@pytest.fixture
def rig() -> Iterator[Rig]:
    before = descriptors()
    rig = Rig()
    yield rig
    rig.close()
    assert descriptors() == before


def test_one_that_was_asked_to_go_on_is_not_dropped_for_its_memory(rig: Rig) -> None:
    rig.park((1, 0.1), (2, 9.0), (3, 99.0))
    rig.ask("a run", is_question=False)
    rig.snapshots.drop_cheapest()
    assert [one.at for one in rig.snapshots] == [1, 3]
    rig.snapshots.drop_cheapest()
    rig.snapshots.drop_cheapest()
    assert [one.at for one in rig.snapshots] == [1]


def test_requests_wait_their_turn_and_each_has_its_own_answer(rig: Rig) -> None:
    rig.park((1, 1.0))
    (parked,) = rig.parked
    for name, is_question in (("first", True), ("a run", False), ("last", True)):
        rig.ask(name, is_question=is_question)
    assert parked.read() == ["first"]
    parked.say(ANSWERS, 3, b"one")
    rig.turn()
    rig.turn()
    assert parked.read() == ["a run"]
    assert len(parked.descriptors) == len(PIPES)
    parked.say(DIFFERS, 5)
    rig.turn()
    rig.turn()
    assert parked.read() == ["last"]
    parked.say(ANSWERS, 3, b"two")
    rig.turn()
    assert rig.asking.told == [("first", b"one"), ("a run", 5), ("last", b"two")]


def test_one_whose_socket_is_full_is_asked_once_there_is_room(rig: Rig) -> None:
    """As long as that it was not asked, so that the next reply is for whoever is asked next."""
    rig.park((1, 1.0))
    (parked,) = rig.parked
    (snapshot,) = rig.snapshots
    in_the_way = fill(snapshot.socket)
    before = descriptors()
    run = rig.ask("a run", is_question=False)
    rig.turn()
    assert descriptors() == before
    rig.snapshots.withdraw(run)
    rig.ask("another run", is_question=False)
    while in_the_way:
        in_the_way -= len(parked.socket.recv(in_the_way))
    rig.turn()
    assert parked.read() == ["another run"]
    parked.say(DIFFERS, 2)
    rig.turn()
    assert rig.asking.told == [("another run", 2)]


def test_what_is_no_longer_wanted_is_not_asked(rig: Rig) -> None:
    rig.park((1, 1.0))
    (parked,) = rig.parked
    first, second, _ = [rig.ask(name) for name in ("first", "second", "third")]
    rig.snapshots.withdraw(second)
    rig.snapshots.withdraw(first)
    assert parked.read() == ["first"]
    parked.say(ANSWERS, 3, b"one")
    rig.turn()
    rig.turn()
    assert parked.read() == ["third"]
    parked.say(ANSWERS, 3, b"two")
    rig.turn()
    assert rig.asking.told == [("third", b"two")]


def test_one_that_dies_answers_all_who_wait_for_it(rig: Rig) -> None:
    rig.park((1, 1.0))
    for name, is_question in (("first", False), ("second", True), ("third", False)):
        rig.ask(name, is_question=is_question)
    withdrawn = rig.ask("withdrawn")
    rig.snapshots.withdraw(withdrawn)
    rig.parked[0].socket.shutdown(_socket.SHUT_RDWR)
    rig.turn()
    assert rig.asking.told == [("first", None), ("second", None), ("third", None)]
    assert not rig.snapshots


def test_one_that_is_gone_already_answers_that_too(rig: Rig) -> None:
    rig.park((1, 1.0))
    rig.parked[0].socket.shutdown(_socket.SHUT_RDWR)
    rig.ask("a run", is_question=False)
    assert rig.asking.told == []  # whoever asks has not returned yet
    assert rig.snapshots.next_deadline == 0.0
    rig.turn()
    assert rig.asking.told == [("a run", None)]


def test_one_that_does_not_reply_in_time_is_ended(rig: Rig) -> None:
    rig.park((1, 1.0))
    rig.ask("a run", is_question=False)
    (snapshot,) = rig.snapshots
    assert rig.snapshots.next_deadline == snapshot.deadline
    rig.turn()
    assert rig.asking.told == []
    snapshot.deadline = 0.0
    rig.turn()
    assert rig.asking.told == [("a run", None)]
    assert not rig.snapshots


@pytest.mark.parametrize("number", [0, -1, 1 << 30])
def test_an_answer_of_a_size_that_none_has_ends_it(rig: Rig, number: int) -> None:
    rig.park((1, 1.0))
    rig.ask("first")
    rig.parked[0].say(ANSWERS, number)
    rig.turn()
    assert rig.asking.told == [("first", None)]


def test_a_worker_for_a_question_is_none(rig: Rig) -> None:
    child = os.fork()
    if child == 0:
        os.execv("/bin/sleep", ["sleep", "60"])
    try:
        rig.park((1, 1.0))
        rig.ask("first")
        rig.parked[0].say(GOES_ON, child)
        rig.turn()
        assert rig.asking.told == [("first", None)]
        assert Path(f"/proc/{child}").exists()
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
