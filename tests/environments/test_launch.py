"""What a kernel's process inherits."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from rdit.environments import launch
from tests.running import printed_text, running_rdit

NAME = "RDIT_TEST_ALONE"
TELL = "import os; print(os.environ.get('RDIT_TEST_ALONE'))"

TELL_ALL = "import os\nprint(*os.environ)"


@pytest.mark.parametrize(("before", "inside", "inherited"), [(None, "rdit's", "None"), ("mine", "mine", "mine")])
def test_what_rdit_sets_for_itself_is_not_inherited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: str | None, inside: str, inherited: str
) -> None:
    monkeypatch.setattr(launch, "_for_rdit_alone", set())
    monkeypatch.setenv(NAME, before or "")
    if before is None:
        monkeypatch.delenv(NAME)
    launch.set_for_rdit(NAME, "rdit's")
    assert os.environ[NAME] == inside
    with launch.spawn_kernel([sys.executable, "-c", TELL], tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.read().decode().strip() == inherited


def test_a_script_sees_the_environment_that_rdit_was_started_with(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    with running_rdit("a.py", folder=tmp_path) as server:
        shown = printed_text(server.execute(TELL_ALL))
        server.execute("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nsignal.pause()")
        restarted = printed_text(server.execute(TELL_ALL))
    assert set(shown.split()) == set(restarted.split()) == set(os.environ)
