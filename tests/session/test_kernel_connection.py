"""A kernel that does not behave is told, replaced and always ended: real processes that misbehave on purpose."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from rdit.environments.launch import kernel_command, spawn_kernel
from rdit.errors import InterpreterFailed
from rdit.session.kernel.kernel_connection import KernelProcess, start_kernel
from rdit.session.runs import RunRequest
from rdit.session.session import Session
from rdit.settings import Settings

KERNELS = Path(__file__).parent.parent / "kernels"

OpenSession = Callable[..., Awaitable[Session]]


@pytest.fixture
async def open_session(settings: Settings, tmp_path: Path) -> AsyncIterator[OpenSession]:
    """Open sessions whose interpreter runs one of the misbehaving kernels, whatever it is asked to run."""
    sessions: list[Session] = []

    async def open_session(kernel: str, **changes: Any) -> Session:
        interpreter = tmp_path / kernel
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{KERNELS / kernel}.py"\n')
        interpreter.chmod(0o755)
        session = Session("main", replace(settings, python=interpreter, grace=0.1, **changes), settings.script)
        sessions.append(session)
        return session

    yield open_session
    await asyncio.gather(*(session.close() for session in sessions))


def run(session: Session, script: str = "anything") -> Any:
    return session.submit(RunRequest(script), collect=True)


def shown(session: Session) -> list[tuple[str, list[str]]]:
    return [
        (statement.state, [item.text() for item in statement.items]) for statement in session.state.statements.values()
    ]


async def until_dead(session: Session) -> str:
    subscription = session.subscribe()
    while session.state.kernel.state != "dead":
        await subscription.wait(60)
        subscription.read()
    return session.state.kernel.reason or ""


async def test_a_kernel_that_never_comes_up_is_given_up(open_session: OpenSession) -> None:
    session = await open_session("never_ready", start_timeout=0.5)
    waiting = run(session)
    with pytest.raises(InterpreterFailed, match=r"not up within 0\.5 seconds"):
        await session.ready()
    assert await waiting.finished == "died"
    assert "not up within" in waiting.problem
    assert session.state.kernel.state == "dead"


async def test_a_run_after_a_failed_start_tries_again(open_session: OpenSession) -> None:
    session = await open_session("never_ready", start_timeout=0.3)
    for _ in range(2):
        waiting = run(session)
        assert await waiting.finished == "died"


async def test_a_kernel_that_ignores_everything_but_sigkill_is_killed(open_session: OpenSession) -> None:
    session = await open_session("ignores_sigterm")
    await session.ready()
    kernel = session.owner.kernel
    assert kernel is not None
    await session.close()
    assert kernel.child.process.returncode == -signal.SIGKILL


async def test_a_kernel_that_dies_midway_ends_the_statement_with_what_it_had_printed(open_session: OpenSession) -> None:
    session = await open_session("dies_midway")
    dying = run(session)
    assert await dying.finished == "died"
    ((state, (printed, error)),) = shown(session)
    assert (state, printed) == ("failed", "so far\n")
    assert "killed by SIGKILL" in error
    assert "some trouble" in error
    await until_dead(session)


async def test_runs_that_waited_get_a_fresh_kernel(open_session: OpenSession) -> None:
    session = await open_session("dies_midway")
    assert [await waiting.finished for waiting in [run(session), run(session), run(session)]] == ["died"] * 3
    assert session.state.kernel.generation == 3


async def test_a_kernel_that_speaks_nonsense_is_replaced(open_session: OpenSession) -> None:
    session = await open_session("speaks_nonsense")
    assert await run(session).finished == "died"
    assert "not of rdit's kernel" in await until_dead(session)


async def test_a_reset_that_is_ignored_replaces_the_whole_kernel(open_session: OpenSession) -> None:
    session = await open_session("ignores_reset", reset_timeout=0.3)
    await session.ready()
    before = session.owner.kernel
    assert before is not None
    stuck = run(session)
    await asyncio.wait_for(session.reset(), 20)
    assert await stuck.finished == "interrupted"
    assert session.owner.kernel is not before
    assert before.child.process.returncode is not None
    assert session.state.kernel.state == "idle"


async def test_a_reset_works_during_a_flood_and_memory_is_bounded(open_session: OpenSession) -> None:
    session = await open_session("floods", reset_timeout=0.5, output_limit=100_000, event_budget=1_000_000)
    await session.ready()
    subscription = session.subscribe(window=2000)
    flood = run(session)
    while (running := session.state.running()) is None or not any(item.dropped for item in running.items):
        await subscription.wait(20)
        assert len(subscription.read()) < 100_000
    assert session.log._size < 1_100_000
    await asyncio.wait_for(session.reset(), 20)
    assert await flood.finished == "interrupted"


async def test_closing_a_session_that_is_just_starting_leaves_no_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes: list[subprocess.Popen[bytes]] = []

    def spawn(command: Sequence[str], directory: Path) -> subprocess.Popen[bytes]:
        processes.append(spawn_kernel(command, directory))
        return processes[-1]

    monkeypatch.setattr("rdit.session.kernel.kernel_owner.spawn_kernel", spawn)
    for turns in range(8):
        session = Session("main", settings, settings.script)
        for _ in range(turns * 3):
            await asyncio.sleep(0)
        await session.close()
    assert processes
    assert all(process.returncode is not None for process in processes)


async def test_a_reset_and_an_interrupt_before_the_kernel_is_up_are_fine(settings: Settings) -> None:
    session = Session("main", settings, settings.script)
    try:
        dropped = run(session)
        session.interrupt()
        assert await dropped.finished == "interrupted"
        dropped = run(session)
        await session.reset()
        assert await dropped.finished == "interrupted"
        assert await run(session, "1").finished == "ok"
    finally:
        await session.close()


@asynccontextmanager
async def real_kernel(received: list[Any]) -> AsyncIterator[KernelProcess]:
    command = kernel_command(Path(sys.executable))
    async with start_kernel(
        lambda: spawn_kernel(command, Path.cwd()), lambda batch: received.extend(m for m, _ in batch), grace=60
    ) as kernel:
        yield kernel


async def test_a_kernel_ends_with_its_block_and_tells_why_when_it_ends_before() -> None:
    received: list[Any] = []
    async with real_kernel(received) as kernel:
        os.kill(kernel.child.process.pid, signal.SIGKILL)
        assert await kernel.ended == "It was killed by SIGKILL."
    async with real_kernel(received) as kernel:
        pass
    assert kernel.child.process.returncode == 0
    assert await kernel.ended


async def test_a_process_that_a_kernel_names_is_not_the_servers_to_kill(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind ssh its number belongs to another machine."""
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)  # noqa: ASYNC220
    try:
        monkeypatch.setenv("WORKER_PID", str(stranger.pid))
        session = await open_session("names_a_stranger")
        await session.ready()
        await session.close()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_an_interpreter_that_is_not_there_is_told() -> None:
    with pytest.raises(InterpreterFailed, match="No such file"):
        async with start_kernel(lambda: spawn_kernel(["/no/such/python"], Path.cwd()), print, grace=1):
            pass
