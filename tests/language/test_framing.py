"""Messages of language servers, however they come, and what is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.language.servers.connection import METHOD_NOT_FOUND, Connection
from rdit.language.servers.framing import MAX_MESSAGE, BadFrame, Decoder, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(TEXTS, max_size=5), st.integers(1, 40))
def test_messages_are_whole_however_they_are_cut(texts: list[str], size: int) -> None:
    data = b"".join(encode({"method": text}) for text in texts)
    decoder = Decoder()
    found = [message for at in range(0, len(data), size) for message in decoder.feed(data[at : at + size])]
    assert found == [{"jsonrpc": "2.0", "method": text} for text in texts]


def test_other_headers_are_passed_over() -> None:
    assert Decoder().feed(b"Content-Type: x\r\ncontent-length: 2\r\n\r\n{}") == [{}]


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 5000,
        b"Content-Type: x\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: %d\r\n\r\n" % (MAX_MESSAGE + 1),
        b"Content-Length: 1\r\n\r\n{",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 1\r\n\r\n\xff",
        b"Content-Length: 20000\r\n\r\n" + b"[" * 20000,
    ],
    ids=lambda data: data[:30].decode("latin-1"),
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        Decoder().feed(data)


class FakeChild:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.written += Decoder().feed(data)


def test_what_a_server_asks_is_answered_and_what_it_makes_up_is_refused() -> None:
    child, heard = FakeChild(), []

    def answer(method: str, params: Any) -> Any:
        return {"known": params}[method]

    connection = Connection(answer, lambda method, params: heard.append((method, params)))
    connection.join(child)  # type: ignore[arg-type]
    for message in (
        {"id": "a", "method": "known", "params": 1},
        {"id": 2, "method": "made/up"},
        {"method": "told", "params": 3},
        {"id": 99, "result": "of nothing"},
        {"id": {}, "result": "of nothing"},
    ):
        connection.receive(encode(message))
    assert [one.get("result", one.get("error", {}).get("code")) for one in child.written] == [1, METHOD_NOT_FOUND]
    assert heard == [("told", 3)]
