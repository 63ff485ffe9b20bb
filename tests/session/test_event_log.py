"""Events reach each subscriber once, in order, at its own pace, within a budget."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdit.protocol.events import (
    AnyEvent,
    CompleteEvent,
    ErrorEvent,
    OutputEvent,
    ResultEvent,
)
from rdit.protocol.values import OutputItem, Stream
from rdit.session.event_log import EventLog, Subscription
from rdit.session.output.output import Item, Output
from rdit.session.output.writer import OutputWriter


def new_log(budget: int = 1 << 20) -> EventLog:
    return EventLog(first_id=100, budget=budget)


def events(data: bytes) -> list[tuple[int | None, dict[str, Any]]]:
    """Parse server-sent bytes into (id, event)."""
    parsed = []
    for frame in data.decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in frame.split("\n"))
        parsed.append((int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])))
    return parsed


class Statement:
    """A statement's output, and the log that its events go to, as in a session."""

    def __init__(self, log: EventLog, limit: int) -> None:
        self.log = log
        self.output = Output(limit)
        self.writer = OutputWriter(reduces=True)

    def write(self, text: str, stream: Stream = "stdout") -> Item | None:
        """Write *text* and return the item that took the last of it, if any changed."""
        item = None
        for event in self.writer.write("r", 0, self.output, stream, text):
            item = self.output.apply(event)
            self.log.append(event, self.output.items)
        return item

    def end(self) -> None:
        for item in self.output.items:
            item.growing = False
        self.log.append(ResultEvent("r", 0, 1, 1, False, 1.0, 0.0), self.output.items)


def message(number: int, run_id: str | None = None) -> AnyEvent:
    return ErrorEvent(str(number), run_id)


class Reader:
    """Puts an item's text together as a client does."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.texts: dict[int, str] = {}
        self.omitted: dict[int, int] = {}
        self.cuts: dict[int, int] = {}
        self.ids: list[int] = []
        self.types: list[str] = []

    def read(self) -> None:
        while data := self.subscription.read():
            for event_id, event in events(data):
                if event_id is not None:
                    self.ids.append(event_id)
                self.types.append(event["type"])
                if event["type"] == "output":
                    self.take(event)
            if self.subscription.ended:
                return

    def take(self, event: dict[str, Any]) -> None:
        text = self.texts.get(event["index"], "")
        if "replaceFrom" in event:
            units = text.encode("utf-16-le")[: event["replaceFrom"] * 2]
            text = units.decode("utf-16-le")
            if "omitted" in event:
                self.omitted[event["index"]], self.cuts[event["index"]] = event["omitted"], event["replaceFrom"]
            elif event["replaceFrom"] <= self.cuts.get(event["index"], -1):
                del self.omitted[event["index"]], self.cuts[event["index"]]
        self.texts[event["index"]] = text + event["item"]["text"]

    def agrees(self, item: Item, window: int | None, written: str) -> None:
        """Its text has the head and a newest end of what was *written*, fits its window, and lacks what it says."""
        text, omitted = self.texts.get(item.index, ""), self.omitted.get(item.index, 0)
        if window is None or item.chars <= window:
            assert (text, omitted) == (item.text(), 0)
            return
        head = item.head.first_chars(window // 2)
        assert text.startswith(head)
        assert len(text) <= window
        assert len(text) + omitted == item.chars
        newest = text[len(head) :]
        assert written.endswith(newest)
        assert len(newest) >= min(window // 4, item.unbroken)


async def test_events_are_numbered_and_come_in_order() -> None:
    log = new_log()
    subscription = Subscription(log)
    log.append(message(1))
    log.append(message(2))
    assert [(number, event["message"]) for number, event in events(subscription.read())] == [(100, "1"), (101, "2")]
    assert subscription.read() == b""


async def test_who_comes_back_gets_what_follows_the_event_it_knows() -> None:
    log = new_log()
    for number in range(5):
        log.append(message(number))
    assert [event["message"] for _, event in events(Subscription(log, after=102).read())] == ["3", "4"]


async def test_who_knows_an_event_of_another_life_is_told_to_read_again() -> None:
    log = new_log()
    log.append(message(0))
    for unknown in (5, 1000):
        subscription = Subscription(log, after=unknown)
        assert events(subscription.read()) == [(None, {"type": "resync"})]
        assert subscription.ended


async def test_who_falls_off_the_budget_is_told_to_read_again_and_others_go_on() -> None:
    log = new_log(budget=100_000)
    slow, quick = Subscription(log), Subscription(log)
    for _ in range(1000):
        log.append(message(0))
        assert len(events(quick.read())) == 1
    assert events(slow.read()) == [(None, {"type": "resync"})]


async def test_the_data_of_displays_count_in_the_budget() -> None:
    log = new_log(budget=100_000)
    slow, output = Subscription(log), Output(10_000)
    for index in range(4):
        event = OutputEvent("r", 0, index, OutputItem("display", "", {"text/html": "x" * 30_000}))
        output.apply(event)
        log.append(event, output.items)
    assert events(slow.read()) == [(None, {"type": "resync"})]


async def test_unread_pieces_of_one_item_are_one_event() -> None:
    log = new_log()
    statement = Statement(log, 10_000)
    subscription = Subscription(log)
    for text in ("a", "b", "c"):
        statement.write(text)
    assert [event["item"]["text"] for _, event in events(subscription.read())] == ["abc"]
    statement.write("d")
    assert [event["item"]["text"] for _, event in events(subscription.read())] == ["d"]


async def test_a_view_of_the_session_ends_merging_so_that_what_follows_it_is_new() -> None:
    log = new_log()
    statement = Statement(log, 10_000)
    statement.write("in the view")
    last = log.seal()
    statement.write("after")
    assert [event["item"]["text"] for _, event in events(Subscription(log, after=last).read())] == ["after"]


async def test_a_run_s_subscription_has_its_events_alone_and_ends_with_it() -> None:
    log = new_log()
    subscription = Subscription(log, run_id="b")
    log.append(message(1, "a"))
    log.append(message(2, "b"))
    log.append(CompleteEvent("b", "ok"))
    log.append(message(4, "b"))
    assert [event.get("message") for _, event in events(subscription.read())] == ["2", None]
    assert subscription.ended


async def test_waiting_ends_with_an_event_with_the_log_or_with_the_time() -> None:
    log = new_log()
    subscription = Subscription(log)
    assert not await subscription.wait(0.001)
    waiting = asyncio.create_task(subscription.wait(60))
    await asyncio.sleep(0)
    log.append(message(0))
    assert await waiting
    subscription.read()
    waiting = asyncio.create_task(subscription.wait(60))
    await asyncio.sleep(0)
    log.close()
    assert await waiting
    assert subscription.read() == b""
    assert subscription.ended


async def test_each_who_waits_has_a_time_of_its_own() -> None:
    log = new_log()
    first, second, third = [asyncio.create_task(Subscription(log).wait(seconds)) for seconds in (60, 0.001, 0.002)]
    assert not await second
    assert not await third
    assert not first.done()
    log.append(message(0))
    assert await first


async def test_a_window_gets_the_head_once_and_then_the_newest_tail() -> None:
    log = new_log()
    statement = Statement(log, 1 << 20)
    reader = Reader(Subscription(log, window=1024))
    sent = 0
    for number in range(2000):
        statement.write(f"{number:09}\n")
        if number % 10 == 9:
            data = reader.subscription.read()
            sent += len(data)
            for _, event in events(data):
                reader.take(event)
    item = statement.output.items[0]
    reader.agrees(item, 1024, item.text())
    assert reader.texts[0].endswith("000001999\n")
    assert sent < 10 * item.chars  # an event of 100 characters is twice as long, and a cut repeats 256 now and then


async def test_a_window_that_comes_late_gets_little_of_a_flood() -> None:
    log = new_log(budget=1 << 24)
    statement = Statement(log, 1 << 24)
    subscription = Subscription(log, window=4096)
    for _ in range(100):
        statement.write("x" * 50_000)
    data = subscription.read()
    assert len(data) < 3 * 4096
    reader = Reader(subscription)
    for _, event in events(data):
        reader.take(event)
    reader.agrees(statement.output.items[0], 4096, statement.output.items[0].text())


async def test_without_a_window_what_exceeds_the_limit_comes_whole_when_its_statement_ended() -> None:
    log = new_log(budget=1 << 24)
    statement = Statement(log, 20_000)
    reader = Reader(Subscription(log))
    for number in range(10_000):
        statement.write(f"{number:09}\n")
        if number % 100 == 0:
            reader.read()
    item = statement.output.items[0]
    statement.end()
    reader.read()
    assert reader.texts[0] == item.text()


WRITES = st.lists(
    st.tuples(
        st.text(alphabet="ab😀\n", min_size=1, max_size=200), st.booleans(), st.sampled_from(["stdout", "stderr"])
    ),
    max_size=40,
)


@given(WRITES, st.sampled_from([5, 50]), st.sampled_from([1024, 1500, 4096, 20_000, None]), st.booleans())
async def test_however_reads_and_writes_mix_a_reader_ends_with_what_the_session_shows(
    writes: list[tuple[str, bool, Any]], times: int, window: int | None, reconnect: bool
) -> None:
    log = new_log()
    statement = Statement(log, 6000)
    reader = Reader(Subscription(log, window=window))
    written: dict[Item, str] = {}
    for text, read_now, stream in writes:
        item = statement.write(text * times, stream)
        assert item is not None
        written[item] = written.get(item, "") + text * times
        if read_now:
            reader.read()
            for item in statement.output.items:
                if item.tail is None or item.chars > (window or item.chars):
                    reader.agrees(item, window, written[item])
            if reconnect and reader.ids:
                reader.subscription = Subscription(log, after=reader.ids[-1], window=window)
    statement.end()
    reader.read()
    assert len(reader.texts) == len(statement.output.items)
    for item in statement.output.items:
        reader.agrees(item, window, written[item])
    assert reader.ids == sorted(reader.ids)


DRAWN = [
    "bar\r",
    "\r",
    "longer bar ",
    "\n",
    "\x1b[A",
    "\x1b[2A\x1b[2K",
    "\x1b[K",
    "😀",
    "\b",
    "\x1b[2J",
    "plain text\n" * 30,
]


@given(
    st.lists(st.tuples(st.lists(st.sampled_from(DRAWN), min_size=1, max_size=6), st.booleans()), max_size=40),
    st.sampled_from([200, 1024, 4096, None]),
    st.booleans(),
)
async def test_however_text_is_drawn_over_a_reader_ends_with_what_the_session_shows(
    writes: list[tuple[list[str], bool]], window: int | None, reconnect: bool
) -> None:
    log = new_log()
    statement = Statement(log, 200_000)
    reader, late = Reader(Subscription(log, window=window)), Subscription(log, window=window)
    for pieces, read_now in writes:
        statement.write("".join(pieces))
        if read_now:
            reader.read()
            for item in statement.output.items:
                reader.agrees(item, window, item.text())
            if reconnect and reader.ids:
                reader.subscription = Subscription(log, after=reader.ids[-1], window=window)
    newcomer = Reader(late)
    for one in (reader, newcomer):
        one.read()
        for item in statement.output.items:
            one.agrees(item, window, item.text())


@pytest.mark.parametrize(
    ("end", "redraw"),
    [
        pytest.param("b", "\r\x1b[K", id="a character fewer than a quarter of the window is left"),
        pytest.param("b", "\x1b[A\r\x1b[J", id="most of what the reader has is erased"),
        pytest.param("", "\x1b[2A\rx", id="all that the reader has behind its cut is replaced"),
    ],
)
async def test_what_is_drawn_over_leaves_a_reader_its_cut_and_a_quarter_of_its_window(end: str, redraw: str) -> None:
    log = new_log()
    statement = Statement(log, 200_000)
    reader = Reader(Subscription(log, window=200))
    statement.write(f"{'line':24}\n" * 10 + end)
    reader.read()
    statement.write(redraw)
    reader.read()
    reader.agrees(statement.output.items[0], 200, statement.output.items[0].text())


@pytest.mark.parametrize(
    ("texts", "window"),
    [
        pytest.param([450], 400, id="a quarter of the window is more than the tail"),
        pytest.param([401, 90], 400, id="more comes at once than the tail holds"),
        pytest.param([390, 20], 400, id="the tail was within the window"),
    ],
)
async def test_a_reader_s_newest_text_has_no_gap_however_short_the_tail_is(texts: list[int], window: int) -> None:
    log = new_log()
    statement = Statement(log, 600)
    reader = Reader(Subscription(log, window=window))
    digits, written = itertools.cycle("0123456789abc"), ""
    for chars in texts:
        text = "".join(itertools.islice(digits, chars))
        written += text
        statement.write(text)
        reader.read()
    assert statement.output.items[0].dropped
    reader.agrees(statement.output.items[0], window, written)


async def test_a_bar_s_history_is_neither_sent_to_one_who_comes_back_nor_kept() -> None:
    log = new_log()
    statement = Statement(log, 1 << 20)
    reader = Reader(Subscription(log))
    statement.write("starting\n")
    reader.read()
    raw = 0
    for done in range(20_000):
        update = f"\r{done / 1000:6.2f}%|{'█' * (done // 5000):20}| {done}/100000 [00:01<00:02, 9999.99it/s]"
        raw += len(update)
        statement.write(update)
        if done % 10 == 9:
            reader.read()
        if done == 50:
            left = reader.ids[-1]
    history = Subscription(log, after=left).read()
    assert len(events(history)) == 1
    assert len(history) < 500
    assert log._size < 200_000
    assert raw > 1_000_000
    assert reader.texts[0] == statement.output.items[0].text() == "starting\n" + update[1:]
