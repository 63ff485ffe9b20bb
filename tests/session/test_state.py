"""What a session shows: results beside their lines, whatever is run again. A state is what its events make of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rdit.protocol.encoding import encode
from rdit.protocol.events import (
    AnyEvent,
    ClearEvent,
    CompleteEvent,
    FileEvent,
    OutputEvent,
    PlanEvent,
    QueuedEvent,
    ResetEvent,
    ResultEvent,
    ResultsClearedEvent,
    ResultsRestoredEvent,
    StartEvent,
)
from rdit.protocol.values import KeptStatement, OutputItem, RunEnd, StatementInfo, StatementName
from rdit.session.state.state import SessionState, apply
from rdit.session.view import MAX_DATA, session_statements

CASES = json.loads(Path(__file__).with_name("plan_cases.json").read_text(encoding="utf-8"))


def new_state(**limits: int) -> SessionState:
    return SessionState(**{"output_limit": 10_000, "session_output_limit": 100_000, **limits})


def plan(
    state: SessionState,
    run_id: str,
    script: str,
    *lines: int | tuple[int, int],
    whole: bool = False,
    fresh: bool = False,
    kept: Sequence[tuple[str, int, int, int]] = (),
) -> None:
    """Begin a run of the statements at *lines*; a *fresh* one keeps results, each of a run, an index, lines."""
    text = script.split("\n")

    def source(start: int, end: int) -> str:
        return "\n".join(text[start - 1 : end])

    spans = [line if isinstance(line, tuple) else (line, line) for line in lines]
    infos = [StatementInfo(n, *span, source(*span)) for n, span in enumerate(spans, len(kept))]
    stay = [KeptStatement(run, index, start, end, source(start, end)) for run, index, start, end in kept]
    apply(state, PlanEvent(run_id, infos, whole, script if script != state.script else None, fresh, stay))


def start(state: SessionState, run_id: str, index: int, at: float = 1000.0) -> None:
    statement = state.statements[run_id, index]
    apply(state, StartEvent(run_id, index, statement.line_start, statement.line_end, at))


def write(state: SessionState, run_id: str, index: int, text: str, item: int = 0) -> None:
    apply(state, OutputEvent(run_id, index, item, OutputItem("stdout", text)))


def display(state: SessionState, run_id: str, text: str, data: int, at: float) -> None:
    """Have the statement of a run show *data* characters of HTML from the time *at* on."""
    start(state, run_id, 0, at)
    apply(state, OutputEvent(run_id, 0, 0, OutputItem("display", text, {"text/html": "x" * data}, {"n": 1})))
    finish(state, run_id, 0)


def finish(state: SessionState, run_id: str, index: int, duration_ms: float = 1.0) -> None:
    statement = state.statements[run_id, index]
    lines = statement.line_start, statement.line_end
    apply(
        state, ResultEvent(run_id, index, *lines, not statement.items, duration_ms, statement.started_at + duration_ms)
    )


def run(state: SessionState, run_id: str, script: str, *lines: int | tuple[int, int], whole: bool = False) -> None:
    """Run the statements at *lines* and have each print its run."""
    apply(state, QueuedEvent(run_id))
    plan(state, run_id, script, *lines, whole=whole)
    for index in range(len(lines)):
        start(state, run_id, index)
        write(state, run_id, index, f"{run_id}\n")
        finish(state, run_id, index, 2.5)
    apply(state, CompleteEvent(run_id, "ok"))


def stop_after_first(state: SessionState, run_id: str, script: str, *lines: int, whole: bool = False) -> None:
    """Run the statements at *lines*, of which the first fails."""
    plan(state, run_id, script, *lines, whole=whole)
    start(state, run_id, 0)
    finish(state, run_id, 0)
    apply(state, CompleteEvent(run_id, "error"))


def shown(state: SessionState, window: int | None = None) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(encode(session_statements(state, window, 5000.0)))
    return statements


def places(state: SessionState) -> list[tuple[int, int, str, bool]]:
    return [
        (statement["lineStart"], statement["lineEnd"], statement["runId"], statement["stale"])
        for statement in shown(state)
    ]


def test_a_statement_is_shown_with_its_source_its_output_and_its_duration() -> None:
    state = new_state()
    run(state, "a", "x = 1\nprint(x)", 2)
    assert shown(state) == [
        {
            "runId": "a",
            "nodeIndex": 0,
            "lineStart": 2,
            "lineEnd": 2,
            "source": "print(x)",
            "state": "done",
            "output": [{"type": "stdout", "text": "a\n"}],
            "isInvisible": False,
            "startedAt": 1000.0,
            "durationMs": 2.5,
            "stale": False,
            "importsChanged": False,
        }
    ]


def test_there_is_room_for_the_data_of_the_newest_displays_and_of_small_ones() -> None:
    state = new_state()
    script, half = "a\nb\nc\nd", MAX_DATA // 2 - 100
    for at, (line, data) in enumerate([(4, 100), (2, half), (3, half), (1, half)]):
        plan(state, f"r{line}", script, line)
        display(state, f"r{line}", f"line {line}", data, 1000.0 + at)
    items = [statement["output"][0] for statement in shown(state)]
    assert [len(item.get("data", {}).get("text/html", "")) for item in items] == [half, 0, half, 100]
    assert items[1] == {"type": "display", "text": "line 2", "metadata": {"n": 1}, "dataOmitted": {"text/html": half}}
    assert not any("dataOmitted" in item for item in (items[0], *items[2:]))


def test_a_display_too_large_for_the_answer_costs_no_other_its_data() -> None:
    state = new_state()
    for at, (line, data) in enumerate([(1, 100_000), (2, MAX_DATA + 1)]):
        plan(state, f"r{line}", "a\nb", line)
        display(state, f"r{line}", "", data, 1000.0 + at)
    assert ["data" in statement["output"][0] for statement in shown(state)] == [True, False]


def test_the_data_of_results_that_others_are_about_to_replace_count_and_are_found() -> None:
    state = new_state()
    for line in (1, 2):
        plan(state, f"r{line}", "a\nb", line)
        display(state, f"r{line}", "", MAX_DATA, 1000.0 + line)
    plan(state, "next", "a\nb", 1, 2)
    earlier = [statement["earlier"][0] for statement in shown(state)]
    assert ["data" in statement["output"][0] for statement in earlier] == [False, True]
    found = state.find(("r1", 0))
    assert found is not None
    assert found.items[0].data_sizes() == {"text/html": MAX_DATA}
    assert state.find(("r3", 0)) is None


def test_a_statement_with_an_error_failed() -> None:
    state = new_state()
    plan(state, "a", "1 / 0", 1, whole=True)
    start(state, "a", 0)
    apply(state, OutputEvent("a", 0, 0, OutputItem("error", "ZeroDivisionError")))
    finish(state, "a", 0)
    assert shown(state)[0]["state"] == "failed"


def test_a_running_statement_says_for_how_long() -> None:
    state = new_state()
    plan(state, "a", "x\ny", 1, 2, whole=True)
    start(state, "a", 0, 1500.0)
    first, second = shown(state)
    assert (first["state"], first["runningMs"]) == ("running", 3500)
    assert second["state"] == "waiting"
    assert "runningMs" not in second


def test_results_of_statements_that_a_run_did_not_reach_are_back_when_it_ends() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    stop_after_first(state, "b", "x\ny\nz", 1, 2, 3, whole=True)
    assert places(state) == [(1, 1, "b", False), (2, 2, "a", False), (3, 3, "a", False)]
    assert shown(state)[1]["output"] == [{"type": "stdout", "text": "a\n"}]


def test_a_result_that_is_back_is_stale_when_its_statement_was_edited() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz\nlast", 1, 2, 3, 4)
    stop_after_first(state, "b", "x\nnew\nchanged\nz\nlast", 1, 2, 3, 4, 5, whole=True)
    assert places(state) == [(1, 1, "b", False), (2, 2, "a", True), (4, 4, "a", False), (5, 5, "a", False)]


def test_a_statement_that_waits_says_what_it_would_replace_until_it_has_ended() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    plan(state, "b", "x\ny", 1, 2, whole=True)
    first, second = shown(state)
    assert [earlier["runId"] for earlier in first["earlier"] + second["earlier"]] == ["a", "a"]
    assert second["state"] == "waiting"
    start(state, "b", 0)
    write(state, "b", 0, "new")
    assert "earlier" not in shown(state)[0]
    finish(state, "b", 0)
    start(state, "b", 1)
    finish(state, "b", 1)
    assert ["earlier" in statement for statement in shown(state)] == [False, False]


def test_two_runs_that_stop_early_leave_what_the_first_complete_one_showed() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    stop_after_first(state, "b", "x\ny", 1, 2, whole=True)
    stop_after_first(state, "c", "x\ny", 1, 2)
    assert places(state) == [(1, 1, "c", False), (2, 2, "a", False)]


def test_statements_that_a_run_did_not_reach_are_forgotten_with_it() -> None:
    state = new_state()
    plan(state, "a", "x\ny", 1, 2, whole=True)
    start(state, "a", 0)
    finish(state, "a", 0)
    apply(state, CompleteEvent("a", "interrupted"))
    assert [statement["nodeIndex"] for statement in shown(state)] == [0]
    assert state.run_id is None


def test_running_a_statement_again_replaces_its_result_and_keeps_the_others() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    run(state, "b", "x\ny\nz", 2)
    assert places(state) == [(1, 1, "a", False), (2, 2, "b", False), (3, 3, "a", False)]


def test_a_whole_run_replaces_everything() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    run(state, "b", "x\n# y\nz", 1, 3, whole=True)
    assert places(state) == [(1, 1, "b", False), (3, 3, "b", False)]


def test_older_results_move_with_their_lines() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    run(state, "b", "new\nx\ny\nz", 1)
    assert places(state) == [(1, 1, "b", False), (2, 2, "a", False), (3, 3, "a", False), (4, 4, "a", False)]
    assert state.script == "new\nx\ny\nz"


def test_a_result_whose_lines_were_edited_is_stale() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    run(state, "b", "x\nY\nz", 3)
    assert places(state) == [(1, 1, "a", False), (2, 2, "a", True), (3, 3, "b", False)]


def test_a_result_whose_lines_were_deleted_is_gone() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    run(state, "b", "x\nz", 2)
    assert places(state) == [(1, 1, "a", False), (2, 2, "b", False)]


def test_a_result_that_a_longer_statement_now_covers_is_replaced() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    run(state, "b", "if x:\n    y\nz", (1, 2))
    assert places(state) == [(1, 2, "b", False), (3, 3, "a", False)]


def test_a_display_is_updated_wherever_it_was_shown() -> None:
    state = new_state()
    plan(state, "a", "x\ny", 1, 2, whole=True)
    for index in (0, 1):
        start(state, "a", index)
        item = OutputItem("display", "old", {"text/plain": "old"}, display_id="d")
        apply(state, OutputEvent("a", index, 0, item))
    places = [(statement.node_index, item.index) for statement, item in state.displays["d"]]
    assert places == [(0, 0), (1, 0)]
    for index, item_index in places:
        new = OutputItem("display", "new", {"text/plain": "new"}, display_id="d")
        apply(state, OutputEvent("a", index, item_index, new, replace_from=0))
    assert [statement["output"][0]["data"] for statement in shown(state)] == [{"text/plain": "new"}] * 2


def test_a_session_that_used_up_its_share_keeps_little_of_each_further_statement() -> None:
    state = new_state(output_limit=1_000_000, session_output_limit=2_000_000)
    plan(state, "a", "\n".join("x" * 100), *range(1, 101), whole=True)
    for index in range(100):
        start(state, "a", index)
        write(state, "a", index, "x" * 900_000)
        finish(state, "a", index)
    kept = sum(statement.chars() for statement in state.statements.values())
    assert kept < 2_000_000 + 100 * 100_000


def test_a_statement_whose_output_is_cleared_begins_anew() -> None:
    state = new_state()
    plan(state, "a", "x", 1, whole=True)
    start(state, "a", 0)
    write(state, "a", 0, "old")
    apply(state, ClearEvent("a", 0))
    write(state, "a", 0, "new")
    assert shown(state)[0]["output"] == [{"type": "stdout", "text": "new"}]


def test_a_statement_knows_which_of_its_imports_changed() -> None:
    state = new_state()
    run(state, "a", "import x\nimport y", 1, 2)
    for path in ("x.py", "x.py", "z.py"):
        apply(state, FileEvent(path, "modified", imported_by=[StatementName("a", 0)]))
    assert [one.get("changedImports") for one in shown(state)] == [["x.py", "z.py"], None]


def test_the_same_events_make_the_same_state() -> None:
    events: list[AnyEvent] = []

    state = new_state()
    for run_id, script, lines in (("a", "x\ny\nz", (1, 2, 3)), ("b", "x\nY\nz\nw", (2, 4)), ("c", "w", (1,))):
        text = script.split("\n")
        events += [
            QueuedEvent(run_id),
            PlanEvent(run_id, [StatementInfo(n, k, k, text[k - 1]) for n, k in enumerate(lines)], False, script),
        ]
        for index, line in enumerate(lines):
            events += [
                StartEvent(run_id, index, line, line, 1000.0),
                OutputEvent(run_id, index, 0, OutputItem("stdout", f"{run_id} 😀\n")),
                OutputEvent(run_id, index, 0, OutputItem("stdout", "over"), replace_from=2),
                ResultEvent(run_id, index, line, line, False, 1.0, 0.0),
            ]
        events.append(CompleteEvent(run_id, "ok"))
    again = new_state()
    for event in events:
        apply(state, event)
    for event in events:
        apply(again, event)
    assert shown(state) == shown(again)
    assert [one["output"][0]["text"] for one in shown(state)] == ["c over"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_plan_replaces_and_brings_back_what_the_rule_says(case: dict[str, Any]) -> None:
    state = new_state()
    for step in case["steps"]:
        script = "\n".join(step["script"])
        spans = [tuple(span) for span in step["plan"]]
        kept = step.get("kept", ())
        plan(state, step["run"], script, *spans, whole=step["whole"], fresh=step.get("fresh", False), kept=kept)
        for index in range(len(kept), len(kept) + step["ran"]):
            start(state, step["run"], index)
            finish(state, step["run"], index)
        if step.get("status"):
            apply(state, CompleteEvent(step["run"], step["status"]))
    found = [[one["runId"], one["lineStart"], one["lineEnd"], one["state"], one["stale"]] for one in shown(state)]
    assert found == case["shows"]


def test_a_reset_forgets_the_results_and_keeps_the_script() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    apply(state, ResetEvent())
    assert shown(state) == []
    assert state.script == "x\ny"
    assert state.newest is None


def test_clearing_forgets_the_results_but_those_of_the_run_under_way() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    plan(state, "b", "x\ny\nz", 2, 3)
    start(state, "b", 0)
    apply(state, ResultsClearedEvent())
    assert [(one["runId"], one["lineStart"], one["state"]) for one in shown(state)] == [
        ("b", 2, "running"),
        ("b", 3, "waiting"),
    ]
    apply(state, CompleteEvent("b", "interrupted"))
    # What it did not reach has nothing of before to come back.
    assert [one["lineStart"] for one in shown(state)] == [2]
    apply(state, ResultsClearedEvent())
    assert shown(state) == []
    assert state.last_run is None
    assert state.script == "x\ny\nz"


def test_cleared_results_can_be_brought_back_until_the_next_run() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    ended = state.last_run
    before = shown(state)
    # To clear what is empty loses nothing.
    for event in (ResultsClearedEvent(), ResultsClearedEvent(), ResultsRestoredEvent(), ResultsRestoredEvent()):
        apply(state, event)
    assert shown(state) == before
    assert state.last_run == ended
    apply(state, ResultsClearedEvent())
    run(state, "b", "x\ny", 2)
    apply(state, ResultsRestoredEvent())
    assert [(one["runId"], one["lineStart"]) for one in shown(state)] == [("b", 2)]


def test_cleared_results_come_back_where_nothing_newer_stands() -> None:
    state = new_state()
    run(state, "a", "x\ny\nz", 1, 2, 3)
    plan(state, "b", "x\ny\nz", 2)
    start(state, "b", 0)
    apply(state, ResultsClearedEvent())
    apply(state, ResultsRestoredEvent())
    assert sorted((one["runId"], one["lineStart"]) for one in shown(state)) == [("a", 1), ("a", 3), ("b", 2)]


def test_how_the_last_run_ended_is_kept_with_the_statement_that_ended_it() -> None:
    state = new_state()
    plan(state, "r1", "a\nb\nc", 1, 2, 3, whole=True)
    start(state, "r1", 0, at=1000.0)
    finish(state, "r1", 0, 5.0)
    start(state, "r1", 1, at=1005.0)
    finish(state, "r1", 1, 20.0)
    apply(state, CompleteEvent("r1", "exited", 2))
    assert state.last_run == RunEnd("r1", "exited", total=3, finished=2, duration_ms=25.0, exit_code=2)
    shown = session_statements(state, None, 0.0)
    assert [(one.ended, one.exit_code) for one in shown] == [(None, None), ("exited", 2)]


def test_a_run_that_is_stopped_before_it_begins_is_the_last_one() -> None:
    state = new_state()
    run(state, "r1", "a", 1)
    apply(state, QueuedEvent("r2"))
    apply(state, CompleteEvent("r2", "interrupted"))
    assert state.last_run == RunEnd("r2", "interrupted", total=0, finished=0, duration_ms=0)
    assert state.queued == []
    assert [statement.run_id for statement in state.statements.values()] == ["r1"]


def test_a_run_that_is_dropped_while_another_is_under_way_is_not_the_last_one() -> None:
    state = new_state()
    apply(state, QueuedEvent("r2"))
    plan(state, "r1", "a", 1)
    apply(state, CompleteEvent("r2", "interrupted"))
    assert (state.run_id, state.last_run) == ("r1", None)
    apply(state, CompleteEvent("r1", "ok"))
    assert state.last_run is not None
    assert state.last_run.run_id == "r1"


def test_a_reset_forgets_how_the_last_run_ended() -> None:
    state = new_state()
    run(state, "r1", "a", 1)
    apply(state, ResetEvent())
    assert state.last_run is None
