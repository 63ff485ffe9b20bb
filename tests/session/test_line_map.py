"""Results stay beside their statements when the text around them is edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.session.state.line_map import LineMap, Move, split_lines


def moved(old: str, new: str, start: int, end: int) -> Move | None:
    return LineMap(split_lines(old), split_lines(new)).move(start, end)


def test_lines_above_push_a_result_down() -> None:
    assert moved("a\nb\nc", "new\nnew\na\nb\nc", 2, 3) == Move(4, 5, False)


def test_deleted_lines_above_pull_a_result_up() -> None:
    assert moved("x\ny\na\nb", "a\nb", 3, 4) == Move(1, 2, False)


def test_an_edited_line_is_changed() -> None:
    assert moved("a\nb\nc", "a\nB\nc", 2, 2) == Move(2, 2, True)


def test_a_line_put_into_a_statement_changes_it() -> None:
    assert moved("if a:\n    b\nc", "if a:\n    new\n    b\nc", 1, 2) == Move(1, 3, True)


def test_a_deleted_statement_is_nowhere() -> None:
    assert moved("a\nb\nc", "a\nc", 2, 2) is None


def test_a_statement_that_lost_a_line_is_changed() -> None:
    assert moved("if a:\n    b\n    c\nd", "if a:\n    c\nd", 1, 3) == Move(1, 2, True)


def test_texts_too_large_to_compare_count_as_rewritten_between_their_common_ends() -> None:
    old = ["head", *(f"old {number}" for number in range(3000)), "tail"]
    new = ["head", *(f"new {number}" for number in range(3000)), "tail"]
    lines = LineMap(old, new)
    assert lines.move(1, 1) == Move(1, 1, False)
    assert lines.move(10, 10) == Move(10, 10, True)
    assert lines.move(3002, 3002) == Move(3002, 3002, False)


@pytest.mark.parametrize("text", ["a\fb", "a\x1cb", "a\u2028b", "a\x0bb", "a\x85b"])
def test_only_what_python_breaks_lines_at_does(text: str) -> None:
    assert split_lines(text) == [text]


def test_every_kind_of_line_ending_counts_once() -> None:
    assert split_lines("a\r\nb\rc\nd") == ["a", "b", "c", "d"]


LINES = st.lists(st.sampled_from("abcde"), max_size=12)


@given(LINES, LINES)
def test_what_is_not_changed_is_the_same_text(old: list[str], new: list[str]) -> None:
    lines = LineMap(old, new)
    for start in range(1, len(old) + 1):
        for end in range(start, len(old) + 1):
            move = lines.move(start, end)
            if move is None:
                continue
            assert 1 <= move.line_start <= move.line_end <= len(new)
            if not move.changed:
                assert old[start - 1 : end] == new[move.line_start - 1 : move.line_end]
