"""Fresh runs: what is kept, where the process goes on, and what becomes of snapshots; through a real kernel."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest

from rdit.protocol.messages import (
    Abandon,
    Check,
    Checked,
    Declined,
    Interrupt,
    Planned,
    Replaced,
    Reset,
    Run,
    Touched,
    Yield,
)
from rdit.protocol.messages import WorkerStarted as Started

from ..driving import Kernel, StatementFinished, StatementStarted, Transcript

needs_copies = pytest.mark.skipif(sys.platform != "linux", reason="snapshots need Linux")
SLOW = "import time\ntime.sleep(0.1)\n"
"""Takes longer than what is run again rather than kept."""


async def fresh(kernel: Kernel, script: str, *, to: int | None = None, **options: object) -> Transcript:
    """Run *script* fresh, up to the line *to*."""
    transcript = await kernel.request(script, (None, to), fresh=True, **options)  # type: ignore[arg-type]
    await kernel.follow(transcript)
    return transcript


async def edited(kernel: Kernel, before: str, after: str, end: str = "") -> Transcript:
    """Run *before* and *after* fresh, and *after* again with *end*: a snapshot is kept of the place of an edit."""
    await fresh(kernel, before)
    await fresh(kernel, after)
    return await fresh(kernel, after + end)


def plan_of(run: Transcript) -> Planned:
    return [message for message in run.messages if isinstance(message, Planned)][-1]


def kept(run: Transcript) -> int:
    return plan_of(run).kept


def ran(run: Transcript) -> list[int]:
    """Return the statements that ran, after the newest plan."""
    start = run.messages.index(plan_of(run))
    return [message.node_index for message in run.messages[start:] if isinstance(message, StatementFinished)]


def resumed_at(run: Transcript) -> int | None:
    """Return where the newest worker went on; None when none came."""
    workers = [message for message in run.messages if isinstance(message, Started)]
    return workers[-1].resumed_at if workers else None


async def until_statement(kernel: Kernel, run: Transcript, index: int) -> None:
    while (await kernel.follow(run, StatementStarted)).node_index != index:
        continue


async def children(pid: int) -> list[int]:
    """Return the children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


# ----------------------------------------------------------------------------------------------------- what is kept


async def test_the_first_fresh_run_runs_everything(kernel: Kernel) -> None:
    run = await fresh(kernel, "a = 1\nprint(a)")
    assert (kept(run), ran(run), run.text(), run.status) == (0, [0, 1], "1\n", "ok")
    assert plan_of(run).fresh


async def test_what_is_as_it_would_be_does_not_run_again(kernel: Kernel) -> None:
    await fresh(kernel, "a = 1\nprint(a)")
    run = await fresh(kernel, "a = 1\nprint(a)")
    assert (kept(run), len(run.plan), ran(run), run.status) == (2, 2, [], "ok")


async def test_comments_and_layout_change_nothing(kernel: Kernel) -> None:
    await fresh(kernel, "a = [1, 2]\nprint(a)")
    run = await fresh(kernel, "# first\n\na = [1,\n     2]  # two\n\nprint( a )\n")
    assert (kept(run), ran(run)) == (2, [])
    assert run.plan == [(0, 3, 4), (1, 6, 6)]


async def test_what_is_added_at_the_end_runs_in_the_same_process(kernel: Kernel) -> None:
    await fresh(kernel, "import os\npid = os.getpid()")
    run = await fresh(kernel, "import os\npid = os.getpid()\nprint(pid == os.getpid())")
    assert (kept(run), ran(run), run.text(), resumed_at(run)) == (2, [2], "True\n", None)


async def test_stepping_down_a_script_runs_each_statement_once(kernel: Kernel) -> None:
    script = "n = 0\nn += 1\nn += 1\nprint(n)"
    for line in (1, 2, 3, 4):
        run = await fresh(kernel, script, to=line)
        assert (kept(run), len(run.plan), ran(run)) == (line - 1, line, [line - 1])
    assert run.text() == "2\n"


async def test_a_fresh_run_up_to_a_line_that_is_passed_keeps_everything(kernel: Kernel) -> None:
    script = "n = 1\nn += 1\nprint(n)"
    await fresh(kernel, script)
    run = await fresh(kernel, script, to=2)
    assert (kept(run), len(run.plan), ran(run)) == (2, 2, [])
    run = await fresh(kernel, script + "\nprint(n)")
    assert (kept(run), ran(run), run.text()) == (3, [3], "2\n")


async def test_a_change_in_place_is_undone_before_the_statement_runs_again(kernel: Kernel) -> None:
    await fresh(kernel, SLOW + "values = []\nvalues.append(1)\nprint(values)")
    run = await fresh(kernel, SLOW + "values = []\nvalues.append(2)\nprint(values)")
    assert run.text() == "[2]\n"


async def test_a_statement_that_is_asked_for_again_runs_again_on_its_own_beginning(kernel: Kernel) -> None:
    script = SLOW + "values = []\nvalues.append(1); print(values)\nprint('below')"
    await fresh(kernel, script)
    for _ in range(3):
        run = await fresh(kernel, script, to=4, again_line=4)
        assert run.text() == "[1]\n"
    run = await fresh(kernel, script)
    assert run.text() == "below\n"


async def test_a_statement_that_was_removed_has_left_nothing(kernel: Kernel) -> None:
    await fresh(kernel, "a = 1\nb = 2")
    run = await fresh(kernel, "a = 1")
    assert run.status == "ok"
    run = await fresh(kernel, "a = 1\nprint('b' in globals())")
    assert run.text() == "False\n"


async def test_an_error_is_kept_and_what_is_below_it_does_not_run(kernel: Kernel) -> None:
    script = "a = 1\n1 / 0\nprint('never')"
    run = await fresh(kernel, script)
    assert (run.status, ran(run)) == ("error", [0, 1])
    run = await fresh(kernel, script)
    assert (run.status, kept(run), ran(run)) == ("error", 2, [])
    run = await fresh(kernel, script + "\nprint('no')")
    assert (run.status, kept(run), ran(run)) == ("error", 2, [])
    run = await fresh(kernel, script.replace("1 / 0", "1 / 1;"))
    assert (run.status, run.text()) == ("ok", "never\n")


async def test_an_exit_is_kept_with_its_code(kernel: Kernel) -> None:
    await fresh(kernel, "import sys\nsys.exit(3)\nprint('never')")
    run = await fresh(kernel, "import sys\nsys.exit(3)\nprint('never')")
    assert (run.status, run.completed.exit_code, kept(run), ran(run)) == ("exited", 3, 2, [])


async def test_an_interrupted_statement_runs_again(kernel: Kernel, script_path: Path) -> None:
    script = "import os, time\nif not os.path.exists('quick'): time.sleep(60)\nprint('done')"
    run = await kernel.request(script, fresh=True)
    await until_statement(kernel, run, 1)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert run.status == "interrupted"
    (script_path.parent / "quick").touch()
    run = await fresh(kernel, script)
    assert (kept(run) <= 1, run.text()) == (True, "done\n")


async def test_a_text_that_does_not_compile_changes_nothing(kernel: Kernel) -> None:
    await fresh(kernel, "a = 1\nprint(a)")
    run = await fresh(kernel, "a = 1\nprint(a")
    assert (run.status, plan_of(run).fresh, [item.type for item in run.items]) == ("error", False, ["error"])
    run = await fresh(kernel, "a = 1\nprint(a)\nprint(a + 1)")
    assert (kept(run), run.text()) == (2, "2\n")


async def test_what_is_broken_below_the_last_line_that_is_wanted_does_not_matter(kernel: Kernel) -> None:
    run = await fresh(kernel, "a = 1\nprint(a)\nprint(", to=2)
    assert (run.status, run.text()) == ("ok", "1\n")


async def test_a_run_in_the_state_as_it_is_ends_the_run_of_one_text(kernel: Kernel) -> None:
    script = "a = 1\nprint(a)"
    await fresh(kernel, script)
    run = await kernel.run("a = 2")
    assert run.status == "ok"
    run = await kernel.run("print(a)")
    assert run.text() == "2\n"
    run = await fresh(kernel, script + "\nprint(a)")
    assert run.text("stdout").endswith("1\n")
    assert "2" not in run.text()


async def test_results_that_are_not_whole_run_again(kernel: Kernel) -> None:
    script = "print(1)\nprint(2)\nprint(3)"
    await fresh(kernel, script)
    run = await fresh(kernel, script, redo=[1])
    assert (kept(run) <= 1, run.text().endswith("2\n3\n")) == (True, True)


async def test_a_result_that_names_lines_runs_again_when_it_has_moved(kernel: Kernel) -> None:
    script = "a = 1\nprint('at a line')\nprint('below')"
    await fresh(kernel, script)
    run = await fresh(kernel, "\n" + script, shows_lines=[1])
    assert kept(run) <= 1
    run = await fresh(kernel, "\n" + script)
    assert kept(run) == 3


async def test_a_traceback_names_the_lines_of_the_newer_text(kernel: Kernel) -> None:
    await fresh(kernel, SLOW + "def f():\n    raise ValueError\nprint('x')")
    run = await fresh(kernel, "# moved\n\n" + SLOW + "def f():\n    raise ValueError\nprint('x')\nf()")
    assert run.status == "error"
    assert "line 6, in f" in run.errors[0].text


async def test_an_edited_function_that_nothing_has_used_is_defined_anew(kernel: Kernel) -> None:
    await fresh(kernel, "def f():\n    return 1\n" + SLOW + "print(f())")
    run = await fresh(kernel, "def f():\n    return 2\n" + SLOW + "print(f())")
    assert run.text() == "2\n"
    if sys.platform == "linux":
        assert kept(run) == 3


async def test_a_warning_that_python_shows_once_is_shown_once(kernel: Kernel) -> None:
    script = "import warnings\ndef warn():\n    warnings.warn('careful')\nwarn()\n"
    run = await fresh(kernel, script)
    assert run.text("stderr").count("careful") >= 1
    run = await fresh(kernel, script + "warn()\n")
    assert run.text("stderr") == ""


# -------------------------------------------------------------------------------------------------------- snapshots


@needs_copies
async def test_a_run_goes_on_from_before_the_edit(kernel: Kernel) -> None:
    script = "import os\npid = os.getpid()\n" + "import time\n" + "time.sleep(0.1)\n" * 5
    await fresh(kernel, script + "print('a')")
    run = await fresh(kernel, script + "print('b', pid != os.getpid())")
    assert resumed_at(run) == kept(run) > 0  # how near to the edit says how busy the machine is
    assert run.text() == "b True\n"


@needs_copies
async def test_the_second_edit_at_one_place_runs_nothing_else(kernel: Kernel) -> None:
    script = "n = 0\n" + "n += 1\n" * 50
    await fresh(kernel, script + "print(n)")
    await fresh(kernel, script + "print(n, 1)")
    run = await fresh(kernel, script + "print(n, 2)")
    assert (ran(run), run.text()) == ([51], "50 2\n")


@needs_copies
async def test_a_snapshot_is_kept_of_the_statement_at_the_cursor(kernel: Kernel) -> None:
    script = "n = 0\n" + "n += 1\n" * 20
    await fresh(kernel, script, focus_line=11)
    run = await fresh(kernel, script, again_line=11, to=11)
    assert (ran(run), resumed_at(run)) == ([10], 10)


@needs_copies
async def test_a_snapshot_that_was_killed_is_passed_over(kernel: Kernel) -> None:
    script = "import time\n" + "time.sleep(0.1)\n" * 6
    await fresh(kernel, script + "print('a')")
    assert kernel.worker is not None
    assert kernel.ready is not None
    parked = [pid for pid in await children(kernel.ready.pid) if pid != kernel.worker.pid]
    assert len(parked) >= 3
    os.kill(max(parked), signal.SIGKILL)
    run = await fresh(kernel, script + "print('b')")
    assert run.text() == "b\n"
    assert 0 < kept(run) < 7
    for pid in await children(kernel.ready.pid):
        if kernel.worker is not None and pid != kernel.worker.pid:
            os.kill(pid, signal.SIGKILL)
    run = await fresh(kernel, script + "print('c')")
    assert (kept(run), run.text()) == (0, "c\n")


@needs_copies
async def test_no_process_is_left_when_the_supervisor_is_killed(kernel: Kernel) -> None:
    script = "import time\n" + "time.sleep(0.1)\n" * 6
    await fresh(kernel, script + "print('a')")
    await fresh(kernel, script + "print('b')")
    assert kernel.ready is not None
    pids = await children(kernel.ready.pid)
    assert len(pids) > 3
    ends = [os.pidfd_open(pid) for pid in pids]
    kernel.process.kill()
    loop = asyncio.get_running_loop()
    for end in ends:
        ended = asyncio.Event()
        loop.add_reader(end, ended.set)
        await asyncio.wait_for(ended.wait(), 60)
        loop.remove_reader(end)
        os.close(end)


@needs_copies
async def test_many_edits_leave_no_process_and_no_descriptor(kernel: Kernel) -> None:
    script = "import time\n" + "time.sleep(0.1)\n" * 3
    assert kernel.ready is not None
    open_files = Path(f"/proc/{kernel.ready.pid}/fd")

    async def after(edits: range) -> tuple[int, int]:
        for number in edits:
            run = await fresh(kernel, script + f"print({number})")
            assert run.text() == f"{number}\n"
        return len(await children(kernel.ready.pid)), len(list(open_files.iterdir()))  # type: ignore[union-attr]

    processes, descriptors = await after(range(20))
    more_processes, more_descriptors = await after(range(20, 120))
    assert more_processes <= processes + 1
    assert more_descriptors <= descriptors + 10


@needs_copies
async def test_a_reset_and_another_name_drop_what_they_make_untrue(kernel: Kernel, tmp_path: Path) -> None:
    script = "import sys, time\n" + "time.sleep(0.1)\n" * 3
    await fresh(kernel, script + "print('a')")
    await kernel.send(Reset())
    await kernel.until(Started)
    run = await fresh(kernel, script + "print('b')")
    assert kept(run) == 0
    await kernel.reopen(tmp_path / "other.py")
    run = await fresh(kernel, script + "print(sys.argv)")
    assert (kept(run), run.text().count("other.py")) == (0, 1)
    await kernel.reopen(tmp_path / "other.py", "--fast")
    run = await fresh(kernel, script + "print(sys.argv[1:])")
    assert (kept(run), run.text()) == (0, "['--fast']\n")


@needs_copies
async def test_hooks_on_forks_and_children_are_as_without_snapshots(kernel: Kernel) -> None:
    script = (
        "import os, random, signal, time\n"
        "os.register_at_fork(before=lambda: print('before'), after_in_child=lambda: print('child'))\n"
        "signal.signal(signal.SIGCHLD, lambda *_: print('SIGCHLD'))\n"
        "random.seed(1)\n"
        "time.sleep(0.1)\n"
        "try:\n    os.wait()\nexcept ChildProcessError:\n    print('none')\n"
        "print(random.random())\n"
    )
    first = await fresh(kernel, script)
    assert "before" not in first.text()
    assert "SIGCHLD" not in first.text()
    again = script.replace("print(random.random())", "print(random.random(), 1)")
    await fresh(kernel, again)
    for edit in (again.replace(", 1", ", 2"), script):
        run = await fresh(kernel, edit)
        assert (kept(run), run.text().split()[0]) == (6, first.text().split()[-1])


@needs_copies
async def test_what_rdit_does_for_a_figure_is_no_side_effect_of_the_script(kernel: Kernel) -> None:
    plot = "fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()\n"
    run = await fresh(kernel, "import matplotlib.pyplot as plt\n" + plot + "import os\nos.getpid();")
    assert run.shown_figures()
    told = [message for message in run.messages if isinstance(message, Touched) and message.node_index > 0]
    assert not [effect for message in told for effect in message.effects]
    run = await fresh(kernel, "import os\nif os.fork() == 0: os._exit(0)\nos.wait();")
    assert [message.effects for message in run.messages if isinstance(message, Touched)] == [
        ["started a copy of the script"]
    ]


@needs_copies
async def test_a_pipe_holds_what_was_written_since_the_run_went_on(kernel: Kernel) -> None:
    begin = f"import os\nr, w = os.pipe()\n{SLOW}"
    use = "n = os.write(w, b'{}')\nprint(os.read(r, 2))\n"
    await edited(kernel, begin + use.format("abcd"), begin + use.format("efgh"))
    run = await fresh(kernel, begin + use.format("ijkl"))
    assert run.text() == "b'ij'\n"
    assert resumed_at(run) is not None


@needs_copies
async def test_a_pipe_ends_when_the_script_closes_it_whatever_copies_there_are(kernel: Kernel) -> None:
    begin = f"import os\nr, w = os.pipe()\n{SLOW}n = os.write(w, b'a')\nos.close(w)\n"
    end = "print(os.read(r, {}), os.read(r, 1), os.read(r, 1))\n"
    await edited(kernel, begin + end.format(1), begin + end.format(2))
    run = await fresh(kernel, "import os\nr, w = os.pipe()\n" + SLOW + "os.close(r)\nn = os.write(w, b'a')\n")
    assert resumed_at(run) is not None
    assert [item.text.rstrip().rpartition("\n")[2] for item in run.errors] == [
        "BrokenPipeError: [Errno 32] Broken pipe"
    ]


@needs_copies
async def test_without_descriptors_left_no_copy_is_made_and_the_script_goes_on(kernel: Kernel) -> None:
    begin = f"import resource\n{SLOW}resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\nopened = []\n"
    takes = "try:\n    while True:\n        opened.append(open('/dev/null'))\nexcept OSError as error:\n    print(error.errno)\n"
    run = await fresh(kernel, begin + takes + SLOW + "print(1)")
    assert (run.status, run.text()) == ("ok", "24\n1\n")
    run = await fresh(kernel, begin + takes + SLOW + "print(2)")
    assert (run.status, run.text()) == ("ok", "24\n2\n")
    reasons = [message.reason for message in run.messages if isinstance(message, Declined)]
    assert reasons == ["the script has as many files open as it may"]
    run = await fresh(kernel, begin + takes + "opened.clear()\n" + SLOW + "print(3)")
    assert (run.status, run.text()) == ("ok", "24\n3\n")


@needs_copies
async def test_a_supervisor_short_of_descriptors_gives_up_snapshots_and_runs_from_the_top(kernel: Kernel) -> None:
    begin = f"k = 0\n{SLOW}print(k)\n{SLOW}"
    await edited(kernel, begin + "print(1)", begin + "print(2)")
    pid = kernel.process.pid
    used = len([*Path(f"/proc/{pid}/fd").iterdir()])
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 10, used + 10))  # pipes for one more worker take 16
    for number in range(3, 6):
        run = await fresh(kernel, begin + f"print({number})")
        assert (run.status, run.text()) == ("ok", f"0\n{number}\n")
        assert resumed_at(run) is None


@needs_copies
async def test_a_file_that_was_locked_is_free_for_a_run_from_the_top(kernel: Kernel) -> None:
    locks = f"import fcntl\nf = open('lock', 'a')\n{SLOW}fcntl.flock(f, fcntl.LOCK_EX)\n{SLOW}"
    await edited(kernel, locks + "print(1)", locks + "print(2)")
    run = await fresh(kernel, "print('above')\n" + locks + "print(3)")
    assert (run.status, run.text()) == ("ok", "above\n3\n")


@needs_copies
async def test_a_script_that_listens_to_audit_events_hears_of_no_copy(kernel: Kernel) -> None:
    doings = "('os.fork', 'os.listdir', 'socket.__new__', 'socket.sendmsg')"
    begin = (
        f"import sys\nheard = []\nsys.addaudithook(lambda event, _: event in {doings} and heard.append(event))\n{SLOW}"
    )
    await edited(kernel, begin + "print(heard)", begin + "print(1, heard)")
    run = await fresh(kernel, begin + "print(2, heard)")
    assert run.text() == "2 []\n"


@needs_copies
async def test_output_streams_that_the_script_has_duplicated_go_on(kernel: Kernel) -> None:
    script = "import os, time\nsaved = os.dup(1)\ntime.sleep(0.1)\n"
    run = await edited(kernel, script + "1", script + "2", "\nos.write(saved, b'b\\n');")
    assert (kept(run), run.text()) == (4, "b\n")


@needs_copies
async def test_input_and_interrupts_work_in_a_process_that_goes_on(kernel: Kernel) -> None:
    from rdit.protocol.messages import Answer, InputRequested

    await fresh(kernel, SLOW + "x = 1")
    run = await kernel.request(SLOW + "x = input('? ')\nprint(x)\nwhile True: pass", fresh=True, interactive=True)
    await kernel.follow(run, InputRequested)
    await kernel.send(Answer("yes"))
    await until_statement(kernel, run, 4)
    await kernel.send(Interrupt())
    await kernel.follow(run)
    assert (resumed_at(run), run.status) == (2, "interrupted")
    assert "yes\n" in run.text()


@needs_copies
async def test_a_process_that_goes_on_and_dies_is_replaced_by_one_from_the_top(kernel: Kernel, tmp_path: Path) -> None:
    script = "import os, signal, time\ntime.sleep(0.1)\n"
    await fresh(kernel, script + "print('a')")
    once = "if not os.path.exists('once'): os.mkdir('once'); os.kill(os.getpid(), signal.SIGKILL)\n"
    run = await fresh(kernel, script + once + "print('b')")
    assert [type(message) for message in run.messages if isinstance(message, Replaced)] == [Replaced]
    assert (run.status, kept(run), ran(run), run.text()) == ("ok", 0, [0, 1, 2, 3], "b\n")
    run = await fresh(kernel, script + once + "print('c')")
    assert run.text() == "c\n"


@needs_copies
async def test_a_process_that_goes_on_and_waits_for_ever_is_replaced(kernel: Kernel) -> None:
    script = "import os, threading, time\ntime.sleep(0.1)\n"
    await fresh(kernel, script + "print('a')")
    stuck = (
        "lock = threading.Lock()\nlock.acquire();\nif not os.path.exists('once'): os.mkdir('once'); lock.acquire()\n"
    )
    run = await fresh(kernel, script + stuck + "print('b')")
    assert any(isinstance(message, Replaced) for message in run.messages)
    assert (run.status, run.text()) == ("ok", "b\n")


@needs_copies
async def test_an_edit_that_is_undone_goes_on_from_what_was_kept_of_the_former_text(kernel: Kernel) -> None:
    script = "n = 0\n" + "n += 1\n" * 20 + "print(n)\n"
    end = script + "print(n + 1)\n"
    await edited(kernel, script, end)
    await fresh(kernel, script + "print(n + 2)\n")  # a snapshot is kept of the last statement
    await fresh(kernel, end.replace("n = 0", "n = 5"))
    run = await fresh(kernel, end)
    assert (kept(run), ran(run), run.text()) == (22, [22], "21\n")


# ------------------------------------------------------------------------------------------ while something runs


async def test_a_run_yields_at_the_end_of_its_statement(kernel: Kernel) -> None:
    script = "import time\ntime.sleep(0.2)\ntime.sleep(0.2)\ntime.sleep(60)"
    run = await kernel.request(script, fresh=True)
    await until_statement(kernel, run, 1)
    await kernel.send(Yield(run.run_id))
    await kernel.follow(run)
    assert run.status == "superseded"
    last = max(ran(run))
    assert last < 3
    run = await fresh(kernel, script.replace("60", "0") + "\nprint('below')")
    assert (kept(run), run.text(), resumed_at(run)) == (last + 1, "below\n", None)


async def test_an_abandoned_run_ends_at_once_and_the_next_goes_on_from_before(kernel: Kernel) -> None:
    script = SLOW + "if True:\n    print('it runs')\n    time.sleep(60)"
    run = await kernel.request(script, fresh=True)
    await kernel.until_written("it runs", run)
    await kernel.send(Abandon(run.run_id))
    await kernel.follow(run)
    assert run.status == "superseded"
    run = await fresh(kernel, SLOW + "print('quick')")
    assert run.text() == "quick\n"
    if sys.platform == "linux":
        assert kept(run) == 2


@needs_copies
@pytest.mark.parametrize("kind", [Yield, Abandon])
async def test_a_run_that_waits_for_a_snapshot_makes_room_for_a_newer_one(
    kernel: Kernel, kind: type[Yield] | type[Abandon]
) -> None:
    script = "import time\n" + "time.sleep(0.1)\n" * 3
    await fresh(kernel, script + "print(1)")
    pid = resumed_pid = None
    for number in range(3):
        run, newer = Transcript(f"old-{number}"), Transcript(f"new-{number}")
        await kernel.send(Run(run.run_id, fresh=True), body=f"{script}time.sleep(60)".encode())
        await kernel.send(kind(run.run_id), Run(newer.run_id, fresh=True), body=f"{script}print({number + 2})".encode())
        await kernel.follow(run)
        assert run.status == "superseded"
        await kernel.follow(newer)
        assert (newer.status, newer.text()) == ("ok", f"{number + 2}\n")
        assert kernel.worker is not None
        pid, resumed_pid = resumed_pid, kernel.worker.pid
    assert pid is not None
    assert not Path(f"/proc/{pid}").exists()


async def test_a_check_is_answered_while_the_script_runs(kernel: Kernel) -> None:
    first, second = "import time\ntime.sleep(60)\nprint(1)", "import time\ntime.sleep(60)\nprint(2)\nprint(3)"
    run = await kernel.request(first, fresh=True)
    await until_statement(kernel, run, 1)
    await kernel.send(Check("q", len(first)), body=(first + second).encode())
    checked = await kernel.until(Checked)
    assert (checked.query_id, checked.count, checked.first_changed, checked.problem) == ("q", 4, 2, None)
    await kernel.send(Check("r", len(first)), body=(first + first + "(").encode())
    checked = await kernel.until(Checked)
    assert checked.problem is not None
    assert checked.problem_line == 3
    await kernel.send(Interrupt())
    with suppress(EOFError):
        await kernel.follow(run)


async def test_a_run_that_waits_for_a_snapshot_can_be_reset(kernel: Kernel) -> None:
    script = "import time\n" + "time.sleep(0.1)\n" * 3
    await fresh(kernel, script + "print(1)")
    run = Transcript("both")
    await kernel.send(Run("both", fresh=True), body=(script + "time.sleep(60)").encode())
    await kernel.send(Reset())
    await kernel.follow(run)
    assert run.status == "interrupted"
    again = await fresh(kernel, "print('on')")
    assert again.text() == "on\n"


async def test_where_nobody_can_know_what_a_statement_touched_it_runs_again(kernel: Kernel) -> None:
    script = "import os\nget = os.environ.get\nos.environ = None\nopen('data.txt', 'w').close();\n"
    await fresh(kernel, script + "1;")
    run = await fresh(kernel, script + "2;")
    assert run.status == "ok"
    assert kept(run) <= 3


async def test_a_stopwatch_goes_on_where_the_script_has_wrapped_it(every_kernel: Kernel) -> None:
    """The script's `functools` is not the one that rdit has imported: it has another `partial`."""
    script = dedent("""\
    import time
    from functools import partial
    class Static:
        clock = staticmethod(time.monotonic)
    watch = partial(time.perf_counter)
    last = 1
    print(watch.func is time.perf_counter, Static.clock is time.monotonic, "first")
    """)
    await every_kernel.run(script, fresh=True, focus_line=7)
    run = await every_kernel.run(script.replace("first", "second"), fresh=True)
    assert run.text() == "True True second\n"
