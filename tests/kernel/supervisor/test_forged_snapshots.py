"""A script forges announcements and replies of snapshots: the supervisor lives on, and the next run is whole."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rdit.kernel.protocol.passing import PARKED, REPLY
from rdit.kernel.supervisor.inspections import Inspections
from rdit.kernel.supervisor.outbox import Outbox
from rdit.kernel.supervisor.snapshots import snapshot as snapshot_module
from rdit.kernel.supervisor.snapshots.snapshot import Snapshot
from rdit.kernel.supervisor.snapshots.snapshots import Snapshots
from rdit.kernel.supervisor.worker_family import WorkerFamily
from rdit.protocol.messages import Reset

from ..driving import Kernel, Transcript

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="snapshots need Linux")

NURSERY = """
import array, gc, os, signal, socket, struct
snapshots = next(one for one in gc.get_objects() if type(one).__name__ == "Snapshots" and hasattr(one, "nursery"))
nursery = socket.socket(fileno=os.dup(snapshots.nursery))
def announce(descriptors, at=1, elapsed=9.0):
    data = struct.pack(">IId", at, 1, elapsed)
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
    nursery.sendmsg([data], beside)
"""
RESPONDER = """
ours, theirs = socket.socketpair()
announce([theirs.fileno()])
theirs.close()
replies = {replies}
pid = os.fork()
if pid == 0:
    os.setsid()  # it lives on when the worker is killed with its group
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) != ours.fileno():
            try:
                os.close(int(name))
            except OSError:
                continue
    ours.recv(1 << 16)
    ours.sendall(replies)
    os._exit(0)
del ours, theirs
"""
REPLIES = {
    "no process": 'struct.pack(">Bi", 1, 0)',
    "a group of processes": 'struct.pack(">Bi", 1, -1)',
    "the first process": 'struct.pack(">Bi", 1, 1)',
    "the supervisor": 'struct.pack(">Bi", 1, os.getppid())',
    "the worker": 'struct.pack(">Bi", 1, os.getpid())',
    "a process that is no snapshot": 'struct.pack(">Bi", 0, 1) + struct.pack(">Bi", 1, 1)',
    "a statement before the first": 'struct.pack(">Bi", 2, -5)',
    "a word that is none": 'struct.pack(">Bi", 9, 3)',
    "half of a reply": 'b"12"',
}


async def fresh(kernel: Kernel, script: str) -> Transcript:
    transcript = await kernel.request(script, (None, None), fresh=True)  # type: ignore[arg-type]
    await kernel.follow(transcript)
    return transcript


def descriptors(kernel: Kernel) -> int:
    return len([*Path(f"/proc/{kernel.process.pid}/fd").iterdir()])


async def descriptors_after_reset(kernel: Kernel) -> int:
    """Return how many the supervisor has while there is one worker, and no snapshot."""
    await kernel.send(Reset())
    await kernel.run("pass")
    return descriptors(kernel)


async def assert_lives(kernel: Kernel) -> None:
    again = await fresh(kernel, "print('on')")
    assert (again.status, again.text()) == ("ok", "on\n")
    assert kernel.process.returncode is None


@pytest.mark.parametrize("name", REPLIES)
async def test_a_forged_reply_harms_only_the_script(kernel: Kernel, name: str) -> None:
    await fresh(kernel, "print('first')")
    before = await descriptors_after_reset(kernel)
    forging = "import os" + NURSERY + RESPONDER.format(replies=REPLIES[name])
    await fresh(kernel, forging + "print('forged')")
    edited = await fresh(kernel, forging + "print('edited')")
    assert (edited.status, edited.text()) == ("ok", "edited\n")
    await assert_lives(kernel)
    assert await descriptors_after_reset(kernel) == before


@pytest.mark.parametrize(
    "what", ["os.open('/dev/null', os.O_RDONLY)", "os.pipe()[0]", "socket.socket().fileno()", "os.eventfd(0)"]
)
async def test_something_else_than_a_snapshot_is_announced(kernel: Kernel, what: str) -> None:
    if "eventfd" in what and not hasattr(os, "eventfd"):
        pytest.skip("this Python has none")
    await fresh(kernel, f"{NURSERY}held = socket.socket\nannounce([{what}], at=1)\nprint('announced')")
    await assert_lives(kernel)


async def test_a_flood_of_announcements_can_be_interrupted_by_a_reset(kernel: Kernel) -> None:
    flood = """
import threading
def flood():
    while True:
        one, other = socket.socketpair()
        announce([other.fileno()])
        one.close(), other.close()
for _ in range(2):
    threading.Thread(target=flood, daemon=True).start()
print("floods", flush=True)
threading.Event().wait()
"""
    running = await kernel.request(NURSERY + flood, (None, None), fresh=True)  # type: ignore[arg-type]
    await kernel.until_written("floods", running)
    assert descriptors(kernel) < 200
    await kernel.send(Reset())
    await kernel.follow(running)
    await assert_lives(kernel)


@pytest.fixture
def child() -> Iterator[int]:
    """A child of this process."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process.pid
        process.kill()


def killed_as_hanging(pid: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return whom a supervisor kills when a snapshot says that it waits as *pid*, and never answers."""
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _: killed.append(pid))
    monkeypatch.setattr(snapshot_module, "SECONDS", 0.0)
    snapshots = Snapshots()
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    snapshot = Snapshot(1, 9.0, None, theirs)
    snapshots._all.append(snapshot)
    ours.sendall(REPLY.pack(PARKED, pid))
    with pytest.raises(BlockingIOError):
        snapshot.reply(lambda _: False)
    read_end, write_end = os.pipe()
    family = WorkerFamily()
    asked = Inspections(snapshots, family, Outbox(write_end), lambda: None, lambda *_: None)
    asked.begin({"query_id": "one", "kind": "value", "steps": [], "places": [1], "or_present": False}, b"{}", b"")
    snapshots.follow_up(family)
    assert snapshot not in snapshots
    ours.close()
    snapshots._nursery.close()
    for descriptor in (read_end, write_end, snapshots.workers_end):
        os.close(descriptor)
    return killed


@pytest.mark.parametrize("named", [1, -1, 0], ids=["the first process", "all processes", "the own group"])
def test_a_hanging_snapshot_that_names_another_process_costs_that_nothing(
    named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert killed_as_hanging(named, monkeypatch) == []


def test_control_a_hanging_snapshot_is_killed(child: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert killed_as_hanging(child, monkeypatch) == [child]
