"""A script writes messages into the pipe of its worker's events: what only the supervisor may say is not heard.

The controls are in `tests/session/test_decoding.py`, where the same messages count when the supervisor itself sends
them, and here, where a message that a worker may send is heard.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.faults.test_faults import assert_usable, run, status
from tests.kernel.supervisor.test_forged_snapshots import NURSERY, RESPONDER
from tests.server.events import texts

if TYPE_CHECKING:
    from tests.conftest import Client

FORGE = """
import gc, json, struct
kept = 6 * 7
channel = next(one for one in gc.get_objects() if type(one).__module__ == "_rdit.worker.channel")
def frame(**fields):
    header = json.dumps(fields).encode()
    return struct.pack(">II", len(header), 0) + header
"""
TELL = "_ = channel.send(0, frame(**{message!r}), marked=False)\nprint('after')"
ITEM = {"type": "display", "text": "heard"}
DISPLAYED = {"type": "displayed", "run_id": None, "node_index": None, "item": ITEM}
GROUP = os.getpgrp()

SUPERVISORS = {
    "a worker with the server's process group": {"type": "worker_started", "pid": GROUP},
    "the death of the worker": {"type": "died", "run_id": None, "exit_code": 1, "signal": None, "reason": "forged"},
    "a kernel that is ready": {
        "type": "ready", "version": "9", "implementation": "forged", "executable": "/forged", "prefix": "/forged",
        "pid": GROUP,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", SUPERVISORS)
async def test_what_only_the_supervisor_may_say_is_not_heard_of_a_script(client: Client, name: str) -> None:
    await run(client, "1")
    before = (await (await client.get("/api/session")).json())["kernel"]
    seen = await run(client, FORGE + TELL.format(message=SUPERVISORS[name]))
    assert (status(seen), texts(seen)) == ("ok", "after\n")
    assert "only the kernel's supervisor may say this" in texts(seen, "error")
    after = (await (await client.get("/api/session")).json())["kernel"]
    assert after == before
    seen = await run(client, "print(kept)")
    assert (status(seen), texts(seen)) == ("ok", "42\n")


async def test_a_run_that_says_that_it_died_goes_on(client: Client) -> None:
    forged = "frame(type='completed', run_id=json.loads(b'{' + channel_origin + b'}')['run_id'], status='died')"
    script = (
        FORGE + "output = next(one for one in gc.get_objects() if type(one).__name__ == 'LiveOutput')\n"
        f"channel_origin = output.origin().rpartition(b',')[0]\n_ = channel.send(0, {forged}, marked=False)\n"
        "print('after')"
    )
    seen = await run(client, script)
    assert (status(seen), texts(seen)) == ("ok", "after\n")
    assert "only the kernel's supervisor may say this" in texts(seen, "error")


ORIGIN = b'"type":"died","run_id":null,"exit_code":1,"signal":null,"reason":"forged"'
SENT = {"output": "6, b'', 1", "a step": "7, bytes(20), 3"}


@pytest.mark.parametrize("name", SENT)
async def test_an_origin_that_makes_another_message_is_not_heard(client: Client, name: str) -> None:
    seen = await run(client, f"{FORGE}_ = channel.send({SENT[name]}, {ORIGIN!r}), print('lost')\nprint(kept)")
    assert (status(seen), texts(seen)) == ("ok", "42\n")
    assert "only the kernel's supervisor may say this" in texts(seen, "error")
    seen = await run(client, "print(kept)")
    assert (status(seen), texts(seen)) == ("ok", "42\n")


async def test_what_a_worker_may_say_is_heard(client: Client) -> None:
    seen = await run(client, FORGE + TELL.format(message=DISPLAYED))
    assert (status(seen), texts(seen, "display"), texts(seen, "error")) == ("ok", "heard", "")


BROKEN = {
    "no frame": "b'no frame at all'",
    "a frame that is too long": "frame(type='cleared', run_id=None, node_index=None)[:-1]",
    "two frames": "frame(type='cleared', run_id=None, node_index=None) * 2",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_bytes_that_are_no_frame_end_the_worker_and_not_the_kernel(client: Client, name: str) -> None:
    seen = await run(client, f"{FORGE}_ = channel.send(0, {BROKEN[name]}, marked=False)\nwhile True: pass")
    assert status(seen) == "died"
    assert "wrote into its connection to rdit" in texts(seen, "error")
    assert texts(await run(client, "print(6 * 7)")) == "42\n"


LOST = {
    "a display that is none": "_ = channel.send(0, frame(type='displayed', item=5), marked=False)",
    "an unknown message": "_ = channel.send(0, frame(type='unknown'), marked=False)",
    "a reply that nobody asked for": "_ = channel.send(5, frame(type='reply', query_id='x'), marked=False)",
    "a step that is too short": "_ = channel.send(7, b'short', 3, b'')",
    "JSON that is nested too deeply": (
        f"header = json.dumps({DISPLAYED | {'item': {**ITEM, 'metadata': {'a': 'HERE'}}}}).encode()\n"
        "header = header.replace(b'\"HERE\"', b'[' * 970 + b']' * 970)\n"
        "_ = channel.send(0, struct.pack('>II', len(header), 0) + header, marked=False)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOST)
async def test_a_message_that_nobody_can_take_costs_none_of_those_behind_it(client: Client, name: str) -> None:
    seen = await run(client, f"{FORGE}{LOST[name]}\nprint('after')")
    assert (status(seen), texts(seen)) == ("ok", "after\n")
    assert (await client.get("/api/session")).status == 200
    seen = await run(client, "print(kept)")
    assert (status(seen), texts(seen)) == ("ok", "42\n")


async def test_a_display_that_is_nested_too_deeply_loses_its_data_alone(client: Client) -> None:
    nested = (
        f"header = json.dumps({DISPLAYED | {'item': {**ITEM, 'data': {'text/html': 'x', 'a': 'HERE'}}}}).encode()\n"
        "header = header.replace(b'\"HERE\"', b'[' * 200 + b']' * 200)\n"
        "_ = channel.send(0, struct.pack('>II', len(header), 0) + header, marked=False)"
    )
    seen = await run(client, f"{FORGE}{nested}\nprint('after')")
    assert (status(seen), texts(seen)) == ("ok", "after\n")
    assert texts(seen, "display").startswith("heard\n[rdit left out this display's data: the JSON is nested")
    assert not any("data" in event["item"] for event in seen if event["type"] == "output")


# ------------------------------------------------------------------------------------------ processes of others

SAY = """
def say(**fields):
    _ = channel.send(0, frame(**fields), marked=False)
"""
SAY_AS_SUPERVISOR = """
import os
pipe = os.open(f"/proc/{os.getppid()}/fd/1", os.O_WRONLY)
def say(**fields):
    os.write(pipe, frame(**fields))
"""
SPEAKERS = {"a worker": SAY, "the supervisor": SAY_AS_SUPERVISOR}
NAMES = "say(type='ready', version='', implementation='', executable='', prefix='', pid=PID)\n"
NAMES += "say(type='worker_started', pid=PID)\nprint('named')\n"
LOSSES = {
    "the run is interrupted": "import signal\nos.kill(os.getpid(), signal.SIGINT)",
    "the worker dies": "os.abort()",
    "the kernel dies": "import signal\nos.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass",
    "the kernel speaks nonsense": (
        "with open(f'/proc/{os.getppid()}/fd/1', 'wb', 0) as pipe: pipe.write(b'\\xff' * 64)\nwhile True: pass"
    ),
}
of_linux = pytest.mark.skipif(sys.platform != "linux", reason="a script reaches the supervisor's pipes through /proc")


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that rdit did not start, at the head of a process group of its own."""
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@of_linux
@pytest.mark.parametrize("speaker", SPEAKERS)
@pytest.mark.parametrize("loss", LOSSES)
async def test_a_process_that_a_script_names_as_its_own_lives_on_whatever_ends(
    client: Client, stranger: subprocess.Popen[bytes], speaker: str, loss: str
) -> None:
    """Nothing that is read from a kernel says whom to kill: the script may have written it, even as the supervisor."""
    naming = NAMES.replace("PID", str(stranger.pid))
    seen = await run(client, f"{FORGE}{SPEAKERS[speaker]}{naming}")
    assert (status(seen), texts(seen)) == ("ok", "named\n")
    seen = await run(client, f"import os\n{LOSSES[loss]}")
    assert status(seen) == ("interrupted" if "interrupted" in loss else "died")
    await assert_usable(client)  # the kernel that rdit did start is gone, where it had to be
    assert stranger.poll() is None
    await client.close()
    assert stranger.poll() is None


@of_linux
@pytest.mark.parametrize("named", ["{pid}", "-{pid}"], ids=["a process", "a group"])
async def test_a_process_that_a_forged_snapshot_names_as_its_worker_lives_on(
    client: Client, stranger: subprocess.Popen[bytes], named: str
) -> None:
    """The supervisor kills its worker's group at a reset, and takes for a worker only what descends from itself."""
    replies = f'struct.pack(">Bi", 1, {named.format(pid=stranger.pid)})'
    forging = "import os" + NURSERY + RESPONDER.format(replies=replies)
    for word in ("forged", "edited"):
        seen = await run(client, f"{forging}print({word!r})", fresh=True)
        assert (status(seen), texts(seen)) == ("ok", f"{word}\n"), texts(seen, "error")
    await assert_usable(client)
    assert stranger.poll() is None
