"""The state of fresh runs: a state is what its events make of it, whatever they are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rdit.protocol.encoding import encode
from rdit.protocol.events import (
    AnyEvent,
    CompleteEvent,
    DeclinedEvent,
    FileEvent,
    InputDoneEvent,
    KernelEvent,
    OutputEvent,
    PlanEvent,
    ResetEvent,
    ResultEvent,
    ResultsClearedEvent,
    ResultsRestoredEvent,
    StartEvent,
    TouchedEvent,
)
from rdit.protocol.values import KeptAnswer, KeptStatement, KernelInfo, OutputItem, StatementInfo, StatementName
from rdit.session.state.state import SessionState, apply
from rdit.session.view import session_response


def new_state() -> SessionState:
    return SessionState(output_limit=10_000, session_output_limit=1 << 20)


def shown(state: SessionState) -> dict[str, Any]:
    answer = session_response(state, None, session_id="s", root="/", last_event_id=0, follow=False)
    told: dict[str, Any] = json.loads(encode(answer))
    for statement in told["statements"]:
        statement.pop("runningMs", None)
    return told


class Story:
    """Draws what a session may go through, and takes each event into a state."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.state = new_state()
        self.events: list[AnyEvent] = []
        self.generation = 0

    def happens(self, event: AnyEvent) -> None:
        self.events.append(event)
        apply(self.state, event)

    def choose(self, *choices: Any) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def run(self, number: int) -> None:
        run_id = f"r{number}"
        lines = self.data.draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6))
        kind = self.choose("fresh", "fresh", "fresh", "console", "broken")
        names = self.state.timeline.first(self.data.draw(st.integers(0, len(lines)))) if kind == "fresh" else []
        kept = [
            KeptStatement(*name, line, line, text)
            for line, (name, text) in enumerate(zip(names, lines, strict=False), 1)
        ]
        infos = [StatementInfo(n, n + 1, n + 1, text) for n, text in enumerate(lines)][len(kept) :]
        script = "\n".join(lines)
        is_new = script != self.state.script
        whole = kind != "broken" and self.choose(True, False)
        self.happens(
            PlanEvent(run_id, infos, whole, script if is_new else None, kind == "fresh", kept, kind == "broken")
        )
        ran = self.data.draw(st.integers(0, len(infos)))
        for info in infos[:ran]:
            at = run_id, info.node_index
            self.happens(StartEvent(*at, info.line_start, info.line_end, 1.0))
            item = OutputItem("display", run_id, {"text/plain": run_id}, display_id="d")
            self.happens(OutputEvent(*at, 0, item))
            if self.choose(True, False):
                self.happens(InputDoneEvent(*at, KeptAnswer("? ", "a", given=self.choose(True, False))))
            self.happens(ResultEvent(*at, info.line_start, info.line_end, False, 1.0, 2.0))
            if self.choose(True, False):
                self.happens(TouchedEvent(*at, ["data"], ["wrote out"]))
        status = self.choose("ok", "error", "interrupted", "superseded", "exited")
        self.happens(CompleteEvent(run_id, status, cut_off=status == "superseded" and self.choose(True, False)))

    def something_else(self) -> None:
        kind = self.choose("reset", "worker", "clear", "restore", "declined", "file")
        if kind == "reset":
            self.happens(ResetEvent())
        elif kind == "worker":
            self.generation += 1
            self.happens(KernelEvent(KernelInfo("idle", self.generation)))
        elif kind == "clear":
            self.happens(ResultsClearedEvent())
        elif kind == "restore":
            self.happens(ResultsRestoredEvent())
        elif kind == "declined":
            self.happens(DeclinedEvent("r0", 1, self.choose("threads", "")))
        else:
            names = [StatementName(*key) for key in self.state.statements]
            self.happens(FileEvent("data", "modified", None, None, names or None))


@settings(max_examples=60)
@given(st.data())
def test_the_same_events_make_the_same_state(data: st.DataObject) -> None:
    story = Story(data)
    for number in range(data.draw(st.integers(1, 6))):
        story.run(number)
        if data.draw(st.booleans()):
            story.something_else()
    again = new_state()
    for event in story.events:
        apply(again, event)
    assert shown(again) == shown(story.state)
    assert again.timeline.first(99) == story.state.timeline.first(99)


@settings(max_examples=60)
@given(st.data())
def test_after_a_fresh_run_of_a_whole_script_only_that_is_shown(data: st.DataObject) -> None:
    story = Story(data)
    for number in range(data.draw(st.integers(1, 5))):
        story.run(number)
    kept = story.state.timeline.first(2)
    lines = ["a", "b", "c"]
    stay = [KeptStatement(*name, line, line, lines[line - 1]) for line, name in enumerate(kept, 1)]
    infos = [StatementInfo(n, n + 1, n + 1, text) for n, text in enumerate(lines)][len(stay) :]
    script = "\n".join(lines)
    story.happens(PlanEvent("last", infos, True, script if script != story.state.script else None, True, stay))
    for info in infos:
        story.happens(StartEvent("last", info.node_index, info.line_start, info.line_end, 1.0))
        story.happens(ResultEvent("last", info.node_index, info.line_start, info.line_end, True, 1.0, 2.0))
    story.happens(CompleteEvent("last", "ok"))
    told = shown(story.state)
    names = [(one["runId"], one["nodeIndex"]) for one in told["statements"]]
    assert names == [*kept, *[("last", info.node_index) for info in infos]]
    assert [(one["runId"], one["nodeIndex"]) for one in told["timeline"]] == names
    assert [one["source"] for one in told["statements"]] == lines
    assert not any(one["stale"] for one in told["statements"])


def ran(state: SessionState, run_id: str, *lines: str, fresh: bool = True) -> None:
    """Run all *lines* anew."""
    infos = [StatementInfo(n, n + 1, n + 1, text) for n, text in enumerate(lines)]
    apply(state, PlanEvent(run_id, infos, True, "\n".join(lines), fresh))
    for info in infos:
        apply(state, StartEvent(run_id, info.node_index, info.line_start, info.line_end, 1.0))
        apply(state, ResultEvent(run_id, info.node_index, info.line_start, info.line_end, True, 1.0, 2.0))
    apply(state, CompleteEvent(run_id, "ok"))


def test_a_result_of_an_earlier_text_is_found_again_when_a_snapshot_of_that_goes_on() -> None:
    state = new_state()
    ran(state, "a", "x", "y")
    ran(state, "b", "x", "Y")
    kept = [KeptStatement("a", 0, 1, 1, "x"), KeptStatement("a", 1, 2, 2, "y")]
    apply(state, PlanEvent("c", [], True, "x\ny", True, kept))
    apply(state, CompleteEvent("c", "ok"))
    assert state.timeline.names() == [("a", 0), ("a", 1)]
    assert [one.key for one in state.statements.values()] == [("a", 0), ("a", 1)]


def test_results_that_a_console_run_or_a_clearing_took_away_are_back_when_a_fresh_run_keeps_them() -> None:
    state = new_state()
    ran(state, "a", "x", "y")
    ran(state, "b", "x", "y", fresh=False)
    assert (state.timeline.mixed, state.timeline.names()) == (True, [("a", 0), ("a", 1)])
    kept = [KeptStatement("a", 0, 1, 1, "x")]
    apply(state, PlanEvent("c", [StatementInfo(1, 2, 2, "y")], True, None, True, kept))
    assert [one.key for one in state.statements.values()] == [("a", 0), ("c", 1)]
    assert not state.timeline.mixed
    apply(state, CompleteEvent("c", "ok"))
    apply(state, ResultsClearedEvent())
    apply(state, PlanEvent("d", [], True, None, True, kept))
    assert [one.key for one in state.statements.values()] == [("a", 0)]


def test_what_ran_before_a_worker_was_lost_is_known_until_something_runs_in_the_next() -> None:
    state = new_state()
    ran(state, "a", "x", "y")
    apply(state, KernelEvent(KernelInfo("idle", 1)))
    assert state.timeline.names() == []
    assert state.timeline.first(1) == [("a", 0)]
    apply(state, ResetEvent())
    assert state.timeline.first(1) == []


def test_results_of_the_past_are_kept_within_a_bound() -> None:
    state = SessionState(output_limit=10_000, session_output_limit=1 << 20)
    for number in range(100):
        ran(state, f"r{number}", f"x{number}", "y")
    assert len(state.timeline.known()) < 25


def test_a_run_that_begins_anew_from_the_top_forgets_what_its_lost_worker_did() -> None:
    state = new_state()
    ran(state, "a", "x", "y")
    infos = [StatementInfo(0, 1, 1, "x"), StatementInfo(1, 2, 2, "y")]
    kept = [KeptStatement("a", 0, 1, 1, "x")]
    apply(state, PlanEvent("b", infos[1:], True, None, True, kept))
    apply(state, StartEvent("b", 1, 2, 2, 1.0))
    apply(state, PlanEvent("b", infos, True, None, True, []))
    assert state.running() is None
    assert [(one.key, one.state) for one in state.statements.values()] == [(("b", 0), "waiting"), (("b", 1), "waiting")]
    apply(state, CompleteEvent("b", "interrupted"))
    assert [one.key for one in state.statements.values()] == [("a", 0)]
