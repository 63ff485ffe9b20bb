"""Marks among output: what may go on, what is held back, whatever the pieces in which bytes arrive."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from rdit.kernel.protocol.records import NUMBER, RecordDecoder, encode_record, new_token
from rdit.kernel.supervisor.relay import StreamRelay

TOKEN = b"0123456789abcdef"


def test_no_text_waits_for_the_rest_of_a_marker() -> None:
    for token in [new_token() for _ in range(20)]:
        for text in map(chr, range(0x800)):
            relay = StreamRelay(token)
            relay.feed(text.encode())
            assert relay.take(0) == text.encode()


def mark(number: int) -> bytes:
    return TOKEN + NUMBER.pack(number)


def test_output_goes_on_up_to_the_next_marker() -> None:
    relay = StreamRelay(TOKEN)
    relay.feed(b"before" + mark(1) + b"after")
    assert (relay.take(0), relay.reached) == (b"before", 1)
    assert relay.take(0) == b""
    assert relay.take(1) == b"after"


def test_markers_that_are_behind_are_dropped() -> None:
    relay = StreamRelay(TOKEN)
    relay.feed(b"a" + mark(1) + b"b" + mark(2) + b"c" + mark(3) + b"d")
    assert (relay.take(2), relay.reached) == (b"abc", 3)


def test_what_may_be_the_beginning_of_a_marker_waits() -> None:
    relay = StreamRelay(TOKEN)
    relay.feed(b"text 0123")
    assert relay.take(0) == b"text "
    relay.feed(b"not so")
    assert relay.take(0) == b"0123not so"


def test_the_beginning_of_a_character_waits_for_its_rest() -> None:
    relay = StreamRelay(TOKEN)
    relay.feed("a日".encode()[:-1])
    assert relay.take(0) == b"a"
    relay.feed("日".encode()[-1:])
    assert relay.take(0) == "日".encode()


def test_a_marker_ends_the_wait_for_a_character() -> None:
    relay = StreamRelay(TOKEN)
    relay.feed(b"a\xe6\x97" + mark(1))
    assert (relay.take(0), relay.reached) == (b"a\xe6\x97", 1)


def test_bytes_that_begin_no_character_do_not_wait() -> None:
    for data in (b"\xff", b"a\x80", b"\xc3\xa9\xa9", b"\xf5\x80"):
        relay = StreamRelay(TOKEN)
        relay.feed(data)
        assert relay.take(0) == data


@given(
    st.lists(st.one_of(st.binary(max_size=40), st.text(max_size=8).map(str.encode), st.just(TOKEN[:9])), max_size=12),
    st.integers(0, 2**32),
)
def test_no_byte_is_lost_or_moved_however_it_arrives(pieces: list[bytes], seed: int) -> None:
    stream = b"".join(piece + mark(number) for number, piece in enumerate(pieces, 1))
    chance = random.Random(seed)
    relay = StreamRelay(TOKEN)
    given_out = [b""]
    released = 0
    position = 0
    while position < len(stream):
        size = chance.randint(1, 30)
        relay.feed(stream[position : position + size])
        position += size
        given_out[-1] += relay.take(released)
        while relay.reached > released:
            released += 1
            given_out.append(relay.take(released))
    assert given_out == [*pieces, b""]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2**60), st.binary(max_size=20), st.binary(max_size=60))))
def test_records_arrive_whole_from_pieces_of_any_size(given_records: list[tuple[int, int, bytes, bytes]]) -> None:
    stream = b"".join(
        encode_record(meaning, mark, -1, origin, frames) for meaning, mark, origin, frames in given_records
    )
    decoder = RecordDecoder()
    found = []
    for start in range(0, len(stream), 7):
        found += decoder.feed(stream[start : start + 7])
    assert [(one.meaning, one.mark, one.origin, one.frames) for one in found] == given_records
