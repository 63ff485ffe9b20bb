"""What variables were before they are bound again, within what it may cost."""

from __future__ import annotations

from itertools import count

import pytest

from rdit.kernel.execution.statements import prepare
from rdit.kernel.worker.timeline import former_values
from rdit.kernel.worker.timeline.former_values import MOST, MOST_SECONDS, SHARE, FormerValues, bound_by


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock: each look at it takes as long as the last of these."""
    step = [0.0]
    time = count()
    monkeypatch.setattr(former_values, "thread_time", lambda: next(time) * step[-1])
    return step


def keep(former: FormerValues, script: str) -> None:
    for statement in prepare(script, "script.py", None, 0, []).statements:
        former.keep(statement, {"x": 1})


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = y", ["x"]),
        ("x, (y, *z) = w", ["x", "y", "z"]),
        ("x += 1", ["x"]),
        ("del x, y", ["x", "y"]),
        ("for x in y: z = 1", ["x", "z"]),
        ("import x.y, z as w", ["x", "w"]),
        ("def x(y=1): z = 2", ["x"]),
        ("class x: y = 1", ["x"]),
        ("with a as x: pass", ["x"]),
        ("x.y = z[0] = 1", []),
        ("print(x)", []),
        ("(x := y)", ["x"]),
        ("[x for y in z]", []),
    ],
)
def test_what_a_statement_binds_is_seen_in_its_code(source: str, names: list[str]) -> None:
    (statement,) = prepare(source, "script.py", None, 0, []).statements
    assert bound_by(statement.compiled) == names


def test_one_with_very_many_names_is_left_out() -> None:
    wide = "if y:\n" + "".join(f"    x{number} = {number}\n" for number in range(300))
    (statement,) = prepare(wide, "script.py", None, 0, []).statements
    assert bound_by(statement.compiled) == []


@pytest.mark.parametrize("source", ["exec('x = 1')", "from os import *", "globals()['x'] = 1"])
def test_before_a_statement_that_may_bind_anything_all_are_noted(source: str) -> None:
    former = FormerValues()
    (statement,) = prepare(source, "script.py", None, 0, []).statements
    former.keep(statement, {"x": 1, "y": "a", "__name__": "__main__"})
    assert [former.find(name, [0]) for name in ("x", "y", "__name__")] == [
        (0, {"text": "int 1"}),
        (0, {"text": "str 'a'"}),
        None,
    ]


def test_it_ends_when_it_has_cost_enough_and_goes_on_when_more_has_run(ticks: list[float]) -> None:
    former = FormerValues()
    ticks[:] = [MOST_SECONDS]
    keep(former, "x = 0\nx = 1\nx = 2\n")
    assert former.find("x", [2, 1, 0]) == (0, {"text": "int 1"})
    former.ran(4 * MOST_SECONDS / SHARE)
    keep(former, "x = 0\nx = 1\nx = 2\n")
    assert former.find("x", [2, 1, 0]) == (1, {"text": "int 1"})


def test_there_is_an_end_to_what_is_remembered(ticks: list[float]) -> None:
    former = FormerValues()
    keep(former, "x = 0\n" * (MOST + 100))
    assert former.find("x", [MOST + 99]) is None
    assert former.find("x", [MOST - 1]) is not None
    assert not ticks[-1]
