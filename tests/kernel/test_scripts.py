"""Example programs run to the transcript that lies beside them, on every Python.

A transcript has a line for each statement: its lines, and the type of what it showed, which follows behind bars.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rdit.kernel.execution.tracebacks import ERROR_FORMAT
from tests.kernel.driving import Transcript, running_kernel
from tests.pythons import Python

SCRIPTS = sorted(Path(__file__).parent.parent.joinpath("scripts").glob("*.py"))
MARKS = re.compile(r"^\| +[~^]+$\n", re.MULTILINE)
"""What points at the failing expression, from Python 3.11 on."""


def written_down(run: Transcript, script: Path) -> str:
    lines = []
    for index, first, last in run.plan:
        place = str(first) if first == last else f"{first}-{last}"
        shown = run.output.get(index, [])
        errors = iter(run.errors_of(index))
        if not shown and (run.last_index is None or index <= run.last_index):
            lines.append(place)
        for kind, text in shown:
            name = f" {next(errors).data[ERROR_FORMAT]['type']}" if kind == "error" else ""
            lines.append(f"{place} {kind}{name}")
            lines += [f"| {line}" for line in text.replace(str(script), "SCRIPT").splitlines()]
    code = run.completed.exit_code
    lines.append(f"completed {run.status}" + ("" if code is None else f" {code}"))
    return MARKS.sub("", "\n".join(lines) + "\n")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
async def test_a_program_gives_its_transcript(script: Path, python: Python) -> None:
    async with running_kernel(python.path, script, script.parent) as kernel:
        run = await kernel.run(script.read_text())
    expected = script.with_suffix(".transcript").read_text()
    given = written_down(run, script)
    if python.version_info < (3, 13):
        given = given.replace("got Task", "got _asyncio.Task")
    assert given == expected
