"""Real kernels: `kernel` runs the tests' own Python, `every_kernel` each one that this machine has."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kernel.driving import Kernel, running_kernel
from tests.pythons import PYTHONS, Python


@pytest.fixture
def script_path(tmp_path: Path) -> Path:
    """Where the script would lie; it need not exist."""
    return tmp_path / "script.py"


@pytest.fixture
async def kernel(script_path: Path) -> AsyncIterator[Kernel]:
    async with running_kernel(sys.executable, script_path, script_path.parent) as kernel:
        yield kernel


@pytest.fixture(params=PYTHONS, ids=lambda python: python.version)
def python(request: pytest.FixtureRequest) -> Python:
    return request.param


@pytest.fixture
async def every_kernel(python: Python, script_path: Path) -> AsyncIterator[Kernel]:
    async with running_kernel(python.path, script_path, script_path.parent) as kernel:
        yield kernel
