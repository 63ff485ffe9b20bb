"""A child process ends with its block, one way or another, and says why when it ends before."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from rdit.processes.child import Child, start_child


def python(code: str) -> Callable[[], subprocess.Popen[bytes]]:
    """Return what starts a Python that runs *code*."""
    return lambda: subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )


class Output:
    """What a child has written."""

    def __init__(self) -> None:
        self.data = b""
        self._came = asyncio.Event()

    def __call__(self, data: bytes) -> None:
        self.data += data
        self._came.set()

    async def until(self, text: bytes) -> None:
        while text not in self.data:
            self._came.clear()
            await self._came.wait()


ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
STUBBORN = (
    "import os, signal\nsignal.signal(signal.SIGTERM, {handler})\nprint('up', flush=True)\nwhile True: signal.pause()"
)


async def test_what_is_written_to_it_and_what_it_writes_arrive() -> None:
    output = Output()
    async with start_child(python(ECHO), output, grace=5) as child:
        child.write(b"one\n")
        child.write(b"two\n")
        await output.until(b"one\ntwo\n")
    assert child.process.returncode == 0
    assert await child.ended == "It ended with exit status 0."


@pytest.mark.parametrize(
    ("handler", "grace", "status"),
    [
        ("signal.SIG_DFL", 0.1, -signal.SIGTERM),
        ("lambda *_: os._exit(7)", 5, 7),  # in which an interpreter can end on a busy machine
        ("signal.SIG_IGN", 0.1, -signal.SIGKILL),
    ],
)
async def test_one_that_does_not_end_with_its_input_is_terminated_and_then_killed(
    handler: str, grace: float, status: int
) -> None:
    output = Output()
    async with start_child(python(STUBBORN.format(handler=handler)), output, grace=grace) as child:
        await output.until(b"up")
    assert child.process.returncode == status


async def test_its_exit_status_and_its_last_words_are_told() -> None:
    async with start_child(python("raise SystemExit('no licence\\nfor this')"), Output(), grace=1) as child:
        assert await child.ended == "It ended with exit status 1. Its last words: for this"


async def test_a_failure_kills_it_and_is_the_reason_that_is_told() -> None:
    output = Output()
    async with start_child(python(STUBBORN.format(handler="signal.SIG_IGN")), output, grace=1) as child:
        await output.until(b"up")
        child.fail("It speaks nonsense.")
        child.fail("Something else.")
        assert await child.ended == "It speaks nonsense."


async def test_one_that_closes_its_output_has_failed() -> None:
    code = "import os, time\nos.close(1)\ntime.sleep(60)"
    async with start_child(python(code), Output(), grace=1) as child:
        assert await child.ended == "It closed its output pipe."


async def test_it_has_not_ended_while_its_last_output_waits_to_be_handled() -> None:
    output = Output()
    async with start_child(python("print('last')"), output, grace=1) as child:
        await output.until(b"last")
        child.pause_output(True)
        await asyncio.to_thread(child.process.wait)
        await asyncio.wait([child.ended], timeout=0.7)  # longer than it waits for the end of the output
        assert not child.ended.done()
        child.pause_output(False)
        assert await child.ended == "It ended with exit status 0."


async def test_output_that_something_else_keeps_open_does_not_hold_up_the_end() -> None:
    code = "import subprocess, sys\nprint(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    output = Output()
    async with start_child(python(code), output, grace=1) as child:
        assert await child.ended == "It ended with exit status 0."
    os.kill(int(output.data), signal.SIGKILL)


async def test_what_it_no_longer_reads_is_lost() -> None:
    async with start_child(python(""), Output(), grace=1) as child:
        await child.ended
        child.write(b"to nobody" * 100_000)


async def test_a_thread_waits_for_it_where_there_are_no_descriptors_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    async with start_child(python("raise SystemExit(3)"), Output(), grace=1) as child:
        assert await child.ended == "It ended with exit status 3."


async def test_one_that_was_started_before_the_event_loop_can_be_joined_to_it() -> None:
    output = Output()
    process = python("print('early')")()
    process.wait()
    child = Child(process, output)
    await child.connect()
    assert await child.ended == "It ended with exit status 0."
    assert output.data == b"early\n"
    await child.stop(0)


async def test_cancelled_while_it_starts_it_is_ended() -> None:
    started: list[subprocess.Popen[bytes]] = []
    starts, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def start() -> subprocess.Popen[bytes]:
        loop.call_soon_threadsafe(starts.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
        started.append(python(ECHO)())
        return started[-1]

    async def keep() -> None:
        async with start_child(start, Output(), grace=1):
            pytest.fail("the block does not begin")

    task = asyncio.create_task(keep())
    await starts.wait()
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert started[0].returncode == -signal.SIGKILL
