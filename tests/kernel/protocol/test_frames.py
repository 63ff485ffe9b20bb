"""Frames come out whole and in order, however their bytes are cut on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.kernel.protocol.frames import MAX_HEADER, BrokenFrame, FrameDecoder, encode

FRAMES = st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=300)), max_size=12)


@given(FRAMES, st.lists(st.integers(min_value=0, max_value=200), max_size=60))
def test_any_cuts_give_the_same_frames(frames: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    data = b"".join(encode(header, body) for header, body in frames)
    decoder = FrameDecoder()
    received: list[tuple[bytes, bytes]] = []
    for cut in cuts:
        received += decoder.feed(data[:cut])
        data = data[cut:]
    received += decoder.feed(memoryview(data))
    assert received == frames


def test_a_long_frame_arrives_in_many_pieces() -> None:
    data = encode(b"{}", b"x" * 1_000_000) + encode(b"[]")
    decoder = FrameDecoder()
    received = [frame for start in range(0, len(data), 999) for frame in decoder.feed(data[start : start + 999])]
    assert received == [(b"{}", b"x" * 1_000_000), (b"[]", b"")]


def test_what_is_taken_in_turns_is_not_lost() -> None:
    decoder = FrameDecoder()
    frames = decoder.feed(encode(b"1") + encode(b"2") + encode(b"3")[:5])
    assert next(frames) == (b"1", b"")
    assert list(frames) == [(b"2", b"")]
    assert list(decoder.feed(encode(b"3")[5:])) == [(b"3", b"")]


def test_an_impossible_length_is_refused() -> None:
    with pytest.raises(BrokenFrame):
        list(FrameDecoder().feed((MAX_HEADER + 1).to_bytes(4, "big") + bytes(4)))
