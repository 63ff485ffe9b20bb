"""What tests share: a script in a workspace, and the real application with a real kernel, closed after each test."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from msgspec.structs import replace
from pytest_aiohttp.plugin import AiohttpClient

from rdit.server.app import create_app
from rdit.session.session import Session
from rdit.settings import Settings

# What tests start would go on ignoring what the test run itself ignores: under `nohup`, or in the background of a shell
# script.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

TOKEN = "the-token-of-the-tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `scripts/fuzz` choose another seed for what is drawn by chance."""
    parser.addoption("--fuzz-seed", default="1", metavar="NUMBER", help="the seed of tests/fuzzing's hostile HTML")


Client = TestClient[web.Request, web.Application]
MakeClient = Callable[..., Awaitable[Client]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder.resolve()


@pytest.fixture
def script(workspace: Path) -> Path:
    """A script in the workspace."""
    path = workspace / "script.py"
    path.write_text("x = 1\nx + 1\n")
    return path


@pytest.fixture
def settings(workspace: Path, script: Path) -> Settings:
    """The settings of a server for the script."""
    return Settings(root=workspace, script=script, directory=workspace, token=TOKEN)


@pytest.fixture
async def session(settings: Settings) -> AsyncIterator[Session]:
    """A session with its kernel, without a server around it."""
    session = Session("main", settings, settings.script)
    try:
        await session.ready()
        yield session
    finally:
        await session.close()


@pytest.fixture
def make_client(settings: Settings, aiohttp_client: AiohttpClient) -> MakeClient:
    """Start servers with changed settings; each client sends the token."""

    async def make(**changes: Any) -> Client:
        app = create_app(replace(settings, **changes))
        client: Client = await aiohttp_client(app, headers={"Authorization": f"Bearer {TOKEN}"})
        return client

    return make


@pytest.fixture
async def client(make_client: MakeClient) -> Client:
    """A server and a client that sends the token."""
    return await make_client()
