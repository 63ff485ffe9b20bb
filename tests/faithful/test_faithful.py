"""Every script of the table does in rdit, over HTTP, what `python script.py` does: byte for byte, on every Python."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faithful.cases import CASES, Case
from tests.faithful.transcripts import outcome_in_python, outcome_in_rdit
from tests.pythons import PYTHONS, Python
from tests.running import printed_text
from tests.server.events import events

if TYPE_CHECKING:
    from tests.conftest import MakeClient


@dataclass(frozen=True)
class Variant:
    """One case on one Python."""

    case: Case
    python: Python

    def __str__(self) -> str:
        return f"{self.case.name}-{self.python.version}"


VARIANTS = [Variant(case, python) for python in PYTHONS for case in CASES if python.version_info >= case.since]


def lay_out(case: Case, folder: Path) -> Path:
    """Write the case's files into *folder*, and nothing else; return its script."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in {"script.py": case.source, **case.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "script.py"


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
async def test_a_script_does_what_python_does(variant: Variant, tmp_path: Path, make_client: MakeClient) -> None:
    case, folder = variant.case, tmp_path / "here"
    expected = outcome_in_python(variant.python.path, lay_out(case, folder), *case.arguments)
    script = lay_out(case, folder)  # in the same place once more, so that the paths in tracebacks agree
    client = await make_client(
        root=folder, script=script, directory=folder, arguments=case.arguments, python=Path(variant.python.path)
    )

    assert await outcome_in_rdit(client, script) == expected


DRAWN_OVER = b"""
import sys
for number in range(300):
    print(f"\\r{number}", end="")
print("\\b\\b|\\x1b[1A\\x1b[2K", end="", file=sys.stdout)
_ = sys.stderr.write("\\r 10 %\\r100 %\\n")
"""


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: python.version)
async def test_what_is_drawn_over_arrives_whole_where_it_is_not_followed_live(
    python: Python, tmp_path: Path, make_client: MakeClient
) -> None:
    """A live stream leaves out what a terminal would not show any more; the default stream is for programs."""
    script = lay_out(Case("drawn_over", DRAWN_OVER), tmp_path / "here")
    expected = await asyncio.to_thread(subprocess.run, [python.path, script], capture_output=True, check=True)
    client = await make_client(
        root=script.parent, script=script, directory=script.parent, arguments=(), python=Path(python.path)
    )
    answer = await client.post("/api/execute-script", json={"script": DRAWN_OVER.decode()})
    frames = [event async for event in events(answer)]
    assert printed_text(frames) == expected.stdout.decode()
    assert printed_text(frames, "stderr") == expected.stderr.decode()
