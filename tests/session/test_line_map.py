"""Results stay beside their statements when the text around them is edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.line_diff import same_lines
from rdit.session.state.line_map import LineMap, Move
from rdit.session.state.lines import PART, Lines


def moved(old: str, new: str, start: int, end: int) -> Move | None:
    return LineMap(Lines(old), Lines(new)).move(start, end)


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


def test_a_script_with_edits_here_and_there_keeps_every_other_line() -> None:
    old = [line for number in range(900) for line in (f"if f({number}):", "    pass", "")]
    new = [*old]
    for place in range(1500, 0, -300):
        new[place] = f"if g({place}):"
        new.insert(place, "# new")
    del new[-30:-27]
    lines = LineMap(Lines("\n".join(old)), Lines("\n".join(new)))
    moves = [lines.move(line, line) for line in range(1, len(old) + 1)]
    kept = [index for index, move in enumerate(moves) if move is not None and not move.changed]
    assert len(kept) == len(old) - 5 - 3
    assert all(old[index] == new[move.line_start - 1] for index in kept if (move := moves[index]) is not None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "b"] * 1000, ["b", "a", "c"] * 666),
        (["a"] * 1999, ["b", *(["a"] * 3 + ["c"]) * 499]),
        (["", "x"] * 5000, ["x", "y", ""] * 3000),
        (["old"], ["new"] * 4_000_000),
    ],
    ids=["two lines in turn", "one line", "many", "one against millions"],
)
def test_texts_that_difflib_would_take_minutes_for_are_compared_at_their_ends(old: list[str], new: list[str]) -> None:
    lines = LineMap(Lines("\n".join(["head", *old, "tail"])), Lines("\n".join(["head", *new, "tail"])))
    assert lines.move(1, 1) == Move(1, 1, False)
    assert lines.move(len(old) + 2, len(old) + 2) == Move(len(new) + 2, len(new) + 2, False)
    assert lines.move(1, len(old) + 2) == Move(1, len(new) + 2, True)


def test_texts_too_large_to_compare_count_as_rewritten_between_their_common_ends() -> None:
    old = "\n".join(["head", *(f"old {number}" for number in range(3000)), "tail"])
    new = "\n".join(["head", *(f"new {number}" for number in range(3000)), "tail"])
    lines = LineMap(Lines(old), Lines(new))
    assert lines.move(1, 1) == Move(1, 1, False)
    assert lines.move(10, 10) == Move(10, 10, True)
    assert lines.move(3002, 3002) == Move(3002, 3002, False)


LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "", "ab"]), min_size=1, max_size=12)


@given(LINES, LINES)
def test_what_is_not_changed_is_the_same_text(old: list[str], new: list[str]) -> None:
    lines = LineMap(Lines("\n".join(old)), Lines("\n".join(new)))
    for start in range(1, len(old) + 1):
        for end in range(start, len(old) + 1):
            move = lines.move(start, end)
            if move is None:
                continue
            assert 1 <= move.line_start <= move.line_end <= len(new)
            if not move.changed:
                assert old[start - 1 : end] == new[move.line_start - 1 : move.line_end]


@given(LINES, LINES, LINES, LINES)
def test_lines_at_both_ends_stay_what_they_are(
    head: list[str], tail: list[str], old: list[str], new: list[str]
) -> None:
    lines = LineMap(Lines("\n".join([*head, *old, *tail])), Lines("\n".join([*head, *new, *tail])))
    assert lines.move(1, len(head)) == Move(1, len(head), False)
    end = len(head) + len(old) + len(tail)
    moved_end = lines.move(end, end)
    assert moved_end is not None
    assert not moved_end.changed


@given(LINES, LINES)
def test_the_same_lines_are_found_once_and_in_order(old: list[str], new: list[str]) -> None:
    at, place = 0, 0
    for block in same_lines(old, new):
        assert block.old >= at
        assert block.new >= place
        at, place = block.old + block.size, block.new + block.size
        assert old[block.old : at] == new[block.new : place]


# ------------------------------------------------------------------------------------------------------------- Lines


@pytest.mark.parametrize("text", ["a\fb", "a\x1cb", "a\u2028b", "a\x0bb", "a\x85b"])
def test_only_what_python_breaks_lines_at_does(text: str) -> None:
    assert Lines(text).split(0, 1) == [text]


def test_every_kind_of_line_ending_counts_once() -> None:
    assert Lines("a\r\nb\rc\nd").split(0, 4) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("line", ["", "a", "é" * 100, "日" * (PART - 1), "x" * PART, "y" * (3 * PART)], ids=len)
def test_lines_are_found_wherever_the_parts_end_in_which_they_are_counted(line: str) -> None:
    text = "\n".join([line, "", *[line] * 5, "last", ""])
    whole = text.split("\n")
    lines = Lines(text)
    assert lines.count == len(whole)
    for start in range(1, len(whole) + 1):
        for end in range(start, len(whole) + 1):
            assert lines.between(start, end) == "\n".join(whole[start - 1 : end])
            assert lines.split(start - 1, end) == whole[start - 1 : end]


@given(st.lists(st.text("ab", max_size=3), max_size=40))
def test_every_line_is_where_it_is_in_a_list_of_them(whole: list[str]) -> None:
    text = "\n".join([*whole, "z" * (PART - 30), *whole, *whole])
    lines = Lines(text)
    assert [lines.between(line, line) for line in range(1, lines.count + 1)] == text.split("\n")
