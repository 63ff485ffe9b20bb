"""Where the supervisor cannot become the parent of orphans, no copies are made, and fresh runs begin at the top."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from rdit.protocol.messages import Declined, LookBack, LookedBack, WorkerStarted

from ..driving import Kernel, Transcript, running_kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")


async def fresh(kernel: Kernel, script: str) -> Transcript:
    transcript = await kernel.request(script, (None, None), fresh=True)  # type: ignore[arg-type]
    await kernel.follow(transcript)
    return transcript


def processes(word: str) -> list[str]:
    """Return the processes that have *word* in their environment."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            if word.encode() in (one / "environ").read_bytes():
                found.append(one.name)
    return found


async def test_without_ctypes_edits_run_from_the_top_and_no_process_is_left(tmp_path: Path) -> None:
    stub = tmp_path / "without"
    stub.mkdir()
    (stub / "ctypes.py").write_text("raise ImportError('this Python was built without it')")
    script = "import time\nprint('top')\n" + "time.sleep(0.1)\n" * 2
    async with running_kernel(sys.executable, tmp_path / "script.py", tmp_path, PYTHONPATH=str(stub)) as kernel:
        for number in range(4):
            run = await fresh(kernel, script + f"print({number})")
            assert run.status == "ok"
            assert run.text() == (f"top\n{number}\n")
            told = [(one.node_index, one.reason) for one in run.messages if isinstance(one, Declined)]
            assert told == [(0, "this system makes no copies of a process")]
            assert [one.resumed_at for one in run.messages if isinstance(one, WorkerStarted)] in ([], [None])
        await kernel.send(LookBack("look", 0, len(script)), body=f"{script}time".encode())
        assert "makes no copies" in ((await kernel.until(LookedBack)).problem or "")
        assert len(processes(str(stub))) == 2
        descriptors = Path(f"/proc/{kernel.process.pid}/fd")
        before = len([*descriptors.iterdir()])
        for number in range(10, 14):
            await fresh(kernel, script + f"print({number})")
        assert len([*descriptors.iterdir()]) <= before + 1
