"""Snapshots: copies of the worker's process as it stood before a statement, parked until one is told to go on.

The process that runs never changes: it keeps its process id, its children and its locks. A copy waits on a socket of
its own, whose other end only the supervisor holds. It judges by itself whether it is of the beginning of a script. If
so, it forks once more, and that process becomes the worker, with fresh pipes: the snapshot is never used up.
"""

from __future__ import annotations

import _socket
import faulthandler
import gc
from contextlib import suppress
from errno import EMFILE, ENFILE, ENOMEM
from json import loads
from os import O_RDWR, _exit, close, getpid, read, setsid, write
from os import open as open_descriptor
from time import perf_counter, thread_time

from ...display.hidden_fork import hidden_fork
from ...protocol.frames import FrameDecoder
from ...protocol.passing import ANNOUNCEMENT, ANSWERS, DIFFERS, GOES_ON, PARKED, PIPES, REPLY, receive_with, send_with
from .clocks import Clocks
from .obstacles import (
    Obstacles,
    have_to_itself,
    read_offsets,
    read_semaphores,
    renew_pipes,
    restore_offsets,
    restore_semaphores,
)
from .snapshot_policy import SnapshotPolicy

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol

    from ...display.hidden_fork import Prepare
    from ..inbox import Received
    from ..timeline.file_journal import FileJournal

    class Host(Protocol):
        """The worker, as its snapshots need it."""

        def descriptors(self) -> frozenset[int]:
            """Return its own descriptors."""

        def judge(self, request: Received) -> int | None:
            """Return the first statement that differs where it cannot go on for the run; else None."""

        def told(self, request: Received) -> bytes:
            """Return the frame that answers an `Inspect`."""

        def take_over(self, token: bytes, pipes: dict[str, int]) -> None:
            """Go on with these pipes in the place of the old ones."""

        def declined(self, node_index: int, reason: str) -> None:
            """Report why there is no snapshot before this statement; "" when there is one again."""

        @property
        def journal(self) -> FileJournal:
            """What the script has touched."""

        @property
        def namespace(self) -> dict[str, Any]:
            """The script's variables."""


READ_SIZE = 1 << 16
OOM_SCORE = "/proc/self/oom_score_adj"
PARKED_SCORE = b"900"
"""A snapshot is the first to go when the system runs out of memory; at most 1000."""
HEARD = "the script listens to audit events"
"""It would hear of what a copy takes."""
NO_COPIES = "this system makes no copies of a process"
NO_FORK = "the system allows no further process"
NO_DESCRIPTOR = "the script has as many files open as it may"
NO_MEMORY = "there is no memory for a copy"
_REASONS: dict[int | None, str] = {EMFILE: NO_DESCRIPTOR, ENFILE: NO_DESCRIPTOR, ENOMEM: NO_MEMORY}


class Resumed(Exception):
    """This process goes on from a snapshot, with a run of its own."""

    def __init__(self, run: Received) -> None:
        super().__init__()
        self.run = run


class Snapshots:
    """Makes snapshots of this process, and goes on from them."""

    def __init__(self, nursery: int, host: Host) -> None:
        """Announce them through the socket *nursery*."""
        self.policy = SnapshotPolicy()
        self.nursery = nursery
        self._host = host
        self._obstacles = Obstacles()
        self._clocks = Clocks()
        self._declined = ""
        self._copied: set[int] = set()
        """Descriptors of files that snapshots may have open, too."""

    def keep(self, index: int, last_line: int, *, may_cost: float) -> Received | None:
        """Make a snapshot before the statement *index*, below *last_line*, if that pays and is faithful.

        It may also be made if it costs no more than it *may_cost*, in seconds.

        Returns None. In the process that goes on from the snapshot, at any later time, the run to go on with.
        """
        return self.keep_now(index, last_line) if self.policy.is_due(may_cost=may_cost) else None

    def keep_now(self, index: int, last_line: int) -> Received | None:
        """Make a snapshot as `keep` does, whether or not it pays."""
        journal = self._host.journal
        reason = HEARD if journal.has_hook else ""
        try:
            reason = reason or self._obstacles.find(self._host.descriptors(), may_share=journal.may_share)
            if not reason:
                return self._make(index, last_line)
        except OSError as error:
            reason = _REASONS.get(error.errno, NO_FORK)
        self._decline(index, reason)
        return None

    def _decline(self, index: int, reason: str) -> None:
        if reason != self._declined:
            self._declined = reason
            self._host.declined(index, reason)

    def _make(self, index: int, last_line: int) -> Received | None:
        self._decline(index, "")
        places, semaphores = read_offsets(self._host.descriptors()), read_semaphores()
        clocks = self._clocks.read()
        self._copied.update(places)
        self._host.journal.on_lock(self.on_lock)
        wall, cpu = perf_counter(), thread_time()
        ours = self._announce(index, last_line)
        if hidden_fork(self._prepare()):
            ours.close()
            self.policy.made(perf_counter() - wall, thread_time() - cpu)
            return None
        request = self._park(ours)
        restore_offsets(places)
        restore_semaphores(semaphores)
        self._clocks.set(clocks)
        self._obstacles = Obstacles()  # the descriptors are others, under the same numbers perhaps
        self.policy.begin()
        return request

    def _prepare(self, received: Iterable[int] = ()) -> Prepare | None:
        """Return what a copy has to do before this process goes on; None if that is nothing.

        Besides rdit's own descriptors, those that were *received* are none of the script's.
        """
        own = self._host.descriptors().union(received)
        return (lambda between: renew_pipes(own.union(between))) if self._obstacles.has_pipes else None

    def on_lock(self, descriptor: int) -> None:
        """Give up all snapshots if one of them has this file open: the lock would last as long as that."""
        if descriptor in self._copied:
            self._copied.clear()
            nursery = _socket.socket(fileno=self.nursery)
            try:
                nursery.send(ANNOUNCEMENT.pack(0, 0, 0.0))
            finally:
                nursery.detach()

    def _announce(self, index: int, last_line: int) -> _socket.socket:
        """Give the supervisor one end of a new socket pair; return the other. It may be gone: that raises OSError."""
        nursery = _socket.socket(fileno=self.nursery)
        try:
            ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
            try:
                send_with(nursery, ANNOUNCEMENT.pack(index, last_line, self.policy.elapsed), [theirs.fileno()])
            finally:
                theirs.close()
        finally:
            nursery.detach()
        return ours

    # ----------------------------------------------------------------------------------------------- in the snapshot

    def _park(self, sock: _socket.socket) -> Received:
        """Wait until this copy is told to go on; return the run, in a process that has taken over its pipes.

        The descriptors of the process that it is a copy of are still here: whatever goes wrong must end in silence.
        """
        try:
            was_collecting = gc.isenabled()
            gc.disable()  # a file of the script that is finalised here would be written twice
            faulthandler.disable()
            own_score = _swap_oom_score(PARKED_SCORE)
            sock.sendall(REPLY.pack(PARKED, getpid()))
            requests = _Requests(sock)
            while True:
                token, request, descriptors = requests.next()
                if request["type"] == "inspect":
                    sock.sendall(self._answer(request))
                    continue
                pipes = dict(zip(PIPES, descriptors, strict=True))
                differs = self._host.judge(request)
                if differs is not None:
                    sock.sendall(REPLY.pack(DIFFERS, differs))
                else:
                    self._clocks.take_over(self._host.namespace)  # once, rather than in each that goes on
                    pid = hidden_fork(self._prepare([*descriptors, *requests.descriptors]))
                    if pid == 0:
                        break
                    sock.sendall(REPLY.pack(GOES_ON, pid))
                for descriptor in descriptors:
                    close(descriptor)
            sock.close()
            for descriptor in requests.descriptors:
                close(descriptor)
            setsid()
            _swap_oom_score(own_score)
            if request["type"] == "look_back":
                have_to_itself(self._host.descriptors())  # the process that goes on is not to notice
            self._host.take_over(token, pipes)
            if was_collecting:
                gc.enable()
        except BaseException:  # noqa: BLE001 - nobody could be told; the supervisor sees that the socket has ended
            _exit(0)
        return request

    def _answer(self, request: Received) -> bytes:
        """Return what to say to a question about a value. None of the script's code runs: all stays as it is."""
        differs = self._host.judge(request)
        if differs is not None:
            return REPLY.pack(DIFFERS, differs)
        frame = self._host.told(request)
        return REPLY.pack(ANSWERS, len(frame)) + frame


class _Requests:
    """What comes through the socket of a parked process: runs, each with a token and pipes, and questions without.

    More than one may wait.
    """

    def __init__(self, sock: _socket.socket) -> None:
        self.descriptors: list[int] = []
        """Of requests that were not taken yet."""
        self._socket = sock
        self._decoder = FrameDecoder()
        self._frames: list[tuple[bytes, bytes]] = []

    def next(self) -> tuple[bytes, Received, list[int]]:
        """Wait for a request, and return it with a run's token and pipes; end this process when nobody can ask."""
        while len(self._frames) < 2:
            data, beside = receive_with(self._socket, READ_SIZE)
            if not data:
                _exit(0)
            self.descriptors += beside
            self._frames += [(bytes(header), bytes(body)) for header, body in self._decoder.feed(data)]
        (header, _), (run, body) = self._frames[:2]
        del self._frames[:2]
        token = loads(header).get("token")
        count = 0 if token is None else len(PIPES)
        descriptors = self.descriptors[:count]
        del self.descriptors[:count]
        return bytes.fromhex(token or ""), {**loads(run), "body": body}, descriptors


def _swap_oom_score(score: bytes) -> bytes:
    """Set by how much likelier this process is ended when memory runs out; return what it was."""
    before = b"0"
    with suppress(OSError):  # a system without it, or one that forbids it
        descriptor = open_descriptor(OOM_SCORE, O_RDWR)
        try:
            before = read(descriptor, 16).strip()
            write(descriptor, score)
        finally:
            close(descriptor)
    return before
