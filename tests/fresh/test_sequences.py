"""Three hundred scripts, each edited by chance: after every edit the page shows what `python script.py` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pythons import PYTHONS

from .over_http import serving
from .sequences import environment, follow, prepare

SEQUENCES = 300
TOGETHER = 10
EDITS = 3


@pytest.mark.parametrize("first", range(0, SEQUENCES, TOGETHER))
async def test_after_every_edit_the_results_are_those_of_a_fresh_run(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    python = PYTHONS[first // TOGETHER % len(PYTHONS)]
    for seed in range(first, first + TOGETHER):
        folder = tmp_path / str(seed)
        prepare(folder)
        async with serving(folder, python.path) as runner:
            difference = await follow(seed, python.path, runner, folder, edits=EDITS)
        assert difference is None, f"Python {python.version}, {difference}"
