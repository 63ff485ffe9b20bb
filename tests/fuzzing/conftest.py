"""The seed of what is drawn by chance."""

from __future__ import annotations

import pytest


@pytest.fixture
def fuzz_seed(request: pytest.FixtureRequest) -> int:
    """What `--fuzz-seed` says."""
    return int(request.config.getoption("--fuzz-seed"))
