"""What a session shows: results beside their lines, whatever is run again."""

from __future__ import annotations

import json
from typing import Any

from rdit.kernel.protocol.messages import Item, PlannedStatement
from rdit.session.state import SessionState


def new_state(**limits: int) -> SessionState:
    return SessionState(**{"output_limit": 10_000, "session_output_limit": 100_000, **limits})


def run(state: SessionState, run_id: str, script: str, *lines: int | tuple[int, int], whole: bool = False) -> None:
    """Run the statements at *lines* and have each print its run."""
    spans = [line if isinstance(line, tuple) else (line, line) for line in lines]
    planned = [PlannedStatement(index, start, end) for index, (start, end) in enumerate(spans)]
    state.begin(run_id)
    state.plan(run_id, script, planned, whole=whole)
    for plan in planned:
        statement = state.start(run_id, plan.node_index, 1.0)
        assert statement is not None
        state.write(statement, "stdout", f"{run_id}\n", False)
        state.finish(state.statements[run_id, plan.node_index], 2.5)
    state.complete(run_id)


def shown(state: SessionState, window: int | None = None) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(state.statements_json(window, 5.0))
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
            "durationMs": 2.5,
            "stale": False,
            "importsChanged": False,
        }
    ]


def test_a_statement_with_an_error_failed() -> None:
    state = new_state()
    state.plan("a", "1 / 0", [PlannedStatement(0, 1, 1)], whole=True)
    statement = state.start("a", 0, 1.0)
    assert statement is not None
    state.show(statement, Item("error", "ZeroDivisionError"), False)
    state.finish(state.statements["a", 0], 1.0)
    assert shown(state)[0]["state"] == "failed"


def test_a_running_statement_says_for_how_long() -> None:
    state = new_state()
    state.plan("a", "x\ny", [PlannedStatement(0, 1, 1), PlannedStatement(1, 2, 2)], whole=True)
    state.start("a", 0, 1.5)
    first, second = shown(state)
    assert (first["state"], first["runningMs"]) == ("running", 3500)
    assert second["state"] == "waiting"
    assert "runningMs" not in second


def stop_after_first(state: SessionState, run_id: str, script: str, *lines: int, whole: bool = False) -> None:
    """Run the statements at *lines*, of which the first fails."""
    state.begin(run_id)
    state.plan(run_id, script, [PlannedStatement(index, line, line) for index, line in enumerate(lines)], whole=whole)
    state.start(run_id, 0, 1.0)
    state.finish(state.statements[run_id, 0], 1.0)
    state.complete(run_id)


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
    state.begin("b")
    state.plan("b", "x\ny", [PlannedStatement(0, 1, 1), PlannedStatement(1, 2, 2)], whole=True)
    first, second = shown(state)
    assert [earlier["runId"] for earlier in first["earlier"] + second["earlier"]] == ["a", "a"]
    assert second["state"] == "waiting"
    statement = state.start("b", 0, 1.0)
    assert statement is not None
    state.write(statement, "stdout", "new", False)
    assert "earlier" not in shown(state)[0]
    state.finish(state.statements["b", 0], 1.0)
    state.start("b", 1, 1.0)
    state.finish(state.statements["b", 1], 1.0)
    assert ["earlier" in statement for statement in shown(state)] == [False, False]


def test_two_runs_that_stop_early_leave_what_the_first_complete_one_showed() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    stop_after_first(state, "b", "x\ny", 1, 2, whole=True)
    stop_after_first(state, "c", "x\ny", 1, 2)
    assert places(state) == [(1, 1, "c", False), (2, 2, "a", False)]


def test_statements_that_a_run_did_not_reach_are_forgotten_with_it() -> None:
    state = new_state()
    state.begin("a")
    state.plan("a", "x\ny", [PlannedStatement(0, 1, 1), PlannedStatement(1, 2, 2)], whole=True)
    state.start("a", 0, 1.0)
    state.finish(state.statements["a", 0], 1.0)
    state.complete("a")
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


def test_output_that_nobody_can_place_goes_with_the_newest_statement() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    statement, stray = state.owner(None, None)
    assert statement is not None
    assert (statement.line_start, stray) == (2, True)
    assert state.owner("a", 0)[1] is False


def test_a_display_is_updated_wherever_it_was_shown() -> None:
    state = new_state()
    state.plan("a", "x\ny", [PlannedStatement(0, 1, 1), PlannedStatement(1, 2, 2)], whole=True)
    for index in (0, 1):
        statement = state.start("a", index, 1.0)
        assert statement is not None
        state.show(statement, Item("display", "old", {"text/plain": "old"}, display_id="d"), False)
    updated = state.update(Item("display", "new", {"text/plain": "new"}, display_id="d"))
    assert [statement.node_index for statement, _ in updated] == [0, 1]
    assert [statement["output"][0]["text"] for statement in shown(state)] == ["new", "new"]
    assert state.update(Item("display", "x", display_id="unknown")) == []


def test_a_session_that_used_up_its_share_keeps_little_of_each_further_statement() -> None:
    state = new_state(output_limit=1_000_000, session_output_limit=2_000_000)
    lines = range(1, 101)
    state.plan("a", "\n".join("x" for _ in lines), [PlannedStatement(n, n + 1, n + 1) for n in range(100)], whole=True)
    for index in range(100):
        statement = state.start("a", index, 1.0)
        assert statement is not None
        state.write(statement, "stdout", "x" * 900_000, False)
        state.finish(state.statements["a", index], 1.0)
    kept = sum(statement.output.chars() for statement in state.statements.values() if statement.output)
    assert kept < 2_000_000 + 100 * 100_000


def test_a_reset_forgets_the_results_and_keeps_the_script() -> None:
    state = new_state()
    run(state, "a", "x\ny", 1, 2)
    state.reset()
    assert shown(state) == []
    assert state.script == "x\ny"
    assert state.owner(None, None) == (None, True)
