"""Runs a script that is edited again and again, fresh each time, beside `python script.py`; compares what both show."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .edits import Writer
from .kinds import DATA, HELPER, TABLE

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
TEMPORARY = re.compile(r"/tmp/tmp\w+")
OUTSIDE = (
    (lambda writer: ("data.txt", DATA.replace("second", f"second {writer.random.choice('abc')}"))),
    (lambda writer: ("table.csv", TABLE + f"{writer.random.randint(6, 9)},8\n")),
    (
        lambda writer: (
            "helper.py",
            HELPER.format(value=writer.random.randint(1, 3), factor=writer.random.randint(2, 4)),
        )
    ),
)
"""What another program may change between two runs."""


@dataclass(frozen=True)
class Shown:
    """What a run has shown."""

    stdout: str
    stderr: str


class Runner(Protocol):
    """Runs a script fresh."""

    async def run(self, script: str) -> Shown:
        """Return all that stands on the page afterwards."""


@dataclass(frozen=True)
class Difference:
    """A fresh run that was not one."""

    seed: int
    step: int
    edit: str
    script: str
    expected: Shown
    shown: Shown

    def __str__(self) -> str:
        return (
            f"seed {self.seed}, edit {self.step} ({self.edit})\n--- script\n{self.script}\n--- python\n"
            f"{self.expected.stdout}\n{self.expected.stderr}\n--- rdit\n{self.shown.stdout}\n{self.shown.stderr}"
        )


def prepare(folder: Path) -> None:
    """Put what the scripts read into *folder*."""
    folder.mkdir(exist_ok=True)
    (folder / "data.txt").write_text(DATA)
    (folder / "table.csv").write_text(TABLE)
    (folder / "helper.py").write_text(HELPER.format(value=1, factor=2))


async def plain(python: str, script: str, folder: Path) -> Shown:
    """Return what `python script.py` shows, in a copy of *folder* as it was before anything has run there."""
    (folder / "script.py").write_text(script)
    process = await asyncio.create_subprocess_exec(
        python,
        "script.py",
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    stdout, stderr = await process.communicate()
    return Shown(stdout.decode(), stderr.decode())


def environment() -> dict[str, str]:
    """Return the variables for both: a cached module could be taken for a newer source of the same second."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def process_died(expected: Shown, shown: Shown) -> bool:
    return "process is gone" in shown.stderr


def masked(shown: Shown, folder: Path) -> Shown:
    """Return it without what differs from run to run."""
    texts = [shown.stdout, shown.stderr]
    for pattern, word in ((re.escape(str(folder)) + "/", ""), (ADDRESS, "0x"), (TEMPORARY, "TMP")):
        texts = [re.sub(pattern, word, text) for text in texts]
    return Shown(*texts)


async def follow(seed: int, python: str, runner: Runner, folder: Path, *, edits: int) -> Difference | None:
    """Edit a script of *seed* so many times, with *runner* in *folder*; return the first run that was no fresh one."""
    pristine = folder.with_name(folder.name + "-pristine")
    prepare(pristine)
    writer = Writer(seed)
    edit = "none"
    for step in range(edits + 1):
        if step:
            edit = writer.edit()
            if writer.random.random() < 0.25:
                name, text = writer.random.choice(OUTSIDE)(writer)
                (folder / name).write_text(text)
                (pristine / name).write_text(text)
                edit += f", and {name}"
        script = writer.script
        beside = folder.with_name(folder.name + "-plain")
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(pristine, beside)
        (folder / "script.py").write_text(script)
        expected = masked(await plain(python, script, beside), beside)
        shown = masked(await runner.run(script), folder)
        if process_died(expected, shown):
            continue
        if shown != expected:
            return Difference(seed, step, edit, script, expected, shown)
    return None
