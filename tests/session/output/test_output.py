"""A statement's output keeps its head and its newest tail, whatever it writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.protocol.values import OutputItem
from rdit.session.output.text_width import code_units

from .writing import Writing


def written(output: Writing) -> list[tuple[str, str]]:
    return [(item.type, item.text()) for item in output.items]


def test_writes_to_one_stream_grow_one_item() -> None:
    output = Writing(10_000)
    output.write("stdout", "a")
    output.write("stdout", "b\n")
    output.write("stderr", "oops\n")
    output.write("stdout", "c")
    assert written(output) == [("stdout", "ab\n"), ("stderr", "oops\n"), ("stdout", "c")]


def test_late_output_is_an_item_of_its_own() -> None:
    output = Writing(10_000)
    output.write("stdout", "in time")
    output.write("stdout", "late", late=True)
    assert [(item.text(), item.late) for item in output.items] == [("in time", False), ("late", True)]


def test_a_shown_item_takes_no_stream_output() -> None:
    output = Writing(10_000)
    output.show(OutputItem("display", "2\n"))
    output.write("stdout", "more\n")
    assert written(output) == [("display", "2\n"), ("stdout", "more\n")]


def test_an_event_appends_or_tells_in_code_units_what_it_replaces() -> None:
    output = Writing(10_000)
    output.write("stdout", "😀\n")
    (event,) = output.write("stdout", "abc")
    assert (event.index, event.replace_from, event.item.text) == (0, None, "abc")
    (event,) = output.write("stdout", "\rXYZ")
    assert (event.index, event.replace_from, event.item.text) == (0, 3, "XYZ")


def test_nothing_is_lost_up_to_the_limit() -> None:
    output = Writing(80_000)
    for _ in range(70):
        output.write("stdout", "x" * 1000)
    assert output.items[0].text() == "x" * 70_000


def test_beyond_the_limit_head_and_tail_stay_and_the_cut_is_stated_with_its_size() -> None:
    output = Writing(8000)
    for number in range(100_000):
        output.write("stdout", f"{number:09}\n")
    (item,) = output.items
    text = item.text()
    assert text.startswith("000000000\n000000001\n")
    assert text.endswith("000099999\n")
    assert f"left out {item.dropped:,} characters (1.0 MB)" in text
    assert item.dropped + item.kept_chars == 1_000_000
    assert item.kept_chars <= 8000


def test_streams_that_alternate_beyond_the_limit_keep_one_tail_each() -> None:
    output = Writing(8000)
    for number in range(10_000):
        output.write("stdout", f"out {number}\n")
        output.write("stderr", f"err {number}\n")
    tails = [item for item in output.items if item.tail is not None]
    assert sorted(item.text().rsplit("\n", 2)[-2] for item in tails) == ["err 9999", "out 9999"]
    assert output.output.chars() < 20_000


def test_an_error_after_a_flood_is_still_shown() -> None:
    output = Writing(2000)
    output.write("stdout", "x" * 100_000)
    output.show(OutputItem("error", "ValueError: no\n"))
    assert written(output)[-1] == ("error", "ValueError: no\n")


def test_displays_after_a_flood_are_counted() -> None:
    output = Writing(2000)
    output.write("stdout", "x" * 100_000)
    for _ in range(5000):
        output.show(OutputItem("display", "<figure>"))
    assert len(output.items) <= 1100


def test_a_window_shows_the_head_and_the_newest_and_counts_what_is_between() -> None:
    output = Writing(100_000)
    output.write("stdout", "h" * 600 + "m" * 5000 + "t" * 400)
    view = output.items[0].view(1000)
    assert view.text == "h" * 500 + "m" * 100 + "t" * 400
    assert (view.cut_at, view.omitted) == (500, 5000)


def test_a_window_that_everything_fits_in_cuts_nothing() -> None:
    output = Writing(100_000)
    output.write("stdout", "abc")
    assert output.items[0].view(1024) == ("abc", None, None)


def test_the_cut_is_told_in_code_units() -> None:
    output = Writing(100_000)
    output.write("stdout", "😀" * 3000)
    assert output.items[0].view(1000).cut_at == 1000


@given(
    st.lists(st.text(alphabet="ab\n😀é", max_size=40), max_size=60),
    st.integers(min_value=64, max_value=4000),
    st.integers(min_value=10, max_value=400),
)
def test_whatever_is_written_the_ends_are_kept_and_every_character_is_counted(
    texts: list[str], limit: int, window: int
) -> None:
    output = Writing(limit)
    for text in texts:
        output.write("stdout", text)
    whole = "".join(texts)
    assert sum(item.chars for item in output.items) == len(whole)
    if not whole:
        return
    item = output.items[0]
    assert whole.startswith("".join(item.head.parts))
    assert whole.endswith("".join(item.tail or item.head.parts))
    view = item.view(window)
    if view.cut_at is None:
        return
    assert view.omitted is not None
    head = item.head.first_chars(window // 2)
    assert code_units(head) == view.cut_at
    assert view.text.startswith(head)
    assert whole.endswith(view.text[len(head) :])
    assert len(view.text) + view.omitted == len(whole)


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("😀", 2), ("\ud800", 1)])
def test_code_units_are_counted_as_javascript_does(text: str, units: int) -> None:
    assert code_units(text) == units
