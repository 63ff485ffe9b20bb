"""The one place that waits for messages: each goes to who waits for its kind, and none is torn by a signal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from rdit.kernel.protocol.frames import encode
from rdit.kernel.worker.inbox import Inbox


class Signals:
    """In place of a `LiveOutput`: whether signals reach the script."""

    def __init__(self) -> None:
        self.in_script = False
        self.changes: list[str] = []

    def enter(self) -> None:
        self.in_script = True
        self.changes.append("let through")

    def leave(self) -> None:
        if self.in_script:
            self.changes.append("held back")
        self.in_script = False


class Ends:
    """An inbox, and the supervisor's end of its pipe."""

    def __init__(self) -> None:
        reader, self.writer = os.pipe()
        self.signals = Signals()
        self.inbox = Inbox(reader, self.signals)  # type: ignore[arg-type]

    def send(self, kind: str, body: bytes = b"") -> None:
        os.write(self.writer, encode(json.dumps({"type": kind}).encode(), body))

    def kinds(self) -> list[str]:
        """Return the kinds of the messages that are there, which are taken with that."""
        found = []
        while (message := self.inbox.take()) is not None:
            found.append(message["type"])
        return found


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    os.close(ends.inbox.descriptor)
    os.close(ends.writer)


def test_who_waits_for_one_kind_leaves_the_others_in_order(ends: Ends) -> None:
    for kind in ("query", "run", "answer", "query"):
        ends.send(kind, kind.encode())
    assert ends.inbox.wait("answer") == {"type": "answer", "body": b"answer"}
    assert ends.inbox.wait() == {"type": "query", "body": b"query"}
    assert ends.kinds() == ["run", "query"]


def test_what_has_not_come_is_not_waited_for_by_who_only_looks(ends: Ends) -> None:
    ends.inbox.receive()
    assert ends.inbox.take("query") is None
    ends.send("query")
    assert ends.inbox.take("query") is None
    ends.inbox.receive()
    assert ends.inbox.take("query") is not None


def test_a_message_that_comes_in_pieces_is_whole(ends: Ends) -> None:
    frame = encode(b'{"type":"run"}', b"x" * 5000)
    for start in range(0, len(frame), 1000):
        os.write(ends.writer, frame[start : start + 1000])
        ends.inbox.receive()
    message = ends.inbox.wait("run")
    assert message is not None
    assert bytes(message["body"]) == b"x" * 5000


def test_signals_are_held_back_while_a_frame_is_read_and_then_let_through_again(ends: Ends) -> None:
    ends.signals.in_script = True
    ends.send("answer")
    assert ends.inbox.wait("answer") is not None
    assert ends.signals.changes == ["held back", "let through"]


def test_outside_of_the_script_signals_stay_held_back(ends: Ends) -> None:
    ends.send("run")
    ends.inbox.wait()
    assert ends.signals.changes == []


def test_to_leave_comes_before_all_that_waits(ends: Ends) -> None:
    ends.send("run")
    ends.send("leave")
    ends.inbox.receive()
    assert ends.inbox.is_leaving
    assert ends.inbox.wait() is None


def test_the_end_of_the_supervisor_is_a_reason_to_leave() -> None:
    ends = Ends()
    os.close(ends.writer)
    assert ends.inbox.wait("answer") is None
    ends.inbox.receive()  # does not wait for ever
    os.close(ends.inbox.descriptor)
