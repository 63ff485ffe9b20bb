"""Each target, with some hundred inputs; `scripts/fuzz` goes on for as long as is asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdit.kernel.protocol.frames import encode
from rdit.kernel.protocol.records import COMPLETED, STATEMENT_STARTED, encode_record

from .targets import TARGETS

FRAME = st.builds(encode, st.binary(max_size=30), st.binary(max_size=60))
RECORD = st.builds(
    encode_record,
    st.sampled_from([STATEMENT_STARTED, COMPLETED]),
    st.integers(0, 2**64 - 1),
    st.integers(-1, 2**31 - 1),
    st.binary(max_size=20),
    st.binary(max_size=40),
)
MESSAGE = st.sampled_from(
    [b'{"type":"started","run_id":"r","node_index":1}', b'{"type":"ready"', b'{"type":[]}', b"[[["]
)
SEQUENCE = st.sampled_from(
    [b"\r", b"\n", b"\b", b"\x1b[", b"\x1b]8;;", b"\x1b[2K", b"\x1b[1A", b"\x1b[31m", b"100", b"\xc3"]
)
COMMENT = st.sampled_from(
    [b"# coding: latin-1\n", b"#coding=utf-8", b"\xef\xbb\xbf", b"# coding: rot13\n", b"\r\n", b"\xe9"]
)
INPUT = st.lists(st.one_of(st.binary(max_size=40), FRAME, RECORD, MESSAGE, SEQUENCE, COMMENT), max_size=20).map(
    b"".join
)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_arrives_is_read_as_promised(name: str) -> None:
    @settings(max_examples=200)
    @given(INPUT)
    def check(data: bytes) -> None:
        TARGETS[name](data)

    check()
